#include "features/hashtags.h"

#include "common/embed.h"
#include "common/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

SLANT_EMBED(slant_frequent, "features/data/frequencies.txt");

enum { MAX_WORD = 20, N_FREQUENT = 30000 };

#define LN_SUM     2.25F  /* ln Σ 1 / (r + 2.7) over the table's ranks */
#define LN_UNKNOWN (-15)  /* ln 10 / T, of a corpus of T = 35 million words */
#define LN_LETTER  2.303F /* ln 10 */

static bool load(slant_frequencies *frequencies) {
  if (frequencies->slots) return true;
  uint64_t *keys = slant_alloc(N_FREQUENT, sizeof *keys);
  uint32_t n = 0;
  if (!keys) return false;
  for (slant_str rest = {slant_frequent_begin, (size_t)(slant_frequent_end - slant_frequent_begin)};
       rest.len && n < N_FREQUENT;) {
    slant_str word = slant_str_cut(&rest, '\n');
    keys[n++] = slant_table_key(slant_hash_word(word.ptr, word.len));
  }
  frequencies->slots = slant_table_build(&frequencies->table, keys, n);
  free(keys);
  return frequencies->slots != NULL;
}

void slant_frequencies_free(slant_frequencies *frequencies) {
  free(frequencies->slots);
  *frequencies = (slant_frequencies){0};
}

static bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
static bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* ln of a word's probability. */
static float weigh(const slant_frequencies *frequencies, const char *word, size_t len) {
  uint32_t rank = slant_table_find(&frequencies->table, slant_table_key(slant_hash_word(word, len)));
  if (rank == SLANT_ABSENT) return LN_UNKNOWN - LN_LETTER * (float)len;
  return -logf((float)rank + 2.7F) - LN_SUM;
}

/* The likeliest words of lower-case letters [from, to) of `name`. */
static int split_letters(const slant_frequencies *frequencies, const char *name, size_t from, size_t to,
                         uint8_t *starts, uint8_t *ends) {
  float best[SLANT_MAX_TAG + 1] = {0};
  uint8_t back[SLANT_MAX_TAG + 1] = {0};
  int n = 0;
  for (size_t end = from + 1; end <= to; end++) {
    best[end - from] = -INFINITY;
    for (size_t begin = end > from + MAX_WORD ? end - MAX_WORD : from; begin < end; begin++) {
      float score = best[begin - from] + weigh(frequencies, name + begin, end - begin);
      if (score <= best[end - from]) continue;
      best[end - from] = score;
      back[end - from] = (uint8_t)begin;
    }
  }
  for (size_t at = to; at > from; at = back[at - from]) {
    starts[n] = back[at - from];
    ends[n++] = (uint8_t)at;
  }
  for (int i = 0; i < n / 2; i++) { /* found from the end */
    uint8_t start = starts[i], end = ends[i];
    starts[i] = starts[n - 1 - i], ends[i] = ends[n - 1 - i];
    starts[n - 1 - i] = start, ends[n - 1 - i] = end;
  }
  return n;
}

/* End of the word that starts at `from` in letters of mixed case: "USAToday" has USA and Today. */
static size_t camel_end(const char *name, size_t from, size_t to) {
  size_t at = from + 1;
  if (is_upper(name[from]) && at < to && is_upper(name[at])) {
    while (at < to && is_upper(name[at]) && !(at + 1 < to && is_lower(name[at + 1]))) at++;
    return at;
  }
  while (at < to && is_lower(name[at])) at++;
  return at;
}

static bool is_mixed(const char *name, size_t from, size_t to) {
  for (size_t i = from + 1; i < to; i++)
    if (is_upper(name[i]) && is_lower(name[i - 1])) return true;
  return false;
}

int slant_cut_tag(slant_frequencies *frequencies, slant_str name, uint8_t starts[SLANT_MAX_TAG],
                  uint8_t ends[SLANT_MAX_TAG]) {
  char lower[SLANT_MAX_TAG];
  int n = 0;
  if (name.len > SLANT_MAX_TAG) return 0;
  for (size_t i = 0; i < name.len; i++) {
    if ((unsigned char)name.ptr[i] >= 0x80) return 0;
    lower[i] = is_upper(name.ptr[i]) ? (char)(name.ptr[i] | 32) : name.ptr[i];
  }
  if (!load(frequencies)) return -1;
  for (size_t at = 0, to; at < name.len; at = to) {
    to = at + 1;
    if (is_digit(lower[at])) {
      while (to < name.len && is_digit(lower[to])) to++;
      starts[n] = (uint8_t)at, ends[n++] = (uint8_t)to;
    } else if (is_lower(lower[at])) {
      while (to < name.len && is_lower(lower[to])) to++;
      if (is_mixed(name.ptr, at, to)) {
        for (size_t from = at, end; from < to; from = end) {
          end = camel_end(name.ptr, from, to);
          starts[n] = (uint8_t)from, ends[n++] = (uint8_t)end;
        }
      } else {
        n += split_letters(frequencies, lower, at, to, starts + n, ends + n);
      }
    }
  }
  return n;
}
