/*
 * Any bytes as JSON lines. What parses must come back equal when it is written and read again. And the two judges of
 * what is JSON, simdjson and the scan that says where a fault is, must agree on every line.
 */
#include "fuzz.h"

#include "datasets/json.h"
#include "datasets/json_scan.h"
#include "datasets/source.h"
#include "datasets/writer.h"

#include <stdlib.h>

static const slant_reader_options options = {.syntax = SLANT_SYNTAX_JSONL, .keep = 1, .max_record = 1 << 16};

static bool same_labels(const slant_record *a, const slant_record *b) {
  if (a->n_labels != b->n_labels) return false;
  for (size_t i = 0; i < a->n_labels; i++) {
    const slant_label *x = &a->labels[i], *y = &b->labels[i];
    if (!slant_str_equal(x->actor, y->actor) || !slant_str_equal(x->task, y->task)) return false;
    if (!slant_str_equal(x->label, y->label) || x->from != y->from || x->to != y->to) return false;
  }
  return true;
}

/* `line` is what was written for `record`. */
static void check_line(slant_str line, const slant_record *record) {
  slant_source *source;
  slant_parser *parser;
  slant_raw raw;
  slant_record again;
  if (slant_source_open_memory(&source, line, "again", &options, NULL)) abort();
  if (slant_parser_new(&parser, source, NULL)) abort();
  if (slant_source_next(source, &raw, NULL) != 1) abort();
  if (slant_parser_parse(parser, &raw, &again, NULL)) abort();
  if (again.repaired) abort();
  if (!slant_str_equal(record->text, again.text) || !slant_str_equal(record->id, again.id)) abort();
  if (!slant_str_equal(record->group, again.group) || !slant_str_equal(record->title, again.title)) abort();
  if (!slant_str_equal(record->date, again.date) || !slant_str_equal(record->source, again.source)) abort();
  if (!same_labels(record, &again)) abort();
  slant_parser_free(parser);
  slant_source_close(source);
}

static void check_judges(slant_json *json, slant_str line) {
  slant_json_value root;
  slant_json_fault fault = {0};
  slant_error error;
  bool parsed = slant_json_parse(json, line, &root, &error) == 0;
  if (slant_json_scan(line, &fault) != parsed) abort();
  if (!parsed && (!fault.what || fault.at > line.len || error.column != fault.at + 1)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_source *source;
  slant_parser *parser;
  slant_json *json;
  slant_raw raw;
  slant_record record;
  slant_buffer line = {0};
  if (slant_source_open_memory(&source, (slant_str){(const char *)data, size}, "fuzz", &options, NULL)) return 0;
  if (slant_parser_new(&parser, source, NULL) || slant_json_new(&json, NULL)) abort();
  while (slant_source_next(source, &raw, NULL) == 1) {
    if (!raw.status) check_judges(json, raw.bytes);
    if (slant_parser_parse(parser, &raw, &record, NULL)) continue;
    slant_buffer_clear(&line);
    slant_write_jsonl(&line, &record);
    check_line((slant_str){line.data, line.len}, &record);
  }
  slant_buffer_free(&line);
  slant_json_free(json);
  slant_parser_free(parser);
  slant_source_close(source);
  return 0;
}
