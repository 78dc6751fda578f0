#include "cli/help.h"

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/suggest.h"

#include <slant/version.h>
#include <stdlib.h>
#include <string.h>

static int printed(void) {
  slant_error error;
  return cli_flush(&error) ? cli_report(&error) : CLI_DONE;
}

int cli_help_command(const cli_command *command) {
  cli_argp built;
  slant_error error;
  char name[64];
  if (cli_argp_build(&built, command, &error)) return cli_report(&error);
  snprintf(name, sizeof name, "slant %s", command->name);
  setenv("ARGP_HELP_FMT", "no-dup-args-note", 0); /* a note on arguments of short options, which says nothing here */
  argp_help(&built.argp, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
  cli_argp_free(&built);
  return printed();
}

int cli_help_version(void) {
  printf("slant %s\n", slant_version());
  return printed();
}

void cli_help_overview(FILE *out, const char *group) {
  size_t len = group ? strlen(group) : 0;
  fprintf(out, "Usage: slant %s%sCOMMAND [OPTION...] [FILE...]\n", group ? group : "", group ? " " : "");
  if (!group)
    fprintf(out, "Sentiment and stance in the news: how a text treats its actors, and which side it takes.\n");
  fprintf(out, "\n");
  for (int i = 0; cli_commands[i]; i++) {
    const cli_command *command = cli_commands[i];
    if (group && (strncmp(command->name, group, len) != 0 || command->name[len] != ' ')) continue;
    fprintf(out, "  %-18s %s\n", command->name, command->summary);
  }
  fprintf(out,
          "\n'slant help COMMAND' explains a command. Exit codes: 0 done, 1 data error (some records may be bad),\n"
          "2 usage, 3 files or memory.\n");
}

int cli_help(int n_words, char **words) {
  int used;
  const cli_command *command = cli_find_command(n_words, words, &used);
  if (command && used == n_words) return cli_help_command(command);
  if (n_words == 0 || (n_words == 1 && cli_is_group(words[0]))) {
    cli_help_overview(stdout, n_words ? words[0] : NULL);
    return printed();
  }
  cli_fail("there is no command '%s%s%s'", words[0], n_words > 1 ? " " : "", n_words > 1 ? words[1] : "");
  cli_help_overview(stderr, NULL);
  return CLI_USAGE;
}
