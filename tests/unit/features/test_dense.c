/* dense.c: what each instruction set gives is what the formula gives, bit for bit. */
#include "features/dense.h"

#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 203, ROWS = 40, ROUNDS = 400 };

typedef struct values {
  float rows[ROWS][MOST], weights[ROWS], start[MOST], centre[MOST], scale[MOST];
  const float *row[ROWS];
} values;

static float draw(slant_random *random) {
  return (float)((double)slant_random_below(random, 2000001) / 1000000 - 1);
}

static void draw_all(slant_random *random, values *v) {
  for (int i = 0; i < ROWS; i++) {
    v->row[i] = v->rows[slant_random_below(random, ROWS)];
    v->weights[i] = draw(random);
    for (int k = 0; k < MOST; k++) v->rows[i][k] = draw(random);
  }
  for (int k = 0; k < MOST; k++) {
    v->start[k] = draw(random);
    v->centre[k] = draw(random) / 8;
    v->scale[k] = draw(random) * 20;
  }
}

static void test_add(void **state) {
  (void)state;
  const slant_dense_kernels *kernels[3];
  slant_dense_all(kernels);
  slant_random random = slant_random_from(3, 0);
  static values v;
  for (int round = 0; round < ROUNDS; round++) {
    uint32_t dim = (uint32_t)slant_random_below(&random, MOST + 1), n = (uint32_t)slant_random_below(&random, ROWS);
    float expected[MOST], found[MOST];
    draw_all(&random, &v);
    memcpy(expected, v.start, sizeof expected);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t k = 0; k < dim; k++) {
        volatile float product = v.weights[i] * v.row[i][k];
        expected[k] += product;
      }
    for (int s = 0; kernels[s]; s++) {
      memcpy(found, v.start, sizeof found);
      kernels[s]->add(found, v.row, v.weights, n, dim);
      assert_memory_equal(found, expected, sizeof found);
    }
  }
}

static void test_to_unit(void **state) {
  (void)state;
  const slant_dense_kernels *kernels[3];
  slant_dense_all(kernels);
  slant_random random = slant_random_from(4, 0);
  static values v;
  for (int round = 0; round < ROUNDS; round++) {
    uint32_t n = (uint32_t)slant_random_below(&random, MOST + 1);
    float first[MOST], found[MOST];
    double squares = 0;
    draw_all(&random, &v);
    for (int s = 0; kernels[s]; s++) {
      memcpy(found, v.start, sizeof found);
      kernels[s]->to_unit(found, n);
      if (s == 0) memcpy(first, found, sizeof first);
      assert_memory_equal(found, first, sizeof found);
    }
    for (uint32_t k = 0; k < n; k++) squares += (double)first[k] * (double)first[k];
    if (n) assert_true(fabs(squares - 1) < 1e-5);
    assert_memory_equal(first + n, v.start + n, (MOST - n) * sizeof *first);
    memset(found, 0, sizeof found);
    kernels[0]->to_unit(found, n);
    for (uint32_t k = 0; k < n; k++) assert_true(found[k] == 0);
  }
}

static void test_standardise(void **state) {
  (void)state;
  const slant_dense_kernels *kernels[3];
  slant_dense_all(kernels);
  slant_random random = slant_random_from(5, 0);
  static values v;
  for (int round = 0; round < ROUNDS; round++) {
    uint32_t n = (uint32_t)slant_random_below(&random, MOST + 1);
    float out[MOST], clip = 5, weight = 0.3F;
    draw_all(&random, &v);
    for (int s = 0; kernels[s]; s++) {
      kernels[s]->standardise(out, v.start, v.centre, v.scale, clip, weight, n);
      for (uint32_t k = 0; k < n; k++) {
        float z = (v.start[k] - v.centre[k]) * v.scale[k];
        z = z > clip ? clip : z < -clip ? -clip : z;
        assert_true(out[k] == z * weight);
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_add), cmocka_unit_test(test_to_unit),
                                     cmocka_unit_test(test_standardise)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
