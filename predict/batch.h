/* A batch of raw records on its way through the stream: filled by the reader, judged by a worker, written in order.
 * Private to predict. */
#ifndef SLANT_PREDICT_BATCH_H
#define SLANT_PREDICT_BATCH_H

#include "common/memory.h"
#include "predict/output.h"

#include <slant/stream.h>

enum {
  SLANT_BATCH_RECORDS = 64,      /* of records at most … */
  SLANT_BATCH_BYTES = 1 << 18,   /* … or until so many bytes are reached */
  SLANT_BATCH_RETAINED = 4 << 20 /* a buffer that grew above this is given back */
};

typedef struct slant_batch_record {
  size_t at, len; /* in bytes */
  uint64_t line;
  int status; /* SLANT_E_LIMIT: only a prefix was kept */
} slant_batch_record;

typedef struct slant_batch {
  struct slant_input *input; /* all records of a batch are of one input */
  slant_batch_record records[SLANT_BATCH_RECORDS];
  uint32_t n_records;
  slant_buffer bytes;
  uint64_t progress; /* bytes of all inputs read up to here */
  /* judged */
  slant_buffer out;
  slant_stream_counts counts;
  bool stopped; /* --on-error stop: what follows is not written */
  slant_error error;
} slant_batch;

/* One worker's tools. */
typedef struct slant_worker {
  slant_judge *judge;
  slant_parser *parser;
  const struct slant_input *parses; /* the input that the parser is for */
} slant_worker;

int slant_worker_new(slant_worker *worker, const slant_predictor *predictor, slant_error *error);
void slant_worker_free(slant_worker *worker);

/* Parses, judges and formats a batch. Bad records become error lines; a negative status is fatal (no memory). */
int slant_batch_judge(slant_batch *batch, slant_worker *worker, const slant_stream_options *options,
                      slant_error *error);
/* Ready for the next filling; memory is kept up to SLANT_BATCH_RETAINED. */
void slant_batch_reset(slant_batch *batch);
void slant_batch_free(slant_batch *batch);

/* An input that is being read: shared by the reader and the batches that still need its parser. */
typedef struct slant_input {
  slant_source *source;
  uint32_t users; /* guarded by the stream's lock */
} slant_input;

#endif
