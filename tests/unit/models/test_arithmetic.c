/* arithmetic.c: what each instruction set gives is what the formula gives, bit for bit. */
#include "models/arithmetic.h"

#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 30, MOST = 133, ROUNDS = 300 };

static float draw(slant_random *random) {
  return (float)((double)slant_random_below(random, 2000001) / 1000000 - 1);
}

static void test_add_strip(void **state) {
  (void)state;
  const slant_arithmetic *all[3];
  static float rows[ROWS * SLANT_STRIP];
  slant_random random = slant_random_from(1, 0);
  slant_arithmetic_all(all);
  for (int i = 0; i < ROWS * SLANT_STRIP; i++) rows[i] = draw(&random);
  for (int round = 0; round < ROUNDS; round++) {
    slant_term terms[ROWS];
    float start[SLANT_STRIP], expected[SLANT_STRIP], found[SLANT_STRIP];
    uint32_t n = (uint32_t)slant_random_below(&random, ROWS + 1);
    for (uint32_t i = 0; i < n; i++)
      terms[i] = (slant_term){(uint32_t)slant_random_below(&random, ROWS), draw(&random)};
    for (int k = 0; k < SLANT_STRIP; k++) {
      start[k] = expected[k] = draw(&random);
      for (uint32_t i = 0; i < n; i++) {
        volatile float product = terms[i].value * rows[terms[i].row * SLANT_STRIP + (uint32_t)k];
        expected[k] += product;
      }
    }
    for (int s = 0; all[s]; s++) {
      memcpy(found, start, sizeof found);
      all[s]->add_strip(found, rows, terms, n);
      assert_memory_equal(found, expected, sizeof found);
    }
  }
}

/* Four chains of eight lanes, then one of eight, then one by one. */
static float inner_product(const float *a, const float *b, uint32_t n) {
  float sum[4][8] = {{0}}, all[8], rest = 0;
  uint32_t at = 0, whole = n / 32 * 32, eights = n / 8 * 8;
  for (; at < n; at++) {
    volatile float product = a[at] * b[at];
    float *to = at < whole ? &sum[at / 8 % 4][at % 8] : at < eights ? &sum[0][at % 8] : &rest;
    *to += product;
  }
  for (int k = 0; k < 8; k++) all[k] = (sum[0][k] + sum[1][k]) + (sum[2][k] + sum[3][k]);
  return (((all[0] + all[4]) + (all[2] + all[6])) + ((all[1] + all[5]) + (all[3] + all[7]))) + rest;
}

static void test_products(void **state) {
  (void)state;
  enum { COUNT = 5 };
  const slant_arithmetic *all[3];
  static float rows[COUNT * MOST];
  slant_random random = slant_random_from(2, 0);
  slant_arithmetic_all(all);
  for (int round = 0; round < ROUNDS; round++) {
    float x[MOST], start[COUNT], expected[COUNT], found[COUNT];
    uint32_t n = (uint32_t)slant_random_below(&random, MOST + 1), count = (uint32_t)slant_random_below(&random, COUNT);
    for (uint32_t i = 0; i < COUNT * n; i++) rows[i] = draw(&random);
    for (uint32_t i = 0; i < n; i++) x[i] = draw(&random);
    for (uint32_t o = 0; o < COUNT; o++) {
      start[o] = expected[o] = draw(&random);
      if (o < count) expected[o] += inner_product(rows + (size_t)o * n, x, n);
    }
    for (int s = 0; all[s]; s++) {
      memcpy(found, start, sizeof found);
      all[s]->products(found, rows, count, x, n);
      assert_memory_equal(found, expected, sizeof found);
    }
  }
}

static void test_rbf(void **state) {
  (void)state;
  const slant_arithmetic *all[3];
  slant_random random = slant_random_from(3, 0);
  slant_arithmetic_all(all);
  for (int round = 0; round < ROUNDS; round++) {
    float products[MOST];
    double norms[MOST], first[MOST], found[MOST], gamma = round % 7 ? 0.01 * round : 300;
    for (int i = 0; i < MOST; i++) {
      products[i] = draw(&random);
      norms[i] = 1 + (double)draw(&random);
    }
    for (int s = 0; all[s]; s++) {
      all[s]->rbf(found, products, norms, 1, gamma, MOST);
      if (s) assert_memory_equal(found, first, sizeof found);
      memcpy(first, found, sizeof first);
    }
    for (int i = 0; i < MOST; i++) {
      double expected = exp(-gamma * fmax(0, 1 + norms[i] - 2 * (double)products[i]));
      assert_true(fabs(first[i] - expected) <= 1e-14 * expected || expected < 1e-306);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_add_strip), cmocka_unit_test(test_products),
                                     cmocka_unit_test(test_rbf)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
