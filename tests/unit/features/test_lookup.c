/* vocabulary.c, probe.c, marks.c, lookup.c: many look-ups at once find what one at a time finds, whatever the
 * registers. */
#include "features/lookup.h"

#include "common/hash.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 20000, MOST = SLANT_PENDING, ROUNDS = 400 };

typedef struct sample {
  slant_vocabulary v;
  void *owned;
  uint64_t keys[N];
} sample;

static uint64_t key_of(uint64_t number) {
  return slant_vocabulary_key((uint32_t)(number % 3), slant_hash(&number, sizeof number));
}

static void build(sample *out) {
  static float idf[N];
  for (uint32_t f = 0; f < N; f++) {
    out->keys[f] = key_of(f);
    idf[f] = (float)(f % 977);
  }
  assert_true(slant_vocabulary_build(&out->v, &out->owned, out->keys, idf, N));
}

static void every_feature_is_found_and_passes_the_filter(void **state) {
  (void)state;
  static sample vocabulary;
  build(&vocabulary);
  for (uint32_t f = 0; f < N; f++) assert_int_equal(slant_vocabulary_find(&vocabulary.v, vocabulary.keys[f]), f);
  for (uint64_t i = N; i < 5 * N; i++) assert_int_equal(slant_vocabulary_find(&vocabulary.v, key_of(i)), SLANT_ABSENT);
  const slant_probe *probe = slant_best_probe();
  assert_int_equal(probe->sift(&vocabulary.v, vocabulary.keys, N), N);
  uint32_t n_unknown = 0;
  for (uint64_t i = N; i < 5 * N; i++) {
    uint64_t key = key_of(i);
    n_unknown += probe->sift(&vocabulary.v, &key, 1);
  }
  assert_in_range(n_unknown, 1, 4 * N / 5); /* most are turned away */
  free(vocabulary.owned);
}

/* Known keys and unknown ones; some of those differ from a known one in a bit from `bit` on. */
static uint32_t draw_keys(slant_random *random, uint32_t bit, uint64_t *keys) {
  uint32_t n = (uint32_t)slant_random_below(random, MOST + 1);
  for (uint32_t i = 0; i < n; i++) {
    keys[i] = key_of(slant_random_below(random, 2 * N));
    if (slant_random_below(random, 16) == 0) keys[i] ^= UINT64_C(1) << (bit + slant_random_below(random, 60 - bit));
  }
  return n;
}

static void check_probes(const slant_vocabulary *v, const uint64_t *keys, uint32_t n) {
  const slant_probe *portable = slant_kernel_probe(SLANT_KERNEL_PORTABLE);
  uint64_t expected[MOST], left[MOST];
  uint32_t expected_found[MOST + 1], found[MOST + 1], n_expected_left, n_left;
  for (int k = 0; k < SLANT_N_KERNELS; k++) {
    const slant_probe *probe = slant_kernel_probe((slant_kernel)k);
    if (!probe) continue;
    memcpy(expected, keys, n * sizeof *keys);
    memcpy(left, keys, n * sizeof *keys);
    uint32_t n_sifted = portable->sift(v, expected, n);
    assert_int_equal(probe->sift(v, left, n), n_sifted);
    assert_memory_equal(left, expected, n_sifted * sizeof *left);
    for (uint64_t distance = 0; distance < 3; distance++) {
      memcpy(expected, keys, n * sizeof *keys);
      memcpy(left, keys, n * sizeof *keys);
      uint32_t n_found = portable->find_at(v, distance, expected, n, expected_found, &n_expected_left);
      assert_int_equal(probe->find_at(v, distance, left, n, found, &n_left), n_found);
      assert_int_equal(n_left, n_expected_left);
      assert_memory_equal(found, expected_found, n_found * sizeof *found);
      assert_memory_equal(left, expected, n_left * sizeof *left);
    }
  }
}

static void registers_of_every_width_find_the_same(void **state) {
  (void)state;
  static sample vocabulary;
  uint64_t keys[MOST];
  build(&vocabulary);
  slant_random random = slant_random_from(5, 0);
  for (int round = 0; round < ROUNDS; round++) check_probes(&vocabulary.v, keys, draw_keys(&random, 0, keys));
  free(vocabulary.owned);
}

/* Keys of one example, through a look-up with or without counts, against one at a time. */
static void check_lookup(slant_lookup *lookup, slant_random *random, uint32_t *expected) {
  uint64_t keys[MOST];
  static uint32_t index[N + SLANT_AT_ONCE];
  memset(expected, 0, N * sizeof *expected);
  for (int part = 0; part < 4; part++) {
    uint32_t n = draw_keys(random, 32, keys);
    for (uint32_t i = 0; i < n; i++) {
      uint32_t feature = slant_vocabulary_find(lookup->vocabulary, keys[i]);
      if (feature != SLANT_ABSENT) expected[feature]++;
      slant_lookup_add(lookup, keys[i]);
    }
    n = draw_keys(random, 32, keys);
    slant_lookup_flush(lookup);
    for (uint32_t i = 0; i < n; i++) {
      uint32_t feature = slant_vocabulary_find(lookup->vocabulary, keys[i]);
      if (feature != SLANT_ABSENT) expected[feature]++;
      lookup->likely[lookup->n_likely++] = keys[i];
    }
  }
  slant_lookup_flush(lookup);
  assert_in_range(slant_lookup_limit(lookup), SLANT_AT_ONCE, N + SLANT_AT_ONCE);
  uint32_t n = slant_lookup_take(lookup, index), at = 0;
  for (uint32_t f = 0; f < N; f++) {
    if (!expected[f]) continue;
    assert_true(at < n);
    assert_int_equal(index[at++], f);
    if (lookup->counts) assert_int_equal(slant_lookup_count(lookup, f), expected[f]);
  }
  assert_int_equal(at, n);
}

static void what_occurs_is_taken_in_order_and_counted(void **state) {
  (void)state;
  static sample vocabulary;
  static uint32_t expected[N];
  build(&vocabulary);
  slant_random random = slant_random_from(6, 0);
  for (int k = 0; k < 2 * SLANT_N_KERNELS; k++) {
    slant_kernel kernel = (slant_kernel)(k / 2);
    bool counting = k % 2;
    slant_lookup lookup = {.probe = slant_kernel_probe(kernel), .take = slant_kernel_marks_taker(kernel)};
    assert_true(slant_lookup_open(&lookup, &vocabulary.v, counting));
    for (int round = 0; round < 10; round++) check_lookup(&lookup, &random, expected);
    slant_lookup_add(&lookup, vocabulary.keys[7]);
    slant_lookup_clear(&lookup);
    assert_int_equal(slant_lookup_take(&lookup, expected), 0);
    slant_lookup_free(&lookup);
  }
  free(vocabulary.owned);
}

static void damage_is_refused_or_found_nowhere(void **state) {
  (void)state;
  static sample vocabulary;
  slant_vocabulary adopted;
  build(&vocabulary);
  const slant_vocabulary *v = &vocabulary.v;
  uint64_t slots = slant_vocabulary_slots_size(v), filter = slant_vocabulary_filter_size(v);
  assert_true(slant_vocabulary_adopt(&adopted, v->slots, slots, v->filter, filter, N));
  assert_int_equal(slant_vocabulary_find(&adopted, vocabulary.keys[N - 1]), N - 1);
  assert_false(slant_vocabulary_adopt(&adopted, v->slots, slots - 8, v->filter, filter, N));
  assert_false(slant_vocabulary_adopt(&adopted, v->slots, slots, v->filter, filter - 8, N));
  assert_false(slant_vocabulary_adopt(&adopted, v->slots, slots, v->filter, filter - 1, N));
  assert_false(slant_vocabulary_adopt(&adopted, v->slots, 8, v->filter, filter, N));
  assert_false(slant_vocabulary_adopt(&adopted, NULL, 0, v->filter, filter, N));
  assert_false(slant_vocabulary_adopt(&adopted, v->slots, slots, NULL, 0, N));
  /* Numbers that are too large, and no slot empty: nothing is found, and a search ends all the same. */
  slant_entry *damaged = vocabulary.owned;
  for (uint64_t i = 0; i <= v->mask; i++) damaged[i] = (slant_entry){damaged[i].tag ? damaged[i].tag : 1, N + 1};
  slant_lookup lookup = {0};
  uint32_t index[SLANT_AT_ONCE];
  assert_int_equal(slant_vocabulary_find(v, vocabulary.keys[0]), SLANT_ABSENT);
  assert_true(slant_lookup_open(&lookup, v, true));
  for (int i = 0; i < 20; i++) slant_lookup_add(&lookup, vocabulary.keys[i]);
  slant_lookup_flush(&lookup);
  assert_int_equal(slant_lookup_take(&lookup, index), 0);
  slant_lookup_free(&lookup);
  free(vocabulary.owned);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_feature_is_found_and_passes_the_filter),
                                     cmocka_unit_test(registers_of_every_width_find_the_same),
                                     cmocka_unit_test(what_occurs_is_taken_in_order_and_counted),
                                     cmocka_unit_test(damage_is_refused_or_found_nowhere)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
