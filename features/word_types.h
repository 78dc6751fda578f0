/*
 * What one thread knows of the words that it has met: a cache, by the hash of a word's lower-case form, of all that a
 * word has in every sentence alike. Its lexicon entry, its vector and the features of its character n-grams are looked
 * up when it is met first. The cache is bounded: when it is full, all is forgotten. Private to features.
 */
#ifndef SLANT_FEATURES_WORD_TYPES_H
#define SLANT_FEATURES_WORD_TYPES_H

#include "features/resources.h"

enum {
  SLANT_WORD_TYPE_SLOTS = 1 << 15,                      /* 2 MiB */
  SLANT_MAX_WORD_TYPES = SLANT_WORD_TYPE_SLOTS / 4 * 3, /* with more, all is forgotten, … */
  SLANT_MAX_WORD_FEATURES = 1 << 20,                    /* and with more features of their n-grams */
  SLANT_WORDS_AHEAD = 16                                /* how far ahead of its use a word is fetched */
};

#define SLANT_NOT_YET (SLANT_ABSENT - 1)

typedef struct slant_word_type {
  uint64_t hash;           /* of the form */
  const slant_word *exact; /* its lexicon entry, NULL: unknown */
  const slant_word *word;  /* the same, or of its stem */
  const float *vector;     /* NULL: unknown */
  float weight;            /* of the vector in sums (SIF) */
  uint32_t classes;        /* of `exact`: SLANT_WORD_NEGATOR … */
  uint32_t chars, n_chars; /* features of its character n-grams: `n_chars` from `chars` on; SLANT_NOT_YET: not
                              looked up */
  uint32_t alone;          /* feature of the word by itself; SLANT_ABSENT: it is none; SLANT_NOT_YET: not looked up */
  uint32_t epoch;          /* of another epoch: an empty slot */
  uint32_t here;           /* how often it stands in what is being looked up; else 0 */
  int8_t polarity;         /* of `word`: 1 where the lexicons agree that it is good, -1 bad */
  bool scored;             /* some lexicon has a score for `word` */
  bool negator;            /* of class NEGATOR, or ends in n't */
} slant_word_type;

typedef struct slant_word_types {
  const slant_resources *resources;
  slant_mode mode;
  void *memory;
  slant_word_type *slots; /* in it, each in a line of the cache */
  uint32_t epoch, used;
  uint32_t *features; /* of character n-grams, word by word */
  size_t n_features, feature_capacity;
  uint32_t vocabulary; /* how many features there are */
} slant_word_types;

/* Makes it ready for these resources; forgets what it knew of others. False: no memory. */
bool slant_word_types_open(slant_word_types *types, const slant_resources *resources, slant_mode mode);
void slant_word_types_free(slant_word_types *types);
void slant_word_types_forget(slant_word_types *types);

/* Makes room: after this `n` words can be found, and what is found stays where it is. What was found before may be
 * gone. n is at most a quarter of the slots. */
static inline void slant_word_types_reserve(slant_word_types *types, uint32_t n) {
  if (types->used + n > SLANT_MAX_WORD_TYPES || types->n_features > SLANT_MAX_WORD_FEATURES)
    slant_word_types_forget(types);
}

/* Where the next `n` features can be written, behind features[n_features); NULL: no memory. */
uint32_t *slant_word_types_room(slant_word_types *types, size_t n);

/* Fills an empty slot. */
void slant_word_types_meet(slant_word_types *types, slant_word_type *slot, slant_str form, uint64_t hash);

static inline void slant_word_types_prefetch(const slant_word_types *types, uint64_t hash) {
  __builtin_prefetch(&types->slots[hash & (SLANT_WORD_TYPE_SLOTS - 1)]);
}

/* The word of a lower-case form with its hash. */
static inline slant_word_type *slant_word_types_find(slant_word_types *types, slant_str form, uint64_t hash) {
  for (uint64_t i = hash;; i++) {
    slant_word_type *type = &types->slots[i & (SLANT_WORD_TYPE_SLOTS - 1)];
    if (type->epoch != types->epoch) slant_word_types_meet(types, type, form, hash);
    if (type->hash == hash) return type;
  }
}

#endif
