/* entities.c: which references are taken, and how far they reach. */
#include "features/entities.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of a copy that ends where the text does: a look beyond it is seen by the sanitizers. */
static int32_t decode(const char *text, uint32_t *len) {
  size_t n = strlen(text);
  unsigned char *copy = malloc(n);
  assert_non_null(copy);
  memcpy(copy, text, n);
  int32_t point = slant_entity_decode(copy, copy + n, len);
  free(copy);
  return point;
}

static void test_taken(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int32_t point;
    uint32_t len;
  } cases[] = {
      {"&amp; so", '&', 5},        {"&frac12;", 0xbd, 8},     {"&Eacute;t", 0xc9, 8},
      {"&eacute;t", 0xe9, 8},      {"&#65;", 'A', 5},         {"&#0000065;", 'A', 10},
      {"&#x2019;s", 0x2019, 8},    {"&#X1f600;", 0x1f600, 9}, {"&#x10FFFF;", 0x10ffff, 10},
      {"&#160;", 0xa0, 6},         {"&#32;", ' ', 5},         {"&amp;lt;3", '<', 8}, /* escaped twice: one reference */
      {"&amp;#8217;", 0x2019, 11},                                                   /* by number too */
      {"&amp;amp;lt;", '&', 9},                                                      /* three times: the rest is text */
      {"&amp;nothing;", '&', 5},   {"&amp;", '&', 5}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t len = 0;
    int32_t point = decode(cases[i].text, &len);
    if (point != cases[i].point || len != cases[i].len) fail_msg("%s: %x, %u bytes", cases[i].text, point, len);
  }
}

static void test_left_as_they_are(void **state) {
  (void)state;
  static const char *const cases[] = {"&",           "&;",           "&#;",
                                      "&#x;",        "&amp",         "&#65",
                                      "& amp;",      "&AMP;",        "&bogus;",
                                      "&am;",        "&ampx;",       "&#12a;",
                                      "&#xg;",       "&#-65;",       "&#x;",
                                      "&#xd800;",    "&#xDFFF;",     "&#0;",
                                      "&#31;",       "&#127;",       "&#x9f;",
                                      "&#xffffff;",  "&#x110000;",   "&#9999999;",
                                      "&#00000065;", "&#x00000041;", "&averyveryverylongname;"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t len = 0;
    if (decode(cases[i], &len) >= 0) fail_msg("%s was taken", cases[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_taken), cmocka_unit_test(test_left_as_they_are)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
