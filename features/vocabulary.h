/*
 * The vocabulary: n-gram hashes that are counted while a pipeline grows, then pruned and numbered.
 * A key is the n-gram's hash with its block's number in the top bits. Features are numbered block by block, so that
 * each is one range, and within a block by falling document frequency: what is looked up most lies close together.
 * Private to features.
 */
#ifndef SLANT_FEATURES_VOCABULARY_H
#define SLANT_FEATURES_VOCABULARY_H

#include "features/table.h"

enum { SLANT_MAX_BLOCKS = 15 };

static inline uint64_t slant_vocabulary_key(uint32_t block, uint64_t hash) {
  return (hash & UINT64_C(0x0fffffffffffffff)) | (uint64_t)(block + 1) << 60;
}

/* ---- growing ---- */
typedef struct slant_count {
  uint64_t key; /* 0: empty */
  uint32_t df;
  uint32_t last; /* number of the last example that had it */
} slant_count;

typedef struct slant_counts {
  slant_count *slots;
  uint64_t used, mask; /* mask 0: nothing allocated */
} slant_counts;

/* Counts `key` once for example number `example` (from 1). False: no memory. */
bool slant_counts_add(slant_counts *counts, uint64_t key, uint32_t example);
void slant_counts_free(slant_counts *counts);

/* Keys with df >= min_df[block], in the order of their numbers, and their df, both malloc'd; their number in *n. False:
 * no memory. */
bool slant_counts_prune(const slant_counts *counts, const int64_t *min_df, uint64_t **keys, uint32_t **df, uint32_t *n);

/* ---- frozen ---- */
/* The table of n keys, those with the smallest idf, which texts have most, first; malloc'd slots. NULL: no memory. */
slant_slot *slant_vocabulary_table(slant_table *out, const uint64_t *keys, const float *idf, uint32_t n);

#endif
