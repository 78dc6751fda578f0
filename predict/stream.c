#include "predict/stream_run.h"

#include "common/threads.h"
#include "predict/batch.h"
#include "predict/conveyor.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Raw bytes that wait for the workers: room for every batch of ordinary records, and for few that are huge. */
#define MAX_LOAD ((size_t)64 << 20)

typedef struct slant_stream {
  const slant_stream_plan *plan;
  slant_batch_worker *workers; /* one a thread that judges */
  uint64_t total;              /* bytes of all inputs, 0: not known */

  /* of whoever fills a batch */
  slant_reader_options reader;
  size_t n_opened;
  slant_source *source; /* of the input that was opened last; NULL: it is finished */
  uint64_t read_before; /* bytes of the inputs that are finished */
  uint64_t ordinal;     /* records read so far */
  int damage;           /* the source has failed behind the batch that was filled last */
  slant_error damage_error;
} slant_stream;

/* ---- reading ---- */
static uint64_t size_of(const char *path) {
  struct stat info;
  return strcmp(path, "-") == 0 || stat(path, &info) || !S_ISREG(info.st_mode) ? 0 : (uint64_t)info.st_size;
}

/* Whether the input, number n from 0, is for this run: it is in its shard, and no earlier run has finished it. */
static bool wanted(const slant_stream_plan *plan, size_t n) {
  if (plan->shard.by_file && n % plan->shard.count != plan->shard.index) return false;
  return n + 1 >= plan->start.mark.input;
}

/* Goes behind the last record that an earlier run has labelled. */
static int skip_done(slant_stream *stream, slant_error *error) {
  const slant_mark *mark = &stream->plan->start.mark;
  slant_raw raw;
  int status = slant_source_seek(stream->source, mark->byte, mark->line, error);
  if (status) return status;
  int more = slant_source_next(stream->source, &raw, error);
  if (more == 0) return slant_fail(error, SLANT_E_IO, "the input ends before the record that was labelled last");
  return more < 0 ? more : SLANT_OK;
}

/* Opens the next input that is wanted; none: n_opened has reached their number. */
static int open_next(slant_stream *stream, slant_error *error) {
  const slant_stream_plan *plan = stream->plan;
  for (; stream->n_opened < plan->n_inputs && !wanted(plan, stream->n_opened); stream->n_opened++)
    stream->read_before += size_of(plan->inputs[stream->n_opened]);
  if (stream->n_opened == plan->n_inputs) return SLANT_OK;
  const char *path = plan->inputs[stream->n_opened++];
  int status = slant_source_open(&stream->source, path, &stream->reader, error);
  if (!status && stream->n_opened == plan->start.mark.input) status = skip_done(stream, error);
  if (status && error && !error->source[0]) slant_error_at(error, path, 0, 0);
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
  batch->file = stream->plan->inputs[stream->n_opened - 1];
  if (batch->parses == batch->input) return SLANT_OK;
  slant_parser_free(batch->parser);
  batch->parser = NULL;
  batch->parses = 0;
  int status = slant_parser_new(&batch->parser, stream->source, error);
  if (!status) batch->parses = batch->input;
  return status;
}

/* Whether the record that was read last is in another shard. */
static bool skipped(slant_stream *stream) {
  const slant_shard *shard = &stream->plan->shard;
  return stream->ordinal++ % shard->count != shard->index && !shard->by_file;
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
    if (more != 1 || skipped(stream)) continue;
    if (!slant_batch_add(batch, &raw)) more = slant_fail(error, SLANT_E_MEMORY, "no memory for a record");
    batch->mark = (slant_mark){stream->n_opened, slant_source_bytes(stream->source), raw.line, stream->ordinal};
  }
  if (more < 0 && error && !error->source[0]) slant_error_at(error, batch->file, 0, 0);
  batch->progress = stream->read_before + slant_source_read(stream->source);
  return more;
}

static int fill(void *context, void *slot, size_t *load, slant_error *error) {
  slant_stream *stream = context;
  slant_batch *batch = slot;
  while (!stream->damage) {
    int status = stream->source ? SLANT_OK : open_next(stream, error);
    if (!status && !stream->source) return 0;
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
  return slant_batch_judge(slot, &stream->workers[worker], stream->plan->options, error);
}

/* ---- the writer ---- */
static void add_counts(slant_stream_counts *sum, const slant_stream_counts *batch) {
  sum->records += batch->records;
  sum->errors += batch->errors;
  sum->judgements += batch->judgements;
  sum->text_bytes += batch->text_bytes;
  sum->invalid_utf8 += batch->invalid_utf8;
  sum->abstained += batch->abstained;
}

static int report(const slant_stream *stream, uint64_t done, slant_error *error) {
  const slant_observer *observer = stream->plan->observer;
  if (!observer || !observer->progress || !observer->progress(observer->context, "labelling", done, stream->total))
    return SLANT_OK;
  return slant_fail(error, SLANT_E_CANCELLED, "cancelled after %llu records",
                    (unsigned long long)stream->plan->counts->records);
}

static int drain(void *context, void *slot, slant_error *error) {
  slant_stream *stream = context;
  slant_batch *batch = slot;
  const slant_stream_plan *plan = stream->plan;
  slant_stream_counts counts = *plan->counts;
  add_counts(&counts, &batch->counts);
  int status = slant_outlet_put(plan->outlet, &batch->out, batch->table, &batch->mark, &counts, error);
  if (!status) {
    *plan->counts = counts;
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

static int put_header(const slant_stream_plan *plan, slant_error *error) {
  slant_buffer header = {0};
  if (plan->start.written || plan->shard.index) return SLANT_OK;
  slant_output_header(&header, (slant_output_format)plan->options->format);
  int status = header.failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for a header") : SLANT_OK;
  if (!status && header.len)
    status = slant_outlet_put(plan->outlet, &header, NULL, &plan->start.mark, plan->counts, error);
  slant_buffer_free(&header);
  return status;
}

int slant_stream_convey(const slant_stream_plan *plan, slant_error *error) {
  unsigned threads = plan->options->threads ? (unsigned)plan->options->threads : slant_cores();
  size_t n_slots = slant_conveyor_slots(threads);
  slant_batch *batches = slant_alloc_zero(n_slots, sizeof *batches);
  slant_stream stream = {.plan = plan,
                         .workers = slant_alloc_zero(threads, sizeof *stream.workers),
                         .total = size_of_inputs(plan->inputs, plan->n_inputs),
                         .reader = plan->options->reader,
                         .ordinal = plan->start.mark.ordinal};
  stream.reader.ahead = threads > 1;
  *plan->counts = plan->start.counts;
  int status = put_header(plan, error);
  if (!status && (!batches || !stream.workers)) status = slant_fail(error, SLANT_E_MEMORY, "no memory to label with");
  for (unsigned i = 0; !status && i < threads; i++)
    status = slant_batch_worker_init(&stream.workers[i], plan->predictor, error);
  slant_conveyor_plan conveyor = {.context = &stream,
                                  .fill = fill,
                                  .work = work,
                                  .drain = drain,
                                  .slots = (char *)batches,
                                  .n_slots = n_slots,
                                  .slot_size = sizeof *batches,
                                  .max_load = MAX_LOAD,
                                  .threads = threads};
  if (!status) status = slant_conveyor_run(&conveyor, error);
  close_source(&stream);
  for (unsigned i = 0; stream.workers && i < threads; i++) slant_batch_worker_free(&stream.workers[i]);
  for (size_t i = 0; batches && i < n_slots; i++) slant_batch_free(&batches[i]);
  free(stream.workers);
  free(batches);
  return status;
}

int slant_stream_run(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                     const slant_stream_options *options, slant_output_sink sink, void *context,
                     const slant_observer *observer, slant_stream_counts *counts, slant_error *error) {
  slant_stream_counts unused;
  slant_outlet outlet;
  slant_stream_plan plan = {.predictor = predictor,
                            .inputs = inputs,
                            .n_inputs = n_inputs,
                            .options = options,
                            .outlet = &outlet,
                            .observer = observer,
                            .counts = counts ? counts : &unused};
  *plan.counts = (slant_stream_counts){0};
  int status = slant_stream_options_check(options, &plan.shard, error);
  if (status) return status;
  status = slant_outlet_open(&outlet, sink, context, NULL, slant_stream_packing(options, NULL),
                             options->format == SLANT_OUTPUT_COUNTS, error);
  if (!status) status = slant_stream_convey(&plan, error);
  if (!status) status = slant_outlet_end(&outlet, true, error);
  slant_outlet_close(&outlet);
  return status;
}
