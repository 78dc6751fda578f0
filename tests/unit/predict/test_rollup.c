/* rollup.c: the mean of the mentions' scores, its probabilities and its label; roster.c: who comes first. */
#include "predict/judge.h"
#include "predict/roster.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const uint32_t classes[] = {0, 1, 2};
static const float two = 2;
static const slant_model model = {.coding = SLANT_CODING_ONE_VS_REST,
                                  .classes = classes,
                                  .n_classes = 3,
                                  .calibration = {SLANT_CALIBRATION_TEMPERATURE, 1, &two, 0, NULL, 0, NULL}};

static const slant_decision plain = {0};

static slant_judgement roll(const slant_evidence *evidence, uint32_t n, float *scores, float *probabilities) {
  slant_judgement judgement = {.n_labels = 3, .n_mentions = n, .evidence = evidence, .label = 99};
  slant_roll_up(&model, &plain, &judgement, scores, probabilities);
  return judgement;
}

static void test_mean(void **state) {
  (void)state;
  /* Two of three mentions say class 0, but one says class 2 so clearly that the mean does too. */
  const float a[] = {0.5f, 0, 0.25f}, b[] = {0.5f, -1, 0.25f}, c[] = {-1, 1, 2.5f};
  const slant_evidence evidence[] = {{.scores = a}, {.scores = b}, {.scores = c}};
  float scores[3], p[3];
  slant_judgement judgement = roll(evidence, 3, scores, p);
  assert_ptr_equal(judgement.scores, scores);
  assert_ptr_equal(judgement.probabilities, p);
  assert_int_equal(judgement.label, 2);
  assert_float_equal(scores[0], 0, 1e-6);
  assert_float_equal(scores[1], 0, 1e-6);
  assert_float_equal(scores[2], 1, 1e-6);
  double e = exp(2.0), sum = e + 2; /* softmax(2 · mean) */
  assert_float_equal(p[2], (float)(e / sum), 1e-6);
  assert_float_equal(p[0], (float)(1 / sum), 1e-6);
  assert_float_equal(p[0] + p[1] + p[2], 1, 1e-6);
}

static void test_one_mention_is_itself(void **state) {
  (void)state;
  const float a[] = {0.125f, 0.75f, -0.5f};
  const slant_evidence evidence[] = {{.scores = a}};
  float scores[3], p[3];
  slant_judgement judgement = roll(evidence, 1, scores, p);
  assert_memory_equal(scores, a, sizeof a);
  assert_int_equal(judgement.label, 1);
}

static void test_large_and_many(void **state) {
  (void)state;
  enum { N = 4099 }; /* sums in float would drift */
  static slant_evidence evidence[N];
  const float big[] = {1e6f, 0.1f, 0.1f}, small[] = {0.1f, 0.1f, 0.1f};
  for (size_t i = 0; i < N; i++) evidence[i].scores = i ? small : big;
  float scores[3], p[3];
  slant_judgement judgement = roll(evidence, N, scores, p);
  assert_float_equal(scores[0], (float)((1e6 + (N - 1) * 0.1) / N), 1e-4);
  assert_float_equal(scores[1], 0.1, 1e-7);
  assert_int_equal(judgement.label, 0);
  assert_true(isfinite(p[0]) && isfinite(p[1]));
}

static void test_roster(void **state) {
  (void)state;
  slant_arena arena = {0};
  slant_roster roster;
  char names[200][8];
  assert_true(slant_roster_init(&roster, &arena, 0)); /* nobody: nothing to number */
  assert_true(slant_roster_init(&roster, &arena, 403));
  assert_int_equal(slant_roster_number(&roster, slant_str_of("*")), 0);
  for (uint32_t pass = 0; pass < 2; pass++)
    for (uint32_t i = 0; i < 200; i++) {
      snprintf(names[i], sizeof names[i], "A%u", i);
      assert_int_equal(slant_roster_number(&roster, slant_str_of(names[i])), i + 1);
    }
  assert_int_equal(slant_roster_number(&roster, slant_str_of("*")), 201);
  assert_int_equal(slant_roster_number(&roster, (slant_str){NULL, 0}), 202);
  assert_int_equal(slant_roster_number(&roster, slant_str_of("")), 202);
  assert_int_equal(roster.n, 203);
  assert_true(slant_str_is(roster.actors[7], "A6"));
  slant_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mean), cmocka_unit_test(test_one_mention_is_itself),
                                     cmocka_unit_test(test_large_and_many), cmocka_unit_test(test_roster)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
