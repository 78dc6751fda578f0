/* stream_options.c: shards, packing by name, and what a journal says of options. */
#include "predict/stream_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static slant_stream_options defaults(void) {
  slant_stream_options options;
  slant_options_init(slant_stream_option_table, &options);
  return options;
}

static void test_shards(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t index, count;
  } good[] = {{NULL, 0, 1}, {"1/1", 0, 1}, {"2/3", 1, 3}, {"1000000/1000000", 999999, 1000000}, {"007/8", 6, 8}};
  static const char *const bad[] = {"",
                                    "/",
                                    "1",
                                    "1/",
                                    "/2",
                                    "0/3",
                                    "4/3",
                                    "1/0",
                                    "a/3",
                                    "1/3a",
                                    "1/ 3",
                                    "1/2/3",
                                    "-1/3",
                                    "+1/3",
                                    "1.0/3",
                                    "1/1000001",
                                    "99999999/99999999",
                                    "18446744073709551617/2"};
  slant_shard shard;
  slant_stream_options options = defaults();
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    options.shard = good[i].text;
    assert_int_equal(slant_stream_options_check(&options, &shard, NULL), 0);
    assert_int_equal(shard.index, good[i].index);
    assert_int_equal(shard.count, good[i].count);
    assert_false(shard.by_file);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    slant_error error;
    options.shard = bad[i];
    if (slant_stream_options_check(&options, &shard, &error) != SLANT_E_ARGUMENT) fail_msg("'%s' was taken", bad[i]);
    assert_non_null(strstr(error.message, "--shard"));
  }
}

/* A caller of the library may set any numbers. */
static void test_ranges(void **state) {
  (void)state;
  slant_shard shard;
  for (int wrong = 0; wrong < 6; wrong++) {
    slant_stream_options options = defaults();
    if (wrong < 2) options.threads = wrong ? -1 : 1 << 20;
    if (wrong / 2 == 1) options.format = wrong % 2 ? -1 : 3;
    if (wrong / 2 == 2) options.compress = wrong % 2 ? -1 : 4;
    assert_int_equal(slant_stream_options_check(&options, &shard, NULL), SLANT_E_ARGUMENT);
  }
}

static void test_packing(void **state) {
  (void)state;
  slant_stream_options options = defaults();
  assert_int_equal(slant_stream_packing(&options, "a.jsonl.gz"), SLANT_PACK_GZIP);
  assert_int_equal(slant_stream_packing(&options, "a.zst"), SLANT_PACK_ZSTD);
  assert_int_equal(slant_stream_packing(&options, "a.jsonl"), SLANT_PACK_NONE);
  assert_int_equal(slant_stream_packing(&options, NULL), SLANT_PACK_NONE);
  const slant_packing given[] = {SLANT_PACK_NONE, SLANT_PACK_GZIP, SLANT_PACK_ZSTD};
  for (int how = 1; how <= 3; how++) { /* whatever the name */
    options.compress = how;
    assert_int_equal(slant_stream_packing(&options, "a.zst"), given[how - 1]);
    assert_int_equal(slant_stream_packing(&options, NULL), given[how - 1]);
  }
}

/* All that the output depends on, which the threads are not. */
static void test_description(void **state) {
  (void)state;
  slant_stream_options options = defaults();
  slant_buffer first = {0}, second = {0};
  options.threads = 1;
  slant_options_describe(&first, slant_stream_option_table, &options);
  options.threads = 3;
  slant_options_describe(&second, slant_stream_option_table, &options);
  assert_int_equal(first.len, second.len);
  assert_memory_equal(first.data, second.data, first.len);
  slant_buffer_clear(&second);
  options.shard = "2/3\n\"";
  slant_options_describe(&second, slant_stream_option_table, &options);
  slant_buffer_char(&second, '\0');
  assert_non_null(strstr(second.data, "option shard \"2/3\\n\\\"\"\n"));
  assert_non_null(strstr(second.data, "option format \"jsonl\"\n"));
  slant_buffer_free(&first);
  slant_buffer_free(&second);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shards), cmocka_unit_test(test_ranges),
                                     cmocka_unit_test(test_packing), cmocka_unit_test(test_description)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
