/*
 * Kernel models: support vectors turned into an inverted index when they are packed, and a batch of vectors scored at
 * once.
 *
 * A panel of 64 vectors takes its inner products with all support vectors. Features that few of these have lead through
 * the index to those few. Nearly all pairs of a vector and a support vector meet in features that many have: these are
 * rows, cut into strips of 64 support vectors, and while a strip is in the cache every vector of the panel adds up its
 * rows of it. The dense part is one sgemm on top. Kernel values times coefficients are another product, in double: sums
 * of thousands of terms that cancel would lose what float has. BLAS always gets 16 vectors, filled up with zeros, so
 * that it takes the same path for every vector and what one gets does not depend on the others.
 */
#include "models/weights.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  PANEL = 64, /* vectors that are scored together, */
  GROUP = 16, /* and those of them that BLAS is given together */
  COMMON = 8  /* a feature is common if one of so many support vectors has it: adding up a row of zeros then costs less
                 than following the postings, and its row takes as many bytes as four times the postings */
};

static uint32_t n_strips(uint32_t n_support) {
  return n_support / SLANT_STRIP + (n_support % SLANT_STRIP != 0);
}

uint64_t slant_kernel_n_cells(const slant_stored *stored) {
  return (uint64_t)n_strips(stored->n_support) * stored->common.n_rows * SLANT_STRIP;
}

/* Where the value of a support vector's common feature stands. */
static size_t cell_at(const slant_stored *stored, uint32_t support, uint32_t row) {
  return ((size_t)(support / SLANT_STRIP) * stored->common.n_rows + row) * SLANT_STRIP + support % SLANT_STRIP;
}

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

/* What the sparse features are turned into. Rows are numbered in the order of the features, rare and common ones apart.
 */
typedef struct index_arrays {
  uint32_t *row;              /* n_sparse: the row of a feature that occurs, those of common features behind n_rows */
  uint32_t *feature, *common; /* of each row */
  uint64_t *start;            /* n_rows + 1 */
  slant_posting *postings;    /* in the order of the support vectors */
  float *cells;
} index_arrays;

static void free_arrays(index_arrays *a) {
  free(a->row);
  free(a->feature);
  free(a->common);
  free(a->start);
  free(a->postings);
  free(a->cells);
}

/* Numbers the features that occur, and counts the postings of the rare ones: start[row + 1] becomes where those of
 * `row` begin. */
static void number_rows(index_arrays *a, slant_stored *stored, const slant_kernel_model *kernel, uint32_t n_sparse) {
  slant_rows *rare = &stored->rows, *common = &stored->common;
  for (uint64_t i = 0; i < kernel->start[kernel->n_support]; i++) a->row[kernel->index[i]]++;
  a->start[0] = 0;
  a->start[1] = 0;
  for (uint32_t f = 0; f < n_sparse; f++) {
    uint32_t count = a->row[f];
    if (count > n_strips(kernel->n_support) * SLANT_STRIP / COMMON) {
      a->common[common->n_rows] = f;
      a->row[f] = UINT32_MAX - common->n_rows++;
    } else if (count) {
      a->feature[rare->n_rows] = f;
      a->row[f] = rare->n_rows++;
      a->start[rare->n_rows + 1] = a->start[rare->n_rows] + count;
    }
  }
  stored->n_postings = a->start[rare->n_rows + 1];
  rare->shift = slant_rows_shift(rare->n_rows, n_sparse);
  /* Common features have the lowest numbers of their blocks: buckets for all alike would leave most in a few. */
  common->shift = slant_rows_shift(16 * common->n_rows, n_sparse);
}

/* Puts values into their rows, which moves start[row + 1] to the row's end. */
static void fill_rows(index_arrays *a, const slant_stored *stored, const slant_kernel_model *kernel) {
  for (uint32_t s = 0; s < kernel->n_support; s++)
    for (uint64_t i = kernel->start[s]; i < kernel->start[s + 1]; i++) {
      uint32_t feature = kernel->index[i], row = a->row[feature];
      float value = (float)(block_weight(&kernel->shape, feature) * (double)kernel->value[i]);
      if (row < stored->rows.n_rows)
        a->postings[a->start[row + 1]++] = (slant_posting){s, value};
      else
        a->cells[cell_at(stored, s, UINT32_MAX - row)] += value;
    }
}

static bool put_rows(slant_buffer *out, const slant_rows *rows, const uint32_t *feature, uint32_t n_sparse) {
  uint64_t n_buckets = slant_rows_n_buckets(rows->shift, n_sparse);
  uint32_t *bucket = slant_alloc(n_buckets, sizeof *bucket);
  if (!bucket) return false;
  slant_rows_fill(bucket, rows->shift, n_sparse, feature, rows->n_rows);
  slant_put_array(out, bucket, n_buckets * sizeof *bucket);
  slant_put_array(out, feature, rows->n_rows * sizeof *feature);
  free(bucket);
  return true;
}

static bool pack_index(slant_buffer *out, slant_stored *stored, const slant_kernel_model *kernel, uint32_t n_sparse) {
  index_arrays a = {.row = slant_alloc_zero(n_sparse, sizeof *a.row),
                    .feature = slant_alloc(n_sparse, sizeof *a.feature),
                    .common = slant_alloc(n_sparse, sizeof *a.common),
                    .start = slant_alloc((size_t)n_sparse + 2, sizeof *a.start)};
  bool ok = a.row && a.feature && a.common && a.start;
  stored->rows = stored->common = (slant_rows){0};
  if (ok) {
    number_rows(&a, stored, kernel, n_sparse);
    a.postings = slant_alloc(stored->n_postings, sizeof *a.postings);
    a.cells = slant_alloc_zero(slant_kernel_n_cells(stored), sizeof *a.cells);
    ok = a.postings && a.cells;
  }
  if (ok) {
    fill_rows(&a, stored, kernel);
    ok = put_rows(out, &stored->rows, a.feature, n_sparse);
    slant_put_array(out, a.start, ((uint64_t)stored->rows.n_rows + 1) * sizeof *a.start);
    slant_put_array(out, a.postings, stored->n_postings * sizeof *a.postings);
    ok = ok && put_rows(out, &stored->common, a.common, n_sparse);
    slant_put_array(out, a.cells, slant_kernel_n_cells(stored) * sizeof *a.cells);
  }
  free_arrays(&a);
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
/* Sorts a vector's features: common ones become terms from the front, rare ones from the back of `terms`, which has
 * room for all features; the number of either. */
static uint32_t find_terms(const slant_stored *stored, const slant_vector *x, slant_term *terms, uint32_t *n_rare) {
  uint32_t n_terms = 0, back = x->n_sparse;
  for (uint32_t i = 0; i < x->n_sparse; i++) {
    uint32_t row = slant_rows_find(&stored->common, x->index[i]);
    if (row != SLANT_NO_FEATURE_ROW) {
      terms[n_terms++] = (slant_term){row, x->value[i]};
      continue;
    }
    row = slant_rows_find(&stored->rows, x->index[i]);
    if (row == SLANT_NO_FEATURE_ROW) continue;
    terms[--back] = (slant_term){row, x->value[i]};
    __builtin_prefetch(&stored->start[row]);
  }
  *n_rare = x->n_sparse - back;
  return n_terms;
}

/* Where the postings of a row begin and end. The file is not trusted: they stay within what is there. */
static uint64_t postings_of(const slant_stored *stored, uint32_t row, uint64_t *end) {
  uint64_t n = stored->n_postings, from = stored->start[row], to = stored->start[row + 1];
  *end = to < n ? to : n;
  return from < *end ? from : *end;
}

/* Inner products of a vector's rare features with every support vector. Most rows are short and stand far from each
 * other: one is fetched while those before it are added up. */
static void add_rare(const slant_stored *stored, const slant_term *terms, uint32_t n, float *products) {
  enum { AHEAD = 16 };
  for (uint32_t i = 0; i < n; i++) {
    uint64_t end;
    if (i + AHEAD < n) __builtin_prefetch(&stored->postings[postings_of(stored, terms[i + AHEAD].row, &end)]);
    for (uint64_t at = postings_of(stored, terms[i].row, &end); at < end; at++) {
      slant_posting posting = stored->postings[at];
      if (posting.support < stored->n_support) products[posting.support] += terms[i].value * posting.value;
    }
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

/* Support vectors, filled up to whole strips. */
static size_t padded(const slant_stored *stored) {
  return (size_t)n_strips(stored->n_support) * SLANT_STRIP;
}

static bool reserve(slant_workspace *w, const slant_stored *stored, size_t n_dense, size_t n_outputs,
                    const slant_vector *vectors, uint32_t n) {
  size_t n_terms = 0, n_rows = (n + GROUP - 1) / GROUP * GROUP;
  for (uint32_t v = 0; v < n; v++) n_terms += vectors[v].n_sparse;
  return room(&w->products, &w->sizes[0], n_rows * padded(stored), sizeof *w->products) &&
         room(&w->dense, &w->sizes[1], GROUP * n_dense, sizeof *w->dense) &&
         room(&w->values, &w->sizes[2], GROUP * (size_t)stored->n_support, sizeof *w->values) &&
         room(&w->sums, &w->sizes[3], GROUP * n_outputs, sizeof *w->sums) &&
         room(&w->terms, &w->sizes[5], n_terms, sizeof *w->terms);
}

/* Inner products of the sparse features: rows of w->products. */
static void sparse_products(const slant_stored *stored, const slant_vector *vectors, uint32_t n, slant_workspace *w) {
  size_t stride = padded(stored), n_strip = (size_t)stored->common.n_rows * SLANT_STRIP;
  slant_term *terms[PANEL], *next = w->terms;
  uint32_t n_terms[PANEL], n_rare;
  for (uint32_t v = 0; v < n; v++) {
    terms[v] = next;
    n_terms[v] = find_terms(stored, &vectors[v], next, &n_rare);
    next += vectors[v].n_sparse;
    add_rare(stored, next - n_rare, n_rare, w->products + v * stride);
  }
  for (size_t s = 0; s < n_strips(stored->n_support); s++)
    for (uint32_t v = 0; v < n; v++)
      w->arithmetic->add_strip(w->products + v * stride + s * SLANT_STRIP, stored->cells + s * n_strip, terms[v],
                               n_terms[v]);
}

/* Adds the inner products of the dense features of at most GROUP vectors. */
static void add_dense(const slant_stored *stored, uint32_t n_dense, const slant_vector *vectors, uint32_t n,
                      float *products, slant_workspace *w) {
  if (!n_dense) return;
  memset(w->dense, 0, (size_t)GROUP * n_dense * sizeof *w->dense);
  for (uint32_t v = 0; v < n; v++) memcpy(w->dense + (size_t)v * n_dense, vectors[v].dense, n_dense * sizeof *w->dense);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, GROUP, (blasint)stored->n_support, (blasint)n_dense, 1, w->dense,
              (blasint)n_dense, stored->dense, (blasint)n_dense, 1, products, (blasint)padded(stored));
}

/* From the inner products of at most GROUP vectors to their sums of kernel values times coefficients. */
static void sum_kernels(const slant_stored *stored, uint32_t n_sparse, uint32_t n_outputs, const slant_vector *vectors,
                        uint32_t n, const float *products, slant_workspace *w) {
  size_t n_support = stored->n_support, stride = padded(stored);
  for (uint32_t v = 0; v < n; v++, products += stride) {
    if (stored->shape.kernel == SLANT_KERNEL_RBF)
      w->arithmetic->rbf(w->values + v * n_support, products, stored->norm,
                         squared_norm(&stored->shape, &vectors[v], n_sparse), stored->shape.gamma, stored->n_support);
    else
      polynomial_values(stored, products, w->values + v * n_support);
  }
  memset(w->values + n * n_support, 0, (GROUP - n) * n_support * sizeof *w->values);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, GROUP, (blasint)n_outputs, (blasint)n_support, 1, w->values,
              (blasint)n_support, stored->coefficient, (blasint)n_outputs, 0, w->sums, (blasint)n_outputs);
}

/* Outputs of at most PANEL vectors. */
static void score_panel(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs,
                        const slant_vector *vectors, uint32_t n, slant_workspace *w, float *out) {
  size_t stride = padded(stored), n_rows = (n + GROUP - 1) / GROUP * GROUP;
  memset(w->products, 0, n_rows * stride * sizeof *w->products);
  sparse_products(stored, vectors, n, w);
  for (uint32_t from = 0; from < n; from += GROUP) {
    uint32_t count = n - from < GROUP ? n - from : GROUP;
    float *products = w->products + from * stride;
    add_dense(stored, bank->n_dense, vectors + from, count, products, w);
    sum_kernels(stored, bank->n_sparse, n_outputs, vectors + from, count, products, w);
    for (size_t i = 0; i < (size_t)count * n_outputs; i++)
      out[(size_t)from * n_outputs + i] = (float)(w->sums[i] + stored->bias[i % n_outputs]);
  }
}

int slant_kernel_outputs(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs,
                         const slant_vector *vectors, uint32_t n, slant_workspace *workspace, float *out,
                         slant_error *error) {
  for (uint32_t from = 0; from < n; from += PANEL) {
    uint32_t count = n - from < PANEL ? n - from : PANEL;
    if (!reserve(workspace, stored, bank->n_dense, n_outputs, vectors + from, count))
      return slant_fail(error, SLANT_E_MEMORY, "no memory to score with %u support vectors", stored->n_support);
    score_panel(stored, bank, n_outputs, vectors + from, count, workspace, out + (size_t)from * n_outputs);
  }
  return SLANT_OK;
}

/* Who has a rare feature. */
static void visit_rare(const slant_stored *stored, uint32_t row, slant_kernel_visit visit, void *context) {
  uint64_t end;
  for (uint64_t at = postings_of(stored, row, &end); at < end; at++)
    if (stored->postings[at].support < stored->n_support)
      visit(context, stored->rows.feature[row], stored->postings[at]);
}

static void visit_common(const slant_stored *stored, uint32_t row, slant_kernel_visit visit, void *context) {
  for (uint32_t s = 0; s < stored->n_support; s++) {
    float value = stored->cells[cell_at(stored, s, row)];
    if (value != 0) visit(context, stored->common.feature[row], (slant_posting){s, value});
  }
}

void slant_kernel_visit_all(const slant_stored *stored, slant_kernel_visit visit, void *context) {
  const slant_rows *rare = &stored->rows, *common = &stored->common;
  for (uint32_t r = 0, c = 0; r < rare->n_rows || c < common->n_rows;)
    if (c == common->n_rows || (r < rare->n_rows && rare->feature[r] < common->feature[c]))
      visit_rare(stored, r++, visit, context);
    else
      visit_common(stored, c++, visit, context);
}

typedef struct directions {
  const slant_stored *stored;
  uint32_t n_sparse;
  size_t n_outputs;
  float *out;
} directions;

static void add_direction(void *context, uint32_t feature, slant_posting posting) {
  const directions *d = context;
  size_t k = d->n_outputs;
  for (size_t o = 0; feature < d->n_sparse && o < k; o++)
    d->out[feature * k + o] += (float)(d->stored->coefficient[posting.support * k + o] * (double)posting.value);
}

void slant_kernel_directions(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs, float *out) {
  size_t k = n_outputs;
  directions sparse = {stored, bank->n_sparse, k, out};
  slant_kernel_visit_all(stored, add_direction, &sparse);
  for (uint32_t s = 0; s < stored->n_support; s++)
    for (uint32_t d = 0; d < bank->n_dense; d++)
      for (size_t o = 0; o < k; o++)
        out[((size_t)bank->n_sparse + d) * k + o] +=
            (float)(stored->coefficient[s * k + o] * (double)stored->dense[(size_t)s * bank->n_dense + d]);
}

int slant_workspace_new(slant_workspace **out, slant_error *error) {
  *out = slant_alloc_zero(1, sizeof **out);
  if (!*out) return slant_fail(error, SLANT_E_MEMORY, "no memory for scoring");
  (*out)->arithmetic = slant_arithmetic_best();
  return SLANT_OK;
}

void slant_workspace_free(slant_workspace *workspace) {
  if (!workspace) return;
  free(workspace->products);
  free(workspace->dense);
  free(workspace->values);
  free(workspace->sums);
  free(workspace->shared);
  free(workspace->terms);
  slant_bank_scratch_free(workspace->bank);
  free(workspace);
}
