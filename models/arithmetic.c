#include "models/arithmetic.h"

#include <stddef.h>
#include <string.h>

/* Each body is written once and inlined into a function for each instruction set. Eight lanes are one register of AVX,
 * or two of SSE or NEON. */
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 8, CHAINS = 4 };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

INLINE void add_terms(float *out, const float *rows, const slant_term *terms, uint32_t n) {
  lanes sum[SLANT_STRIP / LANES], *to = (lanes *)(void *)out;
  for (int r = 0; r < SLANT_STRIP / LANES; r++) sum[r] = to[r];
  for (uint32_t i = 0; i < n; i++) {
    const lanes *row = (const lanes *)(const void *)(rows + (size_t)terms[i].row * SLANT_STRIP);
    const float v = terms[i].value;
    const lanes value = {v, v, v, v, v, v, v, v};
    for (int r = 0; r < SLANT_STRIP / LANES; r++) sum[r] += value * row[r];
  }
  for (int r = 0; r < SLANT_STRIP / LANES; r++) to[r] = sum[r];
}

enum { TOGETHER = 3 }; /* outputs that share a look at x: their chains fill the registers */

/* Eight floats from there on. */
#define LOAD(at) (*(const lanes *)(const void *)(at))

/* Four chains of sums side by side, for each addition waits for the one before. What an output gets does not depend on
 * how many share the look. */
INLINE void inner_products(float *out, const float *rows, uint32_t count, const float *x, uint32_t n) {
  lanes sum[TOGETHER][CHAINS] = {{{0}}};
  uint32_t at = 0;
  for (; at + CHAINS * LANES <= n; at += CHAINS * LANES)
    for (int c = 0; c < CHAINS; c++) {
      const lanes some = LOAD(x + at + c * LANES);
      for (uint32_t o = 0; o < count; o++) sum[o][c] += LOAD(rows + (size_t)o * n + at + c * LANES) * some;
    }
  for (; at + LANES <= n; at += LANES)
    for (uint32_t o = 0; o < count; o++) sum[o][0] += LOAD(rows + (size_t)o * n + at) * LOAD(x + at);
  for (uint32_t o = 0; o < count; o++) {
    const lanes all = (sum[o][0] + sum[o][1]) + (sum[o][2] + sum[o][3]);
    float rest = 0;
    for (uint32_t i = at; i < n; i++) rest += rows[(size_t)o * n + i] * x[i];
    out[o] += (((all[0] + all[4]) + (all[2] + all[6])) + ((all[1] + all[5]) + (all[3] + all[7]))) + rest;
  }
}

INLINE void add_products(float *out, const float *rows, uint32_t count, const float *x, uint32_t n) {
  for (; count >= TOGETHER; count -= TOGETHER, out += TOGETHER, rows += (size_t)TOGETHER * n)
    inner_products(out, rows, TOGETHER, x, n);
  for (; count; count--, out++, rows += n) inner_products(out, rows, 1, x, n);
}

/*
 * exp(x) for x ≤ 0, to 1e-14 of itself, in a way that compilers turn into vector instructions: x = n ln 2 + r with
 * |r| ≤ ln 2 / 2, e^r by its Taylor series, and 2^n put into the exponent's bits. Below -708 it gives e^-708.
 */
INLINE double exp_negative(double x) {
  const double magic = 0x1.8p52; /* added and taken away: rounds to an integer, which the low bits then hold */
  x = x < -708 ? -708 : x;
  double shifted = x * 0x1.71547652b82fep0 + magic, n = shifted - magic;
  double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
  double sum = 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return sum * power;
}

INLINE void rbf_values(double *restrict out, const float *restrict products, const double *restrict norms, double norm,
                       double gamma, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    double distance = norm + norms[i] - 2 * (double)products[i];
    out[i] = exp_negative(-gamma * (distance > 0 ? distance : 0));
  }
}

#define ARITHMETIC(name, attributes)                                                                                   \
  attributes static void name##_add_strip(float *out, const float *rows, const slant_term *terms, uint32_t n) {        \
    add_terms(out, rows, terms, n);                                                                                    \
  }                                                                                                                    \
  attributes static void name##_products(float *out, const float *rows, uint32_t count, const float *x, uint32_t n) {  \
    add_products(out, rows, count, x, n);                                                                              \
  }                                                                                                                    \
  attributes static void name##_rbf(double *out, const float *products, const double *norms, double norm,              \
                                    double gamma, uint32_t n) {                                                        \
    rbf_values(out, products, norms, norm, gamma, n);                                                                  \
  }                                                                                                                    \
  static const slant_arithmetic name = {name##_add_strip, name##_products, name##_rbf};

ARITHMETIC(baseline, )

#if defined __x86_64__
ARITHMETIC(avx2, __attribute__((target("avx2"))))

const slant_arithmetic *slant_arithmetic_best(void) {
  return __builtin_cpu_supports("avx2") ? &avx2 : &baseline;
}
#else
const slant_arithmetic *slant_arithmetic_best(void) {
  return &baseline;
}
#endif

void slant_arithmetic_all(const slant_arithmetic *out[3]) {
  out[0] = &baseline;
  out[1] = slant_arithmetic_best() == &baseline ? NULL : slant_arithmetic_best();
  out[2] = NULL;
}
