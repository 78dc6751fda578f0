/* train/folds.c: stratified, group-aware, seeded folds. */
#include "train/folds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 600 };

static void groups_stay_together_and_classes_spread(void **state) {
  (void)state;
  uint32_t fold[N], class[N], group[N], k, of_group[N], counts[5][3] = {{0}};
  for (uint32_t i = 0; i < N; i++) {
    class[i] = i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2;
    group[i] = 1000 + (i * 7919 % N) / 4; /* four examples each, scattered */
  }
  memset(of_group, 0xff, sizeof of_group);
  assert_int_equal(slant_folds(fold, &k, class, 3, group, N, 5, 1, NULL), 0);
  assert_int_equal(k, 5);
  for (uint32_t i = 0; i < N; i++) {
    assert_in_range(fold[i], 0, 4);
    uint32_t *known = &of_group[group[i] - 1000];
    if (*known != UINT32_MAX) assert_int_equal(*known, fold[i]);
    *known = fold[i];
    counts[fold[i]][class[i]]++;
  }
  for (int f = 0; f < 5; f++) {
    assert_in_range(counts[f][0], 68, 76); /* 72 would be even */
    assert_in_range(counts[f][1], 32, 40); /* 36 */
    assert_in_range(counts[f][2], 9, 15);  /* 12 */
  }
}

static void one_seed_one_result(void **state) {
  (void)state;
  uint32_t a[N], b[N], c[N], class[N], group[N], k;
  for (uint32_t i = 0; i < N; i++) {
    class[i] = i % 2;
    group[i] = i;
  }
  assert_int_equal(slant_folds(a, &k, class, 2, group, N, 5, 1, NULL), 0);
  assert_int_equal(slant_folds(b, &k, class, 2, group, N, 5, 1, NULL), 0);
  assert_int_equal(slant_folds(c, &k, class, 2, group, N, 5, 2, NULL), 0);
  assert_memory_equal(a, b, sizeof a);
  assert_memory_not_equal(a, c, sizeof a);
}

static void fewer_folds_where_there_is_too_little(void **state) {
  (void)state;
  uint32_t fold[8], class[8] = {0, 0, 0, 0, 0, 1, 1, 1}, group[8] = {0, 1, 2, 3, 4, 5, 6, 7}, k;
  assert_int_equal(slant_folds(fold, &k, class, 2, group, 8, 5, 1, NULL), 0);
  assert_int_equal(k, 3); /* three examples of class 1 */
  uint32_t seen = 0;
  for (int i = 5; i < 8; i++) seen |= 1u << fold[i];
  assert_int_equal(seen, 7); /* one in each */

  uint32_t two[8] = {0, 0, 0, 0, 9, 9, 9, 9};
  assert_int_equal(slant_folds(fold, &k, class, 2, two, 8, 5, 1, NULL), 0);
  assert_int_equal(k, 2); /* two groups */

  uint32_t lone[8] = {0, 0, 0, 0, 0, 0, 0, 1};
  assert_int_equal(slant_folds(fold, &k, lone, 2, group, 8, 5, 1, NULL), 0);
  assert_int_equal(k, 5); /* a class that cannot be spread at all does not hold back the others */

  uint32_t one[8] = {3, 3, 3, 3, 3, 3, 3, 3};
  assert_int_equal(slant_folds(fold, &k, class, 2, one, 8, 5, 1, NULL), 0);
  assert_int_equal(k, 0); /* nothing to hold out */
  assert_int_equal(slant_folds(fold, &k, class, 2, one, 0, 5, 1, NULL), 0);
  assert_int_equal(k, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_stay_together_and_classes_spread),
      cmocka_unit_test(one_seed_one_result),
      cmocka_unit_test(fewer_folds_where_there_is_too_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
