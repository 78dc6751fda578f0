#include "cli/suggest.h"

#include <string.h>

enum { LETTERS = 31 };

static unsigned least(unsigned a, unsigned b) {
  return a < b ? a : b;
}

unsigned cli_distance(const char *a, const char *b) {
  size_t na = strnlen(a, LETTERS), nb = strnlen(b, LETTERS);
  unsigned d[LETTERS + 1][LETTERS + 1];
  for (size_t i = 0; i <= na; i++) d[i][0] = (unsigned)i;
  for (size_t j = 0; j <= nb; j++) d[0][j] = (unsigned)j;
  for (size_t i = 1; i <= na; i++)
    for (size_t j = 1; j <= nb; j++) {
      d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[na][nb];
}

/* Near is at most a third of the word wrong, or the beginning of the candidate. */
void cli_suggest(cli_suggestion *suggestion, const char *candidate) {
  size_t len = strlen(suggestion->word);
  unsigned distance = cli_distance(suggestion->word, candidate);
  if (len >= 2 && strncmp(suggestion->word, candidate, len) == 0) distance = 1;
  if (distance > 1 + len / 4 || distance >= len) return;
  if (suggestion->best && suggestion->distance <= distance) return;
  suggestion->best = candidate;
  suggestion->distance = distance;
}
