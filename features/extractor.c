#include "features/extractor.h"

#include <math.h>
#include <stdlib.h>

static int open_scorers(slant_extractor *extractor, slant_error *error) {
  const slant_resources *resources = &extractor->pipeline->resources;
  extractor->scores = slant_alloc_zero(slant_resources_n_scores(resources), sizeof *extractor->scores);
  int status = extractor->scores ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for an extractor");
  for (size_t i = 0; i < resources->n_scorers && !status; i++)
    status = resources->scorers[i].open(resources->scorers[i].context, &extractor->scratch[i], error);
  extractor->view.scores = extractor->scores;
  return status;
}

static int ask_scorers(slant_extractor *extractor, slant_example example, slant_error *error) {
  const slant_resources *resources = &extractor->pipeline->resources;
  float *scores = extractor->scores;
  for (size_t i = 0; i < resources->n_scorers; i++) {
    const slant_scorer *scorer = &resources->scorers[i];
    slant_example seen = example;
    if (scorer->mode == SLANT_MODE_DOCUMENT) seen.first = seen.last = 0;
    int status = scorer->score(extractor->scratch[i], seen, scores, error);
    if (status) return status;
    scores += scorer->n_outputs;
  }
  return SLANT_OK;
}

int slant_extractor_new(slant_extractor **out, const slant_pipeline *pipeline, slant_error *error) {
  slant_extractor *extractor = slant_alloc_zero(1, sizeof *extractor);
  *out = NULL;
  if (!extractor) return slant_fail(error, SLANT_E_MEMORY, "no memory for an extractor");
  extractor->pipeline = pipeline;
  slant_view_init(&extractor->view, pipeline->mode);
  extractor->raw = slant_alloc_zero(pipeline->n_dense, sizeof *extractor->raw);
  extractor->dense = slant_alloc_zero(pipeline->n_dense, sizeof *extractor->dense);
  int status = extractor->raw && extractor->dense ? open_scorers(extractor, error)
                                                  : slant_fail(error, SLANT_E_MEMORY, "no memory for an extractor");
  if (status)
    slant_extractor_free(extractor);
  else
    *out = extractor;
  return status;
}

void slant_extractor_free(slant_extractor *extractor) {
  if (!extractor) return;
  slant_view_free(&extractor->view);
  for (size_t i = 0; i < SLANT_MAX_SCORERS; i++)
    if (extractor->scratch[i]) extractor->pipeline->resources.scorers[i].close(extractor->scratch[i]);
  free(extractor->scores);
  free(extractor->raw);
  free(extractor->dense);
  free(extractor->counts);
  free(extractor->touched);
  free(extractor->index);
  free(extractor->value);
  free(extractor);
}

int slant_extractor_run(slant_extractor *extractor, slant_example example, slant_emitter *emitter, slant_error *error) {
  const slant_pipeline *pipeline = extractor->pipeline;
  bool dense = emitter->mode != SLANT_EMIT_NAME; /* columns have their names from the stages */
  int status = slant_view_build(&extractor->view, &pipeline->resources, example, pipeline->needs_places, error);
  if (!status && dense) status = ask_scorers(extractor, example, error);
  for (uint32_t i = 0; !status && i < pipeline->n_stages; i++) {
    const slant_pipeline_stage *entry = &pipeline->stages[i];
    if (entry->stage->emit) {
      emitter->block = entry->block;
      entry->stage->emit(emitter, &extractor->view, &entry->options);
    } else if (dense) {
      entry->stage->fill(&extractor->view, extractor->raw + entry->first);
    }
  }
  if (!status && emitter->failed) status = slant_fail(error, SLANT_E_MEMORY, "no memory to count n-grams");
  return status;
}

/* Room for every feature of a pipeline that was frozen after the extractor was made, or before. */
static bool make_ready(slant_extractor *extractor) {
  uint32_t n = extractor->pipeline->n_sparse;
  if (extractor->counts && extractor->ready == n) return true;
  free(extractor->counts);
  free(extractor->touched);
  extractor->counts = slant_alloc_zero(n, sizeof *extractor->counts);
  extractor->touched = slant_alloc_zero((size_t)n / 64 + 1, sizeof *extractor->touched);
  extractor->ready = n;
  return extractor->counts && extractor->touched;
}

/* Moves the counts into (index, value), ascending, and leaves them zero. Returns the number, or -1: no memory. */
static int64_t gather(slant_extractor *extractor) {
  size_t n = 0, words = (size_t)extractor->ready / 64 + 1;
  for (size_t w = 0; w < words; w++) {
    uint64_t bits = extractor->touched[w];
    if (!bits) continue;
    extractor->touched[w] = 0;
    for (; bits; bits &= bits - 1) {
      uint32_t feature = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits);
      if (!slant_grow(&extractor->index, &extractor->index_capacity, n, sizeof *extractor->index) ||
          !slant_grow(&extractor->value, &extractor->value_capacity, n, sizeof *extractor->value))
        return -1;
      extractor->index[n] = feature;
      extractor->value[n++] = (float)extractor->counts[feature];
      extractor->counts[feature] = 0;
    }
  }
  return (int64_t)n;
}

/* Weighs one block: tf · idf, then the L2 norm becomes the block's weight. */
static void weigh(const slant_pipeline *pipeline, const slant_pipeline_stage *entry, const uint32_t *index,
                  float *value, size_t n) {
  double squares = 0;
  for (size_t i = 0; i < n; i++) {
    float tf = value[i];
    if (entry->options.tf == SLANT_TF_BINARY) tf = 1;
    if (entry->options.tf == SLANT_TF_LOG && tf > 1) tf = 1 + logf(tf);
    value[i] = tf * pipeline->idf[index[i]];
    squares += (double)value[i] * value[i];
  }
  float factor = squares > 0 ? (float)(entry->options.weight / sqrt(squares)) : 0;
  for (size_t i = 0; i < n; i++) value[i] *= factor;
}

static void standardise(const slant_extractor *extractor) {
  const slant_pipeline *pipeline = extractor->pipeline;
  for (uint32_t s = 0; s < pipeline->n_stages; s++) {
    const slant_pipeline_stage *entry = &pipeline->stages[s];
    float clip = (float)entry->options.clip, weight = entry->factor;
    for (uint32_t k = entry->first; entry->stage->fill && k < entry->end; k++) {
      float z = (extractor->raw[k] - pipeline->centre[k]) * pipeline->scale[k];
      extractor->dense[k] = (z > clip ? clip : z < -clip ? -clip : z) * weight;
    }
  }
}

int slant_extract(slant_extractor *extractor, slant_example example, slant_vector *out, slant_error *error) {
  const slant_pipeline *pipeline = extractor->pipeline;
  if (!pipeline->frozen) return slant_fail(error, SLANT_E_ARGUMENT, "vectors need a frozen pipeline");
  if (!make_ready(extractor)) return slant_fail(error, SLANT_E_MEMORY, "no memory for a vector");
  slant_emitter emitter = {.mode = SLANT_EMIT_LOOK_UP,
                           .table = &pipeline->table,
                           .counts = extractor->counts,
                           .touched = extractor->touched};
  int status = slant_extractor_run(extractor, example, &emitter, error);
  if (status) return status;
  int64_t n = gather(extractor);
  if (n < 0) return slant_fail(error, SLANT_E_MEMORY, "no memory for a vector");
  uint32_t at = 0;
  for (uint32_t s = 0; s < pipeline->n_stages; s++) {
    const slant_pipeline_stage *entry = &pipeline->stages[s];
    if (!entry->stage->emit) continue;
    uint32_t from = at;
    while (at < n && extractor->index[at] < entry->end) at++;
    if (at > from) weigh(pipeline, entry, extractor->index + from, extractor->value + from, at - from);
  }
  standardise(extractor);
  *out = (slant_vector){extractor->index, extractor->value, (uint32_t)n, extractor->dense, pipeline->n_dense};
  return SLANT_OK;
}
