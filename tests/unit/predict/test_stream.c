/* stream.c and batch.c: order, threads, errors, and outputs that fail. */
#include "common/memory.h"
#include "small_bundle.h"

#include <slant/stream.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static slant_bundle *bundle;
static slant_predictor *predictor;
static char input_path[] = "/tmp/slant-stream-XXXXXX", other_path[] = "/tmp/slant-streax-XXXXXX";
enum { N_RECORDS = 5000 };

static int setup(void **state) {
  (void)state;
  bundle = small_bundle(SLANT_MODE_TARGET);
  if (!bundle || slant_predictor_new(&predictor, bundle, NULL, NULL)) return -1;
  FILE *file = fdopen(mkstemp(input_path), "w"), *other = fdopen(mkstemp(other_path), "w");
  for (int i = 0; i < N_RECORDS; i++) {
    if (i % 97 == 13)
      fputs("{broken\n", file);
    else
      fprintf(file, "{\"id\":%d,\"text\":\"Delhi %s Islamabad, number %d. Talks in India.\"}\n", i,
              i % 2 ? "praised" : "blamed", i);
  }
  fputs("{\"id\":\"last\",\"text\":\"India\"}", other);
  return fclose(file) || fclose(other);
}

static int teardown(void **state) {
  (void)state;
  slant_predictor_free(predictor);
  slant_bundle_close(bundle);
  return unlink(input_path) || unlink(other_path);
}

static int collect(void *context, const char *bytes, size_t len, slant_error *error) {
  (void)error;
  slant_buffer_append(context, bytes, len);
  return 0;
}

static slant_stream_options options_for(int64_t threads) {
  slant_stream_options options = {.threads = threads, .evidence = 1};
  slant_options_init(slant_reader_option_table, &options.reader);
  return options;
}

static slant_buffer run(const char *const *inputs, size_t n, const slant_stream_options *options,
                        slant_stream_counts *counts, int expected) {
  slant_buffer out = {0};
  slant_error error = {0};
  int status = slant_stream_run(predictor, inputs, n, options, collect, &out, NULL, counts, &error);
  if (status != expected) fail_msg("status %d: %s", status, error.message);
  slant_buffer_char(&out, '\0');
  return out;
}

static void test_any_number_of_threads_gives_the_same_bytes(void **state) {
  (void)state;
  const char *inputs[] = {input_path, other_path};
  slant_stream_counts counts;
  slant_stream_options one = options_for(1);
  slant_buffer expected = run(inputs, 2, &one, &counts, 0);
  assert_int_equal(counts.records, N_RECORDS + 1);
  assert_int_equal(counts.errors, (N_RECORDS - 13 + 96) / 97);
  size_t lines = 0;
  for (size_t i = 0; i < expected.len; i++) lines += expected.data[i] == '\n';
  assert_int_equal(lines, N_RECORDS + 1);
  assert_non_null(strstr(expected.data, "{\"id\":null,\"error\":{\"code\":\"data\",\"message\":\"not JSON"));
  assert_non_null(strstr(expected.data, "\"line\":14"));
  assert_non_null(strstr(expected.data, "{\"id\":\"last\""));
  for (int64_t threads = 2; threads <= 5; threads++) {
    slant_stream_options many = options_for(threads);
    slant_buffer found = run(inputs, 2, &many, &counts, 0);
    assert_int_equal(found.len, expected.len);
    assert_memory_equal(found.data, expected.data, expected.len);
    slant_buffer_free(&found);
  }
  slant_buffer_free(&expected);
}

static void test_stop_at_the_first_error(void **state) {
  (void)state;
  const char *inputs[] = {input_path};
  for (int64_t threads = 1; threads <= 3; threads += 2) {
    slant_stream_options options = options_for(threads);
    slant_stream_counts counts;
    options.stop = 1;
    slant_buffer out = run(inputs, 1, &options, &counts, SLANT_E_DATA);
    size_t lines = 0;
    for (size_t i = 0; i < out.len; i++) lines += out.data[i] == '\n';
    assert_int_equal(lines, 14);
    slant_buffer_free(&out);
  }
}

static void test_an_input_that_is_not_there(void **state) {
  (void)state;
  const char *inputs[] = {other_path, "/nowhere/x.jsonl", other_path};
  for (int64_t threads = 1; threads <= 3; threads += 2) {
    slant_stream_options options = options_for(threads);
    slant_stream_counts counts;
    slant_buffer out = run(inputs, 3, &options, &counts, SLANT_E_IO);
    assert_int_equal(counts.records, 1); /* what came before was labelled */
    slant_buffer_free(&out);
  }
}

/* ---- outputs that fail, observers that cancel ---- */
static int fail_soon(void *context, const char *bytes, size_t len, slant_error *error) {
  (void)bytes, (void)len;
  return ++*(int *)context > 3 ? slant_fail(error, SLANT_E_IO, "the pipe is gone") : 0;
}

static int cancel_soon(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)stage, (void)done, (void)total;
  return ++*(int *)context > 3;
}

static void test_failing_output_and_cancel(void **state) {
  (void)state;
  const char *inputs[] = {input_path};
  for (int64_t threads = 1; threads <= 4; threads++) {
    slant_stream_options options = options_for(threads);
    slant_stream_counts counts;
    slant_error error;
    int calls = 0;
    assert_int_equal(slant_stream_run(predictor, inputs, 1, &options, fail_soon, &calls, NULL, &counts, &error),
                     SLANT_E_IO);
    assert_string_equal(error.message, "the pipe is gone");
    slant_buffer out = {0};
    calls = 0;
    const slant_observer observer = {&calls, cancel_soon, NULL};
    assert_int_equal(slant_stream_run(predictor, inputs, 1, &options, collect, &out, &observer, &counts, &error),
                     SLANT_E_CANCELLED);
    slant_buffer_free(&out);
  }
}

static void test_csv_and_empty_input(void **state) {
  (void)state;
  const char *inputs[] = {"/dev/null"};
  slant_stream_options options = options_for(2);
  slant_stream_counts counts;
  options.format = 1;
  slant_buffer out = run(inputs, 1, &options, &counts, 0);
  assert_string_equal(out.data, "id,line,actor,task,label,p,score,model,mentions,error\n");
  assert_int_equal(counts.records, 0);
  slant_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_any_number_of_threads_gives_the_same_bytes), cmocka_unit_test(test_stop_at_the_first_error),
      cmocka_unit_test(test_an_input_that_is_not_there), cmocka_unit_test(test_failing_output_and_cancel),
      cmocka_unit_test(test_csv_and_empty_input)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
