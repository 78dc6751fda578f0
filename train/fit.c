#include "train/fit.h"

#include "common/clock.h"
#include "common/memory.h"
#include "train/search.h"

#include <math.h>
#include <slant/record.h>
#include <stdio.h>
#include <stdlib.h>

enum { RESAMPLES = 1000 };

/* The samples of one model, as the search takes them. */
typedef struct model_data {
  const slant_vectors *vectors;   /* all of them, or `own` */
  uint32_t *rows, *class, *group; /* n each, rows of `vectors`; class counts the labels that occur from 0 */
  slant_vectors own;
  uint32_t *features; /* of `own` in all vectors; NULL: vectors are all of them */
  int64_t *date;
  float *weight;        /* of each; NULL: all 1 */
  double *class_weight; /* of each class; NULL: all 1 */
  uint32_t beyond;      /* by how much the numbers of dense features grow */
  slant_block *blocks;  /* of `own`, where a search weighs them */
} model_data;

static int by_number(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a < b ? -1 : a > b;
}

/* Place of the first of n ascending numbers that is at least `least`. */
static uint32_t first_from(const uint32_t *numbers, uint32_t n, uint32_t least) {
  uint32_t low = 0, high = n;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (numbers[middle] < least)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Where a range of features that begins or ends at `feature` of all vectors does so in `own`. */
static uint32_t place_of(const model_data *data, uint32_t feature) {
  uint32_t sparse = data->own.n_sparse + data->beyond;
  return feature > sparse ? feature - data->beyond : first_from(data->features, data->own.n_sparse, feature);
}

/* A model of less than this share of all rows has vectors of its own. */
#define FEW 0.5

/* Vectors of the model's rows alone, where they are few; the ranges that options name are of their features then. */
static bool take_own(model_data *data, slant_problem_options *options, const slant_vectors *vectors, uint32_t n) {
  data->vectors = vectors;
  if (n >= FEW * vectors->n_rows) return true;
  if (!slant_vectors_take(&data->own, &data->features, vectors, data->rows, n)) return false;
  data->vectors = &data->own;
  data->beyond = vectors->n_sparse - data->own.n_sparse;
  options->counted_first = first_from(data->features, data->own.n_sparse, options->counted_first);
  options->counted_end = first_from(data->features, data->own.n_sparse, options->counted_end);
  for (uint32_t i = 0; i < n; i++) data->rows[i] = i;
  data->blocks = slant_alloc(options->n_blocks, sizeof *data->blocks);
  if (!data->blocks) return false;
  for (uint32_t b = 0; b < options->n_blocks; b++) {
    slant_block all = options->blocks[b];
    data->blocks[b] = (slant_block){place_of(data, all.first), place_of(data, all.end)};
  }
  options->blocks = data->blocks;
  return true;
}

/* The weights of the samples, where they have any. */
static bool gather_weights(model_data *data, const slant_sample *samples, const uint32_t *members, uint32_t n) {
  bool any = false;
  for (uint32_t i = 0; i < n; i++) any = any || (samples[members[i]].weight > 0 && samples[members[i]].weight != 1);
  if (!any) return true;
  data->weight = slant_alloc(n, sizeof *data->weight);
  for (uint32_t i = 0; i < n && data->weight; i++)
    data->weight[i] = samples[members[i]].weight > 0 ? (float)samples[members[i]].weight : 1;
  return data->weight != NULL;
}

/* Gathers rows, groups and labels, and numbers the labels that occur. */
static bool gather(model_data *data, slant_fit *out, const slant_fit_options *options, const slant_sample *samples,
                   const uint32_t *members) {
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
  if (!gather_weights(data, samples, members, n)) return false;
  if (!options->label_weight) return true;
  data->class_weight = slant_alloc(out->n_classes, sizeof *data->class_weight);
  for (uint32_t c = 0; c < out->n_classes && data->class_weight; c++)
    data->class_weight[c] = options->label_weight[out->classes[c]];
  return data->class_weight != NULL;
}

/* Accuracy and macro-F1 of the held-out labels, with intervals by resampling groups. */
static int measure(slant_fit *out, const slant_sample *samples, const uint32_t *members, uint64_t seed,
                   slant_error *error) {
  slant_evaluation *evaluation = NULL;
  const slant_evaluation_task *tasks;
  uint32_t n_tasks;
  int status = slant_evaluation_new(&evaluation, error);
  for (uint32_t i = 0; i < out->n && !status; i++) {
    if (out->held_out[i] == SLANT_NOT_HELD_OUT) continue;
    char group[16], gold[16], predicted[16];
    snprintf(group, sizeof group, "%u", samples[members[i]].group);
    snprintf(gold, sizeof gold, "%u", samples[members[i]].label);
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

/* Number of a label among the model's classes; UINT32_MAX where it has none of that label. */
static uint32_t class_of(const slant_fit *fit, uint32_t label) {
  const uint32_t *found = bsearch(&label, fit->classes, fit->n_classes, sizeof label, by_number);
  return found ? (uint32_t)(found - fit->classes) : UINT32_MAX;
}

int slant_fit_judge(slant_fit *out, uint32_t n_held, uint32_t *held, double *scores, const slant_sample *samples,
                    const uint32_t *members, uint64_t seed, slant_error *error) {
  uint32_t k = out->n_classes, *gold = slant_alloc(n_held, sizeof *gold);
  uint32_t *group = slant_alloc(n_held, sizeof *group);
  free(out->held);
  free(out->scores);
  out->n_held = n_held;
  out->held = held;
  out->scores = scores;
  if (!out->held_out) out->held_out = slant_alloc(out->n, sizeof *out->held_out);
  if (!gold || !group || !out->held_out) {
    free(gold);
    free(group);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for %u held-out labels", out->n);
  }
  for (uint32_t i = 0; i < out->n; i++) out->held_out[i] = SLANT_NOT_HELD_OUT;
  for (uint32_t h = 0; h < n_held; h++) {
    gold[h] = class_of(out, samples[members[held[h]]].label);
    group[h] = samples[members[held[h]]].group;
    out->held_out[held[h]] = out->classes[slant_argmax(scores + (size_t)h * k, k)];
  }
  slant_calibrate_input input = {
      .scores = scores, .gold = gold, .group = group, .n = n_held, .n_classes = k, .seed = seed};
  slant_fitted_calibration_free(&out->calibration);
  int status = slant_calibrate(&out->calibration, &input, error);
  free(gold);
  free(group);
  return status ? status : measure(out, samples, members, seed, error);
}

static const slant_interval unknown = {NAN, NAN, NAN};

int slant_fit_judge_again(slant_fit *fit, const slant_sample *samples, const uint32_t *members, uint64_t seed,
                          slant_error *error) {
  uint32_t *held = fit->held;
  double *scores = fit->scores;
  fit->accuracy = fit->macro_f1 = unknown;
  fit->held = NULL; /* to be handed over */
  fit->scores = NULL;
  return scores ? slant_fit_judge(fit, fit->n_held, held, scores, samples, members, seed, error)
                : slant_calibrate_none(&fit->calibration, error);
}

/* The decision functions w (a feature's n_outputs numbers side by side) as rows of the features that have any, summed
 * in double, kept in float. */
static int keep_weights(slant_fit *out, const double *w, size_t n_features, const model_data *data,
                        slant_error *error) {
  uint32_t k = out->n_outputs, n_rows = 0;
  bool *used = slant_alloc_zero(n_features, sizeof *used);
  for (size_t f = 0; used && f < n_features; f++) {
    for (uint32_t m = 0; m < k; m++) used[f] = used[f] || (float)w[m * n_features + f] != 0;
    n_rows += used[f];
  }
  out->features = slant_alloc(n_rows, sizeof *out->features);
  out->weights = slant_alloc(n_rows, k * sizeof *out->weights);
  if (!used || !out->features || !out->weights) {
    free(used);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the weights of %zu features", n_features);
  }
  for (size_t f = 0; f < n_features; f++) {
    if (!used[f]) continue;
    bool sparse = f < data->vectors->n_sparse;
    out->features[out->n_rows] = (uint32_t)(!data->features ? f : sparse ? data->features[f] : f + data->beyond);
    for (uint32_t m = 0; m < k; m++) out->weights[(size_t)out->n_rows * k + m] = (float)w[m * n_features + f];
    out->n_rows++;
  }
  free(used);
  return SLANT_OK;
}

/* The final decision functions as weights, or as support vectors where the kernel is not linear. */
static int collapse(slant_fit *out, const slant_search_result *found, const slant_problem *problem,
                    const model_data *data, slant_error *error) {
  if (problem->kernel != SLANT_KERNEL_LINEAR) {
    const slant_feature_map map = {data->features, data->beyond};
    out->n_outputs = found->n_machines;
    return slant_support_take(&out->support, found->final, found->n_machines, &found->space, &map, error);
  }
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  double *w = slant_alloc_zero(n_features, found->n_machines * sizeof *w);
  out->n_outputs = found->n_machines;
  out->bias = slant_alloc(out->n_outputs, sizeof *out->bias);
  int status = SLANT_OK;
  if (!w || !out->bias)
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the weights of %zu features", n_features);
  for (uint32_t m = 0; m < out->n_outputs && !status; m++) {
    slant_machine_weights(&found->final[m], &found->space, w + m * n_features);
    out->bias[m] = (float)found->final[m].bias;
  }
  if (!status) status = keep_weights(out, w, n_features, data, error);
  free(w);
  return status;
}

/* The problem and the search over it. */
static int run_search(slant_search_result *found, slant_problem *problem, const slant_fit_options *options,
                      const slant_vectors *vectors, model_data *data, const slant_fit *fit, slant_progress *progress,
                      slant_error *error) {
  slant_problem_options of_problem = options->problem;
  if (!take_own(data, &of_problem, vectors, fit->n))
    return slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", fit->n);
  int status = slant_problem_new(problem, &of_problem, data->vectors, data->rows, fit->n, progress, error);
  if (status) return status;
  slant_search_options how = options->search;
  how.threads = options->problem.threads;
  how.choice.favor = class_of(fit, options->favor);
  how.choice.against = class_of(fit, options->against);
  slant_search_input input = {.problem = problem,
                              .labelling = {.coding = slant_coding_for(options->coding, fit->n_classes),
                                            .n_classes = fit->n_classes,
                                            .class = data->class,
                                            .weight = data->weight,
                                            .class_weight = data->class_weight,
                                            .balance = options->balance && !options->problem.nu},
                              .group = data->group,
                              .date = data->date,
                              .settings = options->settings,
                              .n_settings = options->n_settings};
  return slant_search(found, &input, &how, progress, error);
}

static void free_data(model_data *data) {
  free(data->rows);
  free(data->class);
  free(data->group);
  free(data->date);
  free(data->weight);
  free(data->class_weight);
  slant_vectors_free(&data->own);
  free(data->features);
  free(data->blocks);
}

int slant_fit_model(slant_fit *out, const slant_fit_options *options, const slant_vectors *vectors,
                    const slant_sample *samples, const uint32_t *members, uint32_t n, slant_progress *progress,
                    slant_error *error) {
  double started = slant_seconds();
  model_data data = {0};
  slant_problem problem = {0};
  slant_search_result found = {0};
  *out = (slant_fit){.n = n, .accuracy = unknown, .macro_f1 = unknown};
  int status = slant_calibrate_none(&out->calibration, error);
  if (status) return status;
  status = SLANT_E_MEMORY;
  if (!gather(&data, out, options, samples, members)) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", n);
    goto out;
  }
  status = run_search(&found, &problem, options, vectors, &data, out, progress, error);
  if (status) goto out;
  out->solver = problem.solver;
  out->coding = slant_coding_for(options->coding, out->n_classes);
  out->kernel = problem.kernel;
  out->too_large = problem.too_large;
  out->setting = found.setting;
  out->n_folds = found.n_folds;
  out->report = found.report;
  found.report = (slant_search_report){0};
  if (found.n_folds) {
    status =
        slant_fit_judge(out, found.n_held, found.held, found.scores, samples, members, options->search.seed, error);
    found.held = NULL;
    found.scores = NULL;
  }
  if (!status) status = collapse(out, &found, &problem, &data, error);
  out->seconds = slant_seconds() - started;
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
  alone.settings = &fit->setting;
  alone.n_settings = 1;
  alone.search.folds = 0;
  if (gather(&data, &again, options, samples, members))
    status = run_search(&found, &problem, &alone, vectors, &data, &again, progress, error);
  else
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", fit->n);
  if (!status) status = collapse(&again, &found, &problem, &data, error);
  if (!status) {
    slant_fit_drop_weights(fit);
    free(fit->classes);
    free(fit->counts);
    fit->n_classes = again.n_classes;
    fit->classes = again.classes;
    fit->counts = again.counts;
    again.classes = again.counts = NULL;
    fit->n_outputs = again.n_outputs;
    fit->n_rows = again.n_rows;
    fit->features = again.features;
    fit->weights = again.weights;
    fit->bias = again.bias;
    fit->support = again.support;
    again.support = (slant_kernel_model){0};
    again.features = NULL;
    again.weights = again.bias = NULL;
  }
  slant_search_free(&found);
  slant_problem_free(&problem);
  free_data(&data);
  slant_fit_free(&again);
  return status;
}

void slant_fit_drop_weights(slant_fit *fit) {
  free(fit->features);
  free(fit->weights);
  free(fit->bias);
  fit->features = NULL;
  fit->weights = fit->bias = NULL;
  fit->n_rows = 0;
  slant_support_free(&fit->support);
}

void slant_fit_free(slant_fit *fit) {
  slant_fit_drop_weights(fit);
  free(fit->classes);
  free(fit->counts);
  slant_search_report_free(&fit->report);
  free(fit->held_out);
  free(fit->held);
  free(fit->scores);
  slant_fitted_calibration_free(&fit->calibration);
  *fit = (slant_fit){0};
}
