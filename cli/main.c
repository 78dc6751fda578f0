/* slant: finds the command and runs it. Everything else is in the command's own file. */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/man.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/suggest.h"

#include <string.h>

static int unknown_command(const char *group, const char *word) {
  cli_suggestion suggestion = {.word = word};
  size_t skip = group ? strlen(group) + 1 : 0;
  for (int i = 0; cli_commands[i]; i++)
    if (!group || strncmp(cli_commands[i]->name, group, skip - 1) == 0)
      cli_suggest(&suggestion, cli_commands[i]->name + skip);
  if (suggestion.best)
    cli_fail("unknown command '%s'; did you mean '%s'?", word, suggestion.best);
  else
    cli_fail("unknown command '%s'", word);
  cli_say("'slant help%s%s' lists the commands.", group ? " " : "", group ? group : "");
  return CLI_USAGE;
}

/* What can stand where a command should: `group` is the first word of a command of two words, or NULL. */
static int no_command(const char *group, const char *word) {
  char *words[] = {(char *)(uintptr_t)group};
  if (word && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) return cli_help(group ? 1 : 0, words);
  if (word && strcmp(word, "--version") == 0) return cli_help_version();
  if (word && word[0] != '-') return unknown_command(group, word);
  if (word) cli_fail("unknown option '%s'; a command comes first", word);
  cli_help_overview(stderr, group);
  return CLI_USAGE;
}

int main(int argc, char **argv) {
  int n_words = argc - 1, used;
  char **words = argv + 1;
  if (n_words < 1) return no_command(NULL, NULL);
  if (strcmp(words[0], "help") == 0) return cli_help(n_words - 1, words + 1);
  if (strcmp(words[0], "man") == 0) return cli_man(n_words - 1, words + 1);
  const cli_command *command = cli_find_command(n_words, words, &used);
  if (!command && cli_is_group(words[0])) return no_command(words[0], n_words > 1 ? words[1] : NULL);
  if (!command) return no_command(NULL, words[0]);
  cli_signals_catch();
  return command->run(command, argc - used, argv + used);
}
