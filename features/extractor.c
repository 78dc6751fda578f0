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
  for (int tf = 1; tf < SLANT_LOG_TF; tf++) extractor->log_tf[tf] = 1 + logf((float)tf);
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
  slant_lookup_free(&extractor->lookup);
  free(extractor->taken);
  free(extractor->index);
  free(extractor->value);
  free(extractor->kept.index);
  free(extractor->kept.value);
  free(extractor);
}

int slant_extractor_run(slant_extractor *extractor, slant_example example, slant_emitter *emitter, slant_error *error) {
  const slant_pipeline *pipeline = extractor->pipeline;
  bool dense = emitter->mode != SLANT_EMIT_NAME; /* columns have their names from the stages */
  bool whole = example.document->tokens || !example.document->n_tokens;
  if (!whole && (emitter->mode != SLANT_EMIT_LOOK_UP || !slant_pipeline_hashes_suffice(pipeline)))
    return slant_fail(error, SLANT_E_ARGUMENT, "this asks for more of a text than was read; read it whole");
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

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for a vector");
}

static bool make_room(slant_extractor *extractor, size_t n) {
  if (n <= extractor->capacity) return true;
  size_t capacity = n + n / 2;
  free(extractor->taken);
  free(extractor->index);
  free(extractor->value);
  extractor->taken = slant_alloc(capacity, sizeof *extractor->taken);
  extractor->index = slant_alloc(capacity, sizeof *extractor->index);
  extractor->value = slant_alloc(capacity, sizeof *extractor->value);
  extractor->capacity = extractor->taken && extractor->index && extractor->value ? capacity : 0;
  return extractor->capacity;
}

/* idf of features that count once; returns the sum of its squares: four side by side, for each addition waits for the
 * one before. */
static double take_idf(const float *idf, const uint32_t *index, float *value, size_t n) {
  double squares[4] = {0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t k = 0; k < 4; k++) {
      value[i + k] = idf[index[i + k]];
      squares[k] += (double)value[i + k] * (double)value[i + k];
    }
  for (; i < n; i++) {
    value[i] = idf[index[i]];
    squares[0] += (double)value[i] * (double)value[i];
  }
  return (squares[0] + squares[1]) + (squares[2] + squares[3]);
}

/* The same with counts: tf · idf. */
static double take_tf_idf(slant_extractor *extractor, const slant_pipeline_stage *entry, const uint32_t *index,
                          float *value, size_t n) {
  const float *idf = extractor->pipeline->idf;
  double squares = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t count = slant_lookup_count(&extractor->lookup, index[i]);
    float tf = entry->options.tf == SLANT_TF_COUNT ? (float)count
               : count < SLANT_LOG_TF              ? extractor->log_tf[count]
                                                   : 1 + logf((float)count);
    value[i] = tf * idf[index[i]];
    squares += (double)value[i] * (double)value[i];
  }
  return squares;
}

/* Weighs one block: tf · idf, then the L2 norm becomes the block's weight. */
static void weigh(slant_extractor *extractor, const slant_pipeline_stage *entry, const uint32_t *index, float *value,
                  size_t n) {
  slant_lookup *lookup = &extractor->lookup;
  bool binary = entry->options.tf == SLANT_TF_BINARY;
  double squares =
      binary ? take_idf(extractor->pipeline->idf, index, value, n) : take_tf_idf(extractor, entry, index, value, n);
  for (size_t i = 0; binary && lookup->counts && i < n; i++) /* counted for another block's sake */
    slant_lookup_count(lookup, index[i]);
  float factor = squares > 0 ? (float)(entry->options.weight / sqrt(squares)) : 0;
  for (size_t i = 0; i < n; i++) value[i] *= factor;
}

/* Keeps a block for the next example; without memory it is made anew there. */
static void keep(slant_kept_block *kept, const uint32_t *index, const float *value, uint32_t n) {
  if (n > kept->capacity) {
    free(kept->index);
    free(kept->value);
    kept->capacity = n + n / 2;
    kept->index = slant_alloc(kept->capacity, sizeof *kept->index);
    kept->value = slant_alloc(kept->capacity, sizeof *kept->value);
    if (!kept->index || !kept->value) kept->capacity = 0;
  }
  kept->valid = n <= kept->capacity;
  kept->n = kept->valid ? n : 0;
  if (!kept->n) return;
  memcpy(kept->index, index, n * sizeof *index);
  memcpy(kept->value, value, n * sizeof *value);
}

/* The sparse part: block by block what was counted, or kept. Returns its length. */
static uint32_t weigh_blocks(slant_extractor *extractor) {
  const slant_pipeline *pipeline = extractor->pipeline;
  slant_kept_block *kept = &extractor->kept;
  uint32_t n_taken = slant_lookup_take(&extractor->lookup, extractor->taken), from = 0, n = 0;
  for (uint32_t s = 0; s < pipeline->n_stages; s++) {
    const slant_pipeline_stage *entry = &pipeline->stages[s];
    if (!entry->stage->emit) continue;
    uint32_t *index = extractor->index + n, to = from;
    float *value = extractor->value + n;
    if (n_taken && extractor->taken[n_taken - 1] < entry->end) to = n_taken; /* the last block with any */
    while (to < n_taken && extractor->taken[to] < entry->end) to++;
    uint32_t count = to - from;
    if (entry->stage == &slant_stage_chars && kept->again) {
      count = kept->n;
      if (count) memcpy(index, kept->index, count * sizeof *index);
      if (count) memcpy(value, kept->value, count * sizeof *value);
    } else {
      if (count) memcpy(index, extractor->taken + from, count * sizeof *index);
      weigh(extractor, entry, index, value, count);
      if (entry->stage == &slant_stage_chars && pipeline->mode == SLANT_MODE_TARGET) keep(kept, index, value, count);
    }
    from = to;
    n += count;
  }
  return n;
}

static void standardise(const slant_extractor *extractor) {
  const slant_pipeline *pipeline = extractor->pipeline;
  for (uint32_t s = 0; s < pipeline->n_stages; s++) {
    const slant_pipeline_stage *entry = &pipeline->stages[s];
    if (!entry->stage->fill) continue;
    const uint32_t k = entry->first;
    extractor->view.dense->standardise(extractor->dense + k, extractor->raw + k, pipeline->centre + k,
                                       pipeline->scale + k, (float)entry->options.clip, entry->factor, entry->end - k);
  }
}

static bool counts_occurrences(const slant_pipeline *pipeline) {
  for (uint32_t s = 0; s < pipeline->n_stages; s++)
    if (pipeline->stages[s].stage->emit && pipeline->stages[s].options.tf != SLANT_TF_BINARY) return true;
  return false;
}

int slant_extract(slant_extractor *extractor, slant_example example, slant_vector *out, slant_error *error) {
  const slant_pipeline *pipeline = extractor->pipeline;
  if (!pipeline->frozen) return slant_fail(error, SLANT_E_ARGUMENT, "vectors need a frozen pipeline");
  slant_lookup *lookup = &extractor->lookup;
  slant_kept_block *kept = &extractor->kept;
  if (!slant_lookup_open(lookup, &pipeline->vocabulary, counts_occurrences(pipeline))) return no_memory(error);
  slant_word_types *types = &extractor->view.types;
  if (types->vocabulary != pipeline->n_sparse) { /* features have other numbers */
    slant_word_types_forget(types);
    types->vocabulary = pipeline->n_sparse;
    kept->valid = false;
  }
  kept->again = false;
  slant_emitter emitter = {.mode = SLANT_EMIT_LOOK_UP, .lookup = lookup, .types = types, .kept = kept};
  int status = slant_extractor_run(extractor, example, &emitter, error);
  slant_lookup_flush(lookup);
  size_t most = slant_lookup_limit(lookup) + (kept->again ? kept->n : 0);
  if (!status && !make_room(extractor, most)) status = no_memory(error);
  if (status) {
    slant_lookup_clear(lookup);
    kept->valid = false;
    return status;
  }
  uint32_t n = weigh_blocks(extractor);
  standardise(extractor);
  *out = (slant_vector){extractor->index, extractor->value, extractor->dense, n, pipeline->n_dense};
  return SLANT_OK;
}
