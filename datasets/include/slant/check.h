/* A lint for labelled corpora: what would mislead training or flatter a test. */
#ifndef SLANT_CHECK_H
#define SLANT_CHECK_H

#include <slant/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_finding_kind {
  SLANT_FINDING_BAD_LINE,      /* it cannot be read as a record */
  SLANT_FINDING_NO_LABEL,      /* nothing to learn from */
  SLANT_FINDING_UNKNOWN_LABEL, /* not among the labels that were given */
  SLANT_FINDING_ODD_LABEL,     /* differs from another label of the task only in case or blanks */
  SLANT_FINDING_SPAN_OUTSIDE,  /* from/to reach over the end of the text */
  SLANT_FINDING_SPAN_OFF,      /* from/to begin or end inside a word, or hold blanks at an end */
  SLANT_FINDING_DUPLICATE,     /* the same text, actor, task and span with the same label, in one file */
  SLANT_FINDING_CONTRADICTION, /* … with another label */
  SLANT_FINDING_OVERLAP,       /* a text of a later file that stands in the first one */
  SLANT_N_FINDINGS
} slant_finding_kind;

const char *slant_finding_name(slant_finding_kind kind);

/* One finding: where, and what. Called in the order of the files. A return other than 0 stops. */
typedef int (*slant_finding_sink)(void *context, slant_finding_kind kind, const slant_error *where);

typedef struct slant_label_count {
  slant_str file, task, actor, label; /* borrowed from the check */
  uint64_t count;
} slant_label_count;

typedef struct slant_check slant_check;

/* `labels`: the labels that are allowed, with commas between them; NULL allows all. */
int slant_check_new(slant_check **out, const char *labels, slant_error *error);
/* Reads a file; the first one is what later ones are compared with (train, then test). Texts are compared lower-cased
 * with blanks squeezed, by 128-bit hash: memory is a few dozen bytes a label. */
int slant_check_file(slant_check *check, const char *path, const slant_reader_options *options, slant_finding_sink sink,
                     void *context, slant_error *error);
uint64_t slant_check_records(const slant_check *check);
uint64_t slant_check_findings(const slant_check *check, slant_finding_kind kind);
/* How often each label stands in each file, by file, task, actor and label. */
int slant_check_counts(slant_check *check, const slant_label_count **counts, size_t *n, slant_error *error);
void slant_check_free(slant_check *check);

#ifdef __cplusplus
}
#endif
#endif
