/*
 * Truncated singular value decomposition of a large sparse square matrix by random projection (Halko, Martinsson and
 * Tropp 2011, algorithms 4.4 and 5.1). Private to train.
 *
 * For A of n × n and k = rank + oversampling: Q = orth(A Ω), Ω random, n × k; then Q = orth(A orth(Aᵀ Q)) a few times,
 * which sharpens the spectrum; B = Qᵀ A, k × n; the eigenvectors of B Bᵀ and the roots of its eigenvalues are B's left
 * singular vectors and singular values, and A's left singular vectors are Q times them.
 */
#ifndef SLANT_TRAIN_SVD_H
#define SLANT_TRAIN_SVD_H

#include "train/progress.h"

#include <stddef.h>
#include <stdint.h>

/* Compressed rows. The transpose has entries where A has: both are walked by rows, each by a thread of its own. */
typedef struct slant_sparse {
  uint32_t n;
  size_t *start;     /* n + 1 */
  uint32_t *index;   /* column */
  float *value;      /* A[row][column] */
  float *transposed; /* A[column][row] */
} slant_sparse;

typedef struct slant_svd_options {
  uint32_t rank, oversampling; /* together at most n */
  uint32_t iterations;         /* times that A and its transpose are applied again */
  uint64_t seed;
  unsigned threads; /* the result does not depend on them */
} slant_svd_options;

/* left[n × rank], row-major, and singular[rank], falling. A column's sign is arbitrary but always the same. Calls
 * slant_progress_step() once a product with A or its transpose, slant_svd_steps() times. */
int slant_svd(float *left, float *singular, const slant_sparse *matrix, const slant_svd_options *options,
              slant_progress *progress, slant_error *error);
uint32_t slant_svd_steps(const slant_svd_options *options);

#endif
