/*
 * The training examples' vectors in one store: a CSR matrix of the sparse features and a row-major matrix of the dense
 * ones. Everything that fits reads from it; nothing copies it.
 */
#ifndef SLANT_TRAIN_VECTORS_H
#define SLANT_TRAIN_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct slant_vectors {
  uint32_t n_rows, n_sparse, n_dense;
  size_t *start;   /* n_rows + 1 */
  uint32_t *index; /* start[n_rows] feature numbers, ascending in a row, each < n_sparse */
  float *value;
  float *dense; /* n_rows × n_dense */
} slant_vectors;

void slant_vectors_free(slant_vectors *vectors); /* what it points to, not the struct */

/* Copies `n` rows into a store of its own, whose sparse features are those that occur in them, in their order: feature
 * f of *out is features[0][f] of `vectors`. What a model of few rows costs then depends on them, and not on all that
 * training has seen. The caller frees *out and *features. false: no memory, and both are empty. */
bool slant_vectors_take(slant_vectors *out, uint32_t **features, const slant_vectors *vectors, const uint32_t *rows,
                        uint32_t n);

/* w += a · x(row), w of n_sparse + n_dense. */
void slant_vectors_add(const slant_vectors *vectors, uint32_t row, double a, double *w);
/* w · x(row). */
double slant_vectors_dot(const slant_vectors *vectors, uint32_t row, const double *w);

#endif
