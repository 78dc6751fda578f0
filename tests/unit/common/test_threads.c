/* threads.c: every item once, the lowest failure whatever the number of threads, and errors that say something. */
#include "common/threads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

enum { ITEMS = 500, MOST_THREADS = 8 };

typedef struct work {
  atomic_int runs[ITEMS];
  atomic_int inside[MOST_THREADS]; /* items that a worker is at: never two */
  atomic_bool overlap;
  unsigned threads;
  size_t slow_failure, fast_failure; /* both above ITEMS: nothing fails */
} work;

static int item(void *context, size_t index, unsigned worker, slant_error *error) {
  work *w = context;
  if (worker >= w->threads || atomic_fetch_add(&w->inside[worker], 1) != 0) atomic_store(&w->overlap, true);
  atomic_fetch_add(&w->runs[index], 1);
  int status = SLANT_OK;
  if (index == w->slow_failure) {
    nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    status = slant_fail(error, SLANT_E_DATA, "item %zu", index);
  } else if (index == w->fast_failure) {
    status = slant_fail(error, SLANT_E_IO, "item %zu", index);
  }
  atomic_fetch_sub(&w->inside[worker], 1);
  return status;
}

static void test_every_item_once(void **state) {
  (void)state;
  for (unsigned threads = 0; threads <= MOST_THREADS; threads++) {
    work w = {.threads = threads ? threads : 1, .slow_failure = ITEMS, .fast_failure = ITEMS};
    slant_error error = {.code = SLANT_E_LIMIT};
    assert_int_equal(slant_parallel(ITEMS, threads, item, &w, &error), SLANT_OK);
    assert_int_equal(error.code, SLANT_E_LIMIT); /* untouched */
    for (size_t i = 0; i < ITEMS; i++) assert_int_equal(w.runs[i], 1);
    assert_false(w.overlap);
  }
}

/* The later item fails first; the earlier one's error is what comes back. */
static void test_lowest_failure(void **state) {
  (void)state;
  for (unsigned threads = 1; threads <= MOST_THREADS; threads++) {
    for (size_t round = 0; round < 10; round++) {
      work w = {.threads = threads, .slow_failure = 40 + round, .fast_failure = 41 + round};
      slant_error error = {0};
      assert_int_equal(slant_parallel(ITEMS, threads, item, &w, &error), SLANT_E_DATA);
      assert_int_equal(error.code, SLANT_E_DATA);
      char expected[32];
      snprintf(expected, sizeof expected, "item %zu", 40 + round);
      assert_string_equal(error.message, expected);
      for (size_t i = 0; i <= 40 + round; i++) assert_int_equal(w.runs[i], 1);
    }
  }
}

static void test_stops_after_a_failure(void **state) {
  (void)state;
  work w = {.threads = 1, .slow_failure = 3, .fast_failure = ITEMS};
  assert_int_equal(slant_parallel(ITEMS, 1, item, &w, NULL), SLANT_E_DATA);
  assert_int_equal(w.runs[3], 1);
  assert_int_equal(w.runs[4], 0);
}

static int silent(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)context;
  (void)worker;
  (void)error;
  return index == 2 ? SLANT_E_CANCELLED : SLANT_OK;
}

static void test_failure_without_a_message(void **state) {
  (void)state;
  slant_error error = {0};
  assert_int_equal(slant_parallel(5, 2, silent, NULL, &error), SLANT_E_CANCELLED);
  assert_int_equal(error.code, SLANT_E_CANCELLED);
  assert_string_not_equal(error.message, "");
}

static void test_nothing_to_do(void **state) {
  (void)state;
  assert_int_equal(slant_parallel(0, 4, silent, NULL, NULL), SLANT_OK);
}

static void test_more_threads_than_anyone_has(void **state) {
  (void)state;
  assert_int_equal(slant_parallel(2, 100000, silent, NULL, NULL), SLANT_OK);
}

static void test_cores(void **state) {
  (void)state;
  assert_in_range(slant_cores(), 1, 256);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_item_once),
      cmocka_unit_test(test_lowest_failure),
      cmocka_unit_test(test_stops_after_a_failure),
      cmocka_unit_test(test_failure_without_a_message),
      cmocka_unit_test(test_nothing_to_do),
      cmocka_unit_test(test_more_threads_than_anyone_has),
      cmocka_unit_test(test_cores),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
