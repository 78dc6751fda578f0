/*
 * Any bytes as CSV or TSV (the first byte decides). A row that parses must come back equal when it is written and read
 * again, with line numbers that only grow.
 */
#include "fuzz.h"

#include "datasets/source.h"
#include "datasets/writer.h"

#include <stdlib.h>

static void check_row(const slant_record *record, slant_syntax syntax) {
  const slant_reader_options options = {.syntax = (int)syntax};
  char separator = syntax == SLANT_SYNTAX_TSV ? '\t' : ',';
  slant_buffer text = {0};
  slant_source *source;
  slant_parser *parser;
  slant_raw raw;
  slant_record again;
  slant_write_header(&text, separator);
  slant_write_rows(&text, record, separator);
  if (slant_source_open_memory(&source, (slant_str){text.data, text.len}, "again", &options, NULL)) abort();
  if (slant_parser_new(&parser, source, NULL)) abort();
  size_t rows = 0;
  while (slant_source_next(source, &raw, NULL) == 1) {
    if (slant_parser_parse(parser, &raw, &again, NULL) || again.repaired) abort();
    if (!slant_str_equal(record->text, again.text) || !slant_str_equal(record->id, again.id)) abort();
    if (!slant_str_equal(record->title, again.title) || !slant_str_equal(record->source, again.source)) abort();
    if (again.n_labels != (record->n_labels ? 1 : 0)) abort();
    if (record->n_labels && !slant_str_equal(record->labels[rows].label, again.labels[0].label)) abort();
    rows++;
  }
  if (rows != (record->n_labels ? record->n_labels : 1)) abort();
  slant_parser_free(parser);
  slant_source_close(source);
  slant_buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_syntax syntax = size && (data[0] & 1) ? SLANT_SYNTAX_TSV : SLANT_SYNTAX_CSV;
  const slant_reader_options options = {.syntax = (int)syntax, .keep = 1, .max_record = 1 << 12};
  static const char header[] = "id,text,labels,label,from,to,weight,extra\n",
                    tabs[] = "id\ttext\tlabels\tlabel\tfrom\tto\textra\n";
  slant_buffer text = {0};
  slant_source *source;
  slant_parser *parser;
  slant_raw raw;
  slant_record record;
  uint64_t line = 1;
  slant_buffer_text(&text, syntax == SLANT_SYNTAX_TSV ? tabs : header);
  if (size) slant_buffer_append(&text, data + 1, size - 1);
  if (slant_source_open_memory(&source, (slant_str){text.data, text.len}, "fuzz", &options, NULL)) abort();
  if (slant_parser_new(&parser, source, NULL)) abort();
  while (slant_source_next(source, &raw, NULL) == 1) {
    if (raw.line <= line) abort();
    line = raw.line;
    if (slant_parser_parse(parser, &raw, &record, NULL) == 0) check_row(&record, syntax);
  }
  slant_parser_free(parser);
  slant_source_close(source);
  slant_buffer_free(&text);
  return 0;
}
