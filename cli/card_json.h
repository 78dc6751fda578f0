/* Numbers of the model card. What is missing reads as NAN. */
#ifndef SLANT_CLI_CARD_JSON_H
#define SLANT_CLI_CARD_JSON_H

#include "datasets/json.h"

#include <stddef.h>

double cli_json_number(slant_json *json, slant_json_value object, const char *key);
/* Of a value that stands by itself. */
double cli_json_number_of(slant_json *json, slant_json_value value);
/* Elements of an array, or members of an object. */
size_t cli_json_count(slant_json_value value);

#endif
