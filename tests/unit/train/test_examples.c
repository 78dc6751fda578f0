/* train/examples.c and train/names.c: what is kept of records, and the rows that labels become. */
#include "train/examples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

typedef struct fixture {
  slant_examples examples;
  slant_document *document;
  slant_progress progress;
  slant_observer observer;
  int warnings;
  char first[600];
} fixture;

static void take_log(void *context, slant_log_level level, const char *message) {
  fixture *f = context;
  if (level == SLANT_LOG_WARNING && f->warnings++ == 0) snprintf(f->first, sizeof f->first, "%s", message);
}

static void open_fixture(fixture *f) {
  *f = (fixture){.observer = {.log = take_log}};
  f->observer.context = f;
  slant_progress_init(&f->progress, &f->observer);
  assert_int_equal(slant_document_new(&f->document, NULL), 0);
}

static void close_fixture(fixture *f) {
  slant_examples_free(&f->examples);
  slant_document_free(f->document);
  slant_progress_destroy(&f->progress);
}

static slant_label label(const char *task, const char *actor, const char *value, int64_t from, int64_t to) {
  return (slant_label){slant_str_of(actor), slant_str_of(task), slant_str_of(value), from, to, 0};
}

static int add(fixture *f, const char *text, const char *group, const slant_label *labels, size_t n, uint64_t line,
               slant_error *error) {
  slant_record record = {.text = slant_str_of(text),
                         .group = slant_str_of(group),
                         .labels = labels,
                         .n_labels = n,
                         .line = line,
                         .file = "made-up.jsonl"};
  return slant_examples_add(&f->examples, &record, f->document, error);
}

static void names_are_numbered_once(void **state) {
  (void)state;
  slant_names names = {0};
  char text[16];
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < 5000; i++) {
      snprintf(text, sizeof text, "name %u", i);
      assert_int_equal(slant_names_put(&names, slant_str_of(text)), i);
    }
  assert_int_equal(names.n, 5000);
  assert_int_equal(slant_names_put(&names, (slant_str){NULL, 0}), 5000);
  assert_int_equal(slant_names_put(&names, slant_str_of("")), 5000);
  slant_names_free(&names);
  assert_true(slant_str_compare(slant_str_of("a"), slant_str_of("ab")) < 0);
  assert_true(slant_str_compare(slant_str_of("b"), slant_str_of("ab")) > 0);
  assert_int_equal(slant_str_compare(slant_str_of("ab"), slant_str_of("ab")), 0);
}

static void rows_are_records_or_spans(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  const slant_label first[] = {label("sentiment", "B", "good", 8, 13), label("stance", "A", "for", 0, 5),
                               label("sentiment", "A", "bad", 0, 5), label("sentiment", "A", "", 0, 5)};
  const slant_label second[] = {label("sentiment", "A", "good", 0, 4)};
  assert_int_equal(add(&f, "Alpha, Bravo met.", "g", first, 4, 1, NULL), 0);
  assert_int_equal(add(&f, "More of it.", "g", second, 1, 2, NULL), 0);
  assert_int_equal(f.examples.n_items, 4); /* a mention without a gold label teaches nothing */
  assert_int_equal(slant_examples_resolve(&f.examples, SLANT_MODE_TARGET, NULL, &f.progress, NULL), 0);
  assert_int_equal(f.examples.n_rows, 3);
  assert_int_equal(f.examples.items[0].row, 1); /* rows go by their place in the text */
  assert_int_equal(f.examples.items[1].row, 0);
  assert_int_equal(f.examples.items[2].row, 0); /* two tasks share it */
  assert_int_equal(f.examples.items[3].row, 2);
  assert_int_equal(slant_examples_resolve(&f.examples, SLANT_MODE_DOCUMENT, NULL, &f.progress, NULL), 0);
  assert_int_equal(f.examples.n_rows, 2);
  assert_int_equal(f.examples.rows[0].from, -1);
  assert_int_equal(f.warnings, 0);
  close_fixture(&f);
}

static void groups_and_copies(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  const slant_label one[] = {label("sentiment", "*", "good", -1, -1)};
  add(&f, "Same words.", "", one, 1, 1, NULL);
  add(&f, "Other words.", "", one, 1, 2, NULL);
  add(&f, "Same words.", "", one, 1, 3, NULL);
  add(&f, "Same words.", "article 1", one, 1, 4, NULL);
  add(&f, "Yet other words.", "article 1", one, 1, 5, NULL);
  const slant_example_text *t = f.examples.texts;
  assert_int_equal(t[0].group, t[2].group);
  assert_int_not_equal(t[0].group, t[1].group);
  assert_int_not_equal(t[0].group, t[3].group);
  assert_int_equal(t[3].group, t[4].group);
  close_fixture(&f);
}

static void refuses_bad_spans_and_adds_nothing(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  const int64_t bad[][2] = {{-1, 3}, {3, -1}, {3, 3}, {4, 2}, {0, 12}, {INT64_MAX - 1, INT64_MAX}, {5, 6}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    slant_label labels[] = {label("sentiment", "A", "good", 0, 5),
                            label("sentiment", "A", "bad", bad[i][0], bad[i][1])};
    slant_error error = {0};
    assert_int_equal(add(&f, "Alpha  met.", "", labels, 2, 17, &error), SLANT_E_DATA);
    assert_int_equal(error.line, 17);
    assert_string_equal(error.source, "made-up.jsonl");
    assert_non_null(strstr(error.message, "'A'"));
  }
  assert_int_equal(f.examples.n_items, 0);
  assert_int_equal(f.examples.n_texts, 0);
  close_fixture(&f);
}

static void unlabelled_records_pass(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  const slant_label none[] = {label("sentiment", "A", "", 0, 500)};
  assert_int_equal(add(&f, "Alpha met.", "", NULL, 0, 1, NULL), 0);
  assert_int_equal(add(&f, "Alpha met.", "", none, 1, 2, NULL), 0);
  assert_int_equal(f.examples.n_unlabelled, 2);
  assert_int_equal(f.examples.n_texts, 0);
  close_fixture(&f);
}

static void spans_come_from_the_dictionary(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f);
  slant_actors *actors = NULL;
  slant_str tsv = slant_str_of("id\tname\ttype\taliases\nA\tAlpha\tstate\tAlphans\nB\tBravo\tstate\t\n");
  assert_int_equal(slant_actors_parse(&actors, tsv, "dictionary", NULL), 0);
  const slant_label labels[] = {label("sentiment", "B", "good", -1, -1), label("sentiment", "A", "bad", -1, -1),
                                label("sentiment", "C", "bad", -1, -1), label("sentiment", "*", "bad", -1, -1)};
  add(&f, "The Alphans met. Alpha met.", "", labels, 4, 3, NULL);
  assert_int_equal(slant_examples_resolve(&f.examples, SLANT_MODE_TARGET, actors, &f.progress, NULL), 0);
  assert_int_equal(f.examples.n_rows, 1);
  assert_int_equal(f.examples.items[0].row, SLANT_NO_ROW); /* not in the text */
  assert_int_equal(f.examples.items[1].row, 0);
  assert_int_equal(f.examples.rows[0].from, 4);
  assert_int_equal(f.examples.rows[0].to, 11);
  assert_int_equal(f.examples.n_left_out, 3);
  assert_int_equal(f.warnings, 4); /* three labels, and their number */
  assert_non_null(strstr(f.first, "made-up.jsonl:3:"));
  slant_actors_free(actors);
  close_fixture(&f);
}

static void the_digest_sees_everything(void **state) {
  (void)state;
  uint64_t digests[7];
  for (int i = 0; i < 7; i++) {
    fixture f;
    open_fixture(&f);
    slant_label labels[] = {label(i == 1 ? "stance" : "sentiment", i == 2 ? "B" : "A", i == 3 ? "bad" : "good",
                                  i == 4 ? 6 : 0, i == 4 ? 9 : 5)};
    labels[0].weight = i == 6 ? 3 : 0;
    add(&f, "Alpha met.", i == 5 ? "g" : "", labels, 1, 1, NULL);
    digests[i] = f.examples.digest;
    assert_true(f.examples.items[0].weight == (i == 6 ? 3 : 1));
    assert_int_equal(f.examples.n_weighted, i == 6);
    for (int j = 0; j < i; j++) assert_true(digests[j] != digests[i]);
    close_fixture(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_numbered_once),    cmocka_unit_test(rows_are_records_or_spans),
      cmocka_unit_test(groups_and_copies),          cmocka_unit_test(refuses_bad_spans_and_adds_nothing),
      cmocka_unit_test(unlabelled_records_pass),    cmocka_unit_test(spans_come_from_the_dictionary),
      cmocka_unit_test(the_digest_sees_everything),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
