/* json.cc, json_scan.c and utf8.c: what is JSON, where it is not, and what is mended. */
#include "common/memory.h"
#include "datasets/json.h"
#include "datasets/json_scan.h"
#include "datasets/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void check_fault(const char *text, size_t column, const char *what) {
  slant_json *json;
  slant_json_value root;
  slant_error error = {0};
  assert_int_equal(slant_json_new(&json, NULL), 0);
  assert_int_equal(slant_json_parse(json, slant_str_of(text), &root, &error), SLANT_E_DATA);
  assert_string_equal(error.message, what);
  assert_int_equal(error.column, column);
  slant_json_free(json);
}

static void test_faults_are_located(void **state) {
  (void)state;
  check_fault("", 1, "not JSON: the line ends too early: a value was expected");
  check_fault("\xef\xbb\xbf{\"a\":1}", 1, "not JSON: a value was expected");
  check_fault("{\"a\":1} x", 9, "not JSON: nothing was expected behind the value");
  check_fault("{\"a\":1,}", 8, "not JSON: a name in double quotes was expected");
  check_fault("{\"a\" 1}", 6, "not JSON: ':' was expected");
  check_fault("{\"a\":tru}", 6, "not JSON: a value was expected");
  check_fault("{\"a\":[1 2]}", 9, "not JSON: ',' or ']' was expected");
  check_fault("{\"a\":1", 7, "not JSON: the line ends too early: ',' or '}' was expected");
  check_fault("{\"a\":\"b", 8, "not JSON: the line ends too early: a closing quote was expected");
  check_fault("{\"a\":\"\t\"}", 7, "not JSON: a string has a control character that is not escaped");
  check_fault("{\"a\":\"\\x\"}", 8,
              "not JSON: an escape was expected: one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  check_fault("{\"a\":\"\\u12g4\"}", 11, "not JSON: four hexadecimal digits were expected behind \\u");
  check_fault("{\"a\":012}", 7, "not JSON: a number does not begin with 0");
  check_fault("{\"a\":1.}", 8, "not JSON: a digit was expected");
  check_fault("{\"a\":9e9e9}", 9, "not JSON: ',' or '}' was expected");
}

/* simdjson and the scan agree on every prefix of every text, good and bad. */
static void test_two_judges(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{\"text\":\"a\\u00e9\\ud83d\\ude00\",\"l\":[{\"x\":true},{}, [],null],\"n\":[-0.5e+3, 10, 0]} ",
      "[[[[\"\\\\\\\"\"],false]]]",
      "\"only\\nthis\"",
      "{\"a\":1 ,\"b\" : [ 2 , 3 ] }x",
      "[1e5,1E-5,-1,--1]",
      "{\"n\":123456789012345678901234567890,\"m\":[1e999,-2.5]}"};
  slant_json *json;
  slant_json_value root;
  slant_json_fault fault;
  assert_int_equal(slant_json_new(&json, NULL), 0);
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
    for (size_t len = 0; len <= strlen(texts[t]); len++) {
      char *exact = malloc(len + 1);
      memcpy(exact, texts[t], len);
      bool parsed = slant_json_parse(json, (slant_str){exact, len}, &root, NULL) == 0;
      if (slant_json_scan((slant_str){exact, len}, &fault) != parsed) fail_msg("%.*s", (int)len, exact);
      free(exact);
    }
  }
  slant_json_free(json);
}

static void test_depth(void **state) {
  (void)state;
  slant_json_fault fault;
  slant_json_value root;
  slant_error error;
  slant_json *json;
  char deep[6000];
  memset(deep, '[', sizeof deep);
  assert_false(slant_json_scan((slant_str){deep, sizeof deep}, &fault));
  assert_int_equal(fault.at, 1024);
  assert_int_equal(slant_json_new(&json, NULL), 0);
  memset(deep + 3000, ']', 3000);
  assert_int_equal(slant_json_parse(json, (slant_str){deep, sizeof deep}, &root, &error), SLANT_E_DATA);
  assert_non_null(strstr(error.message, "nested"));
  slant_json_free(json);
}

static void test_members(void **state) {
  (void)state;
  slant_json_cursor cursor = {
      slant_str_of(" { \"a,}\\\"\" : -0.50 ,\"b\":[{\"c\":\"]\"}, 2], \"d\" : \"x\\\\\" ,\"e\":null}"), 0, 0};
  slant_json_cursor again = cursor;
  assert_true(slant_str_is(slant_json_member(&cursor, 0), "-0.50"));
  assert_true(slant_str_is(slant_json_member(&cursor, 1), "[{\"c\":\"]\"}, 2]"));
  assert_true(slant_str_is(slant_json_member(&cursor, 2), "\"x\\\\\""));
  assert_true(slant_str_is(slant_json_member(&cursor, 3), "null"));
  assert_true(slant_str_is(slant_json_member(&again, 3), "null"));
}

static int nothing(void *context, slant_str key, slant_json_value value) {
  slant_str *out = context;
  (void)key;
  *out = slant_json_string(value);
  return 0;
}

static void test_numbers_that_do_not_fit(void **state) {
  (void)state;
  slant_json *json;
  slant_json_value root;
  slant_str found = {0};
  assert_int_equal(slant_json_new(&json, NULL), 0);
  assert_int_equal(slant_json_parse(json, slant_str_of("[7, \"1e999\", 123456789012345678901]"), &root, NULL), 0);
  slant_json_each(root, nothing, &found);
  assert_true(slant_str_is(found, "123456789012345678901"));
  assert_true(slant_str_is(slant_json_source(json), "[7, \"1e999\", \"123456789012345678901\"]"));
  slant_json_free(json);
}

static void test_members_by_name(void **state) {
  (void)state;
  slant_json *json;
  slant_json_value root, found;
  assert_int_equal(slant_json_new(&json, NULL), 0);
  assert_int_equal(slant_json_parse(json, slant_str_of("{\"b\": [1], \"a\": \"x\", \"a\": \"y\"}"), &root, NULL), 0);
  assert_true(slant_str_is(slant_json_find_string(root, "a"), "x"));
  assert_true(slant_str_is(slant_json_find_string(root, "b"), ""));
  assert_true(slant_str_is(slant_json_find_string(root, "c"), ""));
  assert_false(slant_json_find(root, "", &found));
  assert_true(slant_json_find(root, "b", &found));
  assert_int_equal(slant_json_type_of(found), SLANT_JSON_ARRAY);
  assert_false(slant_json_find(found, "b", &found)); /* an array has no members */
  slant_json_free(json);
}

static void test_utf8(void **state) {
  (void)state;
  static const char *const bad[] = {
      "\x80", "\xc0\xaf",     "\xc3",         "\xe0\x80\x80", "\xed\xa0\x80",     "\xf4\x90\x80\x80",
      "\xff", "\xf0\x9f\x98", "\xe2\x28\xa1", "\xf5\x80",     "\xf0\x80\x80\x80", "\xc1"};
  static const char *const good[] = {"a",           "\xc3\xa9", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf",
                                     "\xee\x80\x80"};
  char out[64];
  uint32_t repaired = 0;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    slant_str text = slant_str_of(bad[i]);
    assert_int_equal(slant_utf8_length(text.ptr, text.len), 0);
    assert_false(slant_utf8_valid(text));
    size_t len = slant_utf8_repair(text, out, &repaired);
    assert_true(slant_utf8_valid((slant_str){out, len}));
  }
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_int_equal(slant_utf8_length(good[i], strlen(good[i])), strlen(good[i]));
  repaired = 0;
  size_t len = slant_utf8_repair(slant_str_of("a\xff\xc3\xa9\xc3"), out, &repaired);
  assert_int_equal(repaired, 2);
  assert_true(slant_str_equal((slant_str){out, len}, slant_str_of("a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_faults_are_located),
                                     cmocka_unit_test(test_two_judges),
                                     cmocka_unit_test(test_depth),
                                     cmocka_unit_test(test_members),
                                     cmocka_unit_test(test_numbers_that_do_not_fit),
                                     cmocka_unit_test(test_members_by_name),
                                     cmocka_unit_test(test_utf8)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
