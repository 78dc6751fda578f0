#include "predict/outlet.h"

#include <time.h>

static int64_t now(void) {
  struct timespec time = {0};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

int slant_outlet_open(slant_outlet *out, slant_output_sink sink, void *context, slant_run_file *file,
                      slant_packing packing, slant_error *error) {
  *out = (slant_outlet){.sink = sink, .context = context, .file = file, .flushed = now()};
  return packing == SLANT_PACK_NONE ? SLANT_OK : slant_packer_new(&out->packer, packing, error);
}

static int hand_on(slant_outlet *outlet, const slant_buffer *bytes, slant_error *error) {
  if (!bytes->len) return SLANT_OK;
  outlet->begun = true;
  if (!outlet->file) return outlet->sink(outlet->context, bytes->data, bytes->len, error);
  return slant_run_file_add(outlet->file, bytes->data, bytes->len, &outlet->mark, &outlet->counts, error);
}

static int flush(slant_outlet *outlet, slant_error *error) {
  const slant_buffer *bytes = &outlet->chunk;
  int status = SLANT_OK;
  if (outlet->packer) {
    slant_buffer_clear(&outlet->packed);
    bytes = &outlet->packed;
    status = slant_packer_add(outlet->packer, outlet->chunk.data, outlet->chunk.len, true, &outlet->packed, error);
  }
  if (!status) status = hand_on(outlet, bytes, error);
  slant_buffer_clear(&outlet->chunk);
  outlet->flushed = now();
  return status;
}

int slant_outlet_put(slant_outlet *outlet, const slant_buffer *lines, const slant_mark *mark,
                     const slant_stream_counts *counts, slant_error *error) {
  outlet->mark = *mark;
  outlet->counts = *counts;
  if (!outlet->file && !outlet->packer) return hand_on(outlet, lines, error); /* somebody may be waiting for it */
  slant_buffer_append(&outlet->chunk, lines->data, lines->len);
  if (outlet->chunk.failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for lines");
  bool full = outlet->chunk.len >= SLANT_OUTLET_CHUNK;
  bool slow = !outlet->packer && outlet->chunk.len && now() != outlet->flushed; /* a kill costs a second at most */
  return full || slow ? flush(outlet, error) : SLANT_OK;
}

int slant_outlet_end(slant_outlet *outlet, bool finished, slant_error *error) {
  if (outlet->packer && !finished && outlet->file) return SLANT_OK; /* the chunk is not whole */
  bool empty_frame = outlet->packer && finished && !outlet->begun;  /* else no gzip or zstd file at all */
  return outlet->chunk.len || empty_frame ? flush(outlet, error) : SLANT_OK;
}

void slant_outlet_close(slant_outlet *outlet) {
  slant_packer_free(outlet->packer);
  slant_buffer_free(&outlet->chunk);
  slant_buffer_free(&outlet->packed);
}
