#include "train/extract.h"

#include "common/threads.h"

#include <stdlib.h>

/* Rows that one job extracts, and between two reports. */
enum { CHUNK = 256 };

typedef int (*row_visit)(slant_pipeline *, slant_extractor *, slant_example, slant_error *);

/* The example of a row. `*read` is the text that the document holds: rows of one text stand together, and it is read
 * once for all of them. */
static int open_row(const slant_examples *examples, uint32_t row, slant_document *document, uint32_t *read,
                    slant_example *out, slant_error *error) {
  const slant_example_row *r = &examples->rows[row];
  const slant_example_text *text = &examples->texts[r->text];
  *out = (slant_example){.document = document};
  if (*read != r->text) {
    int status = slant_document_read(document, text->text, error);
    if (status) {
      slant_error_at(error, examples->files.items[text->file].ptr, text->line, 0);
      return status;
    }
    *read = r->text;
  }
  if (r->from >= 0) slant_document_span(document, r->from, r->to, &out->first, &out->last);
  return SLANT_OK;
}

static int visit_rows(slant_pipeline *pipeline, const slant_examples *examples, row_visit visit,
                      slant_progress *progress, slant_error *error) {
  slant_document *document = NULL;
  slant_extractor *extractor = NULL;
  uint32_t read = SLANT_NO_ROW;
  int status = slant_document_new(&document, error);
  if (!status) status = slant_extractor_new(&extractor, pipeline, error);
  for (uint32_t row = 0; row < examples->n_rows && !status; row++) {
    slant_example example;
    status = open_row(examples, row, document, &read, &example, error);
    if (!status) status = visit(pipeline, extractor, example, error);
    if (!status && row % CHUNK == CHUNK - 1) status = slant_progress_step(progress, CHUNK, error);
  }
  slant_extractor_free(extractor);
  slant_document_free(document);
  return status;
}

int slant_grow_pipeline(slant_pipeline *pipeline, const slant_examples *examples, slant_progress *progress,
                        slant_error *error) {
  int status = slant_progress_begin(progress, "features", 3 * (uint64_t)examples->n_rows, error);
  if (!status) status = visit_rows(pipeline, examples, slant_pipeline_grow, progress, error);
  if (!status) status = slant_pipeline_freeze(pipeline, error);
  if (!status) status = visit_rows(pipeline, examples, slant_pipeline_name, progress, error);
  return status;
}

/* The sparse part of CHUNK rows, until all are stitched together. */
typedef struct chunk {
  uint32_t *index;
  float *value;
  size_t n, index_capacity, value_capacity;
} chunk;

typedef struct worker {
  slant_document *document;
  slant_extractor *extractor;
} worker;

typedef struct extraction {
  const slant_examples *examples;
  slant_vectors *out; /* start[row + 1] holds the row's own number of entries until stitching */
  chunk *chunks;
  worker *workers;
  slant_progress *progress;
} extraction;

static bool append(chunk *part, const slant_vector *vector) {
  for (uint32_t k = 0; k < vector->n_sparse; k++) {
    if (!slant_grow(&part->index, &part->index_capacity, part->n, sizeof *part->index)) return false;
    if (!slant_grow(&part->value, &part->value_capacity, part->n, sizeof *part->value)) return false;
    part->index[part->n] = vector->index[k];
    part->value[part->n++] = vector->value[k];
  }
  return true;
}

static int extract_chunk(void *context, size_t index, unsigned number, slant_error *error) {
  extraction *all = context;
  worker *mine = &all->workers[number];
  uint32_t begin = (uint32_t)index * CHUNK, read = SLANT_NO_ROW, n = all->examples->n_rows;
  uint32_t end = n - begin > CHUNK ? begin + CHUNK : n;
  for (uint32_t row = begin; row < end; row++) {
    slant_example example;
    slant_vector vector = {0};
    int status = open_row(all->examples, row, mine->document, &read, &example, error);
    if (!status) status = slant_extract(mine->extractor, example, &vector, error);
    if (status) return status;
    if (!append(&all->chunks[index], &vector))
      return slant_fail(error, SLANT_E_MEMORY, "no memory for the vectors of %u examples", n);
    all->out->start[row + 1] = vector.n_sparse;
    if (vector.n_dense)
      memcpy(all->out->dense + (size_t)row * vector.n_dense, vector.dense, vector.n_dense * sizeof *vector.dense);
  }
  return slant_progress_step(all->progress, end - begin, error);
}

static int open_workers(extraction *all, const slant_pipeline *pipeline, unsigned threads, slant_error *error) {
  int status = SLANT_OK;
  for (unsigned t = 0; t < threads && !status; t++) {
    status = slant_document_new(&all->workers[t].document, error);
    if (!status) status = slant_extractor_new(&all->workers[t].extractor, pipeline, error);
  }
  return status;
}

static bool stitch(extraction *all, size_t n_chunks) {
  slant_vectors *out = all->out;
  for (uint32_t row = 0; row < out->n_rows; row++) out->start[row + 1] += out->start[row];
  out->index = slant_alloc(out->start[out->n_rows], sizeof *out->index);
  out->value = slant_alloc(out->start[out->n_rows], sizeof *out->value);
  if (!out->index || !out->value) return false;
  for (size_t c = 0, at = 0; c < n_chunks; c++) {
    chunk *part = &all->chunks[c];
    if (part->n) {
      memcpy(out->index + at, part->index, part->n * sizeof *part->index);
      memcpy(out->value + at, part->value, part->n * sizeof *part->value);
    }
    at += part->n;
  }
  return true;
}

int slant_extract_all(slant_vectors *out, const slant_pipeline *pipeline, const slant_examples *examples,
                      unsigned threads, slant_progress *progress, slant_error *error) {
  extraction all = {.examples = examples, .out = out, .progress = progress};
  size_t n_chunks = ((size_t)examples->n_rows + CHUNK - 1) / CHUNK;
  int status = SLANT_E_MEMORY;
  if (threads < 1) threads = 1;
  *out = (slant_vectors){.n_rows = examples->n_rows,
                         .n_sparse = slant_pipeline_n_sparse(pipeline),
                         .n_dense = slant_pipeline_n_dense(pipeline)};
  out->start = slant_alloc_zero((size_t)out->n_rows + 1, sizeof *out->start);
  out->dense = slant_alloc_zero(out->n_rows, ((size_t)out->n_dense + 1) * sizeof *out->dense);
  all.chunks = slant_alloc_zero(n_chunks, sizeof *all.chunks);
  all.workers = slant_alloc_zero(threads, sizeof *all.workers);
  if (!out->start || !out->dense || !all.chunks || !all.workers) goto out;
  status = open_workers(&all, pipeline, threads, error);
  if (!status) status = slant_parallel(n_chunks, threads, extract_chunk, &all, error);
  if (!status && !stitch(&all, n_chunks)) status = SLANT_E_MEMORY;
out:
  if (status == SLANT_E_MEMORY)
    slant_fail(error, SLANT_E_MEMORY, "no memory for the vectors of %u examples", examples->n_rows);
  for (unsigned t = 0; all.workers && t < threads; t++) {
    slant_extractor_free(all.workers[t].extractor);
    slant_document_free(all.workers[t].document);
  }
  for (size_t c = 0; all.chunks && c < n_chunks; c++) {
    free(all.chunks[c].index);
    free(all.chunks[c].value);
  }
  free(all.workers);
  free(all.chunks);
  if (status) slant_vectors_free(out);
  return status;
}
