/* One converter a corpus format. Private to datasets. */
#ifndef SLANT_DATASETS_CONVERT_H
#define SLANT_DATASETS_CONVERT_H

#include "common/memory.h"

#include <slant/corpus.h>

/* What a converter works with. */
typedef struct slant_conversion {
  const slant_convert_options *options;
  slant_record_sink sink;
  slant_bad_line_sink bad;
  void *context;
  slant_arena arena; /* of one record */
} slant_conversion;

typedef struct slant_converter {
  const char *name, *describe;
  int (*convert)(slant_conversion *conversion, const char *path, slant_error *error);
} slant_converter;

extern const slant_converter slant_converters[]; /* ended by a NULL name */

int slant_convert_newsmtsc(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_pstance(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_semeval2016(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_dse(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_dse_roles(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_polarity(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_fasttext(slant_conversion *conversion, const char *path, slant_error *error);
int slant_convert_svmlight(slant_conversion *conversion, const char *path, slant_error *error);

/* Hands a record to the sink, its labels' task replaced where the user named one. */
int slant_conversion_give(slant_conversion *conversion, slant_record *record, slant_label *labels, size_t n_labels,
                          slant_error *error);
/* Reports a bad line; a return other than 0 stops. */
int slant_conversion_bad(slant_conversion *conversion, const char *file, uint64_t line, const char *why);

/* Calls `line` for every line of a text file, in order; for readers of plain lines. */
int slant_conversion_lines(slant_conversion *conversion, const char *path,
                           int (*line)(slant_conversion *conversion, const char *file, uint64_t number, slant_str text,
                                       slant_error *error),
                           slant_error *error);

#endif
