#include "cli/report.h"

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

/* C0 and C1 control characters, the latter as UTF-8 has them (C2 80 … C2 9F). */
static void mask_controls(char *text) {
  for (unsigned char *c = (unsigned char *)text; *c; c++) {
    if (*c < 0x20 || *c == 0x7f) *c = '?';
    if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) c[0] = c[1] = '?';
  }
}

enum { LINE_SIZE = 1024 };

static void put_line(const char *prefix, char *line) {
  mask_controls(line);
  cli_progress_clear();
  fprintf(stderr, "%s%s\n", prefix, line);
}

void cli_say(const char *format, ...) {
  char line[LINE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  put_line("", line);
}

void cli_warn(const char *format, ...) {
  char line[LINE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  put_line("slant: warning: ", line);
}

void cli_note(const char *format, ...) {
  char line[LINE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  put_line("slant: note: ", line);
}

void cli_fail(const char *format, ...) {
  char line[LINE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  put_line("slant: ", line);
}

void cli_warn_about(cli_warnings *warnings, const slant_error *error) {
  if (warnings->n++ >= CLI_WARNINGS) return;
  char text[640];
  slant_error_format(error, text, sizeof text);
  cli_warn("%s", text);
}

void cli_warnings_end(const cli_warnings *warnings) {
  char text[CLI_COUNT_SIZE];
  if (warnings->n > CLI_WARNINGS) cli_warn("%s more like these", cli_count(text, warnings->n - CLI_WARNINGS));
}

static int exit_code(slant_status code) {
  switch (code) {
  case SLANT_OK: return CLI_DONE;
  case SLANT_E_DATA:
  case SLANT_E_FORMAT:
  case SLANT_E_VERSION:
  case SLANT_E_NOT_FOUND: return CLI_DATA;
  case SLANT_E_ARGUMENT: return CLI_USAGE;
  case SLANT_E_IO:
  case SLANT_E_MEMORY:
  case SLANT_E_LIMIT:
  case SLANT_E_CANCELLED: break;
  }
  return CLI_SYSTEM;
}

int cli_report(const slant_error *error) {
  if (cli_interrupted()) {
    cli_progress_clear();
    return 128 + cli_interrupted();
  }
  char text[640];
  slant_error_format(error, text, sizeof text);
  cli_fail("%s", text);
  return exit_code(error->code);
}

/* Where the parent has SIGPIPE ignored, a closed pipe is an error of the write: the program then ends as the signal
 * would have ended it. */
static int output_failed(slant_error *error) {
  int reason = errno;
  if (reason == EPIPE) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  return slant_fail(error, SLANT_E_IO, "cannot write standard output: %s", strerror(reason));
}

int cli_flush(slant_error *error) {
  return fflush(stdout) || ferror(stdout) ? output_failed(error) : SLANT_OK;
}

int cli_print(const char *bytes, size_t len, slant_error *error) {
  return len && fwrite(bytes, 1, len, stdout) != len ? output_failed(error) : SLANT_OK;
}

const char *cli_count(char text[CLI_COUNT_SIZE], uint64_t n) {
  char *at = text + CLI_COUNT_SIZE - 1;
  *at = '\0';
  for (int digits = 0; n || !digits; digits++, n /= 10) {
    if (digits && digits % 3 == 0) *--at = ',';
    *--at = (char)('0' + n % 10);
  }
  return at;
}
