#include "features/stage.h"

const slant_stage *const slant_stages[] = {&slant_stage_words,   &slant_stage_chars, &slant_stage_mention,
                                           &slant_stage_pattern, &slant_stage_verb,  &slant_stage_lexicon,
                                           &slant_stage_vectors, &slant_stage_aux,   NULL};

void slant_emit_slowly(slant_emitter *emitter, uint64_t key, uint32_t at, uint32_t len) {
  if (emitter->mode == SLANT_EMIT_COUNT) {
    if (!slant_counts_add(emitter->growing, key, emitter->example)) emitter->failed = true;
    return;
  }
  uint32_t feature = slant_vocabulary_find(emitter->vocabulary, key);
  if (feature != SLANT_ABSENT) emitter->named(emitter->context, feature, at, len);
}
