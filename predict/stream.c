#include <slant/stream.h>

#include "common/threads.h"
#include "predict/batch.h"
#include "predict/conveyor.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Raw bytes that wait for the workers: room for every batch of ordinary records, and for few that are huge. */
#define MAX_LOAD ((size_t)64 << 20)

typedef struct slant_stream {
  const slant_predictor *predictor;
  const slant_stream_options *options;
  slant_output_sink sink;
  void *sink_context;
  const slant_observer *observer;
  slant_stream_counts *counts;
  slant_batch_worker *workers; /* one a thread that judges */
  uint64_t total;              /* bytes of all inputs, 0: not known */

  /* the reader's own */
  const char *const *inputs;
  size_t n_inputs, n_opened;
  slant_source *source; /* of the input that was opened last; NULL: it is finished */
  uint64_t read_before; /* bytes of the inputs that are finished */
  int damage;           /* the source has failed behind the batch that was filled last */
  slant_error damage_error;
} slant_stream;

/* ---- the reader ---- */
static int open_next(slant_stream *stream, slant_error *error) {
  const char *path = stream->inputs[stream->n_opened];
  int status = slant_source_open(&stream->source, path, &stream->options->reader, error);
  if (status && error && !error->source[0]) slant_error_at(error, path, 0, 0);
  stream->n_opened++;
  return status;
}

static void close_source(slant_stream *stream) {
  if (!stream->source) return;
  stream->read_before += slant_source_size(stream->source);
  slant_source_close(stream->source);
  stream->source = NULL;
}

/* The batch belongs to the input that is open, with a parser that knows its header and names. */
static int begin_batch(slant_stream *stream, slant_batch *batch, slant_error *error) {
  batch->input = stream->n_opened;
  batch->file = stream->inputs[stream->n_opened - 1];
  if (batch->parses == batch->input) return SLANT_OK;
  slant_parser_free(batch->parser);
  batch->parser = NULL;
  batch->parses = 0;
  int status = slant_parser_new(&batch->parser, stream->source, error);
  if (!status) batch->parses = batch->input;
  return status;
}

/* Reads until the batch is full or the input ends. What a pipe or a terminal has sent is handed over before more is
 * waited for: whoever sends it may be waiting for the answer. Returns as slant_source_next. */
static int read_batch(slant_stream *stream, slant_batch *batch, slant_error *error) {
  bool live = slant_source_size(stream->source) == 0;
  int more = 1;
  while (more == 1 && !slant_batch_full(batch)) {
    slant_raw raw;
    if (live && batch->n_records && !slant_source_ready(stream->source)) break;
    more = slant_source_next(stream->source, &raw, error);
    if (more == 1 && !slant_batch_add(batch, &raw)) more = slant_fail(error, SLANT_E_MEMORY, "no memory for a record");
  }
  if (more < 0 && error && !error->source[0]) slant_error_at(error, batch->file, 0, 0);
  batch->progress = stream->read_before + slant_source_read(stream->source);
  return more;
}

static int fill(void *context, void *slot, size_t *load, slant_error *error) {
  slant_stream *stream = context;
  slant_batch *batch = slot;
  while (!stream->damage) {
    if (!stream->source && stream->n_opened == stream->n_inputs) return 0;
    int status = stream->source ? SLANT_OK : open_next(stream, error);
    if (!status) status = begin_batch(stream, batch, error);
    if (status) return status;
    int more = read_batch(stream, batch, &stream->damage_error);
    if (more != 1) close_source(stream);
    if (more < 0) stream->damage = more;
    *load = batch->bytes.len;
    if (batch->n_records) return 1;
  }
  if (error) *error = stream->damage_error;
  return stream->damage;
}

/* ---- the workers ---- */
static int work(void *context, void *slot, unsigned worker, slant_error *error) {
  const slant_stream *stream = context;
  return slant_batch_judge(slot, &stream->workers[worker], stream->options, error);
}

/* ---- the writer ---- */
static void add_counts(slant_stream_counts *sum, const slant_stream_counts *batch) {
  sum->records += batch->records;
  sum->errors += batch->errors;
  sum->judgements += batch->judgements;
  sum->text_bytes += batch->text_bytes;
  sum->invalid_utf8 += batch->invalid_utf8;
}

static int write_bytes(slant_stream *stream, const slant_buffer *bytes, slant_error *error) {
  return bytes->len ? stream->sink(stream->sink_context, bytes->data, bytes->len, error) : SLANT_OK;
}

static int report(const slant_stream *stream, uint64_t done, slant_error *error) {
  const slant_observer *observer = stream->observer;
  if (!observer || !observer->progress || !observer->progress(observer->context, "labelling", done, stream->total))
    return SLANT_OK;
  return slant_fail(error, SLANT_E_CANCELLED, "cancelled after %llu records",
                    (unsigned long long)stream->counts->records);
}

static int drain(void *context, void *slot, slant_error *error) {
  slant_stream *stream = context;
  slant_batch *batch = slot;
  int status = write_bytes(stream, &batch->out, error);
  if (!status) {
    add_counts(stream->counts, &batch->counts);
    status = report(stream, batch->progress, error);
  }
  slant_batch_reset(batch);
  return status;
}

/* ---- the run ---- */
/* Bytes of all inputs, 0 where one is no file. */
static uint64_t size_of_inputs(const char *const *inputs, size_t n) {
  uint64_t total = 0;
  for (size_t i = 0; i < n; i++) {
    struct stat info;
    if (strcmp(inputs[i], "-") == 0 || stat(inputs[i], &info) || !S_ISREG(info.st_mode)) return 0;
    total += (uint64_t)info.st_size;
  }
  return total;
}

static int write_header(slant_stream *stream, slant_error *error) {
  slant_buffer header = {0};
  slant_output_header(&header, (slant_output_format)stream->options->format);
  int status =
      header.failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for a header") : write_bytes(stream, &header, error);
  slant_buffer_free(&header);
  return status;
}

static int convey(slant_stream *stream, unsigned threads, slant_error *error) {
  size_t n_slots = slant_conveyor_slots(threads);
  slant_batch *batches = slant_alloc_zero(n_slots, sizeof *batches);
  int status = SLANT_OK;
  stream->workers = slant_alloc_zero(threads, sizeof *stream->workers);
  if (!batches || !stream->workers) status = slant_fail(error, SLANT_E_MEMORY, "no memory to label with");
  for (unsigned i = 0; !status && i < threads; i++)
    status = slant_batch_worker_init(&stream->workers[i], stream->predictor, error);
  slant_conveyor_plan plan = {.context = stream,
                              .fill = fill,
                              .work = work,
                              .drain = drain,
                              .slots = (char *)batches,
                              .n_slots = n_slots,
                              .slot_size = sizeof *batches,
                              .max_load = MAX_LOAD,
                              .threads = threads};
  if (!status) status = slant_conveyor_run(&plan, error);
  close_source(stream);
  for (unsigned i = 0; stream->workers && i < threads; i++) slant_batch_worker_free(&stream->workers[i]);
  for (size_t i = 0; batches && i < n_slots; i++) slant_batch_free(&batches[i]);
  free(stream->workers);
  free(batches);
  return status;
}

int slant_stream_run(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                     const slant_stream_options *options, slant_output_sink sink, void *context,
                     const slant_observer *observer, slant_stream_counts *counts, slant_error *error) {
  slant_stream_counts unused;
  slant_stream stream = {.predictor = predictor,
                         .options = options,
                         .sink = sink,
                         .sink_context = context,
                         .observer = observer,
                         .counts = counts ? counts : &unused,
                         .inputs = inputs,
                         .n_inputs = n_inputs,
                         .total = size_of_inputs(inputs, n_inputs)};
  *stream.counts = (slant_stream_counts){0};
  if (options->threads < 0 || options->threads > SLANT_CONVEYOR_MAX_THREADS)
    return slant_fail(error, SLANT_E_ARGUMENT, "threads must lie between 0 and %d", SLANT_CONVEYOR_MAX_THREADS);
  if (options->format != SLANT_OUTPUT_JSONL && options->format != SLANT_OUTPUT_CSV)
    return slant_fail(error, SLANT_E_ARGUMENT, "the output format is 0 (JSON lines) or 1 (CSV)");
  unsigned threads = options->threads ? (unsigned)options->threads : slant_cores();
  int status = write_header(&stream, error);
  return status ? status : convey(&stream, threads, error);
}
