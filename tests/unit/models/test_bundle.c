/* bundle_write.c, bundle_read.c, container.c and bank_codec.c: a bundle written, read, cut short and damaged. */
#include <slant/bundle.h>

#include "common/hash.h"
#include "common/memory.h"
#include "common/random.h"
#include "models/container.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct bytes {
  unsigned char *data; /* 64-byte aligned */
  uint64_t size;
} bytes;

static const char *const texts[] = {"Talks went well", "Talks failed badly", "The envoys left",
                                    "Well, the talks failed"};
enum { N_TEXTS = sizeof texts / sizeof *texts };

static slant_pipeline *make_pipeline(void) {
  slant_document *document;
  slant_pipeline *pipeline;
  slant_extractor *extractor;
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_pipeline_new(&pipeline, SLANT_MODE_DOCUMENT, "words min-df=1\nlexicon", NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, pipeline, NULL), 0);
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < N_TEXTS; i++) {
      slant_example example = {document, 0, 0};
      assert_int_equal(slant_document_read(document, slant_str_of(texts[i]), NULL), 0);
      if (pass == 0)
        assert_int_equal(slant_pipeline_grow(pipeline, extractor, example, NULL), 0);
      else
        assert_int_equal(slant_pipeline_name(pipeline, extractor, example, NULL), 0);
    }
    assert_int_equal(slant_pipeline_freeze(pipeline, NULL), 0);
  }
  slant_extractor_free(extractor);
  slant_document_free(document);
  return pipeline;
}

/* Two banks: sentiment with "*" over three labels and PAK over two of them, stance with "*" over two. */
typedef struct sample_banks {
  slant_str sentiment_labels[3], stance_labels[2];
  uint32_t three[3], two[2];
  slant_model sentiment_models[2], stance_models[1];
  slant_bank banks[2];
  float *weights[2];
  float bias[2][4];
} sample_banks;

static void make_banks(sample_banks *s, uint32_t n_features) {
  static const float unit = 1, sure[] = {3, 0.5f}, risen[] = {3, -1, 0, 2, 0.125f, 0.5f, 1}; /* three knots */
  static float levels[SLANT_COVERAGE_LEVELS];
  for (int i = 0; i < SLANT_COVERAGE_LEVELS; i++) levels[i] = 1 - (float)i / 64;
  const slant_calibration calm = {SLANT_CALIBRATION_TEMPERATURE, 1, &unit, 0, NULL},
                          bent = {SLANT_CALIBRATION_ISOTONIC, 7, risen, SLANT_COVERAGE_LEVELS, levels},
                          steep = {SLANT_CALIBRATION_SIGMOID, 2, sure, 0, NULL};
  slant_random random = slant_random_from(3, 0);
  *s = (sample_banks){.sentiment_labels = {slant_str_of("negative"), slant_str_of("neutral"), slant_str_of("positive")},
                      .stance_labels = {slant_str_of("against"), slant_str_of("favor")},
                      .three = {0, 1, 2},
                      .two = {0, 2}};
  s->sentiment_models[0] =
      (slant_model){slant_str_of("*"), SLANT_CODING_ONE_VS_REST, 0, 3, 40, s->three, 3, calm, 0.1f};
  s->sentiment_models[1] = (slant_model){slant_str_of("PAK"), SLANT_CODING_BINARY, 3, 1, 20, s->two, 2, bent, 1.0f};
  s->stance_models[0] = (slant_model){slant_str_of("*"), SLANT_CODING_BINARY, 0, 1, 40, s->three, 2, steep, 1.0f};
  const uint32_t outputs[2] = {4, 1};
  for (int b = 0; b < 2; b++) {
    s->weights[b] = calloc((size_t)n_features * outputs[b], sizeof(float));
    for (uint32_t i = 0; i < n_features * outputs[b]; i++)
      s->weights[b][i] = (float)slant_random_below(&random, 2000) / 1000 - 1;
    for (uint32_t k = 0; k < outputs[b]; k++) s->bias[b][k] = (float)k / 8;
  }
  s->banks[0] = (slant_bank){slant_str_of("sentiment"),
                             s->sentiment_labels,
                             3,
                             s->sentiment_models,
                             2,
                             4,
                             n_features,
                             s->weights[0],
                             s->bias[0]};
  s->banks[1] = (slant_bank){slant_str_of("stance"), s->stance_labels, 2, s->stance_models, 1, 1, n_features,
                             s->weights[1],          s->bias[1]};
}

static void free_banks(sample_banks *s) {
  free(s->weights[0]);
  free(s->weights[1]);
}

static bytes read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  bytes out = {.size = (uint64_t)ftell(file)};
  rewind(file);
  out.data = aligned_alloc(64, (out.size + 64) / 64 * 64);
  assert_int_equal(fread(out.data, 1, out.size, file), out.size);
  fclose(file);
  return out;
}

/* Writes the sample bundle and gives its bytes. */
static bytes sample_bundle(void) {
  static const char dictionary[] = "id\tname\ttype\taliases\nPAK\tPakistan\tstate\tIslamabad\n";
  char path[] = "/tmp/slant-bundle-XXXXXX";
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  close(descriptor);
  slant_pipeline *pipeline = make_pipeline();
  slant_actors *actors;
  sample_banks banks;
  slant_error error;
  make_banks(&banks, slant_pipeline_n_sparse(pipeline) + slant_pipeline_n_dense(pipeline));
  assert_int_equal(slant_actors_parse(&actors, slant_str_of(dictionary), "d", NULL), 0);
  if (slant_bundle_write(path, pipeline, actors, banks.banks, 2, slant_str_of("{\"seed\":1}"), &error))
    fail_msg("%s", error.message);
  bytes out = read_file(path);
  unlink(path);
  slant_actors_free(actors);
  slant_pipeline_free(pipeline);
  free_banks(&banks);
  return out;
}

static void test_round_trip(void **state) {
  (void)state;
  bytes a = sample_bundle(), b = sample_bundle();
  assert_int_equal(a.size, b.size);
  assert_memory_equal(a.data, b.data, a.size);
  slant_bundle *bundle;
  slant_error error;
  if (slant_bundle_open_memory(&bundle, a.data, a.size, &error)) fail_msg("%s", error.message);
  assert_int_equal(slant_bundle_n_banks(bundle), 2);
  assert_true(slant_str_is(slant_bundle_card(bundle), "{\"seed\":1}"));
  assert_int_equal(slant_actors_count(slant_bundle_actors(bundle)), 1);
  const slant_bank *bank = slant_bundle_find_bank(bundle, slant_str_of("sentiment"));
  assert_non_null(bank);
  assert_null(slant_bundle_find_bank(bundle, slant_str_of("sent")));
  assert_true(slant_str_is(bank->labels[2], "positive"));
  const slant_model *own = slant_bank_model(bank, slant_str_of("PAK"));
  assert_true(slant_str_is(own->actor, "PAK"));
  assert_int_equal(own->classes[1], 2);
  assert_true(slant_str_is(slant_bank_model(bank, slant_str_of("IND"))->actor, "*"));
  sample_banks banks;
  make_banks(&banks, bank->n_features);
  const slant_calibration *read = &own->calibration, *written = &banks.sentiment_models[1].calibration;
  assert_int_equal(read->kind, SLANT_CALIBRATION_ISOTONIC);
  assert_int_equal(read->n_values, written->n_values);
  assert_int_equal(read->n_levels, written->n_levels);
  assert_memory_equal(read->values, written->values, written->n_values * sizeof *written->values);
  assert_memory_equal(read->levels, written->levels, written->n_levels * sizeof *written->levels);
  assert_memory_equal(bank->weights, banks.weights[0], (size_t)bank->n_features * 4 * sizeof(float));
  free_banks(&banks);
  slant_bundle_close(bundle);
  free(a.data);
  free(b.data);
}

static int open_copy(const unsigned char *data, uint64_t size, slant_error *error) {
  slant_bundle *bundle;
  int status = slant_bundle_open_memory(&bundle, data, size, error);
  if (!status) slant_bundle_close(bundle);
  return status;
}

static void test_every_prefix_is_refused(void **state) {
  (void)state;
  bytes whole = sample_bundle();
  unsigned char *copy = aligned_alloc(64, (whole.size + 128) / 64 * 64);
  memcpy(copy, whole.data, whole.size);
  uint64_t step = whole.size > 60000 ? whole.size / 30000 : 1;
  for (uint64_t size = 0; size < whole.size; size += size < 4096 ? 1 : step) {
    slant_error error = {0};
    assert_int_equal(open_copy(copy, size, &error), SLANT_E_FORMAT);
    assert_true(error.message[0]);
  }
  copy[whole.size] = 0;
  assert_int_equal(open_copy(copy, whole.size + 1, NULL), SLANT_E_FORMAT);
  free(copy);
  free(whole.data);
}

static void test_every_flip_is_refused(void **state) {
  (void)state;
  bytes whole = sample_bundle();
  slant_random random = slant_random_from(5, 0);
  for (int round = 0; round < 4000; round++) {
    uint64_t at = round < 2000 ? (uint64_t)round % whole.size : slant_random_below(&random, whole.size);
    unsigned char flip = (unsigned char)(1u << slant_random_below(&random, 8));
    slant_error error = {0};
    whole.data[at] ^= flip;
    int status = open_copy(whole.data, whole.size, &error);
    if (status != SLANT_E_FORMAT && status != SLANT_E_VERSION) fail_msg("byte %d: status %d", (int)at, status);
    whole.data[at] ^= flip;
  }
  free(whole.data);
}

/* ---- damage behind good checksums: the structure's own checks ---- */
static void write_again(const slant_container *container, slant_section changed, uint32_t index, bytes *out) {
  char path[] = "/tmp/slant-bundle-XXXXXX";
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  close(descriptor);
  slant_section sections[SLANT_MAX_SECTIONS];
  memcpy(sections, container->sections, sizeof sections);
  sections[index] = changed;
  assert_int_equal(slant_container_write(path, sections, container->n_sections, NULL), 0);
  *out = read_file(path);
  unlink(path);
}

static void judge_with(slant_bundle *bundle) {
  slant_document *document;
  slant_extractor *extractor;
  slant_vector vector;
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_document_read(document, slant_str_of("Talks went well"), NULL), 0);
  if (slant_pipeline_mode(slant_bundle_pipeline(bundle)) == SLANT_MODE_DOCUMENT) {
    assert_int_equal(slant_extractor_new(&extractor, slant_bundle_pipeline(bundle), NULL), 0);
    slant_example example = {document, 0, 0};
    assert_int_equal(slant_extract(extractor, example, &vector, NULL), 0);
    for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++) {
      const slant_bank *bank = slant_bundle_bank(bundle, b);
      const slant_model *model = slant_bank_model(bank, slant_str_of("PAK"));
      float outputs[SLANT_MAX_CLASSES], scores[SLANT_MAX_CLASSES], p[SLANT_MAX_CLASSES];
      if (!model) continue;
      slant_bank_outputs(bank, &vector, model->first_output, model->n_outputs, outputs);
      slant_model_scores(model, outputs, scores);
      slant_model_probabilities(model, scores, p);
    }
    slant_extractor_free(extractor);
  }
  slant_document_free(document);
}

static void test_damage_behind_good_checksums(void **state) {
  (void)state;
  bytes whole = sample_bundle();
  slant_container container;
  slant_random random = slant_random_from(6, 0);
  int refused = 0;
  assert_int_equal(slant_container_read(&container, whole.data, whole.size, NULL), 0);
  for (int round = 0; round < 600; round++) {
    uint32_t index = (uint32_t)slant_random_below(&random, container.n_sections);
    slant_section section = container.sections[index];
    unsigned char *copy = malloc(section.size + 1);
    memcpy(copy, section.data, section.size);
    if (section.size && slant_random_below(&random, 3))
      copy[slant_random_below(&random, section.size)] = (unsigned char)slant_random_below(&random, 256);
    else
      section.size = slant_random_below(&random, section.size + 1);
    section.data = copy;
    bytes changed;
    slant_bundle *bundle;
    write_again(&container, section, index, &changed);
    if (slant_bundle_open_memory(&bundle, changed.data, changed.size, NULL) == 0) {
      judge_with(bundle);
      slant_bundle_close(bundle);
    } else {
      refused++;
    }
    free(changed.data);
    free(copy);
  }
  assert_true(refused > 100);
  free(whole.data);
}

static void test_bad_banks_are_not_written(void **state) {
  (void)state;
  slant_pipeline *pipeline = make_pipeline();
  uint32_t n = slant_pipeline_n_sparse(pipeline) + slant_pipeline_n_dense(pipeline);
  const float not_a_number = NAN;
  sample_banks s;
  slant_error error;
  for (int fault = 0; fault < 6; fault++) {
    make_banks(&s, n);
    if (fault == 0) s.banks[0].n_features--;
    if (fault == 1) s.sentiment_models[1].first_output = 4;
    if (fault == 2) s.sentiment_models[0].calibration.values = &not_a_number;
    if (fault == 3) s.banks[1].task = slant_str_of("sentiment");
    if (fault == 4) s.sentiment_models[0].actor = slant_str_of("ZZZ");
    if (fault == 5) s.two[1] = 3;
    assert_int_equal(slant_bundle_write("/nowhere/x", pipeline, NULL, s.banks, 2, slant_str_of("{}"), &error),
                     SLANT_E_ARGUMENT);
    free_banks(&s);
  }
  make_banks(&s, n);
  assert_int_equal(slant_bundle_write("/nowhere/x", pipeline, NULL, s.banks, 2, slant_str_of("{}"), &error),
                   SLANT_E_IO);
  free_banks(&s);
  slant_pipeline_free(pipeline);
}

static void test_files_that_are_no_bundles(void **state) {
  (void)state;
  slant_bundle *bundle;
  slant_error error;
  assert_int_equal(slant_bundle_open(&bundle, "/nowhere/b.slant", &error), SLANT_E_IO);
  assert_int_equal(slant_bundle_open(&bundle, "/", &error), SLANT_E_IO);
  assert_int_equal(slant_bundle_open(&bundle, "/dev/null", &error), SLANT_E_IO);
  _Alignas(64) static const char text[256] = "{\"text\": \"not a bundle\"}";
  assert_int_equal(slant_bundle_open_memory(&bundle, text, sizeof text, &error), SLANT_E_FORMAT);
  assert_non_null(strstr(error.message, "slant train"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_every_prefix_is_refused),
      cmocka_unit_test(test_every_flip_is_refused),
      cmocka_unit_test(test_damage_behind_good_checksums),
      cmocka_unit_test(test_bad_banks_are_not_written),
      cmocka_unit_test(test_files_that_are_no_bundles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
