/* Vectors as files: LIBSVM's format, the names of the features, what the label numbers mean, and weights. */
#include "common/file.h"
#include "common/memory.h"
#include "common/number.h"
#include "train/trainer_private.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FLUSH = 1 << 16 };

/* The labels of one task by number, from 0; written from 1. */
typedef struct label_map {
  slant_str *names; /* n, borrowed from the bundle and the examples */
  uint64_t *counts; /* n: examples of each */
  uint32_t *number; /* of each label of the examples */
  uint32_t n;
} label_map;

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to write vectors");
}

static int by_bytes(const void *left, const void *right) {
  return slant_str_compare(*(const slant_str *)left, *(const slant_str *)right);
}

static int check_task(const slant_examples *examples, slant_error *error) {
  if (examples->tasks.n < 2) return SLANT_OK;
  const slant_str *tasks = examples->tasks.items;
  return slant_fail(error, SLANT_E_ARGUMENT,
                    "the labels are of %" PRIu32 " tasks, among them '%.60s' and '%.60s'; "
                    "vectors are written of one: choose it with --task",
                    examples->tasks.n, tasks[0].ptr, tasks[1].ptr);
}

/* The bank's labels, then those it does not know in the order of bytes. */
static bool number_labels(label_map *map, const slant_examples *examples, const slant_bank *bank) {
  uint32_t known = bank ? bank->n_labels : 0, n_new = 0;
  map->names = slant_alloc((size_t)known + examples->labels.n, sizeof *map->names);
  map->counts = slant_alloc_zero((size_t)known + examples->labels.n, sizeof *map->counts);
  map->number = slant_alloc_zero(examples->labels.n, sizeof *map->number);
  if (!map->names || !map->counts || !map->number) return false;
  for (uint32_t k = 0; k < known; k++) map->names[k] = bank->labels[k];
  for (uint32_t l = 0; l < examples->labels.n; l++) {
    bool found = false;
    for (uint32_t k = 0; k < known && !found; k++) found = slant_str_equal(bank->labels[k], examples->labels.items[l]);
    if (!found) map->names[known + n_new++] = examples->labels.items[l];
  }
  map->n = known + n_new;
  qsort(map->names + known, n_new, sizeof *map->names, by_bytes);
  for (uint32_t l = 0; l < examples->labels.n; l++)
    while (!slant_str_equal(map->names[map->number[l]], examples->labels.items[l])) map->number[l]++;
  return true;
}

static void free_labels(label_map *map) {
  free(map->names);
  free(map->counts);
  free(map->number);
}

/* ---- the files ---- */
typedef struct output {
  slant_file_writer *writer;
  slant_buffer buffer;
} output;

static int open_output(output *out, const char *path, const char *ending, slant_error *error) {
  slant_buffer name = {0};
  slant_buffer_text(&name, path);
  slant_buffer_text(&name, ending);
  slant_buffer_char(&name, '\0');
  int status = name.failed ? no_memory(error) : slant_file_writer_open(&out->writer, name.data, error);
  slant_buffer_free(&name);
  return status;
}

/* Hands over what has gathered, where it is more than `above` bytes. */
static int flush(output *out, size_t above, slant_error *error) {
  if (out->buffer.failed) return no_memory(error);
  if (out->buffer.len <= above) return SLANT_OK;
  int status = slant_file_writer_write(out->writer, out->buffer.data, out->buffer.len, error);
  slant_buffer_clear(&out->buffer);
  return status;
}

/* Commits in any case but after a failure. */
static int close_output(output *out, int status, slant_error *error) {
  if (!status) status = flush(out, 0, error);
  slant_buffer_free(&out->buffer);
  if (!out->writer) return status;
  if (!status) return slant_file_writer_commit(out->writer, error);
  slant_file_writer_discard(out->writer);
  return status;
}

static void put_value(slant_buffer *out, uint32_t feature, float value, uint64_t *n) {
  if (value == 0) return;
  char text[48];
  int len = snprintf(text, sizeof text, " %" PRIu32 ":%.9g", feature + 1, (double)value);
  slant_buffer_append(out, text, (size_t)len);
  ++*n;
}

static int write_vectors(output *out, const slant_examples *examples, const slant_vectors *vectors, label_map *map,
                         slant_export_counts *counts, slant_error *error) {
  int status = SLANT_OK;
  locale_t before = slant_number_begin();
  for (uint32_t i = 0; i < examples->n_items && !status; i++) {
    const slant_example_label *item = &examples->items[i];
    if (item->row == SLANT_NO_ROW) continue;
    uint32_t number = map->number[item->label];
    map->counts[number]++;
    counts->examples++;
    slant_buffer_format(&out->buffer, "%" PRIu32, number + 1);
    for (size_t e = vectors->start[item->row]; e < vectors->start[item->row + 1]; e++)
      put_value(&out->buffer, vectors->index[e], vectors->value[e], &counts->values);
    const float *dense = vectors->dense + (size_t)item->row * vectors->n_dense;
    for (uint32_t d = 0; d < vectors->n_dense; d++)
      put_value(&out->buffer, vectors->n_sparse + d, dense[d], &counts->values);
    slant_buffer_char(&out->buffer, '\n');
    status = flush(out, FLUSH, error);
  }
  slant_number_end(before);
  return status;
}

/* A name on one line: control characters as \xHH. */
static void put_name(slant_buffer *out, slant_str name) {
  for (size_t i = 0; i < name.len; i++) {
    unsigned char c = (unsigned char)name.ptr[i];
    if (c < 0x20 || c == 0x7f)
      slant_buffer_format(out, "\\x%02X", c);
    else
      slant_buffer_char(out, (char)c);
  }
}

static int write_names(output *out, const slant_pipeline *pipeline, uint32_t n, slant_error *error) {
  int status = SLANT_OK;
  for (uint32_t f = 0; f < n && !status; f++) {
    slant_buffer_format(&out->buffer, "%" PRIu32 "\t", f + 1);
    put_name(&out->buffer, slant_pipeline_feature_name(pipeline, f));
    slant_buffer_char(&out->buffer, '\n');
    status = flush(out, FLUSH, error);
  }
  return status;
}

static void write_labels(output *out, const label_map *map) {
  for (uint32_t l = 0; l < map->n; l++) {
    slant_buffer_format(&out->buffer, "%" PRIu32 "\t", l + 1);
    put_name(&out->buffer, map->names[l]);
    slant_buffer_format(&out->buffer, "\t%" PRIu64 "\n", map->counts[l]);
  }
}

/* The weight of every line, in as few digits as read back as the same number, as -W of LIBSVM's and LIBLINEAR's tools
 * for weighted instances takes them. */
static int write_weights(output *out, const slant_examples *examples, slant_error *error) {
  int status = SLANT_OK;
  locale_t before = slant_number_begin();
  for (uint32_t i = 0; i < examples->n_items && !status; i++) {
    char text[32];
    double weight = examples->items[i].weight;
    if (examples->items[i].row == SLANT_NO_ROW) continue;
    snprintf(text, sizeof text, "%.15g", weight);
    if (strtod(text, NULL) != weight) snprintf(text, sizeof text, "%.17g", weight);
    slant_buffer_format(&out->buffer, "%s\n", text);
    status = flush(out, FLUSH, error);
  }
  slant_number_end(before);
  return status;
}

static int write_files(const char *path, const slant_examples *examples, const slant_pipeline *pipeline,
                       const slant_vectors *vectors, label_map *map, slant_export_counts *counts, slant_error *error) {
  output out = {0}, names = {0}, labels = {0}, weights = {0};
  bool beside = strcmp(path, "-") != 0;
  int status = open_output(&out, path, "", error);
  if (!status && beside) status = open_output(&names, path, ".names", error);
  if (!status && beside) status = open_output(&labels, path, ".labels", error);
  if (!status && beside) status = open_output(&weights, path, ".weights", error);
  if (!status) status = write_vectors(&out, examples, vectors, map, counts, error);
  if (!status && beside) status = write_names(&names, pipeline, (uint32_t)counts->features, error);
  if (!status && beside) write_labels(&labels, map);
  if (!status && beside) status = write_weights(&weights, examples, error);
  status = close_output(&names, status, error);
  status = close_output(&labels, status, error);
  status = close_output(&weights, status, error);
  return close_output(&out, status, error); /* the last: where it stands, the others do */
}

int slant_trainer_export(slant_trainer *trainer, const slant_bundle *bundle, const char *path,
                         slant_export_counts *counts, slant_error *error) {
  const slant_examples *examples = slant_trainer_examples(trainer);
  slant_vectors vectors = {0};
  label_map map = {0};
  slant_export_counts found = {0};
  int status = check_task(examples, error);
  if (!status) status = slant_trainer_extract(trainer, bundle ? slant_bundle_pipeline(bundle) : NULL, &vectors, error);
  if (status) return status;
  const slant_bank *bank = bundle ? slant_bundle_find_bank(bundle, examples->tasks.items[0]) : NULL;
  const slant_pipeline *pipeline = bundle ? slant_bundle_pipeline(bundle) : slant_trainer_pipeline(trainer);
  found.features = (uint64_t)vectors.n_sparse + vectors.n_dense;
  status = number_labels(&map, examples, bank) ? SLANT_OK : no_memory(error);
  found.labels = map.n;
  if (!status) status = write_files(path, examples, pipeline, &vectors, &map, &found, error);
  if (!status && counts) *counts = found;
  free_labels(&map);
  slant_vectors_free(&vectors);
  return status;
}
