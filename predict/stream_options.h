/* What the options of a stream mean. Private to predict. */
#ifndef SLANT_PREDICT_STREAM_OPTIONS_H
#define SLANT_PREDICT_STREAM_OPTIONS_H

#include "common/memory.h"

#include <slant/pack.h>
#include <slant/stream.h>

/* This run's part of the input: number `index` of `count`, from 0. */
typedef struct slant_shard {
  uint64_t index, count;
  bool by_file;
} slant_shard;

/* Checks all options. SLANT_E_ARGUMENT. */
int slant_stream_options_check(const slant_stream_options *options, slant_shard *shard, slant_error *error);
/* `path` NULL: a sink. */
slant_packing slant_stream_packing(const slant_stream_options *options, const char *path);
/* A line `option NAME VALUE` for each row that the output depends on: all but the threads. */
void slant_options_describe(slant_buffer *out, const slant_option *table, const void *options);

#endif
