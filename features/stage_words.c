/* Word n-grams, and pairs of words with others between them (skip-grams: Guthrie et al. 2006): over the tokens of a
 * document, or over the masked sentence around a target. */
#include "features/stage.h"

/* What an n-gram's length is raised by where it is a pair that leaves out what stands between. */
enum { SKIPS = 1 << 8 };

/* The hashes of a run of words, wherever they stand. */
typedef struct run {
  const char *first;
  size_t stride, n;
} run;

static run run_of(const slant_view *view) {
  const slant_document *document = view->document;
  if (view->mode == SLANT_MODE_DOCUMENT) return (run){(const char *)document->hashes, 8, document->n_tokens};
  return (run){(const char *)&view->units->hash, sizeof *view->units, view->n_units};
}

static inline uint64_t hash_at(const run *words, size_t i) {
  return *(const uint64_t *)(const void *)(words->first + i * words->stride);
}

/* A pair is the same however many words it leaves out, and another than the two words side by side. */
static void emit_pairs(slant_emitter *emitter, const run *words, uint32_t i, uint32_t skip) {
  uint64_t first = slant_hash_chain(hash_at(words, i), SKIPS);
  for (uint32_t n = 3; n <= skip + 2 && i + n <= words->n; n++)
    slant_emit(emitter, slant_hash_next(first, hash_at(words, i + n - 1)), i, SKIPS + n);
}

/* Words and pairs side by side, the n-grams most used, written straight to where they are looked up. */
static void look_up_pairs(slant_lookup *lookup, uint32_t block, const run *words) {
  size_t n = words->n;
  for (size_t i = 0; i + 1 < n;) {
    slant_lookup_flush(lookup);
    size_t count = n - 1 - i < SLANT_PENDING ? n - 1 - i : SLANT_PENDING;
    for (size_t k = 0; k < count; k++) {
      uint64_t hash = hash_at(words, i + k);
      lookup->likely[k] = slant_vocabulary_key(block, hash);
      lookup->pending[k] = slant_vocabulary_key(block, slant_hash_next(hash, hash_at(words, i + k + 1)));
    }
    lookup->n_likely = lookup->n_pending = (uint32_t)count;
    i += count;
  }
  if (n) slant_lookup_add(lookup, slant_vocabulary_key(block, hash_at(words, n - 1)));
}

/* The keys of n-grams of any other length, the same way. Inlined where lengths are known. */
static inline __attribute__((always_inline)) void look_up_ngrams(slant_lookup *lookup, uint32_t block, const run *words,
                                                                 uint32_t min, uint32_t max) {
  for (size_t i = 0; i < words->n; i++) {
    uint32_t count = 0, longest = words->n - i < max ? (uint32_t)(words->n - i) : max;
    uint64_t *keys = slant_lookup_room(lookup, max), hash = 0;
    for (uint32_t n = 1; n <= longest; n++) {
      hash = slant_hash_next(hash, hash_at(words, i + n - 1));
      keys[count] = slant_vocabulary_key(block, hash);
      count += n >= min;
    }
    slant_lookup_wrote(lookup, count);
  }
}

/* Words by themselves around a target: each is looked up once. */
static void look_up_alone(slant_emitter *emitter, const slant_view *view) {
  uint32_t found[SLANT_VIEW_PLACES], n = 0;
  for (size_t u = 0; u < view->n_units; u++) {
    const slant_unit *unit = &view->units[u];
    const uint64_t key = slant_vocabulary_key(emitter->block, unit->hash);
    if (unit->mark) {
      slant_lookup_add(emitter->lookup, key);
      continue;
    }
    slant_word_type *type = view->places[unit->place].type;
    if (type->alone == SLANT_NOT_YET) type->alone = slant_vocabulary_find(emitter->lookup->vocabulary, key);
    found[n] = type->alone;
    n += type->alone != SLANT_ABSENT;
  }
  slant_lookup_mark(emitter->lookup, found, n, 1);
}

static void emit_words(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  const run words = run_of(view);
  if (emitter->mode == SLANT_EMIT_LOOK_UP && !options->skip) {
    if (view->mode == SLANT_MODE_TARGET && options->min == 1 && options->max <= 3) {
      look_up_alone(emitter, view);
      if (options->max == 2) look_up_ngrams(emitter->lookup, emitter->block, &words, 2, 2);
      if (options->max == 3) look_up_ngrams(emitter->lookup, emitter->block, &words, 2, 3);
    } else if (options->min == 1 && options->max == 2)
      look_up_pairs(emitter->lookup, emitter->block, &words);
    else
      look_up_ngrams(emitter->lookup, emitter->block, &words, (uint32_t)options->min, (uint32_t)options->max);
    return;
  }
  for (uint32_t i = 0; i < words.n; i++) {
    uint64_t hash = 0;
    for (uint32_t n = 1; n <= (uint32_t)options->max && i + n <= words.n; n++) {
      hash = slant_hash_next(hash, hash_at(&words, i + n - 1));
      if (n >= (uint32_t)options->min) slant_emit(emitter, hash, i, n);
    }
    if (options->skip) emit_pairs(emitter, &words, i, (uint32_t)options->skip);
  }
}

static void name_words(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out) {
  if (len > SKIPS) {
    slant_buffer_str(out, slant_view_unit_text(view, &view->units[at]));
    slant_buffer_text(out, " … ");
    at += len - SKIPS - 1;
    len = 1;
  }
  for (uint32_t i = at; i < at + len; i++) {
    if (i > at) slant_buffer_char(out, ' ');
    slant_buffer_str(out, slant_view_unit_text(view, &view->units[i]));
  }
}

static slant_span span_words(const slant_view *view, uint32_t at, uint32_t len) {
  return slant_view_units_span(view, at, at + len % SKIPS - 1);
}

static const slant_option options[] = {SLANT_STAGE_N(min, "1", 1, 8, "shortest n-gram"),
                                       SLANT_STAGE_N(max, "2", 1, 8, "longest n-gram"),
                                       SLANT_STAGE_N(skip, "0", 0, 8, "words that a pair may leave out in between"),
                                       SLANT_STAGE_TF,
                                       SLANT_STAGE_MIN_DF,
                                       SLANT_STAGE_WEIGHT("1"),
                                       SLANT_OPTION_END};

const slant_stage slant_stage_words = {.id = "words",
                                       .version = 1,
                                       .options = options,
                                       .document = true,
                                       .target = true,
                                       .hashes_suffice = true,
                                       .emit = emit_words,
                                       .name = name_words,
                                       .span = span_words};
