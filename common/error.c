#include <slant/error.h>

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

int slant_fail(slant_error *error, slant_status code, const char *format, ...) {
  if (!error) return code;
  va_list arguments;
  va_start(arguments, format);
  error->code = code;
  error->line = 0;
  error->column = 0;
  error->source[0] = '\0';
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return code;
}

void slant_error_at(slant_error *error, const char *source, uint64_t line, uint64_t column) {
  if (!error) return;
  if (source) {
    size_t len = strlen(source), room = sizeof error->source - 1;
    const char *tail = len > room ? source + (len - room) : source;
    memmove(error->source, tail, strlen(tail) + 1);
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
