#include "train/passes.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Each body is written once and inlined into a function for each instruction set. Eight lanes are one register of AVX,
 * or two of SSE or NEON. */
#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(SLANT_LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t whole __attribute__((vector_size(SLANT_LANES * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));

#define EACH(x)                                                                                                        \
  { x, x, x, x, x, x, x, x }

static const whole first_lanes = {0, 1, 2, 3, 4, 5, 6, 7};

/* mask ? a : b. A macro, because functions may not return eight lanes where a register has four. */
#define CHOOSE(mask, a, b) ((lanes)(((mask) & (whole)(a)) | (~(mask) & (whole)(b))))

/* Element of the greatest value over all lanes, the lowest of equals. */
INLINE uint32_t greatest(const float best[SLANT_LANES], const int32_t at[SLANT_LANES], float *value) {
  int lane = 0;
  for (int l = 1; l < SLANT_LANES; l++)
    if (best[l] > best[lane] || (!(best[l] < best[lane]) && at[l] < at[lane])) lane = l;
  *value = best[lane];
  return (uint32_t)at[lane];
}

INLINE slant_violation step_and_look(float *e, const float *rise, const float *fall, const float *left,
                                     const float *right, float t, uint32_t n) {
  const lanes by = EACH(t);
  lanes up = EACH(-INFINITY), low = EACH(INFINITY);
  whole at = first_lanes, k8 = first_lanes;
  const whole eight = EACH(SLANT_LANES);
  for (uint32_t k = 0; k < n; k += SLANT_LANES, k8 += eight) {
    lanes *x = (lanes *)(void *)(e + k);
    const lanes now = *x - by * (*(const lanes *)(const void *)(left + k) - *(const lanes *)(const void *)(right + k));
    *x = now;
    const lanes can_rise = now + *(const lanes *)(const void *)(rise + k);
    const lanes can_fall = now + *(const lanes *)(const void *)(fall + k);
    const whole higher = can_rise > up;
    up = CHOOSE(higher, can_rise, up);
    at = (higher & k8) | (~higher & at);
    low = CHOOSE(can_fall < low, can_fall, low);
  }
  slant_violation out = {.low = INFINITY};
  out.i = greatest((const float *)&up, (const int32_t *)&at, &out.up);
  for (int l = 0; l < SLANT_LANES; l++)
    if (low[l] < out.low) out.low = low[l];
  return out;
}

INLINE uint32_t best_partner(const float *e, const float *fall, const float *row, const float *diagonal, float own,
                             float up, uint32_t n) {
  const lanes top = EACH(up), self = EACH(own), least = EACH(1e-12f), zero = EACH(0);
  lanes best = EACH(0);
  whole at = first_lanes, k8 = first_lanes;
  const whole eight = EACH(SLANT_LANES);
  for (uint32_t k = 0; k < n; k += SLANT_LANES, k8 += eight) {
    const lanes gap = top - (*(const lanes *)(const void *)(e + k) + *(const lanes *)(const void *)(fall + k));
    const lanes product = *(const lanes *)(const void *)(row + k);
    lanes curve = *(const lanes *)(const void *)(diagonal + k) + self - (product + product);
    curve = CHOOSE(curve > least, curve, least);
    const lanes gain = CHOOSE(gap > zero, gap * gap / curve, zero);
    const whole higher = gain > best;
    best = CHOOSE(higher, gain, best);
    at = (higher & k8) | (~higher & at);
  }
  float value;
  uint32_t out = greatest((const float *)&best, (const int32_t *)&at, &value);
  return value > 0 ? out : n;
}

/* exp(x) of x ≤ 0: 2^z · exp(r) with z = round(x / ln 2), |r| ≤ ln(2) / 2, and Taylor's series of exp to r^7. */
INLINE void exponential(float *at) {
  const lanes lowest = EACH(-87), inverse = EACH(1.44269504f), shift = EACH(12582912.0f); /* 1.5 · 2^23 */
  const lanes high = EACH(0.693359375f), rest = EACH(-2.12194440e-4f);
  static const float series[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1, 1};
  lanes x = *(lanes *)(void *)at, p = EACH(1.0f / 5040);
  x = CHOOSE(x > lowest, x, lowest);
  const lanes shifted = x * inverse + shift, z = shifted - shift;
  const lanes r = (x - z * high) - z * rest;
  for (int i = 0; i < 7; i++) {
    const lanes term = EACH(series[i]);
    p = p * r + term;
  }
  const whole bits = ((whole)shifted - (whole)shift + 127) << 23;
  *(lanes *)(void *)at = p * (lanes)bits;
}

INLINE void rbf_row(float *out, const float *product, const float *square, float own, float gamma, uint32_t n) {
  const lanes self = EACH(own), minus = EACH(-gamma), zero = EACH(0);
  for (uint32_t k = 0; k < n; k += SLANT_LANES) {
    const lanes p = *(const lanes *)(const void *)(product + k);
    const lanes distance = self + *(const lanes *)(const void *)(square + k) - (p + p);
    *(lanes *)(void *)(out + k) = minus * CHOOSE(distance > zero, distance, zero);
    exponential(out + k);
  }
}

#define PASSES(name, attributes)                                                                                       \
  attributes static slant_violation name##_step(float *e, const float *rise, const float *fall, const float *left,     \
                                                const float *right, float t, uint32_t n) {                             \
    return step_and_look(e, rise, fall, left, right, t, n);                                                            \
  }                                                                                                                    \
  attributes static uint32_t name##_partner(const float *e, const float *fall, const float *row,                       \
                                            const float *diagonal, float own, float up, uint32_t n) {                  \
    return best_partner(e, fall, row, diagonal, own, up, n);                                                           \
  }                                                                                                                    \
  attributes static void name##_rbf(float *out, const float *product, const float *square, float own, float gamma,     \
                                    uint32_t n) {                                                                      \
    rbf_row(out, product, square, own, gamma, n);                                                                      \
  }                                                                                                                    \
  static const slant_passes name = {name##_step, name##_partner, name##_rbf};

PASSES(baseline, )

#if defined __x86_64__
PASSES(avx2, __attribute__((target("avx2"))))

const slant_passes *slant_passes_best(void) {
  return __builtin_cpu_supports("avx2") ? &avx2 : &baseline;
}
#else
const slant_passes *slant_passes_best(void) {
  return &baseline;
}
#endif

void slant_passes_all(const slant_passes *out[3]) {
  out[0] = &baseline;
  out[1] = slant_passes_best() == &baseline ? NULL : slant_passes_best();
  out[2] = NULL;
}
