/* features/vectors.c: files of word vectors, good and bad, and their sections in a bundle. stage_vectors.c has golden
 * files in test_stages.c. */
#include "features/vectors.h"

#include "common/hash.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static int parse(slant_embedding *out, const char *text, uint32_t most, slant_error *error) {
  return slant_embedding_parse(out, slant_str_of(text), "/a/words.txt", most, error);
}

static const float *find(const slant_embedding *vectors, const char *word, uint32_t *row) {
  return slant_embedding_find(vectors, slant_hash_word(word, strlen(word)), row);
}

static void check(const slant_embedding *vectors, const char *word, uint32_t expected_row, double x, double y) {
  uint32_t row;
  const float *vector = find(vectors, word, &row);
  if (!vector) fail_msg("no vector of %s", word);
  assert_int_equal(row, expected_row);
  assert_true(fabs((double)vector[0] - x) < 1e-6 && fabs((double)vector[1] - y) < 1e-6);
}

/* With a header or without, with Windows' line ends, blanks at the ends of lines, and numbers of every form. */
static void forms_of_files(void **state) {
  (void)state;
  static const char *const files[] = {"3 2\nthe 3 4\nof 0.6e1 -8E0\nzero 0 0\n", "the 3 4\nof +.6 -.8\nzero 0 -0\n",
                                      "3 2\r\nthe 3 4\r\nof 6 -8 \r\n\r\nzero 0 0", "the  3 4 \nof 1.5 -2\nzero 0 0"};
  for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
    slant_embedding vectors;
    slant_error error;
    uint32_t row;
    if (parse(&vectors, files[f], 0, &error)) fail_msg("%s: %s", files[f], error.message);
    assert_int_equal(vectors.count, 3);
    assert_int_equal(vectors.dim, 2);
    check(&vectors, "the", 0, 0.6, 0.8); /* of unit length */
    check(&vectors, "of", 1, 0.6, -0.8);
    check(&vectors, "zero", 2, 0, 0);
    assert_null(find(&vectors, "absent", &row));
    double sum = 0;
    for (uint32_t r = 0; r < 3; r++) {
      assert_true(!r || vectors.frequency[r] < vectors.frequency[r - 1]);
      sum += (double)vectors.frequency[r];
    }
    assert_true(fabs(sum - 1) < 1e-6);
    slant_embedding_free(&vectors);
  }
}

/* The first spelling of a word stands for all; a limit counts lines. */
static void case_and_limit(void **state) {
  (void)state;
  slant_embedding vectors;
  assert_int_equal(parse(&vectors, "5 2\nus 1 0\nUS 0 1\nOf 0 1\nlast 1 1\nbad\n", 4, NULL), 0);
  assert_int_equal(vectors.count, 3);
  check(&vectors, "us", 0, 1, 0);
  check(&vectors, "of", 1, 0, 1);
  slant_embedding_free(&vectors);
}

static void faults_have_a_line(void **state) {
  (void)state;
  char wide[9000] = "w", word[400] = "";
  for (int i = 0; i < 1025; i++) strcat(wide, " 1");
  memset(word, 'w', 300);
  strcat(word, " 1 2\n");
  const struct {
    const char *text, *says;
    uint64_t line;
  } faults[] = {{"", "no word vector", 0},
                {"\n\n", "no word vector", 0},
                {"7 2\n", "no word vector", 0},
                {"alone\n", "a word and 2 to 1024 numbers", 1},
                {"w 1\n", "a word and 2 to 1024 numbers", 1},
                {wide, "a word and 2 to 1024 numbers", 1},
                {"a 1 2\nb 1\n", "1 numbers where the first row has 2", 2},
                {"2 2\na 1 2\nb 1 2 3\n", "3 numbers where the first row has 2", 3},
                {"2 3\na 1 2\nb 1 2\n", "2 numbers where the first line says 3", 2},
                {"3 2\na 1 2\nb 1 2\n", "ends after 2 words where its first line says 3", 3},
                {"a 1 2\nb nan 1\n", "'nan' is not a number", 2},
                {"a 1 2\nb 1 inf\n", "'inf' is not a number", 2},
                {"a 1 2\nb 1 1e99\n", "'1e99' is not a number", 2},
                {"a 1 2\nb 1 1x\n", "'1x' is not a number", 2},
                {"a 1,5 2\n", "'1,5' is not a number", 1},
                {"a 1 2\nb 1 2\na 3 4\n", "'a' has a vector already", 3},
                {word, "a word of 300 bytes", 1},
                {"a\t1\t2\n", "a word and 2 to 1024 numbers", 1}};
  for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
    slant_embedding vectors;
    slant_error error = {0};
    assert_int_equal(parse(&vectors, faults[f].text, 0, &error), SLANT_E_DATA);
    if (!strstr(error.message, faults[f].says)) fail_msg("'%s' does not say '%s'", error.message, faults[f].says);
    assert_string_equal(error.source, "/a/words.txt");
    assert_int_equal(error.line, faults[f].line);
    assert_int_equal(vectors.count, 0);
  }
}

/* NUL and other bytes are a word's like any other, or no number. */
static void any_bytes(void **state) {
  (void)state;
  static const char bytes[] = "a\0b 1 2\n\xff\xfe 2 1\n";
  slant_embedding vectors;
  slant_error error;
  assert_int_equal(slant_embedding_parse(&vectors, (slant_str){bytes, sizeof bytes - 1}, "x", 0, NULL), 0);
  assert_int_equal(vectors.count, 2);
  slant_embedding_free(&vectors);
  static const char nul[] = "a 1\0 2\n";
  assert_int_equal(slant_embedding_parse(&vectors, (slant_str){nul, sizeof nul - 1}, "x", 0, &error), SLANT_E_DATA);
}

/* The sections as they were written, and damaged in every byte of what is not a number of a vector. */
static void sections(void **state) {
  (void)state;
  slant_embedding made, read;
  assert_int_equal(parse(&made, "the 3 4\nof 6 -8\n", 0, NULL), 0);
  size_t size = made.section.len, n_slots = slant_table_size(&made.table);
  char *copy = aligned_alloc(64, (size + 63) / 64 * 64);
  memcpy(copy, made.section.data, size);
  slant_section vectors = {"vectors", copy, size}, slots = {"veckeys", made.table.slots, n_slots};
  assert_int_equal(slant_embedding_adopt(&read, vectors, slots, NULL), 0);
  check(&read, "of", 1, 0.6, -0.8);
  for (size_t cut = 0; cut < size; cut++) {
    vectors.size = cut;
    assert_int_equal(slant_embedding_adopt(&read, vectors, slots, NULL), SLANT_E_FORMAT);
  }
  vectors.size = size;
  for (size_t i = 0; i < 8; i++) /* count and dimension */
    for (int bit = 0; bit < 8; bit++) {
      copy[i] ^= (char)(1 << bit);
      assert_int_equal(slant_embedding_adopt(&read, vectors, slots, NULL), SLANT_E_FORMAT);
      copy[i] ^= (char)(1 << bit);
    }
  slots.size -= 1;
  assert_int_equal(slant_embedding_adopt(&read, vectors, slots, NULL), SLANT_E_FORMAT);
  assert_int_equal(slant_embedding_adopt(&read, vectors, (slant_section){0}, NULL), SLANT_E_FORMAT);
  free(copy);
  slant_embedding_free(&made);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(forms_of_files), cmocka_unit_test(case_and_limit), cmocka_unit_test(faults_have_a_line),
      cmocka_unit_test(any_bytes),      cmocka_unit_test(sections),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
