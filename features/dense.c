#include "features/dense.h"

#include <math.h>
#include <stddef.h>

/* Each body is written once and inlined into a function for each instruction set. Eight lanes are one register of AVX,
 * or two of SSE or NEON. */
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 8, COLUMNS = 8 * LANES };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef float half __attribute__((vector_size(LANES / 2 * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef double wide __attribute__((vector_size(LANES / 2 * sizeof(double))));

/* Many columns at once stay in registers while the rows pass by. */
INLINE void add_columns(float *out, const float *const *rows, const float *weights, uint32_t n, uint32_t at,
                        uint32_t n_lanes) {
  lanes sum[COLUMNS / LANES], *to = (lanes *)(void *)(out + at);
  for (uint32_t r = 0; r < n_lanes; r++) sum[r] = to[r];
  for (uint32_t i = 0; i < n; i++) {
    const lanes *row = (const lanes *)(const void *)(rows[i] + at);
    const float w = weights[i];
    const lanes weight = {w, w, w, w, w, w, w, w};
    for (uint32_t r = 0; r < n_lanes; r++) sum[r] += weight * row[r];
  }
  for (uint32_t r = 0; r < n_lanes; r++) to[r] = sum[r];
}

INLINE void add_rows(float *out, const float *const *rows, const float *weights, uint32_t n, uint32_t dim) {
  uint32_t at = 0;
  for (; at + COLUMNS <= dim; at += COLUMNS) add_columns(out, rows, weights, n, at, COLUMNS / LANES);
  for (; at + LANES <= dim; at += LANES) add_columns(out, rows, weights, n, at, 1);
  for (; at < dim; at++) {
    for (uint32_t i = 0; i < n; i++) out[at] += weights[i] * rows[i][at];
  }
}

/* Four floats as doubles. GCC makes three instructions of it, and one where it is told. */
typedef void (*widening)(wide *out, const float *v);
INLINE void widen(wide *out, const float *v) {
  *out = __builtin_convertvector(*(const half *)(const void *)v, wide);
}

INLINE void bring_to_unit(float *v, uint32_t n, widening to_wide) {
  wide low = {0}, high = {0};
  uint32_t at = 0;
  for (; at + LANES <= n; at += LANES) {
    wide l, h;
    to_wide(&l, v + at);
    to_wide(&h, v + at + LANES / 2);
    low += l * l;
    high += h * h;
  }
  low += high;
  double squares = (low[0] + low[2]) + (low[1] + low[3]);
  for (; at < n; at++) squares += (double)v[at] * (double)v[at];
  const float factor = squares > 1e-12 ? (float)(1 / sqrt(squares)) : 0;
  for (uint32_t k = 0; k < n; k++) v[k] *= factor;
}

INLINE void standardise_all(float *restrict out, const float *restrict in, const float *restrict centre,
                            const float *restrict scale, float clip, float weight, uint32_t n) {
  for (uint32_t k = 0; k < n; k++) {
    float z = (in[k] - centre[k]) * scale[k];
    z = clip < z ? clip : z;
    z = -clip > z ? -clip : z;
    out[k] = z * weight;
  }
}

#define KERNELS(name, attributes, to_wide)                                                                             \
  attributes static void name##_add(float *out, const float *const *rows, const float *weights, uint32_t n,            \
                                    uint32_t dim) {                                                                    \
    add_rows(out, rows, weights, n, dim);                                                                              \
  }                                                                                                                    \
  attributes static void name##_to_unit(float *v, uint32_t n) {                                                        \
    bring_to_unit(v, n, to_wide);                                                                                      \
  }                                                                                                                    \
  attributes static void name##_standardise(float *out, const float *in, const float *centre, const float *scale,      \
                                            float clip, float weight, uint32_t n) {                                    \
    standardise_all(out, in, centre, scale, clip, weight, n);                                                          \
  }                                                                                                                    \
  static const slant_dense_kernels name = {name##_add, name##_to_unit, name##_standardise};

KERNELS(baseline, , widen)

#if defined __x86_64__
#if defined __clang__
#define widen_avx2 widen
#else
__attribute__((target("avx2"))) INLINE void widen_avx2(wide *out, const float *v) {
  *out = (wide)__builtin_ia32_cvtps2pd256(*(const half *)(const void *)v);
}
#endif
KERNELS(avx2, __attribute__((target("avx2"))), widen_avx2)

static const slant_dense_kernels *best(void) {
  return __builtin_cpu_supports("avx2") ? &avx2 : &baseline;
}
#else
static const slant_dense_kernels *best(void) {
  return &baseline;
}
#endif

const slant_dense_kernels *slant_dense_best(void) {
  return best();
}

void slant_dense_all(const slant_dense_kernels *out[3]) {
  out[0] = &baseline;
  out[1] = best() == &baseline ? NULL : best();
  out[2] = NULL;
}
