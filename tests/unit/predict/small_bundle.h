/* A bundle made by hand for tests: the pipeline of a few sentences, two tasks, weights that favour some words. */
#ifndef SLANT_TEST_SMALL_BUNDLE_H
#define SLANT_TEST_SMALL_BUNDLE_H

#include <slant/bundle.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char small_dictionary[] =
    "id\tname\ttype\taliases\nPAK\tPakistan\tstate\tIslamabad\nIND\tIndia\tstate\tDelhi\n";

static float small_weight(const slant_pipeline *pipeline, uint32_t feature, const char *good, const char *bad) {
  slant_str name = slant_pipeline_feature_name(pipeline, feature);
  if (slant_str_is(name, good)) return 2;
  return slant_str_is(name, bad) ? -2.0f : 0;
}

/* Writes the bundle to `path`. In target mode PAK has a model of its own for sentiment; "*" serves the rest. */
static int small_bundle_write(const char *path, slant_mode mode) {
  static const char *const texts[] = {"Delhi praised Islamabad warmly", "Islamabad blamed Delhi again",
                                      "Talks went on in Delhi"};
  slant_document *document = NULL;
  slant_pipeline *pipeline = NULL;
  slant_extractor *extractor = NULL;
  slant_actors *actors = NULL;
  if (slant_document_new(&document, NULL) || slant_pipeline_new(&pipeline, mode, "words min=1 max=1 min-df=1", NULL) ||
      slant_extractor_new(&extractor, pipeline, NULL) ||
      slant_actors_parse(&actors, slant_str_of(small_dictionary), "d", NULL))
    return -1;
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < 3; i++) {
      slant_example example = {document, 0, mode == SLANT_MODE_TARGET};
      slant_document_read(document, slant_str_of(texts[i]), NULL);
      if (pass == 0 ? slant_pipeline_grow(pipeline, extractor, example, NULL)
                    : slant_pipeline_name(pipeline, extractor, example, NULL))
        return -1;
    }
    if (slant_pipeline_freeze(pipeline, NULL)) return -1;
  }
  uint32_t n = slant_pipeline_n_sparse(pipeline);
  float *weights = calloc((size_t)n * 4, sizeof *weights), *other = calloc(n, sizeof *other);
  const float bias[4] = {-0.1f, 0.2f, -0.1f, 0.05f};
  for (uint32_t f = 0; f < n; f++) {
    float w = small_weight(pipeline, f, "words: praised", "words: blamed");
    weights[f * 4 + 0] = -w;
    weights[f * 4 + 2] = w;
    weights[f * 4 + 3] = w;
    other[f] = small_weight(pipeline, f, "words: talks", "words: again");
  }
  const slant_str labels[] = {slant_str_of("negative"), slant_str_of("neutral"), slant_str_of("positive")};
  const slant_str sides[] = {slant_str_of("against"), slant_str_of("favor")};
  const uint32_t three[] = {0, 1, 2}, two[] = {0, 2};
  const slant_model models[] = {{slant_str_of("*"), SLANT_CODING_ONE_VS_REST, 0, 3, 30, three, 3, 1, 1},
                                {slant_str_of("PAK"), SLANT_CODING_BINARY, 3, 1, 10, two, 2, 2, 1}};
  const slant_model stance[] = {{slant_str_of("*"), SLANT_CODING_BINARY, 0, 1, 30, three, 2, 1, 1}};
  const slant_bank banks[] = {{slant_str_of("sentiment"), labels, 3, models, 2, 4, n, weights, bias},
                              {slant_str_of("stance"), sides, 2, stance, 1, 1, n, other, bias}};
  slant_error error = {0};
  int status = slant_bundle_write(path, pipeline, actors, banks, 2, slant_str_of("{}"), &error);
  if (status) fprintf(stderr, "%s\n", error.message);
  free(weights);
  free(other);
  slant_extractor_free(extractor);
  slant_pipeline_free(pipeline);
  slant_document_free(document);
  slant_actors_free(actors);
  return status;
}

/* The bundle, opened; its file is gone again at once. */
static slant_bundle *small_bundle(slant_mode mode) {
  char path[] = "/tmp/slant-small-XXXXXX";
  slant_bundle *bundle = NULL;
  int descriptor = mkstemp(path);
  if (descriptor < 0) return NULL;
  close(descriptor);
  if (small_bundle_write(path, mode) == 0) slant_bundle_open(&bundle, path, NULL);
  unlink(path);
  return bundle;
}

#endif
