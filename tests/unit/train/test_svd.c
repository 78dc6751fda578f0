/* train/svd.c: a matrix whose decomposition is known. */
#include "train/svd.h"

#include "common/memory.h"
#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 300, TRUE_RANK = 12, RANK = 6 };

/* A = Σ s_r u_r v_rᵀ: u_r, v_r from two bases of cosines, orthonormal by the discrete cosine transform. */
static double basis(uint32_t r, uint32_t i, uint32_t shift) {
  return sqrt(2.0 / N) * cos(M_PI / N * (i + 0.5) * (r + 1 + shift));
}

static double singular_value(uint32_t r) {
  return 10.0 / (r + 1) / (r + 1);
}

static double cell(uint32_t i, uint32_t j) {
  double sum = 0;
  for (uint32_t r = 0; r < TRUE_RANK; r++) sum += singular_value(r) * basis(r, i, 0) * basis(r, j, 40);
  return sum;
}

static slant_sparse make_matrix(void) {
  slant_sparse m = {.n = N,
                    .start = slant_alloc(N + 1, sizeof(size_t)),
                    .index = slant_alloc((size_t)N * N, sizeof(uint32_t)),
                    .value = slant_alloc((size_t)N * N, sizeof(float)),
                    .transposed = slant_alloc((size_t)N * N, sizeof(float))};
  for (uint32_t i = 0; i <= N; i++) m.start[i] = (size_t)i * N;
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = 0; j < N; j++) {
      size_t e = (size_t)i * N + j;
      m.index[e] = j;
      m.value[e] = (float)cell(i, j);
      m.transposed[e] = (float)cell(j, i);
    }
  return m;
}

static void free_matrix(slant_sparse *m) {
  free(m->start);
  free(m->index);
  free(m->value);
  free(m->transposed);
}

static void left_vectors_and_values(void **state) {
  (void)state;
  slant_sparse m = make_matrix();
  static float left[N * RANK], again[N * RANK];
  float singular[RANK];
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  slant_svd_options options = {.rank = RANK, .oversampling = 10, .iterations = 2, .seed = 5, .threads = 1};
  assert_int_equal(slant_svd(left, singular, &m, &options, &progress, NULL), 0);
  for (uint32_t r = 0; r < RANK; r++) {
    double overlap = 0;
    for (uint32_t i = 0; i < N; i++) overlap += (double)left[i * RANK + r] * basis(r, i, 0);
    assert_true(fabs((double)singular[r] - singular_value(r)) < 1e-4);
    assert_true(fabs(fabs(overlap) - 1) < 1e-4); /* the left vector, up to its sign */
  }
  options.threads = 3;
  assert_int_equal(slant_svd(again, singular, &m, &options, &progress, NULL), 0);
  assert_memory_equal(left, again, sizeof left);
  slant_progress_destroy(&progress);
  free_matrix(&m);
}

/* Fewer directions than asked for: the others are noise of no size, not a failure. */
static void a_matrix_of_less_rank(void **state) {
  (void)state;
  slant_sparse m = make_matrix();
  enum { MORE = TRUE_RANK + 4 };
  static float left[N * MORE];
  float singular[MORE];
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  slant_svd_options options = {.rank = MORE, .oversampling = 4, .iterations = 2, .seed = 1, .threads = 2};
  assert_int_equal(slant_svd(left, singular, &m, &options, &progress, NULL), 0);
  for (uint32_t r = TRUE_RANK; r < MORE; r++) assert_true(singular[r] < 1e-3F);
  for (uint32_t i = 0; i < N * MORE; i++) assert_true(isfinite(left[i]));
  memset(m.value, 0, (size_t)N * N * sizeof *m.value);
  memset(m.transposed, 0, (size_t)N * N * sizeof *m.transposed);
  assert_int_equal(slant_svd(left, singular, &m, &options, &progress, NULL), 0);
  for (uint32_t r = 0; r < MORE; r++) assert_true(singular[r] == 0);
  slant_progress_destroy(&progress);
  free_matrix(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(left_vectors_and_values),
      cmocka_unit_test(a_matrix_of_less_rank),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
