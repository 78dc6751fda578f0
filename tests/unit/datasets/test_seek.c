/* source.c, ahead.c, pack.c: from any record on, an input reads as it did the first time, plain or packed, with a
 * thread that reads ahead or without. */
#include "common/memory.h"
#include "datasets/pack.h"
#include "datasets/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_RECORDS = 64 };

typedef struct place {
  uint64_t bytes, line;
  char text[40];
} place;

static char path[64];

static void put(const slant_buffer *text, slant_packing packing, const char *suffix) {
  slant_packer *packer;
  slant_buffer packed = {0};
  snprintf(path, sizeof path, "/tmp/slant-seek-XXXXXX%s", suffix);
  int descriptor = mkstemps(path, (int)strlen(suffix));
  assert_true(descriptor >= 0);
  assert_int_equal(slant_packer_new(&packer, packing, NULL), 0);
  size_t half = text->len / 2; /* two members or frames */
  assert_int_equal(slant_packer_add(packer, text->data, half, true, &packed, NULL), 0);
  assert_int_equal(slant_packer_add(packer, text->data + half, text->len - half, true, &packed, NULL), 0);
  assert_int_equal(write(descriptor, packed.data, packed.len), (ssize_t)packed.len);
  slant_packer_free(packer);
  slant_buffer_free(&packed);
  close(descriptor);
}

static slant_source *open_file(int ahead) {
  const slant_reader_options options = {.max_record = 4096, .ahead = ahead};
  slant_source *source;
  slant_error error;
  if (slant_source_open(&source, path, &options, &error)) fail_msg("%s", error.message);
  return source;
}

static int read_rest(slant_source *source, place *places) {
  slant_raw raw;
  int n = 0;
  while (slant_source_next(source, &raw, NULL) == 1) {
    assert_true(n < MAX_RECORDS);
    places[n] = (place){.bytes = slant_source_bytes(source), .line = raw.line};
    snprintf(places[n++].text, sizeof places->text, "%.*s", (int)raw.bytes.len, raw.bytes.ptr);
  }
  slant_source_close(source);
  return n;
}

static void expect_all_places(slant_buffer *text, const char *name, int expected) {
  static const char *const suffixes[] = {"", ".gz", ".zst"};
  for (int variant = 0; variant < 6; variant++) {
    int packing = variant / 2, ahead = variant % 2;
    char suffix[16];
    place all[MAX_RECORDS], rest[MAX_RECORDS];
    snprintf(suffix, sizeof suffix, "%s%s", name, suffixes[packing]);
    put(text, (slant_packing)packing, suffix);
    int n = read_rest(open_file(ahead), all);
    assert_int_equal(n, expected);
    for (int k = 0; k < n; k++) {
      slant_source *source = open_file(ahead);
      assert_int_equal(slant_source_seek(source, all[k].bytes, all[k].line, NULL), 0);
      assert_int_equal(read_rest(source, rest), n - k);
      for (int i = 0; i < n - k; i++) {
        assert_int_equal(rest[i].bytes, all[k + i].bytes);
        assert_int_equal(rest[i].line, all[k + i].line);
        assert_string_equal(rest[i].text, all[k + i].text);
      }
    }
    unlink(path);
  }
  slant_buffer_free(text);
}

static void test_lines(void **state) {
  (void)state;
  slant_buffer text = {0};
  slant_buffer_text(&text, "\xef\xbb\xbf{\"text\":\"first\"}\n\n  \n");
  for (int i = 0; i < 20; i++) {
    slant_buffer_format(&text, "{\"id\":%d}%s", i, i % 3 ? "\n" : "\r\n");
    if (i == 7) /* a record over the limit */
      for (int k = 0; k < 700000; k++) slant_buffer_char(&text, k == 699999 ? '\n' : 'x');
  }
  expect_all_places(&text, ".jsonl", 22);
}

static void test_rows(void **state) {
  (void)state;
  slant_buffer text = {0};
  slant_buffer_text(&text, "id,text\r\n");
  for (int i = 0; i < 20; i++) slant_buffer_format(&text, "%d,\"two\nlines, %d\"\r\n", i, i);
  expect_all_places(&text, ".csv", 20);
}

static void test_refused(void **state) {
  (void)state;
  for (int packing = 0; packing < 3; packing++) {
    slant_buffer text = {0};
    slant_buffer_text(&text, "{}\n{}\n");
    put(&text, (slant_packing)packing, ".jsonl");
    slant_source *source = open_file(1);
    slant_raw raw;
    slant_error error;
    for (int i = 0; i < 2; i++) assert_int_equal(slant_source_next(source, &raw, NULL), 1);
    assert_int_equal(slant_source_seek(source, 0, 1, &error), SLANT_E_ARGUMENT);
    if (packing) assert_int_equal(slant_source_seek(source, 1000, 1, &error), SLANT_E_IO);
    slant_source_close(source);
    unlink(path);
    slant_buffer_free(&text);
  }
}

/* A reader that stops early does not wait for a thread that waits for room. */
static void test_left_early(void **state) {
  (void)state;
  slant_buffer text = {0};
  for (int i = 0; i < 400000; i++) slant_buffer_format(&text, "{\"id\":%d}\n", i);
  put(&text, SLANT_PACK_ZSTD, ".jsonl.zst");
  for (int n = 0; n < 3; n++) {
    slant_source *source = open_file(1);
    slant_raw raw;
    for (int i = 0; i < n; i++) assert_int_equal(slant_source_next(source, &raw, NULL), 1);
    slant_source_close(source);
  }
  unlink(path);
  slant_buffer_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_rows),
                                     cmocka_unit_test(test_refused), cmocka_unit_test(test_left_early)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
