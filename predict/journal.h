/*
 * The journal of a run that writes a file: what the run is, and how far it has come. Text, a line an entry:
 *
 *   slant journal 1
 *   … what the run is: version, bundle, options, inputs …
 *   begin CHECK
 *   at INPUT BYTE LINE ORDINAL WRITTEN DIGEST RECORDS ERRORS JUDGEMENTS TEXT-BYTES INVALID CHECK
 *   …
 *   end … (as `at`: the output is complete)
 *
 * CHECK is the hash of the line seeded with the CHECK before it, so that an entry is good only where all before it are.
 * DIGEST is the hash of the bytes that this entry adds to the output, seeded with the DIGEST before it. Private to
 * predict.
 */
#ifndef SLANT_PREDICT_JOURNAL_H
#define SLANT_PREDICT_JOURNAL_H

#include "common/memory.h"

#include <slant/stream.h>

/* A record's place in the inputs. */
typedef struct slant_mark {
  uint64_t input;   /* number of its input, from 1; 0: before all records */
  uint64_t byte;    /* decompressed byte at which it begins */
  uint64_t line;    /* of its input */
  uint64_t ordinal; /* records read so far, of all inputs, this one too */
} slant_mark;

typedef struct slant_journal_entry {
  slant_mark mark;  /* of the last record whose line is written */
  uint64_t written; /* bytes of the output */
  uint64_t digest;
  slant_stream_counts counts;
  bool complete;
} slant_journal_entry;

typedef struct slant_journal_place {
  slant_journal_entry entry;
  size_t end;     /* of its line in the journal */
  uint64_t check; /* of that line */
} slant_journal_place;

typedef struct slant_journal {
  slant_str header;            /* what the run is, as slant_journal_begin() took it */
  slant_journal_place *places; /* n; the first stands for the header: nothing written */
  size_t n, capacity;
} slant_journal;

/* The header's lines, each ended; *check begins the chain. */
void slant_journal_begin(slant_buffer *out, slant_str header, uint64_t *check);
void slant_journal_put(slant_buffer *out, const slant_journal_entry *entry, uint64_t *check);

/* The entries up to the first that is damaged or cut short. SLANT_E_FORMAT: the header is. The header points into
 * `bytes`. */
int slant_journal_parse(slant_journal *out, slant_str bytes, slant_error *error);
void slant_journal_free(slant_journal *journal);

/* Says what two headers do not have in common: SLANT_E_ARGUMENT. */
int slant_journal_differ(slant_str before, slant_str now, const char *path, slant_error *error);

#endif
