/*
 * Hashtags and user names cut into words: "#MakePeaceNow" → make peace now. Where the case is mixed it says where;
 * else the likeliest split is found by the Viterbi algorithm over word frequencies (Norvig 2009, "Natural Language
 * Corpus Data"): a word of rank r has a probability proportional to 1 / (r + 2.7) (Zipf and Mandelbrot), an unknown one
 * of n letters 10 / (T · 10^n). Private to features.
 */
#ifndef SLANT_FEATURES_HASHTAGS_H
#define SLANT_FEATURES_HASHTAGS_H

#include "features/table.h"

enum { SLANT_MAX_TAG = 64 }; /* bytes of a name that are cut; longer ones are left whole */

typedef struct slant_frequencies {
  slant_table table; /* hash of a word → its rank */
  slant_slot *slots; /* NULL until it is first needed: most texts have no tag */
} slant_frequencies;

/* Cuts a name without its # or @: ends[k] is where word k ends, signs between words belong to none of them. Returns the
 * number of words, 0 where the name is too long or not ASCII, -1: no memory. */
int slant_cut_tag(slant_frequencies *frequencies, slant_str name, uint8_t starts[SLANT_MAX_TAG],
                  uint8_t ends[SLANT_MAX_TAG]);
void slant_frequencies_free(slant_frequencies *frequencies);

#endif
