/* What slant knows about single words before it has seen any corpus: lexicon scores and classes. Private to features.
 */
#ifndef SLANT_FEATURES_WORDS_H
#define SLANT_FEATURES_WORDS_H

#include "features/table.h"

#include <slant/error.h>
#include <slant/pipeline.h>

enum { SLANT_N_LEXICONS = 3 }; /* VADER / 4, Hu-Liu, AFINN / 5: each about -1 … 1 */

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
  SLANT_WORD_CONTRAST = 1 << 11
};
#define SLANT_WORD_PRONOUN (SLANT_WORD_HE | SLANT_WORD_SHE | SLANT_WORD_THEY)

typedef struct slant_word {
  float score[SLANT_N_LEXICONS];
  float factor; /* what it does to the score of the next word; 1 for most */
  uint32_t classes;
} slant_word;

typedef struct slant_words {
  slant_table table; /* hash of the lower-case form → index */
  const slant_word *items;
  uint32_t count;
  void *owned_slots, *owned_items; /* NULL where they stand in a bundle */
} slant_words;

/* The built-in tables (features/data/lexicon.tsv and shifters.tsv). */
int slant_words_builtin(slant_words *out, slant_error *error);
/* From the sections of a bundle, which must outlive it. */
int slant_words_adopt(slant_words *out, slant_section items, slant_section slots, slant_error *error);
void slant_words_free(slant_words *words);

/* Entry of a form by its hash; NULL: unknown. */
static inline const slant_word *slant_words_find(const slant_words *words, uint64_t hash) {
  uint32_t index = slant_table_find(&words->table, slant_table_key(hash));
  return index == SLANT_ABSENT ? NULL : &words->items[index];
}

/* The entry of a form, or of a stem: inflections are stripped (-s -es -ies -ed -ied -ing -ly), doubled consonants
 * undone. A stem lends its scores only, not its classes. NULL: unknown. */
const slant_word *slant_words_look_up(const slant_words *words, slant_str form, uint64_t hash);

#endif
