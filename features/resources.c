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

void slant_resources_free(slant_resources *resources) {
  slant_embedding_free(&resources->vectors);
  slant_words_free(&resources->words);
}
