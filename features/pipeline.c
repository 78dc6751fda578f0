#include "features/pipeline_private.h"

#include "features/document_scratch.h"
#include "features/extractor.h"

#include <math.h>
#include <stdlib.h>

/* The defaults, measured in benchmarks/accuracy: the sparse blocks weigh alike, the standardised lexicon values little
 * each, for there are many. */
static const char target_default[] = "words min=1 max=3 tf=binary min-df=2\n"
                                     "chars min=3 max=5 tf=binary min-df=4\n"
                                     "mention tf=binary min-df=2\n"
                                     "pattern tf=binary min-df=2\n"
                                     "verb tf=binary min-df=2\n"
                                     "lexicon weight=0.05 clip=5\n";
static const char document_default[] = "words min=1 max=2 tf=log min-df=2\n"
                                       "chars min=2 max=5 tf=log min-df=2\n"
                                       "lexicon weight=0.08 clip=3\n";

/* With word vectors, and with auxiliary scores, each takes one line more. */
static const char target_vectors[] = "vectors weight=0.3 clip=5\n";
static const char document_vectors[] = "vectors weight=0.55 clip=3\n";
static const char both_scores[] = "aux weight=0.15 clip=5\n";

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the feature pipeline");
}

int slant_pipeline_new(slant_pipeline **out, slant_mode mode, const char *specification, slant_error *error) {
  return slant_pipeline_new_with(out, mode, specification, NULL, error);
}

static int parse_default(slant_pipeline *pipeline, slant_error *error) {
  bool target = pipeline->mode == SLANT_MODE_TARGET;
  slant_buffer text = {0};
  slant_buffer_text(&text, target ? target_default : document_default);
  if (pipeline->resources.vectors.count) slant_buffer_text(&text, target ? target_vectors : document_vectors);
  if (pipeline->resources.n_scorers) slant_buffer_text(&text, both_scores);
  int status = text.failed ? no_memory(error) : slant_pipeline_parse(pipeline, (slant_str){text.data, text.len}, error);
  slant_buffer_free(&text);
  return status;
}

int slant_pipeline_new_with(slant_pipeline **out, slant_mode mode, const char *specification,
                            const slant_sources *sources, slant_error *error) {
  *out = NULL;
  slant_pipeline *pipeline = slant_alloc_zero(1, sizeof *pipeline);
  if (!pipeline) return no_memory(error);
  pipeline->mode = mode;
  int status = slant_resources_load(&pipeline->resources, sources, error);
  if (!status && sources)
    status = slant_resources_lend(&pipeline->resources, mode, sources->scorers, sources->n_scorers, error);
  if (!status)
    status = specification ? slant_pipeline_parse(pipeline, slant_str_of(specification), error)
                           : parse_default(pipeline, error);
  if (!status) {
    pipeline->mean = slant_alloc_zero(pipeline->n_dense, sizeof *pipeline->mean);
    pipeline->squares = slant_alloc_zero(pipeline->n_dense, sizeof *pipeline->squares);
    if (!pipeline->mean || !pipeline->squares || !slant_pipeline_name_dense(pipeline)) status = no_memory(error);
  }
  if (status)
    slant_pipeline_free(pipeline);
  else
    *out = pipeline;
  return status;
}

void slant_pipeline_free(slant_pipeline *pipeline) {
  if (!pipeline) return;
  slant_buffer_free(&pipeline->specification);
  slant_buffer_free(&pipeline->numbers_section);
  slant_buffer_free(&pipeline->names_section);
  slant_resources_free(&pipeline->resources);
  slant_counts_free(&pipeline->growing);
  slant_arena_free(&pipeline->name_arena);
  free(pipeline->mean);
  free(pipeline->squares);
  free(pipeline->names);
  free(pipeline->owned_vocabulary);
  free(pipeline->owned_keys);
  free(pipeline->owned_numbers);
  free(pipeline->dense_names);
  free(pipeline);
}

int slant_pipeline_grow(slant_pipeline *pipeline, slant_extractor *extractor, slant_example example,
                        slant_error *error) {
  if (pipeline->frozen) return slant_fail(error, SLANT_E_ARGUMENT, "a frozen pipeline cannot grow");
  if (pipeline->n_examples == UINT32_MAX) return slant_fail(error, SLANT_E_LIMIT, "too many training examples");
  pipeline->n_examples++;
  slant_emitter emitter = {.mode = SLANT_EMIT_COUNT, .growing = &pipeline->growing, .example = pipeline->n_examples};
  int status = slant_extractor_run(extractor, example, &emitter, error);
  if (status) return status;
  for (uint32_t k = 0; k < pipeline->n_dense; k++) {
    double value = extractor->raw[k], delta = value - pipeline->mean[k];
    pipeline->mean[k] += delta / pipeline->n_examples;
    pipeline->squares[k] += delta * (value - pipeline->mean[k]);
  }
  return SLANT_OK;
}

void slant_pipeline_set_ranges(slant_pipeline *pipeline, const uint64_t *keys, uint32_t n) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < pipeline->n_stages; i++) {
    slant_pipeline_stage *entry = &pipeline->stages[i];
    if (!entry->stage->emit) continue;
    entry->first = at;
    while (at < n && keys[at] >> 60 == entry->block + 1) at++;
    entry->end = at;
  }
}

/* One allocation for idf, centre and scale. idf = ln((1 + N) / (1 + df)) + 1, as scikit-learn smooths it. */
static bool fix_numbers(slant_pipeline *pipeline, const uint32_t *df) {
  uint32_t n = pipeline->n_sparse, d = pipeline->n_dense;
  float *numbers = slant_alloc((size_t)n + 2 * (size_t)d, sizeof *numbers);
  if (!numbers) return false;
  pipeline->owned_numbers = numbers;
  float *centre = numbers + n, *scale = centre + d;
  for (uint32_t i = 0; i < n; i++) numbers[i] = (float)(log((1.0 + pipeline->n_examples) / (1.0 + df[i])) + 1.0);
  for (uint32_t k = 0; k < d; k++) {
    double deviation = sqrt(pipeline->squares[k] / (pipeline->n_examples ? pipeline->n_examples : 1));
    centre[k] = (float)pipeline->mean[k];
    scale[k] = deviation > 1e-6 ? (float)(1 / deviation) : 0; /* a constant tells nothing */
  }
  pipeline->idf = numbers;
  pipeline->centre = centre;
  pipeline->scale = scale;
  return true;
}

int slant_pipeline_freeze(slant_pipeline *pipeline, slant_error *error) {
  if (pipeline->frozen) return SLANT_OK;
  int64_t min_df[SLANT_MAX_BLOCKS] = {0};
  uint64_t *keys = NULL;
  uint32_t *df = NULL;
  for (uint32_t i = 0; i < pipeline->n_stages; i++)
    if (pipeline->stages[i].stage->emit) min_df[pipeline->stages[i].block] = pipeline->stages[i].options.min_df;
  bool ok = slant_counts_prune(&pipeline->growing, min_df, &keys, &df, &pipeline->n_sparse);
  if (ok) {
    pipeline->names = slant_alloc_zero(pipeline->n_sparse, sizeof *pipeline->names);
    ok = pipeline->names && fix_numbers(pipeline, df);
  }
  if (ok)
    ok = slant_vocabulary_build(&pipeline->vocabulary, &pipeline->owned_vocabulary, keys, pipeline->idf,
                                pipeline->n_sparse);
  if (ok) {
    slant_pipeline_set_ranges(pipeline, keys, pipeline->n_sparse);
    slant_counts_free(&pipeline->growing);
    pipeline->owned_keys = keys;
    pipeline->frozen = true;
  } else {
    free(keys);
  }
  free(df);
  return ok ? SLANT_OK : no_memory(error);
}

/* ---- names ---- */
typedef struct slant_naming {
  slant_pipeline *pipeline;
  slant_extractor *extractor;
  slant_buffer text;
  bool failed;
} slant_naming;

static void take_name(void *context, uint32_t feature, uint32_t at, uint32_t len) {
  slant_naming *naming = context;
  slant_pipeline *pipeline = naming->pipeline;
  if (pipeline->names[feature].ptr) return;
  const slant_stage *stage = slant_pipeline_sparse_stage(pipeline, feature)->stage;
  slant_buffer_clear(&naming->text);
  slant_buffer_format(&naming->text, "%s: ", stage->id);
  stage->name(&naming->extractor->view, at, len, &naming->text);
  slant_str name = {naming->text.data, naming->text.len};
  char *copy = naming->text.failed ? NULL : slant_arena_copy(&pipeline->name_arena, name);
  if (copy)
    pipeline->names[feature] = (slant_str){copy, name.len};
  else
    naming->failed = true;
}

int slant_pipeline_name(slant_pipeline *pipeline, slant_extractor *extractor, slant_example example,
                        slant_error *error) {
  if (!pipeline->frozen || !pipeline->names)
    return slant_fail(error, SLANT_E_ARGUMENT, "only a pipeline that was just frozen takes names");
  slant_naming naming = {.pipeline = pipeline, .extractor = extractor};
  slant_emitter emitter = {
      .mode = SLANT_EMIT_NAME, .vocabulary = &pipeline->vocabulary, .named = take_name, .context = &naming};
  int status = slant_extractor_run(extractor, example, &emitter, error);
  slant_buffer_free(&naming.text);
  return !status && naming.failed ? no_memory(error) : status;
}

slant_str slant_pipeline_feature_name(const slant_pipeline *pipeline, uint32_t feature) {
  if (feature >= pipeline->n_sparse) {
    uint32_t column = feature - pipeline->n_sparse;
    return slant_str_of(column < pipeline->n_dense ? pipeline->dense_names[column] : "");
  }
  if (pipeline->names) return pipeline->names[feature].ptr ? pipeline->names[feature] : slant_str_of("");
  uint64_t from = pipeline->name_offsets[feature], to = pipeline->name_offsets[feature + 1];
  if (from > to || to > pipeline->name_offsets[pipeline->n_sparse]) return slant_str_of(""); /* a damaged file */
  return (slant_str){pipeline->name_bytes + from, to - from};
}

bool slant_pipeline_hashes_suffice(const slant_pipeline *pipeline) {
  bool suffice = pipeline->mode == SLANT_MODE_DOCUMENT && !pipeline->resources.n_scorers;
  for (uint32_t i = 0; i < pipeline->n_stages; i++) suffice = suffice && pipeline->stages[i].stage->hashes_suffice;
  return suffice;
}

int slant_pipeline_read(const slant_pipeline *pipeline, slant_document *document, slant_str text, slant_error *error) {
  return slant_pipeline_hashes_suffice(pipeline) ? slant_document_read_hashes(document, text, error)
                                                 : slant_document_read(document, text, error);
}

slant_mode slant_pipeline_mode(const slant_pipeline *pipeline) {
  return pipeline->mode;
}

uint32_t slant_pipeline_n_sparse(const slant_pipeline *pipeline) {
  return pipeline->n_sparse;
}

uint32_t slant_pipeline_n_dense(const slant_pipeline *pipeline) {
  return pipeline->n_dense;
}

const slant_scorer *slant_pipeline_scorers(const slant_pipeline *pipeline, size_t *n) {
  *n = pipeline->resources.n_scorers;
  return pipeline->resources.scorers;
}

slant_str slant_pipeline_specification(const slant_pipeline *pipeline) {
  return (slant_str){pipeline->specification.data, pipeline->specification.len};
}
