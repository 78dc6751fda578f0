/* predict/explain.c: a decision taken apart adds up to the decision that the predictor makes. */
#include "unit/predict/tiny.h"

#include <math.h>
#include <slant/explanation.h>

static const char *const texts[] = {"Pakistan praised the talks. India condemned the talks, and Pakistan the attack.",
                                    "The envoys of India praised Nepal.",
                                    "Critics in Islamabad called the quiet offer of New Delhi a failure, a failure!",
                                    "Nobody was there.", ""};
enum { N_TEXTS = sizeof texts / sizeof *texts, ALL = 100000 };

static slant_explainer *open_explainer(const tiny *t) {
  slant_explainer *explainer;
  assert_int_equal(slant_explainer_new(&explainer, t->predictor, NULL), 0);
  return explainer;
}

/* The parts against the whole, at most 1e-5 apart. */
static void check_sum(const slant_explanation *e) {
  const slant_judgement *j = e->judgement;
  double stages = e->bias, features = e->bias;
  assert_true(e->runner_up != j->label && e->runner_up < j->n_labels);
  for (uint32_t c = 0; c < j->n_labels; c++)
    if (c != j->label) assert_true(j->scores[c] <= j->scores[e->runner_up]);
  assert_true(e->margin >= 0);
  assert_float_equal(e->margin, j->scores[j->label] - j->scores[e->runner_up], 1e-6);
  for (uint32_t s = 0; s < e->n_stages; s++) stages += e->stages[s].contribution;
  for (uint32_t f = 0; f < e->n_features; f++) features += e->features[f].contribution;
  assert_float_equal(stages, e->margin, 1e-5);
  assert_float_equal(features, e->margin, 1e-5);
}

static void check_features(const slant_explanation *e, uint32_t n_sparse, uint32_t n_points) {
  for (uint32_t f = 0; f < e->n_features; f++) {
    const slant_explained_feature *feature = &e->features[f];
    assert_true(feature->contribution != 0);
    if (f) assert_true(fabs(feature->contribution) <= fabs(e->features[f - 1].contribution));
    assert_true(feature->feature < n_sparse ? feature->n_places > 0 : feature->n_places == 0);
    for (uint32_t p = 0; p < feature->n_places; p++) {
      assert_true(feature->places[p].point_from <= feature->places[p].point_to);
      assert_true(feature->places[p].point_to <= n_points);
      if (p) assert_true(feature->places[p].point_from >= feature->places[p - 1].point_from);
    }
  }
}

/* Every text: the judgements are the judge's own, and each adds up. Returns how many there were. */
static uint32_t check_texts(tiny *t) {
  slant_explainer *explainer = open_explainer(t);
  uint32_t total = 0, n_sparse = slant_pipeline_n_sparse(slant_bundle_pipeline(t->bundle));
  for (size_t i = 0; i < N_TEXTS; i++) {
    slant_record record = {.text = slant_str_of(texts[i])};
    const slant_explanation *explanations;
    const slant_judgement *judgements;
    uint32_t n, n_judgements;
    slant_error error = {0};
    if (slant_explain_record(explainer, &record, ALL, &explanations, &n, &error)) fail_msg("%s", error.message);
    assert_int_equal(slant_judge_record(t->judge, &record, &judgements, &n_judgements, NULL), 0);
    assert_int_equal(n, n_judgements);
    for (uint32_t k = 0; k < n; k++) {
      const slant_judgement *mine = explanations[k].judgement;
      assert_true(slant_str_equal(mine->actor, judgements[k].actor) && mine->label == judgements[k].label);
      assert_memory_equal(mine->scores, judgements[k].scores, mine->n_labels * sizeof(float));
      check_sum(&explanations[k]);
      check_features(&explanations[k], n_sparse, (uint32_t)strlen(texts[i]));
    }
    total += n;
  }
  slant_explainer_free(explainer);
  return total;
}

static void test_adds_up(void **state) {
  (void)state;
  for (slant_mode mode = SLANT_MODE_DOCUMENT; mode <= SLANT_MODE_TARGET; mode++) {
    tiny t = tiny_open(mode);
    assert_true(check_texts(&t) >= 6);
    tiny_close(&t);
  }
}

static const slant_explained_feature *find(const slant_explanation *e, const char *name) {
  for (uint32_t f = 0; f < e->n_features; f++)
    if (slant_str_is(e->features[f].name, name)) return &e->features[f];
  return NULL;
}

/* PAK has two mentions in two sentences: their places are put together, each once. */
static void test_places(void **state) {
  (void)state;
  tiny t = tiny_open(SLANT_MODE_TARGET);
  slant_explainer *explainer = open_explainer(&t);
  slant_record record = {.text = slant_str_of(texts[0])};
  const slant_explanation *e;
  uint32_t n, pakistan = 0;
  assert_int_equal(slant_explain_record(explainer, &record, ALL, &e, &n, NULL), 0);
  while (pakistan < n && !slant_str_is(e[pakistan].judgement->actor, "PAK")) pakistan++;
  assert_true(pakistan < n);
  assert_int_equal(e[pakistan].judgement->n_mentions, 2);
  const slant_explained_feature *the = find(&e[pakistan], "words: the");
  assert_non_null(the);
  assert_int_equal(the->n_places, 3);
  assert_int_equal(the->places[0].point_from, 17);
  assert_int_equal(the->places[0].point_to, 20);
  assert_int_equal(the->places[1].point_from, 44);
  assert_int_equal(the->places[2].point_from, 68);
  slant_explainer_free(explainer);
  tiny_close(&t);
}

static void test_top(void **state) {
  (void)state;
  tiny t = tiny_open(SLANT_MODE_TARGET);
  slant_explainer *explainer = open_explainer(&t);
  slant_record record = {.text = slant_str_of(texts[2])};
  const slant_explanation *e;
  uint32_t n, strongest[3];
  assert_int_equal(slant_explain_record(explainer, &record, 3, &e, &n, NULL), 0);
  assert_true(n > 0);
  assert_int_equal(e[0].n_features, 3);
  for (int k = 0; k < 3; k++) strongest[k] = e[0].features[k].feature;
  assert_int_equal(slant_explain_record(explainer, &record, ALL, &e, &n, NULL), 0);
  for (int k = 0; k < 3; k++) assert_int_equal(e[0].features[k].feature, strongest[k]);
  assert_int_equal(slant_explain_record(explainer, &record, 0, &e, &n, NULL), 0);
  assert_int_equal(e[0].n_features, 0);
  slant_explainer_free(explainer);
  tiny_close(&t);
}

/* A bad record fails as it does in the judge, and harms nothing. */
static void test_bad_span(void **state) {
  (void)state;
  tiny t = tiny_open(SLANT_MODE_TARGET);
  slant_explainer *explainer = open_explainer(&t);
  slant_label label = {slant_str_of("PAK"), slant_str_of("sentiment"), {NULL, 0}, 5, 900, 0};
  slant_record record = {.text = slant_str_of(texts[1]), .labels = &label, .n_labels = 1};
  const slant_explanation *e;
  uint32_t n;
  slant_error error;
  assert_int_equal(slant_explain_record(explainer, &record, 5, &e, &n, &error), SLANT_E_DATA);
  assert_int_equal(n, 0);
  assert_null(e);
  record.n_labels = 0;
  assert_int_equal(slant_explain_record(explainer, &record, ALL, &e, &n, NULL), 0);
  assert_true(n > 0);
  check_sum(&e[0]);
  slant_explainer_free(explainer);
  tiny_close(&t);
}

/* A kernel model: a contribution is what leaving the feature out would cost, and the rest is the bias. */
static void kernel_models(void **state) {
  (void)state;
  const slant_mode modes[] = {SLANT_MODE_DOCUMENT, SLANT_MODE_TARGET};
  for (int m = 0; m < 2; m++) {
    tiny t = tiny_open_with(modes[m], true);
    slant_explainer *explainer;
    const slant_explanation *e;
    uint32_t n, n_left_out = 0, n_features = 0;
    const slant_record record = {.text = slant_str_of(tiny_texts[0])};
    assert_int_equal(slant_explainer_new(&explainer, t.predictor, NULL), 0);
    assert_int_equal(slant_explain_record(explainer, &record, 1000, &e, &n, NULL), 0);
    assert_true(n > 0);
    for (uint32_t i = 0; i < n; i++) {
      double sum = e[i].bias, features = 0;
      for (uint32_t s = 0; s < e[i].n_stages; s++) sum += e[i].stages[s].contribution;
      for (uint32_t f = 0; f < e[i].n_features; f++) features += e[i].features[f].contribution;
      assert_true(fabs(sum - e[i].margin) < 1e-5);
      assert_true(fabs(e[i].bias + features - e[i].margin) < 1e-5);
      n_left_out += e[i].left_out != 0;
      if (e[i].left_out) n_features += e[i].n_features;
    }
    assert_true(n_left_out > 0 && n_features > 0);
    slant_explainer_free(explainer);
    tiny_close(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_adds_up), cmocka_unit_test(test_places),
                                     cmocka_unit_test(test_top), cmocka_unit_test(kernel_models),
                                     cmocka_unit_test(test_bad_span)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
