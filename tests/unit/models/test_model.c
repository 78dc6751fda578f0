/* model.c: outputs, scores and probabilities by hand. */
#include <slant/model.h>

#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N_SPARSE = 50, N_DENSE = 7, N_OUTPUTS = 5 };

static float number(slant_random *random) {
  return (float)slant_random_below(random, 2001) / 1000 - 1;
}

static void test_outputs(void **state) {
  (void)state;
  slant_random random = slant_random_from(1, 1);
  float weights[(N_SPARSE + N_DENSE) * N_OUTPUTS], bias[N_OUTPUTS], dense[N_DENSE];
  for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) weights[i] = number(&random);
  for (int k = 0; k < N_OUTPUTS; k++) bias[k] = number(&random);
  for (int k = 0; k < N_DENSE; k++) dense[k] = number(&random);
  const uint32_t index[] = {0, 3, 17, 49};
  const float value[] = {0.5f, -1, 0.25f, 2};
  const slant_vector vector = {index, value, 4, dense, N_DENSE};
  const slant_bank bank = {.n_outputs = N_OUTPUTS, .n_features = N_SPARSE + N_DENSE, .weights = weights, .bias = bias};
  for (uint32_t first = 0; first < N_OUTPUTS; first++)
    for (uint32_t count = 0; first + count <= N_OUTPUTS; count++) {
      float out[N_OUTPUTS + 1];
      out[count] = 42;
      slant_bank_outputs(&bank, &vector, first, count, out);
      for (uint32_t k = 0; k < count; k++) {
        double expected = (double)bias[first + k];
        for (int i = 0; i < 4; i++) expected += (double)value[i] * (double)weights[index[i] * N_OUTPUTS + first + k];
        for (int d = 0; d < N_DENSE; d++)
          expected += (double)dense[d] * (double)weights[(N_SPARSE + d) * N_OUTPUTS + first + k];
        assert_true(fabs((double)out[k] - expected) < 1e-5);
      }
      assert_true(out[count] == 42);
    }
}

static slant_calibration temperature(const float *value) {
  return (slant_calibration){SLANT_CALIBRATION_TEMPERATURE, 1, value, 0, NULL};
}

static void test_scores_and_probabilities(void **state) {
  (void)state;
  const uint32_t classes[] = {0, 1, 2};
  const float two = 2, unit = 1;
  const slant_model binary = {
      .coding = SLANT_CODING_BINARY, .n_classes = 2, .classes = classes, .calibration = temperature(&two)};
  const slant_model rest = {
      .coding = SLANT_CODING_ONE_VS_REST, .n_classes = 3, .classes = classes, .calibration = temperature(&unit)};
  float scores[3], p[3];
  const float one = 0.5f, three[] = {-1, 2, 2};
  slant_model_scores(&binary, &one, scores);
  assert_true(scores[0] == 0.5f && scores[1] == -0.5f);
  slant_model_probabilities(&binary, scores, p);
  assert_true(fabs((double)p[0] - 1 / (1 + exp(-2.0))) < 1e-6); /* softmax(2 · (0.5, -0.5)) */
  slant_model_scores(&rest, three, scores);
  assert_int_equal(slant_model_decide(&rest, scores), 1); /* ties go to the lower class */
  slant_model_probabilities(&rest, scores, p);
  assert_true(fabs((double)(p[0] + p[1] + p[2]) - 1) < 1e-6);
  assert_true(p[1] == p[2] && p[0] < p[1]);
  const float far[] = {1e30f, -1e30f, 0};
  slant_model_probabilities(&rest, far, p);
  assert_true(p[0] == 1 && p[1] == 0);
}

static void test_which_model(void **state) {
  (void)state;
  const slant_model models[] = {
      {.actor = {"*", 1}}, {.actor = {"IND", 3}}, {.actor = {"INDIA", 5}}, {.actor = {"PAK", 3}}};
  const slant_bank with = {.models = models, .n_models = 4}, without = {.models = models + 1, .n_models = 3};
  assert_ptr_equal(slant_bank_model(&with, slant_str_of("INDIA")), &models[2]);
  assert_ptr_equal(slant_bank_model(&with, slant_str_of("IN")), &models[0]);
  assert_ptr_equal(slant_bank_model(&with, slant_str_of("")), &models[0]);
  assert_null(slant_bank_model(&without, slant_str_of("ZZZ")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_outputs), cmocka_unit_test(test_scores_and_probabilities),
                                     cmocka_unit_test(test_which_model)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
