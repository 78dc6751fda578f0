/*
 * Examples that are twins: of one vector and one sign. k of them cost what one does whose weight is the sum of theirs,
 * whatever the loss, so that a fit on the vectors need not go over them k times. Banks of many actors are full of them,
 * since a text that speaks of several is an example of each.
 */
#ifndef SLANT_TRAIN_TWINS_H
#define SLANT_TRAIN_TWINS_H

#include "train/vectors.h"

#include <stdbool.h>

typedef struct slant_twins {
  uint32_t n;        /* examples that are left: the first of each kind, in their order */
  uint32_t *row;     /* n: of the vectors */
  signed char *sign; /* n */
  double *weight;    /* n: sums */
} slant_twins;

/* Merges the twins among n examples. `weight` may be NULL: all 1. The caller frees *out. false: no memory, and it is
 * empty. */
bool slant_twins_merge(slant_twins *out, const slant_vectors *vectors, const uint32_t *row, const signed char *sign,
                       const double *weight, uint32_t n);
void slant_twins_free(slant_twins *twins);

#endif
