/* train/space.c: kernels against their formulas, however little memory there is to derive them with. */
#include "synthetic.h"
#include "train/gram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <svm.h>

#include <cmocka.h>

enum { N = 150, SPARSE = 60, DENSE = 8 }; /* two whole tiles and a part */
static const slant_block blocks[] = {{0, 25}, {25, 63}, {63, SPARSE + DENSE}};
static const double beta[] = {0.25, 2, 0.5};

/* Σ_b β_b a_b·b_b */
static double product(const slant_vectors *v, uint32_t a, uint32_t b, bool weighed) {
  double x[SPARSE + DENSE] = {0}, y[SPARSE + DENSE] = {0}, sum = 0;
  slant_vectors_add(v, a, 1, x);
  slant_vectors_add(v, b, 1, y);
  for (int k = 0; k < 3; k++)
    for (uint32_t f = blocks[k].first; f < blocks[k].end; f++) sum += (weighed ? beta[k] : 1) * x[f] * y[f];
  return sum;
}

static double formula(const slant_vectors *v, const slant_problem_options *options, const slant_setting *setting,
                      uint32_t a, uint32_t b) {
  bool weighed = setting->block != NULL;
  double xy = product(v, a, b, weighed);
  if (options->kernel == SLANT_KERNEL_POLYNOMIAL) return pow(setting->gamma * xy + options->coef0, options->degree);
  if (options->kernel != SLANT_KERNEL_RBF) return xy;
  return exp(-setting->gamma * (product(v, a, a, weighed) + product(v, b, b, weighed) - 2 * xy));
}

/* Two spaces of one problem, one after the other and the first once more: what is derived does not wear. */
static void check(slant_problem_options options, unsigned threads, uint32_t kept) {
  synthetic s = synthetic_make(N, SPARSE, DENSE, 3, 7);
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  slant_problem problem;
  options.threads = threads;
  assert_int_equal(slant_problem_new(&problem, &options, &s.vectors, s.rows, N, &progress, NULL), 0);
  assert_true(problem.has_matrix);
  assert_int_equal(problem.n_gram, kept);
  const slant_setting settings[] = {{1, 0.3, NULL}, {1, 1.2, options.n_blocks ? beta : NULL}, {1, 0.3, NULL}};
  for (int k = 0; k < 3; k++) {
    slant_space space;
    assert_int_equal(slant_space_new(&space, &problem, &settings[k], threads, NULL), 0);
    for (uint32_t a = 0; a < N; a++)
      for (uint32_t b = 0; b < N; b++) {
        double expected = formula(&s.vectors, &options, &settings[k], a, b);
        assert_true(fabs((double)space.values[a * N + b] - expected) < 3e-6 * (1 + fabs(expected)));
        assert_true(space.values[a * N + b] == space.values[b * N + a]);
        if (problem.solver == SLANT_SOLVER_LIBSVM)
          assert_true(space.nodes[a * (N + 1) + b + 1].value == (double)space.values[a * N + b]);
      }
    slant_space_free(&space);
  }
  slant_problem_free(&problem);
  slant_progress_destroy(&progress);
  synthetic_free(&s);
}

static void kernels_are_their_formulas(void **state) {
  (void)state;
  static const slant_kernel kernels[] = {SLANT_KERNEL_LINEAR, SLANT_KERNEL_RBF, SLANT_KERNEL_POLYNOMIAL};
  const uint64_t matrix = slant_gram_size(N);
  for (int k = 0; k < 3; k++) {
    slant_problem_options options = {.kernel = kernels[k], .degree = 3, .coef0 = 0.7, .memory = 10 * matrix};
    bool linear = kernels[k] == SLANT_KERNEL_LINEAR;
    check(options, 1, 1);
    check(options, 3, 1);
    options.memory = matrix;
    check(options, 2, linear ? 1 : 0); /* nothing to derive it from is kept */
    options.blocks = blocks;
    options.n_blocks = 3;
    check(options, 1, 0);
    options.memory = 10 * matrix;
    check(options, 2, 3);
    options.solver = SLANT_SOLVER_LIBSVM;
    check(options, 1, 3);
  }
}

/* Too little memory for one matrix: a linear machine on the vectors instead. */
static void too_large_is_linear(void **state) {
  (void)state;
  synthetic s = synthetic_make(N, SPARSE, DENSE, 3, 7);
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  static const slant_solver solvers[] = {SLANT_SOLVER_AUTO, SLANT_SOLVER_SMO, SLANT_SOLVER_LIBSVM};
  for (int k = 0; k < 3; k++) {
    slant_problem problem;
    slant_space space;
    slant_problem_options options = {
        .solver = solvers[k], .kernel = SLANT_KERNEL_RBF, .memory = slant_gram_size(N) - 1};
    assert_int_equal(slant_problem_new(&problem, &options, &s.vectors, s.rows, N, &progress, NULL), 0);
    assert_false(problem.has_matrix);
    assert_int_equal(problem.kernel, SLANT_KERNEL_LINEAR);
    assert_int_equal(slant_space_new(&space, &problem, &(slant_setting){1, 1, NULL}, 1, NULL), 0);
    assert_null(space.values);
    slant_space_free(&space);
    slant_problem_free(&problem);
  }
  slant_progress_destroy(&progress);
  synthetic_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kernels_are_their_formulas),
      cmocka_unit_test(too_large_is_linear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
