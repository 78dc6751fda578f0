/* train/fit.c: a fit against the search and the calibration that it is made of. */
#include "synthetic.h"
#include "train/calibrate.h"
#include "train/fit.h"
#include "train/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 200, ALL = 240, SPARSE = 50, DENSE = 4, LOTS = 1 << 30 };
static const slant_setting costs[] = {{0.1, 1, NULL}, {1, 1, NULL}};

/* Samples 20 … 219 of labels 2, 5 and 7, as an actor has them that has not seen every label of the task: a fit of them,
 * and the search and the calibration that it is to be made of. */
static const uint32_t numbers[] = {2, 5, 7};
static const double label_weight[8] = {[2] = 1.5, [5] = 1, [7] = 0.25}, class_weight[] = {1.5, 1, 0.25};

typedef struct both {
  uint32_t k;
  synthetic data;
  slant_sample samples[ALL];
  float weight[ALL];
  uint32_t members[N], rows[N];
  slant_progress progress;
  slant_fit fit;
  slant_problem problem;
  slant_search_result found;
  slant_fitted_calibration calibration;
} both;

static void search_by_hand(both *b, const slant_problem_options *options) {
  assert_int_equal(slant_problem_new(&b->problem, options, &b->data.vectors, b->rows, N, &b->progress, NULL), 0);
  slant_search_input input = {.problem = &b->problem,
                              .labelling = {.coding = slant_coding_for(SLANT_CODING_ONE_VS_REST, b->k),
                                            .n_classes = b->k,
                                            .class = b->data.class + 20,
                                            .weight = b->weight + 20,
                                            .class_weight = class_weight},
                              .group = b->rows,
                              .settings = costs,
                              .n_settings = 2};
  const slant_search_options how = {.folds = 4, .seed = 3, .threads = 1};
  assert_int_equal(slant_search(&b->found, &input, &how, &b->progress, NULL), 0);
  slant_calibrate_input held_out = {
      .scores = b->found.scores, .gold = input.labelling.class, .group = b->rows, .n = N, .n_classes = b->k, .seed = 3};
  assert_int_equal(slant_calibrate(&b->calibration, &held_out, NULL), 0);
}

static void open_both(both *b, uint32_t k) {
  b->k = k;
  b->data = synthetic_make(ALL, SPARSE, DENSE, k, 21);
  for (uint32_t i = 0; i < ALL; i++) {
    b->samples[i] = (slant_sample){i, numbers[b->data.class[i]], 0, i, 0, i % 3 == 0 ? 0.5 : i % 3};
    b->weight[i] = i % 3 == 0 ? 0.5f : (float)(i % 3);
  }
  for (uint32_t i = 0; i < N; i++) b->members[i] = b->rows[i] = i + 20;
  slant_progress_init(&b->progress, NULL);
  slant_fit_options options = {.settings = costs,
                               .n_settings = 2,
                               .search = {.folds = 4, .seed = 3},
                               .label_weight = label_weight,
                               .problem = {.memory = LOTS, .threads = 2}};
  assert_int_equal(slant_fit_model(&b->fit, &options, &b->data.vectors, b->samples, b->members, N, &b->progress, NULL),
                   0);
  search_by_hand(b, &options.problem);
}

static void close_both(both *b) {
  slant_fitted_calibration_free(&b->calibration);
  slant_search_free(&b->found);
  slant_problem_free(&b->problem);
  slant_fit_free(&b->fit);
  slant_progress_destroy(&b->progress);
  synthetic_free(&b->data);
}

/* The decision functions, as weights. */
static void check_weights(const both *b) {
  const slant_fit *fit = &b->fit;
  assert_int_equal(fit->n_outputs, b->found.n_machines);
  assert_true(fit->setting.cost == costs[b->found.report.chosen].cost);
  for (uint32_t m = 0; m < fit->n_outputs; m++) {
    double w[SPARSE + DENSE] = {0};
    for (uint32_t r = 0; r < fit->n_rows; r++) w[fit->features[r]] = (double)fit->weights[r * fit->n_outputs + m];
    for (uint32_t i = 0; i < N; i++) {
      double value = slant_vectors_dot(&b->data.vectors, b->rows[i], w) + (double)fit->bias[m];
      assert_true(fabs(value - slant_machine_value(&b->found.final[m], &b->found.space, i)) < 1e-4);
    }
  }
}

/* The labels, how often they occur, and how they were held out. */
static void check_labels(const both *b) {
  const slant_fit *fit = &b->fit;
  uint32_t right = 0, counts[3] = {0};
  assert_int_equal(fit->n_classes, b->k);
  for (uint32_t i = 0; i < N; i++) {
    counts[b->data.class[b->rows[i]]]++;
    assert_int_equal(fit->held_out[i], numbers[slant_argmax(b->found.scores + (size_t)i * b->k, b->k)]);
    right += fit->held_out[i] == b->samples[b->members[i]].label;
  }
  for (uint32_t c = 0; c < b->k; c++) {
    assert_int_equal(fit->classes[c], numbers[c]);
    assert_int_equal(fit->counts[c], counts[c]);
  }
  double macro_f1 = fit->report.tried[b->found.report.chosen].trial.measured.value;
  assert_true(fabs(fit->accuracy.value - (double)right / N) < 1e-12);
  assert_true(fit->accuracy.low < fit->accuracy.value && fit->accuracy.value < fit->accuracy.high);
  assert_true(fabs(fit->macro_f1.value - macro_f1) < 1e-12);
  assert_int_equal(fit->calibration.reliability.n, N);
  assert_int_equal(fit->calibration.reliability.n_right, right);
}

static void check_calibration(const both *b) {
  const slant_fitted_calibration *ours = &b->fit.calibration, *expected = &b->calibration;
  const slant_reliability *told = &ours->reliability;
  assert_int_equal(ours->calibration.kind, expected->calibration.kind);
  assert_memory_equal(ours->numbers, expected->numbers,
                      (expected->calibration.n_values + SLANT_COVERAGE_LEVELS) * sizeof *expected->numbers);
  assert_true(slant_reliability_log_loss(told) > 0 && slant_reliability_log_loss(told) < log(b->k));
  assert_true(slant_reliability_error(told) < 0.2);
}

static void weights_calibration_and_held_out_labels(void **state) {
  (void)state;
  for (uint32_t k = 2; k <= 3; k++) {
    both b = {0};
    open_both(&b, k);
    check_weights(&b);
    check_labels(&b);
    check_calibration(&b);
    close_both(&b);
  }
}

/* On the same vectors a refit changes nothing; on others it is what a fit at that cost finds there. */
static void refits_keep_what_was_held_out(void **state) {
  (void)state;
  static const slant_setting loose = {1, 1, NULL};
  for (uint32_t k = 2; k <= 3; k++) {
    synthetic data = synthetic_make(N, SPARSE, DENSE, k, 22);
    slant_sample samples[N];
    uint32_t members[N];
    for (uint32_t i = 0; i < N; i++) {
      samples[i] = (slant_sample){i, data.class[i], 0, i, 0, 1};
      members[i] = i;
    }
    slant_progress progress;
    slant_progress_init(&progress, NULL);
    slant_fit_options options = {
        .settings = costs, .n_settings = 2, .search = {.folds = 4, .seed = 3}, .problem = {.memory = LOTS}};
    slant_fit fit, other;
    assert_int_equal(slant_fit_model(&fit, &options, &data.vectors, samples, members, N, &progress, NULL), 0);
    size_t size = (size_t)fit.n_rows * fit.n_outputs * sizeof *fit.weights;
    float *before = malloc(size);
    memcpy(before, fit.weights, size);
    float calibration = fit.calibration.numbers[0];
    double accuracy = fit.accuracy.value;
    assert_int_equal(slant_refit_model(&fit, &options, &data.vectors, samples, members, &progress, NULL), 0);
    assert_memory_equal(fit.weights, before, size);

    for (size_t e = 0; e < data.vectors.start[N]; e++) data.vectors.value[e] *= 1 + (float)(data.vectors.index[e] % 2);
    fit.setting = loose;
    assert_int_equal(slant_refit_model(&fit, &options, &data.vectors, samples, members, &progress, NULL), 0);
    assert_memory_not_equal(fit.weights, before, size);
    options.settings = &loose;
    options.n_settings = 1;
    assert_int_equal(slant_fit_model(&other, &options, &data.vectors, samples, members, N, &progress, NULL), 0);
    assert_memory_equal(fit.weights, other.weights, size);
    assert_memory_equal(fit.bias, other.bias, fit.n_outputs * sizeof *fit.bias);
    assert_true(fit.calibration.numbers[0] == calibration && fit.accuracy.value == accuracy);
    assert_true(fit.calibration.numbers[0] != other.calibration.numbers[0]);
    free(before);
    slant_fit_free(&fit);
    slant_fit_free(&other);
    slant_progress_destroy(&progress);
    synthetic_free(&data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_calibration_and_held_out_labels),
      cmocka_unit_test(refits_keep_what_was_held_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
