/* train/coding.c: who is fitted against whom, what examples weigh, and scores from values. */
#include "train/calibrate.h"
#include "train/coding.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 8 };
static const uint32_t class[N] = {0, 1, 2, 3, 0, 1, 2, 0}, from[] = {0, 1, 2, 4, 5, 6, 7};

static void numbers_of_machines(void **state) {
  (void)state;
  assert_int_equal(slant_coding_for(SLANT_CODING_ONE_VS_ONE, 2), SLANT_CODING_BINARY);
  assert_int_equal(slant_coding_for(SLANT_CODING_ONE_VS_ONE, 3), SLANT_CODING_ONE_VS_ONE);
  assert_int_equal(slant_coding_for(SLANT_CODING_ONE_VS_REST, 3), SLANT_CODING_ONE_VS_REST);
  assert_int_equal(slant_coding_machines(SLANT_CODING_BINARY, 2), 1);
  assert_int_equal(slant_coding_machines(SLANT_CODING_ONE_VS_REST, 5), 5);
  assert_int_equal(slant_coding_machines(SLANT_CODING_ONE_VS_ONE, 5), 10);
}

static void one_against_the_rest(void **state) {
  (void)state;
  slant_labelling labelling = {.coding = SLANT_CODING_ONE_VS_REST, .n_classes = 4, .class = class};
  slant_subset_buffers buffers;
  assert_true(slant_subset_buffers_new(&buffers, N));
  slant_subset subset = slant_labelling_subset(&labelling, 2, from, 7, &buffers);
  assert_int_equal(subset.n, 7);
  assert_memory_equal(subset.members, from, sizeof from);
  for (uint32_t i = 0; i < 7; i++) {
    assert_int_equal(subset.sign[i], class[from[i]] == 2 ? 1 : -1);
    assert_true(subset.weight[i] == 1);
  }
  slant_subset_buffers_free(&buffers);
}

/* All pairs of four classes in their order, each with its own examples only. */
static void one_against_one(void **state) {
  (void)state;
  static const uint32_t pairs[6][2] = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};
  slant_labelling labelling = {.coding = SLANT_CODING_ONE_VS_ONE, .n_classes = 4, .class = class};
  slant_subset_buffers buffers;
  assert_true(slant_subset_buffers_new(&buffers, N));
  for (uint32_t m = 0; m < 6; m++) {
    slant_subset subset = slant_labelling_subset(&labelling, m, from, 7, &buffers);
    uint32_t at = 0;
    for (uint32_t i = 0; i < 7; i++) {
      uint32_t c = class[from[i]];
      if (c != pairs[m][0] && c != pairs[m][1]) continue;
      assert_int_equal(subset.members[at], from[i]);
      assert_int_equal(subset.sign[at++], c == pairs[m][0] ? 1 : -1);
    }
    assert_int_equal(subset.n, at);
  }
  slant_subset_buffers_free(&buffers);
}

/* Balanced signs, weighed examples, weighed classes: each on top of the other. */
static void weights_multiply(void **state) {
  (void)state;
  static const float weight[N] = {1, 2, 0.5f, 1, 3, 1, 1, 0.5f};
  static const double class_weight[4] = {1, 5, 1, 1};
  slant_labelling labelling = {
      .coding = SLANT_CODING_ONE_VS_REST, .n_classes = 4, .class = class, .weight = weight, .balance = true};
  slant_subset_buffers buffers;
  assert_true(slant_subset_buffers_new(&buffers, N));
  slant_subset subset = slant_labelling_subset(&labelling, 0, from, 7, &buffers);
  double sum[2] = {0, 0}; /* of the weights, by sign: 4.5 and 4.5 of the examples' own */
  for (uint32_t i = 0; i < 7; i++) sum[subset.sign[i] > 0] += subset.weight[i];
  assert_true(fabs(sum[0] - 4.5) < 1e-9 && fabs(sum[1] - 4.5) < 1e-9);
  labelling.weight = NULL;
  subset = slant_labelling_subset(&labelling, 0, from, 7, &buffers);
  double of_sign[2];
  assert_true(slant_subset_sign_weights(&subset, of_sign));
  assert_true(fabs(of_sign[0] - 7 / 8.0) < 1e-12 && fabs(of_sign[1] - 7 / 6.0) < 1e-12);
  labelling.class_weight = class_weight;
  subset = slant_labelling_subset(&labelling, 0, from, 7, &buffers);
  for (uint32_t i = 0; i < 7; i++)
    assert_true(fabs(subset.weight[i] - of_sign[subset.sign[i] > 0] * class_weight[class[from[i]]]) < 1e-12);
  assert_false(slant_subset_sign_weights(&subset, of_sign)); /* the rest has classes of different weight */
  slant_subset_buffers_free(&buffers);
}

static void scores_of_values(void **state) {
  (void)state;
  const double one[] = {0.5}, three[] = {1, -2, 3};
  double scores[4];
  slant_class_scores(SLANT_CODING_BINARY, one, 2, scores);
  assert_true(scores[0] == 0.5 && scores[1] == -0.5);
  slant_class_scores(SLANT_CODING_ONE_VS_REST, three, 3, scores);
  assert_memory_equal(three, scores, sizeof three);
  /* (0,1) for 0, (0,2) for 2, (1,2) for 1: a vote each, and the margins -1, 2, -1 decide. */
  const double cycle[] = {1, -2, 3};
  slant_class_scores(SLANT_CODING_ONE_VS_ONE, cycle, 3, scores);
  assert_true(fabs(scores[0] - (1 - 1 / 6.0)) < 1e-12 && fabs(scores[1] - (1 + 2 / 9.0)) < 1e-12);
  assert_int_equal(slant_argmax(scores, 3), 1);
  const double votes[] = {0.1, 0.1, -9}; /* two votes for 0, by a hair, are more than one by far */
  slant_class_scores(SLANT_CODING_ONE_VS_ONE, votes, 3, scores);
  assert_int_equal(slant_argmax(scores, 3), 0);
}

static void greatest_nu(void **state) {
  (void)state;
  static const uint32_t counts[] = {10, 30, 60};
  assert_true(fabs(slant_coding_greatest_nu(SLANT_CODING_BINARY, counts, 2) - 0.5) < 1e-12);
  assert_true(fabs(slant_coding_greatest_nu(SLANT_CODING_ONE_VS_REST, counts, 3) - 0.2) < 1e-12);
  assert_true(fabs(slant_coding_greatest_nu(SLANT_CODING_ONE_VS_ONE, counts, 3) - 20.0 / 70) < 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(greatest_nu),     cmocka_unit_test(numbers_of_machines), cmocka_unit_test(one_against_the_rest),
      cmocka_unit_test(one_against_one), cmocka_unit_test(weights_multiply),    cmocka_unit_test(scores_of_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
