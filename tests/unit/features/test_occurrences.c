/*
 * features/occurrences.c and what each stage says of where its n-grams stand: golden files of names beside the words of
 * the original, tests/data/features/places-<mode>.txt, for people to review (SLANT_UPDATE_GOLDEN=1 writes them); and
 * that exactly the features of the vector are found, within the text.
 */
#include "common/memory.h"
#include "common/random.h"

#include <setjmp.h>
#include <slant/pipeline.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char text[] =
    "“The Café Front never — ever — met Anna Roe’s aides,” said Mr Dupré #PeaceTalks. Noooo way!";

typedef struct fixture {
  slant_document *document;
  slant_pipeline *pipeline;
  slant_extractor *extractor;
  slant_example example;
} fixture;

static void open_fixture(fixture *f, slant_mode mode, const char *specification, slant_example example) {
  f->example = example;
  f->example.document = f->document;
  slant_error error;
  if (slant_pipeline_new(&f->pipeline, mode, specification, &error)) fail_msg("%s", error.message);
  assert_int_equal(slant_extractor_new(&f->extractor, f->pipeline, NULL), 0);
  assert_int_equal(slant_pipeline_grow(f->pipeline, f->extractor, f->example, NULL), 0);
  assert_int_equal(slant_pipeline_freeze(f->pipeline, NULL), 0);
  assert_int_equal(slant_pipeline_name(f->pipeline, f->extractor, f->example, NULL), 0);
}

static void close_fixture(fixture *f) {
  slant_extractor_free(f->extractor);
  slant_pipeline_free(f->pipeline);
}

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  *state = f;
  return slant_document_new(&f->document, NULL);
}

static int teardown(void **state) {
  fixture *f = *state;
  slant_document_free(f->document);
  free(f);
  return 0;
}

/* The mention "Anna Roe". */
static slant_example roe(fixture *f) {
  slant_example example = {f->document, 0, 0};
  assert_int_equal(slant_document_read(f->document, slant_str_of(text), NULL), 0);
  assert_int_equal(slant_document_span(f->document, 34, 42, &example.first, &example.last), 2);
  return example;
}

/* ---- golden ---- */
typedef struct listing {
  const fixture *f;
  slant_buffer out;
} listing;

static const char *point(const char *at, uint32_t n) {
  for (; n; n--) {
    at++;
    while ((*at & 0xc0) == 0x80) at++;
  }
  return at;
}

static void list_place(void *context, slant_occurrence o) {
  listing *all = context;
  slant_str name = slant_pipeline_feature_name(all->f->pipeline, o.feature);
  const char *from = point(text, o.point_from), *to = point(text, o.point_to);
  slant_buffer_format(&all->out, "%.*s @ %u-%u %.*s\n", (int)name.len, name.ptr, o.point_from, o.point_to,
                      (int)(to - from), from);
}

static void compare(const char *name, slant_mode mode, const char *specification, fixture *f) {
  char path[512];
  snprintf(path, sizeof path, "%s/features/places-%s.txt", TEST_DATA, name);
  slant_example example = roe(f);
  if (mode == SLANT_MODE_DOCUMENT) example.first = example.last = 0;
  open_fixture(f, mode, specification, example);
  listing found = {.f = f};
  assert_int_equal(slant_extract_occurrences(f->extractor, f->example, list_place, &found, NULL), 0);
  FILE *file = fopen(path, getenv("SLANT_UPDATE_GOLDEN") ? "w" : "r");
  if (!file) fail_msg("%s is missing", path);
  if (getenv("SLANT_UPDATE_GOLDEN")) {
    fwrite(found.out.data, 1, found.out.len, file);
  } else {
    char *golden = calloc(1, found.out.len + 2);
    size_t len = fread(golden, 1, found.out.len + 1, file), at = 0;
    while (at < len && at < found.out.len && golden[at] == found.out.data[at]) at++;
    if (at < len || at < found.out.len)
      fail_msg("%s differs at byte %zu: found …%.*s", path, at,
               (int)(found.out.len - at < 80 ? found.out.len - at : 80), found.out.data + at);
    free(golden);
  }
  fclose(file);
  slant_buffer_free(&found.out);
  close_fixture(f);
}

static void test_golden(void **state) {
  compare("document", SLANT_MODE_DOCUMENT, "words min=2 max=2 min-df=1\nchars min=4 max=4 min-df=1", *state);
  compare("document-skip", SLANT_MODE_DOCUMENT,
          "words min=2 max=2 skip=1 min-df=1\nchars min=6 max=6 scope=across min-df=1", *state);
  compare("target", SLANT_MODE_TARGET,
          "words min=1 max=2 min-df=1\nchars min=5 max=5 min-df=1\nmention min-df=1\npattern min-df=1\nverb min-df=1",
          *state);
}

/* ---- whatever the text ---- */
typedef struct tally {
  const fixture *f;
  uint8_t *found; /* by feature */
} tally;

static void count_place(void *context, slant_occurrence o) {
  tally *all = context;
  assert_true(o.feature < slant_pipeline_n_sparse(all->f->pipeline));
  assert_true(o.point_from <= o.point_to);
  assert_true(o.point_to <= all->f->example.document->n_points);
  all->found[o.feature] = 1;
}

static void check_found(fixture *f) {
  slant_vector vector;
  uint32_t n = slant_pipeline_n_sparse(f->pipeline), n_found = 0;
  tally all = {f, calloc(n + 1, 1)};
  assert_int_equal(slant_extract_occurrences(f->extractor, f->example, count_place, &all, NULL), 0);
  assert_int_equal(slant_extract(f->extractor, f->example, &vector, NULL), 0);
  for (uint32_t i = 0; i < n; i++) n_found += all.found[i];
  assert_int_equal(n_found, vector.n_sparse);
  for (uint32_t i = 0; i < vector.n_sparse; i++) assert_true(all.found[vector.index[i]]);
  free(all.found);
}

static void test_same_features(void **state) {
  static const char *const parts[] = {"Roe ", "#BeNotAfraid", "café ",    "e\xcc\x81t\xc3\xa9 ", "not ",  "“",   ".",
                                      "\xff", "said ",        "soooooo ", "http://x.y ",         "🙂 ", "Mr ", "’s ",
                                      "!"};
  fixture *f = *state;
  slant_random random = slant_random_from(11, 0);
  for (int round = 0; round < 60; round++) {
    slant_buffer made = {0};
    for (uint64_t n = 1 + slant_random_below(&random, 24); n; n--)
      slant_buffer_text(&made, parts[slant_random_below(&random, sizeof parts / sizeof *parts)]);
    assert_int_equal(slant_document_read(f->document, (slant_str){made.data, made.len}, NULL), 0);
    slant_buffer_free(&made);
    open_fixture(f, SLANT_MODE_DOCUMENT, "words min-df=1\nchars min=1 max=6 min-df=1\nlexicon", (slant_example){0});
    check_found(f);
    close_fixture(f);
    if (!f->document->n_tokens) continue;
    uint32_t first = (uint32_t)slant_random_below(&random, f->document->n_tokens), last = first + 1;
    if (last < f->document->n_tokens && f->document->tokens[last].sentence == f->document->tokens[first].sentence)
      last++;
    open_fixture(
        f, SLANT_MODE_TARGET,
        "words max=3 min-df=1\nchars min=1 min-df=1\nmention min-df=1\npattern min-df=1\nverb min-df=1\nlexicon",
        (slant_example){NULL, first, last});
    check_found(f);
    close_fixture(f);
  }
}

static void test_ranges(void **state) {
  fixture *f = *state;
  open_fixture(f, SLANT_MODE_TARGET, "lexicon\nwords min-df=1\nmention min-df=1", roe(f));
  uint32_t n = slant_pipeline_n_stages(f->pipeline), all = 0;
  assert_int_equal(n, 3);
  for (uint32_t s = 0; s < n; s++) {
    slant_stage_range range = slant_pipeline_stage_range(f->pipeline, s);
    all += range.end - range.first;
    for (uint32_t k = range.first; k < range.end; k++) {
      slant_str name = slant_pipeline_feature_name(f->pipeline, k);
      assert_true(name.len > range.id.len + 2 && memcmp(name.ptr, range.id.ptr, range.id.len) == 0);
      assert_memory_equal(name.ptr + range.id.len, ": ", 2);
    }
  }
  assert_int_equal(all, slant_pipeline_n_sparse(f->pipeline) + slant_pipeline_n_dense(f->pipeline));
  close_fixture(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_golden, setup, teardown),
                                     cmocka_unit_test_setup_teardown(test_same_features, setup, teardown),
                                     cmocka_unit_test_setup_teardown(test_ranges, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
