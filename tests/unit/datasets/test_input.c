/* input.c and writer.c: compressed input cut short and damaged; what the writer writes the reader reads. */
#include "common/memory.h"
#include "common/random.h"
#include "datasets/input.h"

#include <slant/reader.h>
#include <slant/writer.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/slant-input-XXXXXX";

static int setup(void **state) {
  (void)state;
  return mkdtemp(directory) ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  return rmdir(directory);
}

static const char *path_of(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static slant_buffer file_bytes(const char *path) {
  slant_buffer out = {0};
  char part[4096];
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) slant_buffer_append(&out, part, n);
  fclose(file);
  return out;
}

/* Writes `n` records under a name. */
static slant_buffer written(const char *name, int n) {
  slant_writer *writer;
  slant_error error;
  char text[64];
  if (slant_writer_open(&writer, path_of(name), SLANT_SYNTAX_AUTO, &error)) fail_msg("%s", error.message);
  for (int i = 0; i < n; i++) {
    snprintf(text, sizeof text, "text number %d", i * 7919 % n);
    slant_record record = {.text = slant_str_of(text)};
    assert_int_equal(slant_writer_record(writer, &record, NULL), 0);
  }
  assert_int_equal(slant_writer_commit(writer, NULL), 0);
  slant_buffer out = file_bytes(path_of(name));
  unlink(path_of(name));
  return out;
}

/* Bytes that come out; *status is that of the last read. */
static size_t drain(slant_str bytes, int *status) {
  slant_input_bytes *input;
  char part[1000];
  size_t total = 0;
  slant_error error;
  *status = slant_input_open_memory(&input, bytes, &error);
  if (*status) return 0;
  int64_t n;
  while ((n = slant_input_read(input, part, sizeof part, &error)) > 0) total += (size_t)n;
  *status = (int)n;
  slant_input_close(input);
  return total;
}

static void check_cuts(const char *name) {
  slant_buffer packed = written(name, 300);
  int status;
  size_t whole = drain((slant_str){packed.data, packed.len}, &status);
  assert_int_equal(status, 0);
  assert_true(whole > 6000);
  for (size_t cut = 4; cut < packed.len; cut++) {
    char *copy = malloc(cut);
    memcpy(copy, packed.data, cut);
    size_t got = drain((slant_str){copy, cut}, &status);
    assert_int_equal(status, SLANT_E_IO);
    assert_true(got <= whole);
    free(copy);
  }
  slant_random random = slant_random_from(4, 4);
  for (int round = 0; round < 1000; round++) {
    size_t at = slant_random_below(&random, packed.len);
    char old = packed.data[at];
    packed.data[at] = (char)slant_random_below(&random, 256);
    drain((slant_str){packed.data, packed.len}, &status);
    packed.data[at] = old;
  }
  slant_buffer twice = {0}; /* members and frames follow each other */
  slant_buffer_append(&twice, packed.data, packed.len);
  slant_buffer_append(&twice, packed.data, packed.len);
  assert_int_equal(drain((slant_str){twice.data, twice.len}, &status), 2 * whole);
  assert_int_equal(status, 0);
  slant_buffer_free(&twice);
  slant_buffer_free(&packed);
}

static void test_gzip(void **state) {
  (void)state;
  check_cuts("a.jsonl.gz");
}

static void test_zstd(void **state) {
  (void)state;
  check_cuts("a.jsonl.zst");
}

static void test_files_that_cannot_be_read(void **state) {
  (void)state;
  slant_input_bytes *input;
  slant_error error;
  assert_int_equal(slant_input_open(&input, "/nowhere/x", &error), SLANT_E_IO);
  assert_int_equal(slant_input_open(&input, "/", &error), SLANT_E_IO);
  assert_non_null(strstr(error.message, "directory"));
  slant_writer *writer;
  assert_int_equal(slant_writer_open(&writer, "/nowhere/x.jsonl", SLANT_SYNTAX_AUTO, &error), SLANT_E_IO);
}

static slant_str random_text(slant_random *random, char *out) {
  static const char *const pieces[] = {"a",  "\"", ",", "\n", "\r\n", "\t", "\xc3\xa9", "\xf0\x9f\x98\x80",
                                       "\\", " ",  "x"};
  size_t len = 0;
  for (uint64_t n = 1 + slant_random_below(random, 12); n; n--) {
    const char *piece = pieces[slant_random_below(random, sizeof pieces / sizeof *pieces)];
    memcpy(out + len, piece, strlen(piece));
    len += strlen(piece);
  }
  out[len++] = '.'; /* a text of blanks alone would be read as an empty cell */
  return (slant_str){out, len};
}

static void round_trip(const char *name, size_t max_labels) {
  enum { N = 300 };
  slant_random random = slant_random_from(8, 8);
  slant_writer *writer;
  slant_reader *reader;
  slant_record record;
  slant_reader_options options = {.max_record = 1 << 20};
  char text[N][64], id[N][64];
  slant_label labels[N][2];
  size_t text_len[N], id_len[N], n_labels[N];
  assert_int_equal(slant_writer_open(&writer, path_of(name), SLANT_SYNTAX_AUTO, NULL), 0);
  for (int i = 0; i < N; i++) {
    slant_str t = random_text(&random, text[i]), d = random_text(&random, id[i]);
    text_len[i] = t.len;
    id_len[i] = d.len;
    n_labels[i] = slant_random_below(&random, max_labels + 1);
    for (size_t l = 0; l < n_labels[i]; l++)
      labels[i][l] = (slant_label){slant_str_of(l ? "B" : "A"), slant_str_of("stance"), d, l ? 0 : -1, l ? 1 : -1,
                                   d.len && i % 3 ? i / 7.0 : 0};
    slant_record out = {.text = t, .id = d, .labels = labels[i], .n_labels = n_labels[i]};
    assert_int_equal(slant_writer_record(writer, &out, NULL), 0);
  }
  assert_int_equal(slant_writer_commit(writer, NULL), 0);
  assert_int_equal(slant_reader_open(&reader, path_of(name), &options, NULL), 0);
  for (int i = 0; i < N; i++) {
    slant_error error;
    if (slant_reader_next(reader, &record, &error) != 1) fail_msg("%d: %s", i, error.message);
    assert_true(slant_str_equal(record.text, (slant_str){text[i], text_len[i]}));
    assert_true(slant_str_equal(record.id, (slant_str){id[i], id_len[i]}));
    assert_int_equal(record.n_labels, n_labels[i]);
    for (size_t l = 0; l < n_labels[i]; l++) {
      assert_true(slant_str_equal(record.labels[l].label, labels[i][l].label));
      assert_true(slant_str_equal(record.labels[l].actor, labels[i][l].actor));
      assert_int_equal(record.labels[l].from, labels[i][l].from);
      assert_true(record.labels[l].weight == labels[i][l].weight);
    }
  }
  assert_int_equal(slant_reader_next(reader, &record, NULL), 0);
  slant_reader_close(reader);
  unlink(path_of(name));
}

static void test_round_trips(void **state) {
  (void)state;
  round_trip("r.jsonl", 2);
  round_trip("r.jsonl.gz", 2);
  round_trip("r.csv", 1);
  round_trip("r.tsv.zst", 1);
}

static void test_discard_leaves_nothing(void **state) {
  (void)state;
  slant_writer *writer;
  assert_int_equal(slant_writer_open(&writer, path_of("d.jsonl"), SLANT_SYNTAX_AUTO, NULL), 0);
  slant_writer_discard(writer);
  assert_int_not_equal(access(path_of("d.jsonl"), F_OK), 0);
}

/* A kept field that would be read as one of ours is left out. */
static void test_kept_fields_are_written(void **state) {
  (void)state;
  slant_writer *writer;
  slant_field kept[] = {{slant_str_of("url"), slant_str_of("[1]")}, {slant_str_of("label"), slant_str_of("\"x\"")}};
  slant_record record = {.text = slant_str_of("a"), .kept = kept, .n_kept = 2};
  assert_int_equal(slant_writer_open(&writer, path_of("k.jsonl"), SLANT_SYNTAX_AUTO, NULL), 0);
  assert_int_equal(slant_writer_record(writer, &record, NULL), 0);
  assert_int_equal(slant_writer_commit(writer, NULL), 0);
  slant_buffer found = file_bytes(path_of("k.jsonl"));
  unlink(path_of("k.jsonl"));
  slant_buffer_char(&found, '\0');
  assert_string_equal(found.data, "{\"text\":\"a\",\"url\":[1]}\n");
  slant_buffer_free(&found);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gzip),        cmocka_unit_test(test_kept_fields_are_written),
      cmocka_unit_test(test_zstd),        cmocka_unit_test(test_files_that_cannot_be_read),
      cmocka_unit_test(test_round_trips), cmocka_unit_test(test_discard_leaves_nothing)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
