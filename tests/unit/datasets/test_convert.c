/* convert.c, convert_corpora.c and convert_lines.c, and check.c, over small files of our own. */
#include "common/memory.h"

#include <slant/check.h>
#include <slant/corpus.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/slant-convert-XXXXXX";

static int setup(void **state) {
  (void)state;
  return mkdtemp(directory) ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -r %s", directory);
  return system(command);
}

static const char *file_with(const char *name, const char *bytes) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(bytes, file);
  fclose(file);
  return path;
}

static int print_record(void *context, const slant_record *record, slant_error *error) {
  slant_buffer *out = context;
  (void)error;
  slant_buffer_format(out, "%.*s", (int)record->text.len, record->text.ptr);
  if (record->group.len) slant_buffer_format(out, " [%.*s]", (int)record->group.len, record->group.ptr);
  for (size_t i = 0; i < record->n_labels; i++) {
    const slant_label *l = &record->labels[i];
    slant_buffer_format(out, " | %.*s/%.*s/%.*s %d-%d", (int)l->actor.len, l->actor.ptr, (int)l->task.len, l->task.ptr,
                        (int)l->label.len, l->label.ptr, (int)l->from, (int)l->to);
  }
  slant_buffer_char(out, '\n');
  return 0;
}

static int print_bad(void *context, const slant_error *error) {
  slant_buffer_format(context, "bad %d: %s\n", (int)error->line, error->message);
  return 0;
}

static slant_str actor_of(void *context, slant_str mention) {
  (void)context;
  return slant_str_of(slant_str_is(mention, "Dhaka \"City\"") ? "BGD" : "");
}

static void check_conversion(const char *from, const char *task, const char *path, const char *expected) {
  const slant_convert_options options = {.from = from, .task = task, .actor_of = actor_of};
  slant_buffer out = {0};
  slant_error error;
  int status = slant_convert(&options, path, print_record, print_bad, &out, &error);
  if (status) slant_buffer_format(&out, "%s: %s\n", slant_status_word(status), error.message);
  slant_buffer_char(&out, '\0');
  assert_string_equal(out.data, expected);
  slant_buffer_free(&out);
}

static void test_newsmtsc(void **state) {
  (void)state;
  check_conversion(
      "newsmtsc", NULL,
      file_with("n.jsonl",
                "{\"mention\":\"Dhaka \\\"City\\\"\",\"polarity\":1,\"from\":0,\"to\":5,\"sentence\":\"Dhaka "
                "won.\",\"id\":\"src_10_2_7_Dhaka_0_5\"}\n"
                "{\"mention\":\"x\",\"polarity\":2,\"from\":0,\"to\":5,\"sentence\":\"Dhaka\",\"id\":\"a\"}\n"
                "nonsense\n"
                "{\"mention\":\"x\",\"polarity\":-1,\"from\":0,\"to\":3,\"sentence\":\"Bad.\",\"id\":\"a\"}\n"),
      "Dhaka won. [src_10_2] | BGD/sentiment/positive 0-5\n"
      "bad 2: the polarity is none of -1, 0 and 1\n"
      "bad 3: not JSON: a value was expected\n"
      "Bad. [a] | */sentiment/negative 0-3\n");
}

static void test_pstance(void **state) {
  (void)state;
  check_conversion("pstance", NULL,
                   file_with("p.csv", "Tweet,Target,Stance\n\"a, \"\"b\"\"\",Some One,FAVOR\nc,Some One,HMM\n"),
                   "a, \"b\" | some-one/stance/favor -1--1\nbad 3: the stance is none of FAVOR, AGAINST and NONE\n");
}

static void test_semeval2016(void **state) {
  (void)state;
  char folder[256];
  snprintf(folder, sizeof folder, "%s/trade", directory);
  assert_int_equal(mkdir(folder, 0700), 0);
  file_with("trade/train_text.txt", "open it\nno way\nhm\n");
  file_with("trade/train_labels.txt", "2\n1\n7\n");
  file_with("trade/val_text.txt", "so so\n");
  file_with("trade/val_labels.txt", "0\n");
  file_with("trade/test_text.txt", "kept back\n");
  file_with("trade/test_labels.txt", "0\n");
  check_conversion("semeval2016", NULL, directory,
                   "open it | trade/stance/favor -1--1\nno way | trade/stance/against -1--1\n"
                   "bad 3: the label is none of 0, 1 and 2\nso so | trade/stance/none -1--1\n");
  snprintf(folder, sizeof folder, "%s/trade/test_text.txt", directory);
  check_conversion("semeval2016", "stance:trade", folder, "kept back | trade/stance:trade/none -1--1\n");
}

static void test_lines(void **state) {
  (void)state;
  check_conversion(
      "polarity", NULL, file_with("l.txt", "1 a fine day\n0 rain\n\n1\n"),
      "a fine day | */sentiment/1 -1--1\nrain | */sentiment/0 -1--1\nbad 4: a label and a text were expected\n");
  check_conversion("dse", NULL,
                   file_with("l.txt", "A [B\xc3\xa9n] met [the C].\tB\xc3\xa9n\tthe C\t1\n"
                                      "[C] and [D]\tD\tC\t3\n[C] and D\tD\tC\t3\n[C] and [D]\tD\tC\t5\n"),
                   "A B\xc3\xa9n met the C. | */sentiment/neutral 2-5 | */sentiment/positive 10-15\n"
                   "C and D | */sentiment/neutral 6-7 | */sentiment/negative 0-1\n"
                   "bad 3: the sentence does not mark both names with brackets\n"
                   "bad 4: expected a sentence, two names and a number from 0 to 4\n");
  check_conversion("dse-roles", NULL,
                   file_with("l.txt", "[C] and [D]\tC\tD\t3\n[C] and [D]\tD\tC\t1\n[C], [D]\tC\tD\t0\n"),
                   "C and D | */role/negative agent 0-1 | */role/negative patient 6-7\n"
                   "C and D | */role/positive agent 6-7 | */role/positive patient 0-1\n"
                   "C, D | */role/none 0-1 | */role/none 3-4\n");
  check_conversion("fasttext", "topic", file_with("l.txt", "__label__a __label__b some text\nno label\n"),
                   "some text | */topic/a -1--1 | */topic/b -1--1\nbad 2: the line does not begin with __label__\n");
  check_conversion("svmlight", NULL, file_with("l.txt", "+1 qid:3 2:1 7:3 9:0.5 11:0 # note\n-1 x:1\n"),
                   "f2 f7 f7 f7 f9 [3] | */sentiment/+1 -1--1\nbad 2: expected index:value pairs\n");
  check_conversion("nonsense", NULL, "x",
                   "argument: there is no format 'nonsense'; 'slant datasets list' names them\n");
  check_conversion("polarity", NULL, "/nowhere/x", "io: cannot open /nowhere/x: No such file or directory\n");
}

/* ---- check ---- */
/* Kind, line, and the other line that the message speaks of. */
static int print_finding(void *context, slant_finding_kind kind, const slant_error *where) {
  const char *other = strstr(where->message, "line ");
  slant_buffer_format(context, "%s %d", slant_finding_name(kind), (int)where->line);
  if (other) slant_buffer_format(context, " (%d)", atoi(other + 5));
  slant_buffer_char(context, '\n');
  return 0;
}

static void test_check(void **state) {
  (void)state;
  const slant_reader_options options = {.max_record = 1 << 20};
  slant_buffer out = {0};
  slant_check *check;
  const slant_label_count *counts;
  size_t n;
  assert_int_equal(slant_check_new(&check, "pos,neg,Neg", NULL), 0);
  const char *train =
      file_with("train.jsonl", "{\"text\":\"Caf\xc3\xa9s won\",\"label\":\"pos\",\"actor\":\"A\",\"from\":0,\"to\":5}\n"
                               "oops\n"
                               "{\"text\":\"cafes\"}\n"
                               "{\"text\":\"Rain  fell\",\"label\":\"neg\"}\n"
                               "{\"text\":\"rain fell\",\"label\":\"neg\"}\n"
                               "{\"text\":\"RAIN FELL \",\"label\":\"pos\"}\n"
                               "{\"text\":\"short\",\"label\":\"pos\",\"from\":3,\"to\":9}\n"
                               "{\"text\":\"a word\",\"label\":\"pos\",\"from\":2,\"to\":4}\n"
                               "{\"text\":\"b\",\"label\":\"bad\"}\n"
                               "{\"text\":\"c\",\"label\":\"Neg\"}\n");
  assert_int_equal(slant_check_file(check, train, &options, print_finding, &out, NULL), 0);
  const char *test =
      file_with("test.jsonl", "{\"text\":\"new\",\"label\":\"pos\"}\n{\"text\":\"rain fell\",\"label\":\"pos\"}\n");
  assert_int_equal(slant_check_file(check, test, &options, print_finding, &out, NULL), 0);
  slant_buffer_char(&out, '\0');
  assert_string_equal(out.data,
                      "bad line 2\nno label 3\nduplicate 5 (4)\ncontradiction 6 (4)\nspan outside 7\nspan off 8\n"
                      "unknown label 9\nodd label 10\noverlap 2 (4)\n");
  assert_int_equal(slant_check_records(check), 11);
  assert_int_equal(slant_check_findings(check, SLANT_FINDING_OVERLAP), 1);
  assert_int_equal(slant_check_counts(check, &counts, &n, NULL), 0);
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += counts[i].count;
  assert_int_equal(sum, 10);
  slant_check_free(check);
  slant_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_newsmtsc), cmocka_unit_test(test_pstance),
                                     cmocka_unit_test(test_semeval2016), cmocka_unit_test(test_lines),
                                     cmocka_unit_test(test_check)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
