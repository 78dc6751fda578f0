/* explain_output.c: an explanation as JSON and as a table, to the byte; names that come from data do no harm. */
#include "predict/explain_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const slant_str labels[] = {{"pro", 3}, {"contra", 6}};
static const float scores[] = {0.25f, -0.5f}, probabilities[] = {0.75f, 0.25f};
static const slant_explained_place places[] = {{1, 5}, {7, 11}, {20, 24}, {30, 34}, {40, 44}, {50, 54}};
static const slant_explained_stage stages[] = {{{"words", 5}, 0.5}, {{"lexicon", 7}, 0.125}};

static slant_judgement judgement_of(const char *actor) {
  return (slant_judgement){.actor = slant_str_of(actor),
                           .task = slant_str_of("stance"),
                           .model = slant_str_of("*"),
                           .labels = labels,
                           .n_labels = 2,
                           .scores = scores,
                           .probabilities = probabilities};
}

static slant_explanation explanation_of(const slant_judgement *judgement, const slant_explained_feature *features,
                                        uint32_t n) {
  return (slant_explanation){.judgement = judgement,
                             .runner_up = 1,
                             .margin = 0.75,
                             .bias = 0.125,
                             .stages = stages,
                             .n_stages = 2,
                             .features = features,
                             .n_features = n};
}

static void assert_text(slant_buffer *out, const char *expected) {
  slant_buffer_char(out, '\0');
  assert_false(out->failed);
  assert_string_equal(out->data, expected);
  slant_buffer_free(out);
}

static void test_json(void **state) {
  (void)state;
  const slant_record record = {.id = {"a\"1", 3}, .line = 9};
  const slant_explained_feature features[] = {{3, {"words: \"so\"\n", 12}, 0.5, places, 2},
                                              {4, {"lexicon: sum", 12}, -0.25, NULL, 0}};
  slant_judgement judgement = judgement_of("ARL");
  slant_explanation explanation = explanation_of(&judgement, features, 2);
  slant_buffer out = {0}, expected = {0};
  slant_buffer_text(&expected,
                    "{\"id\":\"a\\\"1\",\"actors\":[{\"actor\":\"ARL\",\"task\":\"stance\",\"label\":\"pro\"");
  slant_explanation_json(&out, &record, &explanation, 1);
  assert_true(out.len > expected.len && memcmp(out.data, expected.data, expected.len) == 0);
  slant_buffer_free(&expected);
  slant_buffer_char(&out, '\0');
  const char *rest = strstr(out.data, ",\"runner_up\"");
  assert_non_null(rest);
  assert_string_equal(rest, ",\"runner_up\":\"contra\",\"margin\":0.750000,\"bias\":0.125000,"
                            "\"stages\":{\"words\":0.500000,\"lexicon\":0.125000},\"features\":["
                            "{\"name\":\"words: \\\"so\\\"\\n\",\"contribution\":0.500000,"
                            "\"at\":[{\"from\":1,\"to\":5},{\"from\":7,\"to\":11}]},"
                            "{\"name\":\"lexicon: sum\",\"contribution\":-0.250000}]}]}\n");
  slant_buffer_free(&out);
  explanation.left_out = 1; /* of a kernel model */
  slant_explanation_json(&out, &record, &explanation, 1);
  slant_buffer_char(&out, '\0');
  assert_non_null(strstr(out.data, ",\"bias\":0.125000,\"method\":\"left-out\",\"stages\""));
  slant_buffer_free(&out);
  slant_explanation_json(&out, &record, NULL, 0);
  assert_text(&out, "{\"id\":\"a\\\"1\",\"actors\":[]}\n");
}

static void test_text(void **state) {
  (void)state;
  const slant_record record = {.line = 9};
  const slant_explained_feature features[] = {{3, {"words: é", 9}, 0.5, places, 6},
                                              {4, {"lexicon: sum", 12}, -0.25, NULL, 0}};
  slant_judgement judgement = judgement_of("ARL");
  slant_explanation explanation = explanation_of(&judgement, features, 2);
  slant_buffer out = {0};
  judgement.n_mentions = 2;
  slant_explanation_text(&out, &record, &explanation, 1);
  assert_text(&out, "line 9\n"
                    "  ARL, stance: pro (p 0.75) rather than contra, by 0.7500; model *, 2 mentions\n"
                    "      +0.1250  bias\n"
                    "      +0.5000  stage words\n"
                    "      +0.1250  stage lexicon\n"
                    "        +0.5000  words: é                                  1-5, 7-11, 20-24, 30-34 and 2 more\n"
                    "        -0.2500  lexicon: sum\n");
  slant_explanation_text(&out, &record, NULL, 0);
  assert_text(&out, "line 9: no actor to judge\n");
}

/* A name may hold what moves a terminal's cursor. */
static void test_hostile_names(void **state) {
  (void)state;
  const slant_record record = {.id = {"\x1b[2J\r", 5}, .line = 1};
  const slant_explained_feature features[] = {{3, {"words: \x1b]0;x\a\n", 14}, 0.5, places, 1}};
  slant_judgement judgement = judgement_of("A\x1b[31mB\n\x7f");
  slant_explanation explanation = explanation_of(&judgement, features, 1);
  slant_buffer out = {0};
  slant_explanation_text(&out, &record, &explanation, 1);
  uint32_t n_lines = 0;
  for (size_t i = 0; i < out.len; i++) {
    unsigned char c = (unsigned char)out.data[i];
    n_lines += c == '\n';
    assert_true(c == '\n' || (c >= 0x20 && c != 0x7f));
  }
  assert_int_equal(n_lines, 6);
  slant_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_json), cmocka_unit_test(test_text),
                                     cmocka_unit_test(test_hostile_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
