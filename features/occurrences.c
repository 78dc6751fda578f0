/* Where the features of an example stand in its text, and which stage a feature is of. */
#include "features/extractor.h"

typedef struct slant_finding {
  const slant_extractor *extractor;
  void (*found)(void *context, slant_occurrence occurrence);
  void *context;
} slant_finding;

const slant_pipeline_stage *slant_pipeline_sparse_stage(const slant_pipeline *pipeline, uint32_t feature) {
  const slant_pipeline_stage *entry = pipeline->stages;
  while (!entry->stage->emit || feature < entry->first || feature >= entry->end) entry++;
  return entry;
}

static void take_place(void *context, uint32_t feature, uint32_t at, uint32_t len) {
  const slant_finding *finding = context;
  const slant_view *view = &finding->extractor->view;
  const slant_stage *stage = slant_pipeline_sparse_stage(finding->extractor->pipeline, feature)->stage;
  slant_span span = stage->span ? stage->span(view, at, len) : slant_view_units_span(view, at, at + len - 1);
  finding->found(finding->context, (slant_occurrence){feature, span.from, span.to});
}

int slant_extract_occurrences(slant_extractor *extractor, slant_example example,
                              void (*found)(void *context, slant_occurrence occurrence), void *context,
                              slant_error *error) {
  const slant_pipeline *pipeline = extractor->pipeline;
  if (!pipeline->frozen) return slant_fail(error, SLANT_E_ARGUMENT, "vectors need a frozen pipeline");
  slant_finding finding = {extractor, found, context};
  slant_emitter emitter = {
      .mode = SLANT_EMIT_NAME, .vocabulary = &pipeline->vocabulary, .named = take_place, .context = &finding};
  return slant_extractor_run(extractor, example, &emitter, error);
}

uint32_t slant_pipeline_n_stages(const slant_pipeline *pipeline) {
  return pipeline->n_stages;
}

slant_stage_range slant_pipeline_stage_range(const slant_pipeline *pipeline, uint32_t stage) {
  const slant_pipeline_stage *entry = &pipeline->stages[stage];
  uint32_t behind = entry->stage->emit ? 0 : pipeline->n_sparse;
  return (slant_stage_range){slant_str_of(entry->stage->id), behind + entry->first, behind + entry->end};
}
