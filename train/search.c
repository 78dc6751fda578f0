#include "train/search.h"

#include "common/hash.h"
#include "common/memory.h"
#include "common/threads.h"
#include "train/candidates.h"

#include <math.h>
#include <stdlib.h>

typedef struct search {
  const slant_search_input *input;
  const slant_search_options *options;
  slant_setting *settings; /* those of the input that differ for this problem */
  uint32_t n_settings;
  float *rank;
  slant_folds folds;
  slant_cells cells;
  slant_study *studies; /* the first over all folds; with nested cross-validation one more for each fold */
  uint32_t n_studies;
  slant_progress *progress;
} search;

static int no_memory(const search *s, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", s->input->problem->n);
}

/* ---- what there is to search ---- */
static int by_cost(const void *left, const void *right) {
  const slant_setting *a = left, *b = right;
  return a->cost < b->cost ? -1 : a->cost > b->cost;
}

/* ν that some machine cannot be fitted with are left out; where all are such, the greatest that can is taken. */
static uint32_t drop_infeasible(const search *s, uint32_t n) {
  const slant_labelling *labelling = &s->input->labelling;
  uint32_t counts[SLANT_MAX_CLASSES] = {0}, kept = 0;
  double least = INFINITY;
  for (uint32_t i = 0; i < s->input->problem->n; i++) counts[labelling->class[i]]++;
  double most = slant_coding_greatest_nu(labelling->coding, counts, labelling->n_classes);
  for (uint32_t i = 0; i < n; i++) least = fmin(least, s->settings[i].cost);
  for (uint32_t i = 0; i < n; i++) {
    if (least > most) s->settings[i].cost = most;
    if (s->settings[i].cost <= most) s->settings[kept++] = s->settings[i];
  }
  return kept;
}

/* The settings. A linear kernel has no γ (it is 1), though one may have been asked for that memory has no room for:
 * settings that differ in γ alone are one then. */
static bool take_settings(search *s) {
  const slant_problem *problem = s->input->problem;
  uint32_t n = s->input->n_settings, n_blocks = problem->options.n_blocks, kept = 0;
  s->settings = slant_alloc(n, sizeof *s->settings);
  if (!s->settings) return false;
  for (uint32_t i = 0; i < n; i++) {
    s->settings[i] = s->input->settings[i];
    if (problem->kernel == SLANT_KERNEL_LINEAR) s->settings[i].gamma = 1;
  }
  if (problem->options.nu) n = drop_infeasible(s, n);
  for (uint32_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n; end++)
      if (!slant_setting_same_space(&s->settings[first], &s->settings[end], n_blocks)) break;
    qsort(s->settings + first, end - first, sizeof *s->settings, by_cost);
    for (uint32_t i = first; i < end; i++)
      if (i == first || s->settings[i].cost > s->settings[kept - 1].cost) s->settings[kept++] = s->settings[i];
  }
  s->n_settings = kept;
  return true;
}

/* Ranks for shares of the examples: a group's hash, so that a share has whole groups, and a greater share has the
 * smaller one in it. */
static bool take_ranks(search *s) {
  uint32_t n = s->input->problem->n;
  s->rank = slant_alloc(n, sizeof *s->rank);
  for (uint32_t i = 0; s->rank && i < n; i++) {
    uint64_t hash = slant_hash_chain(slant_mix(s->options->seed + 1), s->input->group[i]);
    s->rank[i] = (float)(hash >> 40) * 0x1p-24f;
  }
  return s->rank != NULL;
}

static int deal_folds(search *s, slant_error *error) {
  const slant_search_input *input = s->input;
  uint32_t n = input->problem->n, wanted = s->options->folds;
  if (!wanted) return SLANT_OK;
  if (s->options->fold_by == SLANT_FOLD_BY_DATE)
    return slant_folds_by_date(&s->folds, input->date, input->labelling.class, input->group, n, wanted, error);
  return slant_folds_stratified(&s->folds, input->labelling.class, input->labelling.n_classes, input->group, n, wanted,
                                s->options->seed, error);
}

/* The middle one of the middle γ and β. */
static uint32_t middle_setting(const search *s) {
  uint32_t n_blocks = s->input->problem->options.n_blocks, n_spaces = 0, space = 0, first = 0, end;
  for (uint32_t i = 0; i < s->n_settings; i++)
    n_spaces += i == 0 || !slant_setting_same_space(&s->settings[i - 1], &s->settings[i], n_blocks);
  for (;; first = end, space++) {
    for (end = first + 1; end < s->n_settings; end++)
      if (!slant_setting_same_space(&s->settings[first], &s->settings[end], n_blocks)) break;
    if (space == (n_spaces - 1) / 2) return first + (end - first - 1) / 2;
  }
}

/* ---- what is found ---- */
static bool take_tried(const search *s, slant_search_report *report) {
  report->tried = slant_alloc(s->n_settings, sizeof *report->tried);
  report->n_tried = report->tried ? s->n_settings : 0;
  for (uint32_t c = 0; c < report->n_tried; c++)
    report->tried[c] = (slant_tried){s->settings[c], {.measured = {NAN, NAN}}};
  return report->tried != NULL;
}

/* The chosen setting's scores, in the order of the examples. */
static int take_scores(const search *s, slant_search_result *out, slant_error *error) {
  const slant_cells *cells = &s->cells;
  uint32_t n = cells->problem->n, k = s->input->labelling.n_classes, h = 0;
  uint32_t *next = slant_alloc(s->folds.n_folds, sizeof *next);
  out->n_held = cells->first[s->folds.n_folds];
  out->held = slant_alloc(out->n_held, sizeof *out->held);
  out->scores = slant_alloc(out->n_held, k * sizeof *out->scores);
  if (!next || !out->held || !out->scores) {
    free(next);
    return no_memory(s, error);
  }
  for (uint32_t f = 0; f < s->folds.n_folds; f++) next[f] = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t f = s->folds.fold[i];
    if (f >= s->folds.n_folds) continue;
    const double *values = slant_cells_values(cells, out->report.chosen, f, f, SLANT_SHARE_ALL, f);
    out->held[h] = i;
    slant_class_scores(s->input->labelling.coding, values + (size_t)next[f]++ * cells->n_machines, k,
                       out->scores + (size_t)h++ * k);
  }
  free(next);
  return SLANT_OK;
}

/* Every outer fold judged at what its study chose. Halving may have left that out in the search over all folds. */
static int take_nested(search *s, slant_search_report *report, slant_error *error) {
  const slant_choice *choice = &s->options->choice;
  slant_held held = {0};
  int status = SLANT_OK;
  report->nested = slant_alloc(s->folds.n_folds, sizeof *report->nested);
  if (!report->nested) return no_memory(s, error);
  for (uint32_t i = 1; i < s->n_studies && !status; i++)
    if (s->studies[i].n_folds)
      status = slant_cells_want(&s->cells, s->studies[i].chosen, s->studies[i].outer, s->studies[i].outer,
                                SLANT_SHARE_ALL, error);
  if (!status) status = slant_cells_compute(&s->cells, error);
  if (!status) status = slant_held_open(&held, &s->cells, error);
  for (uint32_t i = 1; i < s->n_studies && !status; i++) {
    uint32_t chosen = s->studies[i].chosen, outer = s->studies[i].outer;
    if (!s->studies[i].n_folds) continue;
    report->nested[report->n_nested++] = chosen;
    slant_held_add(&held, &s->cells, chosen, outer, outer, SLANT_SHARE_ALL, outer);
  }
  const slant_metric metrics[] = {choice->metric, SLANT_METRIC_MACRO_F1, SLANT_METRIC_ACCURACY};
  slant_measured *values[] = {&report->nested_value, &report->nested_macro_f1, &report->nested_accuracy};
  for (int m = 0; m < 3 && report->n_nested && !status; m++)
    status = slant_measure(values[m], metrics[m], &held, choice->favor, choice->against, error);
  slant_held_close(&held);
  return status;
}

/* The chosen setting, having learned from an eighth, a quarter, a half and all of what folds have to learn from. */
static int take_curve(search *s, slant_search_report *report, slant_error *error) {
  static const slant_share shares[SLANT_CURVE_POINTS] = {SLANT_SHARE_EIGHTH, SLANT_SHARE_QUARTER, SLANT_SHARE_HALF,
                                                         SLANT_SHARE_ALL};
  const slant_choice *choice = &s->options->choice;
  slant_held held = {0};
  uint32_t k = s->folds.n_folds;
  int status = SLANT_OK;
  for (int p = 0; p < SLANT_CURVE_POINTS; p++)
    for (uint32_t f = 0; f < k && !status; f++)
      status = slant_cells_want(&s->cells, report->chosen, f, f, shares[p], error);
  if (!status) status = slant_cells_compute(&s->cells, error);
  if (!status) status = slant_held_open(&held, &s->cells, error);
  for (int p = 0; p < SLANT_CURVE_POINTS && !status; p++) {
    slant_curve_point *point = &report->curve[report->n_curve];
    uint64_t learned = 0;
    held.n = held.n_folds = 0;
    for (uint32_t f = 0; f < k; f++) {
      learned += slant_cells_learned(&s->cells, f, f, shares[p]);
      slant_held_add(&held, &s->cells, report->chosen, f, f, shares[p], f);
    }
    point->n = (uint32_t)((learned + k / 2) / k);
    if (point->n < 2 * s->input->labelling.n_classes) continue; /* nothing to see yet */
    status = slant_measure(&point->measured, choice->metric, &held, choice->favor, choice->against, error);
    report->n_curve++;
  }
  slant_held_close(&held);
  return status;
}

static int open_studies(search *s, slant_error *error) {
  uint32_t k = s->folds.n_folds;
  /* Without two of two folds there is nothing to learn from. */
  s->n_studies = s->options->nested && (s->folds.forward || k > 2) ? 1 + k : 1;
  s->studies = slant_alloc_zero(s->n_studies, sizeof *s->studies);
  int status = s->studies ? SLANT_OK : no_memory(s, error);
  for (uint32_t i = 0; i < s->n_studies && !status; i++)
    status = slant_study_open(&s->studies[i], &s->cells, i ? i - 1 : k, error);
  return status;
}

static int cross_validate(search *s, slant_search_result *out, slant_error *error) {
  const slant_choice *choice = &s->options->choice;
  s->cells = (slant_cells){.problem = s->input->problem,
                           .labelling = &s->input->labelling,
                           .settings = s->settings,
                           .n_settings = s->n_settings,
                           .folds = &s->folds,
                           .rank = s->rank,
                           .threads = s->options->threads,
                           .progress = s->progress};
  int status = slant_cells_open(&s->cells, error);
  if (!status) status = open_studies(s, error);
  if (status) return status;
  uint64_t fits = slant_studies_fits(s->studies, s->n_studies, &s->cells, choice);
  if (s->options->curve) fits += (uint64_t)(SLANT_CURVE_POINTS - 1) * s->folds.n_folds * s->cells.n_machines;
  status = slant_progress_begin(s->progress, "search", fits, error);
  if (!status) status = slant_studies_run(s->studies, s->n_studies, &s->cells, choice, error);
  if (status) return status;
  out->report.chosen = s->studies[0].chosen;
  for (uint32_t c = 0; c < s->n_settings; c++) out->report.tried[c].trial = s->studies[0].trials[c];
  status = take_scores(s, out, error);
  if (!status && s->n_studies > 1) status = take_nested(s, &out->report, error);
  if (!status && s->options->curve) status = take_curve(s, &out->report, error);
  out->report.n_fits = s->cells.n_fits;
  return status;
}

/* ---- the final machines ---- */
typedef struct final_fits {
  const search *search;
  slant_search_result *out;
  const uint32_t *everything; /* all examples */
} final_fits;

static int final_task(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  final_fits *fits = context;
  const search *s = fits->search;
  slant_subset_buffers buffers;
  int status = slant_progress_step(s->progress, 0, error);
  if (status) return status;
  if (!slant_subset_buffers_new(&buffers, s->input->problem->n)) return no_memory(s, error);
  slant_subset subset =
      slant_labelling_subset(&s->input->labelling, (uint32_t)index, fits->everything, s->input->problem->n, &buffers);
  status = slant_fit_path(&fits->out->final[index], &fits->out->space, &subset, &fits->out->setting.cost, 1, error);
  slant_subset_buffers_free(&buffers);
  return status ? status : slant_progress_step(s->progress, 1, error);
}

static int fit_all(const search *s, slant_search_result *out, slant_error *error) {
  uint32_t n = s->input->problem->n, *everything = slant_alloc(n, sizeof *everything);
  out->setting = s->settings[out->report.chosen];
  if (!everything) return no_memory(s, error);
  for (uint32_t i = 0; i < n; i++) everything[i] = i;
  final_fits fits = {s, out, everything};
  int status = slant_progress_begin(s->progress, "final fits", out->n_machines, error);
  if (!status) status = slant_space_new(&out->space, s->input->problem, &out->setting, s->options->threads, error);
  if (!status) status = slant_parallel(out->n_machines, s->options->threads, final_task, &fits, error);
  free(everything);
  return status;
}

int slant_search(slant_search_result *out, const slant_search_input *input, const slant_search_options *options,
                 slant_progress *progress, slant_error *error) {
  search s = {.input = input, .options = options, .progress = progress};
  int status = SLANT_E_MEMORY;
  *out = (slant_search_result){.n_machines = slant_coding_machines(input->labelling.coding, input->labelling.n_classes),
                               .report = {.metric = options->choice.metric,
                                          .nested_value = {NAN, NAN},
                                          .nested_macro_f1 = {NAN, NAN},
                                          .nested_accuracy = {NAN, NAN}}};
  out->final = slant_alloc_zero(out->n_machines, sizeof *out->final);
  if (!out->final || !take_settings(&s) || !take_ranks(&s) || !take_tried(&s, &out->report)) {
    no_memory(&s, error);
    goto out;
  }
  out->report.chosen = middle_setting(&s);
  status = deal_folds(&s, error);
  out->n_folds = s.folds.n_folds;
  if (!status && out->n_folds) status = cross_validate(&s, out, error);
  if (!status) status = fit_all(&s, out, error);
out:
  for (uint32_t i = 0; s.studies && i < s.n_studies; i++) slant_study_close(&s.studies[i]);
  free(s.studies);
  slant_cells_close(&s.cells);
  slant_folds_free(&s.folds);
  free(s.rank);
  free(s.settings);
  if (status) slant_search_free(out);
  return status;
}

void slant_search_report_free(slant_search_report *report) {
  free(report->tried);
  free(report->nested);
  *report = (slant_search_report){0};
}

void slant_search_free(slant_search_result *result) {
  for (uint32_t m = 0; result->final && m < result->n_machines; m++) slant_machine_free(&result->final[m]);
  free(result->final);
  free(result->held);
  free(result->scores);
  slant_search_report_free(&result->report);
  slant_space_free(&result->space);
  *result = (slant_search_result){0};
}
