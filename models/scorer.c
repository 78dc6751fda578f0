/* A bundle as a scorer for the pipeline of another. */
#include "models/bank_codec.h"
#include "models/bundle_private.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct scratch {
  const slant_bundle *bundle;
  slant_extractor *extractor;
  slant_workspace *workspace;
} scratch;

void slant_auxiliary_section_name(char name[9], uint32_t index) {
  snprintf(name, 9, "aux%u", index % SLANT_MAX_SCORERS);
}

static const slant_model *shared_model(const slant_bank *bank) {
  return slant_bank_model(bank, slant_str_of(SLANT_SHARED_MODEL));
}

static void name_output(const void *context, uint32_t output, char *out, size_t size) {
  const slant_bundle *bundle = context;
  for (uint32_t b = 0; b < bundle->n_banks; b++) {
    const slant_bank *bank = &bundle->banks[b];
    const slant_model *model = shared_model(bank);
    if (output >= model->n_outputs) {
      output -= model->n_outputs;
      continue;
    }
    /* Of two classes, and of a pair, the output speaks for the first. */
    slant_str label = bank->labels[model->classes[slant_output_class(model, output)]];
    snprintf(out, size, "%.*s %.*s", (int)(bank->task.len < 64 ? bank->task.len : 64), bank->task.ptr,
             (int)(label.len < 64 ? label.len : 64), label.ptr);
    return;
  }
}

static void close_scratch(void *opened) {
  scratch *s = opened;
  slant_extractor_free(s->extractor);
  slant_workspace_free(s->workspace);
  free(s);
}

static int open_scratch(const void *context, void **out, slant_error *error) {
  const slant_bundle *bundle = context;
  scratch *s = slant_alloc_zero(1, sizeof *s);
  *out = NULL;
  if (!s) return slant_fail(error, SLANT_E_MEMORY, "no memory for an auxiliary bundle");
  s->bundle = bundle;
  int status = slant_extractor_new(&s->extractor, bundle->pipeline, error);
  if (!status) status = slant_workspace_new(&s->workspace, error);
  if (status)
    close_scratch(s);
  else
    *out = s;
  return status;
}

static int score_example(void *opened, slant_example example, float *scores, slant_error *error) {
  scratch *s = opened;
  slant_vector vector;
  int status = slant_extract(s->extractor, example, &vector, error);
  for (uint32_t b = 0; b < s->bundle->n_banks && !status; b++) {
    const slant_bank *bank = &s->bundle->banks[b];
    const slant_model *model = shared_model(bank);
    status = slant_model_outputs(bank, model, &vector, 1, s->workspace, scores, error);
    scores += model->n_outputs;
  }
  return status;
}

int slant_bundle_scorer(const slant_bundle *bundle, slant_scorer *out, slant_error *error) {
  *out = (slant_scorer){.context = bundle,
                        .mode = slant_pipeline_mode(bundle->pipeline),
                        .stored = bundle->data,
                        .stored_size = bundle->size,
                        .name = name_output,
                        .open = open_scratch,
                        .close = close_scratch,
                        .score = score_example};
  if (bundle->height == SLANT_DEEPEST_BUNDLE)
    return slant_fail(error, SLANT_E_ARGUMENT, "this bundle carries others %d deep, and can be carried by none",
                      SLANT_DEEPEST_BUNDLE - 1);
  for (uint32_t b = 0; b < bundle->n_banks; b++) {
    const slant_model *model = shared_model(&bundle->banks[b]);
    if (!model)
      return slant_fail(error, SLANT_E_ARGUMENT, "the task '%.*s' has no shared model, which is what lends its scores",
                        (int)bundle->banks[b].task.len, bundle->banks[b].task.ptr);
    out->n_outputs += model->n_outputs;
  }
  return SLANT_OK;
}

const slant_bundle *slant_bundle_auxiliary(const slant_bundle *bundle, uint32_t index) {
  return index < SLANT_MAX_SCORERS ? bundle->auxiliaries[index] : NULL;
}
