/* file.c: mapping, and files that appear complete or not at all. */
#include "common/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <signal.h>

#include <cmocka.h>

static char directory[] = "/tmp/slant-file-XXXXXX";

static int set_up(void **state) {
  (void)state;
  return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

/* Every test leaves the folder empty: what a writer forgets is found here. */
static int nothing_left(void **state) {
  (void)state;
  int left = 0;
  DIR *folder = opendir(".");
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
      print_error("left behind: %s\n", entry->d_name);
      left = -1;
    }
  closedir(folder);
  return left;
}

static int tear_down(void **state) {
  (void)state;
  return chdir("/") || rmdir(directory);
}

static void put(const char *name, const char *text) {
  FILE *file = fopen(name, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

static void expect_content(const char *name, const char *text) {
  slant_mapping mapping;
  assert_int_equal(slant_map_file(&mapping, name, NULL), SLANT_OK);
  assert_int_equal(mapping.size, strlen(text));
  if (mapping.size) assert_memory_equal(mapping.data, text, mapping.size);
  slant_unmap(&mapping);
  assert_null(mapping.data);
}

static void write_text(const char *name, const char *text) {
  slant_file_writer *writer;
  assert_int_equal(slant_file_writer_open(&writer, name, NULL), SLANT_OK);
  assert_int_equal(slant_file_writer_write(writer, text, strlen(text), NULL), SLANT_OK);
  assert_int_equal(slant_file_writer_commit(writer, NULL), SLANT_OK);
}

static void expect_refused(const char *name, const char *message) {
  slant_file_writer *writer = (slant_file_writer *)directory;
  slant_error error;
  assert_int_equal(slant_file_writer_open(&writer, name, &error), SLANT_E_IO);
  assert_null(writer);
  assert_string_equal(error.message, message);
}

static void test_map(void **state) {
  (void)state;
  put("text", "some bytes");
  expect_content("text", "some bytes");
  put("text", "");
  expect_content("text", "");
  unlink("text");
}

static void test_map_refuses(void **state) {
  (void)state;
  slant_mapping mapping = {(const unsigned char *)"x", 1};
  slant_error error;
  assert_int_equal(slant_map_file(&mapping, "absent", &error), SLANT_E_IO);
  assert_string_equal(error.message, "cannot open absent: No such file or directory");
  assert_null(mapping.data);
  assert_int_equal(mapping.size, 0);
  slant_unmap(&mapping);
  assert_int_equal(slant_map_file(&mapping, ".", &error), SLANT_E_IO);
  assert_string_equal(error.message, "cannot read .: it is not a regular file");
  assert_int_equal(mkfifo("pipe", 0600), 0); /* nobody writes to it: waiting would be for ever */
  assert_int_equal(slant_map_file(&mapping, "pipe", &error), SLANT_E_IO);
  assert_string_equal(error.message, "cannot read pipe: it is not a regular file");
  unlink("pipe");
}

static void test_write(void **state) {
  (void)state;
  write_text("new", "first");
  expect_content("new", "first");
  write_text("new", "second, and longer");
  expect_content("new", "second, and longer");
  unlink("new");
}

/* Until commit, and after discard, the old file is what a reader sees. */
static void test_old_file_stays(void **state) {
  (void)state;
  slant_file_writer *writer;
  put("kept", "old");
  assert_int_equal(slant_file_writer_open(&writer, "kept", NULL), SLANT_OK);
  assert_int_equal(slant_file_writer_write(writer, "new", 3, NULL), SLANT_OK);
  expect_content("kept", "old");
  slant_file_writer_discard(writer);
  expect_content("kept", "old");
  unlink("kept");
  assert_int_equal(slant_file_writer_open(&writer, "never", NULL), SLANT_OK);
  slant_file_writer_discard(writer);
  slant_file_writer_discard(NULL);
}

/* Two writers of one file, and a stranger's file under the name that a temporary one would take. */
static void test_temporary_is_its_own(void **state) {
  (void)state;
  slant_file_writer *a, *b;
  char stranger[64];
  snprintf(stranger, sizeof stranger, "x.tmp-%ld-0", (long)getpid());
  put("target", "untouched");
  assert_int_equal(symlink("target", stranger), 0);
  assert_int_equal(slant_file_writer_open(&a, "x", NULL), SLANT_OK);
  assert_int_equal(slant_file_writer_open(&b, "x", NULL), SLANT_OK);
  slant_file_writer_write(a, "a", 1, NULL);
  slant_file_writer_write(b, "bb", 2, NULL);
  assert_int_equal(slant_file_writer_commit(a, NULL), SLANT_OK);
  expect_content("x", "a");
  assert_int_equal(slant_file_writer_commit(b, NULL), SLANT_OK);
  expect_content("x", "bb");
  expect_content("target", "untouched");
  unlink("x");
  unlink("target");
  unlink(stranger);
}

static void test_permissions(void **state) {
  (void)state;
  struct stat info;
  mode_t mask = umask(027);
  write_text("fresh", "x");
  assert_int_equal(stat("fresh", &info), 0);
  assert_int_equal(info.st_mode & 0777, 0640);
  assert_int_equal(chmod("fresh", 0604), 0);
  write_text("fresh", "y");
  assert_int_equal(stat("fresh", &info), 0);
  assert_int_equal(info.st_mode & 0777, 0604);
  umask(mask);
  unlink("fresh");
}

static void test_link_stays_a_link(void **state) {
  (void)state;
  struct stat info;
  assert_int_equal(mkdir("far", 0700), 0);
  put("far/real", "old");
  assert_int_equal(symlink("far/real", "link"), 0);
  write_text("link", "new");
  assert_int_equal(lstat("link", &info), 0);
  assert_true(S_ISLNK(info.st_mode));
  expect_content("far/real", "new");
  unlink("link");
  unlink("far/real");
  rmdir("far");
}

static void test_refuses(void **state) {
  (void)state;
  struct stat info;
  expect_refused("nowhere/file", "cannot write nowhere/file: No such file or directory");
  expect_refused(".", "cannot write .: it is not a regular file; '-' is standard output");
  expect_refused("/dev/null", "cannot write /dev/null: it is not a regular file; '-' is standard output");
  assert_int_equal(stat("/dev/null", &info), 0);
  assert_true(S_ISCHR(info.st_mode));
}

/* A disk that is full: here, a limit on the size of files. What was written before the failure is not committed. */
static void test_failed_write(void **state) {
  (void)state;
  static char block[1 << 16];
  slant_file_writer *writer;
  slant_error error = {0};
  struct rlimit before, tight;
  put("kept", "old");
  signal(SIGXFSZ, SIG_IGN); /* NOLINT(cert-err33-c) */
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  tight = before;
  tight.rlim_cur = 100000;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  assert_int_equal(slant_file_writer_open(&writer, "kept", NULL), SLANT_OK);
  int status = SLANT_OK;
  for (int i = 0; i < 4 && !status; i++) status = slant_file_writer_write(writer, block, sizeof block, &error);
  int committed = slant_file_writer_commit(writer, NULL);
  setrlimit(RLIMIT_FSIZE, &before);
  assert_int_equal(status, SLANT_E_IO);
  assert_string_equal(error.message, "cannot write kept: File too large");
  assert_int_equal(committed, SLANT_E_IO);
  expect_content("kept", "old");
  unlink("kept");
}

#define FILE_TEST(name) cmocka_unit_test_teardown(name, nothing_left)

int main(void) {
  const struct CMUnitTest tests[] = {
      FILE_TEST(test_map),          FILE_TEST(test_map_refuses),
      FILE_TEST(test_write),        FILE_TEST(test_old_file_stays),
      FILE_TEST(test_permissions),  FILE_TEST(test_temporary_is_its_own),
      FILE_TEST(test_failed_write), FILE_TEST(test_link_stays_a_link),
      FILE_TEST(test_refuses),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
