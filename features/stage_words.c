/* Word n-grams: over the tokens of a document, or over the masked sentence around a target. */
#include "features/stage.h"

static void emit_words(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  for (uint32_t i = 0; i < view->n_units; i++) {
    uint64_t hash = 0;
    for (uint32_t n = 1; n <= (uint32_t)options->max && i + n <= view->n_units; n++) {
      hash = slant_hash_chain(hash, view->units[i + n - 1].hash);
      if (n >= (uint32_t)options->min) slant_emit(emitter, hash, i, n);
    }
  }
}

static void name_words(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out) {
  for (uint32_t i = at; i < at + len; i++) {
    if (i > at) slant_buffer_char(out, ' ');
    slant_buffer_str(out, slant_view_unit_text(view, &view->units[i]));
  }
}

static const slant_option options[] = {SLANT_STAGE_N(min, "1", 1, 8, "shortest n-gram"),
                                       SLANT_STAGE_N(max, "2", 1, 8, "longest n-gram"),
                                       SLANT_STAGE_TF,
                                       SLANT_STAGE_MIN_DF,
                                       SLANT_STAGE_WEIGHT("1"),
                                       SLANT_OPTION_END};

const slant_stage slant_stage_words = {.id = "words",
                                       .version = 1,
                                       .options = options,
                                       .document = true,
                                       .target = true,
                                       .emit = emit_words,
                                       .name = name_words};
