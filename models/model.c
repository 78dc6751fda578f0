#include "models/weights.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const slant_model *find_model(const slant_bank *bank, slant_str actor) {
  uint32_t low = 0, high = bank->n_models;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = slant_str_compare(bank->models[middle].actor, actor);
    if (!order) return &bank->models[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const slant_model *slant_bank_model(const slant_bank *bank, slant_str actor) {
  const slant_model *own = find_model(bank, actor);
  return own ? own : find_model(bank, slant_str_of(SLANT_SHARED_MODEL));
}

/* out += value · row, for the few outputs of one model. */
static inline void add_row(float *restrict out, const float *restrict row, uint32_t count, float value) {
  for (uint32_t k = 0; k < count; k++) out[k] += value * row[k];
}

typedef float four __attribute__((vector_size(16)));

/* The same for all of a sparse vector and at most four outputs, which stay in one register. A row of fewer is read with
 * the beginning of the next, whose sums are thrown away; so the last rows are none of those that are read so. */
static void add_few(float *restrict out, const float *restrict weights, size_t stride, size_t n_rows, uint32_t count,
                    const slant_vector *vector) {
  const uint32_t *index = vector->index;
  uint32_t n = vector->n_sparse;
  four sum = {0}, row;
  memcpy(&sum, out, count * sizeof *out);
  while (n && ((size_t)index[n - 1] + 4 > n_rows)) n--;
  for (uint32_t i = 0; i < n; i++) {
    memcpy(&row, weights + index[i] * stride, sizeof row);
    sum += vector->value[i] * row;
  }
  memcpy(out, &sum, count * sizeof *out);
  for (uint32_t i = n; i < vector->n_sparse; i++) add_row(out, weights + index[i] * stride, count, vector->value[i]);
}

static inline void add_row16(float *restrict out, const int16_t *restrict row, uint32_t count, float value) {
  for (uint32_t k = 0; k < count; k++) out[k] += value * (float)row[k];
}

/* Sums over the sparse features; weights of 16 bits are integers, whose factor comes later. */
static void sparse_outputs(slant_columns columns, uint32_t n_sparse, const slant_vector *x, uint32_t k, float *out) {
  memset(out, 0, k * sizeof *out);
  if (columns.weights && !columns.rows && k <= 4) {
    add_few(out, columns.weights, columns.stride, n_sparse, k, x);
    return;
  }
  for (uint32_t i = 0; i < x->n_sparse; i++) {
    size_t row = columns.rows ? slant_rows_find(columns.rows, x->index[i]) : x->index[i];
    if (row == SLANT_NO_FEATURE_ROW) continue;
    if (columns.weights)
      add_row(out, columns.weights + row * columns.stride, k, x->value[i]);
    else
      add_row16(out, columns.weights16 + row * columns.stride, k, x->value[i]);
  }
}

void slant_linear_finish(const slant_bank *bank, const slant_model *model, const float *scale, const slant_vector *x,
                         const slant_workspace *workspace, float *out) {
  const struct slant_weights *all = bank->weights;
  uint32_t k = model->n_outputs, first = model->first_output, n_dense = bank->n_dense;
  for (uint32_t o = 0; scale && o < k; o++) out[o] *= scale[o];
  for (uint32_t o = 0; o < k; o++) out[o] += all->bias[first + o];
  if (n_dense) workspace->arithmetic->products(out, all->dense + (size_t)first * n_dense, k, x->dense, n_dense);
}

static void linear_outputs(const slant_bank *bank, const slant_model *model, const slant_vector *x,
                           const slant_workspace *workspace, float *out) {
  slant_columns columns = slant_columns_of(bank, model);
  sparse_outputs(columns, bank->n_sparse, x, model->n_outputs, out);
  slant_linear_finish(bank, model, columns.scale, x, workspace, out);
}

static int own_outputs(const slant_bank *bank, const slant_model *model, const slant_vector *vectors, uint32_t n,
                       slant_workspace *workspace, float *out, slant_error *error) {
  uint32_t k = model->n_outputs;
  if (model->storage == SLANT_STORED_KERNEL)
    return slant_kernel_outputs(&bank->weights->stored[model - bank->models], bank, k, vectors, n, workspace, out,
                                error);
  for (uint32_t v = 0; v < n; v++) linear_outputs(bank, model, &vectors[v], workspace, out + (size_t)v * k);
  return SLANT_OK;
}

/* out += factor · the outputs of "*". */
static int add_shared(const slant_bank *bank, float factor, const slant_vector *vectors, uint32_t n,
                      slant_workspace *workspace, float *out, slant_error *error) {
  const slant_model *shared = find_model(bank, slant_str_of(SLANT_SHARED_MODEL));
  size_t count = (size_t)n * shared->n_outputs;
  if (workspace->sizes[4] < count) {
    free(workspace->shared);
    workspace->shared = slant_alloc(count, sizeof *workspace->shared);
    workspace->sizes[4] = workspace->shared ? count : 0;
    if (!workspace->shared) return slant_fail(error, SLANT_E_MEMORY, "no memory to score %u vectors", n);
  }
  int status = own_outputs(bank, shared, vectors, n, workspace, workspace->shared, error);
  for (size_t i = 0; i < count && !status; i++) out[i] += factor * workspace->shared[i];
  return status;
}

int slant_outputs_check(const float *out, size_t n, slant_error *error) {
  bool finite = true;
  for (size_t i = 0; i < n; i++) finite = finite && isfinite(out[i]);
  if (finite) return SLANT_OK;
  return slant_fail(error, SLANT_E_FORMAT, "a score is no number: the bundle is damaged; 'slant inspect' checks it");
}

int slant_model_outputs(const slant_bank *bank, const slant_model *model, const slant_vector *vectors, uint32_t n,
                        slant_workspace *workspace, float *out, slant_error *error) {
  int status = own_outputs(bank, model, vectors, n, workspace, out, error);
  if (!status && model->shared != 0) status = add_shared(bank, model->shared, vectors, n, workspace, out, error);
  return status ? status : slant_outputs_check(out, (size_t)n * model->n_outputs, error);
}

bool slant_model_uses_kernel(const slant_bank *bank, const slant_model *model) {
  if (model->storage == SLANT_STORED_KERNEL) return true;
  if (model->shared == 0) return false;
  return find_model(bank, slant_str_of(SLANT_SHARED_MODEL))->storage == SLANT_STORED_KERNEL;
}

static float own_weight(const slant_bank *bank, const slant_model *model, uint32_t feature, uint32_t output) {
  if (model->storage == SLANT_STORED_KERNEL) return 0;
  if (feature >= bank->n_sparse)
    return bank->weights->dense[(size_t)(model->first_output + output) * bank->n_dense + feature - bank->n_sparse];
  slant_columns columns = slant_columns_of(bank, model);
  size_t row = columns.rows ? slant_rows_find(columns.rows, feature) : feature;
  return row == SLANT_NO_FEATURE_ROW ? 0 : slant_column_weight(&columns, row, output);
}

static float own_bias(const slant_bank *bank, const slant_model *model, uint32_t output) {
  return model->storage == SLANT_STORED_KERNEL ? 0 : bank->weights->bias[model->first_output + output];
}

float slant_model_weight(const slant_bank *bank, const slant_model *model, uint32_t feature, uint32_t output) {
  float weight = own_weight(bank, model, feature, output);
  if (model->shared == 0) return weight;
  return weight + model->shared * own_weight(bank, find_model(bank, slant_str_of(SLANT_SHARED_MODEL)), feature, output);
}

float slant_model_bias(const slant_bank *bank, const slant_model *model, uint32_t output) {
  float bias = own_bias(bank, model, output);
  if (model->shared == 0) return bias;
  return bias + model->shared * own_bias(bank, find_model(bank, slant_str_of(SLANT_SHARED_MODEL)), output);
}

/* Votes, and within a third of one the sum of the signed outputs. */
static void vote(const float *outputs, uint32_t n_classes, float *scores) {
  float votes[SLANT_MAX_CLASSES] = {0}, sums[SLANT_MAX_CLASSES] = {0};
  for (uint32_t i = 0, pair = 0; i < n_classes; i++)
    for (uint32_t j = i + 1; j < n_classes; j++, pair++) {
      votes[outputs[pair] > 0 ? i : j] += 1;
      sums[i] += outputs[pair];
      sums[j] -= outputs[pair];
    }
  for (uint32_t c = 0; c < n_classes; c++) scores[c] = votes[c] + sums[c] / (3 * (fabsf(sums[c]) + 1));
}

static void count_votes(const float *outputs, uint32_t n_classes, float *scores) {
  for (uint32_t c = 0; c < n_classes; c++) scores[c] = 0;
  for (uint32_t i = 0, pair = 0; i < n_classes; i++)
    for (uint32_t j = i + 1; j < n_classes; j++, pair++) scores[outputs[pair] > 0 ? i : j] += 1;
  if (n_classes > 2) return;
  scores[0] = outputs[0];
  scores[1] = outputs[0] == 0 ? FLT_MIN : -outputs[0];
}

void slant_model_scores(const slant_model *model, const float *outputs, float *scores) {
  if (model->coding == SLANT_CODING_BINARY) {
    scores[0] = outputs[0];
    scores[1] = -outputs[0];
  } else if (model->coding == SLANT_CODING_ONE_VS_ONE) {
    vote(outputs, model->n_classes, scores);
  } else if (model->coding == SLANT_CODING_VOTES) {
    count_votes(outputs, model->n_classes, scores);
  } else {
    memcpy(scores, outputs, model->n_classes * sizeof *scores);
  }
}

void slant_model_probabilities(const slant_model *model, const float *scores, float *probabilities) {
  slant_calibration_probabilities(&model->calibration, scores, model->n_classes, slant_model_decide(model, scores),
                                  probabilities);
}

uint32_t slant_model_decide(const slant_model *model, const float *scores) {
  uint32_t best = 0;
  for (uint32_t c = 1; c < model->n_classes; c++)
    if (scores[c] > scores[best]) best = c;
  return best;
}
