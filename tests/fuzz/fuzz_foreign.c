/* Any bytes as a model file of libsvm or LIBLINEAR: refused with a message, or a model that a bank takes and scores. */
#include "fuzz.h"

#include <slant/interchange.h>

#include <stdlib.h>

enum { SPARSE = 6, DENSE = 2 };

static void score(const slant_bank *bank) {
  const uint32_t index[] = {0, 2, 5};
  const float value[] = {1, 0.5f, -1}, dense[DENSE] = {0.25f, -2};
  const slant_vector x = {index, value, dense, 3, DENSE};
  float outputs[SLANT_MAX_OUTPUTS];
  slant_workspace *workspace;
  if (slant_workspace_new(&workspace, NULL)) abort();
  (void)slant_model_outputs(bank, &bank->models[0], &x, 1, workspace, outputs, NULL);
  slant_workspace_free(workspace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const slant_str labels[] = {{"a", 1}, {"b", 1}, {"c", 1}};
  slant_foreign *foreign;
  slant_bank_builder *builder;
  slant_bank bank;
  slant_error error = {0};
  int status = slant_foreign_read(&foreign, (slant_str){(const char *)data, size}, "m", 3, SPARSE, DENSE, &error);
  if (status && !error.message[0]) abort();
  if (status) return 0;
  if (slant_bank_builder_new(&builder, labels[0], labels, 3, SPARSE, DENSE, NULL)) abort();
  if (slant_foreign_add(foreign, builder, labels[0], NULL)) abort();
  if (!slant_bank_builder_finish(builder, 32, &bank, NULL)) score(&bank);
  slant_bank_builder_free(builder);
  slant_foreign_free(foreign);
  return 0;
}
