#include "features/lookup.h"

#include <stdlib.h>
#include <string.h>

bool slant_lookup_open(slant_lookup *lookup, const slant_vocabulary *vocabulary, bool counting) {
  if (lookup->vocabulary && lookup->n_features == vocabulary->n_features) return true;
  slant_lookup_free(lookup);
  lookup->vocabulary = vocabulary;
  lookup->n_features = vocabulary->n_features;
  if (!lookup->probe) lookup->probe = slant_best_probe();
  if (!lookup->take) lookup->take = slant_best_marks_taker();
  if (counting) lookup->counts = slant_alloc_zero((size_t)lookup->n_features + 1, sizeof *lookup->counts);
  if (slant_marks_open(&lookup->marks, lookup->n_features) && (lookup->counts || !counting)) return true;
  slant_lookup_free(lookup);
  return false;
}

void slant_lookup_free(slant_lookup *lookup) {
  free(lookup->counts);
  slant_marks_free(&lookup->marks);
  lookup->vocabulary = NULL;
  lookup->counts = NULL;
}

void slant_lookup_clear(slant_lookup *lookup) {
  if (lookup->counts) memset(lookup->counts, 0, lookup->n_features * sizeof *lookup->counts);
  slant_marks_clear(&lookup->marks);
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

void slant_lookup_mark(slant_lookup *lookup, const uint32_t *features, uint32_t n, uint32_t times) {
  slant_marks_put(&lookup->marks, features, n);
  for (uint32_t i = 0; lookup->counts && i < n; i++) lookup->counts[features[i]] += times;
  lookup->n_found += n;
}

void slant_lookup_flush(slant_lookup *lookup) {
  fetch(lookup->vocabulary, lookup->likely, lookup->n_likely);
  uint32_t n = lookup->probe->sift(lookup->vocabulary, lookup->pending, lookup->n_pending);
  fetch(lookup->vocabulary, lookup->pending, n);
  slant_lookup_mark(lookup, lookup->found, find(lookup, lookup->likely, lookup->n_likely, lookup->found), 1);
  slant_lookup_mark(lookup, lookup->found, find(lookup, lookup->pending, n, lookup->found), 1);
  lookup->n_pending = lookup->n_likely = 0;
}

uint32_t slant_lookup_take(slant_lookup *lookup, uint32_t *index) {
  lookup->n_found = 0;
  return lookup->take(&lookup->marks, index);
}
