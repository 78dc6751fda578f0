/* Bulk prediction: a reader, workers and an ordered writer with bounded queues. Memory does not grow with the input. */
#ifndef SLANT_STREAM_H
#define SLANT_STREAM_H

#include <slant/observer.h>
#include <slant/predictor.h>
#include <slant/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_stream_options {
  int64_t threads; /* that judge; 0: one a core. More than one: reading has a further thread, writing is the caller's */
  int format;      /* 0 JSONL, 1 CSV */
  int evidence;    /* 1: list the mentions */
  int stop;        /* 1: the first bad record ends the run (--on-error stop) */
  slant_reader_options reader;
} slant_stream_options;

typedef struct slant_stream_counts {
  uint64_t records, errors, judgements, text_bytes, invalid_utf8;
} slant_stream_counts;

/* Takes finished output in order; a negative return stops the run. Never called from two threads at once. */
typedef int (*slant_output_sink)(void *context, const char *bytes, size_t len, slant_error *error);

/* Labels all `inputs` (paths, "-" for standard input) in order: one line out for each record in, the same bytes
 * whatever the number of threads. Returns 0 also when records were bad (counts->errors; counts may be NULL). A run that
 * ends early has written whole lines of all that comes before: SLANT_E_IO or SLANT_E_FORMAT for an input, which the
 * error names; the status of the first bad record where `stop` is set; SLANT_E_CANCELLED by the observer; what the sink
 * returned. Records of a pipe are labelled as they arrive. A call that gives up comes back when the read that is under
 * way does.
 */
int slant_stream_run(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                     const slant_stream_options *options, slant_output_sink sink, void *context,
                     const slant_observer *observer, slant_stream_counts *counts, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
