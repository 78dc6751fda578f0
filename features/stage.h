/*
 * Stages: each turns a view into one block of features. A new stage is one file, a row in slant_stages (stages.c), and
 * a golden file. Private to features.
 *
 * A sparse stage emits n-grams; the emitter counts them (growing), looks them up (frozen) or names them.
 * A dense stage fills a fixed number of values.
 */
#ifndef SLANT_FEATURES_STAGE_H
#define SLANT_FEATURES_STAGE_H

#include "common/hash.h"
#include "features/lookup.h"
#include "features/view.h"
#include "features/vocabulary.h"

#include <slant/options.h>

typedef enum slant_tf { SLANT_TF_BINARY, SLANT_TF_COUNT, SLANT_TF_LOG } slant_tf;

/* Options of all stages; a stage's table lists those that it knows. */
typedef struct slant_stage_options {
  int64_t min, max; /* n of n-grams */
  int64_t skip;     /* words that a pair may leave out between its two */
  int scope;        /* of character n-grams: 0 within words, 1 across them */
  int64_t min_df;   /* features in fewer examples are pruned */
  int tf;           /* slant_tf: 1, tf, 1 + ln tf */
  double weight;    /* L2 norm of a sparse block; factor of standardised dense values */
  double clip;      /* dense values are held within ± clip standard deviations */
} slant_stage_options;

/* The weighed block of character n-grams of the example before: mentions of one sentence have the same words around
 * them, nearly always. */
typedef struct slant_kept_block {
  uint64_t words[SLANT_VIEW_PLACES]; /* hashes of the words that it is made of */
  uint32_t n_words;
  bool valid, again; /* it is that of this example too, and nothing was counted for it */
  uint32_t *index;
  float *value;
  uint32_t n, capacity;
} slant_kept_block;

typedef enum slant_emit_mode { SLANT_EMIT_LOOK_UP, SLANT_EMIT_COUNT, SLANT_EMIT_NAME } slant_emit_mode;

typedef struct slant_emitter {
  slant_emit_mode mode;
  uint32_t block;       /* number of the stage's sparse block */
  slant_lookup *lookup; /* looking up */
  slant_word_types *types;
  slant_kept_block *kept;
  /* counting */
  slant_counts *growing;
  uint32_t example;
  bool failed;
  /* naming: called for each n-gram found in the vocabulary */
  const slant_vocabulary *vocabulary;
  void (*named)(void *context, uint32_t feature, uint32_t at, uint32_t len);
  void *context;
} slant_emitter;

/* What slant_emit does when it does not look up: out of line, off the hot path. */
void slant_emit_slowly(slant_emitter *emitter, uint64_t key, uint32_t at, uint32_t len);

/* Emits an n-gram by its hash. (at, len) is what the stage's name function needs to print it. */
static inline void slant_emit(slant_emitter *emitter, uint64_t hash, uint32_t at, uint32_t len) {
  uint64_t key = slant_vocabulary_key(emitter->block, hash);
  if (emitter->mode == SLANT_EMIT_LOOK_UP)
    slant_lookup_add(emitter->lookup, key);
  else
    slant_emit_slowly(emitter, key, at, len);
}

typedef struct slant_stage {
  const char *id;
  int version; /* of what it computes; a bundle made with another version is refused */
  const slant_option *options;
  bool document, target; /* modes it works in */
  bool needs_places;     /* in document mode too */
  bool hashes_suffice;   /* in document mode it looks at nothing but the hashes of the tokens */
  const char *needs;     /* a dense stage that has no values without a resource: which, and what to do. Else NULL */
  /* sparse, else NULL */
  void (*emit)(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options);
  void (*name)(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out);
  /* Where the n-gram stands in the original. NULL: at is its first unit, len its units, as slant_emit() was given them.
   */
  slant_span (*span)(const slant_view *view, uint32_t at, uint32_t len);
  /* dense, else NULL */
  uint32_t (*width)(slant_mode mode, const slant_resources *resources);
  void (*fill)(const slant_view *view, float *out);
  /* How many values share the weight (NULL: each has it whole): it becomes their joint standard deviation. */
  uint32_t (*sharing)(const slant_resources *resources);
  void (*column)(slant_mode mode, const slant_resources *resources, uint32_t index, slant_buffer *out); /* its name */
} slant_stage;

extern const slant_stage slant_stage_words, slant_stage_chars, slant_stage_mention, slant_stage_pattern,
    slant_stage_verb, slant_stage_lexicon, slant_stage_vectors, slant_stage_aux;

/* All stages, in the order in which their blocks stand; NULL-terminated. */
extern const slant_stage *const slant_stages[];

/* Rows of option tables that several stages share. */
#define SLANT_STAGE_N(name, initial, low, high, text)                                                                  \
  { #name, 0, SLANT_OPTION_INT, offsetof(slant_stage_options, name), initial, low, high, NULL, "N", text }
#define SLANT_STAGE_TF                                                                                                 \
  {                                                                                                                    \
    "tf", 0, SLANT_OPTION_CHOICE, offsetof(slant_stage_options, tf), "binary", 0, 0, "binary|count|log", "WORD",       \
        "term frequency: 1, tf or 1 + ln tf"                                                                           \
  }
#define SLANT_STAGE_MIN_DF                                                                                             \
  {                                                                                                                    \
    "min-df", 0, SLANT_OPTION_INT, offsetof(slant_stage_options, min_df), "2", 1, 1e9, NULL, "N",                      \
        "features found in fewer training examples are left out"                                                       \
  }
#define SLANT_STAGE_WEIGHT(initial)                                                                                    \
  {                                                                                                                    \
    "weight", 0, SLANT_OPTION_REAL, offsetof(slant_stage_options, weight), initial, 0, 1000, NULL, "W",                \
        "weight of the block beside the others"                                                                        \
  }
#define SLANT_STAGE_CLIP(initial)                                                                                      \
  {                                                                                                                    \
    "clip", 0, SLANT_OPTION_REAL, offsetof(slant_stage_options, clip), initial, 0.1, 1000, NULL, "SD",                 \
        "values are held within this many standard deviations"                                                         \
  }

#endif
