#include "train/vectors.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

void slant_vectors_free(slant_vectors *vectors) {
  free(vectors->start);
  free(vectors->index);
  free(vectors->value);
  free(vectors->dense);
  *vectors = (slant_vectors){0};
}

/* ---- rows as a store of their own ---- */
/* Which features occur, as bits, and how many before each word of bits: together the new number of every old one. */
typedef struct feature_ranks {
  uint64_t *bits;
  uint32_t *before;
  uint32_t n; /* features that occur */
} feature_ranks;

static uint32_t rank_of(const feature_ranks *ranks, uint32_t feature) {
  uint64_t below = ranks->bits[feature / 64] & ((UINT64_C(1) << feature % 64) - 1);
  return ranks->before[feature / 64] + (uint32_t)__builtin_popcountll(below);
}

static bool rank_features(feature_ranks *ranks, const slant_vectors *v, const uint32_t *rows, uint32_t n) {
  size_t words = (size_t)v->n_sparse / 64 + 1;
  ranks->bits = slant_alloc_zero(words, sizeof *ranks->bits);
  ranks->before = slant_alloc(words, sizeof *ranks->before);
  if (!ranks->bits || !ranks->before) return false;
  for (uint32_t i = 0; i < n; i++)
    for (size_t e = v->start[rows[i]]; e < v->start[rows[i] + 1]; e++)
      ranks->bits[v->index[e] / 64] |= UINT64_C(1) << v->index[e] % 64;
  for (size_t w = 0; w < words; w++) {
    ranks->before[w] = ranks->n;
    ranks->n += (uint32_t)__builtin_popcountll(ranks->bits[w]);
  }
  return true;
}

static void copy_rows(slant_vectors *out, const feature_ranks *ranks, const slant_vectors *v, const uint32_t *rows) {
  size_t at = 0;
  for (uint32_t i = 0; i < out->n_rows; i++) {
    out->start[i] = at;
    for (size_t e = v->start[rows[i]]; e < v->start[rows[i] + 1]; e++, at++) {
      out->index[at] = rank_of(ranks, v->index[e]);
      out->value[at] = v->value[e];
    }
    if (v->n_dense)
      memcpy(out->dense + (size_t)i * v->n_dense, v->dense + (size_t)rows[i] * v->n_dense,
             v->n_dense * sizeof *v->dense);
  }
  out->start[out->n_rows] = at;
}

bool slant_vectors_take(slant_vectors *out, uint32_t **features, const slant_vectors *v, const uint32_t *rows,
                        uint32_t n) {
  feature_ranks ranks = {0};
  size_t cells = 0;
  uint32_t *names = NULL;
  *out = (slant_vectors){.n_rows = n, .n_dense = v->n_dense};
  for (uint32_t i = 0; i < n; i++) cells += v->start[rows[i] + 1] - v->start[rows[i]];
  bool ok = rank_features(&ranks, v, rows, n);
  if (ok) {
    out->n_sparse = ranks.n;
    out->start = slant_alloc((size_t)n + 1, sizeof *out->start);
    out->index = slant_alloc(cells, sizeof *out->index);
    out->value = slant_alloc(cells, sizeof *out->value);
    out->dense = slant_alloc(n, ((size_t)v->n_dense + 1) * sizeof *out->dense);
    names = slant_alloc(ranks.n, sizeof *names);
    ok = out->start && out->index && out->value && out->dense && names;
  }
  if (ok) {
    uint32_t found = 0;
    for (size_t w = 0; w <= (size_t)v->n_sparse / 64; w++)
      for (uint64_t bits = ranks.bits[w]; bits; bits &= bits - 1)
        names[found++] = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(bits));
    copy_rows(out, &ranks, v, rows);
  } else {
    slant_vectors_free(out);
    free(names);
    names = NULL;
  }
  free(ranks.bits);
  free(ranks.before);
  *features = names;
  return ok;
}

void slant_vectors_add(const slant_vectors *vectors, uint32_t row, double a, double *w) {
  for (size_t e = vectors->start[row]; e < vectors->start[row + 1]; e++)
    w[vectors->index[e]] += a * (double)vectors->value[e];
  if (!vectors->n_dense) return;
  const float *dense = vectors->dense + (size_t)row * vectors->n_dense;
  for (uint32_t d = 0; d < vectors->n_dense; d++) w[vectors->n_sparse + d] += a * (double)dense[d];
}

double slant_vectors_dot(const slant_vectors *vectors, uint32_t row, const double *w) {
  double sum = 0;
  for (size_t e = vectors->start[row]; e < vectors->start[row + 1]; e++)
    sum += w[vectors->index[e]] * (double)vectors->value[e];
  if (!vectors->n_dense) return sum;
  const float *dense = vectors->dense + (size_t)row * vectors->n_dense;
  for (uint32_t d = 0; d < vectors->n_dense; d++) sum += w[vectors->n_sparse + d] * (double)dense[d];
  return sum;
}
