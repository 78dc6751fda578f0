/*
 * Arithmetic on dense values: sums of word vectors, their length, standardisation. Private to features.
 *
 * Every function has one order of operations, eight lanes side by side, and is compiled for what each x86-64 can do and
 * for AVX2: the results are the same, bit for bit, so no result depends on the machine. Products and sums are rounded
 * one by one: -ffp-contract=off in CMakeLists.txt.
 */
#ifndef SLANT_FEATURES_DENSE_H
#define SLANT_FEATURES_DENSE_H

#include <stdint.h>

typedef struct slant_dense_kernels {
  /* out[dim] += weights[i] · rows[i] for i = 0 … n - 1, in that order */
  void (*add)(float *out, const float *const *rows, const float *weights, uint32_t n, uint32_t dim);
  /* Brings v[n] to unit length; to zeros where its squared length is 1e-12 or less. */
  void (*to_unit)(float *v, uint32_t n);
  /* out[k] = ((in[k] - centre[k]) · scale[k], held within ± clip) · weight */
  void (*standardise)(float *out, const float *in, const float *centre, const float *scale, float clip, float weight,
                      uint32_t n);
} slant_dense_kernels;

/* The fastest that this processor can run. */
const slant_dense_kernels *slant_dense_best(void);
/* All that it can run, NULL-terminated, for tests. */
void slant_dense_all(const slant_dense_kernels *out[3]);

#endif
