/* input.c and source.c over pipes that give a byte at a time, standard input, and files that are damaged on the way. */
#include "common/memory.h"
#include "datasets/input.h"

#include <fcntl.h>
#include <setjmp.h>
#include <slant/reader.h>
#include <slant/writer.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/slant-pipe-XXXXXX";
static char packed_path[64];

static int setup(void **state) {
  (void)state;
  int file = mkstemp(path);
  if (file < 0) return -1;
  snprintf(packed_path, sizeof packed_path, "%s.x", path);
  return close(file);
}

static int teardown(void **state) {
  (void)state;
  unlink(packed_path);
  return unlink(path);
}

static void put_file(const char *name, const void *bytes, size_t len) {
  FILE *file = fopen(name, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, len, file), len);
  assert_int_equal(fclose(file), 0);
}

static slant_buffer get_file(const char *name) {
  slant_buffer out = {0};
  int c;
  FILE *file = fopen(name, "rb");
  assert_non_null(file);
  while ((c = fgetc(file)) != EOF) slant_buffer_char(&out, (char)c);
  fclose(file);
  return out;
}

/* Texts of all records of "-", which a child writes byte by byte, with their lines: "1:a 2:b ". */
static char *read_standard_input(slant_str bytes, int syntax) {
  int ends[2], saved = dup(STDIN_FILENO);
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    size_t at = 0;
    close(ends[0]);
    for (; at < bytes.len && write(ends[1], bytes.ptr + at, 1) == 1; at++)
      if (at < 4) usleep(3000); /* the first bytes, which tell what follows, come one by one */
    _exit(0);
  }
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  const slant_reader_options options = {.syntax = syntax};
  slant_reader *reader;
  slant_record record;
  slant_error error = {0};
  slant_buffer out = {0};
  int more = slant_reader_open(&reader, "-", &options, &error);
  if (!more) {
    assert_int_equal(slant_source_size(slant_reader_source(reader)), 0);
    while ((more = slant_reader_next(reader, &record, &error)) == 1)
      slant_buffer_format(&out, "%d:%.*s ", (int)record.line, (int)record.text.len, record.text.ptr);
    slant_reader_close(reader);
  }
  if (more) {
    char where[600];
    slant_error_format(&error, where, sizeof where);
    slant_buffer_text(&out, where);
  }
  slant_buffer_char(&out, '\0');
  waitpid(child, NULL, 0);
  dup2(saved, STDIN_FILENO);
  close(saved);
  return out.data;
}

static void check_standard_input(slant_str bytes, int syntax, const char *expected) {
  char *found = read_standard_input(bytes, syntax);
  assert_string_equal(found, expected);
  free(found);
}

static slant_buffer packed(const char *suffix, const char *const *texts) {
  slant_writer *writer;
  char name[80];
  snprintf(name, sizeof name, "%s%s", path, suffix);
  assert_int_equal(slant_writer_open(&writer, name, SLANT_SYNTAX_JSONL, NULL), 0);
  for (; *texts; texts++) {
    slant_record record = {.text = slant_str_of(*texts)};
    assert_int_equal(slant_writer_record(writer, &record, NULL), 0);
  }
  assert_int_equal(slant_writer_commit(writer, NULL), 0);
  slant_buffer out = get_file(name);
  unlink(name);
  return out;
}

static void test_standard_input(void **state) {
  (void)state;
  static const char *const texts[] = {"one", "two", NULL};
  check_standard_input(slant_str_of(""), SLANT_SYNTAX_AUTO, "");
  check_standard_input(slant_str_of("\xef\xbb\xbf{\"text\":\"a\"}\r\n\n{\"text\":\"b\"}"), SLANT_SYNTAX_AUTO,
                       "1:a 3:b ");
  check_standard_input(slant_str_of("text\r\n\"a\r\nb\"\r\n\rc\n"), SLANT_SYNTAX_CSV, "2:a\r\nb 5:c ");
  check_standard_input(slant_str_of("\x1f"), SLANT_SYNTAX_AUTO, "standard input:1:1: not JSON: a value was expected");
  static const char *const suffixes[] = {".gz", ".zst"};
  for (int k = 0; k < 2; k++) {
    slant_buffer bytes = packed(suffixes[k], texts);
    check_standard_input((slant_str){bytes.data, bytes.len}, SLANT_SYNTAX_AUTO, "1:one 2:two ");
    char *cut = read_standard_input((slant_str){bytes.data, bytes.len - 3}, SLANT_SYNTAX_AUTO);
    assert_non_null(strstr(cut, "standard input:"));
    assert_non_null(strstr(cut, "too early"));
    free(cut);
    slant_buffer_free(&bytes);
  }
}

/* A skippable frame, as pzstd writes, two frames, and gzip members with zeros behind them. */
static void test_frames_and_members(void **state) {
  (void)state;
  static const char *const first[] = {"one", NULL}, *const second[] = {"two", NULL};
  slant_buffer bytes = {0}, a = packed(".zst", first), b = packed(".zst", second);
  slant_buffer_append(&bytes, "\x51\x2a\x4d\x18\x04\x00\x00\x00skip", 12);
  slant_buffer_append(&bytes, a.data, a.len);
  slant_buffer_append(&bytes, b.data, b.len);
  check_standard_input((slant_str){bytes.data, bytes.len}, SLANT_SYNTAX_AUTO, "1:one 2:two ");
  slant_buffer_clear(&bytes);
  slant_buffer_free(&a);
  slant_buffer_free(&b);
  a = packed(".gz", first);
  b = packed(".gz", second);
  slant_buffer_append(&bytes, a.data, a.len);
  slant_buffer_append(&bytes, b.data, b.len);
  slant_buffer_append(&bytes, "\0\0\0", 3);
  check_standard_input((slant_str){bytes.data, bytes.len}, SLANT_SYNTAX_AUTO, "1:one 2:two ");
  slant_buffer_append(&bytes, "rubbish", 7);
  char *found = read_standard_input((slant_str){bytes.data, bytes.len}, SLANT_SYNTAX_AUTO);
  assert_non_null(strstr(found, "1:one 2:two standard input:"));
  free(found);
  slant_buffer_free(&bytes);
  slant_buffer_free(&a);
  slant_buffer_free(&b);
}

/* Texts that do not compress, so that there are many blocks. */
static slant_buffer noisy_file(const char *suffix, int n) {
  slant_writer *writer;
  char name[80], text[1001];
  uint64_t noise = 1;
  snprintf(name, sizeof name, "%s%s", path, suffix);
  assert_int_equal(slant_writer_open(&writer, name, SLANT_SYNTAX_JSONL, NULL), 0);
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < 1000; k++) {
      noise = noise * UINT64_C(6364136223846793005) + 1442695040888963407u;
      text[k] = (char)('A' + (noise >> 40) % 50 + ((noise >> 40) % 50 == '\\' - 'A'));
    }
    text[1000] = '\0';
    slant_record record = {.text = slant_str_of(text)};
    assert_int_equal(slant_writer_record(writer, &record, NULL), 0);
  }
  assert_int_equal(slant_writer_commit(writer, NULL), 0);
  slant_buffer out = get_file(name);
  unlink(name);
  return out;
}

/* What lies before the damage is handed out; the error names the file and the byte. */
static void test_all_before_the_damage_is_read(void **state) {
  (void)state;
  enum { N = 1200 };
  static const char *const suffixes[] = {".gz", ".zst"};
  for (int k = 0; k < 2; k++) {
    slant_buffer bytes = noisy_file(suffixes[k], N);
    size_t hit = bytes.len * 9 / 10;
    for (size_t i = hit; i < hit + 2000; i++) bytes.data[i] = (char)0xff;
    put_file(packed_path, bytes.data, bytes.len);
    const slant_reader_options options = {0};
    slant_reader *reader;
    slant_record record;
    slant_error error = {0};
    int good = 0, more;
    assert_int_equal(slant_reader_open(&reader, packed_path, &options, &error), 0);
    while ((more = slant_reader_next(reader, &record, &error)) == 1 || more == SLANT_E_DATA) good += more == 1;
    assert_int_equal(more, SLANT_E_IO);
    assert_string_equal(error.source, packed_path);
    const char *byte = strstr(error.message, "near byte ");
    assert_non_null(byte);
    long at = strtol(byte + 10, NULL, 10);
    assert_true(at > (long)bytes.len * 6 / 10 && at <= (long)bytes.len);
    assert_true(good > N * 7 / 10 && good < N);
    slant_reader_close(reader);
    slant_buffer_free(&bytes);
  }
}

/* A frame whose window is larger than the decoder allows is refused with zstd's own words, not read on. */
static void test_window_too_large(void **state) {
  (void)state;
  static const char frame[] = "\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00";
  slant_input_bytes *input;
  slant_error error = {0};
  char out[16];
  assert_int_equal(slant_input_open_memory(&input, (slant_str){frame, sizeof frame - 1}, &error), 0);
  assert_int_equal(slant_input_read(input, out, sizeof out, &error), SLANT_E_IO);
  assert_non_null(strstr(error.message, "memory"));
  slant_input_close(input);
}

/* Opens a pipe that has sent the first `sent` bytes and stays open: hands out what is ready, and says how many. Were it
 * to wait for a record, it would wait for ever. */
static int count_ready(slant_str bytes, size_t sent, int syntax) {
  const slant_reader_options options = {.syntax = syntax, .max_record = 100};
  char name[32];
  slant_source *source;
  slant_raw raw;
  int ends[2], n = 0;
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], bytes.ptr, sent), sent);
  snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
  assert_int_equal(slant_source_open(&source, name, &options, NULL), 0);
  for (; slant_source_ready(source); n++) assert_int_equal(slant_source_next(source, &raw, NULL), 1);
  close(ends[1]);
  for (int i = n; slant_source_next(source, &raw, NULL) == 1; i++) assert_in_range(i, n, 20);
  assert_true(slant_source_ready(source));
  slant_source_close(source);
  close(ends[0]);
  return n;
}

/* Cut after every byte: as many records are ready as have their line end behind them; blank lines are none. */
static void test_ready(void **state) {
  (void)state;
  static const char lines[] = "{\"text\":\"a\"}\n\n \r\n{\"text\":\"b\"}\r\n{\"text\":\"c\"}\n",
                    rows[] = "text,id\n\"a\nb\",1\r\n,2\r\nc,3\n";
  static const size_t line_ends[] = {13, 31, 44}, row_ends[] = {16, 20, 25}; /* a CR ends a row */
  for (size_t sent = 3; sent < sizeof lines; sent++) {
    int expected = 0;
    for (int i = 0; i < 3; i++) expected += sent >= line_ends[i];
    assert_int_equal(count_ready((slant_str){lines, sizeof lines - 1}, sent, SLANT_SYNTAX_JSONL), expected);
  }
  for (size_t sent = 9; sent < sizeof rows; sent++) {
    int expected = 0;
    for (int i = 0; i < 3; i++) expected += sent >= row_ends[i];
    assert_int_equal(count_ready((slant_str){rows, sizeof rows - 1}, sent, SLANT_SYNTAX_CSV), expected);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ready), cmocka_unit_test(test_standard_input), cmocka_unit_test(test_frames_and_members),
      cmocka_unit_test(test_all_before_the_damage_is_read), cmocka_unit_test(test_window_too_large)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
