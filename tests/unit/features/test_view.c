/* view.c and words.c: what a target's sentence looks like to the stages. */
#include "features/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct fixture {
  slant_resources resources;
  slant_document *document;
  slant_view view;
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  *state = f;
  slant_view_init(&f->view, SLANT_MODE_TARGET);
  return slant_resources_load(&f->resources, NULL, NULL) || slant_document_new(&f->document, NULL);
}

static int teardown(void **state) {
  fixture *f = *state;
  slant_resources_free(&f->resources);
  slant_view_free(&f->view);
  slant_document_free(f->document);
  free(f);
  return 0;
}

/* Builds the view of the first occurrence of `mention`. */
static slant_view *look(fixture *f, const char *text, const char *mention) {
  const char *at = strstr(text, mention);
  uint32_t first, last;
  assert_non_null(at);
  assert_int_equal(slant_document_read(f->document, slant_str_of(text), NULL), 0);
  int64_t from = at - text;
  assert_true(slant_document_span(f->document, from, from + (int64_t)strlen(mention), &first, &last) > 0);
  slant_example example = {f->document, first, last};
  assert_int_equal(slant_view_build(&f->view, &f->resources, example, true, NULL), 0);
  return &f->view;
}

static void expect_units(fixture *f, const char *text, const char *mention, const char *expected) {
  slant_view *view = look(f, text, mention);
  char out[1024] = "";
  size_t used = 0;
  for (size_t i = 0; i < view->n_units; i++) {
    slant_str unit = slant_view_unit_text(view, &view->units[i]);
    used += (size_t)snprintf(out + used, sizeof out - used, "%s%.*s", i ? " " : "", (int)unit.len, unit.ptr);
  }
  assert_string_equal(out, expected);
}

static void test_masking(void **state) {
  fixture *f = *state;
  expect_units(f, "Talks ended. Envoys of Pakistan praised India for 3 days.", "India",
               "<s> envoys of ENTITY praised TARGET for NUMBER days . </s>");
  expect_units(f, "On Monday Senator Anna Roe met Roe Valley farmers; she smiled.", "Anna Roe",
               "<s> on TARGET met COREF ENTITY farmers ; PRONOUN smiled . </s>");
  expect_units(f, "Later he said his party lost.", "he", "<s> later TARGET said PRONOUN party lost . </s>");
}

static slant_place *place_of(slant_view *view, const char *form) {
  for (size_t i = 0; i < view->n_places; i++) {
    const slant_token *token = slant_view_token(view, &view->places[i]);
    slant_str text = {view->document->forms.ptr + token->form, token->form_len};
    if (slant_str_is(text, form)) return &view->places[i];
  }
  fail_msg("no place %s", form);
  return NULL;
}

static void test_negation_reaches_three_words(void **state) {
  slant_view *view = look(*state, "Delhi did not really welcome that fine offer", "Delhi");
  assert_int_equal(place_of(view, "welcome")->negated, 1);
  assert_int_equal(place_of(view, "fine")->negated, 0);
  view = look(*state, "Delhi did not never agree", "Delhi");
  assert_int_equal(place_of(view, "agree")->negated, 0);
}

static void test_clause_and_distance(void **state) {
  slant_view *view = look(*state, "Critics fumed, but the ministry kept calm while markets fell", "ministry");
  assert_ptr_equal(&view->places[view->clause_from], place_of(view, "the"));
  assert_ptr_equal(&view->places[view->clause_to], place_of(view, "while"));
  assert_int_equal(place_of(view, "critics")->to_target, -5);
  assert_int_equal(place_of(view, "fell")->to_coref, 5);
}

static void test_voices(void **state) {
  slant_view *view = look(*state, "The premier said the offer was bad", "premier");
  assert_true(view->target_speaks);
  assert_int_equal(place_of(view, "bad")->voice, SLANT_VOICE_TARGET);
  view = look(*state, "\"The offer of Delhi is bad\", officials said", "Delhi");
  assert_false(view->target_speaks);
  assert_true(view->others_speak && view->has_quotes);
  assert_int_equal(place_of(view, "bad")->voice, SLANT_VOICE_OTHERS);
  assert_int_equal(place_of(view, "officials")->voice, SLANT_VOICE_AUTHOR);
}

static void test_stems_lend_scores(void **state) {
  fixture *f = *state;
  slant_view *view = look(f, "Delhi sabotaging it", "Delhi");
  const slant_word *word = place_of(view, "sabotaging")->word;
  assert_non_null(word);
  assert_true(word->score[0] < 0 || word->score[1] < 0 || word->score[2] < 0);
}

static void test_outside(void **state) {
  fixture *f = *state;
  assert_int_equal(slant_document_read(f->document, slant_str_of("one two"), NULL), 0);
  const slant_example bad[] = {{f->document, 0, 0}, {f->document, 1, 3}, {f->document, 2, 1}};
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(slant_view_build(&f->view, &f->resources, bad[i], true, NULL), SLANT_E_ARGUMENT);
}

/* A sentence of a hundred thousand words costs no more than its neighbourhood. */
static void test_reach(void **state) {
  fixture *f = *state;
  size_t n = 100000;
  char *text = malloc(n * 2 + 16);
  for (size_t i = 0; i < n; i++) memcpy(text + i * 2, "a ", 2);
  memcpy(text + n, "Q ", 2);
  assert_int_equal(slant_document_read(f->document, (slant_str){text, n * 2}, NULL), 0);
  slant_example example = {f->document, (uint32_t)n / 2, (uint32_t)n / 2 + 1};
  assert_int_equal(slant_view_build(&f->view, &f->resources, example, true, NULL), 0);
  assert_int_equal(f->view.n_places, 2 * SLANT_VIEW_REACH + 1);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_masking),
                                     cmocka_unit_test(test_negation_reaches_three_words),
                                     cmocka_unit_test(test_clause_and_distance),
                                     cmocka_unit_test(test_voices),
                                     cmocka_unit_test(test_stems_lend_scores),
                                     cmocka_unit_test(test_outside),
                                     cmocka_unit_test(test_reach)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
