/* Auxiliary scores: what the models of other bundles make of the same example, as dense values (stacked
 * generalisation: Wolpert 1992). The extractor has asked them; here their scores become features. */
#include "features/stage.h"

static uint32_t width(slant_mode mode, const slant_resources *resources) {
  (void)mode;
  return slant_resources_n_scores(resources);
}

static void fill(const slant_view *view, float *out) {
  memcpy(out, view->scores, slant_resources_n_scores(view->resources) * sizeof *out);
}

static void column(slant_mode mode, const slant_resources *resources, uint32_t index, slant_buffer *out) {
  (void)mode;
  const slant_scorer *scorer = resources->scorers;
  for (; index >= scorer->n_outputs; scorer++) index -= scorer->n_outputs;
  char name[48];
  scorer->name(scorer->context, index, name, sizeof name);
  slant_buffer_format(out, "%zu, %s", (size_t)(scorer - resources->scorers) + 1, name);
}

static const slant_option options[] = {SLANT_STAGE_WEIGHT("0.15"), SLANT_STAGE_CLIP("5"), SLANT_OPTION_END};

const slant_stage slant_stage_aux = {.id = "aux",
                                     .version = 1,
                                     .options = options,
                                     .document = true,
                                     .target = true,
                                     .needs = "scores of another bundle: give it with --aux",
                                     .width = width,
                                     .fill = fill,
                                     .column = column};
