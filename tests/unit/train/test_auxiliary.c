/* train/sources.c, models/scorer.c and features/stage_aux.c: a bundle that lends its scores to another. */
#include "training.h"

static char *trained(const char *const *set, bool spans) {
  fixture f;
  open_fixture(&f, set);
  add_actor(&f, "Alpha", 80, spans);
  fit(&f);
  char *path = temporary_name();
  assert_int_equal(slant_trainer_write(f.trainer, path, NULL), 0);
  close_fixture(&f);
  return path;
}

static void forget(char *path) {
  unlink(path);
  free(path);
}

/* The decision values of a bundle's scorer, and the dense values that they become in another's pipeline. */
static void ask(const slant_bundle *bundle, const char *text, float *scores, float *dense) {
  slant_document *document;
  slant_extractor *extractor;
  slant_scorer scorer;
  slant_vector vector;
  void *scratch;
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_document_read(document, slant_str_of(text), NULL), 0);
  slant_example example = {.document = document};
  const char *at = strstr(text, "Alpha");
  slant_document_span(document, at - text, at - text + 5, &example.first, &example.last);
  assert_int_equal(slant_bundle_scorer(slant_bundle_auxiliary(bundle, 0), &scorer, NULL), 0);
  assert_int_equal(scorer.n_outputs, 2);
  assert_int_equal(scorer.open(scorer.context, &scratch, NULL), 0);
  slant_example seen = example;
  if (scorer.mode == SLANT_MODE_DOCUMENT) seen.first = seen.last = 0;
  assert_int_equal(scorer.score(scratch, seen, scores, NULL), 0);
  scorer.close(scratch);
  assert_int_equal(slant_extractor_new(&extractor, slant_bundle_pipeline(bundle), NULL), 0);
  assert_int_equal(slant_extract(extractor, example, &vector, NULL), 0);
  memcpy(dense, vector.dense + vector.n_dense - 2, 2 * sizeof *dense);
  slant_extractor_free(extractor);
  slant_document_free(document);
}

/* The borrower needs no file but its own, and its features are the lender's scores, standardised. */
static void scores_become_features(bool lender_sees_mentions) {
  const char *const lender[] = {"mode", lender_sees_mentions ? "target" : "document", NULL};
  char *aux = trained(lender, lender_sees_mentions);
  const char *const set[] = {"aux", aux, "mode", "target", NULL};
  fixture f;
  open_fixture(&f, set);
  add_actor(&f, "Alpha", 80, true);
  fit(&f);
  slant_bundle *bundle = write_and_open(&f);
  forget(aux);
  const slant_pipeline *pipeline = slant_bundle_pipeline(bundle);
  slant_stage_range range = slant_pipeline_stage_range(pipeline, slant_pipeline_n_stages(pipeline) - 1);
  assert_true(slant_str_is(range.id, "aux"));
  assert_int_equal(range.end - range.first, 2);
  assert_true(slant_str_is(slant_pipeline_feature_name(pipeline, range.first), "aux: 1, sentiment negative"));
  assert_true(slant_str_is(slant_pipeline_feature_name(pipeline, range.first + 1), "aux: 1, tone cold"));
  assert_non_null(slant_bundle_auxiliary(bundle, 0));
  assert_null(slant_bundle_auxiliary(bundle, 1));
  assert_null(slant_bundle_auxiliary(bundle, 99));
  static const char *const said[] = {"The press scorned Alpha at the border.", "The press admired Alpha at the market.",
                                     "Nobody asked Alpha on day 7."};
  float scores[3][2], dense[3][2];
  for (int i = 0; i < 3; i++) ask(bundle, said[i], scores[i], dense[i]);
  for (int k = 0; k < 2; k++) {
    assert_true(scores[0][k] > 0.3F && scores[1][k] < -0.3F);
    double slope = (double)(dense[0][k] - dense[1][k]) / (double)(scores[0][k] - scores[1][k]);
    double expected = (double)dense[1][k] + slope * (double)(scores[2][k] - scores[1][k]);
    assert_true(slope > 0 && fabs(expected - (double)dense[2][k]) < 1e-4);
  }
  slant_bundle_close(bundle);
  close_fixture(&f);
}

static void mentions_lend_to_mentions(void **state) {
  (void)state;
  scores_become_features(true);
}

static void texts_lend_to_mentions(void **state) {
  (void)state;
  scores_become_features(false);
}

static void train_refused(const char *mode, const char *aux, slant_status code, const char *part) {
  const char *const set[] = {"aux", aux, "mode", mode, NULL};
  fixture f;
  open_fixture(&f, set);
  add_actor(&f, "Alpha", 60, true);
  refuse(&f, code, part);
}

static void what_cannot_lend(void **state) {
  (void)state;
  static const char *const target[] = {"mode", "target", NULL};
  char *aux = trained(target, true), five[400];
  train_refused("document", aux, SLANT_E_ARGUMENT, "judges mentions");
  snprintf(five, sizeof five, "%s,%s,%s,%s,%s", aux, aux, aux, aux, aux);
  train_refused("target", five, SLANT_E_ARGUMENT, "at most 4 files");
  train_refused("target", "/nowhere/x.slant", SLANT_E_IO, "No such file");
  FILE *file = fopen(aux, "w");
  fputs("no bundle", file);
  fclose(file);
  train_refused("target", aux, SLANT_E_FORMAT, "bundle");
  forget(aux);
}

/* A lender may borrow itself, to a depth. What was written can be read. */
static void lenders_borrow(void **state) {
  (void)state;
  static const char *const target[] = {"mode", "target", NULL};
  char *path[4] = {trained(target, true)};
  for (int i = 1; i < 3; i++) {
    const char *const set[] = {"aux", path[i - 1], NULL};
    path[i] = trained(set, true);
    slant_bundle *bundle;
    assert_int_equal(slant_bundle_open(&bundle, path[i], NULL), 0);
    for (int k = 0; k < i; k++) assert_non_null(slant_bundle_auxiliary(bundle, 0));
    slant_bundle_close(bundle);
  }
  train_refused("target", path[2], SLANT_E_ARGUMENT, "carries others 2 deep");
  for (int i = 0; i < 3; i++) forget(path[i]);
}

/* A pipeline that asks for scores needs someone who has them. */
static void the_stage_needs_a_scorer(void **state) {
  (void)state;
  char *path = temporary_name();
  FILE *file = fopen(path, "w");
  fputs("words\naux\n", file);
  fclose(file);
  const char *const set[] = {"pipeline", path, NULL};
  fixture f;
  open_fixture(&f, set);
  add_actor(&f, "Alpha", 60, true);
  refuse(&f, SLANT_E_ARGUMENT, "give it with --aux");
  forget(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mentions_lend_to_mentions), cmocka_unit_test(texts_lend_to_mentions),
      cmocka_unit_test(what_cannot_lend),          cmocka_unit_test(lenders_borrow),
      cmocka_unit_test(the_stage_needs_a_scorer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
