#include "predict/batch.h"

#include <stdlib.h>

int slant_batch_worker_init(slant_batch_worker *worker, const slant_predictor *predictor, slant_error *error) {
  worker->predictor = predictor;
  return slant_judge_new(&worker->judge, predictor, error);
}

void slant_batch_worker_free(slant_batch_worker *worker) {
  slant_judge_free(worker->judge);
  slant_arena_free(&worker->arena);
  slant_buffer_free(&worker->text);
  free(worker->asked);
  worker->judge = NULL;
  worker->asked = NULL;
  worker->asked_capacity = 0;
}

bool slant_batch_add(slant_batch *batch, const slant_raw *raw) {
  batch->records[batch->n_records++] = (slant_batch_record){batch->bytes.len, raw->bytes.len, raw->line, raw->status};
  slant_buffer_str(&batch->bytes, raw->bytes);
  return slant_buffer_reserve(&batch->bytes, SLANT_RAW_PADDING);
}

bool slant_batch_full(const slant_batch *batch) {
  return batch->n_records == SLANT_BATCH_RECORDS || batch->bytes.len >= SLANT_BATCH_BYTES;
}

/* ---- parsing ---- */
static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the records of a batch");
}

static bool keep(slant_batch_worker *worker, slant_str *text) {
  if (text->len && !(text->ptr = slant_arena_copy(&worker->arena, *text))) return false;
  return true;
}

/* Takes over what the output needs of a record, and what is asked about its text: the parser's strings are good until
 * its next call only. */
static bool keep_record(slant_batch_worker *worker, slant_record *kept, const slant_record *record) {
  *kept = *record;
  kept->text = (slant_str){0};
  kept->labels = NULL;
  kept->kept = NULL;
  return keep(worker, &kept->id) && keep(worker, &kept->date) && keep(worker, &kept->source);
}

static bool add_text(slant_batch_worker *worker, const slant_record *record) {
  slant_buffer_str(&worker->text, record->text);
  for (size_t i = 0; i < record->n_labels; i++) {
    if (!slant_grow(&worker->asked, &worker->asked_capacity, worker->n_asked, sizeof *worker->asked)) return false;
    slant_label *label = &worker->asked[worker->n_asked++];
    *label = record->labels[i];
    label->label = (slant_str){0};
    if (!keep(worker, &label->actor) || !keep(worker, &label->task)) return false;
  }
  worker->n_parsed++;
  worker->offsets[worker->n_parsed] = worker->text.len;
  worker->asked_offsets[worker->n_parsed] = worker->n_asked;
  return !worker->text.failed;
}

static int parse_record(const slant_batch *batch, uint32_t i, slant_batch_worker *worker, slant_error *error) {
  const slant_batch_record *entry = &batch->records[i];
  slant_raw raw = {{batch->bytes.data + entry->at, entry->len},
                   entry->line,
                   entry->status,
                   batch->bytes.capacity - entry->at - entry->len};
  slant_record record = {.line = entry->line};
  slant_error fault = {0};
  int status = slant_parser_parse(batch->parser, &raw, &record, &fault);
  worker->faults[i] = NULL;
  if (status == SLANT_E_MEMORY || !keep_record(worker, &worker->records[i], &record)) return no_memory(error);
  if (!status) return add_text(worker, &record) ? SLANT_OK : no_memory(error);
  worker->faults[i] = slant_arena_alloc(&worker->arena, 1, sizeof fault);
  if (!worker->faults[i]) return no_memory(error);
  *worker->faults[i] = fault;
  return SLANT_OK;
}

/* ---- counts ---- */
static int count_labels(slant_batch *batch, const slant_result *result, int date_unit, slant_error *error) {
  char date[16];
  slant_tally_row count = {
      .source = result->record->source, .date = slant_tally_date(result->record->date, date_unit, date), .records = 1};
  int status = batch->table ? SLANT_OK : slant_tally_new(&batch->table, error);
  for (uint32_t j = 0; !status && j < result->n_judgements; j++) {
    const slant_judgement *judgement = &result->judgements[j];
    count.actor = judgement->actor;
    count.task = judgement->task;
    count.label = judgement->abstained ? (slant_str){0} : judgement->labels[judgement->label];
    count.mentions = judgement->n_mentions;
    status = slant_tally_add(batch->table, &count, error);
  }
  return status;
}

/* ---- lines ---- */
/* The line of record `i`, which is text `t` of the labelled ones. Returns what became of it: 0, or negative with
 * *fault. */
static int put_record(slant_batch *batch, uint32_t i, uint32_t t, const slant_batch_worker *worker,
                      const slant_judgements *judged, const slant_stream_options *options, slant_error *fault) {
  slant_result result = {.record = &worker->records[i]};
  const slant_error *why = worker->faults[i] ? worker->faults[i] : judged->errors[t];
  if (why) {
    *fault = *why;
    slant_error_at(fault, fault->source[0] ? NULL : batch->file, fault->line ? 0 : batch->records[i].line, 0);
    result.error = fault;
  } else {
    result.n_judgements = (uint32_t)(judged->offsets[t + 1] - judged->offsets[t]);
    if (result.n_judgements) result.judgements = judged->judgements + judged->offsets[t];
    result.repaired = worker->records[i].repaired + judged->repaired[t];
    batch->counts.text_bytes += worker->offsets[t + 1] - worker->offsets[t];
  }
  batch->counts.records++;
  batch->counts.errors += why != NULL;
  batch->counts.judgements += result.n_judgements;
  for (uint32_t j = 0; j < result.n_judgements; j++) batch->counts.abstained += result.judgements[j].abstained;
  batch->counts.invalid_utf8 += result.repaired;
  if (options->format == SLANT_OUTPUT_COUNTS) {
    int status = count_labels(batch, &result, options->date, fault);
    return why ? (int)why->code : status;
  }
  slant_output_result(&batch->out, (slant_output_format)options->format, options->evidence != 0, &result);
  return why ? (int)why->code : SLANT_OK;
}

static int put_records(slant_batch *batch, const slant_batch_worker *worker, const slant_judgements *judged,
                       const slant_stream_options *options, slant_error *error) {
  for (uint32_t i = 0, t = 0; i < batch->n_records; i++) {
    slant_error fault = {0};
    int status = put_record(batch, i, t, worker, judged, options, &fault);
    if (status == SLANT_E_MEMORY || (status && options->stop)) {
      if (error) *error = fault;
      return status;
    }
    t += !worker->faults[i];
  }
  return batch->out.failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for the lines of a batch") : SLANT_OK;
}

/* A huge record has made the worker's scratch huge: it begins anew. */
static int shrink(slant_batch_worker *worker, slant_error *error) {
  slant_batch_worker_free(worker);
  return slant_batch_worker_init(worker, worker->predictor, error);
}

int slant_batch_judge(slant_batch *batch, slant_batch_worker *worker, const slant_stream_options *options,
                      slant_error *error) {
  slant_judgements judged;
  int status = SLANT_OK;
  slant_arena_reset(&worker->arena);
  slant_buffer_clear(&worker->text);
  worker->n_parsed = 0;
  worker->n_asked = 0;
  for (uint32_t i = 0; !status && i < batch->n_records; i++) status = parse_record(batch, i, worker, error);
  if (status) return status;
  const slant_texts texts = {worker->n_parsed, worker->text.data, worker->offsets, worker->asked,
                             worker->asked ? worker->asked_offsets : NULL};
  status = slant_predictor_label_batch(worker->judge, &texts, &judged, error);
  if (!status) status = put_records(batch, worker, &judged, options, error);
  if (!status && batch->bytes.len > SLANT_BATCH_RETAINED) status = shrink(worker, error);
  return status;
}

static void empty(slant_buffer *buffer) {
  if (buffer->capacity > SLANT_BATCH_RETAINED) slant_buffer_free(buffer);
  slant_buffer_clear(buffer);
}

static void drop_parser(slant_batch *batch) {
  slant_parser_free(batch->parser);
  batch->parser = NULL;
  batch->parses = 0;
}

void slant_batch_reset(slant_batch *batch) {
  if (batch->bytes.len > SLANT_BATCH_RETAINED) drop_parser(batch);
  empty(&batch->bytes);
  empty(&batch->out);
  if (batch->table) slant_tally_clear(batch->table);
  batch->n_records = 0;
  batch->counts = (slant_stream_counts){0};
}

void slant_batch_free(slant_batch *batch) {
  drop_parser(batch);
  slant_buffer_free(&batch->bytes);
  slant_buffer_free(&batch->out);
  slant_tally_free(batch->table);
}
