#include "predict/all_models.h"
#include "predict/deferred.h"

#include <stdlib.h>

/* Texts that wait to be scored. */
typedef struct slant_all_models {
  uint32_t n;
  slant_vector vectors[SLANT_ALL_MODELS_BATCH];
  slant_judgement *judgements[SLANT_ALL_MODELS_BATCH]; /* bank by bank, in the order of the models */
  float *rows[SLANT_ALL_MODELS_BATCH];                 /* where their scores and probabilities go, in the same order */
  float *outputs;                                      /* of a bank */
  size_t capacity;
} slant_all_models;

void slant_all_models_free(slant_all_models *waiting) {
  if (!waiting) return;
  free(waiting->outputs);
  free(waiting);
}

void slant_all_models_clear(slant_judge *judge) {
  if (judge->all_models) judge->all_models->n = 0;
}

bool slant_all_models_pay(const slant_bundle *bundle) {
  for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++)
    if (slant_bundle_bank(bundle, b)->n_models > 1) return true;
  return false;
}

/* "*" is for actors without a model; it judges by itself where it is alone. */
static bool judges(const slant_bank *bank, const slant_model *model) {
  return bank->n_models == 1 || !slant_str_is(model->actor, SLANT_SHARED_MODEL);
}

/* Room for all judgements of a text, which are added without scores. */
static int add_judgements(slant_judge *judge, float **rows_of_all, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  size_t n_models = 0, n_values = 0;
  for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    n_models += bank->n_models;
    for (uint32_t m = 0; m < bank->n_models; m++) n_values += 2 * (size_t)bank->models[m].n_classes;
  }
  float *rows = slant_arena_alloc(&judge->arena, n_values, sizeof *rows);
  *rows_of_all = rows;
  if (!rows || !slant_judge_reserve(judge, n_models)) return slant_judge_no_memory(error);
  for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    for (uint32_t m = 0; m < bank->n_models; m++) {
      const slant_model *model = &bank->models[m];
      if (!judges(bank, model)) continue;
      slant_judgement *judgement = slant_judge_add(judge, b, model, model->actor);
      judgement->scores = rows;
      judgement->probabilities = rows + model->n_classes;
      rows += 2 * (size_t)model->n_classes;
    }
  }
  return SLANT_OK;
}

int slant_all_models_judge(slant_judge *judge, const slant_vector *vector, slant_error *error) {
  if (!judge->all_models) judge->all_models = slant_alloc_zero(1, sizeof *judge->all_models);
  slant_all_models *waiting = judge->all_models;
  if (!waiting) return slant_judge_no_memory(error);
  slant_vector kept = *vector;
  int status = add_judgements(judge, &waiting->rows[waiting->n], error);
  if (!status && judge->batching) status = slant_deferred_copy(judge, &kept, error);
  if (status) return status;
  waiting->vectors[waiting->n] = kept;
  waiting->judgements[waiting->n++] = judge->judgements;
  return judge->batching && waiting->n < SLANT_ALL_MODELS_BATCH ? SLANT_OK : slant_all_models_flush(judge, error);
}

/* One model's outputs become judgements; each text's next one is the model's. */
static void judge_model(const slant_judge *judge, uint32_t bank, const slant_model *model, const float *outputs) {
  slant_all_models *waiting = judge->all_models;
  const slant_decision *decision = slant_judge_decision(judge, bank, model);
  for (uint32_t v = 0; v < waiting->n; v++) {
    slant_judgement *judgement = waiting->judgements[v]++;
    float *rows = waiting->rows[v];
    slant_model_scores(model, outputs + (size_t)v * model->n_outputs, rows);
    judgement->label = slant_decision_label(decision, model, rows, rows + model->n_classes);
    slant_judge_settle_now(judge, bank, model, judgement, rows);
    waiting->rows[v] += 2 * (size_t)model->n_classes;
  }
}

int slant_all_models_flush(slant_judge *judge, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  slant_all_models *waiting = judge->all_models;
  int status = SLANT_OK;
  if (!waiting || !waiting->n) return SLANT_OK;
  for (uint32_t b = 0; !status && b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    size_t n_outputs = 0, at = 0;
    for (uint32_t m = 0; m < bank->n_models; m++) n_outputs += bank->models[m].n_outputs;
    if (waiting->n * n_outputs > waiting->capacity) {
      free(waiting->outputs);
      waiting->outputs = slant_alloc(n_outputs, waiting->n * sizeof *waiting->outputs);
      waiting->capacity = waiting->outputs ? waiting->n * n_outputs : 0;
      if (!waiting->outputs) return slant_judge_no_memory(error);
    }
    status = slant_bank_outputs(bank, waiting->vectors, waiting->n, judge->workspace, waiting->outputs, error);
    for (uint32_t m = 0; !status && m < bank->n_models; m++) {
      if (judges(bank, &bank->models[m])) judge_model(judge, b, &bank->models[m], waiting->outputs + at);
      at += (size_t)waiting->n * bank->models[m].n_outputs;
    }
  }
  waiting->n = 0;
  return status;
}
