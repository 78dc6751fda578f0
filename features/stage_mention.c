/*
 * The target's own name: each word of the mention, the whole mention, or that it is a pronoun. It lets a model know
 * that some names are treated worse than others; leave the stage out of the pipeline where judgements must be blind to
 * names.
 */
#include "features/stage.h"

enum { WHOLE = 1, PRONOUN = 2 };     /* seeds that keep a word, the whole and the pronoun flag apart */
#define IS_WHOLE (UINT32_C(1) << 31) /* in the length that a name is made from */

static void emit_mention(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  (void)options;
  uint64_t whole = WHOLE;
  for (uint32_t i = view->first; i < view->last; i++) {
    uint64_t hash = view->document->tokens[i].hash;
    slant_emit(emitter, slant_hash_chain(0, hash), i, 1);
    whole = slant_hash_chain(whole, hash);
  }
  slant_emit(emitter, whole, view->first, (view->last - view->first) | IS_WHOLE);
  if (view->target_is_pronoun) slant_emit(emitter, PRONOUN, view->first, 0);
}

static void name_mention(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out) {
  if (!len) slant_buffer_text(out, "is a pronoun");
  if (len & IS_WHOLE) slant_buffer_text(out, "is ");
  len &= ~IS_WHOLE;
  for (uint32_t i = at; i < at + len; i++) {
    const slant_token *token = &view->document->tokens[i];
    if (i > at) slant_buffer_char(out, ' ');
    slant_buffer_append(out, view->document->forms.ptr + token->form, token->form_len);
  }
}

static slant_span span_mention(const slant_view *view, uint32_t at, uint32_t len) {
  len &= ~IS_WHOLE;
  return slant_view_tokens_span(view, at, len ? at + len - 1 : at);
}

static const slant_option options[] = {SLANT_STAGE_TF, SLANT_STAGE_MIN_DF, SLANT_STAGE_WEIGHT("1"), SLANT_OPTION_END};

const slant_stage slant_stage_mention = {.id = "mention",
                                         .version = 1,
                                         .options = options,
                                         .target = true,
                                         .emit = emit_mention,
                                         .name = name_mention,
                                         .span = span_mention};
