#include "predict/batch.h"

bool slant_batch_add(slant_batch *batch, const slant_raw *raw) {
  batch->records[batch->n_records++] = (slant_batch_record){batch->bytes.len, raw->bytes.len, raw->line, raw->status};
  slant_buffer_str(&batch->bytes, raw->bytes);
  return !batch->bytes.failed;
}

bool slant_batch_full(const slant_batch *batch) {
  return batch->n_records == SLANT_BATCH_RECORDS || batch->bytes.len >= SLANT_BATCH_BYTES;
}

static int judge_record(slant_batch *batch, const slant_batch_record *entry, slant_judge *judge, slant_record *record,
                        slant_result *result, slant_error *error) {
  slant_raw raw = {{batch->bytes.data + entry->at, entry->len}, entry->line, entry->status};
  if (!entry->len) raw.bytes.ptr = "";
  int status = slant_parser_parse(batch->parser, &raw, record, error);
  if (status) return status;
  status = slant_judge_record(judge, record, &result->judgements, &result->n_judgements, error);
  if (!status) result->repaired = record->repaired + slant_judge_repaired(judge);
  return status;
}

/* One record and its line. Returns what became of it: 0, or negative with *fault. */
static int put_record(slant_batch *batch, const slant_batch_record *entry, slant_judge *judge,
                      const slant_stream_options *options, slant_error *fault) {
  slant_record record = {.line = entry->line};
  slant_result result = {.record = &record};
  int status = judge_record(batch, entry, judge, &record, &result, fault);
  if (status == SLANT_E_MEMORY) return status;
  if (status) {
    slant_error_at(fault, fault->source[0] ? NULL : batch->file, fault->line ? 0 : entry->line, 0);
    result.error = fault;
  }
  batch->counts.records++;
  batch->counts.errors += status != 0;
  batch->counts.judgements += result.n_judgements;
  batch->counts.text_bytes += status ? 0 : record.text.len;
  batch->counts.invalid_utf8 += result.repaired;
  slant_output_result(&batch->out, (slant_output_format)options->format, options->evidence != 0, &result);
  return status;
}

int slant_batch_judge(slant_batch *batch, slant_judge **judge, const slant_predictor *predictor,
                      const slant_stream_options *options, slant_error *error) {
  for (uint32_t i = 0; i < batch->n_records; i++) {
    slant_error fault = {0};
    int status = put_record(batch, &batch->records[i], *judge, options, &fault);
    if (status == SLANT_E_MEMORY || (status && options->stop)) {
      if (error) *error = fault;
      return status;
    }
    if (batch->records[i].len <= SLANT_BATCH_RETAINED) continue;
    slant_judge_free(*judge);
    status = slant_judge_new(judge, predictor, error);
    if (status) return status;
  }
  if (batch->out.failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for the lines of a batch");
  return SLANT_OK;
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
  batch->n_records = 0;
  batch->counts = (slant_stream_counts){0};
}

void slant_batch_free(slant_batch *batch) {
  drop_parser(batch);
  slant_buffer_free(&batch->bytes);
  slant_buffer_free(&batch->out);
}
