/* names.c, str.h: strings numbered as they come, and pieces of text. */
#include "common/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers(void **state) {
  (void)state;
  slant_names names = {0};
  char word[] = "PAK";
  assert_int_equal(slant_names_put(&names, slant_str_of(word)), 0);
  memset(word, 'x', 3); /* the table keeps its own copy */
  assert_int_equal(slant_names_put(&names, slant_str_of("IND")), 1);
  assert_int_equal(slant_names_put(&names, slant_str_of("PAK")), 0);
  assert_int_equal(slant_names_put(&names, (slant_str){NULL, 0}), 2);
  assert_int_equal(slant_names_put(&names, slant_str_of("")), 2);
  assert_int_equal(slant_names_put(&names, (slant_str){"a\0b", 3}), 3);
  assert_int_equal(slant_names_put(&names, (slant_str){"a\0c", 3}), 4);
  assert_int_equal(names.n, 5);
  assert_true(slant_str_is(names.items[0], "PAK"));
  slant_names_free(&names);
  assert_int_equal(names.n, 0);
}

static void test_many(void **state) {
  (void)state;
  slant_names names = {0};
  char text[16];
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < 5000; i++) {
      snprintf(text, sizeof text, "name-%u", i);
      assert_int_equal(slant_names_put(&names, slant_str_of(text)), i);
    }
  assert_int_equal(names.n, 5000);
  snprintf(text, sizeof text, "name-%d", 4321);
  assert_true(slant_str_is(names.items[4321], text));
  slant_names_free(&names);
}

static void test_compare(void **state) {
  (void)state;
  assert_true(slant_str_compare(slant_str_of("a"), slant_str_of("b")) < 0);
  assert_true(slant_str_compare(slant_str_of("ab"), slant_str_of("a")) > 0);
  assert_true(slant_str_compare(slant_str_of("\xc3\xa9"), slant_str_of("z")) > 0); /* bytes, not chars with a sign */
  assert_int_equal(slant_str_compare((slant_str){NULL, 0}, slant_str_of("")), 0);
  assert_true(slant_str_equal((slant_str){NULL, 0}, slant_str_of("")));
  assert_false(slant_str_is(slant_str_of("abc"), "ab"));
  assert_int_equal(slant_str_of(NULL).len, 0);
}

static void test_cut(void **state) {
  (void)state;
  slant_str rest = slant_str_of("a||c");
  assert_true(slant_str_is(slant_str_cut(&rest, '|'), "a"));
  assert_true(slant_str_is(slant_str_cut(&rest, '|'), ""));
  assert_true(slant_str_is(slant_str_cut(&rest, '|'), "c"));
  assert_int_equal(rest.len, 0);
  assert_true(slant_str_is(slant_str_cut(&rest, '|'), ""));
  rest = (slant_str){NULL, 0};
  assert_int_equal(slant_str_cut(&rest, '|').len, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_many),
      cmocka_unit_test(test_compare),
      cmocka_unit_test(test_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
