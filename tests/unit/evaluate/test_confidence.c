/* Probabilities and labels that were not given, in an evaluation and its reports. */
#include <slant/evaluation.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static slant_str str(const char *text) {
  return slant_str_of(text);
}

static void add(slant_evaluation *evaluation, const char *actor, float p, uint32_t gold) {
  const float probabilities[] = {p, 1 - p};
  static const char *const labels[] = {"a", "b"};
  uint32_t label = p < 0.5f;
  assert_int_equal(
      slant_evaluation_add(evaluation, str("t"), str(actor), str(""), str(labels[gold]), str(labels[label]), NULL), 0);
  assert_int_equal(
      slant_evaluation_add_confidence(evaluation, str("t"), str(actor), probabilities, 2, label, gold, NULL), 0);
}

static void by_task_and_actor(void **state) {
  (void)state;
  slant_evaluation *evaluation;
  const slant_evaluation_task *tasks;
  uint32_t n;
  assert_int_equal(slant_evaluation_new(&evaluation, NULL), 0);
  add(evaluation, "x", 0.75f, 0);
  add(evaluation, "x", 0.75f, 1);
  add(evaluation, "y", 0.125f, 1);
  for (int i = 0; i < 5; i++) assert_int_equal(slant_evaluation_add_abstained(evaluation, str("t"), str("y"), NULL), 0);
  assert_int_equal(slant_evaluation_add(evaluation, str("u"), str("x"), str(""), str("a"), str("a"), NULL), 0);
  for (int round = 0; round < 2; round++) { /* a second call finds the same */
    assert_int_equal(slant_evaluation_compute(evaluation, 0, 1, &tasks, &n, NULL), 0);
    assert_int_equal(n, 2);
    const slant_evaluation_part *pooled = &tasks[0].pooled, *x = &tasks[0].actors[0], *y = &tasks[0].actors[1];
    assert_int_equal(pooled->n, 3);
    assert_int_equal(pooled->n_abstained, 5);
    assert_int_equal(x->n_abstained, 0);
    assert_int_equal(y->n_abstained, 5);
    assert_true(fabs(slant_reliability_error(x->reliability) - 0.25) < 1e-6);
    assert_true(fabs(slant_reliability_error(y->reliability) - 0.125) < 1e-6);
    assert_true(fabs(slant_reliability_error(pooled->reliability) - (0.5 + 0.125) / 3) < 1e-6);
    assert_true(fabs(slant_reliability_log_loss(x->reliability) + (log(0.75) + log(0.25)) / 2) < 1e-6);
    assert_null(tasks[1].pooled.reliability);
    assert_int_equal(tasks[1].pooled.n_abstained, 0);
  }
  char *json = slant_evaluation_json(tasks, n), *table = slant_evaluation_table(tasks, n, 1);
  assert_non_null(strstr(json, "\"abstained\":5,\"coverage\":0.375,"));
  assert_non_null(strstr(json, "\"reliability\":[{\"n\":2,\"from\":0.733333333,\"to\":0.8,\"confidence\":0.75,"));
  assert_null(strstr(strstr(json, "\"u\""), "log_loss"));
  assert_non_null(strstr(table, "  coverage       37.5"));
  assert_non_null(strstr(table, "  ECE            20.8"));
  assert_non_null(strstr(table, "  log-loss      0.603"));
  free(json);
  free(table);
  slant_evaluation_free(evaluation);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(by_task_and_actor)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
