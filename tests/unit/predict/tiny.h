/* A bundle small enough to reckon with: hand-made weights over a pipeline grown from a few sentences. */
#ifndef SLANT_TESTS_PREDICT_TINY_H
#define SLANT_TESTS_PREDICT_TINY_H

#include <slant/predictor.h>

#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* Sentiment: "*" over three labels, PAK over two. Stance: in target mode IND over two and no "*"; in document mode "*"
 * only. */
typedef struct tiny {
  slant_bundle *bundle;
  slant_predictor *predictor;
  slant_judge *judge;
} tiny;

static const char tiny_dictionary[] = "id\tname\ttype\taliases\n"
                                      "PAK\tPakistan\tstate\tIslamabad\n"
                                      "IND\tIndia\tstate\tNew Delhi\n"
                                      "NPL\tNepal\tstate\tKathmandu\n";

static const char *const tiny_texts[] = {"Pakistan praised the quiet talks with India.",
                                         "The envoys of India condemned the attack.",
                                         "Nepal offered to host the talks, and Pakistan agreed.",
                                         "Critics in New Delhi called the offer of Islamabad a failure."};

static inline slant_pipeline *tiny_pipeline(slant_mode mode) {
  slant_document *document;
  slant_pipeline *pipeline;
  slant_extractor *extractor;
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_pipeline_new(&pipeline, mode, "words min-df=1\nlexicon", NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, pipeline, NULL), 0);
  for (size_t i = 0; i < sizeof tiny_texts / sizeof *tiny_texts; i++) {
    assert_int_equal(slant_document_read(document, slant_str_of(tiny_texts[i]), NULL), 0);
    slant_example example = {document, 0, mode == SLANT_MODE_TARGET};
    assert_int_equal(slant_pipeline_grow(pipeline, extractor, example, NULL), 0);
  }
  assert_int_equal(slant_pipeline_freeze(pipeline, NULL), 0);
  for (size_t i = 0; i < sizeof tiny_texts / sizeof *tiny_texts; i++) {
    assert_int_equal(slant_document_read(document, slant_str_of(tiny_texts[i]), NULL), 0);
    slant_example example = {document, 0, mode == SLANT_MODE_TARGET};
    assert_int_equal(slant_pipeline_name(pipeline, extractor, example, NULL), 0);
  }
  slant_extractor_free(extractor);
  slant_document_free(document);
  return pipeline;
}

static inline float *tiny_weights(size_t n, uint64_t seed) {
  slant_random random = slant_random_from(seed, 0);
  float *weights = calloc(n, sizeof *weights);
  for (size_t i = 0; i < n; i++) weights[i] = (float)slant_random_below(&random, 2000) / 1000 - 1;
  return weights;
}

/* An RBF model of five support vectors with a sparse feature each. */
static inline void tiny_add_kernel(slant_bank_builder *builder, const slant_model *model, uint32_t n_outputs,
                                   uint32_t n_sparse, uint32_t n_dense) {
  enum { SUPPORT = 5 };
  const uint64_t start[] = {0, 1, 2, 3, 4, 5};
  const uint32_t index[] = {0, 1 % n_sparse, 2 % n_sparse, 3 % n_sparse, 4 % n_sparse};
  const float value[] = {0.5f, 1, 0.25f, 1, 2};
  const double bias[] = {0.1, -0.2, 0.3};
  double coefficient[SUPPORT * 3];
  float *dense = tiny_weights((size_t)SUPPORT * n_dense, 8), *drawn = tiny_weights(SUPPORT * 3, 9);
  for (int i = 0; i < SUPPORT * 3; i++) coefficient[i] = (double)drawn[i];
  const slant_kernel_model kernel = {.shape = {.kernel = SLANT_KERNEL_RBF, .degree = 1, .gamma = 0.5},
                                     .n_support = SUPPORT,
                                     .n_outputs = n_outputs,
                                     .start = start,
                                     .index = index,
                                     .value = value,
                                     .dense = dense,
                                     .coefficient = coefficient,
                                     .bias = bias};
  slant_error error;
  if (slant_bank_builder_add_kernel(builder, model, &kernel, &error)) fail_msg("%s", error.message);
  free(dense);
  free(drawn);
}

/* `kernels`: the model of PAK and the first of stance are no linear ones. */
static inline void tiny_write_with(const char *path, slant_mode mode, bool kernels) {
  static const uint32_t three[] = {0, 1, 2}, outer[] = {0, 2}, two[] = {0, 1};
  static const float s[] = {1.5f, 2, 0.5f}, quarter[] = {0.25f, 0.75f};
  float levels[SLANT_COVERAGE_LEVELS]; /* 1, 0.975, … 0.5 */
  for (int i = 0; i < SLANT_COVERAGE_LEVELS; i++) levels[i] = 1 - (float)i / 40;
  const slant_calibration steep = {SLANT_CALIBRATION_TEMPERATURE, 1, &s[0], SLANT_COVERAGE_LEVELS, levels, 0, NULL},
                          steeper = {SLANT_CALIBRATION_TEMPERATURE, 1, &s[1], 0, NULL, 0, NULL},
                          gentle = {SLANT_CALIBRATION_TEMPERATURE,
                                    1,
                                    &s[2],
                                    mode == SLANT_MODE_TARGET ? 0 : SLANT_COVERAGE_LEVELS,
                                    levels,
                                    2,
                                    quarter};
  static const float bias[] = {0.1f, -0.2f, 0.05f, 0.3f};
  const slant_str sentiments[] = {slant_str_of("negative"), slant_str_of("neutral"), slant_str_of("positive")};
  const slant_str stances[] = {slant_str_of("against"), slant_str_of("favor")};
  const slant_model all = {slant_str_of("*"), SLANT_CODING_ONE_VS_REST, .n_examples = 40, .classes = three,
                           .n_classes = 3,    .calibration = steep,     .cost = 0.1f};
  const slant_model pakistan = {slant_str_of("PAK"), SLANT_CODING_BINARY,    .n_examples = 20, .classes = outer,
                                .n_classes = 2,      .calibration = steeper, .cost = 1};
  const slant_model stance = {slant_str_of(mode == SLANT_MODE_TARGET ? "IND" : "*"),
                              SLANT_CODING_BINARY,
                              .n_examples = 40,
                              .classes = two,
                              .n_classes = 2,
                              .calibration = gentle,
                              .cost = 1};
  slant_pipeline *pipeline = tiny_pipeline(mode);
  uint32_t n_sparse = slant_pipeline_n_sparse(pipeline), n_dense = slant_pipeline_n_dense(pipeline);
  size_t n = (size_t)n_sparse + n_dense;
  float *weights[3] = {tiny_weights(n * 3, 3), tiny_weights(n, 4), tiny_weights(n, 5)};
  slant_bank banks[2];
  slant_bank_builder *builders[2];
  slant_bank_builder_new(&builders[0], slant_str_of("sentiment"), sentiments, 3, n_sparse, n_dense, NULL);
  slant_bank_builder_new(&builders[1], slant_str_of("stance"), stances, 2, n_sparse, n_dense, NULL);
  assert_int_equal(
      slant_bank_builder_add(builders[0], &all, &(slant_linear_model){(uint32_t)n, NULL, weights[0], bias}, NULL), 0);
  if (kernels) {
    tiny_add_kernel(builders[0], &pakistan, 1, n_sparse, n_dense);
    tiny_add_kernel(builders[1], &stance, 1, n_sparse, n_dense);
  } else {
    const slant_linear_model own = {(uint32_t)n, NULL, weights[1], bias + 3},
                             side = {(uint32_t)n, NULL, weights[2], bias};
    assert_int_equal(slant_bank_builder_add(builders[0], &pakistan, &own, NULL), 0);
    assert_int_equal(slant_bank_builder_add(builders[1], &stance, &side, NULL), 0);
  }
  for (int b = 0; b < 2; b++) assert_int_equal(slant_bank_builder_finish(builders[b], 32, &banks[b], NULL), 0);
  slant_actors *actors;
  slant_error error;
  assert_int_equal(slant_actors_parse(&actors, slant_str_of(tiny_dictionary), "tiny", NULL), 0);
  if (slant_bundle_write(path, pipeline, actors, banks, 2, slant_str_of("{}"), &error)) fail_msg("%s", error.message);
  slant_actors_free(actors);
  slant_pipeline_free(pipeline);
  for (int b = 0; b < 2; b++) slant_bank_builder_free(builders[b]);
  for (int w = 0; w < 3; w++) free(weights[w]);
}

static inline void tiny_write(const char *path, slant_mode mode) {
  tiny_write_with(path, mode, false);
}

static inline tiny tiny_open_with(slant_mode mode, bool kernels) {
  char path[] = "/tmp/slant-predict-XXXXXX";
  int descriptor = mkstemp(path);
  tiny out = {0};
  slant_error error;
  assert_true(descriptor >= 0);
  close(descriptor);
  tiny_write_with(path, mode, kernels);
  if (slant_bundle_open(&out.bundle, path, &error)) fail_msg("%s", error.message);
  unlink(path);
  assert_int_equal(slant_predictor_new(&out.predictor, out.bundle, NULL, NULL), 0);
  assert_int_equal(slant_judge_new(&out.judge, out.predictor, NULL), 0);
  return out;
}

static inline tiny tiny_open(slant_mode mode) {
  return tiny_open_with(mode, false);
}

static inline void tiny_close(tiny *t) {
  slant_judge_free(t->judge);
  slant_predictor_close(t->predictor);
  slant_bundle_close(t->bundle);
}

#endif
