/* A batch of raw records on its way through a stream: filled by the reader, judged by a worker, written in order.
 * Private to predict. */
#ifndef SLANT_PREDICT_BATCH_H
#define SLANT_PREDICT_BATCH_H

#include "common/memory.h"
#include "predict/journal.h"
#include "predict/output.h"
#include "predict/tally.h"

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
  slant_mark mark;   /* of the last record */
  uint64_t progress; /* bytes of all inputs that are read so far */
  /* judged */
  slant_buffer out;
  slant_tally *table; /* of its labels; NULL: lines were asked for */
  slant_stream_counts counts;
} slant_batch;

/* A worker's scratch: the records of the batch that it is at, parsed. */
typedef struct slant_batch_worker {
  const slant_predictor *predictor;
  slant_judge *judge;
  slant_arena arena;                         /* what a record keeps when the next is parsed */
  slant_record records[SLANT_BATCH_RECORDS]; /* without text */
  slant_error *faults[SLANT_BATCH_RECORDS];  /* NULL: the record was parsed */
  uint32_t n_parsed;
  /* what is labelled: the texts of the parsed records, in order */
  slant_buffer text;
  uint64_t offsets[SLANT_BATCH_RECORDS + 1], asked_offsets[SLANT_BATCH_RECORDS + 1];
  slant_label *asked;
  size_t n_asked, asked_capacity;
} slant_batch_worker;

int slant_batch_worker_init(slant_batch_worker *worker, const slant_predictor *predictor, slant_error *error);
void slant_batch_worker_free(slant_batch_worker *worker);

/* Adds a raw record (copied). False: no memory. There is room for it. */
bool slant_batch_add(slant_batch *batch, const slant_raw *raw);
bool slant_batch_full(const slant_batch *batch);

/* Parses, labels and formats all records. A bad record becomes an error line; negative: no memory, or, where `options`
 * say so, the first bad record, whose line is the last of the batch. */
int slant_batch_judge(slant_batch *batch, slant_batch_worker *worker, const slant_stream_options *options,
                      slant_error *error);

/* Empty again; keeps its parser and its memory, but not more than SLANT_BATCH_RETAINED. */
void slant_batch_reset(slant_batch *batch);
void slant_batch_free(slant_batch *batch);

#endif
