/* What the program says on standard error. Control characters in messages, which may come from data, become '?'. */
#ifndef SLANT_CLI_REPORT_H
#define SLANT_CLI_REPORT_H

#include <slant/error.h>
#include <stdbool.h>
#include <stdio.h>

enum { CLI_WARNINGS = 20 }; /* shown of one kind; the rest is counted */

typedef struct cli_warnings {
  uint64_t n;
} cli_warnings;

void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));  /* a line as it is */
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "slant: warning: …" */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "slant: note: …" */
void cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "slant: …" */

/* One more warning of a kind: shown while there are not too many. cli_warnings_end tells how many were not shown. */
void cli_warn_about(cli_warnings *warnings, const slant_error *error);
void cli_warnings_end(const cli_warnings *warnings);

/* Prints the error, unless the run was interrupted, and returns the exit code that stands for it. */
int cli_report(const slant_error *error);

/* Flushes standard output: SLANT_E_IO where what was printed could not be written. */
int cli_flush(slant_error *error);
/* Prints text to standard output; as cli_flush. */
int cli_print(const char *bytes, size_t len, slant_error *error);

/* "1,234,567" into text. */
enum { CLI_COUNT_SIZE = 32 };
const char *cli_count(char text[CLI_COUNT_SIZE], uint64_t n);

#endif
