/* train/prune.c: which features are kept. */
#include "train/prune.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SPARSE = 6, DENSE = 1 };

/* Importance: |w| max over outputs, times the root of Σx²/n. Feature 4 weighs most and is rare; 5 has no weight; 1 and
 * 2 are alike; 3 is large in one output of the second bank only. */
static const float first[(SPARSE + DENSE) * 3] = {0.5F, -1, 0, 0.5F, 0, 0, 0, -0.5F, 0, 0, 0.1F,
                                                  0,    3,  0, 0,    0, 0, 0, 9,     9, 0};
static const float second[SPARSE + DENSE] = {0, 0, 0, -2, 0, 0, 9};
static const size_t start[] = {0, 4, 7, 11, 12};
static const uint32_t indices[] = {0, 1, 2, 3, 0, 1, 2, 1, 2, 3, 5, 4};
static const float values[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.25F};

static slant_vectors vectors(void) {
  return (slant_vectors){.n_rows = 4,
                         .n_sparse = SPARSE,
                         .n_dense = DENSE,
                         .start = (size_t *)(uintptr_t)start,
                         .index = (uint32_t *)(uintptr_t)indices,
                         .value = (float *)(uintptr_t)values};
}

/* A bank of one model: of two classes it has one output, of three as many. */
static slant_bank_builder *build(slant_bank *out, const float *weights, uint32_t n_classes) {
  static const uint32_t classes[] = {0, 1, 2};
  static const float bias[3] = {0}, scale[] = {1};
  const slant_str labels[] = {slant_str_of("a"), slant_str_of("b"), slant_str_of("c")};
  const slant_model model = {.actor = slant_str_of("*"),
                             .coding = n_classes == 2 ? SLANT_CODING_BINARY : SLANT_CODING_ONE_VS_REST,
                             .classes = classes,
                             .n_classes = n_classes,
                             .calibration = {SLANT_CALIBRATION_TEMPERATURE, 1, scale, 0, NULL, 0, NULL}};
  slant_bank_builder *builder;
  assert_int_equal(slant_bank_builder_new(&builder, slant_str_of("t"), labels, n_classes, SPARSE, DENSE, NULL), 0);
  assert_int_equal(
      slant_bank_builder_add(builder, &model, &(slant_linear_model){SPARSE + DENSE, NULL, weights, bias}, NULL), 0);
  assert_int_equal(slant_bank_builder_finish(builder, 32, out, NULL), 0);
  return builder;
}

static void the_most_important_are_kept(void **state) {
  (void)state;
  slant_bank_builder *builders[2];
  slant_fitted_bank banks[2];
  for (int b = 0; b < 2; b++) builders[b] = build(&banks[b].bank, b ? second : first, b ? 2 : 3);
  /* 0: 1 · √(2/4) = 0.71; 1: 0.5 · √(3/4) = 0.43; 2: 0.43; 3: 2 · √(2/4) = 1.41; 4: 3 · √(1/64) = 0.375; 5: 0 */
  const int order[] = {3, 0, 1, 2, 4};
  slant_vectors v = vectors();
  for (uint32_t most = 0; most <= SPARSE + 2; most++) {
    bool keep[SPARSE];
    uint32_t expected = most < 5 ? most : 5;
    assert_int_equal(slant_prune_choose(keep, banks, 2, &v, most), expected);
    for (uint32_t k = 0; k < 5; k++) assert_int_equal(keep[order[k]], k < expected);
    assert_false(keep[5]);
  }
  bool keep[SPARSE]; /* the first bank alone: 3 has hardly any weight */
  assert_int_equal(slant_prune_choose(keep, banks, 1, &v, 4), 4);
  assert_true(keep[0] && keep[1] && keep[2] && keep[4] && !keep[3]);
  for (int b = 0; b < 2; b++) slant_bank_builder_free(builders[b]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_most_important_are_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
