#include <slant/options.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *field_of(const slant_option *row, void *options) {
  return (char *)options + row->offset;
}

/* Index of `value` among the '|'-separated words, or -1. */
static int choice_index(const char *choices, const char *value) {
  size_t len = strlen(value);
  int index = 0;
  for (const char *word = choices; word; index++) {
    const char *end = strchr(word, '|');
    size_t word_len = end ? (size_t)(end - word) : strlen(word);
    if (word_len == len && memcmp(word, value, len) == 0) return index;
    word = end ? end + 1 : NULL;
  }
  return -1;
}

static int set_number(const slant_option *row, void *field, const char *value, slant_error *error) {
  char *end = NULL;
  errno = 0;
  double number;
  long long integer = 0;
  if (row->type == SLANT_OPTION_INT) {
    integer = strtoll(value, &end, 10);
    number = (double)integer;
  } else {
    number = strtod(value, &end);
  }
  const char *kind = row->type == SLANT_OPTION_INT ? "a whole number" : "a number";
  if (end == value || *end || errno == ERANGE || isnan(number) || number < row->min || number > row->max)
    return slant_fail(error, SLANT_E_ARGUMENT, "--%s takes %s from %.15g to %.15g, not '%s'", row->name, kind, row->min,
                      row->max, value);
  if (row->type == SLANT_OPTION_INT)
    *(int64_t *)field = integer;
  else
    *(double *)field = number;
  return SLANT_OK;
}

static int set_row(const slant_option *row, void *options, const char *value, slant_error *error) {
  void *field = field_of(row, options);
  switch (row->type) {
  case SLANT_OPTION_FLAG:
    if (!value || strcmp(value, "1") == 0 || strcmp(value, "yes") == 0) {
      *(int *)field = 1;
    } else if (strcmp(value, "0") == 0 || strcmp(value, "no") == 0) {
      *(int *)field = 0;
    } else {
      return slant_fail(error, SLANT_E_ARGUMENT, "--%s is yes or no, not '%s'", row->name, value);
    }
    return SLANT_OK;
  case SLANT_OPTION_INT:
  case SLANT_OPTION_REAL: return set_number(row, field, value, error);
  case SLANT_OPTION_CHOICE: {
    int index = choice_index(row->choices, value);
    if (index < 0)
      return slant_fail(error, SLANT_E_ARGUMENT, "--%s is one of %s, not '%s'", row->name, row->choices, value);
    *(int *)field = index;
    return SLANT_OK;
  }
  case SLANT_OPTION_TEXT: *(const char **)field = value; return SLANT_OK;
  }
  return SLANT_E_ARGUMENT;
}

void slant_options_init(const slant_option *table, void *options) {
  for (const slant_option *row = table; row->name; row++) {
    if (row->initial || row->type == SLANT_OPTION_TEXT)
      set_row(row, options, row->initial, NULL);
    else
      set_row(row, options, "0", NULL);
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
  switch (row->type) {
  case SLANT_OPTION_FLAG: len = snprintf(out, size, "%d", *(const int *)field); break;
  case SLANT_OPTION_INT: len = snprintf(out, size, "%lld", (long long)*(const int64_t *)field); break;
  case SLANT_OPTION_REAL: len = snprintf(out, size, "%.15g", *(const double *)field); break;
  case SLANT_OPTION_CHOICE: {
    const char *word = row->choices;
    for (int i = *(const int *)field; i > 0 && word; i--) {
      word = strchr(word, '|');
      if (word) word++;
    }
    len = word ? snprintf(out, size, "%.*s", (int)strcspn(word, "|"), word) : snprintf(out, size, "%s", "");
    break;
  }
  case SLANT_OPTION_TEXT: {
    const char *text = *(const char *const *)field;
    len = snprintf(out, size, "%s", text ? text : "");
    break;
  }
  }
  return len < 0 ? 0 : (size_t)len;
}
