/* reliability.c: log-loss, Brier score and calibration error by hand. */
#include <slant/reliability.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void near(double value, double expected) {
  assert_true(fabs(value - expected) < 1e-6);
}

static void by_hand(void **state) {
  (void)state;
  const float p[][3] = {{0.75f, 0.25f, 0}, {0.75f, 0.125f, 0.125f}, {0, 1, 0}, {0.5f, 0.5f, 0}};
  const uint32_t label[] = {0, 0, 1, 1}, gold[] = {0, 1, 1, 3}; /* the last is none of the classes */
  slant_reliability sums = {0};
  assert_true(isnan(slant_reliability_log_loss(&sums)) && isnan(slant_reliability_brier(&sums)) &&
              isnan(slant_reliability_error(&sums)));
  for (int i = 0; i < 4; i++) slant_reliability_add(&sums, p[i], 3, label[i], gold[i]);
  assert_int_equal(sums.n, 4);
  assert_int_equal(sums.n_right, 2);
  near(slant_reliability_log_loss(&sums), -(log(0.75) + log(0.125) + log(1) + log(1e-7)) / 4);
  near(slant_reliability_brier(&sums), (0.125 + (0.5625 + 0.765625 + 0.015625) + 0 + (0.25 + 0.25 + 1)) / 4);
  /* Bins: 0.75 → 11, twice, one right; 1 → 14, right; 0.5 → 7, wrong. */
  assert_int_equal(sums.bins[11].n, 2);
  assert_int_equal(sums.bins[11].n_right, 1);
  assert_int_equal(sums.bins[14].n, 1);
  assert_int_equal(sums.bins[7].n, 1);
  near(slant_reliability_error(&sums), (fabs(1 - 1.5) + 0 + 0.5) / 4);
}

static void sums_of_parts(void **state) {
  (void)state;
  slant_reliability whole = {0}, parts[2] = {{0}, {0}};
  for (uint32_t i = 0; i < 100; i++) {
    float sure = (float)(i + 1) / 101;
    const float p[] = {sure, 1 - sure};
    uint32_t label = sure < 0.5f, gold = i % 3 == 0;
    slant_reliability_add(&whole, p, 2, label, gold);
    slant_reliability_add(&parts[i % 2], p, 2, label, gold);
  }
  slant_reliability_merge(&parts[0], &parts[1]);
  assert_int_equal(parts[0].n, whole.n);
  near(slant_reliability_log_loss(&parts[0]), slant_reliability_log_loss(&whole));
  near(slant_reliability_brier(&parts[0]), slant_reliability_brier(&whole));
  near(slant_reliability_error(&parts[0]), slant_reliability_error(&whole));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(sums_of_parts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
