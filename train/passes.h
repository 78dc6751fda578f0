/*
 * The inner loops of training: passes over the arrays of the SMO solver (smo.h), and rows of kernels (space.c).
 *
 * Every function has one order of operations, eight lanes side by side, and is compiled for what each x86-64 can do and
 * for AVX2: the results are the same, bit for bit, so no result depends on the machine. Arrays of a pass have n
 * elements, n a multiple of SLANT_LANES.
 */
#ifndef SLANT_TRAIN_PASSES_H
#define SLANT_TRAIN_PASSES_H

#include <stdint.h>

enum { SLANT_LANES = 8 };

/* Where the optimality conditions are violated most: up = max e[k] + rise[k], which is at element i, and
 * low = min e[k] + fall[k]. */
typedef struct slant_violation {
  float up, low;
  uint32_t i;
} slant_violation;

typedef struct slant_passes {
  /* e[k] -= t (left[k] - right[k]), and where that leaves the violation. t = 0 only looks. */
  slant_violation (*step)(float *e, const float *rise, const float *fall, const float *left, const float *right,
                          float t, uint32_t n);
  /* The element of greatest d² / max(diagonal[k] + own - 2 row[k], 1e-12) among those with
   * d = up - (e[k] + fall[k]) > 0; n where there is none. */
  uint32_t (*partner)(const float *e, const float *fall, const float *row, const float *diagonal, float own, float up,
                      uint32_t n);
  /* out[k] = exp(-gamma max(own + square[k] - 2 product[k], 0)), with a relative error below 3e-7. */
  void (*rbf)(float *out, const float *product, const float *square, float own, float gamma, uint32_t n);
} slant_passes;

/* The fastest that this processor can run. */
const slant_passes *slant_passes_best(void);
/* All that it can run, NULL-terminated, for tests. */
void slant_passes_all(const slant_passes *out[3]);

#endif
