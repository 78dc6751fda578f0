/* actors.c: dictionaries and mentions. */
#include <slant/actors.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char dictionary[] = "# sample\n"
                                 "id\tname\ttype\taliases\n"
                                 "IND\tIndia\tstate\tIndian|New Delhi\n"
                                 "IND-PM\tIndian prime minister\toffice\tIndia's prime minister\n"
                                 "PAK\tPakistan\tstate\tPakistani|Islamabad\n"
                                 "USA\tUnited States\tstate\tUS|U.S.\n"
                                 "opp\tthe opposition\tparty\n";

static slant_actors *load(void) {
  slant_actors *actors = NULL;
  slant_error error;
  if (slant_actors_parse(&actors, slant_str_of(dictionary), "sample", &error)) fail_msg("%s", error.message);
  return actors;
}

static void expect(const char *text, const char *expected) {
  slant_actors *actors = load();
  slant_document *document;
  const slant_mention *mentions;
  char out[512] = "";
  size_t used = 0;
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_document_read(document, slant_str_of(text), NULL), 0);
  int64_t n = slant_actors_match(actors, document, &mentions, NULL);
  for (int64_t i = 0; i < n; i++)
    used += (size_t)snprintf(out + used, sizeof out - used, "%s%s %u-%u", i ? ", " : "",
                             slant_actors_get(actors, mentions[i].actor).id.ptr, mentions[i].point_from,
                             mentions[i].point_to);
  assert_string_equal(out, expected);
  slant_document_free(document);
  slant_actors_free(actors);
}

static void test_matches(void **state) {
  (void)state;
  expect("India and Pakistan", "IND 0-5, PAK 10-18");
  expect("The Indian prime minister spoke", "IND-PM 4-25"); /* longest wins */
  expect("The Indian prime example", "IND 4-10");           /* and a longer one that fails falls back */
  expect("India\xe2\x80\x99s prime minister and India\xe2\x80\x99s army", "IND-PM 0-22, IND 27-32");
  expect("Islamabad's reply", "PAK 0-9");
  expect("INDIA, PAKISTAN TALK", "IND 0-5, PAK 7-15"); /* capitals of four letters or more */
  expect("give us time; the US-led U.S. team", "USA 18-20, USA 25-29");
  expect("Indiana Indians", ""); /* whole tokens only */
  expect("The opposition left; the opposition won", "opp 0-14, opp 21-35");
  expect("New. Delhi", "");
  expect("", "");
}

static void refuse(const char *tsv, size_t len, uint64_t line, const char *part) {
  slant_actors *actors;
  slant_error error = {0};
  assert_int_equal(slant_actors_parse(&actors, (slant_str){tsv, len}, "d.tsv", &error), SLANT_E_DATA);
  assert_null(actors);
  assert_int_equal(error.line, line);
  if (!strstr(error.message, part)) fail_msg("%s", error.message);
}

static void test_bad_dictionaries(void **state) {
  (void)state;
#define REFUSE(text, line, part) refuse(text, sizeof text - 1, line, part)
  REFUSE("id\tname\ttype\taliases\nA\tx\n", 2, "columns");
  REFUSE("A\tx\tstate\ty\n", 1, "header");
  REFUSE("id\tname\ttype\taliases\nA\tx\ts\t\nA\ty\ts\t\n", 0, "twice");
  REFUSE("id\tname\ttype\taliases\nA\tx\ts\tfoo\nB\ty\ts\tfoo\n", 3, "belongs to A");
  REFUSE("id\tname\ttype\taliases\nA\tx\ts\tfoo||bar\n", 2, "empty");
  REFUSE("id\tname\ttype\taliases\nA\tx\ts\t\xff\n", 2, "UTF-8");
  REFUSE("id\tname\ttype\taliases\nA\t\0x\ts\n", 2, "NUL");
  slant_actors *actors;
  slant_error error;
  assert_int_equal(slant_actors_load(&actors, "/nowhere/d.tsv", &error), SLANT_E_IO);
}

static void test_find_and_text(void **state) {
  (void)state;
  slant_actors *actors = load(), *again = NULL;
  assert_int_equal(slant_actors_count(actors), 5);
  assert_int_equal(slant_actors_find(actors, slant_str_of("PAK")), 2);
  assert_int_equal(slant_actors_find(actors, slant_str_of("IND-P")), -1);
  assert_int_equal(slant_actors_find(actors, slant_str_of("")), -1);
  slant_str text = slant_actors_text(actors);
  assert_int_equal(slant_actors_parse(&again, text, "again", NULL), 0);
  assert_true(slant_str_equal(text, slant_actors_text(again)));
  slant_actors_free(actors);
  slant_actors_free(again);
}

static void test_builtin(void **state) {
  (void)state;
  slant_actors *actors;
  slant_error error;
  if (slant_actors_builtin(&actors, &error)) fail_msg("line %d: %s", (int)error.line, error.message);
  uint32_t count = slant_actors_count(actors);
  int64_t pakistan = slant_actors_find(actors, slant_str_of("PAK"));
  slant_actors_free(actors);
  assert_true(count > 190);
  assert_true(pakistan >= 0);
}

/* Every prefix of a good dictionary and every one-byte change is either loaded or refused. */
static void test_hostile_bytes(void **state) {
  (void)state;
  char copy[sizeof dictionary];
  for (size_t len = 0; len < sizeof dictionary; len++) {
    slant_actors *actors;
    if (slant_actors_parse(&actors, (slant_str){dictionary, len}, "x", NULL) == 0) slant_actors_free(actors);
    for (int byte = 0; byte < 256; byte += 17) {
      memcpy(copy, dictionary, sizeof dictionary);
      copy[len] = (char)byte;
      if (slant_actors_parse(&actors, (slant_str){copy, sizeof dictionary - 1}, "x", NULL) == 0)
        slant_actors_free(actors);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_matches), cmocka_unit_test(test_bad_dictionaries),
                                     cmocka_unit_test(test_find_and_text), cmocka_unit_test(test_builtin),
                                     cmocka_unit_test(test_hostile_bytes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
