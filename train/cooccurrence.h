/*
 * How often words stand near each other, in bounded memory. Pairs gather in a buffer; a full buffer is sorted and
 * merged into the cells so far, which are sorted too. Where the cells outgrow their share of the memory, the lightest
 * are dropped (lossy counting: Manku and Motwani 2002), those of pairs that have met once or twice. Private to train.
 *
 * Weights are whole numbers, so that their sums do not depend on the order of adding.
 */
#ifndef SLANT_TRAIN_COOCCURRENCE_H
#define SLANT_TRAIN_COOCCURRENCE_H

#include <slant/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  SLANT_PAIR_UNIT = 1 << 16, /* weight of a pair at distance 1; at distance d it is UNIT / d */
  SLANT_MAX_PAIR_WORDS = 1 << 24,
  SLANT_MAX_WINDOW = 255
};

typedef struct slant_cell {
  uint64_t pair; /* lower word << 32 | higher word */
  uint64_t weight;
} slant_cell;

typedef struct slant_cooccurrence {
  uint64_t *pairs, *scratch; /* lower << 32 | higher << 8 | distance, not sorted */
  size_t n_pairs, pair_capacity;
  slant_cell *cells; /* ascending, no pair twice */
  size_t n_cells, cell_capacity;
  uint64_t dropped; /* cells, over all merges */
} slant_cooccurrence;

/* `memory` in bytes, at least 1 MiB. */
int slant_cooccurrence_new(slant_cooccurrence *out, size_t memory, slant_error *error);
/* Two words, in any order, `distance` apart, from 1 to SLANT_MAX_WINDOW. */
static inline void slant_cooccurrence_put(slant_cooccurrence *counts, uint32_t a, uint32_t b, uint32_t distance) {
  uint64_t low = a < b ? a : b, high = a < b ? b : a;
  counts->pairs[counts->n_pairs++] = low << 32 | high << 8 | distance;
}
/* Whether `more` pairs fit; after a merge at least 1,000 do. */
static inline bool slant_cooccurrence_has_room(const slant_cooccurrence *counts, size_t more) {
  return counts->pair_capacity - counts->n_pairs >= more;
}
/* Moves the pairs into the cells. */
void slant_cooccurrence_merge(slant_cooccurrence *counts);
void slant_cooccurrence_free(slant_cooccurrence *counts);

#endif
