/* journal.c and run_file.c: what is written reads the same; damage ends the entries, not the program; a run file has
 * its last whole entry whatever the disk has lost. */
#include "common/hash.h"
#include "predict/run_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static slant_journal_entry entry_of(uint64_t n) {
  return (slant_journal_entry){.mark = {1, 100 * n, n, n},
                               .written = 10 * n,
                               .digest = 7 * n,
                               .counts = {.records = n, .judgements = n, .text_bytes = 5, .abstained = 1}};
}

static slant_buffer journal_of(const char *header, uint64_t n) {
  slant_buffer text = {0};
  uint64_t check = 0;
  slant_journal_begin(&text, slant_str_of(header), &check);
  for (uint64_t i = 1; i <= n; i++) {
    slant_journal_entry entry = entry_of(i);
    entry.complete = i == n;
    slant_journal_put(&text, &entry, &check);
  }
  return text;
}

static void test_round_trip(void **state) {
  (void)state;
  slant_buffer text = journal_of("option x \"1\"\n", 5);
  slant_journal journal;
  assert_int_equal(slant_journal_parse(&journal, (slant_str){text.data, text.len}, NULL), 0);
  assert_true(slant_str_is(journal.header, "option x \"1\"\n"));
  assert_int_equal(journal.n, 6);
  assert_int_equal(journal.places[0].entry.written, 0);
  for (uint64_t i = 1; i <= 5; i++) {
    slant_journal_entry expected = entry_of(i), *found = &journal.places[i].entry;
    assert_memory_equal(&found->mark, &expected.mark, sizeof expected.mark);
    assert_memory_equal(&found->counts, &expected.counts, sizeof expected.counts);
    assert_int_equal(found->written, expected.written);
    assert_int_equal(found->digest, expected.digest);
    assert_int_equal(found->complete, i == 5);
  }
  assert_int_equal(journal.places[5].end, text.len);
  slant_journal_free(&journal);
  slant_buffer_free(&text);
}

/* Every cut and every changed byte: entries before it are read, none behind it. */
static void test_damage(void **state) {
  (void)state;
  slant_buffer text = journal_of("slant 1\n", 4);
  slant_journal whole, journal;
  assert_int_equal(slant_journal_parse(&whole, (slant_str){text.data, text.len}, NULL), 0);
  for (size_t at = 0; at < text.len; at++)
    for (int change = 0; change < 2; change++) {
      size_t before = 0;
      while (before < whole.n && whole.places[before].end <= at) before++;
      text.data[at] ^= (char)change;
      int status = slant_journal_parse(&journal, (slant_str){text.data, change ? text.len : at}, NULL);
      text.data[at] ^= (char)change;
      assert_int_equal(status, before ? 0 : SLANT_E_FORMAT);
      if (!status) assert_int_equal(journal.n, before);
      if (!status) slant_journal_free(&journal);
    }
  slant_journal_free(&whole);
  slant_buffer_free(&text);
}

static void test_differ(void **state) {
  (void)state;
  slant_error error;
  assert_int_equal(slant_journal_differ(slant_str_of("a 1\nb 2\n"), slant_str_of("a 1\nb 3\n"), "j", &error),
                   SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "'b 2' where this one has 'b 3'"));
  slant_journal_differ(slant_str_of("a 1\n"), slant_str_of("a 1\nb 3\n"), "j", &error);
  assert_non_null(strstr(error.message, "'nothing' where this one has 'b 3'"));
}

/* ---- files ---- */
static char path[] = "/tmp/slant-run-XXXXXX", partial[64], journal_path[64];

static int setup(void **state) {
  (void)state;
  strcpy(path, "/tmp/slant-run-XXXXXX");
  int descriptor = mkstemp(path);
  if (descriptor < 0) return -1;
  close(descriptor);
  unlink(path);
  snprintf(partial, sizeof partial, "%s.partial", path);
  snprintf(journal_path, sizeof journal_path, "%s.journal", path);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  unlink(path);
  unlink(partial);
  unlink(journal_path);
  return 0;
}

static slant_run_file *open_run(bool resume, slant_journal_entry *last) {
  slant_run_file *file;
  slant_error error;
  if (slant_run_file_open(&file, path, slant_str_of("run\n"), resume, last, &error)) fail_msg("%s", error.message);
  return file;
}

static void add(slant_run_file *file, const char *bytes, uint64_t ordinal) {
  const slant_mark mark = {1, ordinal, ordinal, ordinal};
  const slant_stream_counts counts = {.records = ordinal};
  assert_int_equal(slant_run_file_add(file, bytes, strlen(bytes), &mark, &counts, NULL), 0);
}

static void expect_file(const char *name, const char *expected) {
  char text[64] = "";
  FILE *stream = fopen(name, "rb");
  assert_non_null(stream);
  text[fread(text, 1, sizeof text - 1, stream)] = '\0';
  fclose(stream);
  assert_string_equal(text, expected);
}

/* However much of the bytes the disk has lost, the entry before them is found. */
static void test_lost_bytes(void **state) {
  (void)state;
  for (int size = 0; size <= 9; size++) {
    slant_journal_entry last;
    slant_run_file *file = open_run(false, &last);
    assert_int_equal(last.written, 0);
    add(file, "one", 1);
    add(file, "two", 2);
    add(file, "six", 3);
    slant_run_file_leave(file);
    assert_int_equal(truncate(partial, size), 0);
    file = open_run(true, &last);
    assert_int_equal(last.mark.ordinal, size / 3);
    assert_int_equal(last.counts.records, size / 3);
    add(file, "+", 9);
    assert_int_equal(slant_run_file_commit(file, &last.counts, NULL), 0);
    expect_file(path, size < 3 ? "+" : size < 6 ? "one+" : size < 9 ? "onetwo+" : "onetwosix+");
    assert_int_equal(access(partial, F_OK), -1);
    assert_int_equal(access(journal_path, F_OK), -1);
  }
}

/* All bytes are there and only the end was lost: killed before the rename, behind it, and behind it with the output
 * changed since. */
static void test_ends(void **state) {
  (void)state;
  for (int variant = 0; variant < 3; variant++) {
    slant_journal_entry last = {0};
    slant_buffer text = {0};
    uint64_t check = 0;
    slant_run_file *file = open_run(false, &last);
    add(file, "bytes", 1);
    slant_run_file_leave(file);
    slant_run_file_leave(open_run(true, &last));
    slant_journal_entry end = last;
    end.complete = true;
    end.digest = slant_hash_seeded("", 0, last.digest);
    slant_journal_begin(&text, slant_str_of("run\n"), &check);
    slant_journal_put(&text, &last, &check);
    slant_journal_put(&text, &end, &check);
    FILE *stream = fopen(journal_path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text.data, 1, text.len, stream), text.len);
    fclose(stream);
    slant_buffer_free(&text);
    if (variant) assert_int_equal(rename(partial, path), 0);
    if (variant == 2) assert_int_equal(truncate(path, 2), 0);
    file = open_run(true, &last);
    assert_int_equal(last.complete, variant < 2);
    assert_int_equal(last.written, variant < 2 ? 5 : 0);
    if (variant == 2) add(file, "bytes", 1);
    assert_int_equal(slant_run_file_commit(file, &last.counts, NULL), 0);
    expect_file(path, "bytes");
    assert_int_equal(access(journal_path, F_OK), -1);
    unlink(path);
  }
}

static void test_refusals(void **state) {
  (void)state;
  slant_journal_entry last;
  slant_run_file *file = open_run(false, &last), *other;
  slant_error error;
  assert_int_equal(slant_run_file_open(&other, path, slant_str_of("run\n"), true, &last, &error), SLANT_E_IO);
  assert_non_null(strstr(error.message, "another process"));
  slant_run_file_leave(file);
  assert_int_equal(slant_run_file_open(&other, path, slant_str_of("run\n"), false, &last, &error), SLANT_E_ARGUMENT);
  assert_int_equal(slant_run_file_open(&other, path, slant_str_of("walk\n"), true, &last, &error), SLANT_E_ARGUMENT);
  slant_run_file_discard(open_run(true, &last));
  assert_int_equal(access(partial, F_OK), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip),
                                     cmocka_unit_test(test_damage),
                                     cmocka_unit_test(test_differ),
                                     cmocka_unit_test_setup_teardown(test_lost_bytes, setup, teardown),
                                     cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
                                     cmocka_unit_test_setup_teardown(test_refusals, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
