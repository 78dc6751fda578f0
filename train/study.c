#include "train/study.h"

#include "common/memory.h"

#include <math.h>
#include <stdlib.h>

/* ---- held-out scores ---- */
int slant_held_open(slant_held *held, const slant_cells *cells, slant_error *error) {
  uint32_t k = cells->folds->n_folds, n = cells->first[k], n_classes = cells->labelling->n_classes;
  *held = (slant_held){.n_classes = n_classes,
                       .scores = slant_alloc(n, n_classes * sizeof *held->scores),
                       .gold = slant_alloc(n, sizeof *held->gold),
                       .end = slant_alloc(k, sizeof *held->end)};
  if (held->scores && held->gold && held->end) return SLANT_OK;
  slant_held_close(held);
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the scores of %u examples", n);
}

void slant_held_add(slant_held *held, const slant_cells *cells, uint32_t candidate, uint32_t f, uint32_t g,
                    slant_share share, uint32_t part) {
  const slant_labelling *labelling = cells->labelling;
  const double *values = slant_cells_values(cells, candidate, f, g, share, part);
  for (uint32_t j = cells->first[part]; j < cells->first[part + 1]; j++, values += cells->n_machines) {
    held->gold[held->n] = labelling->class[cells->judged[j]];
    slant_class_scores(labelling->coding, values, held->n_classes, held->scores + (size_t)held->n * held->n_classes);
    held->n++;
  }
  held->end[held->n_folds++] = held->n;
}

void slant_held_close(slant_held *held) {
  free(held->scores);
  free(held->gold);
  free(held->end);
  *held = (slant_held){0};
}

double slant_setting_capacity(const slant_setting *setting, const slant_problem *problem) {
  double sum = setting->block && problem->options.n_blocks ? 0 : 1;
  for (uint32_t b = 0; setting->block && b < problem->options.n_blocks; b++) sum += setting->block[b];
  return setting->cost * sum * (problem->kernel == SLANT_KERNEL_LINEAR ? 1 : setting->gamma);
}

/* ---- one study ---- */
int slant_study_open(slant_study *study, const slant_cells *cells, uint32_t outer, slant_error *error) {
  uint32_t k = cells->folds->n_folds, n = cells->n_settings;
  *study = (slant_study){.outer = outer,
                         .folds = slant_alloc(k, sizeof *study->folds),
                         .trials = slant_alloc(n, sizeof *study->trials),
                         .alive = slant_alloc(n, sizeof *study->alive),
                         .n_alive = n};
  if (!study->folds || !study->trials || !study->alive) {
    slant_study_close(study);
    return slant_fail(error, SLANT_E_MEMORY, "no memory to try %u settings", n);
  }
  for (uint32_t c = 0; c < n; c++) {
    study->alive[c] = c;
    study->trials[c] = (slant_trial){.measured = {NAN, NAN}};
  }
  /* Forward in time, the last folds have learned from most, and an outer fold has those before it. */
  for (uint32_t f = 0; f < k && !cells->folds->forward; f++)
    if (f != outer) study->folds[study->n_folds++] = f;
  for (uint32_t f = outer; f > 0 && cells->folds->forward; f--) study->folds[study->n_folds++] = f - 1;
  return SLANT_OK;
}

void slant_study_close(slant_study *study) {
  free(study->folds);
  free(study->trials);
  free(study->alive);
  *study = (slant_study){0};
}

/* The other fold of the cells of inner fold `f`: itself, where the study leaves none out. */
static uint32_t partner(const slant_study *study, const slant_cells *cells, uint32_t f) {
  return study->outer < cells->folds->n_folds && !cells->folds->forward ? study->outer : f;
}

static uint32_t plan(slant_rung rungs[SLANT_MAX_RUNGS], const slant_study *study, const slant_cells *cells,
                     const slant_choice *choice) {
  if (!study->n_folds) return 0;
  uint32_t f = study->folds[0], learned = slant_cells_learned(cells, f, partner(study, cells, f), SLANT_SHARE_ALL);
  return slant_halving_plan(rungs, choice->halving, cells->n_settings, study->n_folds, learned);
}

static int want_rung(const slant_study *study, slant_cells *cells, const slant_rung *rung, slant_error *error) {
  int status = SLANT_OK;
  for (uint32_t f = 0; f < rung->n_folds; f++)
    for (uint32_t a = 0; a < study->n_alive && !status; a++)
      status = slant_cells_want(cells, study->alive[a], study->folds[f], partner(study, cells, study->folds[f]),
                                rung->share, error);
  return status;
}

static int judge_rung(slant_study *study, const slant_cells *cells, const slant_rung *rung, const slant_choice *choice,
                      slant_held *held, slant_error *error) {
  int status = SLANT_OK;
  for (uint32_t a = 0; a < study->n_alive && !status; a++) {
    slant_trial *trial = &study->trials[study->alive[a]];
    held->n = held->n_folds = 0;
    for (uint32_t f = 0; f < rung->n_folds; f++)
      slant_held_add(held, cells, study->alive[a], study->folds[f], partner(study, cells, study->folds[f]), rung->share,
                     study->folds[f]);
    trial->n_folds = rung->n_folds;
    trial->share = rung->share;
    status = slant_measure(&trial->measured, choice->metric, held, choice->favor, choice->against, error);
  }
  return status;
}

/* The place of the best of n candidates; of equals the simplest, of these the first. */
static uint32_t best_of(const slant_study *study, const slant_cells *cells, slant_metric metric,
                        const uint32_t *candidates, uint32_t n) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < n; i++) {
    uint32_t c = candidates[i], b = candidates[best];
    double value = study->trials[c].measured.value, most = study->trials[b].measured.value;
    bool simpler = slant_setting_capacity(&cells->settings[c], cells->problem) <
                   slant_setting_capacity(&cells->settings[b], cells->problem);
    if (slant_metric_better(metric, value, most) || (simpler && !slant_metric_better(metric, most, value))) best = i;
  }
  return best;
}

static int by_number(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a < b ? -1 : a > b;
}

/* Leaves the best `n` alive: a selection sort that ends there. */
static void keep_best(slant_study *study, const slant_cells *cells, slant_metric metric, uint32_t n) {
  uint32_t *kept = study->alive;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t at = i + best_of(study, cells, metric, kept + i, study->n_alive - i), best = kept[at];
    for (; at > i; at--) kept[at] = kept[at - 1]; /* the others keep their order */
    kept[i] = best;
  }
  study->n_alive = n;
  qsort(kept, n, sizeof *kept, by_number);
}

/* The one-standard-error rule (Breiman et al. 1984, section 3.4.3). */
static uint32_t simplest_within(const slant_study *study, const slant_cells *cells, slant_metric metric,
                                uint32_t best) {
  slant_measured top = study->trials[best].measured;
  if (isnan(top.error)) return best;
  double limit = top.value + (metric == SLANT_METRIC_LOG_LOSS ? top.error : -top.error);
  double least = slant_setting_capacity(&cells->settings[best], cells->problem);
  for (uint32_t a = 0; a < study->n_alive; a++) {
    uint32_t c = study->alive[a];
    double capacity = slant_setting_capacity(&cells->settings[c], cells->problem);
    if (capacity >= least || slant_metric_better(metric, limit, study->trials[c].measured.value)) continue;
    least = capacity;
    best = c;
  }
  return best;
}

/* ---- all of them ---- */
uint64_t slant_studies_fits(const slant_study *studies, uint32_t n_studies, const slant_cells *cells,
                            const slant_choice *choice) {
  slant_rung rungs[SLANT_MAX_RUNGS];
  uint64_t shared = 0, pairs = 0;
  for (uint32_t s = 0; s < n_studies; s++) {
    uint32_t n = plan(rungs, &studies[s], cells, choice);
    bool inner = studies[s].outer < cells->folds->n_folds;
    for (uint32_t r = 0; r < n; r++) {
      bool more = r && rungs[r].share == rungs[r - 1].share; /* the folds before are judged already */
      uint64_t fits = (uint64_t)rungs[r].n_candidates * (rungs[r].n_folds - (more ? rungs[r - 1].n_folds : 0));
      if (inner)
        pairs += cells->folds->forward ? 0 : fits;
      else
        shared += fits;
    }
  }
  return (shared + pairs / 2) * cells->n_machines;
}

int slant_studies_run(slant_study *studies, uint32_t n_studies, slant_cells *cells, const slant_choice *choice,
                      slant_error *error) {
  slant_held held;
  int status = slant_held_open(&held, cells, error);
  for (uint32_t r = 0; r < SLANT_MAX_RUNGS && !status; r++) {
    slant_rung rungs[SLANT_MAX_RUNGS];
    for (uint32_t s = 0; s < n_studies && !status; s++)
      if (r < plan(rungs, &studies[s], cells, choice)) status = want_rung(&studies[s], cells, &rungs[r], error);
    if (!status) status = slant_cells_compute(cells, error);
    for (uint32_t s = 0; s < n_studies && !status; s++) {
      uint32_t n = plan(rungs, &studies[s], cells, choice);
      if (r >= n) continue;
      status = judge_rung(&studies[s], cells, &rungs[r], choice, &held, error);
      if (!status && r + 1 < n) keep_best(&studies[s], cells, choice->metric, rungs[r + 1].n_candidates);
    }
  }
  for (uint32_t s = 0; s < n_studies && !status; s++) {
    if (!studies[s].n_folds) continue;
    studies[s].chosen =
        studies[s].alive[best_of(&studies[s], cells, choice->metric, studies[s].alive, studies[s].n_alive)];
    if (choice->one_standard_error)
      studies[s].chosen = simplest_within(&studies[s], cells, choice->metric, studies[s].chosen);
  }
  slant_held_close(&held);
  return status;
}
