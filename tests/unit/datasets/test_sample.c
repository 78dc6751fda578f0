/* sample.c: the corpus that travels inside, read as a user would read it. */
#include "datasets/source.h"

#include <slant/sample.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int records_of(const char *name, size_t *labelled) {
  const slant_reader_options options = {.max_record = 1 << 20};
  slant_source *source;
  slant_parser *parser;
  slant_raw raw;
  int n = 0;
  *labelled = 0;
  assert_int_equal(slant_source_open_memory(&source, slant_sample_file(name), name, &options, NULL), 0);
  assert_int_equal(slant_parser_new(&parser, source, NULL), 0);
  for (; slant_source_next(source, &raw, NULL) == 1; n++) {
    slant_record record;
    assert_int_equal(slant_parser_parse(parser, &raw, &record, NULL), 0);
    *labelled += record.n_labels > 0;
  }
  slant_parser_free(parser);
  slant_source_close(source);
  return n;
}

static void test_sample(void **state) {
  (void)state;
  size_t train, test, none;
  assert_int_equal(records_of("articles.jsonl", &none), 40);
  assert_int_equal(none, 0);
  int sentences = records_of("train.jsonl", &train) + records_of("test.jsonl", &test);
  assert_true(sentences >= 800);
  assert_int_equal(train + test, (size_t)sentences);
  assert_null(slant_sample_file("nothing").ptr);
  int files = 0;
  for (const char *const *name = slant_sample_names(); *name; name++, files++)
    assert_true(slant_sample_file(*name).len > 100);
  assert_int_equal(files, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sample)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
