/* decision.c: abstaining by confidence and by coverage, other priors, and what is refused. */
#include "unit/predict/tiny.h"

#include <math.h>

static const char text[] = "Pakistan and India agreed. India won.";

typedef struct decided {
  slant_predictor *predictor;
  slant_judge *judge;
  const slant_judgement *items;
  uint32_t n;
} decided;

static decided decide(const tiny *t, slant_decision_options options) {
  decided out = {0};
  slant_error error = {0};
  slant_record record = {.text = slant_str_of(text)};
  assert_int_equal(slant_predictor_new(&out.predictor, t->bundle, NULL, NULL), 0);
  if (slant_predictor_decide(out.predictor, &options, &error)) fail_msg("%s", error.message);
  assert_int_equal(slant_judge_new(&out.judge, out.predictor, NULL), 0);
  assert_int_equal(slant_judge_record(out.judge, &record, &out.items, &out.n, NULL), 0);
  return out;
}

static void forget(decided *d) {
  slant_judge_free(d->judge);
  slant_predictor_close(d->predictor);
}

static float confidence(const slant_judgement *judgement) {
  return judgement->probabilities[judgement->label];
}

static void abstains_below_a_confidence(void **state) {
  (void)state;
  for (int target = 0; target < 2; target++) {
    tiny t = tiny_open(target ? SLANT_MODE_TARGET : SLANT_MODE_DOCUMENT);
    decided plain = decide(&t, (slant_decision_options){0});
    assert_true(plain.n >= 2);
    for (uint32_t j = 0; j < plain.n; j++) {
      assert_int_equal(plain.items[j].abstained, 0);
      double p = (double)confidence(&plain.items[j]);
      decided above = decide(&t, (slant_decision_options){.min_confidence = p + 1e-4});
      decided below = decide(&t, (slant_decision_options){.min_confidence = p - 1e-4});
      assert_int_equal(above.items[j].abstained, 1);
      assert_int_equal(below.items[j].abstained, 0);
      /* All else is as it was. */
      assert_int_equal(above.items[j].label, plain.items[j].label);
      assert_memory_equal(above.items[j].probabilities, plain.items[j].probabilities,
                          plain.items[j].n_labels * sizeof(float));
      forget(&above);
      forget(&below);
    }
    forget(&plain);
    tiny_close(&t);
  }
}

/* The shared model has levels from 1 down to 0.5; Pakistan's has none and takes those. */
static void abstains_below_a_level(void **state) {
  (void)state;
  tiny t = tiny_open(SLANT_MODE_DOCUMENT);
  decided half = decide(&t, (slant_decision_options){.coverage = 0.5});
  for (uint32_t j = 0; j < half.n; j++) assert_int_equal(half.items[j].abstained, confidence(&half.items[j]) < 0.75f);
  forget(&half);
  decided all = decide(&t, (slant_decision_options){.coverage = 1});
  for (uint32_t j = 0; j < all.n; j++) assert_int_equal(all.items[j].abstained, 0);
  forget(&all);
  decided few = decide(&t, (slant_decision_options){.coverage = 0.05, .min_confidence = 0.2});
  for (uint32_t j = 0; j < few.n; j++) assert_int_equal(few.items[j].abstained, confidence(&few.items[j]) < 0.975f);
  forget(&few);
  tiny_close(&t);

  t = tiny_open(SLANT_MODE_TARGET); /* stance has no shared model there, and India's has no levels */
  slant_error error = {0};
  slant_predictor *predictor;
  assert_int_equal(slant_predictor_new(&predictor, t.bundle, NULL, NULL), 0);
  assert_int_equal(slant_predictor_decide(predictor, &(slant_decision_options){.coverage = 0.5}, &error),
                   SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "IND"));
  slant_predictor_close(predictor);
  tiny_close(&t);
}

static const slant_judgement *find(const decided *d, const char *task) {
  for (uint32_t j = 0; j < d->n; j++)
    if (slant_str_is(d->items[j].task, task)) return &d->items[j];
  fail_msg("no judgement of %s", task);
  return NULL;
}

/* Stance was learned from a quarter against and three quarters in favour. */
static void weighs_by_another_prior(void **state) {
  (void)state;
  tiny t = tiny_open(SLANT_MODE_DOCUMENT);
  decided plain = decide(&t, (slant_decision_options){0});
  const float *p = find(&plain, "stance")->probabilities;
  double against = (double)p[0], favor = (double)p[1];
  decided same = decide(&t, (slant_decision_options){.prior = "favor=0.75,against=0.25"});
  assert_float_equal(find(&same, "stance")->probabilities[0], p[0], 1e-6);
  decided even = decide(&t, (slant_decision_options){.prior = "against=5,favor=5"}); /* shares of their sum */
  double weighed = against * 2, rest = favor * 2 / 3;
  assert_float_equal(find(&even, "stance")->probabilities[0], (float)(weighed / (weighed + rest)), 1e-6);
  assert_int_equal(find(&even, "stance")->label, weighed < rest);
  decided sure = decide(&t, (slant_decision_options){.prior = "favor=0,against=1"});
  assert_true(find(&sure, "stance")->probabilities[0] == 1);
  assert_int_equal(find(&sure, "stance")->label, 0);
  const slant_judgement *other = find(&sure, "sentiment"), *before = find(&plain, "sentiment");
  assert_memory_equal(other->probabilities, before->probabilities, before->n_labels * sizeof(float));
  forget(&plain);
  forget(&same);
  forget(&even);
  forget(&sure);
  tiny_close(&t);
}

static void refuses(void **state) {
  (void)state;
  const slant_decision_options bad[] = {
      {.min_confidence = -0.1},
      {.min_confidence = 1.5},
      {.min_confidence = NAN},
      {.coverage = 2},
      {.coverage = -1},
      {.coverage = NAN},
      {.prior = ""},
      {.prior = "favor"},
      {.prior = "favor="},
      {.prior = "=0.5"},
      {.prior = "favor=x,against=1"},
      {.prior = "favor=-1,against=1"},
      {.prior = "favor=nan,against=1"},
      {.prior = "favor=0,against=0"},
      {.prior = "favor=1"},              /* half of the task */
      {.prior = "nobody=0.5,knows=0.5"}, /* no label of any task */
      {.prior = "favor=1,against=1", .coverage = 0.5},
  };
  tiny t = tiny_open(SLANT_MODE_DOCUMENT);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    slant_error error = {0};
    slant_predictor *predictor;
    assert_int_equal(slant_predictor_new(&predictor, t.bundle, NULL, NULL), 0);
    assert_int_equal(slant_predictor_decide(predictor, &bad[i], &error), SLANT_E_ARGUMENT);
    assert_true(error.message[0]);
    slant_predictor_close(predictor);
  }
  tiny_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(abstains_below_a_confidence),
      cmocka_unit_test(abstains_below_a_level),
      cmocka_unit_test(weighs_by_another_prior),
      cmocka_unit_test(refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
