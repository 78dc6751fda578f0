/* train/near_duplicates.c: copies and near-copies share a group, others do not; the same for any number of threads. */
#include "train/near_duplicates.h"

#include "common/memory.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N = 400, WORDS = 40, LENGTH = 1024 };

static uint32_t join(uint32_t *group, uint32_t n_groups, const slant_str *texts, uint32_t n, unsigned threads) {
  slant_progress progress;
  uint32_t n_joined;
  slant_progress_init(&progress, NULL);
  assert_int_equal(slant_join_near_duplicates(group, n_groups, texts, n, threads, &n_joined, &progress, NULL), 0);
  slant_progress_destroy(&progress);
  return n_joined;
}

/* A text of words drawn from few enough that unrelated texts share many of them; `changed` of them are then others. */
static void write_text(char *out, uint64_t seed, uint32_t changed) {
  slant_random random = slant_random_from(seed, 1), other = slant_random_from(seed, 2 + changed);
  uint64_t words[WORDS];
  for (int w = 0; w < WORDS; w++) words[w] = slant_random_below(&random, 200);
  for (uint32_t c = 0; c < changed; c++) words[slant_random_below(&other, WORDS)] = 200 + c;
  for (int w = 0, at = 0; w < WORDS; w++) at += snprintf(out + at, LENGTH - (size_t)at, "word%u ", (unsigned)words[w]);
}

static void near_copies_are_found(void **state) {
  (void)state;
  char(*texts)[LENGTH] = malloc(N * sizeof *texts);
  slant_str strings[N];
  uint32_t group[N], threaded[N];
  assert_non_null(texts);
  for (uint32_t i = 0; i < N; i++) { /* every text four times: as it is, twice, and with one and two words changed */
    write_text(texts[i], i / 4, i % 4 < 2 ? 0 : i % 4 - 1);
    strings[i] = slant_str_of(texts[i]);
    group[i] = threaded[i] = i;
  }
  assert_int_equal(join(group, N, strings, N, 1), N / 4 * 3);
  for (uint32_t i = 0; i < N; i++) assert_int_equal(group[i], i / 4 * 4);
  join(threaded, N, strings, N, 3);
  assert_memory_equal(group, threaded, sizeof group);
  free(texts);
}

static void what_counts_as_the_same(void **state) {
  (void)state;
  const slant_str texts[] = {
      slant_str_of("The minister met her colleague on Monday, and both sides praised the talks."),
      slant_str_of("RT @somebody: \"The minister met her colleague on Monday and both sides praised the talks\" "
                   "https://example.org/1"),
      slant_str_of("The talks praised both sides, and on Monday her colleague met the minister."), /* the same words */
      slant_str_of("Yes!"),
      slant_str_of("yes"),
      slant_str_of("Yes, yes"),
      slant_str_of(""),
      slant_str_of("..."),
      slant_str_of("\xff\xfe"),
  };
  uint32_t group[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  assert_int_equal(join(group, 9, texts, 9, 2), 2);
  const uint32_t expected[] = {0, 0, 2, 3, 3, 5, 6, 7, 8};
  assert_memory_equal(group, expected, sizeof expected);
  assert_int_equal(join(group, 9, texts, 0, 2), 0);
}

/* Groups are joined whole, through any of their texts. */
static void groups_are_joined_whole(void **state) {
  (void)state;
  const slant_str texts[] = {slant_str_of("one two three four five six"),
                             slant_str_of("a b c d e f g"),
                             slant_str_of("one two three four five six!"),
                             slant_str_of("h i j k l m n"),
                             slant_str_of("a b c d e f g"),
                             slant_str_of("o p q r s t u v")};
  uint32_t group[] = {0, 1, 2, 2, 3, 4};
  assert_int_equal(join(group, 5, texts, 6, 1), 2);
  const uint32_t expected[] = {0, 1, 0, 0, 1, 4};
  assert_memory_equal(group, expected, sizeof expected);
}

/* Thousands of copies in one bucket take no quadratic time, and still are one group. */
static void many_copies(void **state) {
  (void)state;
  enum { MANY = 20000 };
  slant_str *texts = malloc(MANY * sizeof *texts);
  uint32_t *group = malloc(MANY * sizeof *group);
  assert_true(texts && group);
  for (uint32_t i = 0; i < MANY; i++) {
    texts[i] = slant_str_of("the same report in every paper of the country on the same day");
    group[i] = i;
  }
  assert_int_equal(join(group, MANY, texts, MANY, 2), MANY - 1);
  free(texts);
  free(group);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(near_copies_are_found),
      cmocka_unit_test(what_counts_as_the_same),
      cmocka_unit_test(groups_are_joined_whole),
      cmocka_unit_test(many_copies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
