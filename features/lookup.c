#include "features/lookup.h"

#include "features/swar.h"

#include <stdlib.h>
#include <string.h>
#if defined __SSE2__
#include <immintrin.h>
#endif

enum { GROUP = 64, REGION = 64 * GROUP }; /* features */

static size_t n_regions(const slant_lookup *lookup) {
  return (size_t)lookup->n_features / REGION + 1;
}

bool slant_lookup_open(slant_lookup *lookup, const slant_vocabulary *vocabulary, bool counting) {
  if (lookup->vocabulary && lookup->n_features == vocabulary->n_features) return true;
  slant_lookup_free(lookup);
  lookup->vocabulary = vocabulary;
  lookup->n_features = vocabulary->n_features;
  if (!lookup->probe) lookup->probe = slant_best_probe();
  lookup->marks = slant_alloc_zero(n_regions(lookup), REGION);
  lookup->groups = slant_alloc_zero(n_regions(lookup), REGION / GROUP);
  lookup->regions = slant_alloc_zero(n_regions(lookup), 1);
  if (counting) lookup->counts = slant_alloc_zero((size_t)lookup->n_features + 1, sizeof *lookup->counts);
  if (lookup->marks && lookup->groups && lookup->regions && (lookup->counts || !counting)) return true;
  slant_lookup_free(lookup);
  return false;
}

void slant_lookup_free(slant_lookup *lookup) {
  free(lookup->counts);
  free(lookup->marks);
  free(lookup->groups);
  free(lookup->regions);
  lookup->vocabulary = NULL;
  lookup->counts = NULL;
  lookup->marks = lookup->groups = lookup->regions = NULL;
}

void slant_lookup_clear(slant_lookup *lookup) {
  if (lookup->counts) memset(lookup->counts, 0, lookup->n_features * sizeof *lookup->counts);
  memset(lookup->marks, 0, n_regions(lookup) * REGION);
  memset(lookup->groups, 0, n_regions(lookup) * (REGION / GROUP));
  memset(lookup->regions, 0, n_regions(lookup));
  lookup->n_found = 0;
  lookup->n_pending = lookup->n_likely = 0;
}

static void fetch(const slant_vocabulary *vocabulary, const uint64_t *keys, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) __builtin_prefetch(&vocabulary->slots[keys[i] & vocabulary->mask]);
}

/* The features of keys[0, n) that are in the table. Frequent ones stand where they are looked for first; what may stand
 * further on is looked for at the end. Nothing is marked before all are there: a store that waits for a slot which has
 * to come from far would have every load behind it wait. */
static uint32_t find(const slant_lookup *lookup, uint64_t *keys, uint32_t n, uint32_t *found) {
  const slant_vocabulary *vocabulary = lookup->vocabulary;
  uint32_t n_found = 0;
  for (uint64_t distance = 0; n && distance <= vocabulary->mask; distance++)
    n_found += lookup->probe->find_at(vocabulary, distance, keys, n, found + n_found, &n);
  return n_found;
}

uint32_t slant_lookup_find(const slant_lookup *lookup, uint64_t *keys, uint32_t n, uint32_t *found) {
  uint32_t left = lookup->probe->sift(lookup->vocabulary, keys, n);
  fetch(lookup->vocabulary, keys, left);
  return find(lookup, keys, left, found);
}

void slant_lookup_mark(slant_lookup *lookup, const uint32_t *features, uint32_t n) {
  uint8_t *marks = lookup->marks, *groups = lookup->groups, *regions = lookup->regions;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t feature = features[i];
    marks[feature] = 1;
    groups[feature / GROUP] = 1;
    regions[feature / REGION] = 1;
  }
  for (uint32_t i = 0; lookup->counts && i < n; i++) lookup->counts[features[i]]++;
  lookup->n_found += n;
}

void slant_lookup_flush(slant_lookup *lookup) {
  fetch(lookup->vocabulary, lookup->likely, lookup->n_likely);
  uint32_t n = lookup->probe->sift(lookup->vocabulary, lookup->pending, lookup->n_pending);
  fetch(lookup->vocabulary, lookup->pending, n);
  slant_lookup_mark(lookup, lookup->found, find(lookup, lookup->likely, lookup->n_likely, lookup->found));
  slant_lookup_mark(lookup, lookup->found, find(lookup, lookup->pending, n, lookup->found));
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
#if defined __SSE2__
  for (int k = 0; k < 64; k += 16) {
    const __m128i ones = _mm_loadu_si128((const __m128i *)(const void *)(bytes + k));
    bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(ones, 7)) << k;
  }
#else
  for (int k = 0; k < 64; k += 8) /* each byte is moved to a bit of the highest one */
    bits |= (slant_load8(bytes + k) * UINT64_C(0x0102040810204080)) >> 56 << k;
#endif
  return bits;
}

uint32_t slant_lookup_take(slant_lookup *lookup, uint32_t *index) {
  uint32_t n = 0;
  size_t end = n_regions(lookup);
  for (size_t r = 0; r < end; r++) {
    if (!lookup->regions[r]) continue;
    uint8_t *marks = lookup->marks + r * REGION, *groups = lookup->groups + r * (REGION / GROUP);
    for (uint64_t rest = pack(groups); rest; rest &= rest - 1) {
      uint32_t g = (uint32_t)__builtin_ctzll(rest) * GROUP;
      n = take_word(pack(marks + g), (uint32_t)(r * REGION) + g, index, n);
      memset(marks + g, 0, GROUP);
    }
    memset(groups, 0, REGION / GROUP);
    lookup->regions[r] = 0;
  }
  lookup->n_found = 0;
  return n;
}
