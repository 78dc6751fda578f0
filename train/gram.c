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
  const slant_block *blocks;
  const double *beta;
  uint32_t n_blocks;
  size_t *first; /* n_sparse + 1: where a feature's postings start */
  posting *postings;
  size_t n_dense;       /* dense features of the blocks */
  double *dense, *left; /* n × n_dense, gathered; left has β on it, and is `dense` itself where that is 1 */
  double *sums;         /* a tile for each worker */
  float *out;
  slant_progress *progress;
} gram_build;

size_t slant_gram_size(uint32_t n) {
  size_t cells;
  if (__builtin_mul_overflow((size_t)n, (size_t)n, &cells)) return SIZE_MAX;
  return __builtin_mul_overflow(cells, sizeof(float), &cells) ? SIZE_MAX : cells;
}

static double beta_of(const gram_build *build, uint32_t block) {
  return build->beta ? build->beta[block] : 1;
}

/* The entries [*at, end) of a row that lie in a block: found by a search each, since a row has many and blocks are few.
 */
static void entries(const slant_vectors *v, uint32_t row, slant_block block, size_t *from, size_t *to) {
  size_t bounds[2];
  for (int side = 0; side < 2; side++) {
    uint32_t feature = side ? block.end : block.first;
    size_t low = v->start[row], high = v->start[row + 1];
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (v->index[middle] < feature)
        low = middle + 1;
      else
        high = middle;
    }
    bounds[side] = low;
  }
  *from = bounds[0];
  *to = bounds[1];
}

/* Postings of every feature, in ascending order of rows (a counting sort of the CSR entries by feature). */
static bool invert(gram_build *build) {
  const slant_vectors *v = build->vectors;
  size_t total = 0, from, to;
  build->first = slant_alloc_zero((size_t)v->n_sparse + 2, sizeof *build->first);
  if (!build->first) return false;
  for (uint32_t i = 0; i < build->n; i++)
    for (uint32_t b = 0; b < build->n_blocks; b++) {
      entries(v, build->rows[i], build->blocks[b], &from, &to);
      total += to - from;
      for (size_t e = from; e < to; e++) build->first[v->index[e] + 2]++;
    }
  build->postings = slant_alloc(total, sizeof *build->postings);
  if (!build->postings) return false;
  /* Counted two places on: after the sums, first[f + 1] is where f starts and becomes where it ends as it fills. */
  for (uint32_t f = 1; f <= v->n_sparse; f++) build->first[f + 1] += build->first[f];
  for (uint32_t i = 0; i < build->n; i++)
    for (uint32_t b = 0; b < build->n_blocks; b++) {
      entries(v, build->rows[i], build->blocks[b], &from, &to);
      for (size_t e = from; e < to; e++) build->postings[build->first[v->index[e] + 1]++] = (posting){i, v->value[e]};
    }
  return true;
}

/* First dense feature of a block, and how many there are. */
static size_t dense_part(const slant_vectors *v, slant_block block, uint32_t *first) {
  *first = block.first > v->n_sparse ? block.first - v->n_sparse : 0;
  uint32_t end = block.end > v->n_sparse ? block.end - v->n_sparse : 0;
  return end > *first ? end - *first : 0;
}

static bool gather_dense(gram_build *build) {
  const slant_vectors *v = build->vectors;
  uint32_t first;
  for (uint32_t b = 0; b < build->n_blocks; b++) build->n_dense += dense_part(v, build->blocks[b], &first);
  size_t d = build->n_dense, at = 0;
  if (!d) return true;
  build->dense = slant_alloc(build->n, d * sizeof *build->dense);
  build->left = build->beta ? slant_alloc(build->n, d * sizeof *build->left) : build->dense;
  if (!build->dense || !build->left) return false;
  for (uint32_t b = 0; b < build->n_blocks; b++) {
    size_t count = dense_part(v, build->blocks[b], &first);
    for (uint32_t i = 0; i < build->n; i++) {
      const float *row = v->dense + (size_t)build->rows[i] * v->n_dense + first;
      for (size_t k = 0; k < count; k++) {
        build->dense[i * d + at + k] = (double)row[k];
        build->left[i * d + at + k] = beta_of(build, b) * (double)row[k];
      }
    }
    at += count;
  }
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

/* sums[j - begin] += Σ_f β x_i[f] x_j[f] for all j ≥ begin. */
static void add_sparse(const gram_build *build, uint32_t i, uint32_t begin, double *sums) {
  const slant_vectors *v = build->vectors;
  for (uint32_t b = 0; b < build->n_blocks; b++) {
    size_t from, to;
    entries(v, build->rows[i], build->blocks[b], &from, &to);
    for (size_t e = from; e < to; e++) {
      uint32_t f = v->index[e];
      double x = beta_of(build, b) * (double)v->value[e];
      size_t end = build->first[f + 1];
      for (size_t p = lower_bound(build->postings, build->first[f], end, begin); p < end; p++)
        sums[build->postings[p].row - begin] += x * (double)build->postings[p].value;
    }
  }
}

/* Rows [begin, end) against the columns from `begin` on, and the mirror image of what lies right of the diagonal. */
static int tile(void *context, size_t index, unsigned worker, slant_error *error) {
  gram_build *build = context;
  uint32_t n = build->n, begin = (uint32_t)index * TILE, end = n - begin > TILE ? begin + TILE : n;
  size_t width = n - begin, d = build->n_dense;
  double *sums = build->sums + (size_t)worker * TILE * n;
  if (d)
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)(end - begin), (int)width, (int)d, 1,
                build->left + begin * d, (int)d, build->dense + begin * d, (int)d, 0, sums, (int)width);
  else
    memset(sums, 0, (end - begin) * width * sizeof *sums);
  for (uint32_t i = begin; i < end; i++) {
    double *row_sums = sums + (i - begin) * width;
    add_sparse(build, i, begin, row_sums);
    for (uint32_t j = i; j < n; j++) build->out[(size_t)i * n + j] = (float)row_sums[j - begin];
  }
  for (uint32_t j = begin; j < n; j++)
    for (uint32_t i = begin; i < end && i < j; i++)
      build->out[(size_t)j * n + i] = (float)sums[(i - begin) * width + (j - begin)];
  return slant_progress_step(build->progress, 1, error);
}

int slant_gram(float *out, const slant_vectors *vectors, const uint32_t *rows, uint32_t n, const slant_block *blocks,
               const double *beta, uint32_t n_blocks, unsigned threads, slant_progress *progress, slant_error *error) {
  gram_build build = {.vectors = vectors,
                      .rows = rows,
                      .n = n,
                      .blocks = blocks,
                      .beta = beta,
                      .n_blocks = n_blocks,
                      .out = out,
                      .progress = progress};
  size_t tiles = ((size_t)n + TILE - 1) / TILE;
  int status = SLANT_E_MEMORY;
  if (threads < 1) threads = 1;
  build.sums = slant_alloc((size_t)threads * TILE, (size_t)(n ? n : 1) * sizeof *build.sums);
  if (!build.sums || !invert(&build) || !gather_dense(&build)) {
    slant_fail(error, SLANT_E_MEMORY, "no memory for the inner products of %u examples; a smaller --memory avoids them",
               n);
    goto out;
  }
  status = slant_progress_begin(progress, "inner products", tiles, error);
  if (!status) status = slant_parallel(tiles, threads, tile, &build, error);
out:
  free(build.first);
  free(build.postings);
  if (build.left != build.dense) free(build.left);
  free(build.dense);
  free(build.sums);
  return status;
}
