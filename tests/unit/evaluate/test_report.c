/* evaluate/report_table.c and evaluate/report_json.c: what a person and a program read. */
#include "unit/evaluate/judgements.h"

#include <string.h>

/* Two actors, one example wrong, no intervals: small enough to check by hand. */
static slant_evaluation *small_evaluation(void) {
  slant_evaluation *evaluation = new_evaluation();
  add(evaluation, "stance", "Zürich", "a", "favor", "favor");
  add(evaluation, "stance", "PAK", "a", "favor", "against");
  add(evaluation, "stance", "PAK", "b", "against", "against");
  return evaluation;
}

static void table(void **state) {
  (void)state;
  slant_evaluation *evaluation = small_evaluation();
  const slant_evaluation_task *task = compute(evaluation, 0, 1, 1);
  char *text = slant_evaluation_table(task, 1, 1);
  assert_string_equal(text, "stance: 3 examples in 2 groups, 2 actors (percent)\n"
                            "\n"
                            "  accuracy       66.7\n"
                            "  macro-F1       66.7\n"
                            "  F_avg          66.7                  mean F1 of favor and against, all examples pooled\n"
                            "  F_avg, actors  41.7                  mean of the actors' F_avg\n"
                            "\n"
                            "  class    precision  recall     F1  support\n"
                            "  against       50.0   100.0   66.7        1\n"
                            "  favor        100.0    50.0   66.7        2\n"
                            "\n"
                            "  gold \\ predicted  against  favor\n"
                            "  against                 1      0\n"
                            "  favor                   1      1\n"
                            "\n"
                            "  actor          n  accuracy  macro-F1                     F_avg\n"
                            "  PAK            2      50.0      33.3                      33.3\n"
                            "  Zürich         1     100.0     100.0                      50.0\n");
  free(text);
  text = slant_evaluation_table(task, 1, 0);
  assert_null(strstr(text, "PAK"));
  free(text);
  text = slant_evaluation_table(NULL, 0, 1);
  assert_non_null(strstr(text, "nothing to evaluate"));
  free(text);
  slant_evaluation_free(evaluation);
}

/* A single actor has no row of its own, but is named, unless it is "*", which is nobody. */
static void table_of_one_actor(void **state) {
  (void)state;
  static const char *const actors[] = {"PAK", "*"};
  for (int i = 0; i < 2; i++) {
    slant_evaluation *evaluation = new_evaluation();
    add(evaluation, "stance", actors[i], "", "favor", "favor");
    char *text = slant_evaluation_table(compute(evaluation, 0, 1, 1), 1, 1);
    assert_int_equal(strncmp(text, i ? "stance: 1 example (" : "stance: 1 example, actor PAK (", i ? 19 : 30), 0);
    assert_null(strstr(text, "\n  actor"));
    free(text);
    slant_evaluation_free(evaluation);
  }
}

static size_t longest_line(const char *text) {
  size_t longest = 0;
  for (; *text; text += *text == '\n') {
    size_t columns = 0;
    for (; *text && *text != '\n'; text++) columns += ((unsigned char)*text & 0xc0) != 0x80;
    if (columns > longest) longest = columns;
  }
  return longest;
}

static void table_with_intervals(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  for (int round = 0; round < 4; round++)
    for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "stance", i % 3 ? "PAK" : "IND", 0);
  char *text = slant_evaluation_table(compute(evaluation, 100, 1, 1), 1, 1);
  assert_non_null(strstr(text, "stance: 2,000 examples, 2 actors (percent, 95% bootstrap intervals)\n"));
  assert_non_null(strstr(text, "  accuracy       71.4  [6"));
  const char *first = strstr(text, "\n  PAK"), *second = strstr(text, "\n  IND"); /* most examples first */
  assert_true(first && second && first < second);
  assert_in_range(longest_line(text), 80, 100);
  free(text);
  slant_evaluation_free(evaluation);
}

/* Names that would steer the terminal, break the line or the columns. */
static void hostile_names(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  char label[400];
  memset(label, 'x', sizeof label - 1);
  label[sizeof label - 1] = '\0';
  add(evaluation, "ta\x1b[2Jsk\n",
      "\xc2\x9b"
      "31m",
      "", "\xff\xbf\xbf", label);
  add(evaluation, "ta\x1b[2Jsk\n", "\x80", "", "say \"hi\"\\\n", "\xbf\xbf");
  const slant_evaluation_task *task = compute(evaluation, 0, 1, 1);
  char *text = slant_evaluation_table(task, 1, 1);
  assert_non_null(strstr(text, "ta?[2Jsk?: 2 examples"));
  assert_non_null(strstr(text, "  ?31m "));
  assert_non_null(strstr(text, "xxxxxxxxxxxxxxxxxxxxxxxxxxx… "));
  assert_null(strchr(text, '\x1b'));
  assert_true(longest_line(text) <= 100);
  free(text);

  text = slant_evaluation_json(task, 1);
  assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
  assert_non_null(strstr(text, "{\"task\":\"ta\\u001b[2Jsk\\n\","));
  assert_non_null(strstr(text, "\"say \\\"hi\\\"\\\\\\n\":{"));
  assert_null(strchr(text, '\xff'));
  free(text);
  slant_evaluation_free(evaluation);
}

/* A matrix too wide for the terminal gives way to the worst confusions. */
static void many_classes(void **state) {
  (void)state;
  slant_evaluation *evaluation = new_evaluation();
  char gold[32], predicted[32];
  for (int i = 0; i < 40; i++)
    for (int copy = 0; copy <= i; copy++) {
      snprintf(gold, sizeof gold, "class number %02d", i);
      snprintf(predicted, sizeof predicted, "class number %02d", copy < i / 2 ? (i + 1) % 40 : i);
      add(evaluation, "t", "", "", gold, predicted);
    }
  char *text = slant_evaluation_table(compute(evaluation, 0, 1, 1), 1, 0);
  assert_null(strstr(text, "gold \\ predicted"));
  const char *worst = strstr(text, "most often confused\n"), *row = "class number 38  class number 39     19\n";
  assert_non_null(worst);
  assert_non_null(strstr(worst, row));
  assert_non_null(strstr(text, "\n  class number 39 ")); /* the class with most support is shown … */
  assert_null(strstr(text, "\n  class number 00 "));     /* … and the one with least is not */
  assert_non_null(strstr(text, "… and 10 classes more\n"));
  assert_true(longest_line(text) <= 100);
  free(text);
  slant_evaluation_free(evaluation);
}

static void json(void **state) {
  (void)state;
  slant_evaluation *evaluation = small_evaluation();
  char *text = slant_evaluation_json(compute(evaluation, 0, 1, 1), 1);
  assert_string_equal(text,
                      "{\"task\":\"stance\",\"n\":3,\"n_groups\":2,"
                      "\"accuracy\":0.666666667,\"accuracy_interval\":{\"low\":null,\"high\":null},"
                      "\"macro_f1\":{\"value\":0.666666667,\"low\":null,\"high\":null},"
                      "\"f_avg\":0.666666667,\"f_avg_interval\":{\"low\":null,\"high\":null},"
                      "\"f_avg_actors\":0.416666667,\"f_avg_actors_interval\":{\"low\":null,\"high\":null},"
                      "\"classes\":{\"against\":{\"precision\":0.5,\"recall\":1.0,\"f1\":0.666666667,\"support\":1},"
                      "\"favor\":{\"precision\":1.0,\"recall\":0.5,\"f1\":0.666666667,\"support\":2}},"
                      "\"confusion\":{\"against\":{\"against\":1},\"favor\":{\"against\":1,\"favor\":1}},"
                      "\"actors\":{\"PAK\":{\"n\":2,\"n_groups\":2,"
                      "\"accuracy\":0.5,\"accuracy_interval\":{\"low\":null,\"high\":null},"
                      "\"macro_f1\":{\"value\":0.333333333,\"low\":null,\"high\":null},"
                      "\"f_avg\":0.333333333,\"f_avg_interval\":{\"low\":null,\"high\":null},"
                      "\"classes\":{\"against\":{\"precision\":0.5,\"recall\":1.0,\"f1\":0.666666667,\"support\":1},"
                      "\"favor\":{\"precision\":0.0,\"recall\":0.0,\"f1\":0.0,\"support\":1}},"
                      "\"confusion\":{\"against\":{\"against\":1},\"favor\":{\"against\":1}}},"
                      "\"Zürich\":{\"n\":1,\"n_groups\":1,"
                      "\"accuracy\":1.0,\"accuracy_interval\":{\"low\":null,\"high\":null},"
                      "\"macro_f1\":{\"value\":1.0,\"low\":null,\"high\":null},"
                      "\"f_avg\":0.5,\"f_avg_interval\":{\"low\":null,\"high\":null},"
                      "\"classes\":{\"against\":{\"precision\":0.0,\"recall\":0.0,\"f1\":0.0,\"support\":0},"
                      "\"favor\":{\"precision\":1.0,\"recall\":1.0,\"f1\":1.0,\"support\":1}},"
                      "\"confusion\":{\"against\":{},\"favor\":{\"favor\":1}}}}}\n");
  free(text);
  text = slant_evaluation_json(NULL, 0);
  assert_string_equal(text, "");
  free(text);
  slant_evaluation_free(evaluation);
}

/* A number that may be had is never null; one task a line. */
static void json_with_intervals(void **state) {
  (void)state;
  judgements all = judgements_make();
  slant_evaluation *evaluation = new_evaluation();
  for (int i = 0; i < JUDGEMENTS; i++) add_judgement(evaluation, &all, i, "stance", "PAK", 0);
  add(evaluation, "tone", "PAK", "", "calm", "calm");
  char *text = slant_evaluation_json(compute(evaluation, 50, 1, 2), 2);
  const char *second = strchr(text, '\n') + 1;
  const char *null = strstr(text, "null");
  assert_true(null && null > second);
  assert_int_equal(strncmp(second, "{\"task\":\"tone\",\"n\":1,", 21), 0);
  assert_non_null(strstr(second, "\"f_avg\":null,"));
  free(text);
  slant_evaluation_free(evaluation);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(table),
      cmocka_unit_test(table_of_one_actor),
      cmocka_unit_test(table_with_intervals),
      cmocka_unit_test(hostile_names),
      cmocka_unit_test(many_classes),
      cmocka_unit_test(json),
      cmocka_unit_test(json_with_intervals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
