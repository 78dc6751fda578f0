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
  slant_model models[3]; /* sentiment "*" and PAK, stance "*" */
  float *weights[3];     /* n_features × n_outputs */
  float bias[3];
  slant_bank banks[2];
  slant_bank_builder *builders[2];
} sample_banks;

static void free_banks(sample_banks *s) {
  for (int m = 0; m < 3; m++) free(s->weights[m]);
  for (int b = 0; b < 2; b++) slant_bank_builder_free(s->builders[b]);
}

static void describe_banks(sample_banks *s, uint32_t n_features) {
  static const float unit = 1, shares[] = {0.25f, 0.75f}, sure[] = {3, 0.5f},
                     risen[] = {3, -1, 0, 2, 0.125f, 0.5f, 1}; /* three knots */
  static float levels[SLANT_COVERAGE_LEVELS];
  for (int i = 0; i < SLANT_COVERAGE_LEVELS; i++) levels[i] = 1 - (float)i / 64;
  const slant_calibration calm = {SLANT_CALIBRATION_TEMPERATURE, 1, &unit, 0, NULL, 0, NULL},
                          bent = {SLANT_CALIBRATION_ISOTONIC, 7, risen, SLANT_COVERAGE_LEVELS, levels, 2, shares},
                          steep = {SLANT_CALIBRATION_SIGMOID, 2, sure, 0, NULL, 0, NULL};
  slant_random random = slant_random_from(3, 0);
  *s = (sample_banks){.sentiment_labels = {slant_str_of("negative"), slant_str_of("neutral"), slant_str_of("positive")},
                      .stance_labels = {slant_str_of("against"), slant_str_of("favor")},
                      .three = {0, 1, 2},
                      .two = {0, 2},
                      .bias = {0, 0.125f, 0.25f}};
  s->models[0] = (slant_model){slant_str_of("*"), SLANT_CODING_ONE_VS_REST, .n_examples = 40, .classes = s->three,
                               .n_classes = 3,    .calibration = calm,      .cost = 0.1f};
  s->models[1] = (slant_model){slant_str_of("PAK"), SLANT_CODING_BINARY, .n_examples = 20, .classes = s->two,
                               .n_classes = 2,      .calibration = bent, .cost = 1};
  s->models[2] = (slant_model){slant_str_of("*"), SLANT_CODING_BINARY,  .n_examples = 40, .classes = s->three,
                               .n_classes = 2,    .calibration = steep, .cost = 1};
  for (int m = 0; m < 3; m++) {
    size_t n = (size_t)n_features * (m ? 1 : 3);
    s->weights[m] = calloc(n, sizeof(float));
    for (size_t i = 0; i < n; i++) s->weights[m][i] = (float)slant_random_below(&random, 2000) / 1000 - 1;
  }
}

/* The first fault of building them. */
static int finish_banks(sample_banks *s, uint32_t n_sparse, uint32_t n_dense, uint32_t bits, slant_error *error) {
  int status = slant_bank_builder_new(&s->builders[0], slant_str_of("sentiment"), s->sentiment_labels, 3, n_sparse,
                                      n_dense, error);
  if (!status)
    status =
        slant_bank_builder_new(&s->builders[1], slant_str_of("stance"), s->stance_labels, 2, n_sparse, n_dense, error);
  /* in any order */
  if (!status)
    status = slant_bank_builder_add(s->builders[0], &s->models[1],
                                    &(slant_linear_model){n_sparse + n_dense, NULL, s->weights[1], s->bias}, error);
  if (!status)
    status = slant_bank_builder_add(s->builders[0], &s->models[0],
                                    &(slant_linear_model){n_sparse + n_dense, NULL, s->weights[0], s->bias}, error);
  if (!status)
    status = slant_bank_builder_add(s->builders[1], &s->models[2],
                                    &(slant_linear_model){n_sparse + n_dense, NULL, s->weights[2], s->bias}, error);
  for (int b = 0; b < 2 && !status; b++) status = slant_bank_builder_finish(s->builders[b], bits, &s->banks[b], error);
  return status;
}

static void make_banks(sample_banks *s, const slant_pipeline *pipeline) {
  uint32_t n_sparse = slant_pipeline_n_sparse(pipeline), n_dense = slant_pipeline_n_dense(pipeline);
  slant_error error;
  describe_banks(s, n_sparse + n_dense);
  if (finish_banks(s, n_sparse, n_dense, 32, &error)) fail_msg("%s", error.message);
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
  make_banks(&banks, pipeline);
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
  describe_banks(&banks, bank->n_sparse + bank->n_dense);
  const slant_calibration *read = &own->calibration, *written = &banks.models[1].calibration;
  assert_int_equal(read->kind, SLANT_CALIBRATION_ISOTONIC);
  assert_int_equal(read->n_values, written->n_values);
  assert_int_equal(read->n_levels, written->n_levels);
  assert_int_equal(read->n_prior, 2);
  assert_memory_equal(read->values, written->values, written->n_values * sizeof *written->values);
  assert_memory_equal(read->levels, written->levels, written->n_levels * sizeof *written->levels);
  assert_memory_equal(read->prior, written->prior, 2 * sizeof *written->prior);
  for (uint32_t f = 0; f < bank->n_sparse + bank->n_dense; f++) {
    for (uint32_t o = 0; o < 3; o++)
      assert_true(slant_model_weight(bank, &bank->models[0], f, o) == banks.weights[0][f * 3 + o]);
    assert_true(slant_model_weight(bank, own, f, 0) == banks.weights[1][f]);
  }
  assert_true(slant_model_bias(bank, &bank->models[0], 2) == 0.25f);
  free_banks(&banks);
  slant_bundle_close(bundle);
  free(a.data);
  free(b.data);
}

static void judge_with(slant_bundle *bundle) {
  slant_document *document;
  slant_extractor *extractor;
  slant_workspace *workspace;
  slant_vector vector;
  assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_document_read(document, slant_str_of("Talks went well"), NULL), 0);
  if (slant_pipeline_mode(slant_bundle_pipeline(bundle)) == SLANT_MODE_DOCUMENT) {
    assert_int_equal(slant_extractor_new(&extractor, slant_bundle_pipeline(bundle), NULL), 0);
    slant_example example = {document, 0, 0};
    assert_int_equal(slant_extract(extractor, example, &vector, NULL), 0);
    for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++) {
      const slant_bank *bank = slant_bundle_bank(bundle, b);
      const slant_model *model = slant_bank_model(bank, slant_str_of("PAK"));
      float outputs[SLANT_MAX_OUTPUTS], scores[SLANT_MAX_CLASSES], p[SLANT_MAX_CLASSES];
      if (!model) continue;
      if (slant_model_outputs(bank, model, &vector, 1, workspace, outputs, NULL)) continue;
      slant_model_scores(model, outputs, scores);
      slant_model_probabilities(model, scores, p);
    }
    slant_extractor_free(extractor);
  }
  slant_document_free(document);
  slant_workspace_free(workspace);
}

static int open_copy(const unsigned char *data, uint64_t size, slant_error *error) {
  slant_bundle *bundle;
  int status = slant_bundle_open_memory(&bundle, data, size, error);
  if (status) return status;
  judge_with(bundle); /* damage that is not looked for does no harm */
  status = slant_bundle_verify(bundle, error);
  slant_bundle_close(bundle);
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

/* A weight that is another, with all names, sizes and the card as they are, makes another bundle. */
static void test_digest(void **state) {
  (void)state;
  bytes whole = sample_bundle(), same = sample_bundle(), changed;
  slant_container container;
  slant_bundle *bundles[3];
  assert_int_equal(slant_container_read(&container, whole.data, whole.size, NULL), 0);
  for (uint32_t s = 0; s < container.n_sections; s++) {
    slant_section section = container.sections[s];
    if (strcmp(section.name, "W00") != 0) continue;
    unsigned char *copy = malloc(section.size);
    memcpy(copy, section.data, section.size);
    copy[0] ^= 1;
    section.data = copy;
    write_again(&container, section, s, &changed);
    free(copy);
    assert_int_equal(slant_bundle_open_memory(&bundles[0], whole.data, whole.size, NULL), 0);
    assert_int_equal(slant_bundle_open_memory(&bundles[1], same.data, same.size, NULL), 0);
    assert_int_equal(slant_bundle_open_memory(&bundles[2], changed.data, changed.size, NULL), 0);
    assert_true(slant_bundle_digest(bundles[0]) == slant_bundle_digest(bundles[1]));
    assert_true(slant_bundle_digest(bundles[0]) != slant_bundle_digest(bundles[2]));
    for (int b = 0; b < 3; b++) slant_bundle_close(bundles[b]);
    free(changed.data);
    free(whole.data);
    free(same.data);
    return;
  }
  fail_msg("the bundle has no table of weights");
}

static void test_bad_banks_are_not_written(void **state) {
  (void)state;
  slant_pipeline *pipeline = make_pipeline();
  uint32_t n_sparse = slant_pipeline_n_sparse(pipeline), n_dense = slant_pipeline_n_dense(pipeline);
  const float not_a_number = NAN;
  sample_banks s;
  slant_error error;
  for (int fault = 0; fault < 7; fault++) {
    describe_banks(&s, n_sparse + n_dense);
    if (fault == 0) s.models[1].coding = 7;
    if (fault == 1) s.models[0].actor = slant_str_of("PAK");
    if (fault == 2) s.models[0].calibration.values = &not_a_number;
    if (fault == 3) s.two[1] = 3;
    if (fault == 4) s.models[1].shared = 1; /* "*" has other classes */
    if (fault == 5) s.sentiment_labels[1] = slant_str_of("a");
    if (fault == 6) s.models[1].actor = slant_str_of("");
    assert_int_equal(finish_banks(&s, n_sparse, n_dense, 32, &error), SLANT_E_ARGUMENT);
    assert_true(error.message[0]);
    free_banks(&s);
  }
  describe_banks(&s, n_sparse + n_dense);
  assert_int_equal(finish_banks(&s, n_sparse, n_dense, 24, &error), SLANT_E_ARGUMENT);
  free_banks(&s);
  for (int fault = 0; fault < 2; fault++) {
    describe_banks(&s, n_sparse + n_dense);
    assert_int_equal(finish_banks(&s, n_sparse - (fault == 0), n_dense, 32, &error), 0);
    if (fault == 1) s.banks[1].task = slant_str_of("sentiment");
    assert_int_equal(slant_bundle_write("/nowhere/x", pipeline, NULL, s.banks, 2, slant_str_of("{}"), &error),
                     SLANT_E_ARGUMENT);
    free_banks(&s);
  }
  make_banks(&s, pipeline);
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
      cmocka_unit_test(test_digest),
      cmocka_unit_test(test_bad_banks_are_not_written),
      cmocka_unit_test(test_files_that_are_no_bundles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
