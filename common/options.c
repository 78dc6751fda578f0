#include <slant/options.h>
#include <slant/str.h>

#include "common/number.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *field_of(const slant_option *row, void *options) {
  return (char *)options + row->offset;
}

/* Index of `value` among the '|'-separated words, or -1. */
static int choice_index(const char *choices, const char *value) {
  slant_str rest = slant_str_of(choices);
  for (int index = 0; rest.len; index++)
    if (slant_str_is(slant_str_cut(&rest, '|'), value)) return index;
  return -1;
}

/* The word of an index; empty where there is none. */
static slant_str choice_word(const char *choices, int index) {
  slant_str rest = slant_str_of(choices), word = {"", 0};
  for (int i = 0; i <= index; i++) {
    word = (slant_str){"", 0};
    if (rest.len) word = slant_str_cut(&rest, '|');
  }
  return word;
}

/* Beyond this a double does not tell whole numbers apart, and a bound on one is no bound that anyone would want to
 * read. */
#define LARGEST_SAID 9007199254740992.0 /* 2^53 */

static int refuse_number(const slant_option *row, const char *value, slant_error *error) {
  const char *kind = row->type == SLANT_OPTION_INT ? "a whole number" : "a number";
  if (row->max > LARGEST_SAID)
    return slant_fail(error, SLANT_E_ARGUMENT, "--%s takes %s of at least %.15g, not '%s'", row->name, kind, row->min,
                      value);
  return slant_fail(error, SLANT_E_ARGUMENT, "--%s takes %s from %.15g to %.15g, not '%s'", row->name, kind, row->min,
                    row->max, value);
}

/* A count of bytes may end in K, M or G, for 2^10, 2^20 or 2^30 of them. */
static bool take_unit(const slant_option *row, char **end, long long *number) {
  static const char units[] = "KMG";
  const char *unit = **end ? strchr(units, **end) : NULL;
  if (!unit || !row->argument || strcmp(row->argument, "BYTES") != 0) return true;
  ++*end;
  return !__builtin_mul_overflow(*number, 1LL << (10 * (unit - units + 1)), number);
}

static int set_integer(const slant_option *row, void *field, const char *value, slant_error *error) {
  char *end = NULL;
  errno = 0;
  long long number = strtoll(value, &end, 10);
  if (end == value || !take_unit(row, &end, &number) || *end || errno == ERANGE || (double)number < row->min ||
      (double)number > row->max)
    return refuse_number(row, value, error);
  *(int64_t *)field = number;
  return SLANT_OK;
}

static int set_real(const slant_option *row, void *field, const char *value, slant_error *error) {
  char *end = NULL;
  double number = slant_parse_real(value, &end);
  if (end == value || *end || isnan(number) || number < row->min || number > row->max)
    return refuse_number(row, value, error);
  *(double *)field = number;
  return SLANT_OK;
}

static int set_flag(const slant_option *row, void *field, const char *value, slant_error *error) {
  bool yes = !value || strcmp(value, "1") == 0 || strcmp(value, "yes") == 0;
  if (!yes && strcmp(value, "0") != 0 && strcmp(value, "no") != 0)
    return slant_fail(error, SLANT_E_ARGUMENT, "--%s is yes or no, not '%s'", row->name, value);
  *(int *)field = yes;
  return SLANT_OK;
}

static int set_choice(const slant_option *row, void *field, const char *value, slant_error *error) {
  int index = choice_index(row->choices, value);
  if (index < 0)
    return slant_fail(error, SLANT_E_ARGUMENT, "--%s is one of %s, not '%s'", row->name, row->choices, value);
  *(int *)field = index;
  return SLANT_OK;
}

static int set_row(const slant_option *row, void *options, const char *value, slant_error *error) {
  void *field = field_of(row, options);
  if (!value && row->type != SLANT_OPTION_FLAG && row->type != SLANT_OPTION_TEXT)
    return slant_fail(error, SLANT_E_ARGUMENT, "--%s needs a value", row->name);
  switch (row->type) {
  case SLANT_OPTION_FLAG: return set_flag(row, field, value, error);
  case SLANT_OPTION_INT: return set_integer(row, field, value, error);
  case SLANT_OPTION_REAL: return set_real(row, field, value, error);
  case SLANT_OPTION_CHOICE: return set_choice(row, field, value, error);
  case SLANT_OPTION_TEXT: *(const char **)field = value; return SLANT_OK;
  }
  return slant_fail(error, SLANT_E_ARGUMENT, "the option '%s' is of no known type", row->name);
}

static void clear_row(const slant_option *row, void *options) {
  void *field = field_of(row, options);
  switch (row->type) {
  case SLANT_OPTION_FLAG:
  case SLANT_OPTION_CHOICE: *(int *)field = 0; break;
  case SLANT_OPTION_INT: *(int64_t *)field = 0; break;
  case SLANT_OPTION_REAL: *(double *)field = 0; break;
  case SLANT_OPTION_TEXT: *(const char **)field = NULL; break;
  }
}

void slant_options_init(const slant_option *table, void *options) {
  for (const slant_option *row = table; row->name; row++) {
    clear_row(row, options);
    if (row->initial) set_row(row, options, row->initial, NULL);
  }
}

int slant_options_set(const slant_option *table, void *options, const char *name, const char *value,
                      slant_error *error) {
  for (const slant_option *row = table; row->name; row++)
    if (strcmp(row->name, name) == 0) return set_row(row, options, value, error);
  return slant_fail(error, SLANT_E_ARGUMENT, "there is no option '%s'", name);
}

size_t slant_options_get(const slant_option *row, const void *options, char *out, size_t size) {
  const void *field = (const char *)options + row->offset;
  int len = 0;
  locale_t before = slant_number_begin();
  switch (row->type) {
  case SLANT_OPTION_FLAG: len = snprintf(out, size, "%d", *(const int *)field); break;
  case SLANT_OPTION_INT: len = snprintf(out, size, "%lld", (long long)*(const int64_t *)field); break;
  case SLANT_OPTION_REAL: len = snprintf(out, size, "%.15g", *(const double *)field); break;
  case SLANT_OPTION_CHOICE: {
    slant_str word = choice_word(row->choices, *(const int *)field);
    len = snprintf(out, size, "%.*s", (int)word.len, word.ptr);
    break;
  }
  case SLANT_OPTION_TEXT: {
    const char *text = *(const char *const *)field;
    len = snprintf(out, size, "%s", text ? text : "");
    break;
  }
  }
  slant_number_end(before);
  return len < 0 ? 0 : (size_t)len;
}
