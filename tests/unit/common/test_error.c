/* error.c: words of statuses, messages that fit on one line of a terminal, and where things happened. */
#include <slant/error.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_words(void **state) {
  (void)state;
  assert_string_equal(slant_status_word(SLANT_OK), "ok");
  assert_string_equal(slant_status_word(SLANT_E_DATA), "data");
  assert_string_equal(slant_status_word(SLANT_E_NOT_FOUND), "not-found");
  assert_string_equal(slant_status_word(1), "unknown");
  assert_string_equal(slant_status_word(-1000), "unknown");
}

static void test_fail(void **state) {
  slant_error error;
  (void)state;
  memset(&error, 0xff, sizeof error);
  assert_int_equal(slant_fail(&error, SLANT_E_IO, "cannot open %s", "x"), SLANT_E_IO);
  assert_int_equal(error.code, SLANT_E_IO);
  assert_string_equal(error.message, "cannot open x");
  assert_string_equal(error.source, "");
  assert_int_equal(error.line, 0);
  assert_int_equal(error.column, 0);
  assert_int_equal(slant_fail(NULL, SLANT_E_DATA, "nobody listens"), SLANT_E_DATA);
}

/* A message may be made of the message that it replaces. */
static void test_fail_wraps_itself(void **state) {
  slant_error error;
  (void)state;
  slant_fail(&error, SLANT_E_DATA, "no label");
  slant_error_at(&error, "corpus.jsonl", 7, 0);
  slant_fail(&error, SLANT_E_FORMAT, "%s, line %d: %s", error.source, (int)error.line, error.message);
  assert_string_equal(error.message, "corpus.jsonl, line 7: no label");
  assert_string_equal(error.source, "");
}

static void test_message_is_one_line(void **state) {
  slant_error error;
  (void)state;
  slant_fail(&error, SLANT_E_DATA, "not '%s'", "a\nb\r\x1b[31mc\td\x7f");
  assert_string_equal(error.message, "not 'a b  [31mc d '");
  slant_error_at(&error, "odd\nname", 1, 0);
  assert_string_equal(error.source, "odd name");
}

/* Every length of what precedes the cut, so that it falls on each byte of a three-byte character. */
static void test_message_is_cut_between_characters(void **state) {
  slant_error error;
  char text[600], lead[8];
  (void)state;
  for (size_t i = 0; i + 3 < sizeof text; i += 3) memcpy(text + i, "\xe2\x82\xac", 4);
  for (size_t shift = 0; shift < 4; shift++) {
    memset(lead, 'x', shift);
    lead[shift] = '\0';
    slant_fail(&error, SLANT_E_DATA, "%s%s", lead, text);
    size_t len = strlen(error.message);
    assert_in_range(len, sizeof error.message - 4, sizeof error.message - 1);
    assert_int_equal((len - shift) % 3, 0);
  }
}

static void test_whole_message_keeps_its_end(void **state) {
  slant_error error;
  (void)state;
  slant_fail(&error, SLANT_E_DATA, "no such actor: %s", "\xc3\xa9");
  assert_string_equal(error.message, "no such actor: \xc3\xa9");
}

static void test_at(void **state) {
  slant_error error;
  char path[300];
  (void)state;
  slant_fail(&error, SLANT_E_DATA, "bad");
  slant_error_at(&error, "a.jsonl", 3, 9);
  slant_error_at(&error, NULL, 0, 0);
  assert_string_equal(error.source, "a.jsonl");
  assert_int_equal(error.line, 3);
  assert_int_equal(error.column, 9);
  memset(path, 'd', sizeof path);
  memcpy(path + sizeof path - 9, "/end.csv", 9);
  slant_error_at(&error, path, 4, 0);
  assert_int_equal(strlen(error.source), sizeof error.source - 1);
  assert_string_equal(error.source + strlen(error.source) - 8, "/end.csv");
  assert_int_equal(error.line, 4);
  slant_error_at(NULL, "nobody", 1, 1);
}

static void test_format(void **state) {
  slant_error error;
  char out[64], small[8];
  (void)state;
  slant_fail(&error, SLANT_E_DATA, "bad label");
  slant_error_format(&error, out, sizeof out);
  assert_string_equal(out, "bad label");
  slant_error_at(&error, NULL, 12, 0);
  slant_error_format(&error, out, sizeof out);
  assert_string_equal(out, "line 12: bad label");
  slant_error_at(&error, "c.jsonl", 0, 5);
  slant_error_format(&error, out, sizeof out);
  assert_string_equal(out, "c.jsonl:12:5: bad label");
  slant_error_at(&error, "-", 0, 0);
  slant_error_format(&error, out, sizeof out);
  assert_string_equal(out, "standard input:12:5: bad label");
  slant_error_format(&error, small, sizeof small);
  assert_string_equal(small, "standar");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_fail),
      cmocka_unit_test(test_fail_wraps_itself),
      cmocka_unit_test(test_message_is_one_line),
      cmocka_unit_test(test_message_is_cut_between_characters),
      cmocka_unit_test(test_whole_message_keeps_its_end),
      cmocka_unit_test(test_at),
      cmocka_unit_test(test_format),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
