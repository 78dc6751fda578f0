/* What a slant_document keeps from one text to the next. Private to features. */
#ifndef SLANT_FEATURES_DOCUMENT_SCRATCH_H
#define SLANT_FEATURES_DOCUMENT_SCRATCH_H

#include "features/sentences.h"

#include <slant/actors.h>

struct slant_document_scratch {
  slant_clean clean;
  slant_tokens tokens;
  slant_sentences sentences;
  slant_mention *mentions;
  size_t mention_capacity;
};

#endif
