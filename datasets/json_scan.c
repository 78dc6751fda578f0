#include "datasets/json_scan.h"

#include <stdint.h>

enum { MAX_DEPTH = 1024 }; /* that of simdjson */

typedef enum scan_state {
  A_VALUE,
  VALUE_OR_END, /* behind '[' */
  A_NAME,
  NAME_OR_END, /* behind '{' */
  A_COLON,
  BEHIND_VALUE
} scan_state;

typedef struct json_scanner {
  const char *bytes;
  size_t at, len;
  const char *what; /* set: the fault at `at` */
  size_t depth;
  bool in_object[MAX_DEPTH];
} json_scanner;

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The byte at `at`; a NUL at the end, which no state accepts. */
static char here(const json_scanner *scan) {
  return scan->at < scan->len ? scan->bytes[scan->at] : '\0';
}

static void skip_blanks(json_scanner *scan) {
  while (scan->at < scan->len && memchr(" \t\n\r", scan->bytes[scan->at], 4)) scan->at++;
}

static void scan_escape(json_scanner *scan) {
  scan->at++;
  char c = here(scan);
  if (c == 'u') {
    for (int digit = 0; digit < 4; digit++) {
      scan->at++;
      c = (char)(here(scan) | 32);
      if (!is_digit(here(scan)) && (c < 'a' || c > 'f')) {
        scan->what = "four hexadecimal digits were expected behind \\u";
        return;
      }
    }
  } else if (!c || !strchr("\"\\/bfnrt", c)) {
    scan->what = "an escape was expected: one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
    return;
  }
  scan->at++;
}

static void scan_string(json_scanner *scan) {
  scan->at++;
  while (!scan->what && scan->at < scan->len) {
    char c = scan->bytes[scan->at];
    if (c == '"') {
      scan->at++;
      return;
    }
    if (c == '\\')
      scan_escape(scan);
    else if ((unsigned char)c < 0x20)
      scan->what = "a string has a control character that is not escaped";
    else
      scan->at++;
  }
  if (!scan->what) scan->what = "a closing quote was expected";
}

static void scan_digits(json_scanner *scan) {
  if (!is_digit(here(scan))) scan->what = "a digit was expected";
  while (is_digit(here(scan))) scan->at++;
}

static void scan_number(json_scanner *scan) {
  if (here(scan) == '-') scan->at++;
  if (here(scan) == '0') {
    scan->at++;
    if (is_digit(here(scan))) scan->what = "a number does not begin with 0";
  } else {
    scan_digits(scan);
  }
  if (!scan->what && here(scan) == '.') {
    scan->at++;
    scan_digits(scan);
  }
  if (!scan->what && (here(scan) | 32) == 'e') {
    scan->at++;
    if (here(scan) == '+' || here(scan) == '-') scan->at++;
    scan_digits(scan);
  }
}

static void scan_value(json_scanner *scan, scan_state *next) {
  static const char *const words[] = {"true", "false", "null"};
  char c = here(scan);
  *next = BEHIND_VALUE;
  if (c == '{' || c == '[') {
    if (scan->depth == MAX_DEPTH) {
      scan->what = "it is nested more than 1,024 levels deep";
      return;
    }
    scan->in_object[scan->depth++] = c == '{';
    scan->at++;
    *next = c == '{' ? NAME_OR_END : VALUE_OR_END;
  } else if (c == '"') {
    scan_string(scan);
  } else if (c == '-' || is_digit(c)) {
    scan_number(scan);
  } else {
    for (int w = 0; w < 3; w++) {
      size_t len = strlen(words[w]);
      if (scan->len - scan->at < len || memcmp(scan->bytes + scan->at, words[w], len) != 0) continue;
      scan->at += len;
      return;
    }
    scan->what = "a value was expected";
  }
}

static void scan_behind_value(json_scanner *scan, scan_state *next) {
  bool in_object = scan->in_object[scan->depth - 1];
  char c = here(scan);
  if (c == ',') {
    *next = in_object ? A_NAME : A_VALUE;
  } else if (c == (in_object ? '}' : ']')) {
    scan->depth--;
    *next = BEHIND_VALUE;
  } else {
    scan->what = in_object ? "',' or '}' was expected" : "',' or ']' was expected";
    return;
  }
  scan->at++;
}

static void scan_name(json_scanner *scan, scan_state *next) {
  *next = A_COLON;
  if (here(scan) == '"')
    scan_string(scan);
  else
    scan->what = "a name in double quotes was expected";
}

static void scan_step(json_scanner *scan, scan_state *state) {
  char c = here(scan);
  switch (*state) {
  case VALUE_OR_END:
  case NAME_OR_END:
    if (c == (*state == NAME_OR_END ? '}' : ']'))
      scan_behind_value(scan, state);
    else if (*state == NAME_OR_END)
      scan_name(scan, state);
    else
      scan_value(scan, state);
    return;
  case A_VALUE: scan_value(scan, state); return;
  case A_NAME: scan_name(scan, state); return;
  case A_COLON:
    if (c == ':')
      scan->at++;
    else
      scan->what = "':' was expected";
    *state = A_VALUE;
    return;
  case BEHIND_VALUE: scan_behind_value(scan, state); return;
  }
}

bool slant_json_scan(slant_str text, slant_json_fault *fault) {
  json_scanner scan = {.bytes = text.ptr, .len = text.len};
  scan_state state = A_VALUE;
  for (;;) {
    skip_blanks(&scan);
    if (state == BEHIND_VALUE && !scan.depth) break;
    scan_step(&scan, &state);
    if (scan.what) break;
  }
  if (!scan.what && scan.at < scan.len) scan.what = "nothing was expected behind the value";
  if (scan.what) *fault = (slant_json_fault){scan.at, scan.what};
  return !scan.what;
}

/* ---- texts that are known to be JSON ---- */
/* The byte behind the string that begins at `at`. */
static size_t behind_string(slant_str text, size_t at) {
  for (at++; at < text.len && text.ptr[at] != '"'; at++)
    if (text.ptr[at] == '\\') at++;
  return at < text.len ? at + 1 : text.len;
}

static size_t behind_value(slant_str text, size_t at) {
  size_t depth = 0;
  while (at < text.len) {
    char c = text.ptr[at];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
    if (c == '"') {
      at = behind_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') depth++;
    if (c == '}' || c == ']') depth--;
    at++;
  }
  return at;
}

static size_t behind_byte(slant_str text, size_t at, char byte) {
  const char *found = at < text.len ? memchr(text.ptr + at, byte, text.len - at) : NULL;
  return found ? (size_t)(found - text.ptr) + 1 : text.len;
}

slant_str slant_json_member(slant_json_cursor *cursor, size_t index) {
  slant_str text = cursor->text, value = {0};
  for (; cursor->index <= index; cursor->index++) {
    size_t name = behind_byte(text, cursor->at, '"');
    size_t from = name < text.len ? behind_byte(text, behind_string(text, name - 1), ':') : text.len;
    cursor->at = behind_value(text, from);
    value = (slant_str){text.ptr + from, cursor->at - from};
  }
  while (value.len && memchr(" \t\n\r", value.ptr[0], 4)) value = (slant_str){value.ptr + 1, value.len - 1};
  while (value.len && memchr(" \t\n\r", value.ptr[value.len - 1], 4)) value.len--;
  return value;
}

bool slant_json_next_number(slant_str text, size_t *at, slant_str *number) {
  size_t i = *at;
  while (i < text.len && text.ptr[i] != '-' && !is_digit(text.ptr[i]))
    i = text.ptr[i] == '"' ? behind_string(text, i) : i + 1;
  size_t end = i;
  while (end < text.len && (is_digit(text.ptr[end]) || memchr("+-.eE", text.ptr[end], 5))) end++;
  *number = (slant_str){text.ptr + i, end - i};
  *at = end;
  return end > i;
}
