/* train/calibrate.c: which kind is chosen, that it is judged on what it was not fitted to, levels of coverage, and data
 * that leave nothing to choose. */
#include "common/random.h"
#include "train/calibrate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 4000 };
static double scores[N * 3];
static uint32_t gold[N], group[N];

static double unit(slant_random *random) {
  return (double)(slant_random_next(random) >> 11) / 9007199254740992.0;
}

static double logistic(double z) {
  return 1 / (1 + exp(-z));
}

static double straight(double f) {
  return logistic(2 * f);
}

static double leaning(double f) {
  return logistic(2 * f - 1);
}

static double stairs(double f) {
  return f < -1 ? 0.02 : f < 1 ? 0.45 : 0.7;
}

static slant_calibrate_input draw(double (*p)(double), size_t n) {
  slant_random random = slant_random_from(5, 0);
  for (size_t i = 0; i < n; i++) {
    double f = 4 * unit(&random) - 2;
    scores[2 * i] = f;
    scores[2 * i + 1] = -f;
    gold[i] = unit(&random) >= p(f);
    group[i] = (uint32_t)i;
  }
  return (slant_calibrate_input){scores, gold, group, n, 2, 1};
}

static void check_kind(double (*p)(double), size_t n, uint32_t kind) {
  slant_calibrate_input input = draw(p, n);
  slant_fitted_calibration fitted;
  assert_int_equal(slant_calibrate(&fitted, &input, NULL), 0);
  assert_null(slant_calibration_fault(&fitted.calibration, 2));
  assert_int_equal(fitted.calibration.kind, kind);
  assert_int_equal(fitted.reliability.n, n);
  assert_true(fabs(slant_reliability_log_loss(&fitted.reliability) - fitted.log_loss[kind - 1]) < 1e-9);
  slant_fitted_calibration_free(&fitted);
}

static void the_kind_follows_the_data(void **state) {
  (void)state;
  check_kind(straight, N, SLANT_CALIBRATION_TEMPERATURE);
  check_kind(leaning, N, SLANT_CALIBRATION_SIGMOID);
  check_kind(stairs, N, SLANT_CALIBRATION_ISOTONIC);
  check_kind(stairs, 150, SLANT_CALIBRATION_SIGMOID); /* too few for curves without a form */
  check_kind(stairs, 19, SLANT_CALIBRATION_TEMPERATURE);
}

/* Three classes, one of which takes from its neighbour: only a matrix can say so. */
static void the_matrix_has_its_case(void **state) {
  (void)state;
  slant_random random = slant_random_from(9, 0);
  for (size_t i = 0; i < N; i++) {
    double *row = scores + 3 * i, weight[3], sum = 0, u = unit(&random);
    for (int c = 0; c < 3; c++) row[c] = 4 * unit(&random) - 2;
    sum += weight[0] = exp(2 * row[0] - 1.5 * row[1]);
    sum += weight[1] = exp(2 * row[1]);
    sum += weight[2] = exp(2 * row[2] + 1.5 * row[1]);
    gold[i] = u * sum < weight[0] ? 0 : u * sum < weight[0] + weight[1] ? 1 : 2;
    group[i] = (uint32_t)i;
  }
  slant_calibrate_input input = {scores, gold, group, N, 3, 1};
  slant_fitted_calibration fitted;
  assert_int_equal(slant_calibrate(&fitted, &input, NULL), 0);
  assert_int_equal(fitted.calibration.kind, SLANT_CALIBRATION_MATRIX);
  for (int kind = 0; kind < SLANT_CALIBRATION_KINDS; kind++) assert_true(fitted.log_loss[kind] > 0);
  slant_fitted_calibration_free(&fitted);
}

/* Labels that have nothing to do with the scores, which are all different: a curve fitted to these very examples would
 * know them, one that was not has nothing to say. */
static void judged_by_others(void **state) {
  (void)state;
  slant_random random = slant_random_from(11, 0);
  slant_calibrate_input input = draw(straight, 1000);
  for (size_t i = 0; i < 1000; i++) gold[i] = (uint32_t)slant_random_below(&random, 2);
  slant_fitted_calibration fitted;
  assert_int_equal(slant_calibrate(&fitted, &input, NULL), 0);
  for (int kind = 0; kind < SLANT_CALIBRATION_KINDS; kind++)
    if (!isnan(fitted.log_loss[kind])) assert_true(fitted.log_loss[kind] > log(2) - 0.002);
  slant_fitted_calibration_free(&fitted);
}

static void the_same_every_time(void **state) {
  (void)state;
  slant_fitted_calibration one, two, other;
  slant_calibrate_input input = draw(stairs, N);
  assert_int_equal(slant_calibrate(&one, &input, NULL), 0);
  assert_int_equal(slant_calibrate(&two, &input, NULL), 0);
  input.seed = 2;
  assert_int_equal(slant_calibrate(&other, &input, NULL), 0);
  size_t n = one.calibration.n_values + SLANT_COVERAGE_LEVELS;
  assert_int_equal(one.calibration.n_values, two.calibration.n_values);
  assert_memory_equal(one.numbers, two.numbers, n * sizeof *one.numbers);
  assert_memory_equal(one.numbers, other.numbers, n * sizeof *one.numbers); /* fitted to all, whatever the folds */
  assert_true(one.log_loss[0] == two.log_loss[0] && one.log_loss[0] != other.log_loss[0]);
  slant_fitted_calibration_free(&one);
  slant_fitted_calibration_free(&two);
  slant_fitted_calibration_free(&other);
}

/* A share c of the examples is at or above the level for c, and the surer are more often right. */
static void levels_cover_what_they_say(void **state) {
  (void)state;
  slant_calibrate_input input = draw(leaning, N);
  slant_fitted_calibration fitted;
  assert_int_equal(slant_calibrate(&fitted, &input, NULL), 0);
  assert_true(isnan(fitted.accuracy[0]) && fitted.accuracy[4] > 0.93 && fitted.accuracy[20] < 0.85);
  assert_true(fabs(fitted.accuracy[20] - (double)fitted.reliability.n_right / N) < 1e-12);
  for (int percent = 10; percent < 100; percent += 15) {
    float threshold = slant_calibration_threshold(&fitted.calibration, percent / 100.0);
    int answered = 0;
    for (size_t i = 0; i < N; i++) {
      const float row[] = {(float)scores[2 * i], (float)scores[2 * i + 1]};
      float p[2];
      slant_calibration_probabilities(&fitted.calibration, row, 2, row[0] < row[1], p);
      answered += p[row[0] < row[1]] >= threshold;
    }
    assert_true(abs(answered - N * percent / 100) < N / 50);
  }
  slant_fitted_calibration_free(&fitted);
}

static void nothing_to_choose(void **state) {
  (void)state;
  slant_fitted_calibration fitted;
  assert_int_equal(slant_calibrate_none(&fitted, NULL), 0);
  assert_int_equal(fitted.calibration.kind, SLANT_CALIBRATION_TEMPERATURE);
  assert_true(fitted.calibration.values[0] == 1);
  assert_int_equal(fitted.calibration.n_levels, 0);
  assert_int_equal(fitted.reliability.n, 0);
  slant_fitted_calibration_free(&fitted);

  slant_calibrate_input input = draw(straight, 50);
  for (int fault = 0; fault < 4; fault++) {
    input = draw(straight, 50);
    if (fault == 0) input.n = 0;
    if (fault == 1) memset(group, 0, sizeof group); /* one group */
    if (fault == 2)
      for (int i = 0; i < 100; i++) scores[i] = NAN;
    if (fault == 3) memset(gold, 0, sizeof gold); /* one class */
    assert_int_equal(slant_calibrate(&fitted, &input, NULL), 0);
    assert_null(slant_calibration_fault(&fitted.calibration, 2));
    assert_int_equal(fitted.calibration.kind, SLANT_CALIBRATION_TEMPERATURE);
    assert_int_equal(fitted.reliability.n, fault == 3 ? 50 : 0);
    slant_fitted_calibration_free(&fitted);
  }
  const double tie[] = {2, 5, 5};
  assert_int_equal(slant_argmax(tie, 3), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_kind_follows_the_data),  cmocka_unit_test(the_matrix_has_its_case),
      cmocka_unit_test(judged_by_others),           cmocka_unit_test(the_same_every_time),
      cmocka_unit_test(levels_cover_what_they_say), cmocka_unit_test(nothing_to_choose),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
