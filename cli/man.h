/* Man pages (roff, man macros) on standard output, from the same tables as help. */
#ifndef SLANT_CLI_MAN_H
#define SLANT_CLI_MAN_H

/* `slant man [COMMAND]`: the page of a command, or of the program. Returns an exit code. */
int cli_man(int n_words, char **words);

#endif
