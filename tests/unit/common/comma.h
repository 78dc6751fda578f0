/* A locale with a decimal comma, made for one test: what a program around the library may have set. Needs localedef and
 * its sources (Debian: libc-bin, locales). */
#ifndef SLANT_TEST_COMMA_H
#define SLANT_TEST_COMMA_H

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char comma_directory[] = "/tmp/slant-locale-XXXXXX";

static inline void comma_begin(void) {
  char command[200];
  assert_non_null(mkdtemp(comma_directory));
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/comma", comma_directory);
  assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
  setenv("LOCPATH", comma_directory, 1);
  assert_non_null(setlocale(LC_NUMERIC, "comma"));
  assert_string_equal(localeconv()->decimal_point, ",");
}

/* The library has put everything back as it was. */
static inline void comma_check_untouched(void) {
  char text[8];
  snprintf(text, sizeof text, "%.1f", 0.5);
  assert_string_equal(text, "0,5");
}

static inline void comma_end(void) {
  char command[200];
  setlocale(LC_NUMERIC, "C");
  unsetenv("LOCPATH");
  snprintf(command, sizeof command, "rm -rf %s", comma_directory);
  assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

#endif
