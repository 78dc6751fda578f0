#include "predict/outlet.h"

#include "common/clock.h"

/* Whether it is time: a kill costs a second at most. */
static bool is_due(const slant_outlet *outlet) {
  return slant_seconds() - outlet->flushed >= 1;
}

int slant_outlet_open(slant_outlet *out, slant_output_sink sink, void *context, slant_run_file *file,
                      slant_packing packing, bool counted, slant_error *error) {
  *out = (slant_outlet){.sink = sink, .context = context, .file = file, .flushed = slant_seconds()};
  int status = counted ? slant_tally_new(&out->table, error) : SLANT_OK;
  if (!status && packing != SLANT_PACK_NONE) status = slant_packer_new(&out->packer, packing, error);
  return status;
}

static int hand_on(slant_outlet *outlet, const slant_buffer *bytes, slant_error *error) {
  if (!bytes->len) return SLANT_OK;
  outlet->begun = true;
  if (!outlet->file) return outlet->sink(outlet->context, bytes->data, bytes->len, error);
  return slant_run_file_add(outlet->file, bytes->data, bytes->len, &outlet->mark, &outlet->counts, error);
}

static int flush(slant_outlet *outlet, slant_error *error) {
  const slant_buffer *bytes = &outlet->chunk;
  int status = outlet->table ? slant_tally_rows(outlet->table, &outlet->chunk, error) : SLANT_OK;
  if (outlet->table) slant_tally_clear(outlet->table);
  if (!status && outlet->packer) {
    slant_buffer_clear(&outlet->packed);
    bytes = &outlet->packed;
    status = slant_packer_add(outlet->packer, outlet->chunk.data, outlet->chunk.len, true, &outlet->packed, error);
  }
  if (!status) status = hand_on(outlet, bytes, error);
  slant_buffer_clear(&outlet->chunk);
  outlet->flushed = slant_seconds();
  return status;
}

/* Rows of a run file; the file's reader adds them up. */
static int put_counts(slant_outlet *outlet, const slant_tally *table, slant_error *error) {
  int status = slant_tally_merge(outlet->table, table, error);
  if (status || !outlet->file) return status;
  bool many = slant_tally_size(outlet->table) >= SLANT_OUTLET_COUNTS;
  return many || is_due(outlet) ? flush(outlet, error) : SLANT_OK;
}

int slant_outlet_put(slant_outlet *outlet, const slant_buffer *lines, const slant_tally *table, const slant_mark *mark,
                     const slant_stream_counts *counts, slant_error *error) {
  outlet->mark = *mark;
  outlet->counts = *counts;
  if (table) return put_counts(outlet, table, error);
  if (!outlet->file && !outlet->packer) return hand_on(outlet, lines, error); /* somebody may be waiting for it */
  slant_buffer_append(&outlet->chunk, lines->data, lines->len);
  if (outlet->chunk.failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for lines");
  bool full = outlet->chunk.len >= SLANT_OUTLET_CHUNK;
  bool slow = !outlet->packer && outlet->chunk.len && is_due(outlet);
  return full || slow ? flush(outlet, error) : SLANT_OK;
}

static int append(void *context, const char *bytes, size_t len, slant_error *error) {
  slant_buffer *chunk = context;
  slant_buffer_append(chunk, bytes, len);
  return chunk->failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for counts") : SLANT_OK;
}

/* The whole table, with its header, for the sink. */
static int put_table(slant_outlet *outlet, slant_error *error) {
  int status = slant_tally_write(outlet->table, append, &outlet->chunk, error);
  slant_tally_clear(outlet->table);
  return status ? status : flush(outlet, error);
}

int slant_outlet_end(slant_outlet *outlet, bool finished, slant_error *error) {
  if (outlet->packer && !finished && outlet->file) return SLANT_OK; /* the chunk is not whole */
  if (outlet->table && !outlet->file) return put_table(outlet, error);
  if (outlet->table) return flush(outlet, error);
  bool empty_frame = outlet->packer && finished && !outlet->begun; /* else no gzip or zstd file at all */
  return outlet->chunk.len || empty_frame ? flush(outlet, error) : SLANT_OK;
}

void slant_outlet_close(slant_outlet *outlet) {
  slant_packer_free(outlet->packer);
  slant_tally_free(outlet->table);
  slant_buffer_free(&outlet->chunk);
  slant_buffer_free(&outlet->packed);
}
