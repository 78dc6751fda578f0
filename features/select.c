/* A frozen pipeline with some of its sparse features only. */
#include "features/pipeline_private.h"

#include <stdlib.h>

/* What takes the place of the pipeline's own. */
typedef struct selection {
  uint64_t *keys; /* of the features, in the order of their numbers */
  slant_table table;
  slant_slot *slots;
  float *numbers; /* idf, centre, scale */
  slant_str *names;
  uint32_t n_kept;
} selection;

/* The kept features' keys, in the order of their numbers. */
static bool take_keys(selection *out, const slant_pipeline *pipeline, const bool *keep) {
  out->keys = slant_alloc(pipeline->n_sparse, sizeof *out->keys);
  if (!out->keys) return false;
  for (uint64_t i = 0; i <= pipeline->table.mask; i++)
    if (pipeline->table.slots[i].key) out->keys[pipeline->table.slots[i].value] = pipeline->table.slots[i].key;
  for (uint32_t f = 0; f < pipeline->n_sparse; f++)
    if (keep[f]) out->keys[out->n_kept++] = out->keys[f];
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
  if (!pipeline->frozen || !pipeline->owned_numbers)
    return slant_fail(error, SLANT_E_ARGUMENT, "features are selected from a pipeline that was just frozen");
  bool ok = take_keys(&chosen, pipeline, keep) && take_values(&chosen, pipeline, keep);
  if (ok)
    ok = (chosen.slots = slant_vocabulary_table(&chosen.table, chosen.keys, chosen.numbers, chosen.n_kept)) != NULL;
  if (ok) {
    slant_pipeline_set_ranges(pipeline, chosen.keys, chosen.n_kept);
    free(pipeline->owned_slots);
    free(pipeline->owned_numbers);
    free(pipeline->names);
    pipeline->n_sparse = chosen.n_kept;
    pipeline->table = chosen.table;
    pipeline->owned_slots = chosen.slots;
    pipeline->owned_numbers = chosen.numbers;
    pipeline->names = chosen.names;
    pipeline->idf = chosen.numbers;
    pipeline->centre = chosen.numbers + chosen.n_kept;
    pipeline->scale = pipeline->centre + pipeline->n_dense;
  } else {
    free(chosen.numbers);
    free(chosen.names);
  }
  free(chosen.keys);
  return ok ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for the feature pipeline");
}
