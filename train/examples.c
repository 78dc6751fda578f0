#include "train/examples.h"

#include "common/date.h"
#include "common/hash.h"
#include "train/near_duplicates.h"

#include <inttypes.h>
#include <stdlib.h>

enum { WARNINGS = 10 }; /* labels left out that are named one by one */

static int at_record(slant_error *error, const slant_record *record, int status) {
  if (status) slant_error_at(error, record->file, record->line, 0);
  return status;
}

static int check_span(const slant_label *label, const slant_document *document, slant_error *error) {
  if (label->from < 0 && label->to < 0) return SLANT_OK;
  uint32_t first, last;
  if (label->from < 0 || label->to <= label->from || label->to > (int64_t)document->n_points)
    return slant_fail(error, SLANT_E_DATA,
                      "the span %" PRId64 "..%" PRId64 " of actor '%.*s' is outside the text of %" PRIu32
                      " code points",
                      label->from, label->to, (int)label->actor.len, label->actor.ptr, document->n_points);
  if (!slant_document_span(document, label->from, label->to, &first, &last))
    return slant_fail(error, SLANT_E_DATA, "the span %" PRId64 "..%" PRId64 " of actor '%.*s' holds no word",
                      label->from, label->to, (int)label->actor.len, label->actor.ptr);
  return SLANT_OK;
}

static uint64_t chain_str(uint64_t digest, slant_str text) {
  return slant_hash_chain(digest, slant_hash(text.ptr, text.len));
}

/* Records of one group carry its name; the others the hash of their text, so that copies of a text stay together. */
static uint32_t group_of(slant_examples *examples, const slant_record *record) {
  slant_buffer key = {0};
  if (record->group.len) {
    slant_buffer_char(&key, 'g');
    slant_buffer_str(&key, record->group);
  } else {
    uint64_t hash = slant_hash(record->text.ptr, record->text.len);
    slant_buffer_char(&key, 't');
    slant_buffer_append(&key, &hash, sizeof hash);
  }
  uint32_t group = key.failed ? SLANT_NO_NAME : slant_names_put(&examples->groups, (slant_str){key.data, key.len});
  slant_buffer_free(&key);
  return group;
}

static bool add_text(slant_examples *examples, const slant_record *record) {
  slant_example_text text = {
      .group = group_of(examples, record), .date = slant_date_parse(record->date), .line = record->line};
  text.file = slant_names_put(&examples->files, slant_str_of(record->file));
  const char *copy = slant_arena_copy(&examples->arena, record->text);
  if (text.group == SLANT_NO_NAME || text.file == SLANT_NO_NAME || !copy) return false;
  if (!slant_grow(&examples->texts, &examples->texts_capacity, examples->n_texts, sizeof *examples->texts))
    return false;
  text.text = (slant_str){copy, record->text.len};
  examples->texts[examples->n_texts++] = text;
  examples->digest = chain_str(chain_str(examples->digest, record->text), record->group);
  if (text.date != SLANT_NO_DATE) examples->digest = slant_hash_chain(examples->digest, (uint64_t)text.date);
  return true;
}

static bool add_label(slant_examples *examples, const slant_label *label) {
  slant_example_label item = {.text = examples->n_texts - 1,
                              .task = slant_names_put(&examples->tasks, label->task),
                              .actor = slant_names_put(&examples->actors, label->actor),
                              .label = slant_names_put(&examples->labels, label->label),
                              .row = SLANT_NO_ROW,
                              .from = label->from,
                              .to = label->to,
                              .weight = label->weight > 0 ? label->weight : 1};
  if (item.task == SLANT_NO_NAME || item.actor == SLANT_NO_NAME || item.label == SLANT_NO_NAME) return false;
  if (!slant_grow(&examples->items, &examples->items_capacity, examples->n_items, sizeof *examples->items))
    return false;
  examples->items[examples->n_items++] = item;
  examples->n_spans += label->from >= 0;
  examples->n_weighted += label->weight > 0;
  examples->digest = chain_str(chain_str(examples->digest, label->task), label->actor);
  examples->digest = slant_hash_chain(chain_str(examples->digest, label->label), (uint64_t)label->from);
  examples->digest = slant_hash_chain(examples->digest, (uint64_t)label->to);
  if (label->weight > 0)
    examples->digest = slant_hash_chain(examples->digest, slant_hash(&label->weight, sizeof label->weight));
  return true;
}

int slant_examples_add(slant_examples *examples, const slant_record *record, slant_document *document,
                       slant_error *error) {
  size_t n_gold = 0;
  bool spans = false;
  for (size_t i = 0; i < record->n_labels; i++) {
    n_gold += record->labels[i].label.len > 0;
    spans = spans || (record->labels[i].label.len > 0 && (record->labels[i].from >= 0 || record->labels[i].to >= 0));
  }
  if (!n_gold) {
    examples->n_unlabelled++;
    return SLANT_OK;
  }
  if (examples->n_texts == UINT32_MAX - 1 || n_gold > UINT32_MAX - 1 - examples->n_items)
    return at_record(error, record, slant_fail(error, SLANT_E_LIMIT, "more than %u labelled records", UINT32_MAX - 1));
  int status = spans ? slant_document_read(document, record->text, error) : SLANT_OK;
  for (size_t i = 0; i < record->n_labels && spans && !status; i++)
    if (record->labels[i].label.len) status = check_span(&record->labels[i], document, error);
  if (status) return at_record(error, record, status);

  uint32_t n_items = examples->n_items, n_texts = examples->n_texts;
  bool ok = add_text(examples, record);
  for (size_t i = 0; i < record->n_labels && ok; i++)
    if (record->labels[i].label.len) ok = add_label(examples, &record->labels[i]);
  if (ok) return SLANT_OK;
  examples->n_items = n_items;
  examples->n_texts = n_texts;
  return at_record(error, record, slant_fail(error, SLANT_E_MEMORY, "no memory for another record"));
}

/* Gives a label the first mention of its actor in the document of its text. */
static bool borrow_mention(slant_example_label *item, int64_t actor, const slant_mention *mentions, int64_t n) {
  for (int64_t m = 0; m < n && actor >= 0; m++) {
    if (mentions[m].actor != actor) continue;
    item->from = mentions[m].point_from;
    item->to = mentions[m].point_to;
    return true;
  }
  return false;
}

static void leave_out(slant_examples *examples, const slant_example_label *item, slant_progress *progress) {
  const slant_example_text *text = &examples->texts[item->text];
  slant_str actor = examples->actors.items[item->actor], file = examples->files.items[text->file];
  if (examples->n_left_out++ < WARNINGS)
    slant_progress_log(progress, SLANT_LOG_WARNING,
                       "%.*s:%" PRIu64 ": left out: the label of '%.*s' has no span, and the text no mention of it",
                       (int)file.len, file.ptr, text->line, (int)actor.len, actor.ptr);
}

/* Spans for the labels that came without one. Labels of one text stand together: its mentions are looked up once. */
static int find_spans(slant_examples *examples, const slant_actors *actors, slant_progress *progress,
                      slant_error *error) {
  slant_document *document = NULL;
  const slant_mention *mentions = NULL;
  int64_t n_mentions = 0;
  uint32_t matched = SLANT_NO_ROW;
  int status = slant_document_new(&document, error);
  for (uint32_t i = 0; i < examples->n_items && !status; i++) {
    slant_example_label *item = &examples->items[i];
    if (item->from >= 0) continue;
    int64_t actor = actors ? slant_actors_find(actors, examples->actors.items[item->actor]) : -1;
    if (actor >= 0 && matched != item->text) {
      status = slant_document_read(document, examples->texts[item->text].text, error);
      n_mentions = status ? status : slant_actors_match(actors, document, &mentions, error);
      if (n_mentions < 0) status = (int)n_mentions;
      matched = item->text;
    }
    if (!status && !borrow_mention(item, actor, mentions, n_mentions)) leave_out(examples, item, progress);
  }
  slant_document_free(document);
  if (!status && examples->n_left_out)
    slant_progress_log(progress, SLANT_LOG_WARNING,
                       "%" PRIu64 " of %" PRIu32 " labels left out: they have no span, and the dictionary finds no "
                       "mention of their actor",
                       examples->n_left_out, examples->n_items);
  return status;
}

static int by_span(const void *left, const void *right) {
  const slant_example_label *a = *(slant_example_label *const *)left, *b = *(slant_example_label *const *)right;
  if (a->text != b->text) return a->text < b->text ? -1 : 1;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

int slant_examples_resolve(slant_examples *examples, slant_mode mode, const slant_actors *actors,
                           slant_progress *progress, slant_error *error) {
  int status = mode == SLANT_MODE_TARGET ? find_spans(examples, actors, progress, error) : SLANT_OK;
  if (status) return status;
  slant_example_label **order = slant_alloc(examples->n_items, sizeof *order);
  free(examples->rows);
  examples->rows = slant_alloc(examples->n_items, sizeof *examples->rows);
  examples->n_rows = 0;
  if (!order || !examples->rows) {
    free(order);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for %" PRIu32 " labels", examples->n_items);
  }
  uint32_t n = 0;
  for (uint32_t i = 0; i < examples->n_items; i++) {
    slant_example_label *item = &examples->items[i];
    if (mode == SLANT_MODE_DOCUMENT) item->from = item->to = -1;
    if (mode == SLANT_MODE_DOCUMENT || item->from >= 0) order[n++] = item;
  }
  qsort(order, n, sizeof *order, by_span);
  for (uint32_t i = 0; i < n; i++) {
    if (i == 0 || by_span(&order[i - 1], &order[i]) != 0)
      examples->rows[examples->n_rows++] = (slant_example_row){order[i]->text, order[i]->from, order[i]->to};
    order[i]->row = examples->n_rows - 1;
  }
  free(order);
  return SLANT_OK;
}

int slant_examples_join_near_duplicates(slant_examples *examples, unsigned threads, slant_progress *progress,
                                        slant_error *error) {
  uint32_t n = examples->n_texts, *group = slant_alloc(n, sizeof *group), n_joined = 0;
  slant_str *texts = slant_alloc(n, sizeof *texts);
  int status = group && texts ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for %" PRIu32 " groups", n);
  for (uint32_t i = 0; i < n && !status; i++) {
    group[i] = examples->texts[i].group;
    texts[i] = examples->texts[i].text;
  }
  if (!status)
    status = slant_join_near_duplicates(group, examples->groups.n, texts, n, threads, &n_joined, progress, error);
  for (uint32_t i = 0; i < n && !status; i++) examples->texts[i].group = group[i];
  examples->n_joined = n_joined;
  free(group);
  free(texts);
  return status;
}

void slant_examples_free(slant_examples *examples) {
  slant_names_free(&examples->tasks);
  slant_names_free(&examples->actors);
  slant_names_free(&examples->labels);
  slant_names_free(&examples->groups);
  slant_names_free(&examples->files);
  slant_arena_free(&examples->arena);
  free(examples->texts);
  free(examples->items);
  free(examples->rows);
  *examples = (slant_examples){0};
}
