/* A batch of raw records on its way through a stream: filled by the reader, judged by a worker, written in order.
 * Private to predict. */
#ifndef SLANT_PREDICT_BATCH_H
#define SLANT_PREDICT_BATCH_H

#include "common/memory.h"
#include "predict/output.h"

#include <slant/stream.h>

enum {
  SLANT_BATCH_RECORDS = 64,      /* this many records at most, … */
  SLANT_BATCH_BYTES = 1 << 18,   /* … or so many bytes, whichever comes first */
  SLANT_BATCH_RETAINED = 4 << 20 /* scratch that a larger record has grown is given back */
};

typedef struct slant_batch_record {
  size_t at, len; /* bytes of `bytes` */
  uint64_t line;
  int status; /* as in slant_raw */
} slant_batch_record;

typedef struct slant_batch {
  /* filled: all records are of one input */
  const char *file;     /* its name, the caller's of the stream */
  uint64_t input;       /* its number, from 1 */
  slant_parser *parser; /* for input `parses`; kept from one filling to the next */
  uint64_t parses;
  slant_batch_record records[SLANT_BATCH_RECORDS];
  uint32_t n_records;
  slant_buffer bytes;
  uint64_t progress; /* bytes of all inputs that are read so far */
  /* judged */
  slant_buffer out;
  slant_stream_counts counts;
} slant_batch;

/* Adds a raw record (copied). False: no memory. There is room for it. */
bool slant_batch_add(slant_batch *batch, const slant_raw *raw);
bool slant_batch_full(const slant_batch *batch);

/* Parses, judges and formats all records with *judge, which is renewed after a very large record. A bad record becomes
 * an error line; negative: no memory, or, where `options` say so, the first bad record, behind which nothing is
 * judged. */
int slant_batch_judge(slant_batch *batch, slant_judge **judge, const slant_predictor *predictor,
                      const slant_stream_options *options, slant_error *error);

/* Empty again; keeps its parser and its memory, but not more than SLANT_BATCH_RETAINED. */
void slant_batch_reset(slant_batch *batch);
void slant_batch_free(slant_batch *batch);

#endif
