#include "predict/batch.h"

#include <stdlib.h>

int slant_worker_new(slant_worker *worker, const slant_predictor *predictor, slant_error *error) {
  *worker = (slant_worker){0};
  return slant_judge_new(&worker->judge, predictor, error);
}

void slant_worker_free(slant_worker *worker) {
  slant_judge_free(worker->judge);
  slant_parser_free(worker->parser);
}

/* Parsers belong to an input: a CSV row means what its header says. */
static int use_parser_of(slant_worker *worker, const slant_input *input, slant_error *error) {
  if (worker->parses == input) return SLANT_OK;
  slant_parser_free(worker->parser);
  worker->parser = NULL;
  worker->parses = NULL;
  int status = slant_parser_new(&worker->parser, input->source, error);
  if (!status) worker->parses = input;
  return status;
}

static int judge_record(slant_worker *worker, const slant_batch *batch, const slant_batch_record *entry,
                        slant_record *record, slant_result *result, slant_error *error) {
  slant_raw raw = {{batch->bytes.data + entry->at, entry->len}, entry->line, entry->status};
  int status = slant_parser_parse(worker->parser, &raw, record, error);
  if (status) return status;
  status = slant_judge_record(worker->judge, record, &result->judgements, &result->n_judgements, error);
  result->repaired = record->repaired + slant_judge_repaired(worker->judge);
  return status;
}

int slant_batch_judge(slant_batch *batch, slant_worker *worker, const slant_stream_options *options,
                      slant_error *error) {
  int status = use_parser_of(worker, batch->input, error);
  for (uint32_t i = 0; !status && !batch->stopped && i < batch->n_records; i++) {
    const slant_batch_record *entry = &batch->records[i];
    slant_record record = {.line = entry->line};
    slant_error fault = {0};
    slant_result result = {.record = &record};
    int outcome = judge_record(worker, batch, entry, &record, &result, &fault);
    if (outcome == SLANT_E_MEMORY) {
      status = slant_fail(error, SLANT_E_MEMORY, "%s", fault.message);
      break;
    }
    batch->counts.records++;
    batch->counts.text_bytes += record.text.len;
    batch->counts.invalid_utf8 += result.repaired;
    if (outcome) {
      slant_error_at(&fault, slant_source_name(batch->input->source), entry->line, 0);
      result.error = &fault;
      result.n_judgements = 0;
      batch->counts.errors++;
      batch->stopped = options->stop != 0;
      batch->error = fault;
    }
    batch->counts.judgements += result.n_judgements;
    slant_output_result(&batch->out, (slant_output_format)options->format, options->evidence, &result);
  }
  if (!status && batch->out.failed) status = slant_fail(error, SLANT_E_MEMORY, "no memory for a line of output");
  return status;
}

static void shrink(slant_buffer *buffer) {
  if (buffer->capacity > SLANT_BATCH_RETAINED) slant_buffer_free(buffer);
  slant_buffer_clear(buffer);
}

void slant_batch_reset(slant_batch *batch) {
  shrink(&batch->bytes);
  shrink(&batch->out);
  batch->input = NULL;
  batch->n_records = 0;
  batch->counts = (slant_stream_counts){0};
  batch->stopped = false;
}

void slant_batch_free(slant_batch *batch) {
  slant_buffer_free(&batch->bytes);
  slant_buffer_free(&batch->out);
}
