/* The subcommands, in the order in which help lists them: one row a command. `cli_command_NAME` is defined in
 * command_NAME.c; CMakeLists.txt lists the same names. */
#ifndef SLANT_CLI_COMMANDS_H
#define SLANT_CLI_COMMANDS_H

#include "cli/command.h"

#define CLI_COMMANDS(X)                                                                                                \
  X(train)                                                                                                             \
  X(predict)                                                                                                           \
  X(counts)                                                                                                            \
  X(evaluate)                                                                                                          \
  X(inspect)                                                                                                           \
  X(explain)                                                                                                           \
  X(actors)                                                                                                            \
  X(lexicon)                                                                                                           \
  X(embed)                                                                                                             \
  X(features)                                                                                                          \
  X(models_import)                                                                                                     \
  X(models_export)                                                                                                     \
  X(datasets_list)                                                                                                     \
  X(datasets_fetch)                                                                                                    \
  X(datasets_convert)                                                                                                  \
  X(datasets_check)                                                                                                    \
  X(datasets_split)

#define CLI_DECLARE(name) extern const cli_command cli_command_##name;
CLI_COMMANDS(CLI_DECLARE)
#undef CLI_DECLARE

extern const cli_command *const cli_commands[]; /* ended by NULL */

/* The command that words[0] (and words[1], for a command of two words) name; *used is 1 or 2. NULL: there is none. */
const cli_command *cli_find_command(int n_words, char *const *words, int *used);

/* Whether `word` starts commands of two words, as `datasets` does. */
int cli_is_group(const char *word);

#endif
