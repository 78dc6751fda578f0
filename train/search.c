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
  uint32_t n, n_machines;
  slant_folds folds;
  double *values; /* n_costs × n × n_machines held-out decision values */
  double cost;    /* of the final fits */
  slant_machine *final;
  slant_progress *progress;
} search;

void slant_class_scores(const double *values, uint32_t n_classes, double *scores) {
  for (uint32_t c = 0; c < n_classes; c++) scores[c] = n_classes > 2 ? values[c] : c ? -values[0] : values[0];
}

/* Sign and class weights of machine m, which is for class m against all others, over the given members. */
static void signs_of(const search *s, uint32_t m, const uint32_t *members, uint32_t n_members, signed char *sign,
                     double weight[2]) {
  uint32_t positive = 0;
  for (uint32_t i = 0; i < n_members; i++) {
    sign[i] = s->input->class[members[i]] == m ? 1 : -1;
    positive += sign[i] > 0;
  }
  weight[0] = weight[1] = 1;
  if (s->input->balance && positive && positive < n_members) {
    weight[0] = n_members / (2.0 * (n_members - positive));
    weight[1] = n_members / (2.0 * positive);
  }
}

/* Fits machine m on what `fold` learns from (on all examples for fold == n_folds). */
static int fit(const search *s, uint32_t m, uint32_t fold, double cost, slant_machine *out, slant_error *error) {
  uint32_t *members = slant_alloc(s->n, sizeof *members), n_members = 0;
  signed char *sign = slant_alloc(s->n, sizeof *sign);
  int status = SLANT_E_MEMORY;
  *out = (slant_machine){0};
  if (!members || !sign) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", s->n);
    goto out;
  }
  for (uint32_t i = 0; i < s->n; i++)
    if (fold == s->folds.n_folds || slant_folds_learns(&s->folds, fold, i)) members[n_members++] = i;
  double weight[2];
  signs_of(s, m, members, n_members, sign, weight);
  status = slant_problem_fit(out, s->input->problem, members, sign, n_members, cost, weight, error);
out:
  free(members);
  free(sign);
  return status;
}

/* One fit of the search: a cost, a fold, a machine. The highest costs come first: they take longest, and what is long
 * should not be left for last. */
static int search_task(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  search *s = context;
  size_t per_cost = (size_t)s->folds.n_folds * s->n_machines;
  size_t cost = s->input->n_costs - 1 - index / per_cost;
  uint32_t fold = (uint32_t)(index % per_cost / s->n_machines), m = (uint32_t)(index % s->n_machines);
  slant_machine machine;
  int status = slant_progress_step(s->progress, 0, error);
  if (status) return status;
  status = fit(s, m, fold, s->input->costs[cost], &machine, error);
  if (status) return status;
  double *values = s->values + cost * s->n * s->n_machines;
  for (uint32_t i = 0; i < s->n; i++)
    if (slant_folds_judges(&s->folds, fold, i))
      values[(size_t)i * s->n_machines + m] = slant_machine_value(&machine, s->input->problem, i);
  slant_machine_free(&machine);
  return slant_progress_step(s->progress, 1, error);
}

static int final_task(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  search *s = context;
  int status = slant_progress_step(s->progress, 0, error);
  if (!status) status = fit(s, (uint32_t)index, s->folds.n_folds, s->cost, &s->final[index], error);
  return status ? status : slant_progress_step(s->progress, 1, error);
}

/* Macro-F1 of the held-out decisions at one cost, pooled over the folds. */
static int pooled_macro_f1(const search *s, uint32_t cost, double *out) {
  uint32_t k = s->input->n_classes;
  uint64_t *confusion = slant_alloc_zero((size_t)k * k, sizeof *confusion);
  double *scores = slant_alloc(k, sizeof *scores);
  bool ok = confusion && scores;
  for (uint32_t i = 0; ok && i < s->n; i++) {
    if (s->folds.fold[i] >= s->folds.n_folds) continue;
    slant_class_scores(s->values + ((size_t)cost * s->n + i) * s->n_machines, k, scores);
    confusion[(size_t)s->input->class[i] * k + slant_argmax(scores, k)]++;
  }
  if (ok) *out = slant_metrics_macro_f1(confusion, k);
  free(confusion);
  free(scores);
  return ok ? SLANT_OK : SLANT_E_MEMORY;
}

/* The cost of highest macro-F1, the smallest of equals, and the held-out scores there. */
static int choose(search *s, slant_search_result *out, slant_error *error) {
  uint32_t k = s->input->n_classes;
  int status = SLANT_OK;
  out->chosen = 0;
  for (uint32_t c = 0; c < s->input->n_costs && !status; c++) {
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
    slant_class_scores(s->values + ((size_t)out->chosen * s->n + i) * s->n_machines, k, out->scores + (size_t)h++ * k);
  }
  return SLANT_OK;
}

static int cross_validate(search *s, slant_search_result *out, slant_error *error) {
  const slant_search_input *input = s->input;
  size_t fits = (size_t)input->n_costs * s->folds.n_folds * s->n_machines, cells;
  if (!__builtin_mul_overflow((size_t)input->n_costs * s->n_machines, s->n, &cells))
    s->values = slant_alloc_zero(cells, sizeof *s->values);
  if (!s->values) return slant_fail(error, SLANT_E_MEMORY, "no memory for the scores of %u examples", s->n);
  int status = slant_progress_begin(s->progress, "search", fits, error);
  if (!status) status = slant_parallel(fits, input->threads, search_task, s, error);
  return status ? status : choose(s, out, error);
}

static int deal_folds(search *s, slant_error *error) {
  const slant_search_input *input = s->input;
  if (input->fold_by == SLANT_FOLD_BY_DATE)
    return slant_folds_by_date(&s->folds, input->date, input->class, input->group, s->n, input->folds, error);
  return slant_folds_stratified(&s->folds, input->class, input->n_classes, input->group, s->n, input->folds,
                                input->seed, error);
}

int slant_search(slant_search_result *out, const slant_search_input *input, slant_progress *progress,
                 slant_error *error) {
  search s = {.input = input, .n = input->problem->n, .progress = progress};
  s.n_machines = input->n_classes == 2 ? 1 : input->n_classes;
  *out = (slant_search_result){.n_machines = s.n_machines, .chosen = (input->n_costs - 1) / 2};
  int status = SLANT_E_MEMORY;
  out->macro_f1 = slant_alloc(input->n_costs, sizeof *out->macro_f1);
  out->final = s.final = slant_alloc_zero(s.n_machines, sizeof *s.final);
  if (!out->macro_f1 || !s.final) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", s.n);
    goto out;
  }
  for (uint32_t c = 0; c < input->n_costs; c++) out->macro_f1[c] = NAN;
  status = input->folds ? deal_folds(&s, error) : SLANT_OK;
  if (!status && s.folds.n_folds) status = cross_validate(&s, out, error);
  if (status) goto out;
  out->n_folds = s.folds.n_folds;
  s.cost = input->costs[out->chosen];
  status = slant_progress_begin(progress, "final fits", s.n_machines, error);
  if (!status) status = slant_parallel(s.n_machines, input->threads, final_task, &s, error);
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
  *result = (slant_search_result){0};
}
