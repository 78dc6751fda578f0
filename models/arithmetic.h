/*
 * Arithmetic of scores: rows of weights added up, inner products, exponentials. Private to models.
 *
 * Every function has one order of operations, eight lanes side by side, and is compiled for what each x86-64 can do and
 * for AVX2: the results are the same, bit for bit, so no score depends on the machine. Products and sums are rounded
 * one by one: -ffp-contract=off in CMakeLists.txt.
 */
#ifndef SLANT_MODELS_ARITHMETIC_H
#define SLANT_MODELS_ARITHMETIC_H

#include <stdint.h>

enum { SLANT_STRIP = 64 }; /* floats of a row that stay in registers while rows are added up */

/* A row and what it is multiplied with. */
typedef struct slant_term {
  uint32_t row;
  float value;
} slant_term;

typedef struct slant_arithmetic {
  /* out[SLANT_STRIP] += value · rows[row × SLANT_STRIP …] for each of n terms, in their order */
  void (*add_strip)(float *out, const float *rows, const slant_term *terms, uint32_t n);
  /* out[o] += x · rows[o × n …] for o = 0 … count - 1 */
  void (*products)(float *out, const float *rows, uint32_t count, const float *x, uint32_t n);
  /* out[i] = exp(-gamma · max(0, norm + norms[i] - 2 · products[i])), to 1e-14 of itself */
  void (*rbf)(double *out, const float *products, const double *norms, double norm, double gamma, uint32_t n);
} slant_arithmetic;

/* The fastest that this processor can run. */
const slant_arithmetic *slant_arithmetic_best(void);
/* All that it can run, NULL-terminated, for tests. */
void slant_arithmetic_all(const slant_arithmetic *out[3]);

#endif
