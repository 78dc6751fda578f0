/*
 * N-grams looked up in a frozen vocabulary and counted: one thread's scratch. Private to features.
 *
 * Keys are gathered and looked up many at a time. Most n-grams of a text are in no vocabulary: the filter, which stays
 * in the cache, turns nearly all of those away. Single words are mostly known and pass it by. The slots of what is left
 * are fetched all at once before any is read.
 */
#ifndef SLANT_FEATURES_LOOKUP_H
#define SLANT_FEATURES_LOOKUP_H

#include "features/marks.h"
#include "features/probe.h"

enum {
  SLANT_PENDING = 256 /* keys that are looked up together */
};

typedef struct slant_lookup {
  const slant_vocabulary *vocabulary; /* NULL: not open */
  const slant_probe *probe;           /* NULL: the best that there is; set by tests */
  uint32_t n_features;                /* of the vocabulary when it was opened */
  slant_marks_taker *take;            /* likewise */
  slant_marks marks;                  /* the features that occur */
  uint32_t *counts; /* n_features, zero between examples; NULL: only whether a feature occurs is asked for */
  uint64_t n_found; /* occurrences so far */
  uint64_t pending[SLANT_PENDING], likely[SLANT_PENDING];
  uint32_t found[SLANT_PENDING + 1];
  uint32_t n_pending, n_likely;
} slant_lookup;

/* Makes it ready for a vocabulary; nothing is done where it was ready for it. `counting`: how often a feature occurs is
 * asked for. False: no memory. */
bool slant_lookup_open(slant_lookup *lookup, const slant_vocabulary *vocabulary, bool counting);
void slant_lookup_free(slant_lookup *lookup);

/* Forgets all that was found, and what is pending. */
void slant_lookup_clear(slant_lookup *lookup);

/* The features of keys[0, n) that are in the vocabulary, in any order, with repetitions: `found` has room for n + 1 of
 * them. Overwrites the keys. Returns how many; nothing is counted. */
uint32_t slant_lookup_find(const slant_lookup *lookup, uint64_t *keys, uint32_t n, uint32_t *found);

/* Looks up what is pending, and what is likely to be found, of which the caller writes up to SLANT_PENDING keys each
 * once nothing is. */
void slant_lookup_flush(slant_lookup *lookup);

static inline void slant_lookup_add(slant_lookup *lookup, uint64_t key) {
  if (lookup->n_pending == SLANT_PENDING) slant_lookup_flush(lookup);
  lookup->pending[lookup->n_pending++] = key;
}

/* Where the next `n` keys can be written, at most SLANT_PENDING; slant_lookup_wrote() says how many were. */
static inline uint64_t *slant_lookup_room(slant_lookup *lookup, uint32_t n) {
  if (SLANT_PENDING - lookup->n_pending < n) slant_lookup_flush(lookup);
  return lookup->pending + lookup->n_pending;
}

static inline void slant_lookup_wrote(slant_lookup *lookup, uint32_t n) {
  lookup->n_pending += n;
}

/* Counts features that were looked up before, each so many times. */
void slant_lookup_mark(slant_lookup *lookup, const uint32_t *features, uint32_t n, uint32_t times);

/* The features that occur, by rising number, into `index`, which has room for slant_lookup_limit() of them; returns how
 * many. None is marked any more; their counts stand until slant_lookup_count() takes them. */
uint32_t slant_lookup_take(slant_lookup *lookup, uint32_t *index);

/* How often a feature that was taken occurs; its count is zero again. Once for each. */
static inline uint32_t slant_lookup_count(slant_lookup *lookup, uint32_t feature) {
  uint32_t count = lookup->counts[feature];
  lookup->counts[feature] = 0;
  return count;
}

/* At least as many as slant_lookup_take() writes. */
static inline size_t slant_lookup_limit(const slant_lookup *lookup) {
  return (size_t)(lookup->n_found < lookup->n_features ? lookup->n_found : lookup->n_features) + SLANT_AT_ONCE;
}

#endif
