/* One thread's scratch for extraction. Private to features. */
#ifndef SLANT_FEATURES_EXTRACTOR_H
#define SLANT_FEATURES_EXTRACTOR_H

#include "features/pipeline_private.h"

struct slant_extractor {
  const slant_pipeline *pipeline;
  slant_view view;
  void *scratch[SLANT_MAX_SCORERS]; /* of the resources' scorers */
  float *scores;                    /* theirs, one after the other */
  float *raw;                       /* n_dense values as the stages fill them */
  float *dense;                     /* n_dense, standardised */
  uint32_t *counts;                 /* n_sparse, zero between examples */
  uint64_t *touched;                /* bits of counts that are not zero */
  uint32_t ready;                   /* n_sparse that counts and touched have room for */
  uint32_t *index;
  float *value;
  size_t index_capacity, value_capacity;
};

/* Builds the view, lets every sparse stage emit into `emitter` and every dense stage fill extractor->raw, but
 * where features are only named. */
int slant_extractor_run(slant_extractor *extractor, slant_example example, slant_emitter *emitter, slant_error *error);

#endif
