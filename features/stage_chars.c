/* Character n-grams within words, each token's form with a space on both sides, or across words, forms with a space
 * between. Masked places are passed over. */
#include "common/hash_inline.h"
#include "features/stage.h"

enum { MAX_FORM = 64 }; /* code points of a form that are looked at: longer "words" are addresses and noise */

enum { WITHIN, ACROSS };

/* Where the next code point begins, at most `to`. */
static uint32_t next_point(const char *forms, uint32_t at, uint32_t to) {
  for (at++; at < to && ((unsigned char)forms[at] & 0xc0) == 0x80;) at++;
  return at;
}

/* An n-gram of a form: bytes of the document's forms. */
typedef struct gram {
  uint32_t at, len;
} gram;
enum { MAX_N = 8, MAX_GRAMS = MAX_FORM * MAX_N };

/* All n-grams of forms[from, to), which is one form with the spaces around it. Returns how many. */
static uint32_t find_grams(const char *forms, uint32_t from, uint32_t to, const slant_stage_options *options,
                           gram out[MAX_GRAMS]) {
  uint32_t starts[MAX_FORM + 1], n = 0, n_grams = 0;
  for (uint32_t at = from; at < to && n < MAX_FORM; at++)
    if (((unsigned char)forms[at] & 0xc0) != 0x80) starts[n++] = at;
  starts[n] = n == MAX_FORM ? starts[n - 1] : to;
  if (n == MAX_FORM) n--;
  uint32_t min = (uint32_t)options->min, max = (uint32_t)options->max;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t k = min; k <= max && i + k <= n; k++) out[n_grams++] = (gram){starts[i], starts[i + k] - starts[i]};
  return n_grams;
}

static void emit_form(slant_emitter *emitter, const char *forms, uint32_t from, uint32_t to,
                      const slant_stage_options *options) {
  gram grams[MAX_GRAMS];
  uint32_t n = find_grams(forms, from, to, options, grams);
  for (uint32_t i = 0; i < n; i++)
    slant_emit(emitter, slant_hash_padded(forms + grams[i].at, grams[i].len), grams[i].at, grams[i].len);
}

/* ---- a word's features are the same in every text: they are looked up once and kept ---- */
static bool meet_word(slant_emitter *emitter, slant_word_type *type, const char *forms, const slant_token *token,
                      const slant_stage_options *options) {
  gram grams[MAX_GRAMS];
  uint64_t keys[MAX_GRAMS];
  uint32_t *features = slant_word_types_room(emitter->types, MAX_GRAMS + 1);
  if (!features) return false;
  uint32_t n = find_grams(forms, token->form - 1, token->form + token->form_len + 1, options, grams);
  for (uint32_t i = 0; i < n; i++)
    keys[i] = slant_vocabulary_key(emitter->block, slant_hash_padded(forms + grams[i].at, grams[i].len));
  type->chars = (uint32_t)emitter->types->n_features;
  type->n_chars = slant_lookup_find(emitter->lookup, keys, n, features);
  emitter->types->n_features += type->n_chars;
  return true;
}

/* A word that stands there so many times. */
static inline void look_up_word(slant_emitter *emitter, slant_word_type *type, const char *forms,
                                const slant_token *token, uint32_t times, const slant_stage_options *options) {
  if (type->n_chars == SLANT_NOT_YET && !meet_word(emitter, type, forms, token, options))
    emitter->failed = true; /* no memory */
  else
    slant_lookup_mark(emitter->lookup, emitter->types->features + type->chars, type->n_chars, times);
}

/* Whether these are the words of the example before; if not, they are from now on. */
static bool same_words(slant_kept_block *kept, const slant_view *view) {
  bool same = kept->valid;
  uint32_t n = 0;
  for (size_t u = 0; u < view->n_units; u++) {
    const slant_unit *unit = &view->units[u];
    if (unit->mark) continue;
    same = same && n < kept->n_words && kept->words[n] == unit->hash;
    kept->words[n++] = unit->hash;
  }
  same = same && n == kept->n_words;
  kept->n_words = n;
  return same;
}

/* Of a document's words half stand there before: each is looked up once, and counts as often as it stands there. */
enum { STRETCH = 2048 };
static void look_up_stretch(slant_emitter *emitter, const char *forms, const slant_token *tokens, uint32_t n,
                            const slant_stage_options *options) {
  struct {
    slant_word_type *type;
    const slant_token *token;
  } words[STRETCH];
  uint32_t n_words = 0;
  slant_word_types_reserve(emitter->types, STRETCH);
  for (uint32_t t = 0; t < n; t++) {
    const uint32_t ahead = t + SLANT_WORDS_AHEAD < n ? t + SLANT_WORDS_AHEAD : n - 1;
    slant_word_types_prefetch(emitter->types, tokens[ahead].hash);
    const slant_str form = {forms + tokens[t].form, tokens[t].form_len};
    slant_word_type *type = slant_word_types_find(emitter->types, form, tokens[t].hash);
    words[n_words].type = type;
    words[n_words].token = &tokens[t];
    n_words += !type->here++;
  }
  for (uint32_t w = 0; w < n_words; w++) {
    slant_word_type *type = words[w].type;
    look_up_word(emitter, type, forms, words[w].token, type->here, options);
    type->here = 0;
  }
}

static void look_up_words(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  const slant_document *document = view->document;
  const char *forms = document->forms.ptr;
  if (view->mode == SLANT_MODE_TARGET) {
    emitter->kept->again = same_words(emitter->kept, view);
    for (size_t u = 0; u < view->n_units && !emitter->kept->again; u++) {
      if (view->units[u].mark) continue;
      const slant_place *place = &view->places[view->units[u].place];
      look_up_word(emitter, place->type, forms, slant_view_token(view, place), 1, options);
    }
    return;
  }
  for (uint32_t t = 0; t < document->n_tokens; t += STRETCH) {
    uint32_t n = document->n_tokens - t < STRETCH ? document->n_tokens - t : STRETCH;
    look_up_stretch(emitter, forms, document->tokens + t, n, options);
  }
}

/* Emits all n-grams of forms[from, to), of any length, that do not begin at its end. */
static void emit_stretch(slant_emitter *emitter, const char *forms, uint32_t from, uint32_t to,
                         const slant_stage_options *options) {
  for (uint32_t begin = from; begin < to; begin = next_point(forms, begin, to)) {
    uint32_t end = begin;
    for (uint32_t k = 1; k <= (uint32_t)options->max && end < to; k++) {
      end = next_point(forms, end, to);
      if (k >= (uint32_t)options->min)
        slant_emit(emitter, slant_hash_padded(forms + begin, end - begin), begin, end - begin);
    }
  }
}

/* The token of a unit; NULL: it is masked. */
static const slant_token *unit_token(const slant_view *view, size_t u) {
  const slant_unit *unit = &view->units[u];
  if (unit->mark) return NULL;
  uint32_t index = view->mode == SLANT_MODE_DOCUMENT ? unit->place : view->places[unit->place].token;
  return &view->document->tokens[index];
}

static void emit_chars(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  const char *forms = view->document->forms.ptr;
  if (options->scope == WITHIN && emitter->mode == SLANT_EMIT_LOOK_UP) {
    look_up_words(emitter, view, options);
    return;
  }
  for (size_t u = 0; u < view->n_units; u++) {
    const slant_token *token = unit_token(view, u), *next;
    if (!token) continue;
    if (options->scope == WITHIN) {
      emit_form(emitter, forms, token->form - 1, token->form + token->form_len + 1, options);
      continue;
    }
    const slant_token *last = token; /* of the tokens whose forms stand side by side */
    for (; u + 1 < view->n_units && (next = unit_token(view, u + 1)) == last + 1; u++) last = next;
    emit_stretch(emitter, forms, token->form - 1, last->form + last->form_len + 1, options);
  }
}

static void name_chars(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out) {
  slant_buffer_append(out, view->document->forms.ptr + at, len);
}

/* The token whose form, or the space behind it, holds the byte. */
static uint32_t token_of(const slant_document *document, uint32_t byte) {
  uint32_t low = 0, high = document->n_tokens;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (document->tokens[middle].form <= byte)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* Of code points the n-gram's own, where the form has as many as the word; else the word's: elongation and links are
 * cut short. A space beside the word is not the text's. */
static slant_span span_chars(const slant_view *view, uint32_t at, uint32_t len) {
  const char *forms = view->document->forms.ptr;
  uint32_t index = token_of(view->document, at + (len > 1)); /* past a space that leads up to the word */
  const slant_token *token = &view->document->tokens[index];
  uint32_t last = token_of(view->document, at + len - 1);
  if (last > index) return slant_view_tokens_span(view, index, last);
  slant_span word = slant_view_tokens_span(view, index, index);
  uint32_t before = 0, within = 0, after = 0;
  for (uint32_t i = token->form; i < token->form + token->form_len; i++) {
    bool starts = ((unsigned char)forms[i] & 0xc0) != 0x80;
    before += starts && i < at;
    within += starts && i >= at && i < at + len;
    after += starts && i >= at + len;
  }
  if (before + within + after != word.to - word.from) return word;
  return (slant_span){word.from + before, word.from + before + within};
}

static const slant_option options[] = {SLANT_STAGE_N(min, "2", 1, 8, "shortest n-gram, in code points"),
                                       SLANT_STAGE_N(max, "5", 1, 8, "longest n-gram"),
                                       {"scope", 0, SLANT_OPTION_CHOICE, offsetof(slant_stage_options, scope), "within",
                                        0, 0, "within|across", "WHERE", "within words, or across them as well"},
                                       SLANT_STAGE_TF,
                                       SLANT_STAGE_MIN_DF,
                                       SLANT_STAGE_WEIGHT("1"),
                                       SLANT_OPTION_END};

const slant_stage slant_stage_chars = {.id = "chars",
                                       .version = 1,
                                       .options = options,
                                       .document = true,
                                       .target = true,
                                       .emit = emit_chars,
                                       .name = name_chars,
                                       .span = span_chars};
