/* Clean text → tokens with lower-case forms. Private to features. */
#ifndef SLANT_FEATURES_TOKENS_H
#define SLANT_FEATURES_TOKENS_H

#include "common/memory.h"
#include "features/hashtags.h"
#include "features/normalise.h"

#include <slant/document.h>

typedef struct slant_tokens {
  slant_token *items;
  uint32_t *turns;                 /* the tokens at which sentences turn: . ! ? " : and the first of a line */
  size_t count, n_turns, capacity; /* capacity: of items and of turns */
  slant_buffer forms;              /* " form form … form ": each form has a space on both sides; it can be
                                       read in words */
  slant_frequencies frequencies;
  bool by_point; /* set by tests: every character by its Unicode properties, without the short way for ASCII */
} slant_tokens;

/* Fills `tokens`, whose memory is reused; sentence numbers and SLANT_TOKEN_STARTS are left 0. False: no memory. */
bool slant_tokenise(slant_tokens *tokens, const slant_clean *clean);
/* The tokens that begin in bytes [from, to) of a text, which white space or the text's ends enclose; only their forms,
 * hashes and kinds count. `after_word`: a word or number is the last token before them, and stands first here. Returns
 * where the last one ends, at least `to`; 0: no memory. */
size_t slant_tokenise_stretch(slant_tokens *tokens, const slant_clean *clean, size_t from, size_t to, bool after_word);
void slant_tokens_free(slant_tokens *tokens);

#endif
