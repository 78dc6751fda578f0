/* Tokens → sentences. Private to features. */
#ifndef SLANT_FEATURES_SENTENCES_H
#define SLANT_FEATURES_SENTENCES_H

#include "features/tokens.h"

typedef struct slant_sentences {
  slant_sentence *items;
  size_t count, capacity;
} slant_sentences;

/* Cuts the tokens of `clean` into sentences and sets each token's sentence and SLANT_TOKEN_STARTS. False: no memory. */
bool slant_split_sentences(slant_sentences *sentences, slant_tokens *tokens, const slant_clean *clean);

#endif
