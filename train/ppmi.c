#include "train/ppmi.h"

#include "common/memory.h"

#include <math.h>
#include <stdlib.h>

#define SMOOTHING 0.75 /* of context counts (Levy et al.): rare contexts say less than their counts claim */
#define LEAST     0.5  /* a pair of less weight has met by chance */

typedef struct marginals {
  double *word, *context; /* sums of the rows, and those to the power of SMOOTHING */
  double total;           /* of the contexts */
} marginals;

typedef struct pair {
  uint32_t low, high;
  double weight; /* 0: too light */
} pair;

static pair pair_of(const slant_cell *cell) {
  pair p = {(uint32_t)(cell->pair >> 32), (uint32_t)cell->pair, (double)cell->weight / SLANT_PAIR_UNIT};
  if (p.low == p.high) p.weight *= 2; /* each of the two is the other's neighbour */
  if (p.weight < LEAST) p.weight = 0;
  return p;
}

static void sum_up(marginals *out, const slant_cooccurrence *counts, uint32_t n) {
  for (size_t i = 0; i < counts->n_cells; i++) {
    pair p = pair_of(&counts->cells[i]);
    out->word[p.low] += p.weight;
    if (p.low != p.high) out->word[p.high] += p.weight;
  }
  for (uint32_t w = 0; w < n; w++) {
    out->context[w] = pow(out->word[w], SMOOTHING);
    out->total += out->context[w];
  }
}

static float information(const marginals *sums, uint32_t word, uint32_t context, double weight) {
  double value = log(weight * sums->total / (sums->word[word] * sums->context[context]));
  return value > 0 ? (float)value : 0;
}

static void put(slant_sparse *out, size_t *at, uint32_t row, uint32_t column, float value, float transposed) {
  size_t e = at[row]++;
  out->index[e] = column;
  out->value[e] = value;
  out->transposed[e] = transposed;
}

/* Cells are in the order of (low, high): so every row comes out in ascending order. With `at` NULL it only counts the
 * entries of each row, into start[row + 1]. */
static void fill(slant_sparse *out, size_t *at, const slant_cooccurrence *counts, const marginals *sums) {
  for (size_t i = 0; i < counts->n_cells; i++) {
    pair p = pair_of(&counts->cells[i]);
    if (p.weight == 0) continue;
    float there = information(sums, p.low, p.high, p.weight), back = information(sums, p.high, p.low, p.weight);
    if (there <= 0 && back <= 0) continue;
    bool diagonal = p.low == p.high;
    if (at) {
      put(out, at, p.low, p.high, there, back);
      if (!diagonal) put(out, at, p.high, p.low, back, there);
    } else {
      out->start[p.low + 1]++;
      out->start[p.high + 1] += !diagonal;
    }
  }
}

static bool build(slant_sparse *out, const slant_cooccurrence *counts, const marginals *sums, uint32_t n) {
  size_t *at = slant_alloc(n, sizeof *at);
  if (!at) return false;
  fill(out, NULL, counts, sums);
  for (uint32_t row = 0; row < n; row++) {
    out->start[row + 1] += out->start[row];
    at[row] = out->start[row];
  }
  out->index = slant_alloc(out->start[n], sizeof *out->index);
  out->value = slant_alloc(out->start[n], sizeof *out->value);
  out->transposed = slant_alloc(out->start[n], sizeof *out->transposed);
  bool ok = out->index && out->value && out->transposed;
  if (ok) fill(out, at, counts, sums);
  free(at);
  return ok;
}

int slant_ppmi(slant_sparse *out, const slant_cooccurrence *counts, uint32_t n, slant_error *error) {
  marginals sums = {.word = slant_alloc_zero(n, sizeof *sums.word), .context = slant_alloc(n, sizeof *sums.context)};
  *out = (slant_sparse){.n = n, .start = slant_alloc_zero((size_t)n + 1, sizeof *out->start)};
  bool ok = sums.word && sums.context && out->start;
  if (ok) {
    sum_up(&sums, counts, n);
    ok = build(out, counts, &sums, n);
  }
  free(sums.word);
  free(sums.context);
  if (ok) return SLANT_OK;
  slant_ppmi_free(out);
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the pairs of %u words", n);
}

void slant_ppmi_free(slant_sparse *matrix) {
  free(matrix->start);
  free(matrix->index);
  free(matrix->value);
  free(matrix->transposed);
  *matrix = (slant_sparse){0};
}
