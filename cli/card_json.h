/* The members of a JSON object, as the model card is read by. What is missing reads as empty or NAN. */
#ifndef SLANT_CLI_CARD_JSON_H
#define SLANT_CLI_CARD_JSON_H

#include "datasets/json.h"

#include <stddef.h>

bool cli_json_member(slant_json_value object, const char *key, slant_json_value *out);
slant_str cli_json_text(slant_json_value object, const char *key);
double cli_json_number(slant_json *json, slant_json_value object, const char *key);
/* Of a value that stands by itself. */
double cli_json_number_of(slant_json *json, slant_json_value value);
/* Elements of an array, or members of an object. */
size_t cli_json_count(slant_json_value value);

#endif
