/*
 * A record: one input line, an article or a sentence, with its fields and, in a labelled corpus, its labels.
 *
 * All strings are borrowed: from a reader they are good until the next record is read, from a parser until its next
 * call.
 */
#ifndef SLANT_RECORD_H
#define SLANT_RECORD_H

#include <slant/error.h>
#include <slant/str.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_ANY_ACTOR    "*"         /* the actor of a label that names none; also the shared model's name */
#define SLANT_DEFAULT_TASK "sentiment" /* the task of a label that names none */

/* One judgement. from/to are Unicode code points of `text`, end exclusive; both are -1 where there is no span. */
typedef struct slant_label {
  slant_str actor; /* never empty: "*" where the input names none */
  slant_str task;  /* never empty: SLANT_DEFAULT_TASK where the input names none */
  slant_str label; /* empty: a mention to judge that carries no gold label */
  int64_t from, to;
  double weight; /* > 0: what it counts as an example to learn from; 0: none was given, which is 1 */
} slant_label;

typedef struct slant_field {
  slant_str name, json; /* a kept field that slant does not know: its name, and its value as JSON text */
} slant_field;

typedef struct slant_record {
  slant_str text; /* always present in a record that parsed */
  slant_str id, title, date, source;
  bool id_number;  /* the id was written as a JSON number: `id` is its text, and is written without quotes again */
  slant_str group; /* records of one group (an article's sentences) stay together in folds and in resampling */
  const slant_label *labels;
  size_t n_labels;
  const slant_field *kept; /* unknown fields, only where the parser was asked to keep them */
  size_t n_kept;
  uint32_t repaired; /* invalid UTF-8 sequences that were read as U+FFFD */
  uint64_t line;     /* 1-based line in its input where the record starts */
  const char *file;  /* input name for messages, "-" for standard input */
} slant_record;

#ifdef __cplusplus
}
#endif
#endif
