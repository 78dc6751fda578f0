/* train/search.c: the setting by cross-validation, held-out scores, final machines, nested cross-validation, the
 * learning curve; the same for any number of threads. */
#include "synthetic.h"
#include "train/calibrate.h"
#include "train/search.h"

#include <slant/evaluation.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 300, LOTS = 1 << 30 };
static const slant_setting costs[] = {{1e-5, 1, NULL}, {0.1, 1, NULL}, {1, 1, NULL}, {10, 1, NULL}};

typedef struct fixture {
  synthetic data;
  slant_problem problem;
  slant_progress progress;
  slant_search_input input;
  slant_search_options how;
} fixture;

static void open_fixture(fixture *f, uint32_t n_classes, uint64_t memory) {
  f->data = synthetic_make(N, 60, 5, n_classes, 4);
  slant_progress_init(&f->progress, NULL);
  assert_int_equal(slant_problem_new(&f->problem, &(slant_problem_options){.memory = memory, .threads = 1},
                                     &f->data.vectors, f->data.rows, N, &f->progress, NULL),
                   0);
  f->input = (slant_search_input){.problem = &f->problem,
                                  .labelling = {.coding = slant_coding_for(SLANT_CODING_ONE_VS_REST, n_classes),
                                                .n_classes = n_classes,
                                                .class = f->data.class},
                                  .group = f->data.group,
                                  .settings = costs,
                                  .n_settings = 4};
  f->how = (slant_search_options){.folds = 5, .seed = 1, .threads = 1};
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

static double value_of(const slant_search_result *result, uint32_t c) {
  return result->report.tried[c].trial.measured.value;
}

static void learns_and_chooses(void **state) {
  (void)state;
  for (uint32_t k = 2; k <= 3; k++) {
    fixture f;
    open_fixture(&f, k, LOTS);
    slant_search_result result;
    assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
    assert_int_equal(result.n_folds, 5);
    assert_int_equal(result.n_machines, k == 2 ? 1 : k);
    for (int c = 0; c < 4; c++) assert_true(value_of(&result, c) <= value_of(&result, result.report.chosen));
    assert_int_equal(result.report.n_fits, 4 * 5 * result.n_machines);
    assert_true(result.report.chosen > 0); /* with next to no cost of errors nothing is learned */
    assert_true(held_out_accuracy(&f, &result) > 0.75);
    slant_search_free(&result);
    close_fixture(&f);
  }
}

static void equal_settings_are_one(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 2, LOTS);
  const slant_setting same[] = {{1, 0.1, NULL}, {1, 1, NULL}, {1, 2, NULL}}; /* a linear kernel has no γ */
  f.input.settings = same;
  f.input.n_settings = 3;
  slant_search_result result;
  assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
  assert_int_equal(result.report.n_tried, 1);
  assert_int_equal(result.report.chosen, 0);
  slant_search_free(&result);
  close_fixture(&f);
}

static void threads_make_no_difference(void **state) {
  (void)state;
  for (int solver = 0; solver < 2; solver++) {
    fixture f;
    open_fixture(&f, 3, solver ? 1000 : LOTS);
    slant_search_result one, three;
    assert_int_equal(slant_search(&one, &f.input, &f.how, &f.progress, NULL), 0);
    f.how.threads = 3;
    assert_int_equal(slant_search(&three, &f.input, &f.how, &f.progress, NULL), 0);
    assert_int_equal(one.report.chosen, three.report.chosen);
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
  const slant_setting high = {.cost = 100};
  f.input.settings = &high;
  f.input.n_settings = 1;
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
  assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
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
  assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
  assert_int_equal(result.n_folds, 0);
  assert_int_equal(result.report.chosen, 1); /* the middle */
  assert_null(result.scores);
  assert_true(isnan(value_of(&result, 0)));
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
    const slant_setting low = {.cost = 0.02};
    f.input.settings = &low;
    f.input.n_settings = 1;
    for (uint32_t i = 0; i < N; i++)
      if (i % 5) f.data.class[i] = 0; /* a tenth, roughly, stays in class 1 */
    f.input.labelling.balance = balance;
    slant_search_result result;
    assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
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
  assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, &error), SLANT_E_CANCELLED);
  assert_int_equal(seen, 4); /* of sixty fits: one path */
  assert_null(result.final);
  close_fixture(&f);
}

/* ---- what else is read off the held-out values ---- */
/* Macro-F1 of what machines say that learned from all but two folds about one of them, setting by setting. */
static double naive(const fixture *f, const slant_folds *folds, const slant_setting *setting, uint32_t without,
                    uint32_t judged, uint32_t *predicted) {
  const slant_labelling *labelling = &f->input.labelling;
  uint32_t k = labelling->n_classes, machines = slant_coding_machines(labelling->coding, k), from[N], n = 0;
  double(*values)[3] = calloc(N, sizeof *values), scores[3];
  slant_subset_buffers buffers;
  slant_space space;
  assert_true(slant_subset_buffers_new(&buffers, N));
  for (uint32_t i = 0; i < N; i++)
    if (folds->fold[i] != without && folds->fold[i] != judged) from[n++] = i;
  assert_int_equal(slant_space_new(&space, f->input.problem, setting, 1, NULL), 0);
  for (uint32_t m = 0; m < machines; m++) {
    slant_machine machine;
    slant_subset subset = slant_labelling_subset(labelling, m, from, n, &buffers);
    assert_int_equal(slant_fit_path(&machine, &space, &subset, &setting->cost, 1, NULL), 0);
    for (uint32_t i = 0; i < N; i++) values[i][m] = slant_machine_value(&machine, &space, i);
    slant_machine_free(&machine);
  }
  uint64_t confusion[9] = {0};
  for (uint32_t i = 0; i < N; i++) {
    if (folds->fold[i] != judged) continue;
    slant_class_scores(labelling->coding, values[i], k, scores);
    predicted[i] = slant_argmax(scores, k);
    confusion[labelling->class[i] * k + predicted[i]]++;
  }
  free(values);
  slant_space_free(&space);
  slant_subset_buffers_free(&buffers);
  return slant_metrics_accuracy(confusion, k);
}

static double accuracy_of(const uint32_t *predicted, const uint32_t *class, const slant_folds *folds,
                          uint32_t without) {
  uint32_t right = 0, n = 0;
  for (uint32_t i = 0; i < N; i++) {
    if (folds->fold[i] == without) continue;
    right += predicted[i] == class[i];
    n++;
  }
  return (double)right / n;
}

/* Nested cross-validation against a search in each outer fold that knows nothing of the others. */
static void nested_is_a_search_in_every_fold(void **state) {
  (void)state;
  for (uint32_t k = 2; k <= 3; k++) {
    fixture f;
    open_fixture(&f, k, LOTS);
    f.how.nested = true;
    f.how.choice.metric = SLANT_METRIC_ACCURACY;
    slant_search_result result;
    assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
    assert_int_equal(result.report.n_nested, 5);
    assert_int_equal(result.report.n_fits, 4 * (5 + 10) * result.n_machines);
    slant_folds folds;
    assert_int_equal(slant_folds_stratified(&folds, f.data.class, k, f.data.group, N, 5, 1, NULL), 0);
    uint32_t outer[N], inner[N];
    for (uint32_t o = 0; o < 5; o++) {
      double best = -1;
      uint32_t chosen = 0;
      for (uint32_t c = 0; c < 4; c++) {
        for (uint32_t g = 0; g < 5; g++)
          if (g != o) naive(&f, &folds, &costs[c], o, g, inner);
        double accuracy = accuracy_of(inner, f.data.class, &folds, o);
        if (accuracy > best) chosen = c;
        if (accuracy > best) best = accuracy;
      }
      assert_int_equal(result.report.nested[o], chosen);
      naive(&f, &folds, &costs[chosen], o, o, outer);
    }
    assert_true(fabs(result.report.nested_accuracy.value - accuracy_of(outer, f.data.class, &folds, 5)) < 1e-12);
    assert_true(fabs(result.report.nested_value.value - result.report.nested_accuracy.value) < 1e-12);
    assert_true(result.report.nested_value.error > 0);
    slant_folds_free(&folds);
    slant_search_free(&result);
    close_fixture(&f);
  }
}

static void folds_by_date_judge_the_future(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 2, LOTS);
  int64_t date[N];
  for (uint32_t i = 0; i < N; i++) date[i] = i;
  f.input.date = date;
  f.how.fold_by = SLANT_FOLD_BY_DATE;
  f.how.nested = f.how.curve = true;
  slant_search_result result;
  assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
  assert_int_equal(result.n_folds, 5);
  assert_int_equal(result.n_held, N / 6 * 5);
  for (uint32_t h = 0; h < result.n_held; h++) assert_int_equal(result.held[h], N / 6 + h);
  assert_int_equal(result.report.n_nested, 4);           /* before the first there is no fold to choose by */
  assert_int_equal(result.report.n_fits, 4 * 5 + 3 * 5); /* nested cross-validation has cost nothing */
  slant_search_free(&result);
  close_fixture(&f);
}

static void halving_spares_fits(void **state) {
  (void)state;
  slant_setting many[27];
  for (uint32_t c = 0; c < 27; c++) many[c] = (slant_setting){.cost = 1e-4 * pow(1.6, c), .gamma = 1};
  for (int by = SLANT_HALVING_OFF; by <= SLANT_HALVING_EXAMPLES; by++) {
    fixture f;
    open_fixture(&f, 2, LOTS);
    f.input.settings = many;
    f.input.n_settings = 27;
    f.how.nested = true;
    f.how.choice.halving = (slant_halving)by;
    slant_search_result result;
    assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
    uint32_t full = 0;
    for (uint32_t c = 0; c < 27; c++) {
      const slant_trial *trial = &result.report.tried[c].trial;
      full += trial->n_folds == 5 && trial->share == SLANT_SHARE_ALL;
      assert_true(trial->n_folds > 0);
    }
    assert_int_equal(full, by == SLANT_HALVING_FOLDS ? 3 : by == SLANT_HALVING_EXAMPLES ? 27 : 27);
    assert_int_equal(result.report.tried[result.report.chosen].trial.n_folds, 5);
    assert_true(held_out_accuracy(&f, &result) > 0.75);
    assert_int_equal(result.report.n_nested, 5);
    if (by == SLANT_HALVING_FOLDS) assert_true(result.report.n_fits < 27 * 15 / 2);
    slant_search_free(&result);
    close_fixture(&f);
  }
}

static void one_standard_error_takes_the_simplest(void **state) {
  (void)state;
  slant_setting many[9];
  int n_simpler = 0;
  for (uint32_t c = 0; c < 9; c++) many[c] = (slant_setting){.cost = 0.01 * pow(1.35, c), .gamma = 1};
  for (int metric = SLANT_METRIC_MACRO_F1; metric <= SLANT_METRIC_LOG_LOSS; metric++) {
    fixture f;
    open_fixture(&f, 2, LOTS);
    f.input.settings = many;
    f.input.n_settings = 9;
    f.how.choice.metric = (slant_metric)metric;
    f.how.choice.favor = 0;
    f.how.choice.against = 1;
    slant_search_result best, simple;
    assert_int_equal(slant_search(&best, &f.input, &f.how, &f.progress, NULL), 0);
    f.how.choice.one_standard_error = true;
    assert_int_equal(slant_search(&simple, &f.input, &f.how, &f.progress, NULL), 0);
    slant_measured top = best.report.tried[best.report.chosen].trial.measured;
    double sign = metric == SLANT_METRIC_LOG_LOSS ? -1 : 1;
    assert_true(top.error > 0);
    assert_true(simple.report.chosen <= best.report.chosen);
    n_simpler += simple.report.chosen < best.report.chosen;
    for (uint32_t c = 0; c < 9; c++) {
      double behind = sign * (top.value - value_of(&best, c));
      assert_true(behind >= 0);
      if (c < simple.report.chosen) assert_true(behind > top.error);
      if (c == simple.report.chosen) assert_true(behind <= top.error);
    }
    slant_search_free(&best);
    slant_search_free(&simple);
    close_fixture(&f);
  }
  assert_true(n_simpler > 0);
}

static void the_curve_ends_in_the_whole(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 3, LOTS);
  f.how.curve = true;
  slant_search_result result;
  assert_int_equal(slant_search(&result, &f.input, &f.how, &f.progress, NULL), 0);
  const slant_search_report *report = &result.report;
  assert_int_equal(report->n_curve, SLANT_CURVE_POINTS);
  for (uint32_t p = 1; p < report->n_curve; p++) assert_true(report->curve[p].n > report->curve[p - 1].n);
  assert_int_equal(report->curve[3].n, N / 5 * 4);
  assert_in_range(report->curve[2].n, 100, 140);
  assert_true(report->curve[3].measured.value == value_of(&result, report->chosen));
  assert_true(report->curve[0].measured.value < report->curve[3].measured.value);
  slant_search_free(&result);
  close_fixture(&f);
}

/* γ and β belong to a space: all that is tried is what it would be alone. */
static void spaces_do_not_mix(void **state) {
  (void)state;
  static const slant_block blocks[] = {{0, 30}, {30, 65}};
  static const double flat[] = {1, 1}, steep[] = {1, 4};
  const slant_setting settings[] = {{0.5, 0.2, flat}, {2, 0.2, flat}, {1, 1, flat}, {0.5, 0.2, steep}, {2, 0.2, steep}};
  fixture f;
  open_fixture(&f, 2, LOTS);
  slant_problem problem;
  assert_int_equal(slant_problem_new(&problem,
                                     &(slant_problem_options){
                                         .memory = LOTS, .kernel = SLANT_KERNEL_RBF, .blocks = blocks, .n_blocks = 2},
                                     &f.data.vectors, f.data.rows, N, &f.progress, NULL),
                   0);
  f.input.problem = &problem;
  f.input.settings = settings;
  f.input.n_settings = 5;
  slant_search_result all, alone;
  assert_int_equal(slant_search(&all, &f.input, &f.how, &f.progress, NULL), 0);
  f.input.n_settings = 1;
  for (uint32_t c = 0; c < 5; c++) {
    f.input.settings = &settings[c];
    assert_int_equal(slant_search(&alone, &f.input, &f.how, &f.progress, NULL), 0);
    assert_true(value_of(&all, c) == value_of(&alone, 0));
    slant_search_free(&alone);
  }
  slant_search_free(&all);
  slant_problem_free(&problem);
  close_fixture(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(learns_and_chooses),
      cmocka_unit_test(equal_settings_are_one),
      cmocka_unit_test(threads_make_no_difference),
      cmocka_unit_test(groups_do_not_leak),
      cmocka_unit_test(nothing_to_hold_out),
      cmocka_unit_test(balance_lifts_the_rare),
      cmocka_unit_test(can_be_cancelled),
      cmocka_unit_test(nested_is_a_search_in_every_fold),
      cmocka_unit_test(folds_by_date_judge_the_future),
      cmocka_unit_test(halving_spares_fits),
      cmocka_unit_test(one_standard_error_takes_the_simplest),
      cmocka_unit_test(the_curve_ends_in_the_whole),
      cmocka_unit_test(spaces_do_not_mix),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
