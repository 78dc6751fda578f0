#include "common/embed.h"
#include "common/hash.h"
#include "features/words.h"

#include <math.h>
#include <stdlib.h>

SLANT_EMBED(slant_lexicon, "features/data/lexicon.tsv");
SLANT_EMBED(slant_shifters, "features/data/shifters.tsv");

/* Sum of the built-in scores, VADER's twice, from which a word counts as good or bad: one strong opinion or two mild
 * ones. */
#define AGREED 0.9F

typedef struct entry {
  slant_str form;
  uint32_t classes;
  float factor;
} entry;

struct slant_words_builder {
  slant_arena arena; /* forms */
  entry *entries;
  uint64_t *keys;
  size_t n, entry_capacity, key_capacity;
  slant_slot *slots; /* key → number of the entry */
  uint64_t mask;
  float *columns[SLANT_MAX_LEXICONS]; /* a score an entry, NAN: none */
  size_t column_capacity;
  char names[SLANT_MAX_LEXICONS][SLANT_LEXICON_NAME];
  uint32_t n_columns;
};

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the lexicon");
}

/* ---- entries ---- */
static uint64_t slot_of(const slant_words_builder *builder, uint64_t key) {
  uint64_t i = key & builder->mask;
  while (builder->slots[i].key && builder->slots[i].key != key) i = (i + 1) & builder->mask;
  return i;
}

static bool grow_slots(slant_words_builder *builder) {
  if (builder->mask && builder->n * 2 < builder->mask) return true;
  slant_slot *old = builder->slots;
  builder->mask = builder->mask ? builder->mask * 2 + 1 : (1 << 15) - 1;
  builder->slots = slant_alloc_zero(builder->mask + 1, sizeof *builder->slots);
  free(old);
  if (!builder->slots) return false;
  for (size_t e = 0; e < builder->n; e++)
    builder->slots[slot_of(builder, builder->keys[e])] = (slant_slot){builder->keys[e], (uint32_t)e, 0};
  return true;
}

/* Room for `n` scores in every column; new ones are NAN. */
static bool grow_columns(slant_words_builder *builder, size_t n) {
  if (n <= builder->column_capacity) return true;
  size_t capacity = builder->column_capacity ? builder->column_capacity * 2 : 1 << 14;
  for (uint32_t c = 0; c < builder->n_columns; c++) {
    float *larger = realloc(builder->columns[c], capacity * sizeof *larger);
    if (!larger) return false;
    builder->columns[c] = larger;
    for (size_t e = builder->column_capacity; e < capacity; e++) larger[e] = NAN;
  }
  builder->column_capacity = capacity;
  return true;
}

/* The entry of a form, made where there is none. -1: no memory. */
static int64_t entry_of(slant_words_builder *builder, slant_str form) {
  uint64_t key = slant_table_key(slant_hash_word(form.ptr, form.len));
  if (!grow_slots(builder)) return -1;
  uint64_t slot = slot_of(builder, key);
  if (builder->slots[slot].key) return builder->slots[slot].value;
  char *copy = slant_arena_copy(&builder->arena, form);
  if (!copy || builder->n >= UINT32_MAX / 2 || !grow_columns(builder, builder->n + 1) ||
      !slant_grow(&builder->entries, &builder->entry_capacity, builder->n, sizeof *builder->entries) ||
      !slant_grow(&builder->keys, &builder->key_capacity, builder->n, sizeof *builder->keys))
    return -1;
  builder->slots[slot] = (slant_slot){key, (uint32_t)builder->n, 0};
  builder->keys[builder->n] = key;
  builder->entries[builder->n] = (entry){{copy, form.len}, 0, 1};
  return (int64_t)builder->n++;
}

int slant_words_builder_column(slant_words_builder *builder, slant_str name, uint32_t *column, slant_error *error) {
  if (builder->n_columns == SLANT_MAX_LEXICONS)
    return slant_fail(error, SLANT_E_LIMIT, "lexicons with more than %d columns in all are too many",
                      SLANT_MAX_LEXICONS - SLANT_BUILTIN_LEXICONS);
  *column = builder->n_columns;
  float *scores = slant_alloc(builder->column_capacity, sizeof *scores);
  if (!scores) return no_memory(error);
  for (size_t e = 0; e < builder->column_capacity; e++) scores[e] = NAN;
  size_t len = name.len < SLANT_LEXICON_NAME ? name.len : SLANT_LEXICON_NAME - 1;
  memcpy(builder->names[*column], name.ptr, len);
  builder->columns[builder->n_columns++] = scores;
  return SLANT_OK;
}

uint32_t slant_words_builder_n_columns(const slant_words_builder *builder) {
  return builder->n_columns;
}

int slant_words_builder_score(slant_words_builder *builder, slant_str form, uint32_t column, float score, float *before,
                              slant_error *error) {
  int64_t e = entry_of(builder, form);
  if (e < 0) return no_memory(error);
  *before = builder->columns[column][e];
  builder->columns[column][e] = score;
  return SLANT_OK;
}

/* ---- the built-in tables ---- */
/* Plain decimals with at most one point: read without strtod, whose point depends on the locale. NAN: empty. */
static float number(slant_str s) {
  double value = 0, unit = 1;
  bool negative = s.len && s.ptr[0] == '-', fraction = false;
  if (!s.len) return NAN;
  for (size_t i = negative; i < s.len; i++) {
    if (s.ptr[i] == '.') {
      fraction = true;
      continue;
    }
    value = value * 10 + (s.ptr[i] - '0');
    if (fraction) unit *= 10;
  }
  return (float)((negative ? -value : value) / unit);
}

/* term TAB vader TAB huliu TAB afinn */
static bool read_lexicon_row(slant_words_builder *builder, slant_str row) {
  static const float scale[SLANT_BUILTIN_LEXICONS] = {4, 1, 5};
  int64_t e = entry_of(builder, slant_str_cut(&row, '\t'));
  if (e < 0) return false;
  builder->entries[e].classes |= SLANT_WORD_BUILTIN;
  for (int k = 0; k < SLANT_BUILTIN_LEXICONS; k++)
    builder->columns[k][e] = number(slant_str_cut(&row, '\t')) / scale[k];
  return true;
}

/* word TAB class TAB value */
static bool read_shifter_row(slant_words_builder *builder, slant_str row) {
  static const struct {
    const char *name;
    uint32_t bit;
  } classes[] = {{"negator", SLANT_WORD_NEGATOR},
                 {"intensifier", SLANT_WORD_INTENSIFIER},
                 {"downtoner", SLANT_WORD_DOWNTONER},
                 {"say", SLANT_WORD_SAY},
                 {"auxiliary", SLANT_WORD_AUXILIARY},
                 {"function", SLANT_WORD_FUNCTION},
                 {"split", SLANT_WORD_SPLIT},
                 {"pronoun-m", SLANT_WORD_HE},
                 {"pronoun-f", SLANT_WORD_SHE},
                 {"pronoun-t", SLANT_WORD_THEY},
                 {"title", SLANT_WORD_TITLE},
                 {"contrast", SLANT_WORD_CONTRAST},
                 {"be", SLANT_WORD_BE},
                 {"preposition", SLANT_WORD_PREPOSITION}};
  int64_t e = entry_of(builder, slant_str_cut(&row, '\t'));
  slant_str name = slant_str_cut(&row, '\t');
  if (e < 0) return false;
  entry *word = &builder->entries[e];
  word->classes |= SLANT_WORD_BUILTIN;
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (slant_str_is(name, classes[i].name)) {
      word->classes |= classes[i].bit;
      if (classes[i].bit & (SLANT_WORD_INTENSIFIER | SLANT_WORD_DOWNTONER))
        word->factor = number(slant_str_cut(&row, '\t'));
    }
  return true;
}

static bool read_rows(slant_words_builder *builder, slant_str text,
                      bool (*read_row)(slant_words_builder *, slant_str)) {
  bool header = true;
  while (text.len) {
    slant_str row = slant_str_cut(&text, '\n');
    if (!row.len || row.ptr[0] == '\t' || (row.ptr[0] == '#' && row.len > 1 && row.ptr[1] == ' ')) continue;
    if (!header && !read_row(builder, row)) return false;
    header = false;
  }
  return true;
}

int slant_words_builder_new(slant_words_builder **out, slant_error *error) {
  static const char *const names[SLANT_BUILTIN_LEXICONS] = {"vader", "hu-liu", "afinn"};
  slant_words_builder *builder = *out = slant_alloc_zero(1, sizeof *builder);
  if (!builder) return no_memory(error);
  slant_str lexicon = {slant_lexicon_begin, (size_t)(slant_lexicon_end - slant_lexicon_begin)};
  slant_str shifters = {slant_shifters_begin, (size_t)(slant_shifters_end - slant_shifters_begin)};
  int status = SLANT_OK;
  uint32_t column;
  for (int k = 0; k < SLANT_BUILTIN_LEXICONS && !status; k++)
    status = slant_words_builder_column(builder, slant_str_of(names[k]), &column, error);
  if (!status && (!read_rows(builder, lexicon, read_lexicon_row) || !read_rows(builder, shifters, read_shifter_row)))
    status = no_memory(error);
  return status;
}

void slant_words_builder_free(slant_words_builder *builder) {
  if (!builder) return;
  for (uint32_t c = 0; c < builder->n_columns; c++) free(builder->columns[c]);
  free(builder->entries);
  free(builder->keys);
  free(builder->slots);
  slant_arena_free(&builder->arena);
  free(builder);
}

/* ---- finishing ---- */
typedef struct lending {
  const slant_words_builder *builder;
  float *scores; /* n_columns of the word that borrows */
} lending;

/* Takes from a stem what is missing; true: nothing is any more. */
static bool borrow(void *context, const char *stem, size_t len) {
  lending *to = context;
  uint64_t slot = slot_of(to->builder, slant_table_key(slant_hash_word(stem, len)));
  bool complete = true;
  for (uint32_t c = 0; c < to->builder->n_columns; c++) {
    if (!isnan(to->scores[c])) continue;
    if (to->builder->slots[slot].key) to->scores[c] = to->builder->columns[c][to->builder->slots[slot].value];
    complete = complete && !isnan(to->scores[c]);
  }
  return complete;
}

static void append_entry(slant_words_builder *builder, size_t e, slant_buffer *out) {
  entry *word = &builder->entries[e];
  float scores[SLANT_MAX_LEXICONS];
  for (uint32_t c = 0; c < builder->n_columns; c++) scores[c] = builder->columns[c][e];
  slant_words_stems(word->form, borrow, &(lending){builder, scores});
  for (uint32_t c = 0; c < builder->n_columns; c++)
    if (isnan(scores[c])) scores[c] = 0;
  float sum = 2 * scores[0] + scores[1] + scores[2];
  if (sum >= AGREED) word->classes |= SLANT_WORD_POSITIVE;
  if (sum <= -AGREED) word->classes |= SLANT_WORD_NEGATIVE;
  slant_word fixed = {.factor = word->factor, .classes = word->classes};
  slant_buffer_append(out, &fixed, sizeof fixed);
  slant_buffer_append(out, scores, builder->n_columns * sizeof *scores);
}

int slant_words_builder_finish(slant_words *out, slant_words_builder *builder, slant_error *error) {
  *out = (slant_words){0};
  slant_buffer section = {0};
  uint32_t counts[2] = {(uint32_t)builder->n, builder->n_columns};
  slant_buffer_append(&section, counts, sizeof counts);
  slant_buffer_append(&section, builder->names, (size_t)builder->n_columns * SLANT_LEXICON_NAME);
  for (size_t e = 0; e < builder->n; e++) append_entry(builder, e, &section);
  slant_table table;
  slant_slot *slots = section.failed ? NULL : slant_table_build(&table, builder->keys, (uint32_t)builder->n);
  if (!slots) {
    slant_buffer_free(&section);
    return no_memory(error);
  }
  int status = slant_words_adopt(out, (slant_section){"words", section.data, section.len},
                                 (slant_section){"wordkeys", slots, slant_table_size(&table)}, error);
  out->owned_slots = slots;
  out->section = section;
  return status;
}
