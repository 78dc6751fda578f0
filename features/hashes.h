/* Clean text → the hashes of its tokens, for pipelines that look at nothing else. Private to features. */
#ifndef SLANT_FEATURES_HASHES_H
#define SLANT_FEATURES_HASHES_H

#include "features/classes.h"
#include "features/tokens.h"

/* Over a whole text, for one instruction set. */
struct slant_hash_scan;
typedef void slant_hash_pass(struct slant_hash_scan *scan);

typedef struct slant_hashes {
  uint64_t *items;
  size_t count, capacity;
  slant_hash_pass *pass; /* NULL: the best that there is; set by tests */
} slant_hashes;

/* NULL: not compiled for this processor, or it has no such registers. */
slant_hash_pass *slant_kernel_hash_pass(slant_kernel kernel);

/* The hash of every token that slant_tokenise() finds, in order; `tokens` is scratch. False: no memory. */
bool slant_hash_tokens(slant_hashes *hashes, slant_tokens *tokens, const slant_clean *clean);
/* The same of tokens that are there already. */
bool slant_hashes_take(slant_hashes *hashes, const slant_tokens *tokens);

#endif
