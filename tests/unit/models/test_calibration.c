/* calibration.c: every kind by its formula, agreement with the label, what is refused, and thresholds of coverage. */
#include <slant/calibration.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static slant_calibration of(uint32_t kind, const float *values, uint32_t n_values) {
  return (slant_calibration){kind, n_values, values, 0, NULL, 0, NULL};
}

static void check(const float *p, const double *expected, uint32_t n) {
  for (uint32_t c = 0; c < n; c++) assert_float_equal(p[c], (float)expected[c], 1e-6);
}

static double logistic(double z) {
  return 1 / (1 + exp(-z));
}

static void test_softmax_kinds(void **state) {
  (void)state;
  const float s = 2, scores[] = {0.5f, -1, 0.25f};
  float p[3];
  slant_calibration temperature = of(SLANT_CALIBRATION_TEMPERATURE, &s, 1);
  double sum = exp(1) + exp(-2) + exp(0.5);
  slant_calibration_probabilities(&temperature, scores, 3, 0, p);
  check(p, (const double[]){exp(1) / sum, exp(-2) / sum, exp(0.5) / sum}, 3);

  const float matrix[] = {1, 2, 0, 0, 1, 0, 0, 0, 4, 0.5f, 0, -1}; /* z = (0.5 − 2 + 0.5, −1, 1 − 1) */
  slant_calibration full = of(SLANT_CALIBRATION_MATRIX, matrix, 12);
  sum = 2 * exp(-1) + 1;
  slant_calibration_free_probabilities(&full, scores, 3, p);
  check(p, (const double[]){exp(-1) / sum, exp(-1) / sum, 1 / sum}, 3);
  slant_calibration_probabilities(&full, scores, 3, 0, p); /* the label was class 0: it shares with class 2 */
  double shared = (exp(-1) + 1) / 2 / sum;
  check(p, (const double[]){shared, exp(-1) / sum, shared}, 3);
}

static void test_sigmoids(void **state) {
  (void)state;
  const float two[] = {2, 0.5f}, scores[] = {0.75f, -0.75f};
  float p[3];
  slant_calibration one_curve = of(SLANT_CALIBRATION_SIGMOID, two, 2);
  slant_calibration_probabilities(&one_curve, scores, 2, 0, p);
  check(p, (const double[]){logistic(2), 1 - logistic(2)}, 2);

  const float three[] = {1, 0, 2, -1, 0, 0.5f}, more[] = {1, 0.5f, -3};
  double a = logistic(1), b = logistic(0), c = logistic(0.5);
  slant_calibration each = of(SLANT_CALIBRATION_SIGMOID, three, 6);
  slant_calibration_probabilities(&each, more, 3, 0, p);
  check(p, (const double[]){a / (a + b + c), b / (a + b + c), c / (a + b + c)}, 3);

  const float steep[] = {1e30f, 0, 1e30f, 0, 1e30f, 0}, low[] = {-1, -2, -3}; /* every sigmoid is 0 */
  slant_calibration none = of(SLANT_CALIBRATION_SIGMOID, steep, 6);
  slant_calibration_probabilities(&none, low, 3, 0, p);
  check(p, (const double[]){1 / 3.0, 1 / 3.0, 1 / 3.0}, 3);
}

static void test_isotonic(void **state) {
  (void)state;
  const float knots[] = {3, -1, 0, 2, 0.125f, 0.5f, 1};
  const float at[] = {-9, -1, -0.5f, 0, 0.5f, 2, 9};
  const double expected[] = {0.125, 0.125, 0.3125, 0.5, 0.625, 1, 1};
  slant_calibration curve = of(SLANT_CALIBRATION_ISOTONIC, knots, 7);
  assert_null(slant_calibration_fault(&curve, 2));
  for (int i = 0; i < 7; i++) {
    const float scores[] = {at[i], -at[i]};
    float p[2];
    slant_calibration_probabilities(&curve, scores, 2, at[i] < 0, p);
    check(p, (const double[]){expected[i], 1 - expected[i]}, 2);
  }
  const float three[] = {1, 0, 0.5f, 2, 0, 1, 0, 1, 1, 7, 0.25f}, scores[] = {3, 0.25f, 0}; /* one, two, one knots */
  float p[3];
  slant_calibration each = of(SLANT_CALIBRATION_ISOTONIC, three, 11);
  assert_null(slant_calibration_fault(&each, 3));
  slant_calibration_probabilities(&each, scores, 3, 0, p);
  check(p, (const double[]){0.5, 0.25, 0.25}, 3);
}

static void test_agreement(void **state) {
  (void)state;
  float fine[] = {0.5f, 0.3f, 0.2f};
  slant_calibration_agree(fine, 3, 0);
  check(fine, (const double[]){0.5, 0.3, 0.2}, 3);
  /* With 0.6 the mean is 0.35, which is above 0.25: that one stays. */
  float one[] = {0.1f, 0.6f, 0.25f, 0.05f};
  slant_calibration_agree(one, 4, 0);
  check(one, (const double[]){0.35, 0.35, 0.25, 0.05}, 4);
  float two[] = {0.4f, 0.4f, 0.2f, 0};
  slant_calibration_agree(two, 4, 3);
  check(two, (const double[]){0.8 / 3, 0.8 / 3, 0.2, 0.8 / 3}, 4);
  float all[] = {0.3f, 0.3f, 0.3f, 0.1f};
  slant_calibration_agree(all, 4, 3);
  check(all, (const double[]){0.25, 0.25, 0.25, 0.25}, 4);
}

static void test_faults(void **state) {
  (void)state;
  const float good[] = {3, -1, 0, 2, 0.125f, 0.5f, 1};
  const float bad[][7] = {
      {0, -1, 0, 2, 0.125f, 0.5f, 1},    {2.5f, -1, 0, 2, 0.125f, 0.5f, 1},  {4, -1, 0, 2, 0.125f, 0.5f, 1},
      {NAN, -1, 0, 2, 0.125f, 0.5f, 1},  {1e30f, -1, 0, 2, 0.125f, 0.5f, 1}, {-3, -1, 0, 2, 0.125f, 0.5f, 1},
      {2, -1, 0, 2, 0.125f, 0.5f, 1},    {3, -1, -1, 2, 0.125f, 0.5f, 1},    {3, -1, 0, 2, 0.5f, 0.25f, 1},
      {3, -1, 0, 2, 0.125f, 0.5f, 1.5f}, {3, -1, 0, 2, -0.125f, 0.5f, 1},    {3, -1, 0, INFINITY, 0.125f, 0.5f, 1}};
  slant_calibration curve = of(SLANT_CALIBRATION_ISOTONIC, good, 7);
  assert_null(slant_calibration_fault(&curve, 2));
  assert_non_null(slant_calibration_fault(&curve, 3));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    curve.values = bad[i];
    assert_non_null(slant_calibration_fault(&curve, 2));
  }
  for (uint32_t n = 0; n < 7; n++) {
    curve = of(SLANT_CALIBRATION_ISOTONIC, good, n);
    assert_non_null(slant_calibration_fault(&curve, 2));
  }
  const float zero = 0, one = 1, down[] = {-1, 0};
  slant_calibration wrong[] = {of(SLANT_CALIBRATION_TEMPERATURE, &zero, 1),
                               of(SLANT_CALIBRATION_TEMPERATURE, NULL, 1),
                               of(SLANT_CALIBRATION_TEMPERATURE, good, 2),
                               of(SLANT_CALIBRATION_SIGMOID, down, 2),
                               of(SLANT_CALIBRATION_SIGMOID, good, 3),
                               of(SLANT_CALIBRATION_MATRIX, good, 5),
                               of(0, &one, 1),
                               of(5, &one, 1)};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_non_null(slant_calibration_fault(&wrong[i], 2));
  slant_calibration fine = of(SLANT_CALIBRATION_TEMPERATURE, &one, 1);
  assert_null(slant_calibration_fault(&fine, 2));
  assert_non_null(slant_calibration_fault(&fine, 1));
  assert_non_null(slant_calibration_fault(&fine, 65));
  assert_string_equal(slant_calibration_name(SLANT_CALIBRATION_MATRIX), "matrix");
  assert_null(slant_calibration_name(0));
  assert_null(slant_calibration_name(9));
}

static void test_coverage(void **state) {
  (void)state;
  const float one = 1;
  float levels[SLANT_COVERAGE_LEVELS];
  for (int i = 0; i < SLANT_COVERAGE_LEVELS; i++) levels[i] = 1 - (float)i / 40;
  slant_calibration calibration = of(SLANT_CALIBRATION_TEMPERATURE, &one, 1);
  assert_true(slant_calibration_threshold(&calibration, 0.5) == 0); /* no levels: everything is answered */
  calibration.levels = levels;
  calibration.n_levels = SLANT_COVERAGE_LEVELS;
  assert_null(slant_calibration_fault(&calibration, 2));
  assert_float_equal(slant_calibration_threshold(&calibration, 0.5), 0.75f, 1e-6);
  assert_float_equal(slant_calibration_threshold(&calibration, 0.525), 0.7375f, 1e-6);
  assert_float_equal(slant_calibration_threshold(&calibration, 0.999), 0.5005f, 1e-6);
  assert_true(slant_calibration_threshold(&calibration, 0) == 1);
  assert_true(slant_calibration_threshold(&calibration, 1) == 0);
  calibration.n_levels--;
  assert_non_null(slant_calibration_fault(&calibration, 2));
  calibration.n_levels++;
  const float shares[] = {0.25f, 0.75f}, none[] = {0, 1};
  calibration.n_prior = 2;
  assert_non_null(slant_calibration_fault(&calibration, 2)); /* they are not there */
  calibration.prior = shares;
  assert_null(slant_calibration_fault(&calibration, 2));
  assert_non_null(slant_calibration_fault(&calibration, 3));
  calibration.prior = none;
  assert_non_null(slant_calibration_fault(&calibration, 2));
  calibration.prior = shares;
  levels[4] = 0.2f; /* ascends after it */
  assert_non_null(slant_calibration_fault(&calibration, 2));
  levels[4] = NAN;
  assert_non_null(slant_calibration_fault(&calibration, 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_softmax_kinds), cmocka_unit_test(test_sigmoids), cmocka_unit_test(test_isotonic),
      cmocka_unit_test(test_agreement),     cmocka_unit_test(test_faults),   cmocka_unit_test(test_coverage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
