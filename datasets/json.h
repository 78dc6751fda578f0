/* A C face for simdjson: parses one JSON text and walks it. Private to datasets. */
#ifndef SLANT_DATASETS_JSON_H
#define SLANT_DATASETS_JSON_H

#include <slant/error.h>
#include <slant/str.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SLANT_JSON_PADDING = 64 }; /* SLANT_RAW_PADDING */

typedef struct slant_json slant_json; /* a parser with its memory; for one thread */

typedef enum slant_json_type {
  SLANT_JSON_NULL,
  SLANT_JSON_BOOLEAN,
  SLANT_JSON_NUMBER,
  SLANT_JSON_STRING,
  SLANT_JSON_ARRAY,
  SLANT_JSON_OBJECT
} slant_json_type;

/* A place in the text that was parsed last; invalid after the next parse. */
typedef struct slant_json_value {
  const void *document;
  uint64_t index;
} slant_json_value;

int slant_json_new(slant_json **out, slant_error *error);
void slant_json_free(slant_json *json);

/* Parses `text`. Invalid UTF-8 and lone surrogates are read as U+FFFD, and numbers that neither 64 bits nor a double
 * can hold as strings. SLANT_E_DATA says what is wrong, with the column. */
int slant_json_parse(slant_json *json, slant_str text, slant_json_value *root, slant_error *error);

/* The same where the text stands, which must stay there until the next parse: at least SLANT_JSON_PADDING bytes can be
 * read behind it. Where it has to be changed it is copied. */
int slant_json_parse_padded(slant_json *json, slant_str text, slant_json_value *root, slant_error *error);

/* The text that was parsed last, with those changes; borrowed until the next parse. */
slant_str slant_json_source(const slant_json *json);

/* Invalid sequences and lone surrogates of the text that was parsed last. */
uint32_t slant_json_repaired(const slant_json *json);

slant_json_type slant_json_type_of(slant_json_value value);
/* The string, unescaped; borrowed until the next parse. Empty for another type. */
slant_str slant_json_string(slant_json_value value);
/* Members of an object or elements of an array (with an empty key), in order. A visit that returns other than 0 ends
 * the walk, which returns that number. */
int slant_json_each(slant_json_value value, int (*visit)(void *context, slant_str key, slant_json_value value),
                    void *context);
/* The first member of that name; false: there is none, or `object` is no object, and *out is zero. */
bool slant_json_find(slant_json_value object, const char *key, slant_json_value *out);
/* That member's string; empty where there is none. */
slant_str slant_json_find_string(slant_json_value object, const char *key);
/* The value as JSON text without white space; borrowed from `json` until the next call. */
slant_str slant_json_text(slant_json *json, slant_json_value value);

bool slant_utf8_valid(slant_str text);

#ifdef __cplusplus
}
#endif
#endif
