#include "features/vocabulary.h"

#include <stdlib.h>

static void place(slant_count *slots, uint64_t mask, slant_count count) {
  uint64_t i = count.key & mask;
  while (slots[i].key) i = (i + 1) & mask;
  slots[i] = count;
}

static bool enlarge(slant_counts *counts) {
  uint64_t size = counts->mask ? (counts->mask + 1) * 2 : 1 << 14;
  slant_count *slots = slant_alloc_zero(size, sizeof *slots);
  if (!slots) return false;
  for (uint64_t i = 0; counts->mask && i <= counts->mask; i++)
    if (counts->slots[i].key) place(slots, size - 1, counts->slots[i]);
  free(counts->slots);
  counts->slots = slots;
  counts->mask = size - 1;
  return true;
}

bool slant_counts_add(slant_counts *counts, uint64_t key, uint32_t example) {
  if (counts->used * 2 >= counts->mask && !enlarge(counts)) return false;
  uint64_t i = key & counts->mask;
  while (counts->slots[i].key && counts->slots[i].key != key) i = (i + 1) & counts->mask;
  slant_count *count = &counts->slots[i];
  if (!count->key) {
    count->key = key;
    counts->used++;
  }
  if (count->last != example) {
    count->last = example;
    count->df++;
  }
  return true;
}

void slant_counts_free(slant_counts *counts) {
  free(counts->slots);
  *counts = (slant_counts){0};
}

/* By block; within one, what texts have most comes first, so that little memory serves most look-ups. */
static int compare_counts(const void *a, const void *b) {
  const slant_count *x = a, *y = b;
  if (x->key >> 60 != y->key >> 60) return x->key >> 60 < y->key >> 60 ? -1 : 1;
  if (x->df != y->df) return x->df > y->df ? -1 : 1;
  return (x->key > y->key) - (x->key < y->key);
}

bool slant_counts_prune(const slant_counts *counts, const int64_t *min_df, uint64_t **keys, uint32_t **df,
                        uint32_t *n) {
  uint64_t kept = 0, slots = counts->mask ? counts->mask + 1 : 0;
  slant_count *list = slant_alloc(counts->used, sizeof *list);
  *keys = NULL;
  *df = NULL;
  if (!list) return false;
  for (uint64_t i = 0; i < slots; i++) {
    const slant_count *count = &counts->slots[i];
    if (count->key && count->df >= min_df[(count->key >> 60) - 1]) list[kept++] = *count;
  }
  qsort(list, kept, sizeof *list, compare_counts);
  *keys = slant_alloc(kept, sizeof **keys);
  *df = slant_alloc(kept, sizeof **df);
  bool ok = *keys && *df && kept < UINT32_MAX / 2;
  for (uint64_t i = 0; ok && i < kept; i++) {
    (*keys)[i] = list[i].key;
    (*df)[i] = list[i].df;
  }
  *n = ok ? (uint32_t)kept : 0;
  free(list);
  return ok;
}

typedef struct ranked {
  float idf;
  uint32_t feature;
} ranked;

static int by_idf(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->idf < y->idf || x->idf > y->idf) return x->idf < y->idf ? -1 : 1;
  return x->feature < y->feature ? -1 : x->feature > y->feature;
}

static void put(slant_entry *slots, uint64_t mask, uint64_t *filter, uint64_t filter_mask, uint64_t key,
                uint32_t feature) {
  const uint32_t tag = slant_vocabulary_tag(key);
  uint64_t i = key & mask;
  while (slots[i].tag && slots[i].tag != tag) i = (i + 1) & mask;
  if (!slots[i].tag) slots[i] = (slant_entry){tag, feature};
  filter[slant_filter_word(key, filter_mask)] |=
      UINT64_C(1) << (key >> SLANT_FILTER_FIRST & 63) | UINT64_C(1) << (key >> SLANT_FILTER_SECOND & 63);
}

bool slant_vocabulary_build(slant_vocabulary *out, void **owned, const uint64_t *keys, const float *idf, uint32_t n) {
  uint64_t size = 16, words = 1;
  while (size < (uint64_t)n * 2) size *= 2;
  while (words * 8 < n) words *= 2;
  ranked *list = slant_alloc(n, sizeof *list);
  slant_entry *slots = slant_alloc_zero(size + words, sizeof *slots);
  *owned = list ? slots : NULL;
  if (list && slots) {
    uint64_t *filter = (uint64_t *)(void *)(slots + size);
    for (uint32_t f = 0; f < n; f++) list[f] = (ranked){idf[f], f};
    qsort(list, n, sizeof *list, by_idf);
    for (uint32_t k = 0; k < n; k++) put(slots, size - 1, filter, words - 1, keys[list[k].feature], list[k].feature);
    *out = (slant_vocabulary){slots, size - 1, filter, words - 1, n};
  } else {
    free(slots);
  }
  free(list);
  return *owned != NULL;
}

static bool is_power_of_two(uint64_t n) {
  return n && !(n & (n - 1));
}

bool slant_vocabulary_adopt(slant_vocabulary *out, const void *slots, uint64_t slots_size, const void *filter,
                            uint64_t filter_size, uint32_t n_features) {
  uint64_t n = slots_size / sizeof(slant_entry), words = filter_size / sizeof(uint64_t);
  if (!slots || !filter || slots_size % sizeof(slant_entry) || filter_size % sizeof(uint64_t) || n < 2 ||
      !is_power_of_two(n) || !is_power_of_two(words))
    return false;
  *out = (slant_vocabulary){slots, n - 1, filter, words - 1, n_features};
  return true;
}
