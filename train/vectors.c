#include "train/vectors.h"

#include <stdlib.h>

void slant_vectors_free(slant_vectors *vectors) {
  free(vectors->start);
  free(vectors->index);
  free(vectors->value);
  free(vectors->dense);
  *vectors = (slant_vectors){0};
}

void slant_vectors_add(const slant_vectors *vectors, uint32_t row, double a, double *w) {
  for (size_t e = vectors->start[row]; e < vectors->start[row + 1]; e++)
    w[vectors->index[e]] += a * (double)vectors->value[e];
  const float *dense = vectors->dense + (size_t)row * vectors->n_dense;
  for (uint32_t d = 0; d < vectors->n_dense; d++) w[vectors->n_sparse + d] += a * (double)dense[d];
}

double slant_vectors_dot(const slant_vectors *vectors, uint32_t row, const double *w) {
  double sum = 0;
  for (size_t e = vectors->start[row]; e < vectors->start[row + 1]; e++)
    sum += w[vectors->index[e]] * (double)vectors->value[e];
  const float *dense = vectors->dense + (size_t)row * vectors->n_dense;
  for (uint32_t d = 0; d < vectors->n_dense; d++) sum += w[vectors->n_sparse + d] * (double)dense[d];
  return sum;
}
