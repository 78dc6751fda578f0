/* features/induction.c: lexicons from labels and from context. */
#include <slant/induction.h>

#include "common/hash.h"
#include "features/words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static slant_induction *open_induction(slant_induction_source from, const char *const *set) {
  slant_induction_options options;
  slant_induction *out;
  slant_options_init(slant_induction_option_table, &options);
  options.from = from;
  options.min_count = 1;
  for (; set && *set; set += 2)
    assert_int_equal(slant_options_set(slant_induction_option_table, &options, set[0], set[1], NULL), 0);
  assert_int_equal(slant_induction_new(&out, &options, NULL), 0);
  return out;
}

static int add(slant_induction *induction, const char *text, const char *label) {
  return slant_induction_add(induction, slant_str_of(text), slant_str_of(label), -1, -1, 0, NULL);
}

/* The table that an induction writes; it is freed. */
static char *written(slant_induction *induction, uint64_t *n) {
  static char text[4096];
  char path[] = "/tmp/slant-test-induction-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  slant_error error;
  if (slant_induction_write(induction, path, n, &error)) fail_msg("%s", error.message);
  FILE *in = fopen(path, "r");
  text[fread(text, 1, sizeof text - 1, in)] = '\0';
  fclose(in);
  unlink(path);
  slant_induction_free(induction);
  return text;
}

/* The score in a column of a written table. */
static double cell(const char *table, const char *word, int column) {
  char row[80];
  snprintf(row, sizeof row, "\n%s\t", word);
  const char *at = strstr(table, row);
  if (!at) fail_msg("no %s in %s", word, table);
  at += strlen(row);
  while (column--) at = strchr(at, '\t') + 1;
  return strtod(at, NULL);
}

/* Monroe et al., equations 15 to 22, with a prior of `texts` texts. */
static double expected(double in, double out, double in_all, double out_all, double texts_share) {
  double own = texts_share * (in + out), prior = texts_share * (in_all + out_all);
  double a = in + own, b = out + own;
  return (log(a / (in_all + prior - a)) - log(b / (out_all + prior - b))) / sqrt(1 / a + 1 / b);
}

/* A text of weight 3 is that text three times; --min-count goes by texts. */
static void weights_are_repetitions(void **state) {
  (void)state;
  static const char *const texts[] = {"good talks", "good news", "bad talks", "bad news"};
  char once[4096];
  uint64_t n;
  for (int repeated = 0; repeated < 2; repeated++) {
    slant_induction *induction = open_induction(
        SLANT_INDUCE_FROM_LABELS, (const char *const[]){"min-count", repeated ? "3" : "2", "prior", "2", NULL});
    for (int t = 0; t < 4; t++)
      for (int again = 0; again < (repeated && t < 2 ? 3 : 1); again++)
        assert_int_equal(slant_induction_add(induction, slant_str_of(texts[t]), slant_str_of(t < 2 ? "yes" : "no"), -1,
                                             -1, repeated || t >= 2 ? 0 : 3, NULL),
                         0);
    const char *table = written(induction, &n);
    if (repeated) /* "bad" is in two texts only */
      for (const char *const *word = (const char *const[]){"good", "talks", "news", NULL}; *word; word++)
        assert_true(cell(table, *word, 0) == cell(once, *word, 0));
    else
      strcpy(once, table);
    assert_int_equal(n, repeated ? 3 : 4);
  }
}

static void two_labels_have_one_column(void **state) {
  (void)state;
  uint64_t n;
  slant_induction *induction = open_induction(SLANT_INDUCE_FROM_LABELS, (const char *const[]){"prior", "2", NULL});
  assert_int_equal(add(induction, "Good good talks!", "yes"), 0);
  assert_int_equal(add(induction, "good news", "yes"), 0);
  assert_int_equal(add(induction, "bad talks", "no"), 0);
  assert_int_equal(add(induction, "bad bad news 99", "no"), 0);
  const char *table = written(induction, &n);
  assert_int_equal(n, 4);
  assert_memory_equal(table, "term\tyes\n", 9);
  double share = 2.0 / 4;
  assert_true(fabs(cell(table, "good", 0) - expected(2, 0, 4, 4, share)) < 1e-4); /* once a text */
  assert_true(fabs(cell(table, "bad", 0) - expected(0, 2, 4, 4, share)) < 1e-4);
  assert_true(cell(table, "talks", 0) == 0 && cell(table, "news", 0) == 0);
  assert_null(strstr(table, "-0.0000"));
  assert_null(strstr(table, "99")); /* no word */
}

static void labels_have_columns_in_order(void **state) {
  (void)state;
  uint64_t n;
  slant_induction *induction = open_induction(SLANT_INDUCE_FROM_LABELS, (const char *const[]){"min-count", "2", NULL});
  assert_int_equal(add(induction, "up up and up", "c"), 0);
  assert_int_equal(add(induction, "down and up", "a"), 0);
  assert_int_equal(add(induction, "down", "b"), 0);
  const char *table = written(induction, &n);
  assert_int_equal(n, 3);
  assert_memory_equal(table, "term\ta\tb\tc\n", 11);
  assert_true(cell(table, "down", 1) > 0 && cell(table, "down", 2) < 0 && cell(table, "up", 2) > 0);
}

/* Of a span its sentence counts, without the span. */
static void spans(void **state) {
  (void)state;
  uint64_t n;
  slant_error error;
  slant_induction *induction = open_induction(SLANT_INDUCE_FROM_LABELS, NULL);
  slant_str text = slant_str_of("It rained. Critics mocked Alpha there. It snowed.");
  assert_int_equal(slant_induction_add(induction, text, slant_str_of("x"), 26, 31, 0, NULL), 0);
  assert_int_equal(slant_induction_add(induction, text, slant_str_of("x"), 90, 99, 0, &error), SLANT_E_DATA);
  assert_int_equal(add(induction, "Fine.", "y"), 0);
  const char *table = written(induction, &n);
  assert_int_equal(n, 4);
  assert_non_null(strstr(table, "\nmocked\t"));
  assert_null(strstr(table, "alpha"));
  assert_null(strstr(table, "rained"));
}

/* The mean of the words around, within the sentence and the window, held back, less the mean of all. */
static void context_by_hand(void **state) {
  (void)state;
  static const char *const window[] = {"window", "2", "prior", "1", NULL};
  uint64_t n;
  slant_words words;
  assert_int_equal(slant_words_builtin(&words, NULL), 0);
  const slant_word *entry = slant_words_look_up(&words, slant_str_of("horrible"), slant_hash_word("horrible", 8));
  double bad = 0;
  for (int k = 0; k < SLANT_BUILTIN_LEXICONS; k++) bad += (double)entry->score[k] / SLANT_BUILTIN_LEXICONS;
  slant_words_free(&words);
  slant_induction *induction = open_induction(SLANT_INDUCE_FROM_CONTEXT, window);
  assert_int_equal(add(induction, "Zork horrible quux blip. Zork walks", ""), 0);
  const char *table = written(induction, &n);
  assert_int_equal(n, 5);
  assert_memory_equal(table, "term\tcontext\n", 13);
  /* zork: bad/2 of two words behind it, then 0; horrible: 0 */
  double mean = (bad / 2 + 0 + bad / 3 + bad / 2 + 0 + 0) / 6;
  assert_true(fabs(cell(table, "zork", 0) - (bad / 2 - 2 * mean) / 3) < 1e-4);
  assert_true(fabs(cell(table, "quux", 0) - (bad / 3 - mean) / 2) < 1e-4);
  assert_true(fabs(cell(table, "horrible", 0) + mean / 2) < 1e-4);
  assert_true(fabs(cell(table, "walks", 0) + mean / 2) < 1e-4);
}

/* What was written is a lexicon that can be read. */
static void lexicons_read_back(void **state) {
  (void)state;
  uint64_t n;
  slant_words_builder *builder;
  slant_words words;
  slant_induction *induction = open_induction(SLANT_INDUCE_FROM_LABELS, NULL);
  assert_int_equal(add(induction, "grim :-( #doom", "a\tb"), 0);
  assert_int_equal(add(induction, "glad", "0"), 0);
  assert_int_equal(add(induction, "glad", "1.5"), 0);
  const char *table = written(induction, &n);
  assert_int_equal(slant_words_builder_new(&builder, NULL), 0);
  assert_int_equal(slant_lexicon_read(builder, slant_str_of(table), "induced.tsv", NULL), 0);
  assert_int_equal(slant_words_builder_finish(&words, builder, NULL), 0);
  assert_int_equal(words.n_lexicons, SLANT_BUILTIN_LEXICONS + 3);
  assert_string_equal(slant_words_lexicon(&words, SLANT_BUILTIN_LEXICONS), "induced label 0");
  assert_string_equal(slant_words_lexicon(&words, SLANT_BUILTIN_LEXICONS + 2), "induced a b");
  const slant_word *entry = slant_words_look_up(&words, slant_str_of("grim"), slant_hash_word("grim", 4));
  assert_true(entry && entry->score[SLANT_BUILTIN_LEXICONS + 2] > 0);
  slant_words_free(&words);
  slant_words_builder_free(builder);
}

static void what_is_too_little(void **state) {
  (void)state;
  slant_error error;
  slant_induction *induction = open_induction(SLANT_INDUCE_FROM_LABELS, (const char *const[]){"min-count", "3", NULL});
  assert_int_equal(slant_induction_write(induction, "/nowhere/x", NULL, &error), SLANT_E_DATA);
  assert_int_equal(add(induction, "one", "a"), 0);
  assert_int_equal(slant_induction_write(induction, "/nowhere/x", NULL, &error), SLANT_E_DATA);
  assert_non_null(strstr(error.message, "two labels"));
  assert_int_equal(add(induction, "", "b"), 0);
  assert_int_equal(slant_induction_write(induction, "/nowhere/x", NULL, &error), SLANT_E_DATA);
  assert_non_null(strstr(error.message, "--min-count"));
  for (int i = 0; i < 3; i++) assert_int_equal(add(induction, "two", "b"), 0);
  assert_int_equal(slant_induction_write(induction, "/nowhere/x", NULL, &error), SLANT_E_IO);
  for (int i = 0; i < 30; i++) assert_int_equal(add(induction, "more", (char[]){(char)('c' + i), '\0'}), 0);
  assert_int_equal(add(induction, "more", "zz"), SLANT_E_LIMIT);
  slant_induction_free(induction);
  induction = open_induction(SLANT_INDUCE_FROM_CONTEXT, NULL);
  assert_int_equal(add(induction, "alone", ""), 0);
  assert_int_equal(slant_induction_write(induction, "/nowhere/x", NULL, &error), SLANT_E_DATA);
  slant_induction_free(induction);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_repetitions),
      cmocka_unit_test(two_labels_have_one_column),
      cmocka_unit_test(labels_have_columns_in_order),
      cmocka_unit_test(spans),
      cmocka_unit_test(context_by_hand),
      cmocka_unit_test(lexicons_read_back),
      cmocka_unit_test(what_is_too_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
