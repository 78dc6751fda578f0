#include "cli/commands.h"

#include <string.h>

const cli_command *const cli_commands[] = {
#define CLI_ADDRESS(name) &cli_command_##name,
    CLI_COMMANDS(CLI_ADDRESS)
#undef CLI_ADDRESS
        NULL};

/* How many words of `name` the words match: all of them, or 0. */
static int matches(const char *name, int n_words, char *const *words) {
  int n = 0;
  for (const char *at = name; at; n++) {
    size_t len = strcspn(at, " ");
    if (n >= n_words || strlen(words[n]) != len || strncmp(words[n], at, len) != 0) return 0;
    at = at[len] ? at + len + 1 : NULL;
  }
  return n;
}

const cli_command *cli_find_command(int n_words, char *const *words, int *used) {
  for (int i = 0; cli_commands[i]; i++) {
    *used = matches(cli_commands[i]->name, n_words, words);
    if (*used) return cli_commands[i];
  }
  return NULL;
}

int cli_is_group(const char *word) {
  size_t len = strlen(word);
  for (int i = 0; cli_commands[i]; i++)
    if (strncmp(cli_commands[i]->name, word, len) == 0 && cli_commands[i]->name[len] == ' ') return 1;
  return 0;
}
