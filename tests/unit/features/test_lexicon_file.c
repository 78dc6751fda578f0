/* lexicon_file.c, words_builder.c and words.c: lexicon files of every form, and what is wrong with some. */
#include "features/words.h"

#include "common/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The words with one file beside the built-in tables. */
static int read_file(slant_words *out, const char *text, const char *name, slant_error *error) {
  slant_words_builder *builder;
  assert_int_equal(slant_words_builder_new(&builder, NULL), 0);
  int status = slant_lexicon_read(builder, slant_str_of(text), name, error);
  if (!status) status = slant_words_builder_finish(out, builder, error);
  slant_words_builder_free(builder);
  return status;
}

static float score_of(const slant_words *words, const char *form, uint32_t column) {
  const slant_word *word = slant_words_look_up(words, slant_str_of(form), slant_hash_word(form, strlen(form)));
  return word ? word->score[column] : 0;
}

static void test_table_with_names(void **state) {
  (void)state;
  slant_words words;
  slant_error error;
  if (read_file(&words, "verb\tagent\ttheme\nquash\t0.5\t-2\r\nlaud\t-0.25\t1\n; a note\nfoul play\t1\t1\n",
                "/a/frames.tsv", &error))
    fail_msg("%s", error.message);
  assert_int_equal(words.n_lexicons, SLANT_BUILTIN_LEXICONS + 2);
  assert_string_equal(slant_words_lexicon(&words, 3), "frames agent");
  assert_string_equal(slant_words_lexicon(&words, 4), "frames theme");
  assert_float_equal(score_of(&words, "quash", 3), 0.5, 1e-6); /* of 1, the largest: that of a term that is left out */
  assert_float_equal(score_of(&words, "quash", 4), -1, 1e-6);
  assert_float_equal(score_of(&words, "lauded", 4), 0.5, 1e-6); /* by its stem */
  assert_float_equal(score_of(&words, "foul", 3), 0, 1e-6);
  assert_true(score_of(&words, "excellent", 0) > 0.5F);
  slant_words_free(&words);
}

static void test_other_forms(void **state) {
  (void)state;
  slant_words words;
  slant_error error;
  assert_int_equal(read_file(&words, ";;; a list\n\nvile\nsordid\n", "hu-liu-negative.txt", &error), 0);
  assert_float_equal(score_of(&words, "sordid", 3), -1, 1e-6);
  slant_words_free(&words);
  assert_int_equal(read_file(&words,
                             "\xef\xbb\xbf"
                             "boon\nbalm\n",
                             "good.txt", &error),
                   0);
  assert_float_equal(score_of(&words, "boon", 3), 1, 1e-6);
  slant_words_free(&words);
  assert_int_equal(read_file(&words,
                             "type=weaksubj len=1 word1=wane pos1=verb stemmed1=y priorpolarity=negative\n"
                             "type=strongsubj len=1 word1=wane pos1=noun stemmed1=n priorpolarity=negative\n"
                             "type=weaksubj len=1 word1=wane pos1=adj stemmed1=n priorpolarity=positive\n"
                             "type=weaksubj len=1 word1=glow pos1=verb stemmed1=y priorpolarity=positive\n",
                             "clues.tff", &error),
                   0);
  assert_float_equal(score_of(&words, "wane", 3), -1, 1e-6);
  assert_float_equal(score_of(&words, "glows", 3), 0.5, 1e-6);
  slant_words_free(&words);
  assert_int_equal(read_file(&words,
                             "grim\t-1.5\t0.8\t[-1, -2]\nglee\t3.0\t0.1\t[3, 3]\n:-p\t1\t0\t[1]\n:-p\t2\t0\t[2]\n",
                             "vader.txt", &error),
                   0);
  assert_int_equal(words.n_lexicons, SLANT_BUILTIN_LEXICONS + 1);
  assert_float_equal(score_of(&words, "grim", 3), -0.5, 1e-6);
  slant_words_free(&words);
}

static void test_faults(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
    uint64_t line;
  } faults[] = {{"good\t1\nbad\tnan\n", "not a number", 2},
                {"good\t1\nbad\tinf\n", "not a number", 2},
                {"good\t1\nbad\n", "not a number", 2},
                {"good\t1\nbad\t1x\n", "not a number", 2},
                {"good\t1\t2\nbad\t1\n", "column 3", 2},
                {"good\t1\nbad\t-1\t7\n", "more columns", 2},
                {"good\t1\n\nbad\t-1\ngood\t0.5\n", "'good' has two scores", 4},
                {"\t1\n", "without a word", 1},
                {"; nothing\n", "no word in it", 0},
                {"", "no word in it", 0},
                {"word\tscore\n", "no word in it", 0},
                {"word1=a priorpolarity=positive\n", "type=", 1}};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    slant_words words;
    slant_error error;
    assert_int_equal(read_file(&words, faults[i].text, "/x/mine.tsv", &error), SLANT_E_DATA);
    if (!strstr(error.message, faults[i].says)) fail_msg("%zu: %s", i, error.message);
    if (faults[i].line) assert_int_equal(error.line, faults[i].line);
    assert_string_equal(error.source, "/x/mine.tsv");
  }
}

static void test_too_many_columns(void **state) {
  (void)state;
  slant_buffer row = {0};
  slant_words words;
  slant_error error;
  slant_buffer_text(&row, "word");
  for (int c = 0; c < 40; c++) slant_buffer_text(&row, "\t1");
  slant_buffer_char(&row, '\0');
  assert_int_equal(read_file(&words, row.data, "wide.tsv", &error), SLANT_E_LIMIT);
  slant_buffer_free(&row);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table_with_names), cmocka_unit_test(test_other_forms),
                                     cmocka_unit_test(test_faults), cmocka_unit_test(test_too_many_columns)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
