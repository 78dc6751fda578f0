#include "train/search.h"

#include "common/memory.h"
#include "common/threads.h"
#include "train/calibrate.h"
#include "train/folds.h"

#include <math.h>
#include <slant/evaluation.h>
#include <stdlib.h>

typedef struct search {
  const slant_search_input *input;
  uint32_t n, n_machines, n_costs;
  slant_folds folds;
  double *values; /* n_gammas × n_costs × n × n_machines held-out decision values */
  uint32_t gamma; /* number of the one whose kernel is at hand */
  const slant_space *space;
  slant_machine *final;
  double final_cost;
  slant_progress *progress;
} search;

static size_t values_of(const search *s, size_t setting) {
  return setting * s->n * s->n_machines;
}

/* Fits machine m on what `fold` learns from (on all examples for fold == n_folds), at each of the costs. */
static int fit(const search *s, uint32_t m, uint32_t fold, const double *costs, uint32_t n_costs, slant_machine *out,
               slant_error *error) {
  uint32_t *from = slant_alloc(s->n, sizeof *from), n = 0;
  slant_subset_buffers space = {0};
  int status = SLANT_E_MEMORY;
  if (!from || !slant_subset_buffers_new(&space, s->n)) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", s->n);
    goto out;
  }
  for (uint32_t i = 0; i < s->n; i++)
    if (fold == s->folds.n_folds || slant_folds_learns(&s->folds, fold, i)) from[n++] = i;
  slant_subset subset = slant_labelling_subset(&s->input->labelling, m, from, n, &space);
  status = slant_fit_path(out, s->space, &subset, costs, n_costs, error);
out:
  free(from);
  slant_subset_buffers_free(&space);
  return status;
}

/* A path of the search: a fold, a machine, and all costs. */
static int search_task(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  search *s = context;
  uint32_t fold = (uint32_t)(index / s->n_machines), m = (uint32_t)(index % s->n_machines);
  slant_machine *machines = slant_alloc_zero(s->n_costs, sizeof *machines);
  if (!machines) return slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", s->n);
  int status = slant_progress_step(s->progress, 0, error);
  if (!status) status = fit(s, m, fold, s->input->costs, s->n_costs, machines, error);
  for (uint32_t c = 0; c < s->n_costs && !status; c++) {
    double *values = s->values + values_of(s, (size_t)s->gamma * s->n_costs + c);
    for (uint32_t i = 0; i < s->n; i++)
      if (slant_folds_judges(&s->folds, fold, i))
        values[(size_t)i * s->n_machines + m] = slant_machine_value(&machines[c], s->space, i);
  }
  for (uint32_t c = 0; c < s->n_costs; c++) slant_machine_free(&machines[c]);
  free(machines);
  return status ? status : slant_progress_step(s->progress, s->n_costs, error);
}

static int final_task(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  search *s = context;
  int status = slant_progress_step(s->progress, 0, error);
  if (!status) status = fit(s, (uint32_t)index, s->folds.n_folds, &s->final_cost, 1, &s->final[index], error);
  return status ? status : slant_progress_step(s->progress, 1, error);
}

static int make_space(const search *s, slant_space *out, slant_setting setting, slant_error *error) {
  return slant_space_new(out, s->input->problem, &setting, s->input->threads, error);
}

/* Macro-F1 of the held-out decisions at one setting, pooled over the folds. */
static int pooled_macro_f1(const search *s, uint32_t setting, double *out) {
  const slant_labelling *labelling = &s->input->labelling;
  uint32_t k = labelling->n_classes;
  uint64_t *confusion = slant_alloc_zero((size_t)k * k, sizeof *confusion);
  double *scores = slant_alloc(k, sizeof *scores);
  bool ok = confusion && scores;
  for (uint32_t i = 0; ok && i < s->n; i++) {
    if (s->folds.fold[i] >= s->folds.n_folds) continue;
    slant_class_scores(labelling->coding, s->values + values_of(s, setting) + (size_t)i * s->n_machines, k, scores);
    confusion[(size_t)labelling->class[i] * k + slant_argmax(scores, k)]++;
  }
  if (ok) *out = slant_metrics_macro_f1(confusion, k);
  free(confusion);
  free(scores);
  return ok ? SLANT_OK : SLANT_E_MEMORY;
}

/* The setting of highest macro-F1, the smallest γ and cost of equals, and the held-out scores there. */
static int choose(search *s, slant_search_result *out, slant_error *error) {
  const slant_labelling *labelling = &s->input->labelling;
  uint32_t k = labelling->n_classes, n_settings = s->input->n_gammas * s->n_costs;
  int status = SLANT_OK;
  out->chosen = 0;
  for (uint32_t c = 0; c < n_settings && !status; c++) {
    status = pooled_macro_f1(s, c, &out->macro_f1[c]);
    if (!status && out->macro_f1[c] > out->macro_f1[out->chosen]) out->chosen = c;
  }
  for (uint32_t i = 0; i < s->n; i++) out->n_held += s->folds.fold[i] < s->folds.n_folds;
  if (!status) out->scores = slant_alloc((size_t)out->n_held * k, sizeof *out->scores);
  if (!status) out->held = slant_alloc(out->n_held, sizeof *out->held);
  if (status || !out->scores || !out->held)
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the scores of %u examples", s->n);
  uint32_t h = 0;
  for (uint32_t i = 0; i < s->n; i++) {
    if (s->folds.fold[i] >= s->folds.n_folds) continue;
    out->held[h] = i;
    slant_class_scores(labelling->coding, s->values + values_of(s, out->chosen) + (size_t)i * s->n_machines, k,
                       out->scores + (size_t)h++ * k);
  }
  return SLANT_OK;
}

static int cross_validate(search *s, slant_search_result *out, slant_error *error) {
  const slant_search_input *input = s->input;
  size_t paths = (size_t)s->folds.n_folds * s->n_machines, cells;
  if (!__builtin_mul_overflow((size_t)input->n_gammas * s->n_costs * s->n_machines, s->n, &cells))
    s->values = slant_alloc_zero(cells, sizeof *s->values);
  if (!s->values) return slant_fail(error, SLANT_E_MEMORY, "no memory for the scores of %u examples", s->n);
  int status = slant_progress_begin(s->progress, "search", paths * s->n_costs * input->n_gammas, error);
  for (s->gamma = 0; s->gamma < input->n_gammas && !status; s->gamma++) {
    slant_space space;
    status = make_space(s, &space, (slant_setting){.gamma = input->gammas[s->gamma], .block = input->block}, error);
    if (status) break;
    s->space = &space;
    status = slant_parallel(paths, input->threads, search_task, s, error);
    slant_space_free(&space);
  }
  return status ? status : choose(s, out, error);
}

static int deal_folds(search *s, slant_error *error) {
  const slant_search_input *input = s->input;
  if (input->fold_by == SLANT_FOLD_BY_DATE)
    return slant_folds_by_date(&s->folds, input->date, input->labelling.class, input->group, s->n, input->folds, error);
  return slant_folds_stratified(&s->folds, input->labelling.class, input->labelling.n_classes, input->group, s->n,
                                input->folds, input->seed, error);
}

/* The machines of all examples, at what was chosen. */
static int fit_all(search *s, slant_search_result *out, slant_error *error) {
  const slant_search_input *input = s->input;
  out->setting = (slant_setting){.cost = input->costs[out->chosen % s->n_costs],
                                 .gamma = input->gammas[out->chosen / s->n_costs],
                                 .block = input->block};
  s->final = out->final;
  s->final_cost = out->setting.cost;
  s->space = &out->space;
  int status = make_space(s, &out->space, out->setting, error);
  if (!status) status = slant_progress_begin(s->progress, "final fits", s->n_machines, error);
  return status ? status : slant_parallel(s->n_machines, input->threads, final_task, s, error);
}

int slant_search(slant_search_result *out, const slant_search_input *input, slant_progress *progress,
                 slant_error *error) {
  const slant_labelling *labelling = &input->labelling;
  search s = {.input = input, .n = input->problem->n, .n_costs = input->n_costs, .progress = progress};
  s.n_machines = slant_coding_machines(labelling->coding, labelling->n_classes);
  uint32_t middle = (input->n_gammas - 1) / 2 * input->n_costs + (input->n_costs - 1) / 2;
  uint32_t n_settings = input->n_gammas * input->n_costs;
  *out = (slant_search_result){.n_machines = s.n_machines, .chosen = middle};
  int status = SLANT_E_MEMORY;
  out->macro_f1 = slant_alloc(n_settings, sizeof *out->macro_f1);
  out->final = slant_alloc_zero(s.n_machines, sizeof *out->final);
  if (!out->macro_f1 || !out->final) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", s.n);
    goto out;
  }
  for (uint32_t c = 0; c < n_settings; c++) out->macro_f1[c] = NAN;
  status = input->folds ? deal_folds(&s, error) : SLANT_OK;
  if (!status && s.folds.n_folds) status = cross_validate(&s, out, error);
  out->n_folds = s.folds.n_folds;
  if (!status) status = fit_all(&s, out, error);
out:
  slant_folds_free(&s.folds);
  free(s.values);
  if (status) slant_search_free(out);
  return status;
}

void slant_search_free(slant_search_result *result) {
  for (uint32_t m = 0; result->final && m < result->n_machines; m++) slant_machine_free(&result->final[m]);
  free(result->final);
  free(result->macro_f1);
  free(result->held);
  free(result->scores);
  slant_space_free(&result->space);
  *result = (slant_search_result){0};
}
