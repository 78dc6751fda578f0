/* pipeline.c, specification.c, extractor.c, vocabulary.c, table.c and sections.c. */
#include <slant/pipeline.h>

#include "common/random.h"
#include "features/table.h"
#include "features/vocabulary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const texts[] = {"The talks went well and the envoys smiled", "The talks failed and nobody smiled",
                                    "Envoys left; the talks failed", "A good day for the envoys"};
enum { N_TEXTS = sizeof texts / sizeof *texts };

typedef struct grown {
  slant_document *document;
  slant_pipeline *pipeline;
  slant_extractor *extractor;
} grown;

static slant_example read_text(grown *g, size_t i) {
  slant_example example = {g->document, 0, 0};
  assert_int_equal(slant_document_read(g->document, slant_str_of(texts[i % N_TEXTS]), NULL), 0);
  return example;
}

/* Grown on the texts, beginning with text number `start`. */
static grown grow(const char *specification, size_t start) {
  grown g;
  assert_int_equal(slant_document_new(&g.document, NULL), 0);
  assert_int_equal(slant_pipeline_new(&g.pipeline, SLANT_MODE_DOCUMENT, specification, NULL), 0);
  assert_int_equal(slant_extractor_new(&g.extractor, g.pipeline, NULL), 0);
  for (size_t i = 0; i < N_TEXTS; i++)
    assert_int_equal(slant_pipeline_grow(g.pipeline, g.extractor, read_text(&g, start + i), NULL), 0);
  assert_int_equal(slant_pipeline_freeze(g.pipeline, NULL), 0);
  for (size_t i = 0; i < N_TEXTS; i++)
    assert_int_equal(slant_pipeline_name(g.pipeline, g.extractor, read_text(&g, i), NULL), 0);
  return g;
}

static void release(grown *g) {
  slant_extractor_free(g->extractor);
  slant_pipeline_free(g->pipeline);
  slant_document_free(g->document);
}

/* tf-idf by hand: three of the four texts have "failed", "talks" or "envoys" …, N = 4. */
static void test_tfidf(void **state) {
  (void)state;
  grown g = grow("words min=1 max=1 tf=log min-df=2", 0);
  slant_vector vector;
  assert_int_equal(slant_extract(g.extractor, read_text(&g, 2), &vector, NULL), 0);
  double talks = 0, failed = 0, squares = 0;
  for (uint32_t k = 0; k < vector.n_sparse; k++) {
    slant_str name = slant_pipeline_feature_name(g.pipeline, vector.index[k]);
    if (slant_str_is(name, "words: talks")) talks = (double)vector.value[k];
    if (slant_str_is(name, "words: failed")) failed = (double)vector.value[k];
    squares += (double)vector.value[k] * (double)vector.value[k];
    if (k) assert_true(vector.index[k] > vector.index[k - 1]);
  }
  assert_true(fabs(squares - 1) < 1e-6);
  double expected = (log(5.0 / 3.0) + 1) / (log(5.0 / 4.0) + 1); /* df 2 against df 3 */
  assert_true(fabs(failed / talks - expected) < 1e-6);
  release(&g);
}

static void test_order_of_examples_does_not_matter(void **state) {
  (void)state;
  grown a = grow(NULL, 0), b = grow(NULL, 2);
  slant_section x[SLANT_PIPELINE_SECTIONS], y[SLANT_PIPELINE_SECTIONS];
  assert_int_equal(slant_pipeline_export(a.pipeline, x, NULL), 0);
  assert_int_equal(slant_pipeline_export(b.pipeline, y, NULL), 0);
  for (int s = 0; s < SLANT_PIPELINE_SECTIONS; s++) {
    assert_int_equal(x[s].size, y[s].size);
    if (strcmp(x[s].name, "numbers") != 0) assert_memory_equal(x[s].data, y[s].data, x[s].size);
  }
  release(&a);
  release(&b);
}

static void test_specifications(void **state) {
  (void)state;
  const struct {
    const char *text;
    int status;
    const char *part;
  } cases[] = {{"", SLANT_E_ARGUMENT, "no stage"},
               {"words\nwords", SLANT_E_ARGUMENT, "twice"},
               {"wurds", SLANT_E_ARGUMENT, "wurds"},
               {"words min=3 max=2", SLANT_E_ARGUMENT, "min is above max"},
               {"words max=99", SLANT_E_ARGUMENT, "--max"},
               {"words max", SLANT_E_ARGUMENT, "option=value"},
               {"words version=9", SLANT_E_VERSION, "train the bundle again"},
               {"mention", SLANT_E_ARGUMENT, "mode"},
               {"# a comment\nmode document\nwords version=1\n\n", 0, ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    slant_pipeline *pipeline;
    slant_error error = {0};
    assert_int_equal(slant_pipeline_new(&pipeline, SLANT_MODE_DOCUMENT, cases[i].text, &error), cases[i].status);
    if (!strstr(error.message, cases[i].part)) fail_msg("%s: %s", cases[i].text, error.message);
    slant_pipeline_free(pipeline);
  }
}

/* ---- sections ---- */
static slant_section find_section(void *context, const char *name) {
  const slant_section *sections = context;
  for (int s = 0; s < SLANT_PIPELINE_SECTIONS; s++)
    if (strcmp(sections[s].name, name) == 0) return sections[s];
  return (slant_section){0};
}

static void test_import_gives_the_same_vectors(void **state) {
  (void)state;
  grown g = grow(NULL, 0);
  slant_section sections[SLANT_PIPELINE_SECTIONS];
  slant_pipeline *copy;
  slant_extractor *extractor;
  assert_int_equal(slant_pipeline_export(g.pipeline, sections, NULL), 0);
  assert_int_equal(slant_pipeline_import(&copy, find_section, sections, NULL, 0, NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, copy, NULL), 0);
  for (size_t i = 0; i < N_TEXTS; i++) {
    slant_vector a, b;
    slant_example example = read_text(&g, i);
    assert_int_equal(slant_extract(g.extractor, example, &a, NULL), 0);
    assert_int_equal(slant_extract(extractor, example, &b, NULL), 0);
    assert_int_equal(a.n_sparse, b.n_sparse);
    assert_true(a.n_sparse > 0 && a.n_dense > 0);
    assert_memory_equal(a.index, b.index, a.n_sparse * sizeof *a.index);
    assert_memory_equal(a.value, b.value, a.n_sparse * sizeof *a.value);
    assert_memory_equal(a.dense, b.dense, a.n_dense * sizeof *a.dense);
  }
  for (uint32_t f = 0; f < slant_pipeline_n_sparse(copy); f++) {
    slant_str name = slant_pipeline_feature_name(copy, f);
    assert_true(name.len > 0 && slant_str_equal(name, slant_pipeline_feature_name(g.pipeline, f)));
  }
  slant_extractor_free(extractor);
  slant_pipeline_free(copy);
  release(&g);
}

/* Every third feature kept: its name, idf and order stay, and vectors are the old ones without the others, every block
 * brought to unit length anew. It can be written and read. */
static void test_selection(void **state) {
  (void)state;
  enum { MOST = 400 };
  grown g = grow("words min=1 max=2 tf=log min-df=1\nchars min=2 max=3 min-df=1 weight=2\nlexicon", 0);
  grown whole = grow("words min=1 max=2 tf=log min-df=1\nchars min=2 max=3 min-df=1 weight=2\nlexicon", 0);
  bool keep[MOST];
  uint32_t n = slant_pipeline_n_sparse(g.pipeline), old[MOST] = {0}, n_kept = 0;
  assert_true(n > 60 && n < MOST);
  for (uint32_t f = 0; f < n; f++) {
    keep[f] = f % 3 == 1;
    if (keep[f]) old[n_kept++] = f;
  }
  assert_int_equal(slant_pipeline_select(g.pipeline, keep, NULL), 0);
  assert_int_equal(slant_pipeline_n_sparse(g.pipeline), n_kept);
  for (uint32_t f = 0; f < n_kept + slant_pipeline_n_dense(g.pipeline); f++)
    assert_true(slant_str_equal(slant_pipeline_feature_name(g.pipeline, f),
                                slant_pipeline_feature_name(whole.pipeline, f < n_kept ? old[f] : n + f - n_kept)));
  uint32_t cut = slant_pipeline_stage_range(g.pipeline, 0).end;
  assert_int_equal(cut, (slant_pipeline_stage_range(whole.pipeline, 0).end + 1) / 3);
  slant_section sections[SLANT_PIPELINE_SECTIONS];
  slant_pipeline *copy;
  slant_extractor *extractor;
  assert_int_equal(slant_pipeline_export(g.pipeline, sections, NULL), 0);
  assert_int_equal(slant_pipeline_import(&copy, find_section, sections, NULL, 0, NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, copy, NULL), 0);
  for (size_t i = 0; i < N_TEXTS; i++) {
    slant_vector a, b, all;
    double squares[2] = {0};
    slant_example example = read_text(&g, i);
    assert_int_equal(slant_extract(whole.extractor, example, &all, NULL), 0);
    assert_int_equal(slant_extract(g.extractor, example, &a, NULL), 0);
    assert_int_equal(slant_extract(extractor, example, &b, NULL), 0);
    assert_int_equal(a.n_sparse, b.n_sparse);
    assert_memory_equal(a.index, b.index, a.n_sparse * sizeof *a.index);
    assert_memory_equal(a.value, b.value, a.n_sparse * sizeof *a.value);
    assert_memory_equal(a.dense, all.dense, a.n_dense * sizeof *a.dense);
    uint32_t at = 0;
    for (uint32_t k = 0; k < all.n_sparse; k++)
      if (keep[all.index[k]])
        squares[all.index[k] >= slant_pipeline_stage_range(whole.pipeline, 0).end] +=
            (double)all.value[k] * (double)all.value[k];
    for (uint32_t k = 0; k < all.n_sparse; k++) {
      if (!keep[all.index[k]]) continue;
      bool second = a.index[at] >= cut;
      assert_int_equal(old[a.index[at]], all.index[k]);
      double expected = (double)all.value[k] / sqrt(squares[second]) * (second ? 2 : 1);
      assert_true(fabs((double)a.value[at++] - expected) < 1e-6);
    }
    assert_int_equal(at, a.n_sparse);
  }
  assert_int_equal(slant_pipeline_select(copy, keep, NULL), SLANT_E_ARGUMENT); /* it stands in a bundle */
  memset(keep, 0, sizeof keep);
  assert_int_equal(slant_pipeline_select(g.pipeline, keep, NULL), 0);
  slant_vector none;
  assert_int_equal(slant_extract(g.extractor, read_text(&g, 0), &none, NULL), 0);
  assert_int_equal(none.n_sparse, 0);
  slant_extractor_free(extractor);
  slant_pipeline_free(copy);
  release(&g);
  release(&whole);
}

/* Damaged sections are refused, or give a pipeline that can be used without a fault. */
static void test_damaged_sections(void **state) {
  (void)state;
  grown g = grow("words\nlexicon", 0);
  slant_section sections[SLANT_PIPELINE_SECTIONS];
  slant_random random = slant_random_from(11, 0);
  assert_int_equal(slant_pipeline_export(g.pipeline, sections, NULL), 0);
  uint64_t largest = 0;
  for (int s = 0; s < SLANT_PIPELINE_SECTIONS; s++) largest = sections[s].size > largest ? sections[s].size : largest;
  unsigned char *copy = aligned_alloc(64, (largest + 127) / 64 * 64);
  for (int round = 0; round < 2000; round++) {
    slant_section bad[SLANT_PIPELINE_SECTIONS];
    memcpy(bad, sections, sizeof bad);
    slant_section *one = &bad[slant_random_below(&random, SLANT_PIPELINE_SECTIONS)];
    if (!one->size) continue; /* no vectors */
    memcpy(copy, one->data, one->size);
    bool shorten = slant_random_below(&random, 4) == 0;
    if (shorten)
      one->size = slant_random_below(&random, one->size);
    else
      copy[slant_random_below(&random, one->size)] ^= (unsigned char)(1 + slant_random_below(&random, 255));
    one->data = copy;
    slant_pipeline *pipeline;
    slant_error error;
    int status = slant_pipeline_import(&pipeline, find_section, bad, NULL, 0, &error);
    if (status) {
      assert_true(status == SLANT_E_FORMAT || status == SLANT_E_VERSION);
      continue;
    }
    slant_extractor *extractor;
    slant_vector vector;
    assert_int_equal(slant_extractor_new(&extractor, pipeline, NULL), 0);
    assert_int_equal(slant_extract(extractor, read_text(&g, 0), &vector, NULL), 0);
    slant_extractor_free(extractor);
    slant_pipeline_free(pipeline);
  }
  free(copy);
  release(&g);
}

static void test_table(void **state) {
  (void)state;
  uint64_t keys[300];
  slant_table table, adopted;
  for (uint64_t i = 0; i < 300; i++) keys[i] = (i + 1) * UINT64_C(0x100000000); /* all fall on one slot at first */
  slant_slot *slots = slant_table_build(&table, keys, 300);
  for (uint32_t i = 0; i < 300; i++) assert_int_equal(slant_table_find(&table, keys[i]), i);
  assert_int_equal(slant_table_find(&table, 5), SLANT_ABSENT);
  uint64_t size = slant_table_size(&table);
  assert_true(slant_table_adopt(&adopted, slots, size, 300));
  assert_int_equal(slant_table_find(&adopted, keys[299]), 299);
  assert_true(slant_table_adopt(&adopted, slots, size, 299)); /* a value that is too large is not found */
  assert_int_equal(slant_table_find(&adopted, keys[299]), SLANT_ABSENT);
  assert_int_equal(slant_table_find(&adopted, keys[298]), 298);
  assert_false(slant_table_adopt(&adopted, slots, size - 16, 300));
  assert_false(slant_table_adopt(&adopted, NULL, 0, 300));
  for (uint64_t i = 0; i <= table.mask; i++) slots[i].key |= 1; /* no empty slot: a search ends all the same */
  assert_true(slant_table_adopt(&adopted, slots, size, 300));
  assert_int_equal(slant_table_find(&adopted, 6), SLANT_ABSENT);
  free(slots);
}

static void test_counts(void **state) {
  (void)state;
  slant_counts counts = {0};
  int64_t min_df[SLANT_MAX_BLOCKS] = {2, 1};
  uint64_t *keys;
  uint32_t *df, n;
  for (uint32_t example = 1; example <= 3; example++)
    for (uint64_t h = 0; h < 50000; h++)
      if (h % example == 0) {
        assert_true(slant_counts_add(&counts, slant_vocabulary_key(0, h), example));
        assert_true(slant_counts_add(&counts, slant_vocabulary_key(0, h), example)); /* once an example */
      }
  assert_true(slant_counts_add(&counts, slant_vocabulary_key(1, 7), 1));
  assert_true(slant_counts_prune(&counts, min_df, &keys, &df, &n));
  assert_int_equal(n, 33334); /* multiples of 2 or 3 below 50,000: 25,000 + 16,667 - 8,334; and one of block 1 */
  assert_int_equal(df[0], 3);
  assert_int_equal(keys[n - 1], slant_vocabulary_key(1, 7));
  free(keys);
  free(df);
  slant_counts_free(&counts);
}

static void test_misuse(void **state) {
  (void)state;
  grown g = grow("words", 0);
  slant_pipeline *fresh;
  slant_extractor *extractor;
  slant_vector vector;
  slant_section sections[SLANT_PIPELINE_SECTIONS];
  assert_int_equal(slant_pipeline_grow(g.pipeline, g.extractor, read_text(&g, 0), NULL), SLANT_E_ARGUMENT);
  assert_int_equal(slant_pipeline_new(&fresh, SLANT_MODE_DOCUMENT, "words", NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, fresh, NULL), 0);
  assert_int_equal(slant_extract(extractor, read_text(&g, 0), &vector, NULL), SLANT_E_ARGUMENT);
  assert_int_equal(slant_pipeline_export(fresh, sections, NULL), SLANT_E_ARGUMENT);
  assert_int_equal(slant_pipeline_select(fresh, NULL, NULL), SLANT_E_ARGUMENT);
  slant_extractor_free(extractor);
  slant_pipeline_free(fresh);
  release(&g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tfidf),          cmocka_unit_test(test_order_of_examples_does_not_matter),
      cmocka_unit_test(test_specifications), cmocka_unit_test(test_import_gives_the_same_vectors),
      cmocka_unit_test(test_selection),      cmocka_unit_test(test_damaged_sections),
      cmocka_unit_test(test_table),          cmocka_unit_test(test_counts),
      cmocka_unit_test(test_misuse)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
