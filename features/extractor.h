/* One thread's scratch for extraction. Private to features. */
#ifndef SLANT_FEATURES_EXTRACTOR_H
#define SLANT_FEATURES_EXTRACTOR_H

#include "features/pipeline_private.h"

enum { SLANT_LOG_TF = 64 }; /* 1 + ln tf is kept for tf below this */

struct slant_extractor {
  const slant_pipeline *pipeline;
  slant_view view;
  void *scratch[SLANT_MAX_SCORERS]; /* of the resources' scorers */
  float *scores;                    /* theirs, one after the other */
  float *raw;                       /* n_dense values as the stages fill them */
  float *dense;                     /* n_dense, standardised */
  slant_lookup lookup;              /* open from the first vector on */
  uint32_t *taken;                  /* features as they were counted */
  uint32_t *index;
  float *value;
  size_t capacity;       /* of the three */
  slant_kept_block kept; /* of character n-grams, in target mode */
  float log_tf[SLANT_LOG_TF];
};

/* Builds the view, lets every sparse stage emit into `emitter` and every dense stage fill extractor->raw, but
 * where features are only named. */
int slant_extractor_run(slant_extractor *extractor, slant_example example, slant_emitter *emitter, slant_error *error);

#endif
