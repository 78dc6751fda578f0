/* random.c, hash.c: the same numbers everywhere, fair, and independent between streams. */
#include "common/hash.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The finaliser of splitmix64, as Java's SplittableRandom and others have it: its first output from state 0. */
static void test_known_numbers(void **state) {
  (void)state;
  slant_random r = {0};
  assert_true(slant_random_next(&r) == UINT64_C(0xe220a8397b1dcdaf));
  assert_true(slant_random_next(&r) == UINT64_C(0x6e789e6aa1b965f4));
  assert_true(slant_hash("", 0) == UINT64_C(0x2d06800538d394c2)); /* XXH3, 64 bits, of nothing */
  assert_true(slant_hash_seeded("", 0, 0) == slant_hash("", 0));
  assert_true(slant_hash_seeded("a", 1, 1) != slant_hash("a", 1));
}

static void test_streams(void **state) {
  (void)state;
  slant_random a = slant_random_from(1, 0), again = slant_random_from(1, 0), b = slant_random_from(1, 1),
               c = slant_random_from(2, 0);
  uint64_t x = slant_random_next(&a);
  assert_true(x == slant_random_next(&again));
  assert_true(x != slant_random_next(&b));
  assert_true(x != slant_random_next(&c));
}

/* Chi-squared over seven boxes, six degrees of freedom: 22.46 is its 0.1% point. */
static void test_below_is_fair(void **state) {
  (void)state;
  enum { BOXES = 7, DRAWS = 70000 };
  double counts[BOXES] = {0}, chi = 0;
  slant_random r = slant_random_from(5, 0);
  for (int i = 0; i < DRAWS; i++) counts[slant_random_below(&r, BOXES)]++;
  for (int i = 0; i < BOXES; i++) {
    double off = counts[i] - (double)DRAWS / BOXES;
    chi += off * off / ((double)DRAWS / BOXES);
  }
  assert_true(chi < 22.46);
}

/* A bound just above half the range: a plain remainder would draw the lower numbers twice as often. */
static void test_below_rejects(void **state) {
  (void)state;
  slant_random r = slant_random_from(6, 0);
  uint64_t bound = (UINT64_C(1) << 63) + (UINT64_C(1) << 62);
  int low = 0;
  for (int i = 0; i < 3000; i++) {
    uint64_t x = slant_random_below(&r, bound);
    assert_true(x < bound);
    low += x < bound / 3;
  }
  assert_in_range(low, 880, 1120); /* a third, within 4.6 standard deviations; half with a plain remainder */
  for (int i = 0; i < 10; i++) assert_int_equal(slant_random_below(&r, 1), 0);
}

static void test_shuffle(void **state) {
  (void)state;
  enum { N = 1000 };
  uint32_t items[N], again[N];
  int seen[N] = {0}, moved = 0;
  for (uint32_t i = 0; i < N; i++) items[i] = again[i] = i;
  slant_random r = slant_random_from(7, 3), s = slant_random_from(7, 3);
  slant_random_shuffle(&r, items, N);
  slant_random_shuffle(&s, again, N);
  assert_memory_equal(items, again, sizeof items);
  for (uint32_t i = 0; i < N; i++) {
    seen[items[i]]++;
    moved += items[i] != i;
  }
  for (int i = 0; i < N; i++) assert_int_equal(seen[i], 1);
  assert_true(moved > 980);
  slant_random_shuffle(&r, items, 0);
}

/* All 24 orders of four items come up about as often: 23 degrees of freedom, 49.73 is the 0.1% point. */
static void test_shuffle_is_fair(void **state) {
  (void)state;
  enum { DRAWS = 24000 };
  double counts[256] = {0}, chi = 0;
  slant_random r = slant_random_from(8, 0);
  for (int i = 0; i < DRAWS; i++) {
    uint32_t items[4] = {0, 1, 2, 3};
    slant_random_shuffle(&r, items, 4);
    counts[items[0] << 6 | items[1] << 4 | items[2] << 2 | items[3]]++;
  }
  int orders = 0;
  for (int i = 0; i < 256; i++) {
    if (counts[i] == 0) continue;
    orders++;
    chi += (counts[i] - DRAWS / 24.0) * (counts[i] - DRAWS / 24.0) / (DRAWS / 24.0);
  }
  assert_int_equal(orders, 24);
  assert_true(chi < 49.73);
}

static void test_chain(void **state) {
  (void)state;
  uint64_t a = slant_hash("talks", 5), b = slant_hash("resume", 6);
  assert_true(slant_hash_chain(slant_hash_chain(0, a), b) != slant_hash_chain(slant_hash_chain(0, b), a));
  assert_true(slant_hash_chain(0, a) != a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_numbers), cmocka_unit_test(test_streams), cmocka_unit_test(test_below_is_fair),
      cmocka_unit_test(test_below_rejects), cmocka_unit_test(test_shuffle), cmocka_unit_test(test_shuffle_is_fair),
      cmocka_unit_test(test_chain),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
