/* A frozen pipeline with some of its sparse features only. */
#include "features/pipeline_private.h"

#include <stdlib.h>

/* What takes the place of the pipeline's own. */
typedef struct selection {
  uint64_t *keys; /* of the features, in the order of their numbers */
  slant_vocabulary vocabulary;
  void *owned;    /* of the vocabulary */
  float *numbers; /* idf, centre, scale */
  slant_str *names;
  uint32_t n_kept;
} selection;

/* The kept features' keys, in the order of their numbers. */
static bool take_keys(selection *out, const slant_pipeline *pipeline, const bool *keep) {
  out->keys = slant_alloc(pipeline->n_sparse, sizeof *out->keys);
  if (!out->keys) return false;
  for (uint32_t f = 0; f < pipeline->n_sparse; f++)
    if (keep[f]) out->keys[out->n_kept++] = pipeline->owned_keys[f];
  return true;
}

static bool take_values(selection *out, const slant_pipeline *pipeline, const bool *keep) {
  size_t n_dense = pipeline->n_dense;
  out->numbers = slant_alloc((size_t)out->n_kept + 2 * n_dense, sizeof *out->numbers);
  out->names = slant_alloc(out->n_kept, sizeof *out->names);
  if (!out->numbers || !out->names) return false;
  for (uint32_t f = 0, to = 0; f < pipeline->n_sparse; f++) {
    if (!keep[f]) continue;
    out->numbers[to] = pipeline->idf[f];
    out->names[to++] = pipeline->names[f];
  }
  if (!n_dense) return true;
  memcpy(out->numbers + out->n_kept, pipeline->centre, n_dense * sizeof *out->numbers);
  memcpy(out->numbers + out->n_kept + n_dense, pipeline->scale, n_dense * sizeof *out->numbers);
  return true;
}

int slant_pipeline_select(slant_pipeline *pipeline, const bool *keep, slant_error *error) {
  selection chosen = {0};
  if (!pipeline->frozen || !pipeline->owned_keys)
    return slant_fail(error, SLANT_E_ARGUMENT, "features are selected from a pipeline that was just frozen");
  bool ok = take_keys(&chosen, pipeline, keep) && take_values(&chosen, pipeline, keep) &&
            slant_vocabulary_build(&chosen.vocabulary, &chosen.owned, chosen.keys, chosen.numbers, chosen.n_kept);
  if (ok) {
    slant_pipeline_set_ranges(pipeline, chosen.keys, chosen.n_kept);
    free(pipeline->owned_vocabulary);
    free(pipeline->owned_keys);
    free(pipeline->owned_numbers);
    free(pipeline->names);
    pipeline->n_sparse = chosen.n_kept;
    pipeline->vocabulary = chosen.vocabulary;
    pipeline->owned_vocabulary = chosen.owned;
    pipeline->owned_keys = chosen.keys;
    pipeline->owned_numbers = chosen.numbers;
    pipeline->names = chosen.names;
    pipeline->idf = chosen.numbers;
    pipeline->centre = chosen.numbers + chosen.n_kept;
    pipeline->scale = pipeline->centre + pipeline->n_dense;
  } else {
    free(chosen.keys);
    free(chosen.numbers);
    free(chosen.names);
  }
  return ok ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for the feature pipeline");
}
