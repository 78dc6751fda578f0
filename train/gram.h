/*
 * Inner products of a model's examples, each computed once: the sparse part by an inverted index (one visit of a
 * feature of x_i serves every x_j that has it), the dense part by OpenBLAS. Summed in double, kept in float, which is
 * what libsvm keeps of a kernel too.
 */
#ifndef SLANT_TRAIN_GRAM_H
#define SLANT_TRAIN_GRAM_H

#include "train/solver.h"

/* Bytes of the matrix of n examples; SIZE_MAX where that cannot be represented. */
size_t slant_gram_size(uint32_t n);
/* out[i * n + j] = Σ_b β_b x_i·x_j over the features of block b, for the examples i, j of `rows` (n of them, repeats
 * allowed). `beta` NULL: all 1. The blocks ascend and do not overlap. The result is the same for any number of threads,
 * and symmetric to the bit. */
int slant_gram(float *out, const slant_vectors *vectors, const uint32_t *rows, uint32_t n, const slant_block *blocks,
               const double *beta, uint32_t n_blocks, unsigned threads, slant_progress *progress, slant_error *error);

#endif
