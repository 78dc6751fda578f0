/* output.c: numbers, JSON lines, CSV rows and error lines, byte by byte. */
#include "predict/output.h"

#include "common/random.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void check_bytes(slant_buffer *buffer, const char *expected) {
  slant_buffer_char(buffer, '\0');
  assert_false(buffer->failed);
  assert_string_equal(buffer->data, expected);
  slant_buffer_clear(buffer);
}

static void test_numbers(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } rows[] = {{0, "0.0000"},        {-0.0, "0.0000"},           {-0.00001, "0.0000"}, {1, "1.0000"},
              {0.33335, "0.3334"},  {0.00005, "0.0001"},        {-1.5, "-1.5000"},    {12345.67891, "12345.6789"},
              {9.99999, "10.0000"}, {1e15, "1000000000000000"}, {INFINITY, "null"},   {-INFINITY, "null"},
              {NAN, "null"}};
  slant_buffer out = {0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    slant_output_number(&out, rows[i].value);
    check_bytes(&out, rows[i].text);
  }
  slant_output_number(&out, (double)-3.4028235e38f);
  slant_buffer_char(&out, '\0');
  assert_float_equal((float)(strtod(out.data, NULL) / 3.4028235e38), -1, 1e-6);
  slant_buffer_free(&out);
}

/* A locale with a decimal comma must not show. Not every machine has one: then the C locale is all there is to try. */
static void test_locale(void **state) {
  (void)state;
  static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "pl_PL.UTF-8"};
  slant_buffer out = {0};
  for (size_t i = 0; i < 3 && !setlocale(LC_ALL, commas[i]); i++) continue;
  slant_output_number(&out, 0.25);
  slant_output_number(&out, 1e20);
  setlocale(LC_ALL, "C");
  check_bytes(&out, "0.2500100000000000000000000");
  slant_buffer_free(&out);
}

static void test_rounding_keeps_the_label(void **state) {
  (void)state;
  uint32_t units[SLANT_MAX_CLASSES];
  const float close[] = {0.33332f, 0.33334f, 0.33334f}, certain[] = {0, 1}, equal[] = {0.5f, 0.5f};
  slant_output_round(close, 3, 2, units);
  assert_true(units[2] > units[0] && units[2] > units[1]);
  assert_int_equal(units[0], 3333);
  slant_output_round(certain, 2, 1, units);
  assert_int_equal(units[0], 0);
  assert_int_equal(units[1], 10000);
  slant_output_round(equal, 2, 1, units);
  assert_int_equal(units[0], 5000);
  assert_int_equal(units[1], 5001);
  slant_random random = slant_random_from(1, 2);
  for (int round = 0; round < 2000; round++) {
    float p[SLANT_MAX_CLASSES], sum = 0;
    uint32_t n = 2 + (uint32_t)slant_random_below(&random, SLANT_MAX_CLASSES - 1), best = 0;
    for (uint32_t c = 0; c < n; c++) sum += p[c] = 1 + (float)slant_random_below(&random, 100) / 1e4f;
    for (uint32_t c = 0; c < n; c++) p[c] /= sum;
    for (uint32_t c = 1; c < n; c++)
      if (p[c] > p[best]) best = c;
    slant_output_round(p, n, best, units);
    for (uint32_t c = 0; c < n; c++) {
      assert_true(c == best || units[c] < units[best]);
      assert_float_equal((float)units[c] / 1e4f, p[c], 1.6e-4);
    }
  }
}

/* ---- lines ---- */
static const slant_str three[] = {{"negative", 8}, {"neutral", 7}, {"positive", 8}},
                       two[] = {{"against", 7}, {"a,\"b", 4}};
static const float p3[] = {0.1f, 0.7f, 0.2f}, s3[] = {-1.25f, 0.5f, -0.000001f}, p2[] = {0.25f, 0.75f}, s2[] = {-1, 1};
static const slant_evidence mentions[] = {{0, 8, 0, 44, 0, 1, 1, s3, p3}, {50, 59, 45, 101, 9, 10, 1, s3, p3}};

static slant_judgement rolled_up(void) {
  return (slant_judgement){.actor = {"PAK", 3},
                           .task = {"sentiment", 9},
                           .model = {"*", 1},
                           .labels = three,
                           .n_labels = 3,
                           .label = 1,
                           .scores = s3,
                           .probabilities = p3,
                           .n_mentions = 2,
                           .evidence = mentions};
}

static slant_judgement whole_text(void) {
  return (slant_judgement){.actor = {"*", 1},
                           .task = {"stance:x", 8},
                           .model = {"*", 1},
                           .labels = two,
                           .n_labels = 2,
                           .label = 1,
                           .scores = s2,
                           .probabilities = p2};
}

static void put(slant_buffer *out, slant_output_format format, bool evidence, const slant_result *result) {
  slant_output_result(out, format, evidence, result);
}

#define EVIDENCE_P "\"label\":\"neutral\",\"p\":{\"negative\":0.1000,\"neutral\":0.7000,\"positive\":0.2000}}"

static void test_json(void **state) {
  (void)state;
  slant_buffer out = {0};
  slant_record record = {.id = {"a\"1", 3}, .line = 7};
  const slant_judgement both[] = {rolled_up(), whole_text()};
  slant_result result = {.record = &record, .judgements = both, .n_judgements = 2};
  put(&out, SLANT_OUTPUT_JSONL, true, &result);
  check_bytes(&out, "{\"id\":\"a\\\"1\",\"actors\":[{\"actor\":\"PAK\",\"task\":\"sentiment\",\"label\":\"neutral\","
                    "\"p\":{\"negative\":0.1000,\"neutral\":0.7000,\"positive\":0.2000},"
                    "\"score\":{\"negative\":-1.2500,\"neutral\":0.5000,\"positive\":0.0000},"
                    "\"model\":\"*\",\"mentions\":2,\"evidence\":["
                    "{\"from\":0,\"to\":8,\"sentence\":{\"from\":0,\"to\":44}," EVIDENCE_P ","
                    "{\"from\":50,\"to\":59,\"sentence\":{\"from\":45,\"to\":101}," EVIDENCE_P "]},"
                    "{\"actor\":\"*\",\"task\":\"stance:x\",\"label\":\"a,\\\"b\","
                    "\"p\":{\"against\":0.2500,\"a,\\\"b\":0.7500},"
                    "\"score\":{\"against\":-1.0000,\"a,\\\"b\":1.0000},\"model\":\"*\"}]}\n");
  put(&out, SLANT_OUTPUT_JSONL, false, &result);
  slant_buffer_char(&out, '\0');
  assert_null(strstr(out.data, "evidence"));
  assert_non_null(strstr(out.data, "\"mentions\":2}"));
  slant_buffer_free(&out);
}

static void test_json_without_judgements(void **state) {
  (void)state;
  slant_buffer out = {0};
  slant_record record = {.line = 7};
  slant_result result = {.record = &record};
  put(&out, SLANT_OUTPUT_JSONL, true, &result);
  check_bytes(&out, "{\"id\":null,\"actors\":[]}\n");
  result.repaired = 2;
  put(&out, SLANT_OUTPUT_JSONL, true, &result);
  check_bytes(&out, "{\"id\":null,\"repaired\":2,\"actors\":[]}\n");
  slant_buffer_free(&out);
}

static void test_json_error(void **state) {
  (void)state;
  slant_buffer out = {0};
  slant_record record = {.line = 7};
  slant_error error;
  slant_result result = {.record = &record, .error = &error};
  slant_fail(&error, SLANT_E_DATA, "no \"text\"");
  slant_error_at(&error, "-", 7, 0);
  put(&out, SLANT_OUTPUT_JSONL, true, &result);
  check_bytes(&out, "{\"id\":null,\"error\":{\"code\":\"data\",\"message\":\"no \\\"text\\\"\",\"line\":7}}\n");
  record.id = slant_str_of("x");
  slant_fail(&error, SLANT_E_LIMIT, "too long");
  slant_error_at(&error, "in.jsonl", 7, 3);
  put(&out, SLANT_OUTPUT_JSONL, true, &result);
  check_bytes(&out, "{\"id\":\"x\",\"error\":{\"code\":\"limit\",\"message\":\"too long\",\"line\":7,\"column\":3,"
                    "\"file\":\"in.jsonl\"}}\n");
  slant_buffer_free(&out);
}

static void test_csv(void **state) {
  (void)state;
  slant_buffer out = {0};
  slant_record record = {.id = {"a,\"b\"\n", 6}, .line = 7};
  const slant_judgement both[] = {rolled_up(), whole_text()};
  slant_result result = {.record = &record, .judgements = both, .n_judgements = 2};
  slant_error error;
  slant_output_header(&out, SLANT_OUTPUT_JSONL);
  assert_int_equal(out.len, 0);
  slant_output_header(&out, SLANT_OUTPUT_CSV);
  check_bytes(&out, "id,line,actor,task,label,p,score,model,mentions,error\n");
  put(&out, SLANT_OUTPUT_CSV, true, &result);
  check_bytes(&out, "\"a,\"\"b\"\"\n\",7,PAK,sentiment,neutral,0.7000,0.5000,*,2,\n"
                    "\"a,\"\"b\"\"\n\",7,*,stance:x,\"a,\"\"b\",0.7500,1.0000,*,,\n");
  result.n_judgements = 0;
  record.id = slant_str_of("plain");
  put(&out, SLANT_OUTPUT_CSV, true, &result);
  check_bytes(&out, "plain,7,,,,,,,,\n");
  slant_fail(&error, SLANT_E_DATA, "no text, alas");
  slant_error_at(&error, "in.csv", 7, 2);
  result.error = &error;
  result.n_judgements = 2; /* an error says all there is to say */
  record.id = (slant_str){NULL, 0};
  put(&out, SLANT_OUTPUT_CSV, true, &result);
  check_bytes(&out, ",7,,,,,,,,\"data: in.csv:7:2: no text, alas\"\n");
  slant_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers),
                                     cmocka_unit_test(test_locale),
                                     cmocka_unit_test(test_rounding_keeps_the_label),
                                     cmocka_unit_test(test_json),
                                     cmocka_unit_test(test_json_without_judgements),
                                     cmocka_unit_test(test_json_error),
                                     cmocka_unit_test(test_csv)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
