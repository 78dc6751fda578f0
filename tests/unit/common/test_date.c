/* common/date.c: what people write for a date, and what is none. */
#include "common/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static int64_t parse(const char *text) {
  return slant_date_parse(slant_str_of(text));
}

static void all_lengths(void **state) {
  (void)state;
  assert_int_equal(parse("1970-01-01"), 0);
  assert_int_equal(parse("1970"), 0);
  assert_int_equal(parse("1970-02"), 31 * 86400);
  assert_int_equal(parse("2000-03-01"), 951868800); /* after a leap day that a century has */
  assert_int_equal(parse("20000301"), 951868800);
  assert_int_equal(parse("2016-11-08T23:59:59Z"), 1478649599);
  assert_int_equal(parse("2016-11-08 23:59:59.999"), 1478649599);
  assert_int_equal(parse("  2016-11-08t2359\n"), 1478649540);
  assert_int_equal(parse("2016-11-09T01:59:59+02:00"), 1478649599);
  assert_int_equal(parse("2016-11-08T18:59:59 -0500"), 1478649599);
  assert_int_equal(parse("2016-11-08T18:59:59-05"), 1478649599);
  assert_int_equal(parse("1969-12-31T24:00"), 0);
  assert_int_equal(parse("0001-01-01"), INT64_C(-62135596800));
}

static void days_follow_each_other(void **state) {
  (void)state;
  int64_t before = parse("1895-12-31");
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  char text[40];
  for (int y = 1896; y < 2105; y++)
    for (int m = 1; m <= 12; m++)
      for (int d = 1; d <= days[m - 1] + (m == 2 && y % 4 == 0 && y != 1900 && y != 2100); d++) {
        snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
        int64_t now = parse(text);
        assert_int_equal(now, before + 86400);
        before = now;
      }
}

static void what_is_no_date(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    " ",
                                    "yesterday",
                                    "8 November 2016",
                                    "11/08/2016",
                                    "0000-01-01",
                                    "2016-",
                                    "2016-1-1",
                                    "2016-13-01",
                                    "2016-00-10",
                                    "2016-02-30",
                                    "1900-02-29",
                                    "2016-11-08T",
                                    "2016-11-08T25:00",
                                    "2016-11-08T24:01",
                                    "2016-11-08T23:60",
                                    "2016-11-08T23:59:59.",
                                    "2016-11-08T23:59+24:00",
                                    "2016-11-08T23:59 CET",
                                    "2016-11T10:00",
                                    "2016-11-08x",
                                    "20161",
                                    "201611081",
                                    "-2016-11-08",
                                    "\xff\xfe"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (parse(bad[i]) != SLANT_NO_DATE) fail_msg("'%s' was taken for a date", bad[i]);
  assert_true(slant_date_parse((slant_str){NULL, 0}) == SLANT_NO_DATE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_lengths),
      cmocka_unit_test(days_follow_each_other),
      cmocka_unit_test(what_is_no_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
