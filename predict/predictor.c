#include "predict/all_models.h"
#include "predict/deferred.h"
#include "predict/judge.h"
#include "predict/roster.h"
#include "predict/stream_options.h"

#include "common/hash.h"

#include <stdlib.h>

/* ---- predictor ---- */
static int name_classes(slant_predictor *predictor, slant_error *error) {
  uint32_t n_banks = slant_bundle_n_banks(predictor->bundle);
  predictor->labels = slant_arena_alloc(&predictor->arena, n_banks, sizeof *predictor->labels);
  if (!predictor->labels) return slant_judge_no_memory(error);
  for (uint32_t b = 0; b < n_banks; b++) {
    const slant_bank *bank = slant_bundle_bank(predictor->bundle, b);
    predictor->labels[b] = slant_arena_alloc(&predictor->arena, bank->n_models, sizeof **predictor->labels);
    if (!predictor->labels[b]) return slant_judge_no_memory(error);
    for (uint32_t m = 0; m < bank->n_models; m++) {
      const slant_model *model = &bank->models[m];
      slant_str *labels = slant_arena_alloc(&predictor->arena, model->n_classes, sizeof *labels);
      if (!labels) return slant_judge_no_memory(error);
      predictor->has_kernels = predictor->has_kernels || !slant_model_is_linear(model);
      for (uint32_t c = 0; c < model->n_classes; c++) labels[c] = bank->labels[model->classes[c]];
      predictor->labels[b][m] = labels;
    }
  }
  return SLANT_OK;
}

int slant_predictor_new(slant_predictor **out, const slant_bundle *bundle, const slant_actors *actors,
                        slant_error *error) {
  *out = NULL;
  slant_predictor *predictor = slant_alloc_zero(1, sizeof *predictor);
  if (!predictor) return slant_fail(error, SLANT_E_MEMORY, "no memory for a predictor");
  predictor->bundle = bundle;
  predictor->actors = actors ? actors : slant_bundle_actors(bundle);
  predictor->many_models = slant_all_models_pay(bundle);
  int status = name_classes(predictor, error);
  if (!status && !predictor->actors) {
    status = slant_actors_builtin(&predictor->own_actors, error);
    predictor->actors = predictor->own_actors;
  }
  if (status)
    slant_predictor_close(predictor);
  else
    *out = predictor;
  return status;
}

const slant_option slant_predictor_option_table[] = {
    {"actors", 'a', SLANT_OPTION_TEXT, offsetof(slant_predictor_options, actors), NULL, 0, 0, NULL, "FILE",
     "Actor dictionary to find mentions with; default: the bundle's own, else the built-in one."},
    {"all-actors", 0, SLANT_OPTION_FLAG, offsetof(slant_predictor_options, all_actors), NULL, 0, 0, NULL, NULL,
     "Document mode: judge every text under every actor that has a model, whatever actors its record names."},
    {"verify", 0, SLANT_OPTION_FLAG, offsetof(slant_predictor_options, verify), NULL, 0, 0, NULL, NULL,
     "Compare the bundle's checksums first, however large it is; one of up to 32 MB always is compared."},
    SLANT_OPTION_END};

int slant_predictor_open(slant_predictor **out, const char *bundle, const slant_predictor_options *options,
                         slant_error *error) {
  slant_predictor_options defaults = {0};
  slant_bundle *opened = NULL;
  slant_actors *actors = NULL;
  *out = NULL;
  slant_options_init(slant_predictor_option_table, &defaults);
  if (!options) options = &defaults;
  int status = slant_bundle_open(&opened, bundle, error);
  if (!status && options->verify && (status = slant_bundle_verify(opened, error))) slant_error_at(error, bundle, 0, 0);
  if (!status && options->actors) status = slant_actors_load(&actors, options->actors, error);
  if (!status) status = slant_predictor_new(out, opened, actors, error);
  if (status) {
    slant_actors_free(actors);
    slant_bundle_close(opened);
    return status;
  }
  (*out)->own_bundle = opened;
  if (actors) (*out)->own_actors = actors;
  (*out)->all_actors = options->all_actors != 0;
  slant_options_describe(&(*out)->options, slant_predictor_option_table, options);
  slant_options_describe(&(*out)->options, slant_decision_option_table, &options->decision);
  status = slant_predictor_decide(*out, &options->decision, error);
  if (!status) return SLANT_OK;
  slant_predictor_close(*out);
  *out = NULL;
  return status;
}

void slant_predictor_describe(const slant_predictor *predictor, slant_buffer *out) {
  slant_str dictionary = slant_actors_text(predictor->actors);
  slant_buffer_format(out, "bundle %016llx\n", (unsigned long long)slant_bundle_digest(predictor->bundle));
  slant_buffer_format(out, "actors %016llx\n", (unsigned long long)slant_hash(dictionary.ptr, dictionary.len));
  slant_buffer_append(out, predictor->options.data, predictor->options.len);
  out->failed = out->failed || predictor->options.failed;
}

const slant_bundle *slant_predictor_bundle(const slant_predictor *predictor) {
  return predictor->bundle;
}

void slant_predictor_close(slant_predictor *predictor) {
  if (!predictor) return;
  slant_actors_free(predictor->own_actors);
  slant_bundle_close(predictor->own_bundle);
  slant_arena_free(&predictor->arena);
  slant_buffer_free(&predictor->options);
  free(predictor);
}

/* ---- judge ---- */
int slant_judge_new(slant_judge **out, const slant_predictor *predictor, slant_error *error) {
  *out = NULL;
  slant_judge *judge = slant_alloc_zero(1, sizeof *judge);
  if (!judge) return slant_judge_no_memory(error);
  judge->predictor = predictor;
  int status = slant_document_new(&judge->document, error);
  if (!status) status = slant_extractor_new(&judge->extractor, slant_bundle_pipeline(predictor->bundle), error);
  if (!status) status = slant_workspace_new(&judge->workspace, error);
  if (status)
    slant_judge_free(judge);
  else
    *out = judge;
  return status;
}

void slant_judge_free(slant_judge *judge) {
  if (!judge) return;
  slant_document_free(judge->document);
  slant_extractor_free(judge->extractor);
  slant_workspace_free(judge->workspace);
  slant_arena_free(&judge->arena);
  slant_deferred_free(judge->deferred);
  slant_all_models_free(judge->all_models);
  slant_judge_batch_free(judge->batch);
  free(judge);
}

int slant_judge_no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to judge a text");
}

bool slant_judge_reserve(slant_judge *judge, size_t capacity) {
  judge->n_judgements = 0;
  judge->judgements =
      capacity > UINT32_MAX ? NULL : slant_arena_alloc(&judge->arena, capacity, sizeof(slant_judgement));
  return judge->judgements != NULL;
}

slant_judgement *slant_judge_add(slant_judge *judge, uint32_t bank, const slant_model *model, slant_str actor) {
  const slant_bank *of = slant_bundle_bank(judge->predictor->bundle, bank);
  slant_judgement *judgement = &judge->judgements[judge->n_judgements++];
  *judgement = (slant_judgement){.actor = actor,
                                 .task = of->task,
                                 .model = model->actor,
                                 .labels = judge->predictor->labels[bank][model - of->models],
                                 .n_labels = model->n_classes};
  return judgement;
}

float *slant_judge_rows(slant_judge *judge, const slant_model *model) {
  return slant_arena_alloc(&judge->arena, 2 * (size_t)model->n_classes, sizeof(float));
}

int slant_judge_vector(slant_judge *judge, uint32_t bank, const slant_model *model, const slant_vector *vector,
                       float *rows, uint32_t *label, slant_error *error) {
  float outputs[SLANT_MAX_OUTPUTS];
  const slant_bank *of = slant_bundle_bank(judge->predictor->bundle, bank);
  if (slant_deferred_waits(judge, model)) return slant_deferred_vector(judge, bank, model, vector, rows, label, error);
  int status = slant_model_outputs(of, model, vector, 1, judge->workspace, outputs, error);
  if (status) return status;
  slant_model_scores(model, outputs, rows);
  *label = slant_decision_label(slant_judge_decision(judge, bank, model), model, rows, rows + model->n_classes);
  return SLANT_OK;
}

void slant_judge_settle_now(const slant_judge *judge, uint32_t bank, const slant_model *model,
                            slant_judgement *judgement, float *rows) {
  const slant_decision *decision = slant_judge_decision(judge, bank, model);
  if (judgement->n_mentions)
    slant_roll_up(model, decision, judgement, rows, rows + model->n_classes);
  else
    judgement->abstained = slant_decision_abstains(decision, judgement->probabilities[judgement->label]);
}

int slant_judge_settle(slant_judge *judge, uint32_t bank, const slant_model *model, slant_judgement *judgement,
                       float *rows, slant_error *error) {
  judgement->scores = rows;
  judgement->probabilities = rows + model->n_classes;
  if (slant_deferred_waits(judge, model)) return slant_deferred_settle(judge, bank, model, judgement, rows, error);
  slant_judge_settle_now(judge, bank, model, judgement, rows);
  return SLANT_OK;
}

static slant_mode mode_of(const slant_judge *judge) {
  return slant_pipeline_mode(slant_bundle_pipeline(judge->predictor->bundle));
}

/* ---- document mode ---- */
/* The vector under one model; there is room for the judgement. */
static int judge_text(slant_judge *judge, uint32_t bank, const slant_model *model, slant_str actor,
                      const slant_vector *vector, slant_error *error) {
  float *rows = slant_judge_rows(judge, model);
  if (!rows) return slant_judge_no_memory(error);
  slant_judgement *judgement = slant_judge_add(judge, bank, model, actor);
  int status = slant_judge_vector(judge, bank, model, vector, rows, &judgement->label, error);
  return status ? status : slant_judge_settle(judge, bank, model, judgement, rows, error);
}

/* The text under every actor of the roster, each under every task. */
static int judge_named(slant_judge *judge, const slant_roster *roster, const slant_vector *vector, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  uint32_t n_banks = slant_bundle_n_banks(bundle);
  int status = SLANT_OK;
  if (!slant_judge_reserve(judge, (size_t)roster->n * n_banks)) return slant_judge_no_memory(error);
  for (uint32_t a = 0; a < roster->n; a++)
    for (uint32_t b = 0; !status && b < n_banks; b++) {
      const slant_model *model = slant_bank_model(slant_bundle_bank(bundle, b), roster->actors[a]);
      if (model) status = judge_text(judge, b, model, roster->actors[a], vector, error);
    }
  return status;
}

/* The text under the only model of each bank. */
static int judge_only_models(slant_judge *judge, const slant_vector *vector, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  uint32_t n_banks = slant_bundle_n_banks(bundle);
  int status = SLANT_OK;
  if (!slant_judge_reserve(judge, n_banks)) return slant_judge_no_memory(error);
  for (uint32_t b = 0; b < n_banks && !status; b++) {
    const slant_model *model = slant_bundle_bank(bundle, b)->models;
    status = judge_text(judge, b, model, model->actor, vector, error);
  }
  return status;
}

static int judge_document(slant_judge *judge, const slant_record *record, slant_error *error) {
  slant_roster roster;
  slant_vector vector;
  if (!slant_roster_init(&roster, &judge->arena, record->n_labels)) return slant_judge_no_memory(error);
  for (size_t i = 0; !judge->predictor->all_actors && i < record->n_labels; i++)
    if (!slant_str_is(record->labels[i].actor, SLANT_ANY_ACTOR)) slant_roster_number(&roster, record->labels[i].actor);
  int status = slant_extract(judge->extractor, (slant_example){judge->document, 0, 0}, &vector, error);
  if (status) return status;
  if (!roster.n && judge->predictor->many_models) return slant_all_models_judge(judge, &vector, error);
  if ((status = slant_deferred_keep(judge, &vector, error))) return status;
  return roster.n ? judge_named(judge, &roster, &vector, error) : judge_only_models(judge, &vector, error);
}

/* ---- records and labels ---- */
static int start_record(slant_judge *judge, const slant_record *record, slant_error *error) {
  judge->judgements = NULL;
  judge->n_judgements = 0;
  if (judge->whole) return slant_document_read(judge->document, record->text, error);
  return slant_pipeline_read(slant_bundle_pipeline(judge->predictor->bundle), judge->document, record->text, error);
}

int slant_judge_append(slant_judge *judge, const slant_record *record, slant_error *error) {
  int status = start_record(judge, record, error);
  if (status) return status;
  return mode_of(judge) == SLANT_MODE_DOCUMENT ? judge_document(judge, record, error)
                                               : slant_target_judge(judge, record, error);
}

int slant_judge_record(slant_judge *judge, const slant_record *record, const slant_judgement **judgements,
                       uint32_t *n_judgements, slant_error *error) {
  *judgements = NULL;
  *n_judgements = 0;
  slant_arena_reset(&judge->arena);
  int status = slant_judge_append(judge, record, error);
  if (status) return status;
  *judgements = judge->judgements;
  *n_judgements = judge->n_judgements;
  return SLANT_OK;
}

uint32_t slant_judge_repaired(const slant_judge *judge) {
  return judge->document->n_invalid;
}

/* The number of a task's bank, or -1. */
static int64_t find_bank(const slant_bundle *bundle, slant_str task) {
  for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++)
    if (slant_str_equal(slant_bundle_bank(bundle, b)->task, task)) return b;
  return -1;
}

int slant_judge_label(slant_judge *judge, const slant_record *record, const slant_label *label,
                      slant_judgement *judgement, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  int64_t bank = find_bank(bundle, label->task);
  if (bank < 0)
    return slant_fail(error, SLANT_E_NOT_FOUND, "the bundle has no task '%.*s'",
                      (int)(label->task.len < 80 ? label->task.len : 80), label->task.ptr);
  const slant_model *model = slant_bank_model(slant_bundle_bank(bundle, (uint32_t)bank), label->actor);
  if (!model)
    return slant_fail(error, SLANT_E_NOT_FOUND, "the bundle has no model for '%.*s', and no shared one",
                      (int)(label->actor.len < 80 ? label->actor.len : 80), label->actor.ptr);
  slant_subject subject = {0};
  slant_vector vector;
  slant_arena_reset(&judge->arena);
  int status = start_record(judge, record, error);
  if (!status && mode_of(judge) == SLANT_MODE_TARGET) status = slant_target_find(judge, label, &subject, error);
  slant_example example = {judge->document, subject.first, subject.last};
  if (!status) status = slant_extract(judge->extractor, example, &vector, error);
  if (!status && !slant_judge_reserve(judge, 1)) status = slant_judge_no_memory(error);
  if (!status) status = judge_text(judge, (uint32_t)bank, model, label->actor, &vector, error);
  if (!status) *judgement = judge->judgements[0];
  return status;
}
