/* predictor.c, rollup.c and output.c: what is judged, how mentions become one judgement, and how it is written. */
#include "predict/output.h"
#include "small_bundle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

typedef struct judged {
  slant_bundle *bundle;
  slant_predictor *predictor;
  slant_judge *judge;
} judged;

static judged start(slant_mode mode) {
  judged j = {small_bundle(mode), NULL, NULL};
  assert_non_null(j.bundle);
  assert_int_equal(slant_predictor_new(&j.predictor, j.bundle, NULL, NULL), 0);
  assert_int_equal(slant_judge_new(&j.judge, j.predictor, NULL), 0);
  return j;
}

static void finish(judged *j) {
  slant_judge_free(j->judge);
  slant_predictor_free(j->predictor);
  slant_bundle_close(j->bundle);
}

/* The line of a record, or the error of judging it. */
static void expect(judged *j, slant_record record, slant_output_format format, const char *expected) {
  slant_buffer out = {0};
  slant_error error = {0};
  slant_result result = {.record = &record};
  if (slant_judge_record(j->judge, &record, &result.judgements, &result.n_judgements, &error)) result.error = &error;
  slant_output_result(&out, format, true, &result);
  slant_buffer_char(&out, '\0');
  assert_string_equal(out.data, expected);
  slant_buffer_free(&out);
}

static void test_mentions_of_the_text(void **state) {
  (void)state;
  judged j = start(SLANT_MODE_TARGET);
  slant_record record = {.text = slant_str_of("Islamabad praised Delhi. Later Islamabad blamed it."),
                         .id = slant_str_of("x")};
  const slant_judgement *judgements;
  uint32_t n;
  assert_int_equal(slant_judge_record(j.judge, &record, &judgements, &n, NULL), 0);
  assert_int_equal(n, 4); /* PAK and IND under sentiment, then under stance */
  assert_true(slant_str_is(judgements[0].actor, "PAK") && slant_str_is(judgements[0].model, "PAK"));
  assert_true(slant_str_is(judgements[1].actor, "IND") && slant_str_is(judgements[1].model, "*"));
  assert_true(slant_str_is(judgements[3].task, "stance"));
  assert_int_equal(judgements[0].n_mentions, 2);
  assert_int_equal(judgements[0].evidence[1].point_from, 31);
  assert_int_equal(judgements[0].evidence[1].sentence_from, 25);
  float mean = (judgements[0].evidence[0].scores[0] + judgements[0].evidence[1].scores[0]) / 2;
  assert_true(fabsf(judgements[0].scores[0] - mean) < 1e-6f);
  assert_int_equal(judgements[1].n_labels, 3);
  assert_true(slant_str_is(judgements[1].labels[judgements[1].label], "positive"));
  for (uint32_t i = 0; i < n; i++) {
    float sum = 0;
    for (uint32_t c = 0; c < judgements[i].n_labels; c++) {
      sum += judgements[i].probabilities[c];
      assert_true(judgements[i].probabilities[c] <= judgements[i].probabilities[judgements[i].label]);
    }
    assert_true(fabsf(sum - 1) < 1e-5f);
  }
  finish(&j);
}

static void test_lines(void **state) {
  (void)state;
  judged j = start(SLANT_MODE_TARGET);
  slant_record none = {.text = slant_str_of("Nobody is named."), .line = 4};
  expect(&j, none, SLANT_OUTPUT_JSONL, "{\"id\":null,\"actors\":[]}\n");
  expect(&j, none, SLANT_OUTPUT_CSV, ",4,,,,,,,,\n");
  slant_label outside = {slant_str_of("PAK"), slant_str_of("sentiment"), {0}, 90, 95};
  slant_record bad = {.text = slant_str_of("short"), .id = slant_str_of("a,\"b"), .labels = &outside, .n_labels = 1};
  expect(&j, bad, SLANT_OUTPUT_JSONL,
         "{\"id\":\"a,\\\"b\",\"error\":{\"code\":\"data\",\"message\":\"the span 90-95 holds no word of the text, "
         "which has 5 "
         "code points\"}}\n");
  expect(&j, bad, SLANT_OUTPUT_CSV,
         "\"a,\"\"b\",0,,,,,,,,\"the span 90-95 holds no word of the text, which has 5 code points\"\n");
  slant_label any[] = {{slant_str_of("*"), slant_str_of("sentiment"), {0}, 0, 4},
                       {slant_str_of("*"), slant_str_of("stance"), {0}, 0, 4}};
  slant_record spans = {.text = slant_str_of("They praised it"), .labels = any, .n_labels = 2, .line = 1};
  expect(&j, spans, SLANT_OUTPUT_CSV,
         /* praised: tf-idf 0.699 of the L2 norm, weight 2, bias -0.1 */
         ",1,*,sentiment,positive,0.7171,1.2981,*,1,\n,1,*,stance,favor,0.5498,0.1000,*,1,\n");
  finish(&j);
}

static void test_document_mode(void **state) {
  (void)state;
  judged j = start(SLANT_MODE_DOCUMENT);
  slant_record plain = {.text = slant_str_of("Delhi praised it")};
  const slant_judgement *judgements;
  uint32_t n;
  assert_int_equal(slant_judge_record(j.judge, &plain, &judgements, &n, NULL), 0);
  assert_int_equal(n, 2); /* PAK's own sentiment model, and stance's only one */
  assert_true(slant_str_is(judgements[0].actor, "PAK") && slant_str_is(judgements[1].actor, "*"));
  assert_int_equal(judgements[0].n_mentions, 0);
  slant_label asked[] = {{slant_str_of("IND"), slant_str_of("sentiment"), {0}, -1, -1},
                         {slant_str_of("IND"), slant_str_of("stance"), {0}, -1, -1}};
  slant_record named = {.text = plain.text, .labels = asked, .n_labels = 2};
  assert_int_equal(slant_judge_record(j.judge, &named, &judgements, &n, NULL), 0);
  assert_int_equal(n, 2);
  assert_true(slant_str_is(judgements[0].actor, "IND") && slant_str_is(judgements[0].model, "*"));
  finish(&j);
}

static void test_one_label(void **state) {
  (void)state;
  judged j = start(SLANT_MODE_TARGET);
  slant_record record = {.text = slant_str_of("Delhi praised Islamabad")};
  slant_judgement judgement;
  slant_error error;
  slant_label label = {slant_str_of("PAK"), slant_str_of("sentiment"), slant_str_of("positive"), -1, -1};
  assert_int_equal(slant_judge_label(j.judge, &record, &label, &judgement, &error), 0);
  assert_true(slant_str_is(judgement.labels[judgement.label], "negative") ||
              slant_str_is(judgement.labels[judgement.label], "positive"));
  label.actor = slant_str_of("XYZ");
  assert_int_equal(slant_judge_label(j.judge, &record, &label, &judgement, &error), SLANT_E_DATA);
  label.task = slant_str_of("tone");
  assert_int_equal(slant_judge_label(j.judge, &record, &label, &judgement, &error), SLANT_E_NOT_FOUND);
  assert_non_null(strstr(error.message, "tone"));
  finish(&j);
}

static void test_numbers(void **state) {
  (void)state;
  const struct {
    float value;
    const char *text;
  } cases[] = {
      {0, "0.0000"},        {-0.5f, "-0.5000"}, {1, "1.0000"}, {12.34567f, "12.3457"}, {-1234.5f, "-1234.5000"},
      {0.00004f, "0.0000"}, {1e20f, "null"},    {NAN, "null"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    slant_buffer out = {0};
    slant_output_number(&out, cases[i].value);
    slant_buffer_char(&out, '\0');
    assert_string_equal(out.data, cases[i].text);
    slant_buffer_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mentions_of_the_text), cmocka_unit_test(test_lines),
                                     cmocka_unit_test(test_document_mode), cmocka_unit_test(test_one_label),
                                     cmocka_unit_test(test_numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
