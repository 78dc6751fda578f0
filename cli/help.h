/* Help on standard output; each returns an exit code. */
#ifndef SLANT_CLI_HELP_H
#define SLANT_CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

int cli_help_command(const cli_command *command);
int cli_help_version(void);
/* All commands, or those of a group where `group` is not NULL. */
void cli_help_overview(FILE *out, const char *group);
/* `slant help [COMMAND]` */
int cli_help(int n_words, char **words);

#endif
