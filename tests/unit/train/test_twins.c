/* train/twins.c: what is merged, and what only looks alike. */
#include "train/twins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ROWS = 6 };

/* Row 1 is row 0 again; 2 has another value, 3 another index, 4 another dense value, 5 one entry less. */
static size_t start[ROWS + 1] = {0, 2, 4, 6, 8, 10, 11};
static uint32_t index_of[] = {1, 4, 1, 4, 1, 4, 1, 5, 1, 4, 1};
static float value[] = {1, 2, 1, 2, 1, 3, 1, 2, 1, 2, 1};
static float dense[ROWS] = {7, 7, 7, 7, 8, 7};
static const slant_vectors vectors = {
    .n_rows = ROWS, .n_sparse = 9, .n_dense = 1, .start = start, .index = index_of, .value = value, .dense = dense};

static void only_the_same_are_merged(void **state) {
  (void)state;
  const uint32_t row[] = {2, 0, 1, 3, 4, 5, 0, 1};
  const signed char sign[] = {1, 1, 1, 1, 1, 1, 1, -1};
  const double weight[] = {0.5, 1, 2, 1, 1, 1, 4, 8};
  slant_twins twins;
  assert_true(slant_twins_merge(&twins, &vectors, row, sign, weight, 8));
  const uint32_t left[] = {2, 0, 3, 4, 5, 1};
  const double sums[] = {0.5, 7, 1, 1, 1, 8};
  assert_int_equal(twins.n, 6);
  for (uint32_t i = 0; i < twins.n; i++) {
    assert_int_equal(twins.row[i], left[i]);
    assert_int_equal(twins.sign[i], i == 5 ? -1 : 1);
    assert_true(twins.weight[i] == sums[i]);
  }
  slant_twins_free(&twins);
}

static void without_weights_they_are_counted(void **state) {
  (void)state;
  const uint32_t row[] = {0, 5, 1, 0};
  const signed char sign[] = {-1, 1, -1, -1};
  slant_twins twins;
  assert_true(slant_twins_merge(&twins, &vectors, row, sign, NULL, 4));
  assert_int_equal(twins.n, 2);
  assert_true(twins.weight[0] == 3 && twins.weight[1] == 1);
  slant_twins_free(&twins);
  assert_true(slant_twins_merge(&twins, &vectors, row, sign, NULL, 0));
  assert_int_equal(twins.n, 0);
  slant_twins_free(&twins);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_the_same_are_merged),
      cmocka_unit_test(without_weights_they_are_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
