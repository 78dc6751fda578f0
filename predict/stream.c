/*
 * Reader → workers → ordered writer, over a ring of batches. The reader fills batch n, any worker judges it, the
 * calling thread writes it; a batch is free again once written, so the ring bounds memory and a slow output holds the
 * reader back. With one thread everything happens in the calling thread, a batch at a time.
 */
#include <slant/stream.h>

#include "predict/batch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_WORKERS = 256 };

typedef enum slant_slot_state { SLOT_FREE, SLOT_FILLED, SLOT_TAKEN, SLOT_JUDGED } slant_slot_state;

typedef struct slant_ring_slot {
  slant_batch batch;
  slant_slot_state state;
} slant_ring_slot;

typedef struct slant_stream {
  const slant_predictor *predictor;
  const slant_stream_options *options;
  slant_output_sink sink;
  void *sink_context;
  const slant_observer *observer;
  slant_stream_counts *counts;

  /* the reader's own */
  const char *const *inputs;
  size_t n_inputs, next_input;
  slant_input *input;
  uint64_t read_before; /* bytes of the inputs that are finished */
  uint64_t total;       /* bytes of all inputs, 0: not known */

  /* shared, guarded by lock */
  pthread_mutex_t lock;
  pthread_cond_t filled, judged, freed;
  slant_ring_slot *slots;
  size_t n_slots;
  uint64_t n_filled, n_taken; /* batches filled and taken since the start */
  bool end;                   /* nothing more will be filled */
  bool stop;                  /* give up: an error, or the output is gone */
  int read_status, work_status;
  slant_error read_error, work_error;
} slant_stream;

/* ---- inputs ---- */
static void input_release(slant_stream *stream, slant_input *input) {
  pthread_mutex_lock(&stream->lock);
  bool last = input && --input->users == 0;
  pthread_mutex_unlock(&stream->lock);
  if (!last) return;
  slant_source_close(input->source);
  free(input);
}

static int open_next_input(slant_stream *stream, slant_error *error) {
  slant_input *input = slant_alloc_zero(1, sizeof *input);
  if (!input) return slant_fail(error, SLANT_E_MEMORY, "no memory to read an input");
  int status = slant_source_open(&input->source, stream->inputs[stream->next_input], &stream->options->reader, error);
  if (status) {
    free(input);
    return status;
  }
  input->users = 1;
  stream->input = input;
  stream->next_input++;
  return SLANT_OK;
}

static void close_input(slant_stream *stream) {
  stream->read_before += slant_source_size(stream->input->source);
  input_release(stream, stream->input);
  stream->input = NULL;
}

static uint64_t size_of_inputs(const char *const *inputs, size_t n) {
  uint64_t total = 0;
  for (size_t i = 0; i < n; i++) {
    struct stat info;
    if (stat(inputs[i], &info) || !S_ISREG(info.st_mode)) return 0;
    total += (uint64_t)info.st_size;
  }
  return total;
}

/* ---- filling ---- */
static bool add_raw(slant_batch *batch, const slant_raw *raw) {
  batch->records[batch->n_records++] = (slant_batch_record){batch->bytes.len, raw->bytes.len, raw->line, raw->status};
  slant_buffer_str(&batch->bytes, raw->bytes);
  return !batch->bytes.failed;
}

/* 1: the batch holds something; 0: no more input; negative: the input is damaged (the batch may hold what came before).
 */
static int fill(slant_stream *stream, slant_batch *batch, slant_error *error) {
  for (;;) {
    if (!stream->input) {
      if (stream->next_input == stream->n_inputs) return 0;
      int status = open_next_input(stream, error);
      if (status) return status;
    }
    int more = 1;
    while (more == 1 && batch->n_records < SLANT_BATCH_RECORDS && batch->bytes.len < SLANT_BATCH_BYTES) {
      slant_raw raw;
      more = slant_source_next(stream->input->source, &raw, error);
      if (more == 1 && !add_raw(batch, &raw)) more = slant_fail(error, SLANT_E_MEMORY, "no memory for a record");
    }
    batch->progress = stream->read_before + slant_source_read(stream->input->source);
    if (batch->n_records) {
      batch->input = stream->input;
      pthread_mutex_lock(&stream->lock);
      batch->input->users++;
      pthread_mutex_unlock(&stream->lock);
    }
    if (more != 1) close_input(stream);
    if (more < 0) return more;
    if (batch->n_records) return 1;
  }
}

/* ---- writing ---- */
static void add_counts(slant_stream_counts *sum, const slant_stream_counts *batch) {
  sum->records += batch->records;
  sum->errors += batch->errors;
  sum->judgements += batch->judgements;
  sum->text_bytes += batch->text_bytes;
  sum->invalid_utf8 += batch->invalid_utf8;
}

static int write_batch(slant_stream *stream, const slant_batch *batch, slant_error *error) {
  int status = stream->sink(stream->sink_context, batch->out.data, batch->out.len, error);
  add_counts(stream->counts, &batch->counts);
  if (!status && batch->stopped) {
    if (error) *error = batch->error;
    status = batch->error.code;
  }
  const slant_observer *observer = stream->observer;
  if (!status && observer && observer->progress &&
      observer->progress(observer->context, "labelling", batch->progress, stream->total))
    status =
        slant_fail(error, SLANT_E_CANCELLED, "stopped after %llu records", (unsigned long long)stream->counts->records);
  return status;
}

static int write_header(slant_stream *stream, slant_error *error) {
  slant_buffer header = {0};
  slant_output_header(&header, (slant_output_format)stream->options->format);
  int status = header.len ? stream->sink(stream->sink_context, header.data, header.len, error) : SLANT_OK;
  slant_buffer_free(&header);
  return status;
}

/* ---- one thread ---- */
static int run_alone(slant_stream *stream, slant_error *error) {
  slant_worker worker;
  slant_batch *batch = slant_alloc_zero(1, sizeof *batch);
  if (!batch) return slant_fail(error, SLANT_E_MEMORY, "no memory to label with");
  int status = slant_worker_new(&worker, stream->predictor, error), more = 1;
  slant_error damage = {0};
  while (!status && more == 1) {
    more = fill(stream, batch, &damage);
    if (batch->n_records) {
      status = slant_batch_judge(batch, &worker, stream->options, error);
      if (!status) status = write_batch(stream, batch, error);
    }
    if (batch->input) input_release(stream, batch->input);
    slant_batch_reset(batch);
  }
  if (!status && more < 0) {
    status = more;
    if (error) *error = damage;
  }
  if (stream->input) close_input(stream);
  slant_worker_free(&worker);
  slant_batch_free(batch);
  free(batch);
  return status;
}

/* ---- many threads ---- */
static void give_up(slant_stream *stream) {
  pthread_mutex_lock(&stream->lock);
  stream->stop = true;
  pthread_cond_broadcast(&stream->filled);
  pthread_cond_broadcast(&stream->judged);
  pthread_cond_broadcast(&stream->freed);
  pthread_mutex_unlock(&stream->lock);
}

static void *read_inputs(void *argument) {
  slant_stream *stream = argument;
  for (int more = 1; more == 1;) {
    slant_ring_slot *slot = &stream->slots[stream->n_filled % stream->n_slots];
    pthread_mutex_lock(&stream->lock);
    while (slot->state != SLOT_FREE && !stream->stop) pthread_cond_wait(&stream->freed, &stream->lock);
    bool stop = stream->stop;
    pthread_mutex_unlock(&stream->lock);
    if (stop) break;
    slant_error error = {0};
    more = fill(stream, &slot->batch, &error);
    pthread_mutex_lock(&stream->lock);
    if (slot->batch.n_records) {
      slot->state = SLOT_FILLED;
      stream->n_filled++;
    }
    if (more < 0) {
      stream->read_status = more;
      stream->read_error = error;
    }
    stream->end = more != 1;
    pthread_cond_broadcast(&stream->filled);
    if (stream->end) pthread_cond_broadcast(&stream->judged);
    pthread_mutex_unlock(&stream->lock);
  }
  if (stream->input) close_input(stream);
  return NULL;
}

/* The next filled batch in order, or NULL when there will be none. */
static slant_ring_slot *take_filled(slant_stream *stream) {
  slant_ring_slot *slot = NULL;
  pthread_mutex_lock(&stream->lock);
  while (stream->n_taken == stream->n_filled && !stream->end && !stream->stop)
    pthread_cond_wait(&stream->filled, &stream->lock);
  if (!stream->stop && stream->n_taken < stream->n_filled) {
    slot = &stream->slots[stream->n_taken++ % stream->n_slots];
    slot->state = SLOT_TAKEN;
  }
  pthread_mutex_unlock(&stream->lock);
  return slot;
}

static void *judge_batches(void *argument) {
  slant_stream *stream = argument;
  slant_worker worker;
  slant_error error = {0};
  int status = slant_worker_new(&worker, stream->predictor, &error);
  slant_ring_slot *slot;
  while (!status && (slot = take_filled(stream))) {
    status = slant_batch_judge(&slot->batch, &worker, stream->options, &error);
    pthread_mutex_lock(&stream->lock);
    slot->state = SLOT_JUDGED;
    pthread_cond_broadcast(&stream->judged);
    pthread_mutex_unlock(&stream->lock);
  }
  slant_worker_free(&worker);
  if (status) {
    pthread_mutex_lock(&stream->lock);
    stream->work_status = status;
    stream->work_error = error;
    pthread_mutex_unlock(&stream->lock);
    give_up(stream);
  }
  return NULL;
}

/* The batch with number n once it is judged; NULL: there is none, or the run is given up. */
static slant_ring_slot *wait_judged(slant_stream *stream, uint64_t n) {
  slant_ring_slot *slot = &stream->slots[n % stream->n_slots];
  pthread_mutex_lock(&stream->lock);
  while (!stream->stop && !(n < stream->n_filled && slot->state == SLOT_JUDGED) &&
         !(stream->end && n >= stream->n_filled))
    pthread_cond_wait(&stream->judged, &stream->lock);
  bool there = !stream->stop && n < stream->n_filled;
  pthread_mutex_unlock(&stream->lock);
  return there ? slot : NULL;
}

static int write_in_order(slant_stream *stream, slant_error *error) {
  int status = SLANT_OK;
  slant_ring_slot *slot;
  for (uint64_t n = 0; !status && (slot = wait_judged(stream, n)); n++) {
    status = write_batch(stream, &slot->batch, error);
    input_release(stream, slot->batch.input);
    slant_batch_reset(&slot->batch);
    pthread_mutex_lock(&stream->lock);
    slot->state = SLOT_FREE;
    pthread_cond_signal(&stream->freed);
    pthread_mutex_unlock(&stream->lock);
  }
  return status;
}

static int run_threads(slant_stream *stream, unsigned workers, slant_error *error) {
  pthread_t reader, handles[MAX_WORKERS];
  unsigned started = 0;
  stream->n_slots = 2 * (size_t)workers + 2;
  stream->slots = slant_alloc_zero(stream->n_slots, sizeof *stream->slots);
  if (!stream->slots) return slant_fail(error, SLANT_E_MEMORY, "no memory to label with");
  if (pthread_create(&reader, NULL, read_inputs, stream)) {
    free(stream->slots);
    return run_alone(stream, error);
  }
  while (started < workers && !pthread_create(&handles[started], NULL, judge_batches, stream)) started++;
  int status = started ? write_in_order(stream, error)
                       : slant_fail(error, SLANT_E_MEMORY, "no thread could be started; try --threads 1");
  if (status || !started) give_up(stream);
  for (unsigned i = 0; i < started; i++) pthread_join(handles[i], NULL);
  pthread_join(reader, NULL);
  if (!status && stream->work_status) {
    status = stream->work_status;
    if (error) *error = stream->work_error;
  }
  if (!status && stream->read_status) {
    status = stream->read_status;
    if (error) *error = stream->read_error;
  }
  for (size_t i = 0; i < stream->n_slots; i++) {
    if (stream->slots[i].batch.input) input_release(stream, stream->slots[i].batch.input);
    slant_batch_free(&stream->slots[i].batch);
  }
  free(stream->slots);
  return status;
}

int slant_stream_run(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                     const slant_stream_options *options, slant_output_sink sink, void *context,
                     const slant_observer *observer, slant_stream_counts *counts, slant_error *error) {
  slant_stream stream = {.predictor = predictor,
                         .options = options,
                         .sink = sink,
                         .sink_context = context,
                         .observer = observer,
                         .counts = counts,
                         .inputs = inputs,
                         .n_inputs = n_inputs,
                         .total = size_of_inputs(inputs, n_inputs),
                         .lock = PTHREAD_MUTEX_INITIALIZER,
                         .filled = PTHREAD_COND_INITIALIZER,
                         .judged = PTHREAD_COND_INITIALIZER,
                         .freed = PTHREAD_COND_INITIALIZER};
  *counts = (slant_stream_counts){0};
  int status = write_header(&stream, error);
  unsigned workers = options->threads > MAX_WORKERS ? MAX_WORKERS : (unsigned)options->threads;
  if (!status) status = workers > 1 ? run_threads(&stream, workers, error) : run_alone(&stream, error);
  pthread_mutex_destroy(&stream.lock);
  pthread_cond_destroy(&stream.filled);
  pthread_cond_destroy(&stream.judged);
  pthread_cond_destroy(&stream.freed);
  return status;
}
