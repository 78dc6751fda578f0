/* "Did you mean …?" */
#ifndef SLANT_CLI_SUGGEST_H
#define SLANT_CLI_SUGGEST_H

#include <stddef.h>

/* Changes of one letter (or swaps of two neighbours) between two words: the optimal string alignment distance. Words
 * are compared up to 31 letters. */
unsigned cli_distance(const char *a, const char *b);

typedef struct cli_suggestion {
  const char *word; /* typed */
  const char *best; /* the nearest so far, NULL: none is near */
  unsigned distance;
} cli_suggestion;

void cli_suggest(cli_suggestion *suggestion, const char *candidate);

#endif
