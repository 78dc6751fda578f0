#include "train/fit.h"

#include "common/memory.h"
#include "train/calibrate.h"
#include "train/search.h"

#include <math.h>
#include <slant/record.h>
#include <stdio.h>
#include <stdlib.h>

enum { RESAMPLES = 1000, BINS = 15 };

/* The samples of one model, as the search takes them. */
typedef struct model_data {
  uint32_t *rows, *class, *group; /* n each; class counts the labels that occur from 0 */
  int64_t *date;
} model_data;

static int by_number(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a < b ? -1 : a > b;
}

/* Gathers rows, groups and labels, and numbers the labels that occur. */
static bool gather(model_data *data, slant_fit *out, const slant_sample *samples, const uint32_t *members) {
  uint32_t n = out->n;
  data->rows = slant_alloc(n, sizeof *data->rows);
  data->class = slant_alloc(n, sizeof *data->class);
  data->group = slant_alloc(n, sizeof *data->group);
  data->date = slant_alloc(n, sizeof *data->date);
  out->classes = slant_alloc(n, sizeof *out->classes);
  out->counts = slant_alloc_zero(n, sizeof *out->counts);
  if (!data->rows || !data->class || !data->group || !data->date || !out->classes || !out->counts) return false;
  for (uint32_t i = 0; i < n; i++) {
    data->rows[i] = samples[members[i]].row;
    data->group[i] = samples[members[i]].group;
    data->date[i] = samples[members[i]].date;
    out->classes[i] = samples[members[i]].label;
  }
  qsort(out->classes, n, sizeof *out->classes, by_number);
  for (uint32_t i = 0; i < n; i++)
    if (i == 0 || out->classes[i] != out->classes[out->n_classes - 1]) out->classes[out->n_classes++] = out->classes[i];
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t *found = bsearch(&samples[members[i]].label, out->classes, out->n_classes, sizeof *found, by_number);
    data->class[i] = (uint32_t)(found - out->classes);
    out->counts[data->class[i]]++;
  }
  return true;
}

/* Accuracy and macro-F1 of the held-out labels, with intervals by resampling groups. */
static int measure(slant_fit *out, const model_data *data, uint64_t seed, slant_error *error) {
  slant_evaluation *evaluation = NULL;
  const slant_evaluation_task *tasks;
  uint32_t n_tasks;
  int status = slant_evaluation_new(&evaluation, error);
  for (uint32_t i = 0; i < out->n && !status; i++) {
    if (out->held_out[i] == SLANT_NOT_HELD_OUT) continue;
    char group[16], gold[16], predicted[16];
    snprintf(group, sizeof group, "%u", data->group[i]);
    snprintf(gold, sizeof gold, "%u", out->classes[data->class[i]]);
    snprintf(predicted, sizeof predicted, "%u", out->held_out[i]);
    status = slant_evaluation_add(evaluation, slant_str_of("held-out"), slant_str_of(SLANT_ANY_ACTOR),
                                  slant_str_of(group), slant_str_of(gold), slant_str_of(predicted), error);
  }
  if (!status) status = slant_evaluation_compute(evaluation, RESAMPLES, seed, &tasks, &n_tasks, error);
  if (!status && n_tasks == 1) {
    out->accuracy = tasks[0].pooled.accuracy;
    out->macro_f1 = tasks[0].pooled.macro_f1;
  }
  slant_evaluation_free(evaluation);
  return status;
}

/* The temperature, and what the held-out scores say about the model. */
static int judge(slant_fit *out, const slant_search_result *found, const model_data *data, uint64_t seed,
                 slant_error *error) {
  uint32_t k = out->n_classes, n = found->n_held;
  if (!found->n_folds) return SLANT_OK;
  uint32_t *gold = slant_alloc(n, sizeof *gold);
  out->held_out = slant_alloc(out->n, sizeof *out->held_out);
  if (!gold || !out->held_out) {
    free(gold);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for %u held-out labels", out->n);
  }
  out->n_held = n;
  for (uint32_t i = 0; i < out->n; i++) out->held_out[i] = SLANT_NOT_HELD_OUT;
  for (uint32_t h = 0; h < n; h++) {
    gold[h] = data->class[found->held[h]];
    out->held_out[found->held[h]] = out->classes[slant_argmax(found->scores + (size_t)h * k, k)];
  }
  double s = slant_calibrate(found->scores, gold, n, k);
  out->calibrated[0] = (float)s;
  out->log_loss = slant_log_loss(found->scores, gold, n, k, s);
  out->calibration_error = slant_calibration_error(found->scores, gold, n, k, s, BINS);
  free(gold);
  return measure(out, data, seed, error);
}

/* The decision functions as the columns of a feature-major matrix; summed in double, kept in float. */
static int collapse(slant_fit *out, const slant_search_result *found, const slant_problem *problem,
                    slant_error *error) {
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  double *w = slant_alloc(n_features, sizeof *w);
  out->n_outputs = found->n_machines;
  out->weights = slant_alloc(n_features, out->n_outputs * sizeof *out->weights);
  out->bias = slant_alloc(out->n_outputs, sizeof *out->bias);
  if (!w || !out->weights || !out->bias) {
    free(w);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the weights of %zu features", n_features);
  }
  for (uint32_t m = 0; m < out->n_outputs; m++) {
    for (size_t f = 0; f < n_features; f++) w[f] = 0;
    slant_machine_weights(&found->final[m], problem, w);
    for (size_t f = 0; f < n_features; f++) out->weights[f * out->n_outputs + m] = (float)w[f];
    out->bias[m] = (float)found->final[m].bias;
  }
  free(w);
  return SLANT_OK;
}

/* The problem and the search over it, as far as `costs` and `folds` go. */
static int run_search(slant_search_result *found, slant_problem *problem, const slant_fit_options *options,
                      const slant_vectors *vectors, const model_data *data, const slant_fit *fit,
                      slant_progress *progress, slant_error *error) {
  int status = slant_problem_new(problem, &options->problem, vectors, data->rows, fit->n, progress, error);
  if (status) return status;
  slant_search_input input = {.problem = problem,
                              .class = data->class,
                              .n_classes = fit->n_classes,
                              .group = data->group,
                              .date = data->date,
                              .costs = options->costs,
                              .n_costs = options->n_costs,
                              .folds = options->folds,
                              .fold_by = options->fold_by,
                              .balance = options->balance,
                              .seed = options->seed,
                              .threads = options->problem.threads};
  return slant_search(found, &input, progress, error);
}

static void free_data(model_data *data) {
  free(data->rows);
  free(data->class);
  free(data->group);
  free(data->date);
}

int slant_fit_model(slant_fit *out, const slant_fit_options *options, const slant_vectors *vectors,
                    const slant_sample *samples, const uint32_t *members, uint32_t n, slant_progress *progress,
                    slant_error *error) {
  slant_interval unknown = {NAN, NAN, NAN};
  model_data data = {0};
  slant_problem problem = {0};
  slant_search_result found = {0};
  *out = (slant_fit){
      .n = n, .calibrated = {1}, .log_loss = NAN, .calibration_error = NAN, .accuracy = unknown, .macro_f1 = unknown};
  out->calibration = (slant_calibration){SLANT_CALIBRATION_TEMPERATURE, 1, out->calibrated, 0, NULL};
  int status = SLANT_E_MEMORY;
  if (!gather(&data, out, samples, members)) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", n);
    goto out;
  }
  status = run_search(&found, &problem, options, vectors, &data, out, progress, error);
  if (status) goto out;
  out->solver = problem.solver;
  out->cost = options->costs[found.chosen];
  out->n_folds = found.n_folds;
  out->macro_f1s = found.macro_f1;
  found.macro_f1 = NULL;
  status = judge(out, &found, &data, options->seed, error);
  if (!status) status = collapse(out, &found, &problem, error);
out:
  slant_search_free(&found);
  slant_problem_free(&problem);
  free_data(&data);
  if (status) slant_fit_free(out);
  return status;
}

int slant_refit_model(slant_fit *fit, const slant_fit_options *options, const slant_vectors *vectors,
                      const slant_sample *samples, const uint32_t *members, slant_progress *progress,
                      slant_error *error) {
  slant_fit_options alone = *options;
  slant_fit again = {.n = fit->n};
  model_data data = {0};
  slant_problem problem = {0};
  slant_search_result found = {0};
  int status = SLANT_E_MEMORY;
  alone.costs = &fit->cost;
  alone.n_costs = 1;
  alone.folds = 0;
  if (gather(&data, &again, samples, members))
    status = run_search(&found, &problem, &alone, vectors, &data, &again, progress, error);
  else
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", fit->n);
  if (!status) status = collapse(&again, &found, &problem, error);
  if (!status) {
    free(fit->weights);
    free(fit->bias);
    fit->weights = again.weights;
    fit->bias = again.bias;
    again.weights = again.bias = NULL;
  }
  slant_search_free(&found);
  slant_problem_free(&problem);
  free_data(&data);
  slant_fit_free(&again);
  return status;
}

void slant_fit_free(slant_fit *fit) {
  free(fit->classes);
  free(fit->counts);
  free(fit->weights);
  free(fit->bias);
  free(fit->macro_f1s);
  free(fit->held_out);
  *fit = (slant_fit){0};
}
