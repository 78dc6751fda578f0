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
  slant_block everything = {0, n_sparse + n_dense};
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  float *gram[2];
  for (uint32_t i = 0; i < n; i++) s.rows[i] = (i * 3 + 1) % n; /* out of order, and with repeats where 3 divides n */
  for (unsigned t = 0; t < 2; t++) {
    gram[t] = malloc(slant_gram_size(n));
    assert_int_equal(slant_gram(gram[t], &s.vectors, s.rows, n, &everything, NULL, 1, t + 1, &progress, NULL), 0);
  }
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++) {
      double expected = plain_product(&s.vectors, s.rows[i], s.rows[j]);
      assert_true(fabs((double)gram[0][i * n + j] - expected) <= 1e-7 * fabs(expected));
      assert_true(gram[0][i * n + j] == gram[0][j * n + i]);
    }
  assert_memory_equal(gram[0], gram[1], slant_gram_size(n));
  free(gram[0]);
  free(gram[1]);
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

/* Weighted blocks, one across the border of sparse and dense features, against scaled vectors in one block; and blocks
 * by themselves. */
static void blocks_are_weighed(void **state) {
  (void)state;
  enum { M = 70, SPARSE = 60, DENSE = 8 };
  static const slant_block blocks[] = {{0, 25}, {25, 63}, {63, SPARSE + DENSE}}, everything = {0, SPARSE + DENSE};
  static const double beta[] = {0.25, 4, 0};
  synthetic s = synthetic_make(M, SPARSE, DENSE, 3, 7), scaled = synthetic_make(M, SPARSE, DENSE, 3, 7);
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  for (size_t e = 0; e < scaled.vectors.start[M]; e++)
    scaled.vectors.value[e] *= scaled.vectors.index[e] < 25 ? 0.5f : 2;
  for (uint32_t k = 0; k < M * DENSE; k++) scaled.vectors.dense[k] *= k % DENSE < 3 ? 2 : 0;
  float weighed[M * M], expected[M * M], part[3][M * M];
  assert_int_equal(slant_gram(weighed, &s.vectors, s.rows, M, blocks, beta, 3, 1, &progress, NULL), 0);
  assert_int_equal(slant_gram(expected, &scaled.vectors, s.rows, M, &everything, NULL, 1, 1, &progress, NULL), 0);
  for (int b = 0; b < 3; b++)
    assert_int_equal(slant_gram(part[b], &s.vectors, s.rows, M, &blocks[b], NULL, 1, 1, &progress, NULL), 0);
  for (int k = 0; k < M * M; k++) {
    double sum = 0;
    for (int b = 0; b < 3; b++) sum += beta[b] * (double)part[b][k];
    assert_true(fabs((double)weighed[k] - (double)expected[k]) < 1e-5);
    assert_true(fabs((double)weighed[k] - sum) < 1e-5);
  }
  slant_progress_destroy(&progress);
  synthetic_free(&s);
  synthetic_free(&scaled);
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
  slant_block everything = {0, 22};
  float *gram = malloc(slant_gram_size(200));
  slant_error error;
  assert_int_equal(slant_gram(gram, &s.vectors, s.rows, 200, &everything, NULL, 1, 1, &progress, &error),
                   SLANT_E_CANCELLED);
  assert_int_equal(error.code, SLANT_E_CANCELLED);
  free(gram);
  assert_int_equal(calls, 2); /* the beginning and the first tile: nothing is asked again after that */
  slant_progress_destroy(&progress);
  synthetic_free(&s);
}

static void sizes_do_not_overflow(void **state) {
  (void)state;
  assert_int_equal(slant_gram_size(0), 0);
  assert_int_equal(slant_gram_size(3), 3 * 3 * sizeof(float));
  assert_true(slant_gram_size(UINT32_MAX) == SIZE_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(matches_plain_products),
      cmocka_unit_test(blocks_are_weighed),
      cmocka_unit_test(can_be_cancelled),
      cmocka_unit_test(sizes_do_not_overflow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
