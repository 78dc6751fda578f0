/* evaluate/bootstrap.c: seeded, over groups, and as wide as another implementation finds. */
#include "evaluate/bootstrap.h"
#include "unit/evaluate/judgements.h"

static double width(slant_interval interval) {
  return interval.high - interval.low;
}

static void assert_interval(slant_interval interval, double low, double high, double tolerance) {
  assert_close(interval.low, low, tolerance);
  assert_close(interval.high, high, tolerance);
  assert_true(interval.low <= interval.value && interval.value <= interval.high);
}

/* Against 3,000 resamples by numpy and scikit-learn, other random numbers. The tolerance is about three standard errors
 * of a quantile from so many draws. */
static void intervals_as_by_another_hand(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "alone", "", 0);
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "grouped", "", 25);
  const slant_evaluation_task *tasks = compute(evaluation, 3000, 1, 2);
  assert_int_equal(tasks[0].pooled.n_groups, 500);
  assert_interval(tasks[0].pooled.accuracy, 0.672, 0.752, 0.005);
  assert_interval(tasks[0].pooled.macro_f1, 0.58038942, 0.67617545, 0.006);
  assert_interval(tasks[0].pooled.f_avg, 0.74028547, 0.81587905, 0.005);
  assert_int_equal(tasks[1].pooled.n_groups, 20);
  assert_interval(tasks[1].pooled.accuracy, 0.664, 0.76, 0.006);
  assert_interval(tasks[1].pooled.macro_f1, 0.57243978, 0.67897061, 0.006);
  assert_interval(tasks[1].pooled.f_avg, 0.7307499, 0.82331124, 0.006);
  slant_evaluation_free(evaluation);
}

/* Every example ten times over: without groups the interval shrinks by √10 as if there were more to know, with the
 * copies in a group it stays. */
static void copies_in_a_group_tell_nothing_new(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  for (int i = 0; i < JUDGEMENTS; i++) {
    add_judgement(evaluation, &all, i, "a", "", 0);
    for (int copy = 0; copy < 10; copy++) {
      add_judgement(evaluation, &all, i, "b", "", 0);
      add_judgement(evaluation, &all, i, "c", "", 1);
    }
  }
  const slant_evaluation_task *tasks = compute(evaluation, 1000, 1, 3);
  double once = width(tasks[0].pooled.macro_f1), ungrouped = width(tasks[1].pooled.macro_f1),
         grouped = width(tasks[2].pooled.macro_f1);
  assert_close(grouped / once, 1, 0.12);
  assert_close(once / ungrouped, sqrt(10), 0.4);
  slant_evaluation_free(evaluation);
}

static void one_seed_one_result(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "stance", i % 2 ? "PAK" : "IND", 5);
  char *a = slant_evaluation_json(compute(evaluation, 200, 7, 1), 1);
  char *b = slant_evaluation_json(compute(evaluation, 200, 7, 1), 1);
  char *c = slant_evaluation_json(compute(evaluation, 200, 8, 1), 1);
  char *d = slant_evaluation_json(compute(evaluation, 200, UINT64_C(7) << 32, 1), 1); /* all 64 bits count */
  assert_string_equal(a, b);
  assert_string_not_equal(a, c);
  assert_string_not_equal(a, d);
  free(a);
  free(b);
  free(c);
  free(d);
  slant_evaluation_free(evaluation);
}

/* An actor's intervals do not depend on which other actors or tasks there are. */
static void a_part_has_its_own_stream(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *alone = new_evaluation(), *among = new_evaluation();
  for (int i = 0; i < JUDGEMENTS; i++) {
    if (i % 2) add_judgement(alone, &all, i, "stance", "PAK", 3);
    add_judgement(among, &all, i, "stance", i % 2 ? "PAK" : "IND", 3);
    add_judgement(among, &all, i, "sentiment", "PAK", 3);
  }
  const slant_evaluation_part *a = &compute(alone, 200, 1, 1)[0].actors[0],
                              *b = &compute(among, 200, 1, 2)[1].actors[1];
  assert_close(a->macro_f1.low, b->macro_f1.low, 0);
  assert_close(a->accuracy.high, b->accuracy.high, 0);
  assert_close(a->f_avg.low, b->f_avg.low, 0);
  slant_str task = slant_str_of("t"), actor = slant_str_of("a"), none = {NULL, 0};
  assert_true(slant_bootstrap_stream(1, task, actor) != slant_bootstrap_stream(1, actor, task));
  assert_true(slant_bootstrap_stream(1, task, actor) != slant_bootstrap_stream(1, task, none));
  slant_evaluation_free(alone);
  slant_evaluation_free(among);
}

/* F_avg over actors: the mean of the actors, an interval that shrinks with their number, and none where an actor has a
 * single group. */
static void mean_of_actors(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  static const char *const actors[] = {"A", "B", "C", "D"};
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "stance", actors[i % 4], 0);
  const slant_evaluation_task *task = compute(evaluation, 1000, 1, 1);
  double mean = 0, variance = 0;
  for (int a = 0; a < 4; a++) {
    mean += task->actors[a].f_avg.value / 4;
    variance += width(task->actors[a].f_avg) * width(task->actors[a].f_avg) / 16;
  }
  assert_close(task->f_avg_actors.value, mean, 1e-15);
  assert_true(task->f_avg_actors.low < mean && mean < task->f_avg_actors.high);
  assert_close(width(task->f_avg_actors) / sqrt(variance), 1, 0.15);

  add(evaluation, "stance", "E", "", "favor", "favor");
  task = compute(evaluation, 1000, 1, 1);
  assert_true(isnan(task->actors[4].macro_f1.low) && isnan(task->actors[4].f_avg.high));
  assert_close(task->actors[4].f_avg.value, 0.5, 0);
  assert_close(task->f_avg_actors.value, (4 * mean + 0.5) / 5, 1e-15);
  assert_true(isnan(task->f_avg_actors.low) && isnan(task->f_avg_actors.high));
  assert_false(isnan(task->pooled.f_avg.low));
  slant_evaluation_free(evaluation);
}

static void no_spread_no_width(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  for (int i = 0; i < 10; i++) add(evaluation, "t", "", "", "yes", "yes");
  const slant_evaluation_task *task = compute(evaluation, 1, 1, 1);
  assert_close(task->pooled.accuracy.low, 1, 0);
  assert_close(task->pooled.macro_f1.high, 1, 0);
  for (int i = 0; i < 10; i++) add(evaluation, "u", "", "one", "yes", i % 2 ? "yes" : "no");
  assert_true(isnan(compute(evaluation, 100, 1, 2)[1].pooled.accuracy.low)); /* one group */
  slant_evaluation_free(evaluation);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(intervals_as_by_another_hand),
      cmocka_unit_test(copies_in_a_group_tell_nothing_new),
      cmocka_unit_test(one_seed_one_result),
      cmocka_unit_test(a_part_has_its_own_stream),
      cmocka_unit_test(mean_of_actors),
      cmocka_unit_test(no_spread_no_width),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
