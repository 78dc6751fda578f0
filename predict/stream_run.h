/* One run of a stream, wherever its lines go. Private to predict. */
#ifndef SLANT_PREDICT_STREAM_RUN_H
#define SLANT_PREDICT_STREAM_RUN_H

#include "predict/outlet.h"
#include "predict/stream_options.h"

typedef struct slant_stream_plan {
  const slant_predictor *predictor;
  const char *const *inputs;
  size_t n_inputs;
  const slant_stream_options *options;
  slant_shard shard;
  slant_journal_entry start; /* what an earlier run has done; all 0: nothing */
  slant_outlet *outlet;
  const slant_observer *observer;
  slant_stream_counts *counts; /* of this run and the earlier one */
} slant_stream_plan;

int slant_stream_convey(const slant_stream_plan *plan, slant_error *error);

#endif
