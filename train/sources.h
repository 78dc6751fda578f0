/* What training options name for the pipeline to take in: lexicons, word vectors, auxiliary bundles. Private to train.
 */
#ifndef SLANT_TRAIN_SOURCES_H
#define SLANT_TRAIN_SOURCES_H

#include "common/memory.h"

#include <slant/trainer.h>

typedef struct slant_named_sources {
  slant_sources sources; /* points into the rest */
  const char *lexicons[SLANT_MAX_SOURCES];
  slant_bundle *bundles[SLANT_MAX_SCORERS];
  slant_scorer scorers[SLANT_MAX_SCORERS];
  slant_arena arena; /* paths */
} slant_named_sources;

/* Opens the bundles; lexicons and vectors are read by whoever makes the pipeline. On failure nothing is held. */
int slant_named_sources_open(slant_named_sources *out, const slant_train_options *options, slant_error *error);
/* After the pipeline that was made with them. */
void slant_named_sources_close(slant_named_sources *sources);

#endif
