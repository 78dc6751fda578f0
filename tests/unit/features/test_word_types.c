/* word_types.c: what is kept of a word is what would be looked up anew, and it is bounded. */
#include "features/word_types.h"

#include "common/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N_WORDS = 200000 };

static slant_str numbered(char *out, size_t size, uint32_t number) {
  static const char *const words[] = {"praised", "sabotaging", "not", "don't", "fine", "minister", "zzz"};
  uint32_t n = sizeof words / sizeof *words;
  int len = number < n ? snprintf(out, size, "%s", words[number]) : snprintf(out, size, "w%u", number);
  return (slant_str){out, (size_t)len};
}

static void check(slant_word_types *types, const slant_resources *resources, slant_str form) {
  uint64_t hash = slant_hash(form.ptr, form.len);
  const slant_word_type *type = slant_word_types_find(types, form, hash);
  uint32_t row = 0;
  assert_int_equal(type->hash, hash);
  assert_ptr_equal(type->exact, slant_words_find(&resources->words, hash));
  assert_ptr_equal(type->word, slant_words_look_up(&resources->words, form, hash));
  assert_ptr_equal(type->vector, slant_embedding_find(&resources->vectors, hash, &row));
  if (type->vector) assert_true(type->weight == slant_embedding_weight(&resources->vectors, row, types->mode));
  assert_int_equal(type->polarity, slant_word_polarity(type->word));
}

static void test_kept_is_looked_up(void **state) {
  (void)state;
  const slant_sources sources = {.vectors = TEST_DATA "/features/vectors.vec"};
  slant_resources resources;
  slant_word_types types = {0};
  char text[32];
  assert_int_equal(slant_resources_load(&resources, &sources, NULL), 0);
  assert_true(slant_word_types_open(&types, &resources, SLANT_MODE_TARGET));
  uint32_t forgotten = types.epoch;
  for (uint32_t i = 0; i < N_WORDS; i++)
    for (uint32_t again = 0; again < 2; again++) {
      slant_word_types_reserve(&types, 1);
      check(&types, &resources, numbered(text, sizeof text, again ? i % 9 : i));
      assert_true(types.used <= SLANT_MAX_WORD_TYPES);
    }
  assert_true(types.epoch > forgotten + 5);
  slant_word_type *type = slant_word_types_find(&types, slant_str_of("don't"), slant_hash("don't", 5));
  assert_true(type->negator);
  slant_word_types_free(&types);
  slant_resources_free(&resources);
}

static void test_found_stays_after_reserve(void **state) {
  (void)state;
  enum { N = 257 };
  slant_resources resources;
  slant_word_types types = {0};
  char text[32];
  assert_int_equal(slant_resources_load(&resources, NULL, NULL), 0);
  assert_true(slant_word_types_open(&types, &resources, SLANT_MODE_TARGET));
  for (uint32_t round = 0; round < N_WORDS / N; round++) {
    const slant_word_type *found[N];
    slant_word_types_reserve(&types, N);
    for (uint32_t i = 0; i < N; i++) {
      slant_str form = numbered(text, sizeof text, round * N + i);
      found[i] = slant_word_types_find(&types, form, slant_hash(form.ptr, form.len));
    }
    for (uint32_t i = 0; i < N; i++) {
      slant_str form = numbered(text, sizeof text, round * N + i);
      assert_ptr_equal(found[i], slant_word_types_find(&types, form, slant_hash(form.ptr, form.len)));
    }
  }
  slant_word_types_free(&types);
  slant_resources_free(&resources);
}

static void test_features_are_bounded(void **state) {
  (void)state;
  slant_resources resources;
  slant_word_types types = {0};
  assert_int_equal(slant_resources_load(&resources, NULL, NULL), 0);
  assert_true(slant_word_types_open(&types, &resources, SLANT_MODE_DOCUMENT));
  for (uint32_t i = 0; i < SLANT_MAX_WORD_FEATURES; i++) {
    slant_word_types_reserve(&types, 1);
    uint32_t *room = slant_word_types_room(&types, 9);
    assert_non_null(room);
    for (uint32_t k = 0; k < 9; k++) room[k] = i + k;
    types.n_features += 9;
    assert_true(types.n_features <= SLANT_MAX_WORD_FEATURES + 9);
    assert_int_equal(types.features[types.n_features - 9], i);
  }
  slant_word_types_free(&types);
  slant_resources_free(&resources);
}

/* The number of the epoch comes round: no slot of the last round is taken for one of this. */
static void test_epochs_come_round(void **state) {
  (void)state;
  slant_resources resources;
  slant_word_types types = {0};
  assert_int_equal(slant_resources_load(&resources, NULL, NULL), 0);
  assert_true(slant_word_types_open(&types, &resources, SLANT_MODE_DOCUMENT));
  slant_word_type *type = slant_word_types_find(&types, slant_str_of("fine"), slant_hash("fine", 4));
  type->n_chars = 7;
  types.epoch = UINT32_MAX;
  slant_word_types_forget(&types);
  type = slant_word_types_find(&types, slant_str_of("fine"), slant_hash("fine", 4));
  assert_int_equal(type->n_chars, SLANT_NOT_YET);
  assert_int_equal(types.used, 1);
  slant_word_types_free(&types);
  slant_resources_free(&resources);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kept_is_looked_up), cmocka_unit_test(test_found_stays_after_reserve),
      cmocka_unit_test(test_features_are_bounded), cmocka_unit_test(test_epochs_come_round)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
