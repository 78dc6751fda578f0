#include "models/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char slant_bank_letters[SLANT_BANK_SECTIONS + 1] = "WDBOK";

enum { ALIGNMENT = 64 };

uint32_t slant_rows_shift(uint32_t n_rows, uint32_t n_sparse) {
  uint32_t shift = 0;
  while (shift < 31 && n_sparse >> shift > n_rows) shift++;
  return shift;
}

void slant_rows_fill(uint32_t *bucket, uint32_t shift, uint32_t n_sparse, const uint32_t *feature, uint32_t n_rows) {
  uint64_t n_buckets = slant_rows_n_buckets(shift, n_sparse);
  uint32_t row = 0;
  for (uint64_t b = 0; b < n_buckets; b++) {
    while (row < n_rows && feature[row] >> shift < b) row++;
    bucket[b] = row;
  }
}

void slant_put_array(slant_buffer *out, const void *array, uint64_t size) {
  static const char zeros[ALIGNMENT];
  slant_buffer_append(out, array, size);
  slant_buffer_append(out, zeros, (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT);
}

const void *slant_take_array(slant_section section, uint64_t *at, uint64_t count, uint64_t size) {
  uint64_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || *at > section.size || bytes > section.size - *at ||
      bytes > UINT64_MAX / 2)
    return NULL;
  const char *data = section.data;
  const void *out = data ? data + *at : "";
  *at += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return out;
}

static bool adopt_rows(slant_rows *rows, slant_section section, uint64_t *at, uint32_t n_sparse) {
  if (rows->shift > 31) return false;
  rows->bucket = slant_take_array(section, at, slant_rows_n_buckets(rows->shift, n_sparse), sizeof *rows->bucket);
  rows->feature = slant_take_array(section, at, rows->n_rows, sizeof *rows->feature);
  return rows->bucket && rows->feature;
}

static bool adopt_linear(slant_stored *stored, slant_section section, uint64_t *at, const slant_bank *bank, uint32_t k,
                         uint32_t bits) {
  if (!adopt_rows(&stored->rows, section, at, bank->n_sparse)) return false;
  uint64_t n = (uint64_t)stored->rows.n_rows * k;
  if (bits == 32) return (stored->weights = slant_take_array(section, at, n, sizeof(float))) != NULL;
  stored->scale = slant_take_array(section, at, k, sizeof(float));
  stored->weights16 = slant_take_array(section, at, n, sizeof(int16_t));
  return stored->scale && stored->weights16;
}

static bool adopt_kernel(slant_stored *stored, slant_section section, uint64_t *at, const slant_bank *bank,
                         uint32_t k) {
  uint64_t n = stored->n_support;
  slant_kernel_shape *shape = &stored->shape;
  shape->block_end = slant_take_array(section, at, shape->n_blocks, sizeof *shape->block_end);
  shape->block_weight = slant_take_array(section, at, shape->n_blocks, sizeof *shape->block_weight);
  stored->bias = slant_take_array(section, at, k, sizeof(double));
  stored->coefficient = slant_take_array(section, at, n * k, sizeof(double));
  stored->norm = slant_take_array(section, at, n, sizeof(double));
  stored->dense = slant_take_array(section, at, n * bank->n_dense, sizeof(float));
  if (!adopt_rows(&stored->rows, section, at, bank->n_sparse)) return false;
  stored->start = slant_take_array(section, at, (uint64_t)stored->rows.n_rows + 1, sizeof(uint64_t));
  stored->postings = slant_take_array(section, at, stored->n_postings, sizeof *stored->postings);
  if (!adopt_rows(&stored->common, section, at, bank->n_sparse)) return false;
  stored->cells = slant_take_array(section, at, slant_kernel_n_cells(stored), sizeof *stored->cells);
  return shape->block_end && shape->block_weight && stored->bias && stored->coefficient && stored->norm &&
         stored->dense && stored->start && stored->postings && stored->cells;
}

/* The arrays of one model, within its section. */
static bool adopt_model(slant_stored *stored, const slant_bank *bank, const slant_model *model,
                        const slant_section *sections, uint32_t bits) {
  bool kernel = model->storage == SLANT_STORED_KERNEL;
  if (model->storage == SLANT_STORED_TABLE) return true;
  slant_section section = sections[kernel ? SLANT_KERNEL_SECTION : SLANT_ROWS_SECTION];
  uint64_t at = stored->offset;
  if (!section.data || at % ALIGNMENT || at > section.size) return false;
  bool ok = kernel ? adopt_kernel(stored, section, &at, bank, model->n_outputs)
                   : adopt_linear(stored, section, &at, bank, model->n_outputs, bits);
  stored->bytes = (const char *)section.data + stored->offset;
  stored->size = (at < section.size ? at : section.size) - stored->offset;
  return ok;
}

static bool adopt_table(struct slant_weights *weights, slant_section section, uint32_t n_sparse) {
  uint64_t at = 0, n = (uint64_t)n_sparse * weights->n_table;
  if (weights->bits == 32) {
    weights->table = slant_take_array(section, &at, n, sizeof(float));
    return weights->table && section.size == n * sizeof(float);
  }
  weights->scale = slant_take_array(section, &at, weights->n_table, sizeof(float));
  if (!weights->scale) return false;
  weights->table16 = slant_take_array(section, &at, n, sizeof(int16_t));
  return weights->table16 != NULL;
}

int slant_weights_adopt(slant_bank *bank, struct slant_weights *weights,
                        const slant_section sections[SLANT_BANK_SECTIONS], slant_error *error) {
  slant_section dense = sections[SLANT_DENSE_SECTION], bias = sections[SLANT_BIAS_SECTION];
  bool ok = !weights->n_table || adopt_table(weights, sections[SLANT_TABLE_SECTION], bank->n_sparse);
  ok = ok && dense.size == (uint64_t)weights->n_linear * bank->n_dense * sizeof(float) &&
       bias.size == weights->n_linear * sizeof(float);
  weights->dense = dense.data;
  weights->bias = bias.data;
  for (uint32_t m = 0; ok && m < bank->n_models; m++)
    ok = adopt_model(&weights->stored[m], bank, &bank->models[m], sections, weights->bits);
  memcpy(weights->sections, sections, sizeof weights->sections);
  bank->weights = weights;
  return ok ? SLANT_OK
            : slant_fail(error, SLANT_E_FORMAT,
                         "the weights of a task are damaged; get the file again or train it anew");
}

void slant_add_weights(const slant_bank *bank, const slant_model *model, float factor, float *out, float *bias) {
  const struct slant_weights *all = bank->weights;
  uint32_t k = model->n_outputs, first = model->first_output;
  if (model->storage == SLANT_STORED_KERNEL) return;
  slant_columns columns = slant_columns_of(bank, model);
  for (uint32_t f = 0; f < bank->n_sparse; f++) {
    size_t row = columns.rows ? slant_rows_find(columns.rows, f) : f;
    if (row == SLANT_NO_FEATURE_ROW) continue;
    for (uint32_t o = 0; o < k; o++) out[(size_t)f * k + o] += factor * slant_column_weight(&columns, row, o);
  }
  for (uint32_t o = 0; o < k; o++) {
    for (uint32_t d = 0; d < bank->n_dense; d++)
      out[((size_t)bank->n_sparse + d) * k + o] += factor * all->dense[(size_t)(first + o) * bank->n_dense + d];
    bias[o] += factor * all->bias[first + o];
  }
}

static void raise(float *most, float weight) {
  if (fabsf(weight) > *most) *most = fabsf(weight);
}

/* The greatest |weight| of one model's outputs, by feature. */
static void raise_linear(const slant_bank *bank, const slant_model *model, float *out) {
  slant_columns columns = slant_columns_of(bank, model);
  size_t n = columns.rows ? columns.rows->n_rows : bank->n_sparse;
  for (size_t row = 0; row < n; row++) {
    size_t feature = columns.rows ? columns.rows->feature[row] : row;
    if (feature >= bank->n_sparse) continue;
    for (uint32_t o = 0; o < model->n_outputs; o++) raise(&out[feature], slant_column_weight(&columns, row, o));
  }
  const float *dense = bank->weights->dense + (size_t)model->first_output * bank->n_dense;
  for (uint32_t o = 0; o < model->n_outputs; o++)
    for (uint32_t d = 0; d < bank->n_dense; d++) raise(&out[bank->n_sparse + d], *dense++);
}

int slant_bank_largest_weights(const slant_bank *bank, float *out, slant_error *error) {
  size_t n = (size_t)bank->n_sparse + bank->n_dense;
  memset(out, 0, n * sizeof *out);
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const slant_model *model = &bank->models[m];
    if (slant_model_is_linear(model)) {
      raise_linear(bank, model, out);
      continue;
    }
    float *directions = slant_alloc_zero(n, model->n_outputs * sizeof *directions);
    if (!directions) return slant_fail(error, SLANT_E_MEMORY, "no memory for the weights of %zu features", n);
    slant_kernel_directions(&bank->weights->stored[m], bank, model->n_outputs, directions);
    for (size_t i = 0; i < n * model->n_outputs; i++) raise(&out[i / model->n_outputs], directions[i]);
    free(directions);
  }
  return SLANT_OK;
}

uint32_t slant_bank_weight_bits(const slant_bank *bank) {
  return bank->weights->bits;
}

slant_kernel_shape slant_model_kernel(const slant_bank *bank, const slant_model *model, uint32_t *n_support) {
  const slant_stored *stored = &bank->weights->stored[model - bank->models];
  *n_support = stored->n_support;
  return stored->shape;
}

uint32_t slant_weights_sections(const slant_bank *bank, slant_section out[SLANT_BANK_SECTIONS]) {
  uint32_t n = 0;
  for (uint32_t s = 0; s < SLANT_BANK_SECTIONS; s++)
    if (bank->weights->sections[s].size) out[n++] = bank->weights->sections[s];
  return n;
}
