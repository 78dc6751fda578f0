#include "train/prune.h"

#include "common/memory.h"

#include <math.h>
#include <stdlib.h>

typedef struct ranked {
  double importance;
  uint32_t feature;
} ranked;

static int by_importance(const void *left, const void *right) {
  const ranked *a = left, *b = right;
  if (a->importance > b->importance || a->importance < b->importance) return a->importance > b->importance ? -1 : 1;
  return a->feature < b->feature ? -1 : a->feature > b->feature;
}

/* The greatest |w| of each sparse feature over all outputs. */
static int take_weights(ranked *features, const slant_vectors *vectors, const slant_fitted_bank *banks,
                        uint32_t n_banks) {
  float *largest = slant_alloc((size_t)vectors->n_sparse + vectors->n_dense, sizeof *largest);
  int status = largest ? SLANT_OK : SLANT_E_MEMORY;
  for (uint32_t b = 0; b < n_banks && !status; b++) {
    status = slant_bank_largest_weights(&banks[b].bank, largest, NULL);
    for (uint32_t f = 0; f < vectors->n_sparse && !status; f++)
      if ((double)largest[f] > features[f].importance) features[f].importance = (double)largest[f];
  }
  free(largest);
  return status;
}

int64_t slant_prune_choose(bool *keep, const slant_fitted_bank *banks, uint32_t n_banks, const slant_vectors *vectors,
                           uint32_t most) {
  uint32_t n = vectors->n_sparse, kept = 0;
  ranked *features = slant_alloc_zero(n, sizeof *features);
  double *squares = slant_alloc_zero(n, sizeof *squares);
  if (!features || !squares || take_weights(features, vectors, banks, n_banks)) {
    free(features);
    free(squares);
    return -1;
  }
  for (size_t e = 0; e < vectors->start[vectors->n_rows]; e++)
    squares[vectors->index[e]] += (double)vectors->value[e] * (double)vectors->value[e];
  for (uint32_t f = 0; f < n; f++) {
    features[f].feature = f;
    features[f].importance *= sqrt(squares[f] / vectors->n_rows);
    keep[f] = false;
  }
  qsort(features, n, sizeof *features, by_importance);
  for (; kept < n && kept < most && features[kept].importance > 0; kept++) keep[features[kept].feature] = true;
  free(features);
  free(squares);
  return kept;
}
