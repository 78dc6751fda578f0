/* Target mode: every mention is judged by its actor's models, and an actor's mentions are rolled up. */
#include "predict/deferred.h"
#include "predict/judge.h"
#include "predict/roster.h"

#include <stdlib.h>

/* ---- which mentions ---- */
/* The subject of a label's span. */
static int subject_of_span(const slant_judge *judge, const slant_label *label, slant_subject *out, slant_error *error) {
  const slant_document *document = judge->document;
  *out = (slant_subject){.actor = label->actor};
  if (label->to > (int64_t)document->n_points)
    return slant_fail(error, SLANT_E_DATA, "the span %lld to %lld is not within the text, which has %u code points",
                      (long long)label->from, (long long)label->to, document->n_points);
  if (!slant_document_span(document, label->from, label->to, &out->first, &out->last))
    return slant_fail(error, SLANT_E_DATA, "the span %lld to %lld holds no word of the text", (long long)label->from,
                      (long long)label->to);
  out->point_from = (uint32_t)label->from;
  out->point_to = (uint32_t)label->to;
  return SLANT_OK;
}

/* In the order of the text; of one span, by actor. Equal: labels of several tasks for one mention. */
static int compare_subjects(const void *left, const void *right) {
  const slant_subject *a = left, *b = right;
  if (a->point_from != b->point_from) return a->point_from < b->point_from ? -1 : 1;
  if (a->point_to != b->point_to) return a->point_to < b->point_to ? -1 : 1;
  if (a->actor.len != b->actor.len) return a->actor.len < b->actor.len ? -1 : 1;
  return a->actor.len ? memcmp(a->actor.ptr, b->actor.ptr, a->actor.len) : 0;
}

static uint32_t sort_and_unite(slant_subject *subjects, uint32_t n) {
  bool sorted = true;
  for (uint32_t i = 1; sorted && i < n; i++) sorted = compare_subjects(&subjects[i - 1], &subjects[i]) <= 0;
  if (!sorted) qsort(subjects, n, sizeof *subjects, compare_subjects);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; i++)
    if (!kept || compare_subjects(&subjects[kept - 1], &subjects[i])) subjects[kept++] = subjects[i];
  return kept;
}

static int subjects_of_labels(slant_judge *judge, const slant_record *record, slant_subject **out, uint32_t *n,
                              slant_error *error) {
  slant_subject *subjects = slant_arena_alloc(&judge->arena, record->n_labels, sizeof *subjects);
  uint32_t count = 0;
  if (!subjects || record->n_labels > UINT32_MAX) return slant_judge_no_memory(error);
  for (size_t i = 0; i < record->n_labels; i++) {
    if (record->labels[i].from < 0) continue;
    int status = subject_of_span(judge, &record->labels[i], &subjects[count++], error);
    if (status) return status;
  }
  *out = subjects;
  *n = sort_and_unite(subjects, count);
  return SLANT_OK;
}

static int subjects_of_dictionary(slant_judge *judge, slant_subject **out, uint32_t *n, slant_error *error) {
  const slant_actors *actors = judge->predictor->actors;
  const slant_mention *mentions;
  int64_t count = slant_actors_match(actors, judge->document, &mentions, error);
  if (count < 0) return (int)count;
  slant_subject *subjects = slant_arena_alloc(&judge->arena, (size_t)count, sizeof *subjects);
  if (!subjects || count > UINT32_MAX) return slant_judge_no_memory(error);
  for (int64_t i = 0; i < count; i++)
    subjects[i] = (slant_subject){.actor = slant_actors_get(actors, mentions[i].actor).id,
                                  .first = mentions[i].first,
                                  .last = mentions[i].last,
                                  .point_from = mentions[i].point_from,
                                  .point_to = mentions[i].point_to};
  *out = subjects;
  *n = (uint32_t)count;
  return SLANT_OK;
}

/* ---- what becomes of them ---- */
/* One actor under one task. */
typedef struct slant_cell {
  const slant_model *model; /* NULL: the bank has none for this actor */
  slant_judgement *judgement;
  slant_evidence *evidence;
  uint32_t filled; /* mentions judged so far */
} slant_cell;

typedef struct slant_cells {
  slant_cell *items; /* items[actor * n_banks + bank] */
  uint32_t n_actors, n_banks;
} slant_cells;

static bool open_cell(slant_judge *judge, slant_cell *cell, uint32_t bank, slant_str actor, uint32_t n_mentions) {
  *cell = (slant_cell){.model = slant_bank_model(slant_bundle_bank(judge->predictor->bundle, bank), actor)};
  if (!cell->model) return true;
  cell->evidence = slant_arena_alloc(&judge->arena, n_mentions, sizeof *cell->evidence);
  if (!cell->evidence) return false;
  cell->judgement = slant_judge_add(judge, bank, cell->model, actor);
  cell->judgement->n_mentions = n_mentions;
  cell->judgement->evidence = cell->evidence;
  return true;
}

/* Numbers the actors and opens a judgement for each that a bank has a model for. */
static bool open_cells(slant_judge *judge, slant_cells *cells, slant_subject *subjects, uint32_t n) {
  slant_roster roster;
  cells->n_banks = slant_bundle_n_banks(judge->predictor->bundle);
  uint32_t *n_mentions = slant_arena_alloc(&judge->arena, n, sizeof *n_mentions);
  if (!n_mentions || !slant_roster_init(&roster, &judge->arena, n)) return false;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t seen = roster.n, number = slant_roster_number(&roster, subjects[i].actor);
    if (number == seen) n_mentions[number] = 0;
    n_mentions[number]++;
    subjects[i].number = number;
  }
  cells->n_actors = roster.n;
  size_t n_cells = (size_t)roster.n * cells->n_banks;
  cells->items = slant_arena_alloc(&judge->arena, n_cells, sizeof *cells->items);
  if (!cells->items || !slant_judge_reserve(judge, n_cells)) return false;
  for (uint32_t a = 0; a < roster.n; a++)
    for (uint32_t b = 0; b < cells->n_banks; b++)
      if (!open_cell(judge, &cells->items[(size_t)a * cells->n_banks + b], b, roster.actors[a], n_mentions[a]))
        return false;
  return true;
}

static int add_evidence(slant_judge *judge, slant_cell *cell, uint32_t bank, const slant_subject *subject,
                        const slant_vector *vector, slant_error *error) {
  float *rows = slant_judge_rows(judge, cell->model);
  if (!rows) return slant_judge_no_memory(error);
  const slant_document *document = judge->document;
  const slant_sentence *sentence = &document->sentences[document->tokens[subject->first].sentence];
  slant_evidence *evidence = &cell->evidence[cell->filled++];
  *evidence = (slant_evidence){.point_from = subject->point_from,
                               .point_to = subject->point_to,
                               .sentence_from = sentence->point_from,
                               .sentence_to = sentence->point_to,
                               .first = subject->first,
                               .last = subject->last,
                               .scores = rows,
                               .probabilities = rows + cell->model->n_classes};
  return slant_judge_vector(judge, bank, cell->model, vector, rows, &evidence->label, error);
}

static bool anybody_judges(const slant_cells *cells, uint32_t actor) {
  for (uint32_t b = 0; b < cells->n_banks; b++)
    if (cells->items[(size_t)actor * cells->n_banks + b].model) return true;
  return false;
}

/* A mention's vector is made once and scored under every task before the next is made. */
static int judge_subject(slant_judge *judge, const slant_cells *cells, const slant_subject *subject,
                         slant_error *error) {
  slant_vector vector;
  if (!anybody_judges(cells, subject->number)) return SLANT_OK;
  slant_example example = {judge->document, subject->first, subject->last};
  int status = slant_extract(judge->extractor, example, &vector, error);
  if (!status) status = slant_deferred_keep(judge, &vector, error);
  if (status) return status;
  slant_cell *row = &cells->items[(size_t)subject->number * cells->n_banks];
  for (uint32_t b = 0; b < cells->n_banks && !status; b++)
    if (row[b].model) status = add_evidence(judge, &row[b], b, subject, &vector, error);
  return status;
}

int slant_target_judge(slant_judge *judge, const slant_record *record, slant_error *error) {
  slant_subject *subjects = NULL;
  slant_cells cells = {0};
  uint32_t n = 0;
  bool spans = false;
  for (size_t i = 0; !spans && i < record->n_labels; i++) spans = record->labels[i].from >= 0;
  int status = spans ? subjects_of_labels(judge, record, &subjects, &n, error)
                     : subjects_of_dictionary(judge, &subjects, &n, error);
  if (status) return status;
  if (!open_cells(judge, &cells, subjects, n)) return slant_judge_no_memory(error);
  for (uint32_t i = 0; !status && i < n; i++) status = judge_subject(judge, &cells, &subjects[i], error);
  for (size_t i = 0; !status && i < (size_t)cells.n_actors * cells.n_banks; i++) {
    slant_cell *cell = &cells.items[i];
    float *rows = cell->model ? slant_judge_rows(judge, cell->model) : NULL;
    if (rows)
      status = slant_judge_settle(judge, (uint32_t)(i % cells.n_banks), cell->model, cell->judgement, rows, error);
    else if (cell->model)
      status = slant_judge_no_memory(error);
  }
  return status;
}

int slant_target_find(slant_judge *judge, const slant_label *label, slant_subject *out, slant_error *error) {
  if (label->from >= 0) return subject_of_span(judge, label, out, error);
  slant_subject *subjects = NULL;
  uint32_t n = 0;
  int status = subjects_of_dictionary(judge, &subjects, &n, error);
  for (uint32_t i = 0; !status && i < n; i++)
    if (slant_str_equal(subjects[i].actor, label->actor)) {
      *out = subjects[i];
      return SLANT_OK;
    }
  if (status) return status;
  return slant_fail(error, SLANT_E_DATA,
                    "the label has no span, and the dictionary finds no mention of '%.*s' in the text; give from and "
                    "to, or another dictionary",
                    (int)(label->actor.len < 80 ? label->actor.len : 80), label->actor.ptr);
}
