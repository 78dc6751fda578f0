/* tally.c: counts are summed by what is told apart, sorted, and read as they were written. */
#include "predict/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static slant_tally_row row_of(const char *actor, const char *source, const char *date, uint64_t records) {
  return (slant_tally_row){slant_str_of(actor), slant_str_of("stance"), slant_str_of(source),
                           slant_str_of(date),  slant_str_of("favor"),  records,
                           2 * records};
}

static int to_buffer(void *context, const char *bytes, size_t len, slant_error *error) {
  (void)error;
  slant_buffer_append(context, bytes, len);
  return SLANT_OK;
}

static char *text_of(slant_tally *tally) {
  slant_buffer out = {0};
  assert_int_equal(slant_tally_write(tally, to_buffer, &out, NULL), 0);
  slant_buffer_char(&out, '\0');
  return out.data;
}

static void put_file(char path[32], const char *text) {
  strcpy(path, "/tmp/slant-tally-XXXXXX");
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
  close(descriptor);
}

static void test_sums(void **state) {
  (void)state;
  slant_tally *tally;
  assert_int_equal(slant_tally_new(&tally, NULL), 0);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 500; i++) {
      char actor[16];
      snprintf(actor, sizeof actor, "a%03d", i * 7 % 500);
      const slant_tally_row row = row_of(actor, "", "", 1);
      assert_int_equal(slant_tally_add(tally, &row, NULL), 0);
    }
    assert_int_equal(slant_tally_size(tally), 500);
  }
  const slant_tally_row *rows;
  size_t n;
  assert_int_equal(slant_tally_sorted(tally, &rows, &n, NULL), 0);
  assert_int_equal(n, 500);
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(rows[i].records, 3);
    assert_int_equal(rows[i].mentions, 6);
    if (i) assert_true(slant_str_compare(rows[i - 1].actor, rows[i].actor) < 0);
  }
  slant_tally_clear(tally);
  assert_int_equal(slant_tally_size(tally), 0);
  slant_tally_free(tally);
}

/* Quotes, commas, and a line end, which becomes a blank: a row is a line. */
static void test_round_trip(void **state) {
  (void)state;
  slant_tally *tally, *again;
  char path[32];
  assert_int_equal(slant_tally_new(&tally, NULL), 0);
  assert_int_equal(slant_tally_new(&again, NULL), 0);
  const slant_tally_row rows[] = {row_of("IND", "The \"Sun\", daily", "2019-03-07", 4),
                                  row_of("IND", "two\nlines", "", 1), row_of("IND", "two lines", "", 1)};
  for (int i = 0; i < 3; i++) assert_int_equal(slant_tally_add(tally, &rows[i], NULL), 0);
  char *text = text_of(tally);
  assert_string_equal(text, "actor,task,source,date,label,records,mentions\n"
                            "IND,stance,\"The \"\"Sun\"\", daily\",2019-03-07,favor,4,8\n"
                            "IND,stance,two lines,,favor,2,4\n");
  put_file(path, text);
  assert_int_equal(slant_tally_read(again, path, NULL, NULL), 0);
  char *second = text_of(again);
  assert_string_equal(second, text);
  const slant_tally_options coarse = {.date = 2, .by = "actor,date"};
  slant_tally_clear(again);
  for (int i = 0; i < 2; i++) assert_int_equal(slant_tally_read(again, path, &coarse, NULL), 0);
  char *summed = text_of(again);
  assert_string_equal(summed, "actor,task,source,date,label,records,mentions\nIND,,,,,4,8\nIND,,,2019,,8,16\n");
  unlink(path);
  free(text);
  free(second);
  free(summed);
  slant_tally_free(tally);
  slant_tally_free(again);
}

static void test_dates(void **state) {
  (void)state;
  static const char *const cases[][4] = {{"2019-03-07", "2019-03-07", "2019-03", "2019"},
                                         {"20190307", "2019-03-07", "2019-03", "2019"},
                                         {" 2019-03-07T23:59:00-05:00 ", "2019-03-07", "2019-03", "2019"},
                                         {"2019-03", "2019-03", "2019-03", "2019"},
                                         {"2019", "2019", "2019", "2019"},
                                         {"yesterday", "", "", ""},
                                         {"", "", "", ""},
                                         {"2019-13-01", "", "", ""},
                                         {"2019-02-30", "", "", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int unit = 0; unit < 3; unit++) {
      char out[16];
      slant_str date = slant_tally_date(slant_str_of(cases[i][0]), unit, out);
      if (!slant_str_is(date, cases[i][unit + 1])) fail_msg("%s: %.*s", cases[i][0], (int)date.len, date.ptr);
    }
}

static void test_bad_rows(void **state) {
  (void)state;
  static const char *const rows[] = {
      "a,b,c\n",           "a,b,c,2019,d,1\n",     "a,b,c,2019,d,1,x\n",
      "a,b,c,2019,d,,1\n", "\"a,b,c,2019,d,1,1\n", "a,b,c,2019,d,9999999999999999999,1\n"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    slant_tally *tally;
    slant_error error = {0};
    char path[32], text[128];
    snprintf(text, sizeof text, "a,b,c,2019,d,1,1\n%s", rows[i]);
    put_file(path, text);
    assert_int_equal(slant_tally_new(&tally, NULL), 0);
    assert_int_equal(slant_tally_read(tally, path, NULL, &error), SLANT_E_DATA);
    assert_int_equal(error.line, 2);
    slant_tally_free(tally);
    unlink(path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sums), cmocka_unit_test(test_round_trip),
                                     cmocka_unit_test(test_dates), cmocka_unit_test(test_bad_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
