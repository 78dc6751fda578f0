/* memory.c: the buffer, and JSON strings from any bytes. */
#include "common/memory.h"

#include "comma.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(slant_buffer *buffer, const char *text) {
  assert_false(buffer->failed);
  assert_int_equal(buffer->len, strlen(text));
  assert_memory_equal(buffer->data, text, buffer->len);
}

static void test_append(void **state) {
  (void)state;
  slant_buffer buffer = {0};
  slant_buffer_append(&buffer, NULL, 0);
  assert_int_equal(buffer.len, 0);
  slant_buffer_text(&buffer, "a");
  slant_buffer_char(&buffer, ' ');
  slant_buffer_str(&buffer, (slant_str){"bcd", 2});
  slant_buffer_format(&buffer, " %d %s", 7, "seven");
  expect(&buffer, "a bc 7 seven");
  slant_buffer_clear(&buffer);
  expect(&buffer, "");
  slant_buffer_free(&buffer);
  assert_null(buffer.data);
}

static void test_grows(void **state) {
  (void)state;
  slant_buffer buffer = {0};
  char part[301];
  memset(part, 'p', 300);
  part[300] = '\0';
  for (int i = 0; i < 100; i++) slant_buffer_format(&buffer, "%s", part);
  assert_int_equal(buffer.len, 30000);
  for (size_t i = 0; i < buffer.len; i++) assert_int_equal(buffer.data[i], 'p');
  slant_buffer_free(&buffer);
}

/* What cannot be had is remembered until the buffer is cleared. */
static void test_failure_stays(void **state) {
  (void)state;
  slant_buffer buffer = {0};
  slant_buffer_text(&buffer, "kept");
  assert_false(slant_buffer_reserve(&buffer, SIZE_MAX));
  slant_buffer_text(&buffer, " and more");
  assert_true(buffer.failed);
  assert_int_equal(buffer.len, 4);
  slant_buffer_clear(&buffer);
  slant_buffer_text(&buffer, "again");
  expect(&buffer, "again");
  slant_buffer_free(&buffer);
}

/* A program that has set a locale with a decimal comma still gets JSON numbers. */
static void test_decimal_point(void **state) {
  (void)state;
  slant_buffer buffer = {0};
  comma_begin();
  slant_buffer_format(&buffer, "%.2f", 0.25);
  comma_check_untouched();
  comma_end();
  expect(&buffer, "0.25");
  slant_buffer_free(&buffer);
}

#define BAD "\xef\xbf\xbd"
#define BYTES(text)                                                                                                    \
  { text, sizeof(text) - 1 }

static void test_json(void **state) {
  (void)state;
  static const struct {
    slant_str in;
    const char *out;
  } cases[] = {
      {{NULL, 0}, "\"\""},
      {BYTES("plain text, 7 words / no more"), "\"plain text, 7 words / no more\""},
      {BYTES("say \"no\" \\ yes"), "\"say \\\"no\\\" \\\\ yes\""},
      {BYTES("a\nb\rc\td"), "\"a\\nb\\rc\\td\""},
      {BYTES("\0\x01\x1f"), "\"\\u0000\\u0001\\u001f\""},
      {BYTES("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
      {BYTES("\x80"), "\"" BAD "\""},
      {BYTES("\xc3"), "\"" BAD "\""},                         /* cut short */
      {BYTES("\xc3x"), "\"" BAD "x\""},                       /* nothing after it is lost */
      {BYTES("\xe2\x82"), "\"" BAD BAD "\""},                 /* cut short, two bytes */
      {BYTES("\xc0\xaf"), "\"" BAD BAD "\""},                 /* overlong */
      {BYTES("\xe0\x9f\xbf"), "\"" BAD BAD BAD "\""},         /* overlong */
      {BYTES("\xf0\x8f\xbf\xbf"), "\"" BAD BAD BAD BAD "\""}, /* overlong */
      {BYTES("\xed\xa0\x80"), "\"" BAD BAD BAD "\""},         /* a surrogate */
      {BYTES("\xed\x9f\xbf"), "\"\xed\x9f\xbf\""},            /* the last before the surrogates */
      {BYTES("\xf4\x8f\xbf\xbf"), "\"\xf4\x8f\xbf\xbf\""},    /* U+10FFFF */
      {BYTES("\xf4\x90\x80\x80"), "\"" BAD BAD BAD BAD "\""}, /* beyond */
      {BYTES("\xff\xfe"), "\"" BAD BAD "\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    slant_buffer buffer = {0};
    slant_buffer_json(&buffer, cases[i].in);
    expect(&buffer, cases[i].out);
    slant_buffer_free(&buffer);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_append),        cmocka_unit_test(test_grows), cmocka_unit_test(test_failure_stays),
      cmocka_unit_test(test_decimal_point), cmocka_unit_test(test_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
