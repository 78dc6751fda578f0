/*
 * Golden files, one a stage: what stage_words.c, stage_chars.c, stage_mention.c, stage_pattern.c, stage_verb.c,
 * stage_lexicon.c (with regions.c), stage_vectors.c and
 * stage_aux.c make of a few sentences, by name.
 * tests/data/features/<mode>-<stage>.txt is for people to review; run the test with SLANT_UPDATE_GOLDEN=1 to write what
 * it found.
 */
#include "features/stage.h"

#include "common/memory.h"

#include <slant/pipeline.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct sample {
  const char *text, *mention;
} sample;

static const sample samples[] = {
    {"Islamabad did not reject the generous offer, but critics of New Delhi mocked it.", "New Delhi"},
    {"“We will never walk away,” the premier said after 3 dismal rounds.", "premier"},
    {"She praised the Accord Party; her own front had wrecked the very good plan!", "Accord Party"},
    {"#PeaceTalks r soooo great!!! @desk :-) no more war", "PeaceTalks"},
    {"Talks resume in Dhaka. Talks fail in Dhaka.", "Dhaka"},
};
enum { N_SAMPLES = sizeof samples / sizeof *samples };

static slant_example example_of(slant_document *document, slant_mode mode, size_t i) {
  slant_example example = {document, 0, 0};
  assert_int_equal(slant_document_read(document, slant_str_of(samples[i].text), NULL), 0);
  if (mode == SLANT_MODE_DOCUMENT) return example;
  const char *at = strstr(samples[i].text, samples[i].mention);
  int64_t from = 0;
  for (const char *p = samples[i].text; p < at; p++) from += (*p & 0xc0) != 0x80;
  assert_true(
      slant_document_span(document, from, from + (int64_t)strlen(samples[i].mention), &example.first, &example.last));
  return example;
}

static void print_vector(const slant_pipeline *pipeline, const slant_vector *vector, slant_buffer *out) {
  for (uint32_t k = 0; k < vector->n_sparse; k++) {
    slant_str name = slant_pipeline_feature_name(pipeline, vector->index[k]);
    slant_buffer_format(out, "  %.*s = %.4f\n", (int)name.len, name.ptr, (double)vector->value[k]);
  }
  for (uint32_t k = 0; k < vector->n_dense; k++) {
    slant_str name = slant_pipeline_feature_name(pipeline, slant_pipeline_n_sparse(pipeline) + k);
    if (vector->dense[k] > 0.00005f || vector->dense[k] < -0.00005f)
      slant_buffer_format(out, "  %.*s = %.4f\n", (int)name.len, name.ptr, (double)vector->dense[k]);
  }
}

/* Scorers of nothing but the size of what they see. */
static void size_name(const void *context, uint32_t output, char *out, size_t size) {
  (void)context;
  snprintf(out, size, "size %s", output ? "tokens" : "bytes");
}

static int size_open(const void *context, void **scratch, slant_error *error) {
  (void)context;
  (void)error;
  *scratch = malloc(1);
  return SLANT_OK;
}

static int score_bytes(void *scratch, slant_example example, float *scores, slant_error *error) {
  (void)scratch;
  (void)error;
  scores[0] = (float)example.document->text.len;
  return SLANT_OK;
}

static int score_both(void *scratch, slant_example example, float *scores, slant_error *error) {
  scores[1] = (float)(example.last - example.first);
  return score_bytes(scratch, example, scores, error);
}

static const slant_scorer scorers[] = {
    {.mode = SLANT_MODE_TARGET,
     .n_outputs = 2,
     .name = size_name,
     .open = size_open,
     .close = free,
     .score = score_both},
    {.n_outputs = 1, .name = size_name, .open = size_open, .close = free, .score = score_bytes}};

/* The vectors of all samples under a pipeline of one stage that was grown on them. */
static void vectors_of(slant_mode mode, const char *specification, slant_buffer *out) {
  /* texts have no mentions for the first scorer */
  bool target = mode == SLANT_MODE_TARGET;
  slant_sources sources = {.vectors = TEST_DATA "/features/vectors.vec",
                           .scorers = target ? scorers : scorers + 1,
                           .n_scorers = target ? 2 : 1};
  slant_document *document;
  slant_pipeline *pipeline;
  slant_extractor *extractor;
  slant_error error;
  assert_int_equal(slant_document_new(&document, NULL), 0);
  if (slant_pipeline_new_with(&pipeline, mode, specification, &sources, &error)) fail_msg("%s", error.message);
  assert_int_equal(slant_extractor_new(&extractor, pipeline, NULL), 0);
  for (size_t i = 0; i < N_SAMPLES; i++)
    assert_int_equal(slant_pipeline_grow(pipeline, extractor, example_of(document, mode, i), NULL), 0);
  assert_int_equal(slant_pipeline_freeze(pipeline, NULL), 0);
  for (size_t i = 0; i < N_SAMPLES; i++)
    assert_int_equal(slant_pipeline_name(pipeline, extractor, example_of(document, mode, i), NULL), 0);
  slant_str spec = slant_pipeline_specification(pipeline);
  slant_buffer_str(out, spec);
  for (size_t i = 0; i < N_SAMPLES; i++) {
    slant_vector vector;
    assert_int_equal(slant_extract(extractor, example_of(document, mode, i), &vector, NULL), 0);
    slant_buffer_format(out, "%s\n", samples[i].text);
    print_vector(pipeline, &vector, out);
  }
  slant_extractor_free(extractor);
  slant_pipeline_free(pipeline);
  slant_document_free(document);
}

static void compare(const char *name, const slant_buffer *found) {
  char path[512];
  snprintf(path, sizeof path, "%s/features/%s.txt", TEST_DATA, name);
  if (getenv("SLANT_UPDATE_GOLDEN")) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(found->data, 1, found->len, file);
    fclose(file);
    return;
  }
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s is missing", path);
  char *text = calloc(1, found->len + 2);
  size_t len = fread(text, 1, found->len + 1, file);
  fclose(file);
  if (len != found->len || memcmp(text, found->data, len) != 0) {
    size_t at = 0;
    while (at < len && at < found->len && text[at] == found->data[at]) at++;
    fail_msg("%s differs at byte %zu: found …%.80s", path, at, found->data + (at > 20 ? at - 20 : 0));
  }
  free(text);
}

static void check(slant_mode mode, const char *name, const char *specification) {
  slant_buffer found = {0};
  vectors_of(mode, specification, &found);
  assert_false(found.failed);
  slant_buffer_char(&found, '\0');
  found.len--;
  compare(name, &found);
  slant_buffer_free(&found);
}

static void test_words(void **state) {
  (void)state;
  check(SLANT_MODE_DOCUMENT, "document-words", "words min=1 max=2 tf=log min-df=1");
  check(SLANT_MODE_TARGET, "target-words", "words min=1 max=3 min-df=1");
  check(SLANT_MODE_DOCUMENT, "document-words-skip", "words min=2 max=2 skip=2 min-df=1");
  check(SLANT_MODE_TARGET, "target-words-skip", "words min=5 max=5 skip=1 min-df=1");
}

static void test_chars(void **state) {
  (void)state;
  check(SLANT_MODE_DOCUMENT, "document-chars", "chars min=4 max=5 tf=count min-df=2");
  check(SLANT_MODE_TARGET, "target-chars", "chars min=3 max=5 min-df=2");
  check(SLANT_MODE_DOCUMENT, "document-chars-across", "chars min=6 max=6 scope=across min-df=1");
  check(SLANT_MODE_TARGET, "target-chars-across", "chars min=5 max=6 scope=across min-df=2");
}

static void test_mention(void **state) {
  (void)state;
  check(SLANT_MODE_TARGET, "target-mention", "mention min-df=1");
}

static void test_pattern(void **state) {
  (void)state;
  check(SLANT_MODE_TARGET, "target-pattern", "pattern min-df=1");
}

static void test_verb(void **state) {
  (void)state;
  check(SLANT_MODE_TARGET, "target-verb", "verb min-df=1");
}

static void test_lexicon(void **state) {
  (void)state;
  check(SLANT_MODE_DOCUMENT, "document-lexicon", "lexicon weight=1 clip=3");
  check(SLANT_MODE_TARGET, "target-lexicon", "lexicon weight=1 clip=3");
}

static void test_vectors(void **state) {
  (void)state;
  check(SLANT_MODE_DOCUMENT, "document-vectors", "vectors weight=1 clip=3");
  check(SLANT_MODE_TARGET, "target-vectors", "vectors weight=1 clip=3");
}

static void test_aux(void **state) {
  (void)state;
  check(SLANT_MODE_DOCUMENT, "document-aux", "aux weight=1 clip=1");
  check(SLANT_MODE_TARGET, "target-aux", "aux weight=1");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_words),   cmocka_unit_test(test_chars),
                                     cmocka_unit_test(test_mention), cmocka_unit_test(test_pattern),
                                     cmocka_unit_test(test_verb),    cmocka_unit_test(test_lexicon),
                                     cmocka_unit_test(test_vectors), cmocka_unit_test(test_aux)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
