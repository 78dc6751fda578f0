#include "train/gram.h"

#include "common/memory.h"
#include "common/threads.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one tile. Its sums (TILE × n doubles) are written to the mirrored half in runs of TILE cells. */
enum { TILE = 32 };

typedef struct posting {
  uint32_t row; /* local: 0 … n-1 */
  float value;
} posting;

typedef struct gram_build {
  const slant_vectors *vectors;
  const uint32_t *rows;
  uint32_t n;
  size_t *first; /* n_sparse + 1: where a feature's postings start */
  posting *postings;
  double *dense; /* n × n_dense, gathered */
  double *sums;  /* a tile for each worker */
  struct svm_node *nodes;
  slant_progress *progress;
} gram_build;

size_t slant_gram_size(uint32_t n) {
  size_t cells;
  if (__builtin_mul_overflow((size_t)n, (size_t)n + 1, &cells)) return SIZE_MAX;
  return __builtin_mul_overflow(cells, sizeof(struct svm_node), &cells) ? SIZE_MAX : cells;
}

/* Postings of every feature, in ascending order of rows (a counting sort of the CSR entries by feature). */
static bool invert(gram_build *build) {
  const slant_vectors *v = build->vectors;
  size_t total = 0;
  build->first = slant_alloc_zero((size_t)v->n_sparse + 2, sizeof *build->first);
  if (!build->first) return false;
  for (uint32_t i = 0; i < build->n; i++) {
    uint32_t row = build->rows[i];
    total += v->start[row + 1] - v->start[row];
    for (size_t e = v->start[row]; e < v->start[row + 1]; e++) build->first[v->index[e] + 2]++;
  }
  build->postings = slant_alloc(total, sizeof *build->postings);
  if (!build->postings) return false;
  /* Counted two places on: after the sums, first[f + 1] is where f starts and becomes where it ends as it fills. */
  for (uint32_t f = 1; f <= v->n_sparse; f++) build->first[f + 1] += build->first[f];
  for (uint32_t i = 0; i < build->n; i++) {
    uint32_t row = build->rows[i];
    for (size_t e = v->start[row]; e < v->start[row + 1]; e++)
      build->postings[build->first[v->index[e] + 1]++] = (posting){i, v->value[e]};
  }
  return true;
}

static bool gather_dense(gram_build *build) {
  size_t d = build->vectors->n_dense;
  build->dense = slant_alloc(build->n, (d ? d : 1) * sizeof *build->dense);
  if (!build->dense) return false;
  for (uint32_t i = 0; i < build->n; i++)
    for (size_t k = 0; k < d; k++) build->dense[i * d + k] = (double)build->vectors->dense[build->rows[i] * d + k];
  return true;
}

/* First posting in [from, to) whose row is at least `row`. */
static size_t lower_bound(const posting *postings, size_t from, size_t to, uint32_t row) {
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (postings[middle].row < row)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

/* sums[j - begin] += Σ_f x_i[f] x_j[f] for all j ≥ begin: one visit of a feature of x_i serves every x_j. */
static void add_sparse(const gram_build *build, uint32_t i, uint32_t begin, double *sums) {
  const slant_vectors *v = build->vectors;
  uint32_t row = build->rows[i];
  for (size_t e = v->start[row]; e < v->start[row + 1]; e++) {
    uint32_t f = v->index[e];
    double x = (double)v->value[e];
    size_t end = build->first[f + 1];
    for (size_t p = lower_bound(build->postings, build->first[f], end, begin); p < end; p++)
      sums[build->postings[p].row - begin] += x * (double)build->postings[p].value;
  }
}

/* Rows [begin, end) against the columns from `begin` on, and the mirror image of what lies right of the tile. */
static int tile(void *context, size_t index, unsigned worker, slant_error *error) {
  gram_build *build = context;
  uint32_t n = build->n, begin = (uint32_t)index * TILE, end = n - begin > TILE ? begin + TILE : n;
  size_t width = n - begin, stride = (size_t)n + 1, d = build->vectors->n_dense;
  double *sums = build->sums + (size_t)worker * TILE * n;
  if (d)
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)(end - begin), (int)width, (int)d, 1,
                build->dense + begin * d, (int)d, build->dense + begin * d, (int)d, 0, sums, (int)width);
  else
    memset(sums, 0, (end - begin) * width * sizeof *sums);
  for (uint32_t i = begin; i < end; i++) {
    double *row_sums = sums + (i - begin) * width;
    struct svm_node *row = build->nodes + i * stride;
    add_sparse(build, i, begin, row_sums);
    row[0] = (struct svm_node){0, (double)i + 1};
    for (uint32_t j = begin; j < n; j++) row[j + 1] = (struct svm_node){(int)j + 1, row_sums[j - begin]};
  }
  for (uint32_t j = end; j < n; j++)
    for (uint32_t i = begin; i < end; i++)
      build->nodes[j * stride + i + 1] = (struct svm_node){(int)i + 1, sums[(i - begin) * width + (j - begin)]};
  return slant_progress_step(build->progress, 1, error);
}

int slant_gram(struct svm_node **out, const slant_vectors *vectors, const uint32_t *rows, uint32_t n, unsigned threads,
               slant_progress *progress, slant_error *error) {
  gram_build build = {.vectors = vectors, .rows = rows, .n = n, .progress = progress};
  size_t tiles = ((size_t)n + TILE - 1) / TILE, size = slant_gram_size(n);
  int status = SLANT_E_MEMORY;
  if (threads < 1) threads = 1;
  if (size != SIZE_MAX) build.nodes = slant_alloc(size, 1);
  build.sums = slant_alloc((size_t)threads * TILE, (size_t)(n ? n : 1) * sizeof *build.sums);
  if (!build.nodes || !build.sums || !invert(&build) || !gather_dense(&build)) {
    slant_fail(error, SLANT_E_MEMORY, "no memory for the Gram matrix of %u examples; a smaller --memory avoids it", n);
    goto out;
  }
  status = slant_progress_begin(progress, "gram", tiles, error);
  if (!status) status = slant_parallel(tiles, threads, tile, &build, error);
out:
  free(build.first);
  free(build.postings);
  free(build.dense);
  free(build.sums);
  if (status) {
    free(build.nodes);
    build.nodes = NULL;
  }
  *out = build.nodes;
  return status;
}
