/* normalise.c, tokens.c, sentences.c and document.c through the public document. */
#include <slant/document.h>

#include "common/random.h"
#include "features/normalise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads a text and prints its tokens as "form[from-to]", sentences separated by " | ". */
static const char *tokens_of(slant_document *document, const char *text, size_t len, char *out, size_t size) {
  size_t used = 0;
  out[0] = '\0';
  assert_int_equal(slant_document_read(document, (slant_str){text, len}, NULL), 0);
  for (uint32_t s = 0; s < document->n_sentences; s++) {
    if (s) used += (size_t)snprintf(out + used, size - used, " | ");
    for (uint32_t t = document->sentences[s].first; t < document->sentences[s].last; t++) {
      const slant_token *token = &document->tokens[t];
      used +=
          (size_t)snprintf(out + used, size - used, "%s%.*s[%u-%u]", t > document->sentences[s].first ? " " : "",
                           (int)token->form_len, document->forms.ptr + token->form, token->point_from, token->point_to);
    }
  }
  return out;
}

static void check(slant_document *document, const char *text, const char *expected) {
  char out[2048];
  assert_string_equal(tokens_of(document, text, strlen(text), out, sizeof out), expected);
}

static int setup(void **state) {
  return slant_document_new((slant_document **)state, NULL);
}

static int teardown(void **state) {
  slant_document_free(*state);
  return 0;
}

static void test_words_and_signs(void **state) {
  check(*state, "", "");
  check(*state, " \t\n ", "");
  check(*state, "Talks resume.", "talks[0-5] resume[6-12] .[12-13]");
  check(*state, "It didn't work; they'll try",
        "it[0-2] didn't[3-9] work[10-14] ;[14-15] they[16-20] 'll[20-23] try[24-27]");
  check(*state, "1,000.5 7:30 50% 30th", "1,000.5[0-7] 7:30[8-12] 50%[13-16] 30th[17-21]");
  check(*state, "well-known US-led e.g. U.S. aid",
        "well-known[0-10] us[11-13] -[13-14] led[14-17] e.g.[18-22] u.s.[23-27] aid[28-31]");
  check(*state, "O'Brien's sons' plan", "o'brien[0-7] 's[7-9] sons[10-14] '[14-15] plan[16-20]");
  check(*state, "soooo good!!!! Really?!", "soo[0-5] good[6-10] !![10-14] | really[15-21] ?![21-23]");
}

static void test_web_text(void **state) {
  check(*state, "see http://a.example/b?c=1. #Peace_Now @some_desk :-) <3 8) x",
        "see[0-3] <url>[4-26] .[26-27] | #peace_now[28-38] peace[38-38] now[38-38] "
        "@some_desk[39-49] some[49-49] desk[49-49] :-)[50-53] <3[54-56] 8)[57-59] x[60-61]");
  check(*state, "#", "#[0-1]");
  check(*state, "a:b 10:30", "a[0-1] :[1-2] b[2-3] 10:30[4-9]");
}

/* Character references count as many code points of the original as they are long. */
static void test_character_references(void **state) {
  check(*state, "Q&amp;A &lt;3 talks&hellip; ok", "q[0-1] &[1-6] a[6-7] <3[8-13] talks[14-19] ...[19-27] ok[28-30]");
  check(*state, "&ldquo;No&rdquo; &#8212; it&#x2019;s &amp;lt;3",
        "\"[0-7] no[7-9] \"[9-16] --[17-24] it[25-27] 's[27-36] <3[37-46]");
  check(*state, "caf&eacute; & co; &bogus; &#xd800; &",
        "caf\xc3\xa9[0-11] &[12-13] co[14-16] ;[16-17] &[18-19] bogus[19-24] "
        ";[24-25] &[26-27] #xd800[27-33] xd[33-33] 800[33-33] ;[33-34] &[35-36]");
}

static void test_text_tokenised_before(void **state) {
  check(*state, "Islamabad \xe2\x80\x99 s reply", "islamabad[0-9] 's[10-13] reply[14-19]");
  const slant_document *document = *state;
  assert_true(document->tokens[1].flags & SLANT_TOKEN_POSSESSIVE);
}

/* Offsets count code points of the original: quotes, dashes, ellipses and marks change the bytes, not the count. */
static void test_offsets_in_the_original(void **state) {
  check(*state, "\xe2\x80\x9cNo\xe2\x80\x9d \xe2\x80\x94 wait\xe2\x80\xa6 ok",
        "\"[0-1] no[1-3] \"[3-4] --[5-6] wait[7-11] ...[11-12] ok[13-15]");
  check(*state, "e\xcc\x81t\xc3\xa9 x", "\xc3\xa9t\xc3\xa9[0-4] x[5-6]"); /* e + combining acute is two code points */
  check(*state, "\xef\xbb\xbfok", "ok[1-3]");                             /* a byte order mark is dropped */
  check(*state,
        "so\xc2\xad"
        "ft",
        "soft[0-5]");                                             /* a soft hyphen inside a word */
  check(*state, "\xe0\xa7\x87\xe0\xa6\xbe", "\xe0\xa7\x8b[0-2]"); /* Bengali vowel signs compose */
  check(*state, "\xe2\x84\xab x", "\xc3\xa5[0-1] x[2-3]");        /* Ångström sign → Å, lower case å */
}

static void test_invalid_bytes(void **state) {
  slant_document *document = *state;
  char out[256];
  const char *text = "a \xff\xfe b \xe2\x82 c \xed\xa0\x80";
  tokens_of(document, text, strlen(text), out, sizeof out);
  assert_int_equal(document->n_invalid, 6); /* ff, fe, e2 82 (one maximal part), ed, a0, 80 */
  assert_non_null(strstr(out, "b[5-6]"));
  assert_non_null(strstr(out, "c[9-10]"));
  const char zero[] = "a\0b";
  assert_int_equal(slant_document_read(document, (slant_str){zero, 3}, NULL), 0);
  assert_int_equal(document->n_points, 3);
}

static void test_sentences(void **state) {
  slant_document *document = *state;
  const struct {
    const char *text;
    uint32_t sentences;
  } cases[] = {{"One. Two.", 2},
               {"Mr. Khan met Gen. Roy. They spoke.", 2},
               {"He said \xe2\x80\x9cno.\xe2\x80\x9d Then he left.", 2},
               {"Costs rose 3.5 per cent. 40 firms closed.", 2},
               {"The U.S. Senate met.", 1},
               {"J. Smith spoke. I did not. So I left.", 3},
               {"A headline\n\nThe text starts", 2},
               {"wrapped\nline goes on", 1},
               {"Ends.\nnext", 2},
               {"Wait... what?! No!", 2},
               {"Is it so? (Yes.) Fine.", 3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(slant_document_read(document, slant_str_of(cases[i].text), NULL), 0);
    if (document->n_sentences != cases[i].sentences) fail_msg("%s: %u", cases[i].text, document->n_sentences);
  }
}

static void test_flags(void **state) {
  slant_document *document = *state;
  assert_int_equal(slant_document_read(document, slant_str_of("NATO left. \"Some stayed,\" McCoy said"), NULL), 0);
  assert_int_equal(document->tokens[0].flags, SLANT_TOKEN_CAPITAL | SLANT_TOKEN_ALL_CAPS | SLANT_TOKEN_STARTS);
  assert_int_equal(document->tokens[1].flags, 0);
  assert_int_equal(document->tokens[2].flags, SLANT_TOKEN_JOINED);
  assert_int_equal(document->tokens[4].flags, SLANT_TOKEN_JOINED | SLANT_TOKEN_CAPITAL | SLANT_TOKEN_STARTS);
  assert_int_equal(document->tokens[8].flags, SLANT_TOKEN_CAPITAL | SLANT_TOKEN_STARTS);
}

static void test_span(void **state) {
  slant_document *document = *state;
  uint32_t first, last;
  assert_int_equal(slant_document_read(document, slant_str_of("The Indian premier spoke"), NULL), 0);
  assert_int_equal(slant_document_span(document, 4, 18, &first, &last), 2);
  assert_int_equal(first, 1);
  assert_int_equal(last, 3);
  assert_int_equal(slant_document_span(document, 5, 6, &first, &last), 1); /* inside a token */
  assert_int_equal(slant_document_span(document, 3, 4, &first, &last), 0); /* the space */
  assert_int_equal(slant_document_span(document, 90, 99, &first, &last), 0);
}

/* Any bytes at all: tokens stay in order and inside the text, and reading twice gives the same. */
static void test_random_bytes(void **state) {
  slant_document *document = *state;
  slant_random random = slant_random_from(7, 0);
  static const char *const pieces[] = {"a",       "B",           " ",
                                       "'",       "-",           ".",
                                       "s",       "\xcc\x81",    "\xe2\x80\x99",
                                       "\xff",    "#",           "@",
                                       "3",       "\n",          "\xf0\x9f\x98\x80",
                                       "http://", "\xc3\xa9",    ":",
                                       ")",       "\xe1\x85\xa1"};
  for (int round = 0; round < 3000; round++) {
    char text[256];
    size_t len = 0;
    while (len < 200 && slant_random_below(&random, 60)) {
      const char *piece = pieces[slant_random_below(&random, sizeof pieces / sizeof *pieces)];
      memcpy(text + len, piece, strlen(piece));
      len += strlen(piece);
    }
    assert_int_equal(slant_document_read(document, (slant_str){text, len}, NULL), 0);
    uint32_t at = 0, point = 0;
    for (uint32_t t = 0; t < document->n_tokens; t++) {
      const slant_token *token = &document->tokens[t];
      assert_true(token->to > token->from && token->to <= document->text.len);
      if (token->flags & SLANT_TOKEN_SEGMENT) { /* words of the tag before it, inside it */
        assert_true(token->to <= at && token->point_from == token->point_to);
        continue;
      }
      assert_true(token->from >= at);
      assert_true(token->point_from >= point && token->point_to >= token->point_from);
      assert_true(token->point_to <= document->n_points);
      assert_true(token->sentence < document->n_sentences);
      at = token->to;
      point = token->point_from;
    }
  }
}

/* Clean text comes out as it went in, so that what is clean is clean. */
static void test_normalising_twice_changes_nothing(void **state) {
  (void)state;
  slant_clean once = {0}, twice = {0};
  const char *text = "\xe2\x80\x98"
                     "caf"
                     "e\xcc\x81\xe2\x80\x99 \xe2\x80\x94 \xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab \xe0\xae\x95\xe0\xaf\x8a";
  assert_true(slant_normalise(&once, slant_str_of(text)));
  assert_true(slant_normalise(&twice, (slant_str){once.text.data, once.text.len}));
  assert_int_equal(once.text.len, twice.text.len);
  assert_memory_equal(once.text.data, twice.text.data, once.text.len);
  slant_clean_free(&once);
  slant_clean_free(&twice);
}

static void test_limit(void **state) {
  slant_error error;
  slant_str huge = {"", (size_t)2 << 30};
  assert_int_equal(slant_document_read(*state, huge, &error), SLANT_E_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_words_and_signs, setup, teardown),
      cmocka_unit_test_setup_teardown(test_web_text, setup, teardown),
      cmocka_unit_test_setup_teardown(test_character_references, setup, teardown),
      cmocka_unit_test_setup_teardown(test_text_tokenised_before, setup, teardown),
      cmocka_unit_test_setup_teardown(test_offsets_in_the_original, setup, teardown),
      cmocka_unit_test_setup_teardown(test_invalid_bytes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_sentences, setup, teardown),
      cmocka_unit_test_setup_teardown(test_flags, setup, teardown),
      cmocka_unit_test_setup_teardown(test_span, setup, teardown),
      cmocka_unit_test_setup_teardown(test_random_bytes, setup, teardown),
      cmocka_unit_test(test_normalising_twice_changes_nothing),
      cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
