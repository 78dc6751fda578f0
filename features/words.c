#include "features/words.h"

#include "common/embed.h"
#include "common/hash.h"

#include <math.h>
#include <stdlib.h>

SLANT_EMBED(slant_lexicon, "features/data/lexicon.tsv");
SLANT_EMBED(slant_shifters, "features/data/shifters.tsv");

/* Collects entries by term; a term may stand in both files. */
typedef struct slant_word_builder {
  slant_word *items;
  uint64_t *keys;
  size_t count, item_capacity, key_capacity;
  slant_slot *slots; /* index of the entries so far; value = entry */
  uint64_t mask;
} slant_word_builder;

static slant_word *builder_entry(slant_word_builder *builder, slant_str term) {
  uint64_t key = slant_table_key(slant_hash(term.ptr, term.len));
  uint64_t i = key & builder->mask;
  while (builder->slots[i].key && builder->slots[i].key != key) i = (i + 1) & builder->mask;
  if (builder->slots[i].key) return &builder->items[builder->slots[i].value];
  if (builder->count * 2 > builder->mask) return NULL;
  if (!slant_grow(&builder->items, &builder->item_capacity, builder->count, sizeof *builder->items)) return NULL;
  if (!slant_grow(&builder->keys, &builder->key_capacity, builder->count, sizeof *builder->keys)) return NULL;
  builder->slots[i] = (slant_slot){key, (uint32_t)builder->count, 0};
  builder->keys[builder->count] = key;
  builder->items[builder->count] = (slant_word){.factor = 1};
  return &builder->items[builder->count++];
}

static float number(slant_str s) {
  char digits[32] = "";
  if (s.len == 0 || s.len >= sizeof digits) return 0;
  memcpy(digits, s.ptr, s.len);
  /* Plain decimals with at most one point: read without strtod, whose point depends on the locale. */
  double value = 0, unit = 1;
  bool negative = digits[0] == '-', fraction = false;
  for (const char *p = digits + (negative ? 1 : 0); *p; p++) {
    if (*p == '.') {
      fraction = true;
      continue;
    }
    if (*p < '0' || *p > '9') return 0;
    value = value * 10 + (*p - '0');
    if (fraction) unit *= 10;
  }
  return (float)((negative ? -value : value) / unit);
}

/* term TAB vader TAB huliu TAB afinn */
static bool read_lexicon_row(slant_word_builder *builder, slant_str row) {
  static const float scale[SLANT_N_LEXICONS] = {4, 1, 5};
  slant_word *entry = builder_entry(builder, slant_str_cut(&row, '\t'));
  if (!entry) return false;
  for (int k = 0; k < SLANT_N_LEXICONS; k++) entry->score[k] = number(slant_str_cut(&row, '\t')) / scale[k];
  return true;
}

/* word TAB class TAB value */
static bool read_shifter_row(slant_word_builder *builder, slant_str row) {
  static const struct {
    const char *name;
    uint32_t bit;
  } classes[] = {{"negator", SLANT_WORD_NEGATOR},     {"intensifier", SLANT_WORD_INTENSIFIER},
                 {"downtoner", SLANT_WORD_DOWNTONER}, {"say", SLANT_WORD_SAY},
                 {"auxiliary", SLANT_WORD_AUXILIARY}, {"function", SLANT_WORD_FUNCTION},
                 {"split", SLANT_WORD_SPLIT},         {"pronoun-m", SLANT_WORD_HE},
                 {"pronoun-f", SLANT_WORD_SHE},       {"pronoun-t", SLANT_WORD_THEY},
                 {"title", SLANT_WORD_TITLE},         {"contrast", SLANT_WORD_CONTRAST}};
  slant_word *entry = builder_entry(builder, slant_str_cut(&row, '\t'));
  slant_str name = slant_str_cut(&row, '\t');
  if (!entry) return false;
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (slant_str_is(name, classes[i].name)) {
      entry->classes |= classes[i].bit;
      if (classes[i].bit & (SLANT_WORD_INTENSIFIER | SLANT_WORD_DOWNTONER))
        entry->factor = number(slant_str_cut(&row, '\t'));
    }
  return true;
}

static bool read_rows(slant_word_builder *builder, slant_str text, bool (*read_row)(slant_word_builder *, slant_str)) {
  bool header = true;
  while (text.len) {
    slant_str row = slant_str_cut(&text, '\n');
    if (!row.len || row.ptr[0] == '\t' || (row.ptr[0] == '#' && row.len > 1 && row.ptr[1] == ' ')) continue;
    if (!header && !read_row(builder, row)) return false;
    header = false;
  }
  return true;
}

int slant_words_builtin(slant_words *out, slant_error *error) {
  *out = (slant_words){0};
  slant_word_builder builder = {.mask = (1 << 16) - 1};
  builder.slots = slant_alloc_zero(builder.mask + 1, sizeof *builder.slots);
  slant_str lexicon = {slant_lexicon_begin, (size_t)(slant_lexicon_end - slant_lexicon_begin)};
  slant_str shifters = {slant_shifters_begin, (size_t)(slant_shifters_end - slant_shifters_begin)};
  bool ok = builder.slots && read_rows(&builder, lexicon, read_lexicon_row) &&
            read_rows(&builder, shifters, read_shifter_row);
  if (ok) {
    out->owned_slots = slant_table_build(&out->table, builder.keys, (uint32_t)builder.count);
    ok = out->owned_slots != NULL;
  }
  free(builder.slots);
  free(builder.keys);
  if (!ok) {
    free(builder.items);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the lexicon");
  }
  out->owned_items = builder.items;
  out->items = builder.items;
  out->count = (uint32_t)builder.count;
  return SLANT_OK;
}

int slant_words_adopt(slant_words *out, slant_section items, slant_section slots, slant_error *error) {
  *out = (slant_words){0};
  uint64_t count = items.size / sizeof(slant_word);
  if (items.size % sizeof(slant_word) || count > UINT32_MAX / 2 || (count && !items.data) ||
      !slant_table_adopt(&out->table, slots.data, slots.size, (uint32_t)count))
    return slant_fail(error, SLANT_E_FORMAT, "the bundle's lexicon is damaged");
  const slant_word *entries = items.data;
  for (uint64_t i = 0; i < count; i++) {
    bool sane = isfinite(entries[i].factor);
    for (int k = 0; k < SLANT_N_LEXICONS; k++) sane = sane && isfinite(entries[i].score[k]);
    if (!sane) return slant_fail(error, SLANT_E_FORMAT, "the bundle's lexicon holds a value that is no number");
  }
  out->items = entries;
  out->count = (uint32_t)count;
  return SLANT_OK;
}

void slant_words_free(slant_words *words) {
  free(words->owned_slots);
  free(words->owned_items);
  *words = (slant_words){0};
}

static bool has_score(const slant_word *word) {
  for (int k = 0; word && k < SLANT_N_LEXICONS; k++)
    if (word->score[k] != 0) return true;
  return false;
}

static const slant_word *find_stem(const slant_words *words, const char *stem, size_t len) {
  const slant_word *word = slant_words_find(words, slant_hash(stem, len));
  return has_score(word) ? word : NULL;
}

const slant_word *slant_words_look_up(const slant_words *words, slant_str form, uint64_t hash) {
  static const struct {
    const char *suffix, *instead;
  } rules[] = {{"ies", "y"}, {"ied", "y"}, {"ing", ""}, {"ing", "e"}, {"ed", ""},
               {"ed", "e"},  {"es", ""},   {"s", ""},   {"ly", ""},   {"d", ""}};
  const slant_word *word = slant_words_find(words, hash);
  if (word || form.len < 4 || form.len > 40 || !strchr("sdgy", form.ptr[form.len - 1])) return word;
  char stem[48];
  for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
    size_t cut_len = strlen(rules[r].suffix), add = strlen(rules[r].instead), base = form.len - cut_len;
    if (form.len < cut_len + 3 || memcmp(form.ptr + base, rules[r].suffix, cut_len) != 0) continue;
    memcpy(stem, form.ptr, base);
    memcpy(stem + base, rules[r].instead, add);
    word = find_stem(words, stem, base + add);
    bool doubled = !add && cut_len > 1 && base > 3 && stem[base - 1] == stem[base - 2];
    if (!word && doubled) word = find_stem(words, stem, base - 1);
    if (word) return word;
  }
  return NULL;
}
