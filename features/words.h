/*
 * What is known about single words before any training example is seen: lexicon scores, and classes such as negator or
 * auxiliary. One table for all lexicons, so that a token is looked up once. Private to features.
 */
#ifndef SLANT_FEATURES_WORDS_H
#define SLANT_FEATURES_WORDS_H

#include "common/memory.h"
#include "features/table.h"

#include <slant/error.h>
#include <slant/pipeline.h>

enum {
  SLANT_BUILTIN_LEXICONS = 3, /* VADER / 4, Hu-Liu, AFINN / 5: each about -1 … 1 */
  SLANT_MAX_LEXICONS = 64,    /* columns in all */
  SLANT_LEXICON_NAME = 32     /* bytes of a column's name, with the terminator */
};

enum {
  SLANT_WORD_NEGATOR = 1 << 0,
  SLANT_WORD_INTENSIFIER = 1 << 1,
  SLANT_WORD_DOWNTONER = 1 << 2,
  SLANT_WORD_SAY = 1 << 3,
  SLANT_WORD_AUXILIARY = 1 << 4,
  SLANT_WORD_FUNCTION = 1 << 5,
  SLANT_WORD_SPLIT = 1 << 6,
  SLANT_WORD_HE = 1 << 7, /* third-person pronouns by kind: an actor is spoken of with one kind */
  SLANT_WORD_SHE = 1 << 8,
  SLANT_WORD_THEY = 1 << 9,
  SLANT_WORD_TITLE = 1 << 10,
  SLANT_WORD_CONTRAST = 1 << 11,
  SLANT_WORD_BE = 1 << 12,
  SLANT_WORD_PREPOSITION = 1 << 13,
  SLANT_WORD_POSITIVE = 1 << 14, /* the built-in lexicons agree that it is good, or bad */
  SLANT_WORD_NEGATIVE = 1 << 15,
  SLANT_WORD_BUILTIN = 1 << 16 /* stands in the built-in tables */
};
#define SLANT_WORD_PRONOUN (SLANT_WORD_HE | SLANT_WORD_SHE | SLANT_WORD_THEY)

typedef struct slant_word {
  float factor; /* what it does to the score of the next word; 1 for most */
  uint32_t classes;
  float score[]; /* one of each lexicon, 0 where it does not know the word or its stem */
} slant_word;

typedef struct slant_words {
  slant_table table; /* hash of the lower-case form → index */
  const char *items; /* count entries of `stride` bytes */
  const char *names; /* n_lexicons names of SLANT_LEXICON_NAME bytes, terminated */
  uint32_t count, n_lexicons, stride;
  slant_buffer section; /* as it stands in a bundle; empty where it was adopted from one */
  void *owned_slots;    /* NULL where they stand in a bundle */
} slant_words;

/* ---- building ---- */
typedef struct slant_words_builder slant_words_builder;

/* A builder that holds the built-in tables (features/data/lexicon.tsv and shifters.tsv). */
int slant_words_builder_new(slant_words_builder **out, slant_error *error);
/* A new lexicon column; *column is its number. SLANT_E_LIMIT above SLANT_MAX_LEXICONS. */
int slant_words_builder_column(slant_words_builder *builder, slant_str name, uint32_t *column, slant_error *error);
uint32_t slant_words_builder_n_columns(const slant_words_builder *builder);
/* Scores a lower-case form in a column. `*before` is what it was scored before there, NAN: nothing; the new score
 * stands. */
int slant_words_builder_score(slant_words_builder *builder, slant_str form, uint32_t column, float score, float *before,
                              slant_error *error);
/* Scores that a lexicon lacks are taken from the word's stem; then the table is made. */
int slant_words_builder_finish(slant_words *out, slant_words_builder *builder, slant_error *error);
void slant_words_builder_free(slant_words_builder *builder);

/* Adds a lexicon file, in any form that lexicon_file.c reads. Errors name `name` and the line. */
int slant_lexicon_read(slant_words_builder *builder, slant_str text, const char *name, slant_error *error);

/* ---- using ---- */
/* The built-in tables alone. */
int slant_words_builtin(slant_words *out, slant_error *error);
/* From the sections of a bundle, which must outlive it. */
int slant_words_adopt(slant_words *out, slant_section items, slant_section slots, slant_error *error);
void slant_words_free(slant_words *words);

static inline const slant_word *slant_words_at(const slant_words *words, uint32_t index) {
  return (const slant_word *)(const void *)(words->items + (size_t)index * words->stride);
}

static inline const char *slant_words_lexicon(const slant_words *words, uint32_t column) {
  return words->names + (size_t)column * SLANT_LEXICON_NAME;
}

/* Entry of a form by its hash; NULL: unknown. */
static inline const slant_word *slant_words_find(const slant_words *words, uint64_t hash) {
  uint32_t index = slant_table_find(&words->table, slant_table_key(hash));
  return index == SLANT_ABSENT ? NULL : slant_words_at(words, index);
}

/* Whether any lexicon gives it a score other than 0. NULL: none does. */
bool slant_words_has_score(const slant_words *words, const slant_word *word);

/* Whether the lexicons agree that a word is good (1) or bad (-1). NULL: 0. */
static inline int slant_word_polarity(const slant_word *word) {
  if (!word) return 0;
  return word->classes & SLANT_WORD_POSITIVE ? 1 : word->classes & SLANT_WORD_NEGATIVE ? -1 : 0;
}

/* Visits the stems of a form, likeliest first, until `visit` returns true: inflections are stripped (-s -es -ies -ed
 * -ied -ing -ly), doubled consonants undone. */
void slant_words_stems(slant_str form, bool (*visit)(void *context, const char *stem, size_t len), void *context);

/* The entry of a form, or of a stem. A stem lends its scores only, not its classes. NULL: unknown. */
const slant_word *slant_words_look_up(const slant_words *words, slant_str form, uint64_t hash);

#endif
