/* Clean text → the hashes of its tokens, for pipelines that look at nothing else. Private to features. */
#ifndef SLANT_FEATURES_HASHES_H
#define SLANT_FEATURES_HASHES_H

#include "features/classes.h"
#include "features/tokens.h"

typedef struct slant_hashes {
  uint64_t *items;
  size_t count, capacity;
  slant_classify *classify; /* NULL: the best that there is; set by tests */
} slant_hashes;

/* The hash of every token that slant_tokenise() finds, in order; `tokens` is scratch. False: no memory. */
bool slant_hash_tokens(slant_hashes *hashes, slant_tokens *tokens, const slant_clean *clean);
/* The same of tokens that are there already. */
bool slant_hashes_take(slant_hashes *hashes, const slant_tokens *tokens);

#endif
