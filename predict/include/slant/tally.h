/*
 * Counts of labels: in how many records of a source and a stretch of time an actor has which label. Counts add up:
 * those of the parts of a corpus are those of the whole. As text, CSV: a header row, and a row a count, sorted:
 *
 *   actor,task,source,date,label,records,mentions
 *   IND,sentiment,Dawn,2019-03,negative,12,40
 */
#ifndef SLANT_TALLY_H
#define SLANT_TALLY_H

#include <slant/options.h>
#include <slant/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_tally_row {
  slant_str actor, task, source, date, label; /* what is counted; empty where it is not known, or not told apart */
  uint64_t records;                           /* with this label for this actor */
  uint64_t mentions;                          /* of the actor in them; 0 in document mode */
} slant_tally_row;

typedef struct slant_tally_options {
  int date;       /* 0 day, 1 month, 2 year: how much of a date is told apart */
  const char *by; /* "actor,label": the columns that are told apart; NULL: all */
} slant_tally_options;

extern const slant_option slant_tally_option_table[]; /* date, by */

typedef struct slant_tally slant_tally;

int slant_tally_new(slant_tally **out, slant_error *error);
void slant_tally_free(slant_tally *counts); /* NULL is fine */
/* Adds to the count of the same actor, task, source, date and label (copied; control characters become blanks). */
int slant_tally_add(slant_tally *counts, const slant_tally_row *count, slant_error *error);
/* Adds the rows of a file, plain or compressed, "-": standard input; header rows may stand anywhere, so that files may
 * be one behind the other. What the options do not tell apart is summed; NULL: everything is told apart.
 * SLANT_E_DATA with the line, SLANT_E_IO, SLANT_E_ARGUMENT: the options. */
int slant_tally_read(slant_tally *counts, const char *path, const slant_tally_options *options, slant_error *error);
/* All counts, sorted by their columns; borrowed until the next call. */
int slant_tally_sorted(slant_tally *counts, const slant_tally_row **out, size_t *n, slant_error *error);
/* All counts as text. */
int slant_tally_write(slant_tally *counts, slant_output_sink sink, void *context, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
