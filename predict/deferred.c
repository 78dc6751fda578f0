#include "predict/deferred.h"

#include <stdlib.h>

typedef struct slant_deferred_score {
  size_t number; /* in the order in which they came */
  uint32_t bank;
  const slant_model *model;
  slant_vector vector;
  float *rows;
  uint32_t *label;
} slant_deferred_score;

typedef struct slant_deferred_judgement {
  uint32_t bank;
  const slant_model *model;
  slant_judgement *judgement;
  float *rows;
} slant_deferred_judgement;

typedef struct slant_deferred {
  slant_deferred_score *scores;
  size_t n_scores, score_capacity;
  slant_deferred_judgement *judgements;
  size_t n_judgements, judgement_capacity;
  slant_vector vectors[SLANT_DEFERRED_BATCH];
  float *outputs; /* of a batch */
  size_t output_capacity;
} slant_deferred;

static slant_deferred *deferred_of(slant_judge *judge) {
  if (!judge->deferred) judge->deferred = slant_alloc_zero(1, sizeof *judge->deferred);
  return judge->deferred;
}

void slant_deferred_free(slant_deferred *deferred) {
  if (!deferred) return;
  free(deferred->scores);
  free(deferred->judgements);
  free(deferred->outputs);
  free(deferred);
}

void slant_deferred_clear(slant_judge *judge) {
  if (judge->deferred) judge->deferred->n_scores = judge->deferred->n_judgements = 0;
}

bool slant_deferred_waits(const slant_judge *judge, const slant_model *model) {
  return judge->batching && !slant_model_is_linear(model);
}

/* ---- what is left for later ---- */
int slant_deferred_keep(slant_judge *judge, slant_vector *vector, slant_error *error) {
  if (!judge->batching || !judge->predictor->has_kernels) return SLANT_OK;
  return slant_deferred_copy(judge, vector, error);
}

int slant_deferred_copy(slant_judge *judge, slant_vector *vector, slant_error *error) {
  uint32_t *index = slant_arena_alloc(&judge->arena, vector->n_sparse, sizeof *index);
  float *value = slant_arena_alloc(&judge->arena, vector->n_sparse, sizeof *value);
  float *dense = slant_arena_alloc(&judge->arena, vector->n_dense, sizeof *dense);
  if (!index || !value || !dense) return slant_judge_no_memory(error);
  if (vector->n_sparse) {
    memcpy(index, vector->index, vector->n_sparse * sizeof *index);
    memcpy(value, vector->value, vector->n_sparse * sizeof *value);
  }
  if (vector->n_dense) memcpy(dense, vector->dense, vector->n_dense * sizeof *dense);
  vector->index = index;
  vector->value = value;
  vector->dense = dense;
  return SLANT_OK;
}

int slant_deferred_vector(slant_judge *judge, uint32_t bank, const slant_model *model, const slant_vector *vector,
                          float *rows, uint32_t *label, slant_error *error) {
  slant_deferred *deferred = deferred_of(judge);
  if (!deferred ||
      !slant_grow(&deferred->scores, &deferred->score_capacity, deferred->n_scores, sizeof *deferred->scores))
    return slant_judge_no_memory(error);
  size_t number = deferred->n_scores++;
  deferred->scores[number] = (slant_deferred_score){number, bank, model, *vector, rows, label};
  return SLANT_OK;
}

int slant_deferred_settle(slant_judge *judge, uint32_t bank, const slant_model *model, slant_judgement *judgement,
                          float *rows, slant_error *error) {
  slant_deferred *deferred = deferred_of(judge);
  if (!deferred || !slant_grow(&deferred->judgements, &deferred->judgement_capacity, deferred->n_judgements,
                               sizeof *deferred->judgements))
    return slant_judge_no_memory(error);
  deferred->judgements[deferred->n_judgements++] = (slant_deferred_judgement){bank, model, judgement, rows};
  return SLANT_OK;
}

/* ---- doing it ---- */
static int compare(const void *left, const void *right) {
  const slant_deferred_score *a = left, *b = right;
  if (a->bank != b->bank) return a->bank < b->bank ? -1 : 1;
  if (a->model != b->model) return a->model < b->model ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

/* Scores n vectors under one model. */
static int score(slant_judge *judge, slant_deferred *deferred, const slant_deferred_score *scores, uint32_t n,
                 slant_error *error) {
  const slant_model *model = scores->model;
  const slant_bank *bank = slant_bundle_bank(judge->predictor->bundle, scores->bank);
  const slant_decision *decision = slant_judge_decision(judge, scores->bank, model);
  size_t n_outputs = (size_t)n * model->n_outputs;
  if (n_outputs > deferred->output_capacity) {
    float *bigger = slant_realloc(deferred->outputs, n_outputs, sizeof *bigger);
    if (!bigger) return slant_judge_no_memory(error);
    deferred->outputs = bigger;
    deferred->output_capacity = n_outputs;
  }
  for (uint32_t i = 0; i < n; i++) deferred->vectors[i] = scores[i].vector;
  int status = slant_model_outputs(bank, model, deferred->vectors, n, judge->workspace, deferred->outputs, error);
  for (uint32_t i = 0; !status && i < n; i++) {
    float *rows = scores[i].rows;
    slant_model_scores(model, deferred->outputs + (size_t)i * model->n_outputs, rows);
    *scores[i].label = slant_decision_label(decision, model, rows, rows + model->n_classes);
  }
  return status;
}

int slant_deferred_flush(slant_judge *judge, slant_error *error) {
  slant_deferred *deferred = judge->deferred;
  int status = SLANT_OK;
  if (!deferred) return SLANT_OK;
  if (deferred->n_scores) qsort(deferred->scores, deferred->n_scores, sizeof *deferred->scores, compare);
  for (size_t i = 0, n = 0; !status && i < deferred->n_scores; i += n) {
    const slant_deferred_score *first = &deferred->scores[i];
    for (n = 1; n < SLANT_DEFERRED_BATCH && i + n < deferred->n_scores && first[n].model == first->model;) n++;
    status = score(judge, deferred, first, (uint32_t)n, error);
  }
  for (size_t i = 0; !status && i < deferred->n_judgements; i++) {
    const slant_deferred_judgement *left = &deferred->judgements[i];
    slant_judge_settle_now(judge, left->bank, left->model, left->judgement, left->rows);
  }
  slant_deferred_clear(judge);
  return status;
}
