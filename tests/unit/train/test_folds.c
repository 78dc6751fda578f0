/* train/folds.c: stratified, group-aware, seeded folds, and folds forward in time. */
#include "train/folds.h"

#include "common/date.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 600 };

/* Stratified folds into fold[]; returns how many. */
static uint32_t stratified(uint32_t *fold, const uint32_t *class, uint32_t n_classes, const uint32_t *group, uint32_t n,
                           uint64_t seed) {
  slant_folds folds;
  assert_int_equal(slant_folds_stratified(&folds, class, n_classes, group, n, 5, seed, NULL), 0);
  assert_false(folds.forward);
  memcpy(fold, folds.fold, n * sizeof *fold);
  uint32_t k = folds.n_folds;
  slant_folds_free(&folds);
  return k;
}

static void groups_stay_together_and_classes_spread(void **state) {
  (void)state;
  uint32_t fold[N], class[N], group[N], of_group[N], counts[5][3] = {{0}};
  for (uint32_t i = 0; i < N; i++) {
    class[i] = i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2;
    group[i] = 1000 + (i * 7919 % N) / 4; /* four examples each, scattered */
  }
  memset(of_group, 0xff, sizeof of_group);
  assert_int_equal(stratified(fold, class, 3, group, N, 1), 5);
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
  uint32_t a[N], b[N], c[N], class[N], group[N];
  for (uint32_t i = 0; i < N; i++) {
    class[i] = i % 2;
    group[i] = i;
  }
  stratified(a, class, 2, group, N, 1);
  stratified(b, class, 2, group, N, 1);
  stratified(c, class, 2, group, N, 2);
  assert_memory_equal(a, b, sizeof a);
  assert_memory_not_equal(a, c, sizeof a);
}

static void fewer_folds_where_there_is_too_little(void **state) {
  (void)state;
  uint32_t fold[8], class[8] = {0, 0, 0, 0, 0, 1, 1, 1}, group[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  assert_int_equal(stratified(fold, class, 2, group, 8, 1), 3); /* three examples of class 1 */
  uint32_t seen = 0;
  for (int i = 5; i < 8; i++) seen |= 1u << fold[i];
  assert_int_equal(seen, 7); /* one in each */

  uint32_t two[8] = {0, 0, 0, 0, 9, 9, 9, 9};
  assert_int_equal(stratified(fold, class, 2, two, 8, 1), 2); /* two groups */

  uint32_t lone[8] = {0, 0, 0, 0, 0, 0, 0, 1};
  assert_int_equal(stratified(fold, lone, 2, group, 8, 1),
                   5); /* a class that cannot be spread at all does not hold back the others */

  uint32_t one[8] = {3, 3, 3, 3, 3, 3, 3, 3};
  assert_int_equal(stratified(fold, class, 2, one, 8, 1), 0); /* nothing to hold out */
  assert_int_equal(stratified(fold, class, 2, one, 0, 1), 0);
}

/* ---- forward in time ---- */
static void learns_from_the_past(void **state) {
  (void)state;
  int64_t date[N];
  uint32_t class[N], group[N];
  slant_random random = slant_random_from(7, 7);
  for (uint32_t i = 0; i < N; i++) {
    date[i] = (int64_t)slant_random_below(&random, 400) * 86400;
    class[i] = i % 3;
    group[i] = i;
  }
  slant_folds folds;
  assert_int_equal(slant_folds_by_date(&folds, date, class, group, N, 5, NULL), 0);
  assert_int_equal(folds.n_folds, 5);
  assert_true(folds.forward);
  for (uint32_t f = 0; f < 5; f++) {
    uint32_t judged = 0, learned = 0;
    int64_t latest = INT64_MIN, earliest = INT64_MAX;
    for (uint32_t i = 0; i < N; i++) {
      bool judges = slant_folds_judges(&folds, f, i), learns = slant_folds_learns(&folds, f, i);
      assert_false(judges && learns);
      judged += judges;
      learned += learns;
      if (learns && date[i] > latest) latest = date[i];
      if (judges && date[i] < earliest) earliest = date[i];
    }
    assert_true(latest < earliest);
    assert_in_range(judged, 90, 110); /* a sixth */
    assert_in_range(learned, 100 * (f + 1) - 10, 100 * (f + 1) + 10);
  }
  slant_folds_free(&folds);
}

static void by_date(slant_folds *out, const int64_t *date, const uint32_t *class, const uint32_t *group, uint32_t n,
                    uint32_t wanted) {
  assert_int_equal(slant_folds_by_date(out, date, class, group, n, wanted, NULL), 0);
}

static void dates_in_short_supply(void **state) {
  (void)state;
  const uint32_t class[8] = {0, 1, 0, 1, 0, 1, 0, 1}, group[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  const int64_t three[8] = {1, 1, 2, 2, 2, 3, 3, 3}, none[8] = {[0 ... 7] = SLANT_NO_DATE};
  const int64_t some[8] = {SLANT_NO_DATE, 5, 1, SLANT_NO_DATE, 2, 3, 4, 1};
  slant_folds folds;
  by_date(&folds, three, class, group, 8, 5);
  assert_int_equal(folds.n_folds, 2); /* a date is never cut */
  assert_int_equal(folds.fold[0], SLANT_FOLD_FIRST);
  assert_int_equal(folds.fold[4], 0);
  assert_int_equal(folds.fold[7], 1);
  slant_folds_free(&folds);

  by_date(&folds, none, class, group, 8, 5);
  assert_int_equal(folds.n_folds, 0);
  slant_folds_free(&folds);
  by_date(&folds, three, class, group, 2, 5); /* one date */
  assert_int_equal(folds.n_folds, 0);
  slant_folds_free(&folds);
  by_date(&folds, three, class, group, 0, 5);
  assert_int_equal(folds.n_folds, 0);
  slant_folds_free(&folds);

  by_date(&folds, some, class, group, 8, 2); /* those without a date are outside */
  assert_int_equal(folds.n_folds, 2);
  for (uint32_t f = 0; f < 2; f++)
    for (uint32_t i = 0; i < 4; i += 3) {
      assert_false(slant_folds_learns(&folds, f, i));
      assert_false(slant_folds_judges(&folds, f, i));
    }
  assert_int_equal(folds.fold[1], 1);
  slant_folds_free(&folds);
}

/* An article stands at the date of its latest sentence, and a date in one of its records serves all. */
static void groups_stand_at_their_latest_date(void **state) {
  (void)state;
  const uint32_t class[6] = {0, 1, 0, 1, 0, 1}, group[6] = {0, 1, 2, 2, 1, 1};
  const int64_t date[6] = {1, 2, 4, 1, SLANT_NO_DATE, 1};
  slant_folds folds;
  by_date(&folds, date, class, group, 6, 2);
  assert_int_equal(folds.fold[2], folds.fold[3]);
  assert_int_equal(folds.fold[1], folds.fold[4]);
  assert_int_equal(folds.fold[1], folds.fold[5]);
  assert_int_equal(folds.fold[0], SLANT_FOLD_FIRST);
  assert_int_equal(folds.fold[1], SLANT_FOLD_FIRST); /* alone, the first is of one class */
  assert_int_equal(folds.fold[2], 0);
  slant_folds_free(&folds);
}

/* Whatever the groups: none is divided, every fold judges something, and every example has its place. */
static void any_groups_any_classes(void **state) {
  (void)state;
  for (uint64_t round = 0; round < 300; round++) {
    slant_random random = slant_random_from(round, 1);
    uint32_t class[200], group[200], n = 2 + (uint32_t)slant_random_below(&random, 199), seen[9] = {0};
    int64_t date[200];
    uint32_t n_groups = 1 + (uint32_t)slant_random_below(&random, n), n_classes = 2 + (uint32_t)(round % 3);
    uint32_t wanted = 2 + (uint32_t)slant_random_below(&random, 7);
    for (uint32_t i = 0; i < n; i++) {
      group[i] = (uint32_t)slant_random_below(&random, n_groups) * 77;
      class[i] = (uint32_t)slant_random_below(&random, n_classes);
      date[i] = slant_random_below(&random, 5) ? (int64_t)slant_random_below(&random, 30) : SLANT_NO_DATE;
    }
    slant_folds folds;
    if (round % 2)
      by_date(&folds, date, class, group, n, wanted);
    else
      assert_int_equal(slant_folds_stratified(&folds, class, n_classes, group, n, wanted, round, NULL), 0);
    assert_true(folds.n_folds <= wanted);
    for (uint32_t i = 0; i < n && folds.n_folds; i++) {
      if (folds.fold[i] < SLANT_FOLD_FIRST) {
        assert_true(folds.fold[i] < folds.n_folds);
        seen[folds.fold[i]]++;
      } else {
        assert_true(folds.forward);
      }
      for (uint32_t j = 0; j < i; j++)
        if (group[i] == group[j]) assert_int_equal(folds.fold[i], folds.fold[j]);
    }
    for (uint32_t f = 0; f < folds.n_folds; f++) assert_true(seen[f] > 0);
    slant_folds_free(&folds);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_stay_together_and_classes_spread),
      cmocka_unit_test(one_seed_one_result),
      cmocka_unit_test(fewer_folds_where_there_is_too_little),
      cmocka_unit_test(learns_from_the_past),
      cmocka_unit_test(dates_in_short_supply),
      cmocka_unit_test(groups_stand_at_their_latest_date),
      cmocka_unit_test(any_groups_any_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
