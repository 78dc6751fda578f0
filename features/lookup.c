#include "features/lookup.h"

#include "features/swar.h"

#include <stdlib.h>
#include <string.h>

enum { REGION = 64 * 64 }; /* features */

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

static size_t n_regions(const slant_lookup *lookup) {
  return (size_t)lookup->n_features / REGION + 1;
}

bool slant_lookup_open(slant_lookup *lookup, const slant_table *table, uint32_t n_features, bool counting) {
  if (lookup->table && lookup->n_features == n_features) return true;
  slant_lookup_free(lookup);
  lookup->table = table;
  lookup->n_features = n_features;
  lookup->touched = slant_alloc_zero(n_regions(lookup), 64 * sizeof *lookup->touched);
  lookup->words = slant_alloc_zero(n_regions(lookup), 64);
  lookup->regions = slant_alloc_zero(n_regions(lookup), 1);
  if (counting) lookup->counts = slant_alloc_zero((size_t)n_features + 1, sizeof *lookup->counts);
  if (lookup->touched && lookup->words && lookup->regions && (lookup->counts || !counting) && build_filter(lookup))
    return true;
  slant_lookup_free(lookup);
  return false;
}

void slant_lookup_free(slant_lookup *lookup) {
  free(lookup->filter);
  free(lookup->counts);
  free(lookup->touched);
  free(lookup->words);
  free(lookup->regions);
  lookup->table = NULL;
  lookup->filter = lookup->touched = NULL;
  lookup->counts = NULL;
  lookup->words = lookup->regions = NULL;
}

void slant_lookup_clear(slant_lookup *lookup) {
  if (lookup->counts) memset(lookup->counts, 0, lookup->n_features * sizeof *lookup->counts);
  memset(lookup->touched, 0, n_regions(lookup) * 64 * sizeof *lookup->touched);
  memset(lookup->words, 0, n_regions(lookup) * 64);
  memset(lookup->regions, 0, n_regions(lookup));
  lookup->n_found = 0;
  lookup->n_pending = lookup->n_likely = 0;
}

/* Keeps, of keys[0, n), those that pass the filter. */
static size_t sift(const slant_lookup *lookup, uint64_t *keys, size_t n) {
  const uint64_t *filter = lookup->filter;
  uint64_t mask = lookup->filter_mask;
  size_t left = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    keys[left] = key;
    uint64_t word = filter[filter_word(key, mask)];
    left += word >> (key >> 12 & 63) & word >> (key >> 18 & 63) & 1;
  }
  return left;
}

static void fetch(const slant_table *table, const uint64_t *keys, size_t n) {
  for (size_t i = 0; i < n; i++) __builtin_prefetch(&table->slots[keys[i] & table->mask]);
}

/* Where features are marked; in variables of their own, or stores of bytes would have them read again. */
typedef struct marks {
  uint64_t *touched;
  uint8_t *words, *regions;
  uint32_t *counts;
} marks;

/* Marks a feature, or, where it is none (`hit` is 0), only says that it may have been marked: a store that nothing
 * waits for. */
static inline void mark(const marks *m, uint64_t feature, uint64_t hit, bool counting) {
  m->touched[feature / 64] |= hit << feature % 64;
  m->words[feature / 64] = 1;
  m->regions[feature / REGION] = 1;
  if (counting) m->counts[feature] += (uint32_t)hit;
}

/* Marks the features of keys[0, n) that are in the table. Frequent ones stand where they are looked for first; what may
 * stand further on is looked for at the end. */
static inline void look_up(slant_lookup *lookup, uint64_t *keys, size_t n, bool counting) {
  const slant_table table = *lookup->table;
  const marks m = {lookup->touched, lookup->words, lookup->regions, lookup->counts};
  size_t left = 0;
  uint64_t n_found = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    const slant_slot *slot = &table.slots[key & table.mask];
    uint64_t there = slot->key, same = there == key;
    uint64_t sane = slot->value < table.limit, hit = same & sane; /* a damaged file may hold any value */
    mark(&m, sane ? slot->value : 0, hit, counting);
    n_found += hit;
    keys[left] = key;
    left += !same & (there != 0);
  }
  for (size_t i = 0; i < left; i++) {
    uint32_t feature = slant_table_find(&table, keys[i]);
    if (feature == SLANT_ABSENT) continue;
    mark(&m, feature, 1, counting);
    n_found++;
  }
  lookup->n_found += n_found;
}

void slant_lookup_mark(slant_lookup *lookup, const uint32_t *features, uint32_t n) {
  const marks m = {lookup->touched, lookup->words, lookup->regions, lookup->counts};
  for (uint32_t i = 0; i < n; i++) mark(&m, features[i], 1, lookup->counts != NULL);
  lookup->n_found += n;
}

/* The features of keys[0, n) that are in the table, in the same way. */
static uint32_t find(const slant_table *table, uint64_t *keys, size_t n, uint32_t *found) {
  size_t left = 0;
  uint32_t n_found = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    const slant_slot *slot = &table->slots[key & table->mask];
    uint64_t there = slot->key, same = there == key;
    found[n_found] = slot->value;
    n_found += (uint32_t)(same & (slot->value < table->limit));
    keys[left] = key;
    left += !same & (there != 0);
  }
  for (size_t i = 0; i < left; i++) {
    found[n_found] = slant_table_find(table, keys[i]);
    n_found += found[n_found] != SLANT_ABSENT;
  }
  return n_found;
}

uint32_t slant_lookup_find(const slant_lookup *lookup, uint64_t *keys, uint32_t n, uint32_t *found) {
  size_t left = sift(lookup, keys, n);
  fetch(lookup->table, keys, left);
  return find(lookup->table, keys, left, found);
}

void slant_lookup_flush(slant_lookup *lookup) {
  fetch(lookup->table, lookup->likely, lookup->n_likely);
  size_t n = sift(lookup, lookup->pending, lookup->n_pending);
  fetch(lookup->table, lookup->pending, n);
  if (lookup->counts) {
    look_up(lookup, lookup->likely, lookup->n_likely, true);
    look_up(lookup, lookup->pending, n, true);
  } else {
    look_up(lookup, lookup->likely, lookup->n_likely, false);
    look_up(lookup, lookup->pending, n, false);
  }
  lookup->n_pending = lookup->n_likely = 0;
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

/* 64 bytes of 0 and 1 as bits. */
static inline uint64_t pack(const uint8_t *bytes) {
  uint64_t bits = 0;
  for (int k = 0; k < 64; k += 8) /* each byte is moved to a bit of the highest one */
    bits |= (slant_load8(bytes + k) * UINT64_C(0x0102040810204080)) >> 56 << k;
  return bits;
}

uint32_t slant_lookup_take(slant_lookup *lookup, uint32_t *index) {
  uint32_t n = 0;
  size_t end = n_regions(lookup);
  for (size_t r = 0; r < end; r++) {
    if (!lookup->regions[r]) continue;
    uint64_t *words = lookup->touched + r * 64;
    for (uint64_t rest = pack(lookup->words + r * 64); rest; rest &= rest - 1) {
      uint32_t w = (uint32_t)__builtin_ctzll(rest);
      n = take_word(words[w], (uint32_t)(r * REGION) + w * 64, index, n);
      words[w] = 0;
    }
    memset(lookup->words + r * 64, 0, 64);
    lookup->regions[r] = 0;
  }
  lookup->n_found = 0;
  return n;
}
