/* label_batch.c, deferred.c, all_models.c: many texts at once are judged as one at a time, also by kernel models and
 * under all models of a bank, and laid out as arrays; opening by path. */
#include "unit/predict/tiny.h"

#include <string.h>

static const slant_mode modes[] = {SLANT_MODE_TARGET, SLANT_MODE_DOCUMENT};

static void expect_equal(const slant_judgement *a, const slant_judgement *b) {
  assert_true(slant_str_equal(a->actor, b->actor) && slant_str_equal(a->task, b->task));
  assert_true(slant_str_equal(a->model, b->model));
  assert_int_equal(a->label, b->label);
  assert_int_equal(a->n_labels, b->n_labels);
  assert_int_equal(a->n_mentions, b->n_mentions);
  assert_int_equal(a->abstained, b->abstained);
  assert_memory_equal(a->scores, b->scores, a->n_labels * sizeof(float));
  assert_memory_equal(a->probabilities, b->probabilities, a->n_labels * sizeof(float));
  for (uint32_t m = 0; m < a->n_mentions; m++) assert_int_equal(a->evidence[m].label, b->evidence[m].label);
}

/* Columns and rows say the same. */
static void expect_columns(const slant_judgements *all) {
  assert_int_equal(all->offsets[0], 0);
  assert_int_equal(all->offsets[all->n_texts], all->n);
  for (uint64_t j = 0; j < all->n; j++) {
    const slant_judgement *row = &all->judgements[j];
    assert_int_equal(all->labels[j], row->label);
    assert_int_equal(all->value_offsets[j + 1] - all->value_offsets[j], row->n_labels);
    assert_ptr_equal(all->scores + all->value_offsets[j], row->scores);
    assert_ptr_equal(all->probabilities + all->value_offsets[j], row->probabilities);
  }
}

static void test_as_one_by_one(void **state) {
  (void)state;
  for (int m = 0; m < 4; m++) {
    tiny t = tiny_open_with(modes[m % 2], m >= 2);
    char bytes[1200] = "";
    uint64_t offsets[9] = {0};
    for (int i = 0; i < 8; i++) {
      if (i != 5) strcat(bytes, tiny_texts[i % 4]); /* the text of number 5 is empty */
      offsets[i + 1] = strlen(bytes);
    }
    for (uint64_t n = 0; n <= 8; n += 4) { /* nothing, some, all: the judge is used again */
      const slant_texts texts = {.n = n, .bytes = bytes, .offsets = offsets};
      slant_judgements all;
      slant_judge *single;
      assert_int_equal(slant_judge_new(&single, t.predictor, NULL), 0);
      assert_int_equal(slant_predictor_label_batch(t.judge, &texts, &all, NULL), 0);
      assert_int_equal(all.n_texts, n);
      expect_columns(&all);
      for (uint64_t i = 0; i < n; i++) {
        const slant_record record = {.text = {bytes + offsets[i], offsets[i + 1] - offsets[i]}};
        const slant_judgement *alone;
        uint32_t n_alone;
        assert_int_equal(slant_judge_record(single, &record, &alone, &n_alone, NULL), 0);
        assert_int_equal(all.offsets[i + 1] - all.offsets[i], n_alone);
        assert_null(all.errors[i]);
        for (uint32_t j = 0; j < n_alone; j++) expect_equal(&all.judgements[all.offsets[i] + j], &alone[j]);
      }
      slant_judge_free(single);
    }
    tiny_close(&t);
  }
}

/* Document mode: more texts than are scored at once, under all models and under one alone. */
static void test_all_models(void **state) {
  (void)state;
  enum { N = 70 };
  for (int kernels = 0; kernels < 2; kernels++) {
    tiny t = tiny_open_with(SLANT_MODE_DOCUMENT, kernels);
    char bytes[N * 80] = "";
    uint64_t offsets[N + 1] = {0};
    for (int i = 0; i < N; i++) {
      strcat(bytes, tiny_texts[i * 7 % 4]);
      offsets[i + 1] = strlen(bytes);
    }
    const slant_label asked[] = {{slant_str_of("PAK"), slant_str_of("sentiment"), {0}, -1, -1, 0},
                                 {slant_str_of("PAK"), slant_str_of("stance"), {0}, -1, -1, 0}};
    slant_judgements all;
    slant_judge *single;
    assert_int_equal(slant_judge_new(&single, t.predictor, NULL), 0);
    assert_int_equal(slant_predictor_label_batch(t.judge, &(slant_texts){N, bytes, offsets, NULL, NULL}, &all, NULL),
                     0);
    assert_int_equal(all.n, 2 * N); /* PAK's own model of sentiment, and "*" of stance */
    for (uint64_t i = 0; i < N; i++)
      for (int task = 0; task < 2; task++) {
        const slant_record record = {.text = {bytes + offsets[i], offsets[i + 1] - offsets[i]}};
        slant_judgement alone;
        assert_int_equal(slant_judge_label(single, &record, &asked[task], &alone, NULL), 0);
        assert_true(slant_str_is(all.judgements[2 * i + task].actor, task ? "*" : "PAK"));
        alone.actor = all.judgements[2 * i + task].actor;
        expect_equal(&all.judgements[2 * i + task], &alone);
      }
    slant_judge_free(single);
    tiny_close(&t);
  }
}

/* A span that is wrong costs its own text; invalid UTF-8 is counted. */
static void test_bad_texts(void **state) {
  (void)state;
  tiny t = tiny_open(SLANT_MODE_TARGET);
  static const char bytes[] = "Nepal agreed.Nepal agreed.\xff Nepal";
  const uint64_t offsets[] = {0, 13, 26, 33}, asked_offsets[] = {0, 1, 2, 2};
  const slant_label asked[] = {{slant_str_of("NPL"), slant_str_of("sentiment"), {0}, 0, 99, 0},
                               {slant_str_of("PAK"), slant_str_of("sentiment"), {0}, 0, 5, 0}};
  slant_texts texts = {3, bytes, offsets, asked, asked_offsets};
  slant_judgements all;
  slant_error error = {0};
  assert_int_equal(slant_predictor_label_batch(t.judge, &texts, &all, &error), 0);
  assert_non_null(all.errors[0]);
  assert_int_equal(all.errors[0]->code, SLANT_E_DATA);
  assert_int_equal(all.offsets[1], 0);
  assert_null(all.errors[1]);
  assert_true(slant_str_is(all.judgements[0].actor, "PAK")); /* the span's actor, not the dictionary's */
  assert_int_equal(all.repaired[1], 0);
  assert_int_equal(all.repaired[2], 1);
  assert_true(slant_str_is(all.judgements[all.offsets[2]].actor, "NPL"));
  const uint64_t backwards[] = {0, 13, 6, 33};
  texts.offsets = backwards;
  assert_int_equal(slant_predictor_label_batch(t.judge, &texts, &all, &error), SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "text 1"));
  tiny_close(&t);
}

/* Named actors count unless all are asked for. */
static void test_open(void **state) {
  (void)state;
  char path[] = "/tmp/slant-predict-XXXXXX";
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  close(descriptor);
  tiny_write(path, SLANT_MODE_DOCUMENT);
  static const char bytes[] = "Pakistan praised the talks.";
  const uint64_t offsets[] = {0, sizeof bytes - 1}, asked_offsets[] = {0, 1};
  const slant_label asked[] = {{slant_str_of("NPL"), slant_str_of("sentiment"), {0}, -1, -1, 0}};
  const slant_texts texts = {1, bytes, offsets, asked, asked_offsets};
  for (int all_actors = 0; all_actors < 2; all_actors++) {
    slant_predictor_options options = {.all_actors = all_actors};
    slant_predictor *predictor;
    slant_judge *judge;
    slant_judgements all;
    assert_int_equal(slant_predictor_open(&predictor, path, all_actors ? &options : NULL, NULL), 0);
    assert_int_equal(slant_bundle_n_banks(slant_predictor_bundle(predictor)), 2);
    assert_int_equal(slant_judge_new(&judge, predictor, NULL), 0);
    assert_int_equal(slant_predictor_label_batch(judge, &texts, &all, NULL), 0);
    assert_int_equal(all.n, 2); /* a judgement a task */
    assert_true(slant_str_is(all.judgements[0].actor, all_actors ? "PAK" : "NPL"));
    slant_judge_free(judge);
    slant_predictor_close(predictor);
  }
  slant_predictor *none;
  slant_error error;
  const slant_predictor_options missing = {.actors = "/nowhere/actors.tsv"};
  assert_int_equal(slant_predictor_open(&none, path, &missing, &error), SLANT_E_IO);
  assert_null(none);
  unlink(path);
  assert_int_equal(slant_predictor_open(&none, path, NULL, &error), SLANT_E_IO);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_one_by_one), cmocka_unit_test(test_all_models),
                                     cmocka_unit_test(test_bad_texts), cmocka_unit_test(test_open)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
