/* train/class_weights.c */
#include "train/class_weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void takes_labels_and_weights(void **state) {
  (void)state;
  static const char *const good[] = {"a=1", "a=0.5,b=2", "a=b=3", "both sides=1e-6,none=1e6"};
  static const char *const bad[] = {"",     "a",    "a=",       "=2",    "a=0",   "a=-1",  "a=x",
                                    "a=2,", ",a=2", "a=2,,b=1", "a=1e7", "a=inf", "a=nan", "a=1x"};
  assert_int_equal(slant_class_weights_check(NULL, NULL), 0);
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_int_equal(slant_class_weights_check(good[i], NULL), 0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    slant_error error = {0};
    assert_int_equal(slant_class_weights_check(bad[i], &error), SLANT_E_ARGUMENT);
    assert_non_null(strstr(error.message, "--class-weight takes LABEL=WEIGHT"));
  }
  slant_error error = {0};
  assert_int_equal(slant_class_weights_check("a=1,b=2,a=3", &error), SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "'a' twice"));
}

/* Two tasks that share a label: each has the weights of its own. */
static void gives_each_task_its_weights(void **state) {
  (void)state;
  slant_str tone[] = {slant_str_of("cold"), slant_str_of("none"), slant_str_of("warm")};
  slant_str stance[] = {slant_str_of("against"), slant_str_of("none")};
  slant_fitted_bank banks[2] = {{.members = {.labels = tone, .n_labels = 3}},
                                {.members = {.labels = stance, .n_labels = 2}}};
  assert_int_equal(slant_class_weights_give(banks, 2, NULL, NULL), 0);
  assert_null(banks[0].label_weight);
  assert_int_equal(slant_class_weights_give(banks, 2, "none=0.5,warm=3,against=4", NULL), 0);
  static const double of_tone[] = {1, 0.5, 3}, of_stance[] = {4, 0.5};
  assert_memory_equal(banks[0].label_weight, of_tone, sizeof of_tone);
  assert_memory_equal(banks[1].label_weight, of_stance, sizeof of_stance);
  slant_error error = {0};
  assert_int_equal(slant_class_weights_give(banks, 2, "warm=3,hot=2", &error), SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "no label 'hot'; its labels are cold, none, warm, against"));
  free(banks[0].label_weight);
  free(banks[1].label_weight);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_labels_and_weights),
      cmocka_unit_test(gives_each_task_its_weights),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
