/* What a slant_document keeps from one text to the next. Private to features. */
#ifndef SLANT_FEATURES_DOCUMENT_SCRATCH_H
#define SLANT_FEATURES_DOCUMENT_SCRATCH_H

#include "features/hashes.h"
#include "features/sentences.h"

#include <slant/actors.h>

struct slant_document_scratch {
  slant_clean clean;
  slant_tokens tokens;
  slant_sentences sentences;
  slant_hashes hashes;
  slant_mention *mentions;
  size_t mention_capacity;
};

/* A text of which only the hashes of its tokens are asked for: tokens and forms stay empty, and n_sentences 0. Status
 * and hashes are those of slant_document_read(). */
int slant_document_read_hashes(slant_document *document, slant_str text, slant_error *error);

#endif
