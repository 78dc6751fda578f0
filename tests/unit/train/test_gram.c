/* train/gram.c and train/vectors.c: the Gram matrix against plain inner products, and its progress. */
#include "synthetic.h"
#include "train/gram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static double plain_product(const slant_vectors *v, uint32_t a, uint32_t b) {
  double *w = calloc((size_t)v->n_sparse + v->n_dense + 1, sizeof *w);
  slant_vectors_add(v, a, 1, w);
  double sum = slant_vectors_dot(v, b, w);
  free(w);
  return sum;
}

static void check_against_products(uint32_t n, uint32_t n_sparse, uint32_t n_dense) {
  synthetic s = synthetic_make(n, n_sparse, n_dense, 3, 7);
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  struct svm_node *nodes[2];
  for (uint32_t i = 0; i < n; i++) s.rows[i] = (i * 3 + 1) % n; /* out of order, and with repeats where 3 divides n */
  for (unsigned t = 0; t < 2; t++)
    assert_int_equal(slant_gram(&nodes[t], &s.vectors, s.rows, n, t + 1, &progress, NULL), 0);
  for (uint32_t i = 0; i < n; i++) {
    const struct svm_node *row = nodes[0] + (size_t)i * (n + 1), *other = nodes[1] + (size_t)i * (n + 1);
    assert_true(row[0].value == i + 1);
    for (uint32_t j = 0; j < n; j++) {
      assert_true(fabs(row[j + 1].value - plain_product(&s.vectors, s.rows[i], s.rows[j])) < 1e-12);
      assert_true(row[j + 1].value == other[j + 1].value);
    }
  }
  free(nodes[0]);
  free(nodes[1]);
  slant_progress_destroy(&progress);
  synthetic_free(&s);
}

static void matches_plain_products(void **state) {
  (void)state;
  check_against_products(100, 60, 5); /* three full tiles and a part */
  check_against_products(33, 60, 0);  /* no dense part */
  check_against_products(64, 0, 4);   /* no sparse part */
  check_against_products(1, 3, 1);
  check_against_products(9, 0, 0); /* all zero */
}

static int stop_at_once(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)total;
  (void)stage;
  ++*(int *)context;
  return done >= 1;
}

static void can_be_cancelled(void **state) {
  (void)state;
  int calls = 0;
  slant_observer observer = {.context = &calls, .progress = stop_at_once};
  synthetic s = synthetic_make(200, 20, 2, 2, 3);
  slant_progress progress;
  slant_progress_init(&progress, &observer);
  struct svm_node *nodes = NULL;
  slant_error error;
  assert_int_equal(slant_gram(&nodes, &s.vectors, s.rows, 200, 1, &progress, &error), SLANT_E_CANCELLED);
  assert_int_equal(error.code, SLANT_E_CANCELLED);
  assert_null(nodes);
  assert_int_equal(calls, 2); /* the beginning and the first tile: nothing is asked again after that */
  slant_progress_destroy(&progress);
  synthetic_free(&s);
}

static void sizes_do_not_overflow(void **state) {
  (void)state;
  assert_int_equal(slant_gram_size(0), 0);
  assert_int_equal(slant_gram_size(3), 3 * 4 * sizeof(struct svm_node));
  assert_true(slant_gram_size(UINT32_MAX) == SIZE_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(matches_plain_products),
      cmocka_unit_test(can_be_cancelled),
      cmocka_unit_test(sizes_do_not_overflow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
