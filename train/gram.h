/*
 * The Gram matrix of a model's examples, laid out as libsvm's precomputed-kernel rows: row i is nodes[i * (n + 1)] …,
 * whose cell 0 carries the number i + 1 and whose cell j + 1 carries x_i · x_j. Any subset of examples becomes a libsvm
 * problem by pointing at its rows, so every fold, cost and one-vs-rest problem shares this one matrix.
 */
#ifndef SLANT_TRAIN_GRAM_H
#define SLANT_TRAIN_GRAM_H

#include "train/progress.h"
#include "train/vectors.h"

#include <stdbool.h>
#include <svm.h>

/* Bytes of the matrix of n examples; SIZE_MAX where that cannot be represented. */
size_t slant_gram_size(uint32_t n);
/* Computes it for `rows` (n of them, repeats allowed) of `vectors`. The caller frees *out. The result is the same for
 * any number of threads. */
int slant_gram(struct svm_node **out, const slant_vectors *vectors, const uint32_t *rows, uint32_t n, unsigned threads,
               slant_progress *progress, slant_error *error);

#endif
