/* Inside a pipeline. Private to features. */
#ifndef SLANT_FEATURES_PIPELINE_PRIVATE_H
#define SLANT_FEATURES_PIPELINE_PRIVATE_H

#include "features/stage.h"

enum { SLANT_MAX_STAGES = 8 };

typedef struct slant_pipeline_stage {
  const slant_stage *stage;
  slant_stage_options options;
  uint32_t block;      /* sparse: number of its block */
  float factor;        /* dense: of a standardised value */
  uint32_t first, end; /* its features: sparse numbers, or columns of the dense part */
} slant_pipeline_stage;

struct slant_pipeline {
  slant_mode mode;
  slant_pipeline_stage stages[SLANT_MAX_STAGES];
  uint32_t n_stages;
  slant_buffer specification; /* canonical text */
  bool needs_places, frozen;
  slant_resources resources;
  uint32_t n_sparse, n_dense;

  /* growing */
  uint32_t n_examples;
  slant_counts growing;
  double *mean, *squares; /* n_dense: running mean and sum of squared deviations (Welford 1962) */

  /* frozen */
  slant_vocabulary vocabulary;
  const float *idf;            /* n_sparse */
  const float *centre, *scale; /* n_dense: a value becomes clip((value - centre) * scale) * weight */
  slant_arena name_arena;
  slant_str *names;             /* n_sparse, while training; from a bundle they are read in place */
  const uint64_t *name_offsets; /* n_sparse + 1 */
  const char *name_bytes;
  void *owned_vocabulary, *owned_numbers;      /* NULL where they stand in a bundle */
  uint64_t *owned_keys;                        /* n_sparse, while training */
  slant_buffer numbers_section, names_section; /* made by export */
  char (*dense_names)[64];
};

/* The specification's stages into the pipeline; it has no vocabulary yet. */
int slant_pipeline_parse(slant_pipeline *pipeline, slant_str specification, slant_error *error);
/* The stage that a sparse feature of a frozen pipeline is of. */
const slant_pipeline_stage *slant_pipeline_sparse_stage(const slant_pipeline *pipeline, uint32_t feature);
/* Whether vectors come of the hashes of a document's tokens alone. */
bool slant_pipeline_hashes_suffice(const slant_pipeline *pipeline);
/* Fills dense_names once the stages are known. */
bool slant_pipeline_name_dense(slant_pipeline *pipeline);
/* Sets each sparse stage's range of features from their keys, in the order of their numbers. */
void slant_pipeline_set_ranges(slant_pipeline *pipeline, const uint64_t *keys, uint32_t n);

#endif
