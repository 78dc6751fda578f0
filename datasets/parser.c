#include "datasets/parse.h"

#include "common/number.h"

#include <math.h>
#include <stdlib.h>

/* Between which the weight of an example lies. */
#define LEAST_WEIGHT 1e-6
#define MOST_WEIGHT  1e6

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for a record");
}

static bool copy_layout(slant_layout *to, const slant_layout *from) {
  *to = *from;
  to->name = strdup(from->name);
  to->columns = NULL;
  to->headers = NULL;
  to->n_columns = 0;
  if (!to->name || !from->n_columns) return to->name != NULL;
  to->columns = slant_alloc(from->n_columns, sizeof *to->columns);
  to->headers = slant_alloc_zero(from->n_columns, sizeof *to->headers);
  if (!to->columns || !to->headers) return false;
  memcpy(to->columns, from->columns, from->n_columns * sizeof *to->columns);
  for (size_t c = 0; c < from->n_columns; c++, to->n_columns++)
    if (!(to->headers[c] = strdup(from->headers[c]))) return false;
  return true;
}

static void free_layout(slant_layout *layout) {
  for (size_t c = 0; c < layout->n_columns; c++) free(layout->headers[c]);
  free(layout->headers);
  free(layout->columns);
  free(layout->name);
}

int slant_parser_new(slant_parser **out, const slant_source *source, slant_error *error) {
  slant_parser *parser = slant_alloc_zero(1, sizeof *parser);
  *out = NULL;
  if (!parser) return no_memory(error);
  int status = slant_json_new(&parser->json, error);
  if (!status && !copy_layout(&parser->layout, &source->layout)) status = no_memory(error);
  if (status)
    slant_parser_free(parser);
  else
    *out = parser;
  return status;
}

void slant_parser_free(slant_parser *parser) {
  if (!parser) return;
  free_layout(&parser->layout);
  slant_json_free(parser->json);
  slant_arena_free(&parser->arena);
  free(parser->labels);
  free(parser->kept);
  free(parser);
}

int slant_parser_parse(slant_parser *parser, const slant_raw *raw, slant_record *record, slant_error *error) {
  *record = (slant_record){.line = raw->line, .file = parser->layout.name};
  parser->n_labels = parser->n_kept = 0;
  slant_arena_reset(&parser->arena);
  int status;
  if (raw->status == SLANT_E_LIMIT)
    status = slant_fail(error, SLANT_E_LIMIT, "the record is longer than --max-record allows");
  else if (parser->layout.syntax == SLANT_SYNTAX_JSONL)
    status = slant_parse_jsonl(parser, raw, record, error);
  else
    status = slant_parse_csv(parser, raw->bytes, record, error);
  if (status) slant_error_at(error, parser->layout.name, raw->line, 0);
  return status;
}

/* ---- what both syntaxes share ---- */
static slant_str *place_of(slant_record *record, slant_label_fields *flat, slant_field_id field) {
  switch (field) {
  case SLANT_FIELD_TEXT: return &record->text;
  case SLANT_FIELD_ID: return &record->id;
  case SLANT_FIELD_TITLE: return &record->title;
  case SLANT_FIELD_DATE: return &record->date;
  case SLANT_FIELD_SOURCE: return &record->source;
  case SLANT_FIELD_GROUP: return &record->group;
  case SLANT_FIELD_ACTOR: return &flat->actor;
  case SLANT_FIELD_TASK: return &flat->task;
  case SLANT_FIELD_LABEL: return &flat->label;
  case SLANT_FIELD_FROM: return &flat->from;
  case SLANT_FIELD_TO: return &flat->to;
  case SLANT_FIELD_WEIGHT: return &flat->weight;
  default: return NULL;
  }
}

void slant_set_text(slant_record *record, slant_label_fields *flat, slant_field_id field, slant_str text) {
  slant_str *place = place_of(record, flat, field);
  if (place && !place->ptr) *place = text;
}

/* A number of code points: digits, at most twelve of them, perhaps with ".0" behind. Empty: -1. */
static bool read_offset(slant_str text, int64_t *out) {
  if (text.len > 2 && memcmp(text.ptr + text.len - 2, ".0", 2) == 0) text.len -= 2;
  *out = text.len ? 0 : -1;
  if (text.len > 12) return false;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
    *out = *out * 10 + (text.ptr[i] - '0');
  }
  return true;
}

/* A number within the bounds; empty: 0. */
static int read_weight(slant_str text, double *out, slant_error *error) {
  char number[64], *end = number;
  *out = 0;
  if (!text.len) return SLANT_OK;
  if (text.len < sizeof number) {
    memcpy(number, text.ptr, text.len);
    number[text.len] = '\0';
    *out = slant_parse_real(number, &end);
    if (end == number + text.len && isfinite(*out) && *out >= LEAST_WEIGHT && *out <= MOST_WEIGHT) return SLANT_OK;
  }
  return slant_fail(error, SLANT_E_DATA, "'weight' is no number from %g to %g: '%.*s'", LEAST_WEIGHT, MOST_WEIGHT,
                    (int)(text.len < 60 ? text.len : 60), text.ptr);
}

int slant_add_label(slant_parser *parser, const slant_label_fields *fields, slant_error *error) {
  slant_label label = {.actor = fields->actor, .task = fields->task, .label = fields->label};
  if (!fields->actor.len && !fields->label.len && !fields->from.len && !fields->to.len) return SLANT_OK;
  if (!read_offset(fields->from, &label.from) || !read_offset(fields->to, &label.to))
    return slant_fail(error, SLANT_E_DATA, "'from' and 'to' are not whole numbers of code points");
  if ((label.from < 0) != (label.to < 0))
    return slant_fail(error, SLANT_E_DATA, "'from' and 'to' belong together; one of them is missing");
  if (label.from >= 0 && label.from >= label.to)
    return slant_fail(error, SLANT_E_DATA, "the span %lld-%lld is empty or backwards", (long long)label.from,
                      (long long)label.to);
  if (label.label.len) { /* without one there is nothing to weigh, and the field may be anything */
    int status = read_weight(fields->weight, &label.weight, error);
    if (status) return status;
  }
  if (!label.actor.len) label.actor = slant_str_of(SLANT_ANY_ACTOR);
  if (!label.task.len) label.task = slant_str_of(SLANT_DEFAULT_TASK);
  if (!slant_grow(&parser->labels, &parser->label_capacity, parser->n_labels, sizeof label)) return no_memory(error);
  parser->labels[parser->n_labels++] = label;
  return SLANT_OK;
}

int slant_keep_json(slant_parser *parser, slant_str name, slant_str json, slant_error *error) {
  if (!parser->layout.keep) return SLANT_OK;
  const char *name_copy = slant_arena_copy(&parser->arena, name), *json_copy = slant_arena_copy(&parser->arena, json);
  if (!name_copy || !json_copy ||
      !slant_grow(&parser->kept, &parser->kept_capacity, parser->n_kept, sizeof *parser->kept))
    return no_memory(error);
  parser->kept[parser->n_kept++] = (slant_field){{name_copy, name.len}, {json_copy, json.len}};
  return SLANT_OK;
}

int slant_keep_text(slant_parser *parser, slant_str name, slant_str text, slant_error *error) {
  slant_buffer json = {0};
  if (!parser->layout.keep) return SLANT_OK;
  slant_buffer_json(&json, text);
  int status = json.failed ? no_memory(error) : slant_keep_json(parser, name, (slant_str){json.data, json.len}, error);
  slant_buffer_free(&json);
  return status;
}

int slant_finish_record(slant_parser *parser, slant_record *record, const slant_label_fields *flat,
                        slant_error *error) {
  int status = slant_add_label(parser, flat, error);
  for (size_t i = 0; i < parser->n_labels && flat->weight.len && !status; i++)
    if (parser->labels[i].label.len && parser->labels[i].weight == 0)
      status = read_weight(flat->weight, &parser->labels[i].weight, error);
  if (!record->text.ptr) record->text = slant_str_of("");
  record->labels = parser->labels;
  record->n_labels = parser->n_labels;
  record->kept = parser->kept;
  record->n_kept = parser->n_kept;
  return status;
}

/* ---- reader ---- */
struct slant_reader {
  slant_source *source;
  slant_parser *parser;
};

const slant_option slant_reader_option_table[] = {
    {"syntax", 0, SLANT_OPTION_CHOICE, offsetof(slant_reader_options, syntax), "auto", 0, 0, "auto|jsonl|csv|tsv",
     "WORD", "How records are written; auto goes by the file's name."},
    {"map", 0, SLANT_OPTION_TEXT, offsetof(slant_reader_options, map), NULL, 0, 0, NULL, "OURS=THEIRS,...",
     "What the fields are called in the input, as in text=sentence,label=polarity."},
    {"max-record", 0, SLANT_OPTION_INT, offsetof(slant_reader_options, max_record), "67108864", 1024, 4e9, NULL,
     "BYTES", "A longer record is an error of that record; K, M and G stand for 2^10, 2^20 and 2^30."},
    SLANT_OPTION_END};

int slant_reader_open(slant_reader **out, const char *path, const slant_reader_options *options, slant_error *error) {
  slant_reader *reader = slant_alloc_zero(1, sizeof *reader);
  *out = NULL;
  if (!reader) return no_memory(error);
  int status = slant_source_open(&reader->source, path, options, error);
  if (!status) status = slant_parser_new(&reader->parser, reader->source, error);
  if (status)
    slant_reader_close(reader);
  else
    *out = reader;
  return status;
}

int slant_reader_next(slant_reader *reader, slant_record *record, slant_error *error) {
  slant_raw raw;
  int status = slant_source_next(reader->source, &raw, error);
  if (status != 1) return status;
  status = slant_parser_parse(reader->parser, &raw, record, error);
  return status ? status : 1;
}

const slant_source *slant_reader_source(const slant_reader *reader) {
  return reader->source;
}

void slant_reader_close(slant_reader *reader) {
  if (!reader) return;
  slant_parser_free(reader->parser);
  slant_source_close(reader->source);
  free(reader);
}
