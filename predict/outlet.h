/* Where the lines of a stream go: to a sink as they come, or packed, or into the file of a run that can be resumed.
 * Private to predict. */
#ifndef SLANT_PREDICT_OUTLET_H
#define SLANT_PREDICT_OUTLET_H

#include "datasets/pack.h"
#include "predict/run_file.h"
#include "predict/tally.h"

/* Lines that are packed or written at once: this many bytes and what is left of a batch. The chunks, and so the packed
 * bytes, depend on the records alone: a run that was interrupted goes on behind a chunk. */
enum { SLANT_OUTLET_CHUNK = 1 << 20, SLANT_OUTLET_COUNTS = 1 << 14 /* rows that are kept before they are written */ };

typedef struct slant_outlet {
  slant_output_sink sink; /* where there is no file */
  void *context;
  slant_run_file *file;
  slant_packer *packer; /* NULL: nothing is compressed */
  slant_tally *table;   /* in place of lines: the counts that were not handed on; NULL: lines */
  bool begun;           /* something was handed on */
  slant_buffer chunk, packed;
  slant_mark mark; /* of what is in the chunk */
  slant_stream_counts counts;
  double flushed; /* when, by slant_seconds() */
} slant_outlet;

/* `file` NULL: to the sink. `counted`: counts, of which the sink gets one table in the end, and the file rows that are
 * to be added up. */
int slant_outlet_open(slant_outlet *out, slant_output_sink sink, void *context, slant_run_file *file,
                      slant_packing packing, bool counted, slant_error *error);
/* Whole lines, or (if not NULL) counts, and how far the run has come with them. */
int slant_outlet_put(slant_outlet *outlet, const slant_buffer *lines, const slant_tally *table, const slant_mark *mark,
                     const slant_stream_counts *counts, slant_error *error);
/* Hands on what is left. `finished`: there is no more to come; else only what may be cut here is handed on. */
int slant_outlet_end(slant_outlet *outlet, bool finished, slant_error *error);
void slant_outlet_close(slant_outlet *outlet);

#endif
