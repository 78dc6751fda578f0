/*
 * Kernel models: support vectors turned into an inverted index when they are packed, and a batch of vectors scored at
 * once.
 *
 * A panel of 16 vectors takes its inner products with all support vectors: the sparse part feature by feature through
 * the index, the dense part as one sgemm on top. Kernel values times coefficients are another product, in double: sums
 * of thousands of terms that cancel would lose what float has. A panel is always 16 rows, filled up with zeros, so that
 * BLAS takes the same path for every vector and what one gets does not depend on the others.
 */
#include "models/weights.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PANEL = 16 };

/* ---- packing ---- */
static double block_weight(const slant_kernel_shape *shape, uint32_t feature) {
  for (uint32_t b = 0; b < shape->n_blocks; b++)
    if (feature < shape->block_end[b]) return shape->block_weight[b];
  return 1;
}

/* x·x with β, of sparse and dense features. */
static double squared_norm(const slant_kernel_shape *shape, const slant_vector *x, uint32_t n_sparse) {
  double sum = 0;
  for (uint32_t i = 0; i < x->n_sparse; i++)
    sum += block_weight(shape, x->index[i]) * (double)x->value[i] * (double)x->value[i];
  for (uint32_t d = 0; d < x->n_dense; d++)
    sum += block_weight(shape, n_sparse + d) * (double)x->dense[d] * (double)x->dense[d];
  return sum;
}

static slant_vector support_vector(const slant_kernel_model *kernel, uint32_t s, uint32_t n_dense) {
  uint64_t from = kernel->start[s];
  return (slant_vector){kernel->index + from, kernel->value + from,
                        n_dense ? kernel->dense + (size_t)s * n_dense : NULL, (uint32_t)(kernel->start[s + 1] - from),
                        n_dense};
}

/* The inverted index: rows of features that occur, each with its postings in the order of the support vectors. */
typedef struct index_arrays {
  uint32_t *row;     /* n_sparse: the row of a feature that occurs */
  uint32_t *feature; /* of each row */
  uint64_t *start;   /* n_rows + 1 */
  slant_posting *postings;
  uint32_t *bucket;
} index_arrays;

/* Numbers the features that occur, and counts their postings: start[row + 1] becomes where those of `row` begin. */
static uint32_t number_rows(index_arrays *a, const slant_kernel_model *kernel, uint64_t n, uint32_t n_sparse) {
  uint32_t n_rows = 0;
  for (uint64_t i = 0; i < n; i++) a->row[kernel->index[i]]++;
  a->start[0] = 0;
  a->start[1] = 0;
  for (uint32_t f = 0; f < n_sparse; f++) {
    uint32_t count = a->row[f];
    if (!count) continue;
    a->feature[n_rows] = f;
    a->row[f] = n_rows++;
    a->start[n_rows + 1] = a->start[n_rows] + count;
  }
  return n_rows;
}

/* Puts the postings into their rows, which moves start[row + 1] to the row's end. */
static void fill_postings(index_arrays *a, const slant_kernel_model *kernel) {
  for (uint32_t s = 0; s < kernel->n_support; s++)
    for (uint64_t i = kernel->start[s]; i < kernel->start[s + 1]; i++) {
      uint32_t feature = kernel->index[i];
      double value = block_weight(&kernel->shape, feature) * (double)kernel->value[i];
      a->postings[a->start[a->row[feature] + 1]++] = (slant_posting){s, (float)value};
    }
}

static bool pack_index(slant_buffer *out, slant_stored *stored, const slant_kernel_model *kernel, uint32_t n_sparse) {
  uint64_t n = kernel->start[kernel->n_support], n_buckets = 0;
  index_arrays a = {.row = slant_alloc_zero(n_sparse, sizeof *a.row),
                    .feature = slant_alloc(n_sparse, sizeof *a.feature),
                    .start = slant_alloc((size_t)n_sparse + 2, sizeof *a.start),
                    .postings = slant_alloc(n, sizeof *a.postings)};
  bool ok = a.row && a.feature && a.start && a.postings;
  if (ok) {
    uint32_t n_rows = number_rows(&a, kernel, n, n_sparse), shift = slant_rows_shift(n_rows, n_sparse);
    fill_postings(&a, kernel);
    stored->rows = (slant_rows){.n_rows = n_rows, .shift = shift};
    stored->n_postings = n;
    n_buckets = slant_rows_n_buckets(shift, n_sparse);
    ok = (a.bucket = slant_alloc(n_buckets, sizeof *a.bucket)) != NULL;
  }
  if (ok) {
    slant_rows *rows = &stored->rows;
    slant_rows_fill(a.bucket, rows->shift, n_sparse, a.feature, rows->n_rows);
    slant_put_array(out, a.bucket, n_buckets * sizeof *a.bucket);
    slant_put_array(out, a.feature, rows->n_rows * sizeof *a.feature);
    slant_put_array(out, a.start, ((uint64_t)rows->n_rows + 1) * sizeof *a.start);
    slant_put_array(out, a.postings, n * sizeof *a.postings);
  }
  free(a.row);
  free(a.feature);
  free(a.start);
  free(a.postings);
  free(a.bucket);
  return ok;
}

int slant_kernel_pack(slant_buffer *out, slant_stored *stored, const slant_kernel_model *kernel, uint32_t n_sparse,
                      uint32_t n_dense, slant_error *error) {
  size_t n = kernel->n_support;
  double *norm = slant_alloc(n, sizeof *norm);
  float *dense = slant_alloc(n, n_dense * sizeof *dense);
  bool ok = norm && dense;
  for (uint32_t s = 0; ok && s < n; s++) {
    slant_vector x = support_vector(kernel, s, n_dense);
    norm[s] = squared_norm(&kernel->shape, &x, n_sparse);
    for (uint32_t d = 0; d < n_dense; d++)
      dense[(size_t)s * n_dense + d] = (float)(block_weight(&kernel->shape, n_sparse + d) * (double)x.dense[d]);
  }
  stored->shape = kernel->shape;
  stored->n_support = kernel->n_support;
  if (ok) {
    slant_put_array(out, kernel->shape.block_end, kernel->shape.n_blocks * sizeof *kernel->shape.block_end);
    slant_put_array(out, kernel->shape.block_weight, kernel->shape.n_blocks * sizeof *kernel->shape.block_weight);
    slant_put_array(out, kernel->bias, kernel->n_outputs * sizeof *kernel->bias);
    slant_put_array(out, kernel->coefficient, n * kernel->n_outputs * sizeof *kernel->coefficient);
    slant_put_array(out, norm, n * sizeof *norm);
    slant_put_array(out, dense, n * n_dense * sizeof *dense);
    ok = pack_index(out, stored, kernel, n_sparse) && !out->failed;
  }
  free(norm);
  free(dense);
  if (ok) return SLANT_OK;
  return slant_fail(error, SLANT_E_MEMORY, "no memory for a kernel model of %zu support vectors", n);
}

void slant_kernel_collapse(const slant_kernel_model *kernel, uint32_t n_sparse, uint32_t n_dense, uint32_t output,
                           double *w) {
  for (size_t f = 0; f < (size_t)n_sparse + n_dense; f++) w[f] = 0;
  for (uint32_t s = 0; s < kernel->n_support; s++) {
    double a = kernel->coefficient[(size_t)s * kernel->n_outputs + output];
    slant_vector x = support_vector(kernel, s, n_dense);
    for (uint32_t i = 0; i < x.n_sparse; i++) w[x.index[i]] += a * (double)x.value[i];
    for (uint32_t d = 0; d < n_dense; d++) w[n_sparse + d] += a * (double)x.dense[d];
  }
  for (uint32_t f = 0; f < n_sparse + n_dense; f++) w[f] *= block_weight(&kernel->shape, f);
}

/* ---- scoring ---- */
/* Inner products of a vector's sparse part with every support vector. The file is not trusted: postings stay within
 * what is there. */
static void sparse_products(const slant_stored *stored, const slant_vector *x, float *products) {
  for (uint32_t i = 0; i < x->n_sparse; i++) {
    uint32_t row = slant_rows_find(&stored->rows, x->index[i]);
    if (row == SLANT_NO_FEATURE_ROW) continue;
    uint64_t at = stored->start[row], end = stored->start[row + 1];
    float value = x->value[i];
    if (end > stored->n_postings) end = stored->n_postings;
    for (; at < end; at++) {
      slant_posting posting = stored->postings[at];
      if (posting.support < stored->n_support) products[posting.support] += value * posting.value;
    }
  }
}

/*
 * exp(x) for x ≤ 0, to 1e-14 of itself, in a way that compilers turn into vector instructions: x = n ln 2 + r with
 * |r| ≤ ln 2 / 2, e^r by its Taylor series, and 2^n put into the exponent's bits. Below -708 it gives e^-708.
 */
static inline double exp_negative(double x) {
  const double magic = 0x1.8p52; /* added and taken away: rounds to an integer, which the low bits then hold */
  x = x < -708 ? -708 : x;
  double shifted = x * 0x1.71547652b82fep0 + magic, n = shifted - magic;
  double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
  double sum = 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return sum * power;
}

static void rbf_values(const slant_stored *stored, double norm, const float *products, double *values) {
  double gamma = stored->shape.gamma;
  const double *norms = stored->norm;
  for (uint32_t s = 0; s < stored->n_support; s++) {
    double distance = norm + norms[s] - 2 * (double)products[s];
    values[s] = exp_negative(-gamma * (distance > 0 ? distance : 0));
  }
}

static void polynomial_values(const slant_stored *stored, const float *products, double *values) {
  for (uint32_t s = 0; s < stored->n_support; s++) {
    double base = stored->shape.gamma * (double)products[s] + stored->shape.coef0, power = 1;
    for (uint32_t degree = stored->shape.degree; degree; degree >>= 1) {
      if (degree & 1) power *= base;
      base *= base;
    }
    values[s] = power;
  }
}

static bool room(void *pointer, size_t *size, size_t count, size_t width) {
  void **array = pointer;
  if (*size >= count) return true;
  free(*array);
  *array = slant_alloc(count, width);
  *size = *array ? count : 0;
  return *array != NULL;
}

static bool reserve(slant_workspace *w, size_t n_support, size_t n_dense, size_t n_outputs) {
  return room(&w->products, &w->sizes[0], PANEL * n_support, sizeof *w->products) &&
         room(&w->dense, &w->sizes[1], PANEL * n_dense, sizeof *w->dense) &&
         room(&w->values, &w->sizes[2], PANEL * n_support, sizeof *w->values) &&
         room(&w->sums, &w->sizes[3], PANEL * n_outputs, sizeof *w->sums);
}

static void score_panel(const slant_stored *stored, uint32_t n_sparse, uint32_t n_dense, uint32_t n_outputs,
                        const slant_vector *vectors, uint32_t n, slant_workspace *w) {
  size_t n_support = stored->n_support;
  memset(w->products, 0, PANEL * n_support * sizeof *w->products);
  for (uint32_t v = 0; v < n; v++) sparse_products(stored, &vectors[v], w->products + v * n_support);
  if (n_dense) {
    memset(w->dense, 0, (size_t)PANEL * n_dense * sizeof *w->dense);
    for (uint32_t v = 0; v < n; v++)
      memcpy(w->dense + (size_t)v * n_dense, vectors[v].dense, n_dense * sizeof *w->dense);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, PANEL, (blasint)n_support, (blasint)n_dense, 1, w->dense,
                (blasint)n_dense, stored->dense, (blasint)n_dense, 1, w->products, (blasint)n_support);
  }
  memset(w->values, 0, PANEL * n_support * sizeof *w->values);
  for (uint32_t v = 0; v < n; v++) {
    if (stored->shape.kernel == SLANT_KERNEL_RBF)
      rbf_values(stored, squared_norm(&stored->shape, &vectors[v], n_sparse), w->products + v * n_support,
                 w->values + v * n_support);
    else
      polynomial_values(stored, w->products + v * n_support, w->values + v * n_support);
  }
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, PANEL, (blasint)n_outputs, (blasint)n_support, 1, w->values,
              (blasint)n_support, stored->coefficient, (blasint)n_outputs, 0, w->sums, (blasint)n_outputs);
}

int slant_kernel_outputs(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs,
                         const slant_vector *vectors, uint32_t n, slant_workspace *workspace, float *out,
                         slant_error *error) {
  if (!reserve(workspace, stored->n_support, bank->n_dense, n_outputs))
    return slant_fail(error, SLANT_E_MEMORY, "no memory to score with %u support vectors", stored->n_support);
  for (uint32_t from = 0; from < n; from += PANEL) {
    uint32_t count = n - from < PANEL ? n - from : PANEL;
    score_panel(stored, bank->n_sparse, bank->n_dense, n_outputs, vectors + from, count, workspace);
    for (size_t i = 0; i < (size_t)count * n_outputs; i++)
      out[(size_t)from * n_outputs + i] = (float)(workspace->sums[i] + stored->bias[i % n_outputs]);
  }
  return SLANT_OK;
}

void slant_kernel_directions(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs, float *out) {
  size_t k = n_outputs;
  for (uint32_t row = 0; row < stored->rows.n_rows; row++) {
    uint32_t feature = stored->rows.feature[row];
    uint64_t at = stored->start[row], end = stored->start[row + 1];
    if (end > stored->n_postings) end = stored->n_postings;
    for (; feature < bank->n_sparse && at < end; at++) {
      slant_posting posting = stored->postings[at];
      if (posting.support >= stored->n_support) continue;
      for (size_t o = 0; o < k; o++)
        out[feature * k + o] += (float)(stored->coefficient[posting.support * k + o] * (double)posting.value);
    }
  }
  for (uint32_t s = 0; s < stored->n_support; s++)
    for (uint32_t d = 0; d < bank->n_dense; d++)
      for (size_t o = 0; o < k; o++)
        out[((size_t)bank->n_sparse + d) * k + o] +=
            (float)(stored->coefficient[s * k + o] * (double)stored->dense[(size_t)s * bank->n_dense + d]);
}

int slant_workspace_new(slant_workspace **out, slant_error *error) {
  *out = slant_alloc_zero(1, sizeof **out);
  return *out ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for scoring");
}

void slant_workspace_free(slant_workspace *workspace) {
  if (!workspace) return;
  free(workspace->products);
  free(workspace->dense);
  free(workspace->values);
  free(workspace->sums);
  free(workspace->shared);
  slant_bank_scratch_free(workspace->bank);
  free(workspace);
}
