/* foreign*.c on files that are malformed, cut short and damaged; what is well-formed is tried in
 * tests/unit/train/test_interchange.c against libsvm and LIBLINEAR. */
#include <slant/interchange.h>

#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SPARSE = 6, DENSE = 2 };

#define HEAD "svm_type c_svc\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv 2\nrho 0.25\nlabel 2 1\nnr_sv 1 1\nSV\n"
static const char libsvm[] = HEAD "0.5 1:0.25 3:1 8:-2\n-0.5 2:1\n";
static const char liblinear[] =
    "solver_type L2R_LR\nnr_class 3\nlabel 1 3 2\nnr_feature 2\nbias 1\nw\n1 2 3 \n4 5 6 \n7 8 9 \n";

static int read_text(const char *text, size_t len, slant_error *error) {
  slant_foreign *foreign;
  int status = slant_foreign_read(&foreign, (slant_str){text, len}, "m", 3, SPARSE, DENSE, error);
  if (!status) slant_foreign_free(foreign);
  return status;
}

static void test_what_is_wrong_and_where(void **state) {
  (void)state;
  const struct {
    const char *text;
    int line;
    const char *message;
  } faults[] = {
      {"", 0, "no model of libsvm"},
      {"hello\n", 1, "no model of libsvm"},
      {"svm_type epsilon_svr\n", 1, "'epsilon_svr' is not supported"},
      {"svm_type c_svc\nkernel_type sigmoid\n", 2, "'sigmoid' is not supported"},
      {"svm_type c_svc\nflavour 3\n", 2, "'flavour' is nothing"},
      {"svm_type c_svc\ngamma x\n", 2, "'x' is no number"},
      {"svm_type c_svc\ngamma nan\n", 2, "'nan' is no number"},
      {"svm_type c_svc\nrho 1\n", 2, "before 'nr_class'"},
      {"svm_type c_svc\nnr_class 65\n", 2, "nr_class"},
      {"svm_type c_svc\nnr_class 2\nlabel 1 1\n", 3, "stands twice"},
      {"svm_type c_svc\nnr_class 2\nlabel 1 4\n", 3, "'4' is none of the task's labels"},
      {"svm_type c_svc\nnr_class 2\nlabel 1 2 3\n", 3, "more follows"},
      {"svm_type c_svc\nkernel_type rbf\nSV\n", 3, "before 'SV' must stand"},
      {"svm_type c_svc\nkernel_type rbf\nnr_class 2\ntotal_sv 9\nrho 0\nlabel 1 2\nnr_sv 1 1\nSV\n", 8,
       "total_sv is 9"},
      {HEAD "0.5 1:1\n", 10, "ends behind 1 of 2"},
      {HEAD "0.5 1:1\n0.5 2:1 2:2\n", 11, "ascending"},
      {HEAD "0.5 9:1\n0.5 2:1\n", 10, "feature 9, but the bundle's vectors have 8"},
      {HEAD "0.5 0:1\n0.5 2:1\n", 10, "ascending"},
      {HEAD "0.5 1\n0.5 2:1\n", 10, "'1' does not begin"},
      {HEAD "0.5 1:1\n0.5 2:1\n1 3:1\n", 12, "more follows than 2"},
      {"solver_type L2R_L2LOSS_SVR\n", 1, "no classifier"},
      {"solver_type L2R_LR\nnr_class 2\nlabel 1 2\nnr_feature 9\n", 4, "nr_feature"},
      {"solver_type L2R_LR\nnr_class 2\nlabel 1 2\nnr_feature 1\nbias -1\nw\n", 6, "ends before the last"},
      {"solver_type L2R_LR\nnr_class 2\nlabel 1 2\nnr_feature 1\nbias -1\nw\n1 2\n", 7, "more weights than 1"},
      {"solver_type L2R_LR\nnr_class 2\nlabel 1 2\nnr_feature 1\nbias -1\nw\n1e999\n", 7, "no number"},
      {"solver_type L2R_LR\nnr_class 2\nw\n", 3, "before 'w' must stand"},
  };
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    slant_error error = {0};
    assert_int_equal(read_text(faults[i].text, strlen(faults[i].text), &error), SLANT_E_DATA);
    if (!strstr(error.message, faults[i].message) || (int)error.line != faults[i].line)
      fail_msg("%zu: line %d: %s", i, (int)error.line, error.message);
  }
}

static void test_cut_short_and_damaged(void **state) {
  (void)state;
  const struct {
    const char *text;
    size_t len;
  } files[] = {{libsvm, sizeof libsvm - 1}, {liblinear, sizeof liblinear - 1}};
  slant_random random = slant_random_from(9, 0);
  for (int f = 0; f < 2; f++) {
    assert_int_equal(read_text(files[f].text, files[f].len, NULL), 0);
    for (size_t len = 0; len < files[f].len; len++) {
      char *exact = malloc(len + 1); /* so that reading behind it shows */
      memcpy(exact, files[f].text, len);
      slant_error error = {0};
      if (read_text(exact, len, &error)) assert_true(error.message[0]);
      free(exact);
    }
    for (int round = 0; round < 3000; round++) {
      char *damaged = malloc(files[f].len);
      memcpy(damaged, files[f].text, files[f].len);
      for (int flips = 0; flips < 3; flips++)
        damaged[slant_random_below(&random, files[f].len)] = (char)slant_random_below(&random, 256);
      slant_error error = {0};
      if (read_text(damaged, files[f].len, &error)) assert_true(error.message[0]);
      free(damaged);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_wrong_and_where),
                                     cmocka_unit_test(test_cut_short_and_damaged)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
