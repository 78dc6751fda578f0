#include "cli/card_json.h"

#include "common/number.h"

#include <math.h>
#include <stdio.h>

typedef struct member_search {
  slant_str key;
  slant_json_value found;
  bool is_there;
} member_search;

static int match_member(void *context, slant_str key, slant_json_value value) {
  member_search *search = context;
  if (!slant_str_equal(key, search->key)) return 0;
  search->found = value;
  search->is_there = true;
  return 1;
}

bool cli_json_member(slant_json_value object, const char *key, slant_json_value *out) {
  member_search search = {.key = slant_str_of(key)};
  if (slant_json_type_of(object) == SLANT_JSON_OBJECT) slant_json_each(object, match_member, &search);
  *out = search.found;
  return search.is_there;
}

slant_str cli_json_text(slant_json_value object, const char *key) {
  slant_json_value value;
  return cli_json_member(object, key, &value) ? slant_json_string(value) : (slant_str){0};
}

double cli_json_number_of(slant_json *json, slant_json_value value) {
  char text[64];
  if (slant_json_type_of(value) != SLANT_JSON_NUMBER) return NAN;
  slant_str digits = slant_json_text(json, value);
  snprintf(text, sizeof text, "%.*s", (int)digits.len, digits.ptr);
  return slant_parse_real(text, NULL);
}

double cli_json_number(slant_json *json, slant_json_value object, const char *key) {
  slant_json_value value;
  return cli_json_member(object, key, &value) ? cli_json_number_of(json, value) : NAN;
}

static int count_one(void *context, slant_str key, slant_json_value value) {
  (void)key, (void)value;
  ++*(size_t *)context;
  return 0;
}

size_t cli_json_count(slant_json_value value) {
  size_t n = 0;
  slant_json_each(value, count_one, &n);
  return n;
}
