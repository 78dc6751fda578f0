/* train/calibrate.c: the temperature, and what is reported about it. */
#include "common/random.h"
#include "train/calibrate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { N = 4000, K = 3 };
static double scores[N * K];
static uint32_t gold[N];

static double unit(slant_random *random) {
  return (double)(slant_random_next(random) >> 11) / 9007199254740992.0;
}

/* Gold labels drawn from softmax(truth · scores): the least log-loss is at s = truth. */
static void draw(double truth) {
  slant_random random = slant_random_from(3, 0);
  for (size_t i = 0; i < N; i++) {
    double weight[K], sum = 0, u = unit(&random);
    for (int c = 0; c < K; c++) {
      scores[i * K + c] = 4 * unit(&random) - 2;
      sum += weight[c] = exp(truth * scores[i * K + c]);
    }
    gold[i] = u * sum < weight[0] ? 0 : u * sum < weight[0] + weight[1] ? 1 : 2;
  }
}

static void finds_the_temperature(void **state) {
  (void)state;
  const double truths[] = {0.3, 1, 2.5};
  for (int t = 0; t < 3; t++) {
    draw(truths[t]);
    double s = slant_calibrate(scores, gold, N, K);
    assert_true(s > truths[t] * 0.9 && s < truths[t] * 1.1);
    assert_true(slant_log_loss(scores, gold, N, K, s) <= slant_log_loss(scores, gold, N, K, s * 1.1));
    assert_true(slant_log_loss(scores, gold, N, K, s) <= slant_log_loss(scores, gold, N, K, s / 1.1));
    assert_true(slant_calibration_error(scores, gold, N, K, s, 15) < 0.03);
    assert_true(slant_calibration_error(scores, gold, N, K, s * 8, 15) > 0.05);
  }
}

static void separable_scores_stay_finite(void **state) {
  (void)state;
  const double apart[] = {1, -1, 1.5, -1.5, -1, 1, -2, 2};
  const uint32_t truth[] = {0, 0, 1, 1};
  double s = slant_calibrate(apart, truth, 4, 2);
  assert_true(s > 0.5 && s < 20);
  const uint32_t wrong[] = {1, 1, 0, 0};
  s = slant_calibrate(apart, wrong, 4, 2); /* always wrong: as unsure as it gets, but never turned round */
  assert_true(s > 0 && s < 0.01);
}

static void nothing_to_learn_from(void **state) {
  (void)state;
  const double flat[] = {0, 0, 0, 0};
  const uint32_t truth[] = {0, 1};
  assert_true(slant_calibrate(flat, truth, 2, 2) == 1);
  assert_true(slant_calibrate(flat, truth, 0, 2) == 1);
  const double broken[] = {NAN, 0, 1, INFINITY};
  assert_true(slant_calibrate(broken, truth, 2, 2) == 1);
  assert_true(slant_log_loss(flat, truth, 0, 2, 1) == 0);
}

static void measures_by_hand(void **state) {
  (void)state;
  const double two[] = {1, -1, -1, 1};
  const uint32_t truth[] = {0, 0};
  double p = 1 / (1 + exp(-2.0));
  assert_true(fabs(slant_log_loss(two, truth, 2, 2, 1) + (log(p) + log(1 - p)) / 2) < 1e-12);
  /* One bin: half are right, all are p sure. */
  assert_true(fabs(slant_calibration_error(two, truth, 2, 2, 1, 15) - (p - 0.5)) < 1e-12);
  const double tie[] = {2, 5, 5};
  assert_int_equal(slant_argmax(tie, 3), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_the_temperature),
      cmocka_unit_test(separable_scores_stay_finite),
      cmocka_unit_test(nothing_to_learn_from),
      cmocka_unit_test(measures_by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
