#include "features/lookup.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = 512, WORDS = GROUP / 64 };

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

static size_t n_words(const slant_lookup *lookup) { /* of touched, in whole groups */
  return ((size_t)lookup->n_features / GROUP + 1) * WORDS;
}

static size_t n_groups(const slant_lookup *lookup) {
  return (size_t)lookup->n_features / GROUP + 1;
}

bool slant_lookup_open(slant_lookup *lookup, const slant_table *table, uint32_t n_features, bool counting) {
  if (lookup->table && lookup->n_features == n_features) return true;
  slant_lookup_free(lookup);
  lookup->table = table;
  lookup->n_features = n_features;
  lookup->touched = slant_alloc_zero(n_words(lookup), sizeof *lookup->touched);
  lookup->groups = slant_alloc_zero(n_groups(lookup), sizeof *lookup->groups);
  if (counting) lookup->counts = slant_alloc_zero(n_features, sizeof *lookup->counts);
  if (lookup->touched && lookup->groups && (lookup->counts || !counting) && build_filter(lookup)) return true;
  slant_lookup_free(lookup);
  return false;
}

void slant_lookup_free(slant_lookup *lookup) {
  free(lookup->filter);
  free(lookup->counts);
  free(lookup->touched);
  free(lookup->groups);
  lookup->table = NULL;
  lookup->filter = lookup->touched = NULL;
  lookup->counts = NULL;
  lookup->groups = NULL;
}

void slant_lookup_clear(slant_lookup *lookup) {
  if (lookup->counts) memset(lookup->counts, 0, lookup->n_features * sizeof *lookup->counts);
  memset(lookup->touched, 0, n_words(lookup) * sizeof *lookup->touched);
  memset(lookup->groups, 0, n_groups(lookup));
  lookup->n_found = 0;
  lookup->n_pending = 0;
}

/* Keeps, of keys[0, n), those that pass the filter. */
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

/* The features of keys[0, n) that are in the table. Frequent ones stand where they are looked for first; what may stand
 * further on is looked for at the end. */
static uint32_t find(const slant_table *table, uint64_t *keys, uint32_t n, uint32_t *found) {
  const slant_slot *slots = table->slots;
  uint64_t mask = table->mask;
  uint32_t n_found = 0, n_further = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    const slant_slot *slot = &slots[key & mask];
    found[n_found] = slot->value;
    n_found += slot->key == key;
    keys[n_further] = key;
    n_further += (slot->key != key) & (slot->key != 0);
  }
  for (uint32_t i = 0; i < n_further; i++) {
    found[n_found] = slant_table_find(table, keys[i]);
    n_found += found[n_found] != SLANT_ABSENT;
  }
  return n_found;
}

void slant_lookup_mark(slant_lookup *lookup, const uint32_t *features, uint32_t n) {
  uint64_t *touched = lookup->touched;
  uint8_t *groups = lookup->groups;
  uint32_t *counts = lookup->counts;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t feature = features[i];
    touched[feature / 64] |= UINT64_C(1) << feature % 64;
    groups[feature / GROUP] = 1;
  }
  for (uint32_t i = 0; counts && i < n; i++) counts[features[i]]++;
  lookup->n_found += n;
}

uint32_t slant_lookup_find(const slant_lookup *lookup, uint64_t *keys, uint32_t n, uint32_t *found) {
  const slant_table *table = lookup->table;
  n = sift(lookup, keys, n);
  for (uint32_t i = 0; i < n; i++) __builtin_prefetch(&table->slots[keys[i] & table->mask]);
  return find(table, keys, n, found);
}

void slant_lookup_flush(slant_lookup *lookup) {
  uint32_t found[SLANT_PENDING + 1];
  uint32_t n = slant_lookup_find(lookup, lookup->pending, lookup->n_pending, found);
  slant_lookup_mark(lookup, found, n);
  lookup->n_pending = 0;
}

/* The numbers of the bits of `word`, of which the lowest is `first`, behind index[n). Most words have few: the first
 * ones are written whether they are there or not. */
static inline uint32_t take_word(uint64_t word, uint32_t first, uint32_t *index, uint32_t n) {
  for (int k = 0; k < SLANT_AT_ONCE; k++) {
    index[n] = first + (uint32_t)__builtin_ctzll(word | UINT64_C(1) << 63);
    n += word != 0;
    word &= word - 1;
  }
  for (; word; word &= word - 1) index[n++] = first + (uint32_t)__builtin_ctzll(word);
  return n;
}

uint32_t slant_lookup_take(slant_lookup *lookup, uint32_t *index) {
  uint32_t n = 0;
  size_t end = n_groups(lookup);
  for (size_t g = 0; g < end; g++) {
    if (!lookup->groups[g]) continue;
    uint64_t *words = lookup->touched + g * WORDS;
    uint32_t list[WORDS + 1], n_list = 0;
    for (uint32_t w = 0; w < WORDS; w++) {
      list[n_list] = w;
      n_list += words[w] != 0;
    }
    for (uint32_t k = 0; k < n_list; k++) {
      uint32_t w = list[k];
      n = take_word(words[w], (uint32_t)(g * GROUP) + w * 64, index, n);
      words[w] = 0;
    }
    lookup->groups[g] = 0;
  }
  lookup->n_found = 0;
  return n;
}
