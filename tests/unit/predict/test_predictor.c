/* predictor.c (document mode, single labels) and target.c (mentions): who is judged, by which model, and that the
 * scores are those of the models room. */
#include "unit/predict/tiny.h"

typedef struct verdict {
  const slant_judgement *items;
  uint32_t n;
} verdict;

static verdict judge_labels(tiny *t, const char *text, const slant_label *labels, size_t n) {
  slant_record record = {.text = slant_str_of(text), .labels = labels, .n_labels = n};
  slant_error error = {0};
  verdict out = {0};
  if (slant_judge_record(t->judge, &record, &out.items, &out.n, &error)) fail_msg("%s", error.message);
  return out;
}

static verdict judge(tiny *t, const char *text) {
  return judge_labels(t, text, NULL, 0);
}

static slant_label span(const char *actor, const char *task, int64_t from, int64_t to) {
  return (slant_label){slant_str_of(actor), slant_str_of(task), {NULL, 0}, from, to, 0};
}

static void expect(const slant_judgement *judgement, const char *actor, const char *task, const char *model,
                   uint32_t n_labels, uint32_t n_mentions) {
  assert_true(slant_str_is(judgement->actor, actor));
  assert_true(slant_str_is(judgement->task, task));
  assert_true(slant_str_is(judgement->model, model));
  assert_int_equal(judgement->n_labels, n_labels);
  assert_int_equal(judgement->n_mentions, n_mentions);
  assert_true(judgement->label < n_labels);
  for (uint32_t c = 0; c < n_labels; c++) {
    assert_true(judgement->scores[c] <= judgement->scores[judgement->label]);
    assert_true(judgement->probabilities[c] <= judgement->probabilities[judgement->label]);
  }
}

/* Scores of a span of a text (to 0: the whole text) by the shortest way through the other rooms. */
static void reckon(const tiny *t, const char *text, int64_t from, int64_t to, const char *task, const char *actor,
                   float *scores) {
  const slant_bank *bank = slant_bundle_find_bank(t->bundle, slant_str_of(task));
  const slant_model *model = slant_bank_model(bank, slant_str_of(actor));
  slant_document *document;
  slant_extractor *extractor;
  slant_vector vector;
  float outputs[SLANT_MAX_CLASSES];
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_document_read(document, slant_str_of(text), NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, slant_bundle_pipeline(t->bundle), NULL), 0);
  slant_example example = {document, 0, 0};
  if (to) assert_true(slant_document_span(document, from, to, &example.first, &example.last) > 0);
  assert_int_equal(slant_extract(extractor, example, &vector, NULL), 0);
  slant_workspace *workspace;
  assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
  assert_int_equal(slant_model_outputs(bank, model, &vector, 1, workspace, outputs, NULL), 0);
  slant_workspace_free(workspace);
  slant_model_scores(model, outputs, scores);
  slant_extractor_free(extractor);
  slant_document_free(document);
}

static void expect_scores(const float *scores, const float *expected, uint32_t n) {
  for (uint32_t c = 0; c < n; c++) assert_float_equal(scores[c], expected[c], 1e-6);
}

/*                          0         10        20        30        40        50        60        70 */
static const char text[] = "India met Pakistan. Pakistan's envoys praised Nepal; India did not agree.";

static void test_mentions(void **state) {
  tiny *t = *state;
  verdict v = judge(t, text);
  assert_int_equal(v.n, 4); /* stance knows India alone */
  expect(&v.items[0], "IND", "sentiment", "*", 3, 2);
  expect(&v.items[1], "IND", "stance", "IND", 2, 2);
  expect(&v.items[2], "PAK", "sentiment", "PAK", 2, 2);
  expect(&v.items[3], "NPL", "sentiment", "*", 3, 1);
  assert_true(slant_str_is(v.items[2].labels[0], "negative"));
  assert_true(slant_str_is(v.items[2].labels[1], "positive")); /* PAK has never seen "neutral" */
  const slant_evidence *first = &v.items[2].evidence[0], *second = &v.items[2].evidence[1];
  assert_int_equal(first->point_from, 10);
  assert_int_equal(first->point_to, 18);
  assert_int_equal(first->sentence_from, 0);
  assert_int_equal(first->sentence_to, 19);
  assert_int_equal(second->point_from, 20);
  assert_int_equal(second->sentence_from, 20);
  float a[3], b[3], mean[3];
  reckon(t, text, 10, 18, "sentiment", "PAK", a);
  reckon(t, text, 20, 28, "sentiment", "PAK", b);
  expect_scores(first->scores, a, 2);
  expect_scores(second->scores, b, 2);
  for (int c = 0; c < 2; c++) mean[c] = (a[c] + b[c]) / 2;
  expect_scores(v.items[2].scores, mean, 2);
  assert_true(a[0] != b[0]); /* or the mean would prove nothing */
  reckon(t, text, 0, 5, "stance", "IND", a);
  expect_scores(v.items[1].evidence[0].scores, a, 2);
}

static void test_no_mentions(void **state) {
  tiny *t = *state;
  static const char *const texts[] = {"", " ", "Nobody was there.", "\xff\xfe"};
  for (size_t i = 0; i < 4; i++) assert_int_equal(judge(t, texts[i]).n, 0);
  assert_int_equal(slant_judge_repaired(t->judge), 2);
  assert_int_equal(judge(t, text).n, 4); /* and the judge goes on */
  assert_int_equal(slant_judge_repaired(t->judge), 0);
}

/* Spans of labels replace the dictionary; they come in any order, and several tasks share one mention. */
static void test_spans(void **state) {
  tiny *t = *state;
  const slant_label labels[] = {span("NPL", "sentiment", 46, 51), span("PAK", "stance", 20, 28),
                                span("PAK", "sentiment", 10, 18), span("PAK", "sentiment", 20, 28),
                                span("IND", "sentiment", -1, -1)};
  verdict v = judge_labels(t, text, labels, 5);
  assert_int_equal(v.n, 2);
  expect(&v.items[0], "PAK", "sentiment", "PAK", 2, 2);
  expect(&v.items[1], "NPL", "sentiment", "*", 3, 1);
  assert_int_equal(v.items[0].evidence[0].point_from, 10);
  assert_int_equal(v.items[0].evidence[1].point_from, 20);
}

/* Spans whose actor is not known may be about different actors: one judgement each. */
static void test_unknown_actors(void **state) {
  tiny *t = *state;
  const slant_label labels[] = {span("*", "sentiment", 20, 28), span("*", "sentiment", 0, 5),
                                span("*", "stance", 0, 5)};
  verdict v = judge_labels(t, text, labels, 3);
  assert_int_equal(v.n, 2);
  for (uint32_t i = 0; i < 2; i++) expect(&v.items[i], "*", "sentiment", "*", 3, 1);
  assert_int_equal(v.items[0].evidence[0].point_from, 0);
  assert_int_equal(v.items[1].evidence[0].point_from, 20);
}

static void test_bad_spans(void **state) {
  tiny *t = *state;
  static const int64_t spans[][2] = {{0, 74}, {70, 1000}, {5, 5}, {9, 3}, {5, 6}, {INT64_MAX - 1, INT64_MAX}};
  for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
    const slant_label label = span("PAK", "sentiment", spans[i][0], spans[i][1]);
    slant_record record = {.text = slant_str_of(text), .labels = &label, .n_labels = 1};
    slant_error error = {0};
    verdict v;
    assert_int_equal(slant_judge_record(t->judge, &record, &v.items, &v.n, &error), SLANT_E_DATA);
    assert_non_null(strstr(error.message, "span"));
    assert_int_equal(v.n, 0);
  }
}

static void test_target_labels(void **state) {
  tiny *t = *state;
  slant_record record = {.text = slant_str_of(text)};
  slant_judgement judgement;
  slant_error error = {0};
  float expected[3];
  slant_label label = span("PAK", "sentiment", 20, 28);
  assert_int_equal(slant_judge_label(t->judge, &record, &label, &judgement, NULL), 0);
  expect(&judgement, "PAK", "sentiment", "PAK", 2, 0);
  reckon(t, text, 20, 28, "sentiment", "PAK", expected);
  expect_scores(judgement.scores, expected, 2);
  label = span("PAK", "sentiment", -1, -1); /* its first mention */
  assert_int_equal(slant_judge_label(t->judge, &record, &label, &judgement, NULL), 0);
  reckon(t, text, 10, 18, "sentiment", "PAK", expected);
  expect_scores(judgement.scores, expected, 2);
  label = span("CHN", "sentiment", -1, -1);
  assert_int_equal(slant_judge_label(t->judge, &record, &label, &judgement, &error), SLANT_E_DATA);
  assert_non_null(strstr(error.message, "CHN"));
  label = span("PAK", "stance", 20, 28);
  assert_int_equal(slant_judge_label(t->judge, &record, &label, &judgement, &error), SLANT_E_NOT_FOUND);
  label = span("PAK", "mood", 20, 28);
  assert_int_equal(slant_judge_label(t->judge, &record, &label, &judgement, &error), SLANT_E_NOT_FOUND);
  assert_non_null(strstr(error.message, "mood"));
}

/* A record with very many labels takes time in proportion to their number, not to its square. */
static void test_many_labels(void **state) {
  tiny *t = *state;
  enum { N = 200000 };
  slant_label *labels = malloc(N * sizeof *labels);
  char(*names)[8] = malloc(N * sizeof *names);
  for (int i = 0; i < N; i++) {
    snprintf(names[i], sizeof names[i], "%d", i);
    labels[i] = span(names[i], "sentiment", 1000, 1001); /* the last one will be found to be bad */
    labels[i].from = i % 2 ? 10 : 0;
    labels[i].to = i % 2 ? 18 : 5;
  }
  labels[N - 1].to = 1000;
  slant_record record = {.text = slant_str_of(text), .labels = labels, .n_labels = N};
  verdict v;
  assert_int_equal(slant_judge_record(t->judge, &record, &v.items, &v.n, NULL), SLANT_E_DATA);
  record.n_labels = 20000;
  assert_int_equal(slant_judge_record(t->judge, &record, &v.items, &v.n, NULL), 0);
  assert_int_equal(v.n, 20000);
  free(labels);
  free(names);
}

/* ---- document mode ---- */
static void test_whole_text(void **state) {
  tiny *t = *state;
  float expected[3];
  verdict v = judge(t, text);
  assert_int_equal(v.n, 2); /* PAK's own model; "*" where there is no other */
  expect(&v.items[0], "PAK", "sentiment", "PAK", 2, 0);
  expect(&v.items[1], "*", "stance", "*", 2, 0);
  assert_null(v.items[0].evidence);
  reckon(t, text, 0, 0, "sentiment", "PAK", expected);
  expect_scores(v.items[0].scores, expected, 2);
  assert_int_equal(judge(t, "").n, 2); /* a text without words has its bias */
}

static void test_named_actors(void **state) {
  tiny *t = *state;
  const slant_label labels[] = {span("NPL", "sentiment", -1, -1), span("PAK", "x", -1, -1), span("NPL", "stance", 3, 4),
                                span("*", "sentiment", -1, -1)};
  verdict v = judge_labels(t, text, labels, 4);
  assert_int_equal(v.n, 4);
  expect(&v.items[0], "NPL", "sentiment", "*", 3, 0);
  expect(&v.items[1], "NPL", "stance", "*", 2, 0);
  expect(&v.items[2], "PAK", "sentiment", "PAK", 2, 0);
  expect(&v.items[3], "PAK", "stance", "*", 2, 0);
  assert_int_equal(judge_labels(t, text, labels + 3, 1).n, 2); /* "*" names nobody */
}

static void test_document_labels(void **state) {
  tiny *t = *state;
  slant_record record = {.text = slant_str_of(text)};
  slant_judgement judgement;
  slant_label label = span("NPL", "sentiment", -1, -1);
  float expected[3];
  assert_int_equal(slant_judge_label(t->judge, &record, &label, &judgement, NULL), 0);
  expect(&judgement, "NPL", "sentiment", "*", 3, 0);
  reckon(t, text, 0, 0, "sentiment", "NPL", expected);
  expect_scores(judgement.scores, expected, 3);
}

/* A dictionary of the caller's comes before the bundle's. */
static void test_own_dictionary(void **state) {
  tiny *t = *state;
  slant_actors *actors;
  slant_predictor *predictor;
  slant_judge *own;
  verdict v;
  slant_record record = {.text = slant_str_of(text)};
  assert_int_equal(
      slant_actors_parse(&actors, slant_str_of("id\tname\ttype\taliases\nENV\tenvoys\tgroup\t\n"), "own", NULL), 0);
  assert_int_equal(slant_predictor_new(&predictor, t->bundle, actors, NULL), 0);
  assert_int_equal(slant_judge_new(&own, predictor, NULL), 0);
  assert_int_equal(slant_judge_record(own, &record, &v.items, &v.n, NULL), 0);
  assert_int_equal(v.n, 1);
  expect(&v.items[0], "ENV", "sentiment", "*", 3, 1);
  slant_judge_free(own);
  slant_predictor_close(predictor);
  slant_actors_free(actors);
}

static int set_up(void **state, slant_mode mode) {
  tiny *t = malloc(sizeof *t);
  *t = tiny_open(mode);
  *state = t;
  return 0;
}

static int set_up_target(void **state) {
  return set_up(state, SLANT_MODE_TARGET);
}

static int set_up_document(void **state) {
  return set_up(state, SLANT_MODE_DOCUMENT);
}

static int tear_down(void **state) {
  tiny_close(*state);
  free(*state);
  return 0;
}

int main(void) {
  const struct CMUnitTest target[] = {cmocka_unit_test(test_mentions),    cmocka_unit_test(test_no_mentions),
                                      cmocka_unit_test(test_spans),       cmocka_unit_test(test_unknown_actors),
                                      cmocka_unit_test(test_bad_spans),   cmocka_unit_test(test_target_labels),
                                      cmocka_unit_test(test_many_labels), cmocka_unit_test(test_own_dictionary)};
  const struct CMUnitTest document[] = {cmocka_unit_test(test_whole_text), cmocka_unit_test(test_named_actors),
                                        cmocka_unit_test(test_document_labels)};
  int failed = cmocka_run_group_tests(target, set_up_target, tear_down);
  return failed + cmocka_run_group_tests(document, set_up_document, tear_down);
}
