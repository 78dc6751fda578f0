/* train/search.c: the cost by cross-validation, held-out scores, final machines; the same for any number of threads. */
#include "synthetic.h"
#include "train/calibrate.h"
#include "train/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 300, LOTS = 1 << 30 };
static const double costs[] = {1e-5, 0.1, 1, 10};

typedef struct fixture {
  synthetic data;
  slant_problem problem;
  slant_progress progress;
  slant_search_input input;
} fixture;

static void open_fixture(fixture *f, uint32_t n_classes, uint64_t memory) {
  f->data = synthetic_make(N, 60, 5, n_classes, 4);
  slant_progress_init(&f->progress, NULL);
  assert_int_equal(slant_problem_new(&f->problem, &(slant_problem_options){.memory = memory, .threads = 1},
                                     &f->data.vectors, f->data.rows, N, &f->progress, NULL),
                   0);
  static const double gamma = 1;
  f->input = (slant_search_input){.problem = &f->problem,
                                  .labelling = {.coding = slant_coding_for(SLANT_CODING_ONE_VS_REST, n_classes),
                                                .n_classes = n_classes,
                                                .class = f->data.class},
                                  .gammas = &gamma,
                                  .n_gammas = 1,
                                  .group = f->data.group,
                                  .costs = costs,
                                  .n_costs = 4,
                                  .folds = 5,
                                  .seed = 1,
                                  .threads = 1};
}

static void close_fixture(fixture *f) {
  slant_problem_free(&f->problem);
  slant_progress_destroy(&f->progress);
  synthetic_free(&f->data);
}

static double held_out_accuracy(const fixture *f, const slant_search_result *result) {
  uint32_t k = f->input.labelling.n_classes, right = 0;
  for (uint32_t i = 0; i < N; i++) right += slant_argmax(result->scores + (size_t)i * k, k) == f->data.class[i];
  return (double)right / N;
}

static void learns_and_chooses(void **state) {
  (void)state;
  for (uint32_t k = 2; k <= 3; k++) {
    fixture f;
    open_fixture(&f, k, LOTS);
    slant_search_result result;
    assert_int_equal(slant_search(&result, &f.input, &f.progress, NULL), 0);
    assert_int_equal(result.n_folds, 5);
    assert_int_equal(result.n_machines, k == 2 ? 1 : k);
    for (int c = 0; c < 4; c++) assert_true(result.macro_f1[c] <= result.macro_f1[result.chosen]);
    assert_true(result.chosen > 0); /* with next to no cost of errors nothing is learned */
    assert_true(held_out_accuracy(&f, &result) > 0.75);
    slant_search_free(&result);
    close_fixture(&f);
  }
}

static void equal_costs_take_the_smallest(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 2, LOTS);
  const double same[] = {1, 1, 1};
  f.input.costs = same;
  f.input.n_costs = 3;
  slant_search_result result;
  assert_int_equal(slant_search(&result, &f.input, &f.progress, NULL), 0);
  assert_int_equal(result.chosen, 0);
  slant_search_free(&result);
  close_fixture(&f);
}

static void threads_make_no_difference(void **state) {
  (void)state;
  for (int solver = 0; solver < 2; solver++) {
    fixture f;
    open_fixture(&f, 3, solver ? 1000 : LOTS);
    slant_search_result one, three;
    assert_int_equal(slant_search(&one, &f.input, &f.progress, NULL), 0);
    f.input.threads = 3;
    assert_int_equal(slant_search(&three, &f.input, &f.progress, NULL), 0);
    assert_int_equal(one.chosen, three.chosen);
    assert_memory_equal(one.scores, three.scores, N * 3 * sizeof *one.scores);
    for (uint32_t m = 0; m < 3; m++) {
      assert_true(one.final[m].bias == three.final[m].bias);
      for (uint32_t i = 0; i < N; i++)
        assert_true(slant_machine_value(&one.final[m], &one.space, i) ==
                    slant_machine_value(&three.final[m], &three.space, i));
    }
    slant_search_free(&one);
    slant_search_free(&three);
    close_fixture(&f);
  }
}

/* Labels without any relation to the vectors, but every vector is there twice under one label: a search that let a
 * group's copies fall into different folds would recognise them. */
static void groups_do_not_leak(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 2, LOTS);
  const double high = 100;
  f.input.costs = &high;
  f.input.n_costs = 1;
  slant_random random = slant_random_from(9, 9);
  for (uint32_t i = 0; i < N; i++) {
    f.data.rows[i] = i / 2;
    f.data.group[i] = i / 2;
    f.data.class[i] = i % 2 ? f.data.class[i - 1] : (uint32_t)slant_random_below(&random, 2);
  }
  slant_problem copies;
  assert_int_equal(slant_problem_new(&copies, &(slant_problem_options){.memory = LOTS}, &f.data.vectors, f.data.rows, N,
                                     &f.progress, NULL),
                   0);
  f.input.problem = &copies;
  slant_search_result result;
  assert_int_equal(slant_search(&result, &f.input, &f.progress, NULL), 0);
  assert_true(held_out_accuracy(&f, &result) < 0.65);
  slant_search_free(&result);
  slant_problem_free(&copies);
  close_fixture(&f);
}

static void nothing_to_hold_out(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 2, LOTS);
  memset(f.data.group, 0, N * sizeof *f.data.group);
  slant_search_result result;
  assert_int_equal(slant_search(&result, &f.input, &f.progress, NULL), 0);
  assert_int_equal(result.n_folds, 0);
  assert_int_equal(result.chosen, 1); /* the middle */
  assert_null(result.scores);
  assert_true(isnan(result.macro_f1[0]));
  assert_true(result.final[0].n_support > 0);
  slant_search_free(&result);
  close_fixture(&f);
}

/* Balance makes the rare class of nine to one be found more often. */
static void balance_lifts_the_rare(void **state) {
  (void)state;
  uint32_t found[2] = {0, 0};
  for (int balance = 0; balance < 2; balance++) {
    fixture f;
    open_fixture(&f, 2, LOTS);
    const double cost = 0.02;
    f.input.costs = &cost;
    f.input.n_costs = 1;
    for (uint32_t i = 0; i < N; i++)
      if (i % 5) f.data.class[i] = 0; /* a tenth, roughly, stays in class 1 */
    f.input.labelling.balance = balance;
    slant_search_result result;
    assert_int_equal(slant_search(&result, &f.input, &f.progress, NULL), 0);
    for (uint32_t i = 0; i < N; i++) found[balance] += slant_argmax(result.scores + (size_t)i * 2, 2) == 1;
    slant_search_free(&result);
    close_fixture(&f);
  }
  assert_true(found[1] > found[0] + 10);
}

static int stop_in_the_search(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)total;
  uint64_t *seen = context;
  if (strcmp(stage, "search") == 0) *seen = done;
  return strcmp(stage, "search") == 0 && done >= 3;
}

static void can_be_cancelled(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 3, LOTS);
  uint64_t seen = 0;
  slant_observer observer = {.context = &seen, .progress = stop_in_the_search};
  f.progress.observer = &observer;
  slant_search_result result;
  slant_error error;
  assert_int_equal(slant_search(&result, &f.input, &f.progress, &error), SLANT_E_CANCELLED);
  assert_int_equal(seen, 4); /* of sixty fits: one path */
  assert_null(result.final);
  close_fixture(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(learns_and_chooses),         cmocka_unit_test(equal_costs_take_the_smallest),
      cmocka_unit_test(threads_make_no_difference), cmocka_unit_test(groups_do_not_leak),
      cmocka_unit_test(nothing_to_hold_out),        cmocka_unit_test(balance_lifts_the_rare),
      cmocka_unit_test(can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
