/* Inside a source. Private to datasets. */
#ifndef SLANT_DATASETS_SOURCE_H
#define SLANT_DATASETS_SOURCE_H

#include "datasets/ahead.h"
#include "datasets/csv.h"
#include "datasets/fields.h"
#include "datasets/input.h"

#include <slant/reader.h>

/* What every parser of a source needs to know: copied into each. */
typedef struct slant_layout {
  slant_syntax syntax; /* never AUTO */
  slant_fields fields;
  bool keep;
  char separator; /* of CSV and TSV */
  char *name;     /* for messages */
  /* CSV and TSV: which field each column is */
  uint8_t *columns; /* slant_field_id */
  char **headers;   /* the names as they stand in the file */
  size_t n_columns;
} slant_layout;

/* How far the end of a record has been looked for. */
typedef struct slant_scan {
  size_t at;       /* bytes looked at, from the record's start */
  bool quoted;     /* CSV: inside quotes */
  bool closed;     /* CSV: the byte before was a quote that closes, or the first of two */
  bool inside;     /* CSV: behind the first byte of a cell, where a quote is an ordinary byte */
  bool carriage;   /* CSV: the byte before was a CR inside quotes */
  uint64_t breaks; /* CSV: line ends inside quotes */
} slant_scan;

struct slant_source {
  slant_layout layout;
  slant_input_bytes *input;
  slant_ahead *ahead; /* NULL: the input is read here */
  uint64_t max_record;
  char *buffer;
  size_t start, end, capacity; /* bytes [start, end) are read and not yet handed out */
  bool input_end;
  slant_scan scan;   /* of the record at `start` */
  bool handed;       /* it was handed out: the next call moves on behind it … */
  bool handed_found; /* … and its end is known */
  uint64_t line;     /* line number of `start` */
  uint64_t consumed; /* decompressed bytes before `start` */
};

/* The same as slant_source_open over bytes in memory, which must outlive the source. */
int slant_source_open_memory(slant_source **out, slant_str bytes, const char *name, const slant_reader_options *options,
                             slant_error *error);

/* By name, before .gz or .zst. */
slant_syntax slant_syntax_of(const char *path);

#endif
