/* evaluate/metrics.c against hand-computed values and scikit-learn's. */
#include "evaluate/marginals.h"
#include "unit/evaluate/judgements.h"

static void classes_as_in_scikit_learn(void **state) {
  (void)state;
  judgements all = judgements_make();
  uint64_t confusion[16] = {0};
  for (int i = 0; i < JUDGEMENTS; i++) confusion[all.gold[i] * 4 + all.predicted[i]]++;
  const uint64_t expected[16] = {185, 14, 23, 8, 19, 114, 14, 12, 8, 7, 38, 7, 25, 3, 3, 20};
  assert_memory_equal(confusion, expected, sizeof expected);

  const slant_class_metrics reference[4] = {{0.78059072, 0.80434783, 0.79229122, 230},
                                            {0.82608696, 0.71698113, 0.76767677, 159},
                                            {0.48717949, 0.63333333, 0.55072464, 60},
                                            {0.42553191, 0.39215686, 0.40816327, 51}};
  slant_class_metrics classes[4];
  slant_metrics_classes(confusion, 4, classes);
  for (int k = 0; k < 4; k++) {
    assert_close(classes[k].precision, reference[k].precision, 1e-8);
    assert_close(classes[k].recall, reference[k].recall, 1e-8);
    assert_close(classes[k].f1, reference[k].f1, 1e-8);
    assert_int_equal(classes[k].support, reference[k].support);
  }
  assert_close(slant_metrics_accuracy(confusion, 4), 0.714, 1e-15);
  assert_close(slant_metrics_macro_f1(confusion, 4), 0.6297139728051987, 1e-15);
  assert_close(slant_metrics_f_avg(confusion, 4, 1, 0), 0.7799839941167566, 1e-15);
}

/* gold 0 0 1 1 1 2, predicted 0 1 1 1 0 0: class 2 is never predicted and counts with F1 0. */
static void a_class_never_predicted_counts(void **state) {
  (void)state;
  const uint64_t confusion[9] = {1, 1, 0, 1, 2, 0, 1, 0, 0};
  slant_class_metrics classes[3];
  slant_metrics_classes(confusion, 3, classes);
  assert_close(classes[0].f1, 2.0 * 1 / (2 + 3), 1e-15);
  assert_close(classes[1].f1, 2.0 / 3, 1e-15);
  assert_true(classes[2].precision == 0 && classes[2].recall == 0 && classes[2].f1 == 0 && classes[2].support == 1);
  assert_close(slant_metrics_macro_f1(confusion, 3), 0.35555555555555557, 1e-15);
}

/* Class 2 occurs nowhere and does not count; class 3 is only predicted and counts with F1 0. */
static void a_class_that_does_not_occur_is_left_out(void **state) {
  (void)state;
  const uint64_t confusion[16] = {1, 0, 0, 1, 1, 0, 0, 0};
  assert_close(slant_metrics_accuracy(confusion, 4), 1.0 / 3, 1e-15);
  assert_close(slant_metrics_macro_f1(confusion, 4), 0.16666666666666666, 1e-15);
}

static void nothing_gives_zero(void **state) {
  (void)state;
  const uint64_t confusion[4] = {0};
  slant_class_metrics classes[2];
  slant_metrics_classes(confusion, 2, classes);
  assert_true(classes[1].precision == 0 && classes[1].recall == 0 && classes[1].f1 == 0 && classes[1].support == 0);
  assert_true(slant_metrics_accuracy(confusion, 2) == 0 && slant_metrics_macro_f1(confusion, 2) == 0);
  assert_true(slant_metrics_f_avg(confusion, 2, 0, 1) == 0);
  assert_true(slant_metrics_accuracy(confusion, 0) == 0 && slant_metrics_macro_f1(confusion, 0) == 0);
}

/* The bootstrap measures from marginals, the rest of the world from confusion tables: they agree. */
static void marginals_and_tables_agree(void **state) {
  (void)state;
  uint32_t random = 99;
  for (int round = 0; round < 200; round++) {
    enum { MOST = 6 };
    uint32_t n = 1 + judgements_next(&random) % MOST;
    uint64_t confusion[MOST * MOST] = {0};
    slant_marginals marginals[MOST] = {{0}};
    for (int i = judgements_next(&random) % 20; i > 0; i--) {
      uint32_t gold = judgements_next(&random) % n, predicted = judgements_next(&random) % n;
      confusion[gold * n + predicted]++;
      marginals[gold].gold++;
      marginals[predicted].predicted++;
      marginals[gold].hits += gold == predicted;
    }
    assert_close(slant_marginals_accuracy(marginals, n), slant_metrics_accuracy(confusion, n), 0);
    assert_close(slant_marginals_macro_f1(marginals, n), slant_metrics_macro_f1(confusion, n), 0);
    assert_close(slant_marginals_f_avg(marginals, 0, n - 1), slant_metrics_f_avg(confusion, n, 0, n - 1), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classes_as_in_scikit_learn),
      cmocka_unit_test(a_class_never_predicted_counts),
      cmocka_unit_test(a_class_that_does_not_occur_is_left_out),
      cmocka_unit_test(nothing_gives_zero),
      cmocka_unit_test(marginals_and_tables_agree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
