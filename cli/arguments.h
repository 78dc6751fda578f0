/* A command line, parsed by argp from the option tables of its command. */
#ifndef SLANT_CLI_ARGUMENTS_H
#define SLANT_CLI_ARGUMENTS_H

#include "cli/command.h"
#include "common/memory.h"

#include <argp.h>

enum { CLI_GO = -1 }; /* parsed: go on and work */

typedef struct cli_operands {
  const char **items; /* pointers into argv */
  size_t n;
} cli_operands;

/* Sets the defaults of targets[i], which belongs to tables[i] of the command, then parses. Returns CLI_GO, or an exit
 * code: CLI_DONE after --help and --version, CLI_USAGE after a message that says what is wrong. The operands are the
 * caller's to free (items), whatever is returned. */
int cli_parse(const cli_command *command, int argc, char **argv, void *const *targets, cli_operands *operands);

/* Says what is wrong with the command line, and where help is. Returns CLI_USAGE. */
int cli_usage(const cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- rows that many commands have ---- */
#define CLI_ROW_QUIET(type)                                                                                            \
  {                                                                                                                    \
    "quiet", 'q', SLANT_OPTION_FLAG, offsetof(type, quiet), NULL, 0, 0, NULL, NULL,                                    \
        "No progress, notes or summary; warnings and errors stay."                                                     \
  }
#define CLI_ROW_JSON(type, help)                                                                                       \
  { "json", 0, SLANT_OPTION_FLAG, offsetof(type, json), NULL, 0, 0, NULL, NULL, help }
#define CLI_ROW_MODEL(type)                                                                                            \
  {                                                                                                                    \
    "model", 'm', SLANT_OPTION_TEXT, offsetof(type, model), NULL, 0, 0, NULL, "BUNDLE",                                \
        "The bundle that `slant train` wrote."                                                                         \
  }
#define CLI_ROW_ACTORS(type, help)                                                                                     \
  { "actors", 'a', SLANT_OPTION_TEXT, offsetof(type, actors), NULL, 0, 0, NULL, "FILE", help }
#define CLI_ROW_OUTPUT(type, help)                                                                                     \
  { "output", 'o', SLANT_OPTION_TEXT, offsetof(type, output), NULL, 0, 0, NULL, "FILE", help }

/* ---- for help and man pages ---- */
/* --help and --version, which every command has. */
extern const slant_option cli_standard_rows[];

/* "Default 5, from 2 to 100." for a row, as it is appended to its help; "" where there is nothing to say. */
void cli_describe_values(slant_buffer *out, const slant_option *row);

/* The tables of a command as argp has them. `keys` maps an argp key to a row. */
typedef struct cli_argp {
  struct argp argp;
  struct argp_option *options;
  slant_buffer documentation;
  slant_arena strings;
} cli_argp;

int cli_argp_build(cli_argp *out, const cli_command *command, slant_error *error);
void cli_argp_free(cli_argp *built);

#endif
