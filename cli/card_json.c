#include "cli/card_json.h"

#include "common/number.h"

#include <math.h>
#include <stdio.h>

double cli_json_number_of(slant_json *json, slant_json_value value) {
  char text[64];
  if (slant_json_type_of(value) != SLANT_JSON_NUMBER) return NAN;
  slant_str digits = slant_json_text(json, value);
  snprintf(text, sizeof text, "%.*s", (int)digits.len, digits.ptr);
  return slant_parse_real(text, NULL);
}

double cli_json_number(slant_json *json, slant_json_value object, const char *key) {
  slant_json_value value;
  return slant_json_find(object, key, &value) ? cli_json_number_of(json, value) : NAN;
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
