/* conveyor.c: order, back-pressure, failures of every part, and no deadlock, with work that is made up. */
#include "predict/conveyor.h"

#include "common/random.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct slot {
  uint64_t number, worked;
} slot;

typedef struct belt {
  uint64_t count, fail_fill, fail_work, fail_drain; /* what fails at which number; UINT64_MAX: nothing */
  size_t load;
  bool slow_drain;
  uint64_t filled, drained;
  atomic_uint working, in_flight, most_in_flight;
  atomic_bool ahead; /* a slot was drained out of order or unworked */
} belt;

static const uint64_t NEVER = UINT64_MAX;

static int fill(void *context, void *at, size_t *load, slant_error *error) {
  belt *b = context;
  slot *s = at;
  if (b->filled == b->fail_fill) return slant_fail(error, SLANT_E_IO, "fill");
  if (b->filled == b->count) return 0;
  *s = (slot){b->filled++, 0};
  *load = b->load;
  unsigned now = ++b->in_flight, most = b->most_in_flight;
  while (now > most && !atomic_compare_exchange_weak(&b->most_in_flight, &most, now)) continue;
  return 1;
}

static int work(void *context, void *at, unsigned worker, slant_error *error) {
  belt *b = context;
  slot *s = at;
  if (worker >= 8) b->ahead = true;
  slant_random random = slant_random_from(s->number, 0);
  if (slant_random_below(&random, 4) == 0) usleep((useconds_t)slant_random_below(&random, 300));
  if (s->number == b->fail_work) return slant_fail(error, SLANT_E_DATA, "work");
  s->worked = s->number + 1;
  return SLANT_OK;
}

static int drain(void *context, void *at, slant_error *error) {
  belt *b = context;
  const slot *s = at;
  if (s->number != b->drained || (s->worked != s->number + 1 && s->number != b->fail_work)) b->ahead = true;
  if (s->number == b->fail_drain) return slant_fail(error, SLANT_E_IO, "drain");
  if (b->slow_drain) usleep(200);
  b->drained++;
  b->in_flight--;
  return SLANT_OK;
}

static int run(belt *b, unsigned threads, size_t n_slots, size_t max_load, slant_error *error) {
  slot *slots = calloc(n_slots, sizeof *slots);
  slant_conveyor_plan plan = {b, fill, work, drain, (char *)slots, n_slots, sizeof *slots, max_load, threads};
  int status = slant_conveyor_run(&plan, error);
  free(slots);
  assert_false(b->ahead);
  return status;
}

static belt belt_of(uint64_t count) {
  return (belt){.count = count, .fail_fill = NEVER, .fail_work = NEVER, .fail_drain = NEVER, .load = 1};
}

static void test_order(void **state) {
  (void)state;
  for (unsigned threads = 1; threads <= 4; threads++)
    for (uint64_t count = 0; count < 400; count = count * 5 + 1) {
      belt b = belt_of(count);
      assert_int_equal(run(&b, threads, slant_conveyor_slots(threads), 1000, NULL), 0);
      assert_int_equal(b.drained, count);
    }
}

static void test_ring_bounds_what_is_in_flight(void **state) {
  (void)state;
  belt b = belt_of(100);
  b.slow_drain = true;
  assert_int_equal(run(&b, 3, 5, 1000, NULL), 0);
  assert_int_equal(b.drained, 100);
  assert_true(b.most_in_flight <= 5);
}

static void test_load_bounds_what_is_in_flight(void **state) {
  (void)state;
  belt b = belt_of(60);
  b.load = 100;
  b.slow_drain = true;
  assert_int_equal(run(&b, 3, 8, 150, NULL), 0); /* two exceed it: a third has to wait */
  assert_int_equal(b.drained, 60);
  assert_true(b.most_in_flight <= 2);
  b = belt_of(20);
  b.load = 1 << 20; /* each alone is too much, and goes alone */
  assert_int_equal(run(&b, 2, 8, 150, NULL), 0);
  assert_int_equal(b.drained, 20);
  assert_int_equal(b.most_in_flight, 1);
}

static void test_failures(void **state) {
  (void)state;
  for (unsigned threads = 1; threads <= 4; threads++)
    for (uint64_t at = 0; at < 40; at += 13) {
      slant_error error = {0};
      belt b = belt_of(1000);
      b.fail_fill = at; /* all that was read before is drained */
      assert_int_equal(run(&b, threads, slant_conveyor_slots(threads), 1000, &error), SLANT_E_IO);
      assert_string_equal(error.message, "fill");
      assert_int_equal(b.drained, at);
      b = belt_of(1000);
      b.fail_work = at; /* the failing slot is the last that is drained */
      assert_int_equal(run(&b, threads, slant_conveyor_slots(threads), 1000, &error), SLANT_E_DATA);
      assert_string_equal(error.message, "work");
      assert_int_equal(b.drained, at + 1);
      b = belt_of(1000);
      b.fail_drain = at;
      assert_int_equal(run(&b, threads, slant_conveyor_slots(threads), 1000, &error), SLANT_E_IO);
      assert_string_equal(error.message, "drain");
      assert_int_equal(b.drained, at);
      assert_true(b.filled < 1000); /* nobody reads on for nothing */
    }
}

/* Of several failures the first in order counts, whoever is faster. */
static void test_first_failure_counts(void **state) {
  (void)state;
  for (int i = 0; i < 20; i++) {
    slant_error error = {0};
    belt b = belt_of(1000);
    b.fail_work = 7;
    b.fail_fill = 9;
    assert_int_equal(run(&b, 3, 8, 1000, &error), SLANT_E_DATA);
    assert_int_equal(b.drained, 8);
    b = belt_of(1000);
    b.fail_work = 9;
    b.fail_drain = 7;
    assert_int_equal(run(&b, 3, 8, 1000, &error), SLANT_E_IO);
    assert_int_equal(b.drained, 7);
  }
}

static void test_too_many_threads(void **state) {
  (void)state;
  belt b = belt_of(1);
  assert_int_equal(run(&b, SLANT_CONVEYOR_MAX_THREADS + 1, 4, 10, NULL), SLANT_E_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_order),
                                     cmocka_unit_test(test_ring_bounds_what_is_in_flight),
                                     cmocka_unit_test(test_load_bounds_what_is_in_flight),
                                     cmocka_unit_test(test_failures),
                                     cmocka_unit_test(test_first_failure_counts),
                                     cmocka_unit_test(test_too_many_threads)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
