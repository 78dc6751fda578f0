/* memory.c: sizes that cannot be, growing arrays, and the arena. */
#include "common/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_impossible_sizes(void **state) {
  (void)state;
  size_t half = SIZE_MAX / 2 + 1;
  assert_null(slant_alloc(half, 2));
  assert_null(slant_alloc_zero(half, 2));
  void *kept = slant_alloc(4, 4);
  assert_non_null(kept);
  memset(kept, 1, 16);
  assert_null(slant_realloc(kept, half, 4));
  free(kept);
  slant_arena arena = {0};
  assert_null(slant_arena_alloc(&arena, half, 2));
  assert_null(slant_arena_alloc(&arena, SIZE_MAX - 8, 1));
  slant_arena_free(&arena);
}

static void test_empty_sizes(void **state) {
  (void)state;
  void *a = slant_alloc(0, 8), *b = slant_alloc_zero(8, 0);
  assert_non_null(a);
  assert_non_null(b);
  free(a);
  free(b);
}

static void test_grow(void **state) {
  (void)state;
  uint32_t *items = NULL;
  size_t capacity = 0;
  for (uint32_t i = 0; i < 1000; i++) {
    assert_true(slant_grow(&items, &capacity, i, sizeof *items));
    items[i] = i;
  }
  for (uint32_t i = 0; i < 1000; i++) assert_int_equal(items[i], i);
  assert_in_range(capacity, 1000, 2000);
  size_t huge = SIZE_MAX / 2;
  uint32_t *before = items;
  assert_false(slant_grow(&items, &huge, huge, sizeof *items));
  assert_ptr_equal(items, before);
  assert_int_equal(huge, SIZE_MAX / 2);
  huge = SIZE_MAX / 2 + 1; /* doubled, it is 0 */
  assert_false(slant_grow(&items, &huge, huge, sizeof *items));
  assert_int_equal(items[999], 999);
  free(items);
}

/* Pieces of many sizes: aligned, apart from each other, and still what was written after later ones came. */
static void test_arena_pieces(void **state) {
  (void)state;
  slant_arena arena = {0};
  enum { PIECES = 400 };
  unsigned char *pieces[PIECES];
  for (int round = 0; round < 3; round++) {
    for (size_t i = 0; i < PIECES; i++) {
      size_t size = i * i % 4099;
      pieces[i] = slant_arena_alloc(&arena, size, 1);
      assert_non_null(pieces[i]);
      assert_int_equal((uintptr_t)pieces[i] % 16, 0);
      memset(pieces[i], (int)(i % 251), size);
    }
    for (size_t i = 0; i < PIECES; i++)
      for (size_t k = 0; k < i * i % 4099; k++) assert_int_equal(pieces[i][k], i % 251);
    slant_arena_reset(&arena);
  }
  slant_arena_free(&arena);
  assert_null(arena.first);
}

/* A loop that resets its arena comes to stand in the same memory, also where one piece is larger than the first block.
 */
static void test_arena_keeps_its_memory(void **state) {
  (void)state;
  slant_arena arena = {0};
  void *small[3], *large[3];
  for (int round = 0; round < 3; round++) {
    small[round] = slant_arena_alloc(&arena, 100, 1);
    large[round] = slant_arena_alloc(&arena, 1 << 20, 1);
    assert_non_null(large[round]);
    memset(large[round], round, 1 << 20);
    slant_arena_reset(&arena);
  }
  assert_ptr_equal(small[0], small[2]);
  assert_ptr_equal(large[1], large[2]);
  slant_arena_free(&arena);
}

static void test_arena_reset_when_empty(void **state) {
  (void)state;
  slant_arena arena = {0};
  slant_arena_reset(&arena);
  assert_non_null(slant_arena_alloc(&arena, 0, 1));
  slant_arena_free(&arena);
  slant_arena_free(&arena);
}

static void test_arena_copy(void **state) {
  (void)state;
  slant_arena arena = {0};
  char *copy = slant_arena_copy(&arena, (slant_str){"Kathmandu talks", 9});
  assert_string_equal(copy, "Kathmandu");
  assert_string_equal(slant_arena_copy(&arena, (slant_str){NULL, 0}), "");
  slant_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_impossible_sizes),
      cmocka_unit_test(test_empty_sizes),
      cmocka_unit_test(test_grow),
      cmocka_unit_test(test_arena_pieces),
      cmocka_unit_test(test_arena_keeps_its_memory),
      cmocka_unit_test(test_arena_reset_when_empty),
      cmocka_unit_test(test_arena_copy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
