#include "predict/judge.h"

#include <stdlib.h>

int slant_predictor_new(slant_predictor **out, const slant_bundle *bundle, const slant_actors *actors,
                        slant_error *error) {
  *out = NULL;
  slant_predictor *predictor = slant_alloc_zero(1, sizeof *predictor);
  if (!predictor) return slant_fail(error, SLANT_E_MEMORY, "no memory for a predictor");
  predictor->bundle = bundle;
  predictor->actors = actors ? actors : slant_bundle_actors(bundle);
  int status = SLANT_OK;
  if (!predictor->actors) {
    status = slant_actors_builtin(&predictor->builtin, error);
    predictor->actors = predictor->builtin;
  }
  if (status)
    slant_predictor_free(predictor);
  else
    *out = predictor;
  return status;
}

void slant_predictor_free(slant_predictor *predictor) {
  if (!predictor) return;
  slant_actors_free(predictor->builtin);
  free(predictor);
}

int slant_judge_new(slant_judge **out, const slant_predictor *predictor, slant_error *error) {
  *out = NULL;
  slant_judge *judge = slant_alloc_zero(1, sizeof *judge);
  if (!judge) return slant_fail(error, SLANT_E_MEMORY, "no memory to judge with");
  judge->predictor = predictor;
  int status = slant_document_new(&judge->document, error);
  if (!status) status = slant_extractor_new(&judge->extractor, slant_bundle_pipeline(predictor->bundle), error);
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
  slant_arena_free(&judge->arena);
  free(judge->judgements);
  free(judge);
}

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to judge a text");
}

static slant_mode mode_of(const slant_judge *judge) {
  return slant_pipeline_mode(slant_bundle_pipeline(judge->predictor->bundle));
}

/* ---- one vector under one model ---- */
static void judge_vector(const slant_bank *bank, const slant_model *model, const slant_vector *vector, float *scores,
                         float *probabilities, uint32_t *label) {
  float outputs[SLANT_MAX_CLASSES];
  slant_bank_outputs(bank, vector, model->first_output, model->n_outputs, outputs);
  slant_model_scores(model, outputs, scores);
  slant_model_probabilities(model, scores, probabilities);
  *label = slant_model_decide(model, scores);
}

/* A judgement of `actor` by `model`, with its labels, at the end of the judge's list. NULL: no memory. */
static slant_judgement *add_judgement(slant_judge *judge, const slant_bank *bank, const slant_model *model,
                                      slant_str actor) {
  if (!slant_grow(&judge->judgements, &judge->capacity, judge->n_judgements, sizeof *judge->judgements)) return NULL;
  slant_str *labels = slant_arena_alloc(&judge->arena, model->n_classes, sizeof *labels);
  if (!labels) return NULL;
  for (uint32_t c = 0; c < model->n_classes; c++) labels[c] = bank->labels[model->classes[c]];
  slant_judgement *judgement = &judge->judgements[judge->n_judgements++];
  *judgement = (slant_judgement){
      .actor = actor, .task = bank->task, .model = model->actor, .labels = labels, .n_labels = model->n_classes};
  return judgement;
}

/* Two arrays of the model's classes: scores and probabilities. NULL: no memory. */
static float *two_rows(slant_judge *judge, const slant_model *model) {
  return slant_arena_alloc(&judge->arena, 2 * (size_t)model->n_classes, sizeof(float));
}

/* ---- document mode ---- */
static int judge_text(slant_judge *judge, const slant_bank *bank, const slant_model *model, slant_str actor,
                      const slant_vector *vector, slant_error *error) {
  slant_judgement *judgement = add_judgement(judge, bank, model, actor);
  float *rows = judgement ? two_rows(judge, model) : NULL;
  if (!rows) return no_memory(error);
  judge_vector(bank, model, vector, rows, rows + model->n_classes, &judgement->label);
  judgement->scores = rows;
  judgement->probabilities = rows + model->n_classes;
  return SLANT_OK;
}

static bool named_before(const slant_record *record, size_t label) {
  for (size_t i = 0; i < label; i++)
    if (slant_str_equal(record->labels[i].actor, record->labels[label].actor)) return true;
  return false;
}

static bool names_an_actor(const slant_record *record) {
  for (size_t i = 0; i < record->n_labels; i++)
    if (!slant_str_is(record->labels[i].actor, SLANT_ANY_ACTOR)) return true;
  return false;
}

/* Every model of the bank that is an actor's own; "*" where there is no other. */
static int judge_all_models(slant_judge *judge, const slant_bank *bank, const slant_vector *vector,
                            slant_error *error) {
  int status = SLANT_OK;
  for (uint32_t m = 0; !status && m < bank->n_models; m++) {
    const slant_model *model = &bank->models[m];
    bool shared = slant_str_is(model->actor, SLANT_SHARED_MODEL);
    if (!shared || bank->n_models == 1) status = judge_text(judge, bank, model, model->actor, vector, error);
  }
  return status;
}

static int judge_named(slant_judge *judge, const slant_bank *bank, const slant_record *record,
                       const slant_vector *vector, slant_error *error) {
  int status = SLANT_OK;
  for (size_t i = 0; !status && i < record->n_labels; i++) {
    slant_str actor = record->labels[i].actor;
    const slant_model *model = slant_bank_model(bank, actor);
    if (model && !named_before(record, i)) status = judge_text(judge, bank, model, actor, vector, error);
  }
  return status;
}

static int judge_document(slant_judge *judge, const slant_record *record, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  slant_example example = {judge->document, 0, 0};
  slant_vector vector;
  int status = slant_extract(judge->extractor, example, &vector, error);
  bool named = names_an_actor(record);
  for (uint32_t b = 0; !status && b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    status = named ? judge_named(judge, bank, record, &vector, error) : judge_all_models(judge, bank, &vector, error);
  }
  return status;
}

/* ---- target mode ---- */
/* An actor of the record: several mentions of one known actor are one; a mention of "*" is an actor of its own. */
typedef struct slant_named {
  slant_str actor;
  uint32_t n_mentions;
} slant_named;

/* What one bank says: vectors are scored under every bank before the next is made, so each bank's evidence is laid out
 * beforehand. */
typedef struct slant_bank_evidence {
  const slant_bank *bank;
  const slant_model **models; /* of each actor, NULL where the bank has none for it */
  uint32_t *judgement;        /* of each actor: its number in the judge's list */
  slant_evidence **evidence;  /* of each actor: its mentions */
  uint32_t *filled;           /* of each actor: mentions judged so far */
} slant_bank_evidence;

/* Numbers the actors in the order of their first mention. NULL: no memory. */
static slant_named *number_actors(slant_judge *judge, slant_subject *subjects, uint32_t n, uint32_t *n_actors) {
  slant_named *actors = slant_arena_alloc(&judge->arena, n, sizeof *actors);
  uint32_t *known = slant_arena_alloc(&judge->arena, n, sizeof *known), n_known = 0;
  *n_actors = 0;
  if (!actors || !known) return NULL;
  for (uint32_t i = 0; i < n; i++) {
    bool any = slant_str_is(subjects[i].actor, SLANT_ANY_ACTOR);
    uint32_t k = any ? n_known : 0;
    while (k < n_known && !slant_str_equal(actors[known[k]].actor, subjects[i].actor)) k++;
    if (k == n_known) {
      if (!any) known[n_known++] = *n_actors;
      subjects[i].judgement = *n_actors;
      actors[(*n_actors)++] = (slant_named){subjects[i].actor, 0};
    } else {
      subjects[i].judgement = known[k];
    }
    actors[subjects[i].judgement].n_mentions++;
  }
  return actors;
}

static bool prepare_bank(slant_judge *judge, slant_bank_evidence *table, const slant_named *actors, uint32_t n_actors) {
  table->models = slant_arena_alloc(&judge->arena, n_actors, sizeof(const slant_model *));
  table->judgement = slant_arena_alloc(&judge->arena, n_actors, sizeof *table->judgement);
  table->evidence = slant_arena_alloc(&judge->arena, n_actors, sizeof *table->evidence);
  table->filled = slant_arena_alloc(&judge->arena, n_actors, sizeof *table->filled);
  if (!table->models || !table->judgement || !table->evidence || !table->filled) return false;
  for (uint32_t a = 0; a < n_actors; a++) {
    const slant_model *model = slant_bank_model(table->bank, actors[a].actor);
    table->models[a] = model;
    table->filled[a] = 0;
    table->judgement[a] = (uint32_t)judge->n_judgements;
    if (!model) continue;
    slant_judgement *judgement = add_judgement(judge, table->bank, model, actors[a].actor);
    table->evidence[a] = slant_arena_alloc(&judge->arena, actors[a].n_mentions, sizeof **table->evidence);
    if (!judgement || !table->evidence[a]) return false;
    judgement->n_mentions = actors[a].n_mentions;
    judgement->evidence = table->evidence[a];
  }
  return true;
}

static bool add_evidence(slant_judge *judge, slant_bank_evidence *table, const slant_subject *subject,
                         const slant_vector *vector) {
  const slant_model *model = table->models[subject->judgement];
  if (!model) return true;
  float *rows = two_rows(judge, model);
  if (!rows) return false;
  const slant_document *document = judge->document;
  const slant_sentence *sentence = &document->sentences[document->tokens[subject->first].sentence];
  slant_evidence *evidence = &table->evidence[subject->judgement][table->filled[subject->judgement]++];
  *evidence = (slant_evidence){.point_from = subject->point_from,
                               .point_to = subject->point_to,
                               .sentence_from = sentence->point_from,
                               .sentence_to = sentence->point_to,
                               .scores = rows,
                               .probabilities = rows + model->n_classes};
  judge_vector(table->bank, model, vector, rows, rows + model->n_classes, &evidence->label);
  return true;
}

static bool roll_up_bank(slant_judge *judge, const slant_bank_evidence *table, uint32_t n_actors) {
  for (uint32_t a = 0; a < n_actors; a++) {
    const slant_model *model = table->models[a];
    if (!model) continue;
    float *rows = two_rows(judge, model);
    if (!rows) return false;
    slant_roll_up(model, &judge->judgements[table->judgement[a]], rows, rows + model->n_classes);
  }
  return true;
}

static int judge_subjects(slant_judge *judge, slant_subject *subjects, uint32_t n, slant_error *error) {
  const slant_bundle *bundle = judge->predictor->bundle;
  uint32_t n_banks = slant_bundle_n_banks(bundle), n_actors = 0;
  slant_named *actors = number_actors(judge, subjects, n, &n_actors);
  slant_bank_evidence *tables = slant_arena_alloc(&judge->arena, n_banks, sizeof *tables);
  if (!actors || !tables) return no_memory(error);
  for (uint32_t b = 0; b < n_banks; b++) {
    tables[b] = (slant_bank_evidence){.bank = slant_bundle_bank(bundle, b)};
    if (!prepare_bank(judge, &tables[b], actors, n_actors)) return no_memory(error);
  }
  for (uint32_t i = 0; i < n; i++) {
    slant_example example = {judge->document, subjects[i].first, subjects[i].last};
    slant_vector vector;
    int status = slant_extract(judge->extractor, example, &vector, error);
    if (status) return status;
    for (uint32_t b = 0; b < n_banks; b++)
      if (!add_evidence(judge, &tables[b], &subjects[i], &vector)) return no_memory(error);
  }
  for (uint32_t b = 0; b < n_banks; b++)
    if (!roll_up_bank(judge, &tables[b], n_actors)) return no_memory(error);
  return SLANT_OK;
}

/* The subject of a label's span. */
static int subject_of_label(const slant_judge *judge, const slant_label *label, slant_subject *out,
                            slant_error *error) {
  const slant_document *document = judge->document;
  *out = (slant_subject){.actor = label->actor};
  if (label->to > (int64_t)document->n_points ||
      !slant_document_span(document, label->from, label->to, &out->first, &out->last))
    return slant_fail(error, SLANT_E_DATA, "the span %lld-%lld holds no word of the text, which has %u code points",
                      (long long)label->from, (long long)label->to, document->n_points);
  out->point_from = (uint32_t)label->from;
  out->point_to = (uint32_t)label->to;
  return SLANT_OK;
}

/* Labels of several tasks for one mention are one subject. */
static bool same_span_before(const slant_record *record, size_t label) {
  for (size_t i = 0; i < label; i++)
    if (record->labels[i].from == record->labels[label].from && record->labels[i].to == record->labels[label].to &&
        slant_str_equal(record->labels[i].actor, record->labels[label].actor))
      return true;
  return false;
}

static int judge_spans(slant_judge *judge, const slant_record *record, slant_error *error) {
  slant_subject *subjects = slant_arena_alloc(&judge->arena, record->n_labels, sizeof *subjects);
  uint32_t n = 0;
  if (!subjects) return no_memory(error);
  for (size_t i = 0; i < record->n_labels; i++) {
    if (record->labels[i].from < 0 || same_span_before(record, i)) continue;
    int status = subject_of_label(judge, &record->labels[i], &subjects[n++], error);
    if (status) return status;
  }
  return judge_subjects(judge, subjects, n, error);
}

static int judge_mentions(slant_judge *judge, slant_error *error) {
  const slant_actors *actors = judge->predictor->actors;
  const slant_mention *mentions;
  int64_t n = slant_actors_match(actors, judge->document, &mentions, error);
  if (n < 0) return (int)n;
  slant_subject *subjects = slant_arena_alloc(&judge->arena, (size_t)n, sizeof *subjects);
  if (!subjects) return no_memory(error);
  for (int64_t i = 0; i < n; i++)
    subjects[i] = (slant_subject){.actor = slant_actors_get(actors, mentions[i].actor).id,
                                  .first = mentions[i].first,
                                  .last = mentions[i].last,
                                  .point_from = mentions[i].point_from,
                                  .point_to = mentions[i].point_to};
  return judge_subjects(judge, subjects, (uint32_t)n, error);
}

static bool has_span(const slant_record *record) {
  for (size_t i = 0; i < record->n_labels; i++)
    if (record->labels[i].from >= 0) return true;
  return false;
}

/* ---- records and labels ---- */
static int start_record(slant_judge *judge, const slant_record *record, slant_error *error) {
  slant_arena_reset(&judge->arena);
  judge->n_judgements = 0;
  return slant_document_read(judge->document, record->text, error);
}

int slant_judge_record(slant_judge *judge, const slant_record *record, const slant_judgement **judgements,
                       uint32_t *n_judgements, slant_error *error) {
  int status = start_record(judge, record, error);
  *n_judgements = 0;
  if (status) return status;
  if (mode_of(judge) == SLANT_MODE_DOCUMENT)
    status = judge_document(judge, record, error);
  else if (has_span(record))
    status = judge_spans(judge, record, error);
  else
    status = judge_mentions(judge, error);
  if (status) return status;
  *judgements = judge->judgements;
  *n_judgements = (uint32_t)judge->n_judgements;
  return SLANT_OK;
}

uint32_t slant_judge_repaired(const slant_judge *judge) {
  return judge->document->n_invalid;
}

/* A label without a span is about its actor's first mention, as in training. */
static int find_subject(slant_judge *judge, const slant_label *label, slant_subject *out, slant_error *error) {
  if (label->from >= 0) return subject_of_label(judge, label, out, error);
  const slant_actors *actors = judge->predictor->actors;
  const slant_mention *mentions;
  int64_t n = slant_actors_match(actors, judge->document, &mentions, error);
  if (n < 0) return (int)n;
  for (int64_t i = 0; i < n; i++)
    if (slant_str_equal(slant_actors_get(actors, mentions[i].actor).id, label->actor)) {
      *out = (slant_subject){.actor = label->actor, .first = mentions[i].first, .last = mentions[i].last};
      return SLANT_OK;
    }
  return slant_fail(error, SLANT_E_DATA,
                    "the label has no span and the text no mention of '%.*s' that the dictionary "
                    "knows; give from and to, or another dictionary",
                    (int)label->actor.len, label->actor.ptr);
}

int slant_judge_label(slant_judge *judge, const slant_record *record, const slant_label *label,
                      slant_judgement *judgement, slant_error *error) {
  const slant_bank *bank = slant_bundle_find_bank(judge->predictor->bundle, label->task);
  const slant_model *model = bank ? slant_bank_model(bank, label->actor) : NULL;
  slant_subject subject = {0};
  slant_vector vector;
  if (!model)
    return slant_fail(error, SLANT_E_NOT_FOUND,
                      bank ? "the bundle has no model for '%.*s'" : "the bundle has no task '%.*s'",
                      (int)(bank ? label->actor.len : label->task.len), bank ? label->actor.ptr : label->task.ptr);
  int status = start_record(judge, record, error);
  if (!status && mode_of(judge) == SLANT_MODE_TARGET) status = find_subject(judge, label, &subject, error);
  slant_example example = {judge->document, subject.first, subject.last};
  if (!status) status = slant_extract(judge->extractor, example, &vector, error);
  if (!status) status = judge_text(judge, bank, model, label->actor, &vector, error);
  if (!status) *judgement = judge->judgements[0];
  return status;
}
