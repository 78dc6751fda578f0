#include <slant/model.h>

#include <cblas.h>
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

/* out += value · row, for the few outputs of one model or the many of a bank. */
static inline void add_row(float *restrict out, const float *restrict row, uint32_t count, float value) {
  for (uint32_t k = 0; k < count; k++) out[k] += value * row[k];
}

typedef float four __attribute__((vector_size(16)));

/* The same for all of a sparse vector and at most four outputs, which stay in one register. A row of fewer is read with
 * the beginning of the next, whose sums are thrown away; so the last rows are none of those that are read so. */
static void add_few(float *restrict out, const float *restrict weights, size_t stride, size_t n_rows, uint32_t count,
                    const slant_vector *vector) {
  enum { AHEAD = 16 }; /* rows that are fetched before they are needed */
  const uint32_t *index = vector->index;
  uint32_t n = vector->n_sparse;
  four sum = {0}, row;
  memcpy(&sum, out, count * sizeof *out);
  while (n && ((size_t)index[n - 1] + 4 > n_rows)) n--;
  for (uint32_t i = 0; i < n; i++) {
    __builtin_prefetch(weights + index[i + AHEAD < n ? i + AHEAD : i] * stride);
    memcpy(&row, weights + index[i] * stride, sizeof row);
    sum += vector->value[i] * row;
  }
  memcpy(out, &sum, count * sizeof *out);
  for (uint32_t i = n; i < vector->n_sparse; i++) add_row(out, weights + index[i] * stride, count, vector->value[i]);
}

void slant_bank_outputs(const slant_bank *bank, const slant_vector *vector, uint32_t first, uint32_t count,
                        float *out) {
  size_t stride = bank->n_outputs;
  const float *weights = bank->weights + first;
  memcpy(out, bank->bias + first, count * sizeof *out);
  if (!count) return;
  if (count <= 4)
    add_few(out, weights, stride, bank->n_features, count, vector);
  else
    for (uint32_t i = 0; i < vector->n_sparse; i++)
      add_row(out, weights + vector->index[i] * stride, count, vector->value[i]);
  if (!vector->n_dense) return;
  /* The dense features are the last rows of the matrix: out += Wᵀ · dense. */
  const float *dense = weights + (bank->n_features - vector->n_dense) * stride;
  cblas_sgemv(CblasRowMajor, CblasTrans, (blasint)vector->n_dense, (blasint)count, 1.0f, dense, (blasint)stride,
              vector->dense, 1, 1.0f, out, 1);
}

void slant_model_scores(const slant_model *model, const float *outputs, float *scores) {
  if (model->coding == SLANT_CODING_BINARY) {
    scores[0] = outputs[0];
    scores[1] = -outputs[0];
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
