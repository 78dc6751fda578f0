#include "features/word_types.h"

#include <stdlib.h>

enum { LINE = 64 };
_Static_assert(sizeof(slant_word_type) == LINE, "a word stands in one line of the cache");

bool slant_word_types_open(slant_word_types *types, const slant_resources *resources, slant_mode mode) {
  if (types->memory && types->resources == resources && types->mode == mode) return true;
  if (!types->memory) types->memory = slant_alloc_zero(SLANT_WORD_TYPE_SLOTS + 1, sizeof *types->slots);
  if (!types->memory) return false;
  types->slots = (slant_word_type *)(void *)(((uintptr_t)types->memory + LINE - 1) / LINE * LINE);
  types->resources = resources;
  types->mode = mode;
  slant_word_types_forget(types);
  return true;
}

void slant_word_types_free(slant_word_types *types) {
  free(types->memory);
  free(types->features);
}

void slant_word_types_forget(slant_word_types *types) {
  types->used = 0;
  types->n_features = 0;
  if (++types->epoch) return; /* all slots are of an earlier one, … */
  memset(types->slots, 0, SLANT_WORD_TYPE_SLOTS * sizeof *types->slots);
  types->epoch = 1; /* … unless it has come round */
}

uint32_t *slant_word_types_room(slant_word_types *types, size_t n) {
  size_t needed = types->n_features + n;
  if (needed > types->feature_capacity) {
    size_t capacity = needed + needed / 2;
    uint32_t *bigger = slant_alloc(capacity, sizeof *bigger);
    if (!bigger) return NULL;
    if (types->n_features) memcpy(bigger, types->features, types->n_features * sizeof *bigger);
    free(types->features);
    types->features = bigger;
    types->feature_capacity = capacity;
  }
  return types->features + types->n_features;
}

static bool is_negator(uint32_t classes, slant_str form) {
  if (classes & SLANT_WORD_NEGATOR) return true;
  return form.len > 3 && memcmp(form.ptr + form.len - 3, "n't", 3) == 0;
}

void slant_word_types_meet(slant_word_types *types, slant_word_type *slot, slant_str form, uint64_t hash) {
  const slant_embedding *vectors = &types->resources->vectors;
  const slant_word *exact = slant_words_find(&types->resources->words, hash);
  const slant_word *word = exact ? exact : slant_words_look_up(&types->resources->words, form, hash);
  uint32_t classes = exact ? exact->classes : 0, row = 0;
  *slot = (slant_word_type){.hash = hash,
                            .exact = exact,
                            .word = word,
                            .vector = slant_embedding_find(vectors, hash, &row),
                            .classes = classes,
                            .n_chars = SLANT_NOT_YET,
                            .alone = SLANT_NOT_YET,
                            .epoch = types->epoch,
                            .polarity = (int8_t)slant_word_polarity(word),
                            .scored = slant_words_has_score(&types->resources->words, word),
                            .negator = is_negator(classes, form)};
  if (slot->vector) slot->weight = slant_embedding_weight(vectors, row, types->mode);
  types->used++;
}
