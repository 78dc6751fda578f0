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
  int64_t threads;   /* that judge; 0: one a core. More than one: reading has a further thread, and decompression one
                        more; writing is the caller's */
  int format;        /* 0 JSONL, 1 CSV, 2 counts (slant/tally.h): in place of a line a record, one table at the end */
  int evidence;      /* 1: list the mentions */
  int stop;          /* 1: the first bad record ends the run (--on-error stop) */
  int compress;      /* 0 by the output file's name, 1 no, 2 gzip, 3 zstd: members or frames of 1 MiB of lines */
  const char *shard; /* "2/8": the second of eight parts of the input; NULL: all of it */
  int shard_by;      /* 0: part i of n has records i, i+n, i+2n, … of all inputs; 1: inputs i, i+n, … */
  int date;          /* of counts: 0 day, 1 month, 2 year are told apart */
  slant_reader_options reader;
} slant_stream_options;

extern const slant_option slant_stream_option_table[]; /* all of these but the reader's */

typedef struct slant_stream_counts {
  uint64_t records, errors, judgements, text_bytes, invalid_utf8;
  uint64_t abstained; /* judgements whose label is not given */
} slant_stream_counts;

/* Takes finished output in order; a negative return stops the run. Never called from two threads at once. */
typedef int (*slant_output_sink)(void *context, const char *bytes, size_t len, slant_error *error);

/* Labels all `inputs` (paths, "-" for standard input) in order: one line out for each record in, the same bytes
 * whatever the number of threads. Of CSV, only the first shard has the header row, so that the shards' outputs one
 * behind the other are a table. Returns 0 also when records were bad (counts->errors; counts may be NULL). A run that
 * ends early has written whole lines of all that comes before: SLANT_E_IO or SLANT_E_FORMAT for an input, which the
 * error names; the status of the first bad record where `stop` is set; SLANT_E_CANCELLED by the observer; what the sink
 * returned. Records of a pipe are labelled as they arrive. A call that gives up comes back when the read that is under
 * way does.
 */
int slant_stream_run(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                     const slant_stream_options *options, slant_output_sink sink, void *context,
                     const slant_observer *observer, slant_stream_counts *counts, slant_error *error);

/* The same into a file, which appears under its name when it is complete.
 *
 * Where all inputs are regular files the run can be resumed: until it ends, its lines are in PATH.partial, and in
 * PATH.journal how far it has come. They stay behind when the process dies, the disk is full, memory is short or the
 * observer cancels; slant_stream_left() then says so. The same call with `resume` goes on from there, and the file is
 * the same, byte for byte, as that of a run without interruption; without unfinished files it begins. The journal
 * holds the size and time of every input, a digest of the bundle and of the dictionary, and the options (not the
 * threads); SLANT_E_ARGUMENT where they have changed, or where unfinished files are there and `resume` is 0, or where
 * `resume` is set and an input is a pipe. A failure that a second try would meet again (`stop` at a bad record) leaves
 * nothing behind. */
int slant_stream_to_file(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                         const slant_stream_options *options, const char *path, int resume,
                         const slant_observer *observer, slant_stream_counts *counts, slant_error *error);
/* Whether there is an unfinished run of this output file. */
int slant_stream_left(const char *path);

#ifdef __cplusplus
}
#endif
#endif
