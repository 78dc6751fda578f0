/*
 * The vocabulary: n-gram hashes that are counted while a pipeline grows, then pruned and numbered.
 * A key is the n-gram's hash with its block's number in the top bits. Features are numbered block by block, so that
 * each is one range, and within a block by falling document frequency: what is looked up most lies close together.
 * Private to features.
 */
#ifndef SLANT_FEATURES_VOCABULARY_H
#define SLANT_FEATURES_VOCABULARY_H

#include "features/table.h" /* SLANT_ABSENT */

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
/*
 * An open-addressing table, at most half full, and before it a filter that turns away most n-grams that are in no
 * vocabulary (a Bloom filter of two bits in one word: Putze, Sanders, Singler 2007); both are laid out to be used from
 * a mapped file.
 *
 * A slot is eight bytes, so that the cache holds as many as it can: of a key only the upper half is kept, the lowest
 * bits say where it stands. Keys that agree in the upper half and meet in a run of slots are one feature: of a billion
 * features about three are lost in another, and of 10^8 unknown n-grams that pass the filter less than one is found.
 */
typedef struct slant_entry {
  uint32_t tag; /* 0: empty; the block's number sees to it that no key's is */
  uint32_t feature;
} slant_entry;

typedef struct slant_vocabulary {
  const slant_entry *slots;
  uint64_t mask;          /* number of slots - 1; the number is a power of two */
  const uint64_t *filter; /* a byte a feature or more */
  uint64_t filter_mask;   /* number of words - 1, likewise */
  uint32_t n_features;    /* features are below it; a damaged file may hold others, which are not found */
} slant_vocabulary;

static inline uint32_t slant_vocabulary_tag(uint64_t key) {
  return (uint32_t)(key >> 32);
}

/* The filter's word of a key, and its two bits in it. */
static inline uint64_t slant_filter_word(uint64_t key, uint64_t mask) {
  return key >> 24 & mask;
}
enum { SLANT_FILTER_FIRST = 12, SLANT_FILTER_SECOND = 18 }; /* six bits of the key from here on: numbers of bits */

/* The feature of a key or SLANT_ABSENT. At least one slot is empty; where damage has filled them all, the search ends
 * once it has been round. */
static inline uint32_t slant_vocabulary_find(const slant_vocabulary *vocabulary, uint64_t key) {
  const uint32_t tag = slant_vocabulary_tag(key);
  for (uint64_t i = key & vocabulary->mask, n = 0; n <= vocabulary->mask; i = (i + 1) & vocabulary->mask, n++) {
    const slant_entry *slot = &vocabulary->slots[i];
    if (slot->tag == tag) return slot->feature < vocabulary->n_features ? slot->feature : SLANT_ABSENT;
    if (slot->tag == 0) break;
  }
  return SLANT_ABSENT;
}

/* Of n keys, in the order of their numbers. Those with the smallest idf, which texts have most, are put in first, to be
 * found at the first look. Slots and filter are one allocation, *owned, for the caller to free. False: no memory. */
bool slant_vocabulary_build(slant_vocabulary *out, void **owned, const uint64_t *keys, const float *idf, uint32_t n);

static inline uint64_t slant_vocabulary_slots_size(const slant_vocabulary *vocabulary) {
  return (vocabulary->mask + 1) * sizeof *vocabulary->slots;
}
static inline uint64_t slant_vocabulary_filter_size(const slant_vocabulary *vocabulary) {
  return (vocabulary->filter_mask + 1) * sizeof *vocabulary->filter;
}

/* Takes over bytes of a file without reading them: only the sizes are checked. False: damaged. */
bool slant_vocabulary_adopt(slant_vocabulary *out, const void *slots, uint64_t slots_size, const void *filter,
                            uint64_t filter_size, uint32_t n_features);

#endif
