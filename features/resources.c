#include "features/resources.h"

#include "common/file.h"

static int read_lexicon(slant_words_builder *builder, const char *path, slant_error *error) {
  slant_mapping file;
  int status = slant_map_file(&file, path, error);
  if (status) return status;
  status = slant_lexicon_read(builder, (slant_str){(const char *)file.data, file.size}, path, error);
  slant_unmap(&file);
  return status;
}

static int read_lexicons(slant_words *out, const slant_sources *sources, slant_error *error) {
  slant_words_builder *builder;
  int status = slant_words_builder_new(&builder, error);
  for (size_t i = 0; sources && i < sources->n_lexicons && !status; i++)
    status = read_lexicon(builder, sources->lexicons[i], error);
  if (!status) status = slant_words_builder_finish(out, builder, error);
  slant_words_builder_free(builder);
  return status;
}

static int read_vectors(slant_resources *out, const slant_sources *sources, slant_error *error) {
  slant_mapping file;
  int status = slant_map_file(&file, sources->vectors, error);
  if (status) return status;
  status = slant_embedding_parse(&out->vectors, (slant_str){(const char *)file.data, file.size}, sources->vectors,
                                 sources->max_vectors, error);
  slant_unmap(&file);
  return status;
}

int slant_resources_load(slant_resources *out, const slant_sources *sources, slant_error *error) {
  *out = (slant_resources){0};
  int status = read_lexicons(&out->words, sources, error);
  if (!status && sources && sources->vectors) status = read_vectors(out, sources, error);
  return status;
}

int slant_resources_lend(slant_resources *resources, slant_mode mode, const slant_scorer *scorers, size_t n,
                         slant_error *error) {
  if (n > SLANT_MAX_SCORERS)
    return slant_fail(error, SLANT_E_ARGUMENT, "at most %d auxiliary bundles lend their scores", SLANT_MAX_SCORERS);
  for (size_t i = 0; i < n; i++) {
    if (mode == SLANT_MODE_DOCUMENT && scorers[i].mode == SLANT_MODE_TARGET)
      return slant_fail(error, SLANT_E_ARGUMENT,
                        "auxiliary bundle %zu judges mentions, and texts in document mode have none; give one that was "
                        "trained in document mode",
                        i + 1);
    resources->scorers[i] = scorers[i];
  }
  resources->n_scorers = n;
  return SLANT_OK;
}

uint32_t slant_resources_n_scores(const slant_resources *resources) {
  uint32_t n = 0;
  for (size_t i = 0; i < resources->n_scorers; i++) n += resources->scorers[i].n_outputs;
  return n;
}

void slant_resources_free(slant_resources *resources) {
  slant_embedding_free(&resources->vectors);
  slant_words_free(&resources->words);
}
