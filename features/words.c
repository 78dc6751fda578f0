#include "features/words.h"

#include "common/hash.h"

#include <stdlib.h>

/* The `words` section: a head, the names of the lexicons, the entries. */
typedef struct head {
  uint32_t count, n_lexicons;
} head;

static uint32_t stride_of(uint32_t n_lexicons) {
  return (uint32_t)(sizeof(slant_word) + n_lexicons * sizeof(float));
}

/* Names end; the entries are not read: a value that is no number shows in the scores. */
static bool names_end(const slant_words *words) {
  for (uint32_t k = 0; k < words->n_lexicons; k++)
    if (slant_words_lexicon(words, k)[SLANT_LEXICON_NAME - 1]) return false;
  return true;
}

int slant_words_adopt(slant_words *out, slant_section items, slant_section slots, slant_error *error) {
  *out = (slant_words){0};
  const head *h = items.data;
  if (!h || items.size < sizeof *h || h->n_lexicons < SLANT_BUILTIN_LEXICONS || h->n_lexicons > SLANT_MAX_LEXICONS ||
      h->count > UINT32_MAX / 2)
    return slant_fail(error, SLANT_E_FORMAT, "the bundle's lexicon is damaged");
  *out = (slant_words){.names = (const char *)(h + 1),
                       .count = h->count,
                       .n_lexicons = h->n_lexicons,
                       .stride = stride_of(h->n_lexicons)};
  uint64_t names = (uint64_t)SLANT_LEXICON_NAME * out->n_lexicons;
  out->items = out->names + names;
  if (items.size != sizeof *h + names + (uint64_t)out->count * out->stride ||
      !slant_table_adopt(&out->table, slots.data, slots.size, out->count))
    return slant_fail(error, SLANT_E_FORMAT, "the bundle's lexicon is damaged");
  if (!names_end(out)) return slant_fail(error, SLANT_E_FORMAT, "the bundle's lexicon is damaged");
  return SLANT_OK;
}

int slant_words_builtin(slant_words *out, slant_error *error) {
  slant_words_builder *builder;
  *out = (slant_words){0};
  int status = slant_words_builder_new(&builder, error);
  if (!status) status = slant_words_builder_finish(out, builder, error);
  slant_words_builder_free(builder);
  return status;
}

void slant_words_free(slant_words *words) {
  free(words->owned_slots);
  slant_buffer_free(&words->section);
  *words = (slant_words){0};
}

bool slant_words_has_score(const slant_words *words, const slant_word *word) {
  for (uint32_t k = 0; word && k < words->n_lexicons; k++)
    if (word->score[k] != 0) return true;
  return false;
}

void slant_words_stems(slant_str form, bool (*visit)(void *context, const char *stem, size_t len), void *context) {
  static const struct {
    const char *suffix, *instead;
  } rules[] = {{"ies", "y"}, {"ied", "y"}, {"ing", ""}, {"ing", "e"}, {"ed", ""},
               {"ed", "e"},  {"es", ""},   {"s", ""},   {"ly", ""},   {"d", ""}};
  if (form.len < 4 || form.len > 40 || !strchr("sdgy", form.ptr[form.len - 1])) return;
  char stem[48];
  for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
    size_t cut_len = strlen(rules[r].suffix), add = strlen(rules[r].instead), base = form.len - cut_len;
    if (form.len < cut_len + 3 || memcmp(form.ptr + base, rules[r].suffix, cut_len) != 0) continue;
    memcpy(stem, form.ptr, base);
    memcpy(stem + base, rules[r].instead, add);
    if (visit(context, stem, base + add)) return;
    bool doubled = !add && cut_len > 1 && base > 3 && stem[base - 1] == stem[base - 2];
    if (doubled && visit(context, stem, base - 1)) return;
  }
}

typedef struct stem_search {
  const slant_words *words;
  const slant_word *found;
} stem_search;

static bool find_scored(void *context, const char *stem, size_t len) {
  stem_search *search = context;
  const slant_word *word = slant_words_find(search->words, slant_hash_word(stem, len));
  if (slant_words_has_score(search->words, word)) search->found = word;
  return search->found != NULL;
}

const slant_word *slant_words_look_up(const slant_words *words, slant_str form, uint64_t hash) {
  const slant_word *word = slant_words_find(words, hash);
  if (word) return word;
  stem_search search = {words, NULL};
  slant_words_stems(form, find_scored, &search);
  return search.found;
}
