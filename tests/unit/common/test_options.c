/* options.c, number.c: an option table, from its defaults to what was typed and back. */
#include "comma.h"

#include "common/number.h"

#include <slant/options.h>

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct kitchen {
  int wash, cut;
  int64_t plates, seed, unbounded, flour;
  double salt, none;
  const char *cook;
} kitchen;

enum { SLICED, DICED, WHOLE };

static const slant_option table[] = {
    {"wash", 'w', SLANT_OPTION_FLAG, offsetof(kitchen, wash), NULL, 0, 0, NULL, NULL, ""},
    {"cut", 0, SLANT_OPTION_CHOICE, offsetof(kitchen, cut), "diced", 0, 0, "sliced|diced|whole", "HOW", ""},
    {"plates", 'p', SLANT_OPTION_INT, offsetof(kitchen, plates), "4", 1, 12, NULL, "N", ""},
    {"seed", 0, SLANT_OPTION_INT, offsetof(kitchen, seed), NULL, 0, (double)INT64_MAX, NULL, "N", ""},
    {"salt", 0, SLANT_OPTION_REAL, offsetof(kitchen, salt), "0.5", 0, 1, NULL, "X", ""},
    {"from-three", 0, SLANT_OPTION_INT, offsetof(kitchen, unbounded), NULL, 3, 9, NULL, "N", ""},
    {"bad-default", 0, SLANT_OPTION_REAL, offsetof(kitchen, none), "11", 0, 10, NULL, "X", ""},
    {"flour", 0, SLANT_OPTION_INT, offsetof(kitchen, flour), "1", 0, 1e18, NULL, "BYTES", ""},
    {"cook", 0, SLANT_OPTION_TEXT, offsetof(kitchen, cook), NULL, 0, 0, NULL, "NAME", ""},
    SLANT_OPTION_END};

static kitchen fresh(void) {
  kitchen k;
  memset(&k, 0x55, sizeof k);
  slant_options_init(table, &k);
  return k;
}

static const slant_option *row(const char *name) {
  for (const slant_option *r = table; r->name; r++)
    if (strcmp(r->name, name) == 0) return r;
  return NULL;
}

static void expect_set(kitchen *k, const char *name, const char *value) {
  slant_error error = {0};
  assert_int_equal(slant_options_set(table, k, name, value, &error), SLANT_OK);
  assert_int_equal(error.code, 0);
}

static void expect_refused(const char *name, const char *value, const char *message) {
  kitchen k = fresh();
  const kitchen before = k;
  slant_error error = {0};
  assert_int_equal(slant_options_set(table, &k, name, value, &error), SLANT_E_ARGUMENT);
  assert_int_equal(error.code, SLANT_E_ARGUMENT);
  assert_string_equal(error.message, message);
  assert_memory_equal(&k, &before, sizeof k);
}

static void test_defaults(void **state) {
  (void)state;
  kitchen k = fresh();
  assert_int_equal(k.wash, 0);
  assert_int_equal(k.cut, DICED);
  assert_int_equal(k.plates, 4);
  assert_int_equal(k.seed, 0);
  assert_true(k.salt == 0.5);
  assert_null(k.cook);
  assert_int_equal(k.unbounded, 0); /* zero, although the range begins at 3 */
  assert_true(k.none == 0);         /* not 11, which its range does not allow */
}

static void test_set(void **state) {
  (void)state;
  kitchen k = fresh();
  expect_set(&k, "wash", NULL);
  assert_int_equal(k.wash, 1);
  expect_set(&k, "wash", "no");
  assert_int_equal(k.wash, 0);
  expect_set(&k, "cut", "whole");
  assert_int_equal(k.cut, WHOLE);
  expect_set(&k, "cut", "sliced");
  assert_int_equal(k.cut, SLICED);
  expect_set(&k, "plates", "12");
  assert_int_equal(k.plates, 12);
  expect_set(&k, "seed", "9223372036854775807");
  assert_int_equal(k.seed, INT64_MAX);
  expect_set(&k, "salt", "1e-3");
  assert_true(fabs(k.salt - 0.001) < DBL_EPSILON);
  expect_set(&k, "cook", "Asha");
  assert_string_equal(k.cook, "Asha");
  expect_set(&k, "cook", NULL);
  assert_null(k.cook);
}

/* Of bytes, and of nothing else. */
static void test_units(void **state) {
  (void)state;
  kitchen k = fresh();
  expect_set(&k, "flour", "3K");
  assert_int_equal(k.flour, 3 << 10);
  expect_set(&k, "flour", "64M");
  assert_int_equal(k.flour, 64 << 20);
  expect_set(&k, "flour", "5G");
  assert_int_equal(k.flour, INT64_C(5) << 30);
  expect_refused("flour", "5T", "--flour takes a whole number of at least 0, not '5T'");
  expect_refused("flour", "5KB", "--flour takes a whole number of at least 0, not '5KB'");
  expect_refused("flour", "9000000000000G", "--flour takes a whole number of at least 0, not '9000000000000G'");
  expect_refused("plates", "1K", "--plates takes a whole number from 1 to 12, not '1K'");
}

static void test_refuse(void **state) {
  (void)state;
  expect_refused("plates", "0", "--plates takes a whole number from 1 to 12, not '0'");
  expect_refused("plates", "13", "--plates takes a whole number from 1 to 12, not '13'");
  expect_refused("plates", "4.5", "--plates takes a whole number from 1 to 12, not '4.5'");
  expect_refused("plates", "", "--plates takes a whole number from 1 to 12, not ''");
  expect_refused("plates", "99999999999999999999",
                 "--plates takes a whole number from 1 to 12, not "
                 "'99999999999999999999'");
  expect_refused("plates", NULL, "--plates needs a value");
  expect_refused("seed", "-1", "--seed takes a whole number of at least 0, not '-1'");
  expect_refused("seed", "9223372036854775808", "--seed takes a whole number of at least 0, not '9223372036854775808'");
  expect_refused("salt", "nan", "--salt takes a number from 0 to 1, not 'nan'");
  expect_refused("salt", "inf", "--salt takes a number from 0 to 1, not 'inf'");
  expect_refused("salt", "0.5x", "--salt takes a number from 0 to 1, not '0.5x'");
  expect_refused("salt", NULL, "--salt needs a value");
  expect_refused("cut", "dic", "--cut is one of sliced|diced|whole, not 'dic'");
  expect_refused("cut", "", "--cut is one of sliced|diced|whole, not ''");
  expect_refused("cut", "sliced|diced", "--cut is one of sliced|diced|whole, not 'sliced|diced'");
  expect_refused("wash", "perhaps", "--wash is yes or no, not 'perhaps'");
  expect_refused("dry", "1", "there is no option 'dry'");
}

static void test_get(void **state) {
  (void)state;
  kitchen k = fresh();
  char out[32], tiny[3];
  static const char *const expected[] = {"0", "diced", "4", "0", "0.5", "0", "0", "1", ""};
  for (size_t i = 0; table[i].name; i++) {
    assert_int_equal(slant_options_get(&table[i], &k, out, sizeof out), strlen(expected[i]));
    assert_string_equal(out, expected[i]);
  }
  k.cut = WHOLE;
  slant_options_get(row("cut"), &k, out, sizeof out);
  assert_string_equal(out, "whole");
  k.cut = 3; /* no word has this index */
  assert_int_equal(slant_options_get(row("cut"), &k, out, sizeof out), 0);
  k.cook = "Marguerite";
  assert_int_equal(slant_options_get(row("cook"), &k, tiny, sizeof tiny), 10); /* as snprintf: what it would take */
  assert_string_equal(tiny, "Ma");
}

static void test_decimal_point(void **state) {
  (void)state;
  kitchen k = fresh();
  char out[32], *end = NULL;
  slant_error error = {0};
  comma_begin();
  expect_set(&k, "salt", "0.25");
  slant_options_get(row("salt"), &k, out, sizeof out);
  slant_options_set(table, &k, "bad-default", "12.5", &error);
  double parsed = slant_parse_real("1.5,", &end);
  comma_check_untouched();
  comma_end();
  assert_true(k.salt == 0.25);
  assert_string_equal(out, "0.25");
  assert_true(parsed == 1.5);
  assert_string_equal(end, ",");
  slant_fail(&error, SLANT_E_DATA, "%.1f", 0.5);
  assert_string_equal(error.message, "0.5");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults), cmocka_unit_test(test_set), cmocka_unit_test(test_units),
      cmocka_unit_test(test_refuse),   cmocka_unit_test(test_get), cmocka_unit_test(test_decimal_point),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
