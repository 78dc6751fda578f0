/* Inside a bundle. Private to models. */
#ifndef SLANT_MODELS_BUNDLE_PRIVATE_H
#define SLANT_MODELS_BUNDLE_PRIVATE_H

#include "common/file.h"
#include "common/memory.h"
#include "models/container.h"

#include <slant/bundle.h>

enum { SLANT_DEEPEST_BUNDLE = 3 }; /* a bundle in a bundle in a bundle */

struct slant_bundle {
  slant_mapping file; /* empty when the bytes are the caller's */
  const void *data;   /* the whole bundle */
  uint64_t size;
  slant_container container;
  slant_bundle *auxiliaries[SLANT_MAX_SCORERS]; /* in sections of this one; NULL behind the last */
  int height;                                   /* 1: carries none; else one more than the highest of them */
  slant_pipeline *pipeline;
  slant_actors *actors;
  slant_bank *banks;
  uint32_t n_banks;
  slant_arena arena;
};

/* "aux0" …: the sections that hold the bundles which lend the pipeline their scores. */
void slant_auxiliary_section_name(char name[9], uint32_t index);

#endif
