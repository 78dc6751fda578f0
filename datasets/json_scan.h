/*
 * JSON text walked byte by byte (RFC 8259). simdjson says that a text is no JSON, but not where; and it reads numbers
 * rather than keeping them as they were written. Private to datasets.
 */
#ifndef SLANT_DATASETS_JSON_SCAN_H
#define SLANT_DATASETS_JSON_SCAN_H

#include <slant/str.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_json_fault {
  size_t at;        /* the first byte that cannot be part of a JSON text; the text's length: it ends too early */
  const char *what; /* what is wrong there, as a phrase */
} slant_json_fault;

/* Whether `text` is one JSON value and nothing else; if not, *fault says why. Strings may hold any byte from 0x20. */
bool slant_json_scan(slant_str text, slant_json_fault *fault);

/* Walks the members of an object. Start with {text, 0, 0}; the text must have passed simdjson or the scan. */
typedef struct slant_json_cursor {
  slant_str text;
  size_t at, index; /* member `index` comes next, at or behind byte `at` */
} slant_json_cursor;

/* The value of member `index` as it stands in the text. The index may not be less than at the call before. */
slant_str slant_json_member(slant_json_cursor *cursor, size_t index);

/* The next number at or behind byte *at of a text that is JSON but for the size of its numbers; false: no more. */
bool slant_json_next_number(slant_str text, size_t *at, slant_str *number);

#ifdef __cplusplus
}
#endif
#endif
