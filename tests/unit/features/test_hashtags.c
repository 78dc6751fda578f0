/* hashtags.c: names cut into words. */
#include "features/hashtags.h"

#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_cuts(void **state) {
  (void)state;
  static const struct {
    const char *name, *words;
  } cases[] = {{"MakePeaceNow", "Make Peace Now"},
               {"voteforpeace", "vote for peace"},
               {"PEACETALKS2024", "PEACE TALKS 2024"},
               {"Healthcareforall", "Healthcare for all"},
               {"NOWarEver", "NO War Ever"},
               {"peace_now", "peace now"},
               {"USASenate", "USA Senate"},
               {"zqxjkvbwpf", "zqxjkvbwpf"},
               {"a", "a"},
               {"2020", "2020"},
               {"", ""},
               {"caf\xc3\xa9talk", ""}};
  slant_frequencies frequencies = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t starts[SLANT_MAX_TAG], ends[SLANT_MAX_TAG];
    char found[2 * SLANT_MAX_TAG] = "";
    int n = slant_cut_tag(&frequencies, slant_str_of(cases[i].name), starts, ends);
    for (int k = 0; k < n; k++) {
      if (k) strcat(found, " ");
      strncat(found, cases[i].name + starts[k], (size_t)(ends[k] - starts[k]));
    }
    assert_string_equal(found, cases[i].words);
  }
  slant_frequencies_free(&frequencies);
}

/* Any name: words in order, within it, and all of its letters and digits in one of them. */
static void test_random_names(void **state) {
  (void)state;
  static const char alphabet[] = "abeNTr9_0ZzS";
  slant_frequencies frequencies = {0};
  slant_random random = slant_random_from(3, 0);
  for (int round = 0; round < 3000; round++) {
    char name[SLANT_MAX_TAG + 2];
    uint8_t starts[SLANT_MAX_TAG], ends[SLANT_MAX_TAG];
    size_t len = slant_random_below(&random, SLANT_MAX_TAG + 2), covered = 0, letters = 0;
    for (size_t i = 0; i < len; i++) {
      name[i] = alphabet[slant_random_below(&random, sizeof alphabet - 1)];
      letters += name[i] != '_';
    }
    int n = slant_cut_tag(&frequencies, (slant_str){name, len}, starts, ends);
    if (len > SLANT_MAX_TAG) assert_int_equal(n, 0);
    for (int k = 0; k < n; k++) {
      assert_true(starts[k] < ends[k] && ends[k] <= len && (k == 0 || starts[k] >= ends[k - 1]));
      covered += (size_t)(ends[k] - starts[k]);
    }
    if (len <= SLANT_MAX_TAG) assert_int_equal(covered, letters);
  }
  slant_frequencies_free(&frequencies);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cuts), cmocka_unit_test(test_random_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
