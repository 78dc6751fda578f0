/* Kernels, derived from the inner products of the problem's blocks. */
#include "common/memory.h"
#include "common/threads.h"
#include "train/gram.h"
#include "train/passes.h"

#include <math.h>
#include <stdlib.h>
#include <svm.h>

enum { TILE = 64 }; /* rows and columns that are derived at once and written to both halves; whole lanes */

typedef struct derivation {
  slant_space *space;
  const slant_passes *passes;
  const float *const *products; /* n_products matrices, whose weighted sum is the inner products */
  const double *beta;           /* NULL: all 1 */
  uint32_t n_products;
  float *square; /* x·x of every example */
  float *out;    /* may be the only matrix of products */
} derivation;

static float power(float base, uint32_t exponent) {
  float out = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) out *= base;
    base *= base;
  }
  return out;
}

/* Σ_b β_b x_i·x_j for `count` columns j from `first` on, then zeros to the end of the tile. */
static void add_products(const derivation *d, size_t i, size_t first, size_t count, float *sums) {
  for (size_t k = 0; k < TILE; k++) sums[k] = 0;
  for (uint32_t b = 0; b < d->n_products; b++) {
    const float beta = d->beta ? (float)d->beta[b] : 1;
    const float *row = d->products[b] + i * d->space->problem->n + first;
    for (size_t k = 0; k < count; k++) sums[k] += beta * row[k];
  }
}

static void apply_kernel(const derivation *d, size_t i, const float *square, float *row) {
  const slant_problem *problem = d->space->problem;
  float gamma = (float)d->space->gamma;
  if (problem->kernel == SLANT_KERNEL_RBF)
    d->passes->rbf(row, row, square, d->square[i], gamma, TILE);
  else if (problem->kernel == SLANT_KERNEL_POLYNOMIAL)
    for (size_t k = 0; k < TILE; k++)
      row[k] = power(gamma * row[k] + (float)problem->options.coef0, problem->options.degree);
}

/* A row of tiles from the diagonal on, and its mirror image. */
static int derive_rows(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  (void)error;
  const derivation *d = context;
  size_t n = d->space->problem->n, begin = index * TILE, end = n - begin > TILE ? begin + TILE : n;
  for (size_t first = begin; first < n; first += TILE) {
    float tile[TILE][TILE], square[TILE] = {0};
    size_t count = n - first > TILE ? TILE : n - first;
    for (size_t k = 0; k < count; k++) square[k] = d->square[first + k];
    for (size_t i = begin; i < end; i++) {
      add_products(d, i, first, count, tile[i - begin]);
      apply_kernel(d, i, square, tile[i - begin]);
    }
    for (size_t i = begin; i < end; i++)
      for (size_t k = 0; k < count; k++) d->out[i * n + first + k] = tile[i - begin][k];
    for (size_t k = 0; k < count && first > begin; k++)
      for (size_t i = begin; i < end; i++) d->out[(first + k) * n + i] = tile[i - begin][k];
  }
  return SLANT_OK;
}

/* Derives the kernel from matrices of inner products into space->own, which may be their only one. */
static int derive(slant_space *space, const float *const *products, const double *beta, uint32_t n_products,
                  unsigned threads, slant_error *error) {
  size_t n = space->problem->n;
  derivation d = {.space = space,
                  .passes = slant_passes_best(),
                  .products = products,
                  .beta = beta,
                  .n_products = n_products,
                  .square = slant_alloc_zero(n, sizeof *d.square),
                  .out = space->own};
  if (!d.square) return slant_fail(error, SLANT_E_MEMORY, "no memory for the kernel of %zu examples", n);
  for (size_t i = 0; i < n; i++)
    for (uint32_t b = 0; b < n_products; b++) d.square[i] += (beta ? (float)beta[b] : 1) * products[b][i * n + i];
  int status = slant_parallel((n + TILE - 1) / TILE, threads ? threads : 1, derive_rows, &d, error);
  free(d.square);
  return status;
}

/* The rows that libsvm wants: the row's number, then its values. */
static bool lay_out_nodes(slant_space *space) {
  size_t n = space->problem->n;
  space->nodes = slant_alloc(n, (n + 1) * sizeof *space->nodes);
  for (size_t i = 0; space->nodes && i < n; i++) {
    struct svm_node *row = space->nodes + i * (n + 1);
    row[0] = (struct svm_node){0, (double)i + 1};
    for (size_t j = 0; j < n; j++) row[j + 1] = (struct svm_node){(int)j + 1, (double)space->values[i * n + j]};
  }
  return space->nodes != NULL;
}

static int make_values(slant_space *space, unsigned threads, slant_error *error) {
  const slant_problem *problem = space->problem;
  bool linear = problem->kernel == SLANT_KERNEL_LINEAR;
  if (problem->n_gram == 1 && !space->block && linear) {
    space->values = problem->gram[0]; /* the inner products are the kernel */
    return SLANT_OK;
  }
  space->values = space->own = slant_alloc(slant_gram_size(problem->n), 1);
  if (!space->own) return slant_fail(error, SLANT_E_MEMORY, "no memory for the kernel of %u examples", problem->n);
  if (problem->n_gram)
    return derive(space, (const float *const *)problem->gram, space->block, problem->n_gram, threads, error);
  slant_block everything;
  uint32_t n_blocks;
  const slant_block *blocks = slant_problem_blocks(problem, &everything, &n_blocks);
  int status = slant_gram(space->own, problem->vectors, problem->rows, problem->n, blocks, space->block, n_blocks,
                          threads, NULL, error);
  const float *const products[] = {space->own};
  return status || linear ? status : derive(space, products, NULL, 1, threads, error);
}

/* √β of each feature's block, over all entries and dense values. */
static int scale_vectors(slant_space *space, slant_error *error) {
  const slant_problem *problem = space->problem;
  const slant_vectors *v = problem->vectors;
  space->vectors = *v;
  if (!space->block) return SLANT_OK;
  size_t n_entries = v->start[v->n_rows], n_features = (size_t)v->n_sparse + v->n_dense;
  double *factor = slant_alloc(n_features, sizeof *factor);
  space->vectors.value = space->scaled = slant_alloc(n_entries, sizeof *space->scaled);
  space->vectors.dense = space->scaled_dense = slant_alloc(v->n_rows, v->n_dense * sizeof *space->scaled_dense);
  if (!factor || !space->scaled || !space->scaled_dense) {
    free(factor);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the vectors of %u examples", problem->n);
  }
  for (size_t f = 0; f < n_features; f++) factor[f] = 1;
  slant_space_fold(space, factor);
  for (size_t e = 0; e < n_entries; e++) space->scaled[e] = (float)((double)v->value[e] * factor[v->index[e]]);
  for (size_t k = 0; k < (size_t)v->n_rows * v->n_dense; k++)
    space->scaled_dense[k] = (float)((double)v->dense[k] * factor[v->n_sparse + k % v->n_dense]);
  free(factor);
  return SLANT_OK;
}

void slant_space_fold(const slant_space *space, double *w) {
  slant_block everything;
  uint32_t n_blocks;
  const slant_block *blocks = slant_problem_blocks(space->problem, &everything, &n_blocks);
  for (uint32_t b = 0; space->block && b < n_blocks; b++) {
    double factor = sqrt(space->block[b]);
    for (uint32_t f = blocks[b].first; f < blocks[b].end; f++) w[f] *= factor;
  }
}

int slant_space_new(slant_space *out, const slant_problem *problem, const slant_setting *setting, unsigned threads,
                    slant_error *error) {
  *out = (slant_space){.problem = problem, .gamma = setting->gamma, .block = setting->block};
  int status = problem->has_matrix ? make_values(out, threads, error) : scale_vectors(out, error);
  if (!status && problem->solver == SLANT_SOLVER_LIBLINEAR) status = slant_liblinear_rows(out, error);
  if (!status && problem->solver == SLANT_SOLVER_LIBSVM && !lay_out_nodes(out))
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the kernel of %u examples", problem->n);
  if (status) slant_space_free(out);
  return status;
}

void slant_space_free(slant_space *space) {
  slant_liblinear_rows_free(space);
  free(space->scaled);
  free(space->scaled_dense);
  free(space->own);
  free(space->nodes);
  *space = (slant_space){0};
}
