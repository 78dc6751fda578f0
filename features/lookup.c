#include "features/lookup.h"

#include <stdlib.h>
#include <string.h>

/* Two bits of the word that the key's upper half chooses. The table uses the lowest bits, the block's number is in the
 * highest four. */
static inline uint64_t filter_word(uint64_t key, uint64_t mask) {
  return key >> 24 & mask;
}
static inline uint64_t filter_bits(uint64_t key) {
  return UINT64_C(1) << (key >> 12 & 63) | UINT64_C(1) << (key >> 18 & 63);
}

static bool build_filter(slant_lookup *lookup) {
  const slant_table *table = lookup->table;
  uint64_t words = 1;
  while (words * 8 < lookup->n_features) words *= 2;
  lookup->filter = slant_alloc_zero(words, sizeof *lookup->filter);
  lookup->filter_mask = words - 1;
  if (!lookup->filter) return false;
  for (uint64_t i = 0; i <= table->mask; i++) {
    uint64_t key = table->slots[i].key;
    if (key) lookup->filter[filter_word(key, words - 1)] |= filter_bits(key);
  }
  return true;
}

bool slant_lookup_open(slant_lookup *lookup, const slant_table *table, uint32_t n_features) {
  if (lookup->table && lookup->n_features == n_features) return true;
  slant_lookup_free(lookup);
  lookup->table = table;
  lookup->n_features = n_features;
  lookup->counts = slant_alloc_zero(n_features, sizeof *lookup->counts);
  lookup->touched = slant_alloc_zero((size_t)n_features / 64 + 1, sizeof *lookup->touched);
  lookup->blocks = slant_alloc_zero((size_t)n_features / 4096 + 1, sizeof *lookup->blocks);
  if (lookup->counts && lookup->touched && lookup->blocks && build_filter(lookup)) return true;
  slant_lookup_free(lookup);
  return false;
}

void slant_lookup_free(slant_lookup *lookup) {
  free(lookup->filter);
  free(lookup->counts);
  free(lookup->touched);
  free(lookup->blocks);
  lookup->table = NULL;
  lookup->filter = lookup->touched = lookup->blocks = NULL;
  lookup->counts = NULL;
}

void slant_lookup_clear(slant_lookup *lookup) {
  memset(lookup->counts, 0, lookup->n_features * sizeof *lookup->counts);
  memset(lookup->touched, 0, ((size_t)lookup->n_features / 64 + 1) * sizeof *lookup->touched);
  memset(lookup->blocks, 0, ((size_t)lookup->n_features / 4096 + 1) * sizeof *lookup->blocks);
  lookup->n_found = 0;
  lookup->n_pending = 0;
}

/* Keeps, of keys[0, n), those that pass the filter. Without a branch: whether an n-gram is known cannot be predicted.
 */
static uint32_t sift(const slant_lookup *lookup, uint64_t *keys, uint32_t n) {
  const uint64_t *filter = lookup->filter;
  uint64_t mask = lookup->filter_mask;
  uint32_t left = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    keys[left] = key;
    uint64_t word = filter[filter_word(key, mask)];
    left += (uint32_t)(word >> (key >> 12 & 63)) & (uint32_t)(word >> (key >> 18 & 63)) & 1;
  }
  return left;
}

void slant_lookup_flush(slant_lookup *lookup) {
  const slant_table *table = lookup->table;
  uint64_t *keys = lookup->pending, *touched = lookup->touched, *blocks = lookup->blocks;
  uint32_t *counts = lookup->counts, found[SLANT_PENDING], n_found = 0;
  uint32_t n = sift(lookup, keys, lookup->n_pending);
  for (uint32_t i = 0; i < n; i++) __builtin_prefetch(&table->slots[keys[i] & table->mask]);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t feature = slant_table_find(table, keys[i]);
    if (feature == SLANT_ABSENT) continue;
    __builtin_prefetch(&counts[feature], 1);
    found[n_found++] = feature;
  }
  for (uint32_t i = 0; i < n_found; i++) {
    uint32_t feature = found[i];
    counts[feature]++;
    touched[feature >> 6] |= UINT64_C(1) << (feature & 63);
    blocks[feature >> 12] |= UINT64_C(1) << (feature >> 6 & 63);
  }
  lookup->n_found += n_found;
  lookup->n_pending = 0;
}

uint32_t slant_lookup_take(slant_lookup *lookup, uint32_t *index, float *value) {
  uint32_t n = 0, n_blocks = lookup->n_features / 4096 + 1;
  for (uint32_t b = 0; b < n_blocks; b++) {
    for (uint64_t words = lookup->blocks[b]; words; words &= words - 1) {
      uint32_t word = b * 64 + (uint32_t)__builtin_ctzll(words);
      for (uint64_t bits = lookup->touched[word]; bits; bits &= bits - 1) {
        uint32_t feature = word * 64 + (uint32_t)__builtin_ctzll(bits);
        index[n] = feature;
        value[n++] = (float)lookup->counts[feature];
        lookup->counts[feature] = 0;
      }
      lookup->touched[word] = 0;
    }
    lookup->blocks[b] = 0;
  }
  lookup->n_found = 0;
  return n;
}
