/*
 * What was added to a trainer: every labelled text once, and its labels. Strings are kept once and known by number.
 * Resolving turns labels into rows: what a classifier sees, each a record in document mode, and in target mode a span
 * of a record, which several tasks may have labelled.
 */
#ifndef SLANT_TRAIN_EXAMPLES_H
#define SLANT_TRAIN_EXAMPLES_H

#include "common/names.h"
#include "train/progress.h"

#include <slant/actors.h>
#include <slant/pipeline.h>
#include <slant/record.h>

#define SLANT_NO_ROW UINT32_MAX

typedef struct slant_example_text {
  slant_str text;
  uint32_t group; /* a record without one forms a group with those of the same text */
  int64_t date;   /* see common/date.h; SLANT_NO_DATE where there is none, or none that can be read */
  uint32_t file;  /* number in `files` */
  uint64_t line;
} slant_example_text;

typedef struct slant_example_label {
  uint32_t text, task, actor, label;
  uint32_t row;     /* set by resolve; SLANT_NO_ROW where it was left out */
  int64_t from, to; /* code points; -1 where there is no span */
  double weight;    /* > 0 */
} slant_example_label;

typedef struct slant_example_row {
  uint32_t text;
  int64_t from, to; /* -1 in document mode */
} slant_example_row;

typedef struct slant_examples {
  slant_arena arena;
  slant_names tasks, actors, labels, groups, files;
  slant_example_text *texts;
  slant_example_label *items;
  slant_example_row *rows; /* in the order of texts, then of spans */
  size_t texts_capacity, items_capacity;
  uint32_t n_texts, n_items, n_rows;
  uint32_t n_spans;      /* labels that carry a span */
  uint32_t n_weighted;   /* labels that carry a weight */
  uint64_t n_unlabelled; /* records passed over */
  uint64_t n_left_out;   /* labels that target mode found no span for */
  uint64_t n_joined;     /* groups that went up in others, being near-duplicates */
  uint64_t digest;       /* of all that was added, in order */
} slant_examples;

/* Copies a record's text and labels. `document` is scratch. SLANT_E_DATA where a span lies outside the text or touches
 * no token; nothing is added then. A record without labels is counted, and that is all. */
int slant_examples_add(slant_examples *examples, const slant_record *record, slant_document *document,
                       slant_error *error);
/* Makes the rows. In target mode a label without span is given the first mention of its actor that the dictionary
 * finds (`actors` may be NULL); where there is none it is left out, and said so. */
int slant_examples_resolve(slant_examples *examples, slant_mode mode, const slant_actors *actors,
                           slant_progress *progress, slant_error *error);
/* Makes one group of groups with texts that are near-duplicates. */
int slant_examples_join_near_duplicates(slant_examples *examples, unsigned threads, slant_progress *progress,
                                        slant_error *error);
void slant_examples_free(slant_examples *examples);

#endif
