/* Any bytes as a file of records, in every syntax; compressed input comes by its first bytes. */
#include "fuzz.h"

#include "datasets/source.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (int syntax = SLANT_SYNTAX_JSONL; syntax <= SLANT_SYNTAX_TSV; syntax++) {
    const slant_reader_options options = {.syntax = syntax, .keep = 1, .max_record = 1 << 16};
    slant_source *source;
    slant_parser *parser;
    slant_raw raw;
    slant_record record;
    slant_error error;
    if (slant_source_open_memory(&source, (slant_str){(const char *)data, size}, "fuzz", &options, &error)) continue;
    if (slant_parser_new(&parser, source, &error)) abort();
    for (int n = 0; n < 1000 && slant_source_next(source, &raw, &error) == 1; n++)
      if (slant_parser_parse(parser, &raw, &record, &error) == 0 && !record.text.ptr) abort();
    slant_parser_free(parser);
    slant_source_close(source);
  }
  return 0;
}
