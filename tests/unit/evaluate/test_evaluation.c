/* evaluate/evaluation.c and common/names.c: examples into tasks, actors, groups and labels. */
#include "common/names.h"
#include "unit/evaluate/judgements.h"

#include <string.h>

static void pooled_values(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "stance", "", 25);
  const slant_evaluation_task *task = compute(evaluation, 0, 1, 1);
  assert_true(slant_str_is(task->task, "stance"));
  assert_int_equal(task->n_actors, 0);
  assert_int_equal(task->pooled.n, 500);
  assert_int_equal(task->pooled.n_groups, 20);
  assert_int_equal(task->pooled.n_labels, 4);
  for (int k = 0; k < 4; k++) assert_true(slant_str_is(task->pooled.labels[k], label_names[k]));
  const uint64_t expected[16] = {185, 14, 23, 8, 19, 114, 14, 12, 8, 7, 38, 7, 25, 3, 3, 20};
  assert_memory_equal(task->pooled.confusion, expected, sizeof expected);
  assert_close(task->pooled.accuracy.value, 0.714, 1e-15);
  assert_close(task->pooled.macro_f1.value, 0.6297139728051987, 1e-15);
  assert_close(task->pooled.f_avg.value, 0.7799839941167566, 1e-15);
  assert_close(task->pooled.classes[1].recall, 0.71698113, 1e-8);
  assert_true(isnan(task->pooled.accuracy.low) && isnan(task->pooled.macro_f1.high) && isnan(task->pooled.f_avg.low));
  assert_true(isnan(task->f_avg_actors.value));
  slant_evaluation_free(evaluation);
}

/* Two tasks, three actors, one example without an actor; labels that one actor never sees. */
static void tasks_and_actors(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  add(evaluation, "stance", "PAK", "", "FAVOR", "FAVOR");
  add(evaluation, "sentiment", "IND", "", "positive", "negative");
  add(evaluation, "stance", "IND", "", "against", "against");
  add(evaluation, "stance", "PAK", "", "against", "FAVOR");
  add(evaluation, "stance", "", "", "none", "none");
  const slant_evaluation_task *tasks = compute(evaluation, 0, 1, 2);
  assert_true(slant_str_is(tasks[0].task, "sentiment") && slant_str_is(tasks[1].task, "stance"));
  assert_int_equal(tasks[0].n_actors, 1);
  assert_true(isnan(tasks[0].pooled.f_avg.value) && isnan(tasks[0].f_avg_actors.value));
  assert_close(tasks[0].pooled.accuracy.value, 0, 0);

  assert_int_equal(tasks[1].pooled.n, 4);
  assert_int_equal(tasks[1].n_actors, 2);
  const slant_evaluation_part *india = &tasks[1].actors[0], *pakistan = &tasks[1].actors[1];
  assert_true(slant_str_is(india->actor, "IND") && slant_str_is(pakistan->actor, "PAK"));
  assert_int_equal(pakistan->n, 2);
  assert_int_equal(pakistan->n_labels, 3);
  assert_int_equal(pakistan->classes[2].support, 0);
  assert_close(pakistan->accuracy.value, 0.5, 0);
  assert_close(pakistan->macro_f1.value, (2.0 / 3 + 0) / 2, 1e-15); /* "none" does not occur */
  assert_close(india->macro_f1.value, 1, 0);
  assert_close(pakistan->f_avg.value, (2.0 / 3 + 0) / 2, 1e-15);
  assert_close(india->f_avg.value, 0.5, 0); /* no favor: its F1 is 0 */
  assert_close(tasks[1].f_avg_actors.value, (1.0 / 3 + 0.5) / 2, 1e-15);
  slant_evaluation_free(evaluation);
}

static double f_avg_of(const char *favor, const char *against) {
  slant_evaluation *evaluation = new_evaluation();
  add(evaluation, "stance", "", "", favor, favor);
  add(evaluation, "stance", "", "", against, against);
  double value = compute(evaluation, 0, 1, 1)->pooled.f_avg.value;
  slant_evaluation_free(evaluation);
  return value;
}

static void the_pair_of_f_avg(void **state) {
  (void)state;
  assert_close(f_avg_of("favor", "against"), 1, 0);
  assert_close(f_avg_of("Favour", "AGAINST"), 1, 0);
  assert_true(isnan(f_avg_of("favor", "neutral")));
  assert_true(isnan(f_avg_of("favored", "against")));
  assert_true(isnan(f_avg_of("favor", "again")));

  slant_evaluation *evaluation = new_evaluation(); /* two labels for one thing: it is not clear which is meant */
  add(evaluation, "stance", "", "", "favor", "FAVOR");
  add(evaluation, "stance", "", "", "against", "against");
  assert_true(isnan(compute(evaluation, 0, 1, 1)->pooled.f_avg.value));
  slant_evaluation_free(evaluation);
}

/* The same examples in another order give the same numbers, intervals included. */
static void order_does_not_matter(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *forward = new_evaluation(), *backward = new_evaluation();
  static const char *const actors[] = {"PAK", "IND", "CHN"};
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(forward, &all, i, "stance", actors[i % 3], i % 2 ? 7 : 0);
  for (int i = JUDGEMENTS - 1; i >= 0; i--) add_judgement(backward, &all, i, "stance", actors[i % 3], i % 2 ? 7 : 0);
  char *a = slant_evaluation_json(compute(forward, 100, 5, 1), 1);
  char *b = slant_evaluation_json(compute(backward, 100, 5, 1), 1);
  assert_string_equal(a, b);
  free(a);
  free(b);
  slant_evaluation_free(forward);
  slant_evaluation_free(backward);
}

static void empty_one_and_again(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  assert_null(compute(evaluation, 1000, 1, 0));
  slant_str nothing = {NULL, 0};
  assert_int_equal(slant_evaluation_add(evaluation, nothing, nothing, nothing, nothing, nothing, NULL), 0);
  const slant_evaluation_task *task = compute(evaluation, 1000, 1, 1);
  assert_int_equal(task->pooled.n, 1);
  assert_int_equal(task->pooled.n_labels, 1);
  assert_close(task->pooled.macro_f1.value, 1, 0);
  assert_true(isnan(task->pooled.macro_f1.low));
  add(evaluation, "", "", "", "", "other"); /* more examples after a computation */
  task = compute(evaluation, 1000, 1, 1);
  assert_int_equal(task->pooled.n, 2);
  assert_close(task->pooled.accuracy.value, 0.5, 0);
  slant_evaluation_free(evaluation);
  slant_evaluation_free(NULL);
}

static void thousands_of_labels(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  slant_error error = {0};
  char gold[32];
  for (int i = 0; i < 3000; i++) {
    snprintf(gold, sizeof gold, "label %d", i);
    add(evaluation, "regression", "", "", gold, i % 4 ? gold : "label 0");
  }
  const slant_evaluation_task *task = compute(evaluation, 10, 1, 1);
  assert_int_equal(task->pooled.n_labels, 3000);
  assert_close(task->pooled.accuracy.value, 2251.0 / 3000, 1e-12);
  char *table = slant_evaluation_table(task, 1, 1);
  assert_non_null(strstr(table, "2970 classes more"));
  free(table);

  for (int i = 3000; i < 9000; i++) { /* a table of 9000 × 9000 would take 648 megabytes */
    snprintf(gold, sizeof gold, "label %d", i);
    add(evaluation, "regression", "", "", gold, gold);
  }
  const slant_evaluation_task *tasks;
  uint32_t n_tasks;
  assert_int_equal(slant_evaluation_compute(evaluation, 0, 1, &tasks, &n_tasks, &error), SLANT_E_LIMIT);
  assert_null(tasks);
  assert_int_equal(n_tasks, 0);
  assert_non_null(strstr(error.message, "\"regression\" has 9000 different labels"));
  slant_evaluation_free(evaluation);
}

static void many_actors_times_many_labels_is_too_much(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  slant_error error = {0};
  char name[32];
  for (int i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "%d", i);
    add(evaluation, "task", name, "", name, name);
  }
  const slant_evaluation_task *tasks;
  uint32_t n_tasks;
  assert_int_equal(slant_evaluation_compute(evaluation, 0, 1, &tasks, &n_tasks, &error), SLANT_E_LIMIT);
  assert_non_null(strstr(error.message, "1000 different labels and 1000 actors"));
  slant_evaluation_free(evaluation);
}

static void strings_have_one_number_each(void **state) {
  (void)state;
  slant_names names = {0};
  char name[32];
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < 5000; i++) {
      snprintf(name, sizeof name, "s%u", i);
      assert_int_equal(slant_names_put(&names, slant_str_of(name)), i);
    }
  assert_int_equal(names.n, 5000);
  assert_true(slant_str_is(names.items[4321], "s4321"));
  assert_int_equal(slant_names_put(&names, (slant_str){"a\0b", 3}), 5000); /* bytes, not C strings */
  assert_int_equal(slant_names_put(&names, slant_str_of("a")), 5001);
  assert_int_equal(slant_names_put(&names, (slant_str){NULL, 0}), 5002);
  assert_int_equal(slant_names_put(&names, slant_str_of("")), 5002);
  slant_names_free(&names);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pooled_values),
      cmocka_unit_test(tasks_and_actors),
      cmocka_unit_test(the_pair_of_f_avg),
      cmocka_unit_test(order_does_not_matter),
      cmocka_unit_test(empty_one_and_again),
      cmocka_unit_test(thousands_of_labels),
      cmocka_unit_test(many_actors_times_many_labels_is_too_much),
      cmocka_unit_test(strings_have_one_number_each),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
