/* train/passes.c: against plain loops, and every instruction set against the others, bit for bit. */
#include "common/random.h"
#include "train/passes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 40 * SLANT_LANES, ROUNDS = 50 };

typedef struct arrays {
  float e[N], rise[N], fall[N], left[N], right[N], diagonal[N];
} arrays;

static float unit(slant_random *random) {
  return (float)((double)(slant_random_next(random) >> 11) / 9007199254740992.0);
}

/* A third of the elements cannot rise, a third cannot fall; values come in steps, so that some are equal. */
static arrays make(slant_random *random) {
  arrays a;
  for (int k = 0; k < N; k++) {
    a.e[k] = floorf(unit(random) * 60) / 20 - 1.5f;
    a.rise[k] = slant_random_below(random, 3) ? 0 : -INFINITY;
    a.fall[k] = slant_random_below(random, 3) ? 0 : INFINITY;
    a.left[k] = unit(random);
    a.right[k] = unit(random);
    a.diagonal[k] = 1 + unit(random);
  }
  return a;
}

static void steps_and_violations(void **state) {
  (void)state;
  const slant_passes *all[3];
  slant_passes_all(all);
  slant_random random = slant_random_from(1, 1);
  for (int round = 0; round < ROUNDS; round++) {
    arrays a = make(&random);
    float t = round % 2 ? unit(&random) : 0, up = -INFINITY, low = INFINITY, expected[N];
    uint32_t i = 0;
    for (uint32_t k = 0; k < N; k++) {
      expected[k] = a.e[k] - t * (a.left[k] - a.right[k]);
      if (a.rise[k] >= 0 && expected[k] > up) {
        up = expected[k];
        i = k;
      }
      if (a.fall[k] <= 0 && expected[k] < low) low = expected[k];
    }
    for (int s = 0; all[s]; s++) {
      arrays b = a;
      slant_violation found = all[s]->step(b.e, b.rise, b.fall, b.left, b.right, t, N);
      assert_memory_equal(b.e, expected, sizeof expected);
      assert_true(found.up == up && found.low == low);
      assert_int_equal(found.i, i); /* the first of equals */
    }
  }
}

static void partners(void **state) {
  (void)state;
  const slant_passes *all[3];
  slant_passes_all(all);
  slant_random random = slant_random_from(2, 2);
  for (int round = 0; round < ROUNDS; round++) {
    arrays a = make(&random);
    float up = round == 0 ? -10 : unit(&random), best = 0;
    uint32_t expected = N;
    for (uint32_t k = 0; k < N; k++) {
      float gap = up - a.e[k], curve = a.diagonal[k] + 1.5f - (a.left[k] + a.left[k]);
      if (a.fall[k] > 0 || gap <= 0) continue;
      float gain = gap * gap / (curve > 1e-12f ? curve : 1e-12f);
      if (gain > best) {
        best = gain;
        expected = k;
      }
    }
    for (int s = 0; all[s]; s++)
      assert_int_equal(all[s]->partner(a.e, a.fall, a.left, a.diagonal, 1.5f, up, N), expected);
    if (round == 0) assert_int_equal(expected, N); /* nothing is below -10 */
  }
}

static void kernels(void **state) {
  (void)state;
  const slant_passes *all[3];
  slant_passes_all(all);
  slant_random random = slant_random_from(3, 3);
  for (int round = 0; round < ROUNDS; round++) {
    float product[N], square[N], out[2][N], gamma = expf(8 * unit(&random) - 4);
    for (int k = 0; k < N; k++) {
      square[k] = 3 * unit(&random);
      product[k] = k ? 1.5f * unit(&random) : 4; /* the first is nearer than any two vectors can be */
    }
    for (int s = 0; all[s]; s++) {
      all[s]->rbf(out[s], product, square, 2, gamma, N);
      for (int k = 0; k < N; k++) {
        float distance = 2 + square[k] - (product[k] + product[k]), x = -gamma * (distance > 0 ? distance : 0);
        double expected = exp(x > -87 ? (double)x : -87.0);
        assert_true(fabs((double)out[s][k] - expected) < 3e-7 * expected);
      }
      assert_true(out[s][0] == 1);
    }
    if (all[1]) assert_memory_equal(out[0], out[1], sizeof out[0]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_and_violations),
      cmocka_unit_test(partners),
      cmocka_unit_test(kernels),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
