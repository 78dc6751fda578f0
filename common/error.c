#include <slant/error.h>

#include "common/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *slant_status_word(int status) {
  switch (status) {
#define SLANT_STATUS_CASE(name, value, word)                                                                           \
  case value: return word;
    SLANT_STATUS_LIST(SLANT_STATUS_CASE)
#undef SLANT_STATUS_CASE
  default: return "unknown";
  }
}

static int is_continuation(char c) {
  return ((unsigned char)c & 0xc0) == 0x80;
}

/* Messages quote input: no byte of it may end the line or steer a terminal. */
static void blank_control_characters(char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) *text = ' ';
}

/* `text` was cut to its `len` bytes: what is left of a character that was cut in two goes too. */
static void drop_partial_character(char *text, size_t len) {
  size_t start = len;
  while (start > 0 && len - start < 3 && is_continuation(text[start - 1])) start--;
  if (start == 0) return;
  unsigned char lead = (unsigned char)text[start - 1];
  size_t whole = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (len - start + 1 < whole) text[start - 1] = '\0';
}

int slant_fail(slant_error *error, slant_status code, const char *format, ...) {
  if (!error) return code;
  char message[sizeof error->message]; /* the arguments may be parts of *error */
  va_list arguments;
  va_start(arguments, format);
  locale_t before = slant_number_begin();
  int len = vsnprintf(message, sizeof message, format, arguments);
  slant_number_end(before);
  va_end(arguments);
  if (len < 0) message[0] = '\0';
  if (len >= (int)sizeof message) drop_partial_character(message, sizeof message - 1);
  blank_control_characters(message);
  *error = (slant_error){.code = code};
  memcpy(error->message, message, strlen(message) + 1);
  return code;
}

void slant_error_at(slant_error *error, const char *source, uint64_t line, uint64_t column) {
  if (!error) return;
  if (source) {
    size_t len = strlen(source), room = sizeof error->source - 1;
    const char *tail = len > room ? source + (len - room) : source;
    while (tail > source && is_continuation(*tail)) tail++;
    memmove(error->source, tail, strlen(tail) + 1);
    blank_control_characters(error->source);
  }
  if (line) error->line = line;
  if (column) error->column = column;
}

void slant_error_format(const slant_error *error, char *out, uint64_t size) {
  char where[224] = "";
  size_t used = 0;
  const char *source = strcmp(error->source, "-") == 0 ? "standard input" : error->source;
  if (*source) used += (size_t)snprintf(where, sizeof where, "%s:", source);
  if (error->line) {
    if (!used) used += (size_t)snprintf(where, sizeof where, "line ");
    used += (size_t)snprintf(where + used, sizeof where - used, "%llu:", (unsigned long long)error->line);
    if (error->column)
      used += (size_t)snprintf(where + used, sizeof where - used, "%llu:", (unsigned long long)error->column);
  }
  snprintf(out, size, "%s%s%s", where, used ? " " : "", error->message);
}
