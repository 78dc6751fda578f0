/* train/smo.c: against libsvm and against the optimality conditions; paths, weights, what is degenerate. */
#include "binary.h"

enum { N = 400, SPARSE = 120, DENSE = 6, COSTS = 5 };
static const double costs[COSTS] = {0.01, 0.1, 1, 10, 300};

static void open_fixture(binary *b, slant_problem_options options, double gamma) {
  binary_open(b, N, SPARSE, DENSE, options, &(slant_setting){.gamma = gamma});
}

static void path(const binary *f, const double *at, uint32_t n, slant_machine *out) {
  for (uint32_t c = 0; c < n; c++) out[c] = (slant_machine){0};
  assert_int_equal(slant_fit_path(out, &f->space, &f->subset, at, n, NULL), 0);
}

/* Every kernel at every cost of the path, to a tolerance at which decision values can be compared. */
static void agrees_with_libsvm(void **state) {
  (void)state;
  static const slant_kernel kernels[] = {SLANT_KERNEL_LINEAR, SLANT_KERNEL_RBF, SLANT_KERNEL_POLYNOMIAL};
  for (int k = 0; k < 3; k++) {
    slant_problem_options options = {.kernel = kernels[k], .degree = 2, .coef0 = 1, .tolerance = 1e-5};
    binary ours = {0}, theirs = {0};
    slant_machine a[COSTS], b[COSTS];
    open_fixture(&ours, options, 0.5);
    assert_int_equal(ours.problem.solver, SLANT_SOLVER_SMO);
    options.solver = SLANT_SOLVER_LIBSVM;
    open_fixture(&theirs, options, 0.5);
    path(&ours, costs, COSTS, a);
    path(&theirs, costs, COSTS, b);
    for (uint32_t c = 0; c < COSTS; c++) {
      double worst = 0;
      for (uint32_t i = 0; i < N; i++)
        worst = fmax(worst,
                     fabs(slant_machine_value(&a[c], &ours.space, i) - slant_machine_value(&b[c], &theirs.space, i)));
      assert_true(worst < 1e-3);
      slant_machine_free(&a[c]);
      slant_machine_free(&b[c]);
    }
    binary_close(&ours);
    binary_close(&theirs);
  }
}

/* The conditions of the optimum, for weights that differ from example to example, of both losses: y f = 1 (1 - y v d of
 * squared hinge) for v within its bounds, at least that for 0, at most for its bound; and Σ v = 0. */
static void check_conditions(const binary *f, const slant_machine *machine, double cost, bool squared) {
  double v[N] = {0}, sum = 0, slack = 2e-3;
  for (uint32_t k = 0; k < machine->n_support; k++) v[machine->support[k]] = machine->coefficient[k];
  for (uint32_t p = 0; p < f->subset.n; p++) {
    double y = f->sign[p], alpha = y * v[f->members[p]], bound = cost * f->weight[p];
    double margin = y * slant_machine_value(machine, &f->space, f->members[p]);
    sum += v[f->members[p]];
    if (squared) margin += alpha / (2 * bound);
    assert_true(alpha >= 0 && (squared || alpha <= bound));
    if (alpha > 0) assert_true(margin < 1 + slack);
    if (squared || alpha < bound) assert_true(margin > 1 - slack);
  }
  assert_true(fabs(sum) < 1e-6 * cost * N);
}

static void optimal_for_weights_of_examples(void **state) {
  (void)state;
  for (int squared = 0; squared < 2; squared++) {
    slant_problem_options options = {.solver = SLANT_SOLVER_SMO,
                                     .kernel = SLANT_KERNEL_RBF,
                                     .loss = squared ? SLANT_LOSS_SQUARED_HINGE : SLANT_LOSS_HINGE};
    binary f = {0};
    slant_machine machines[COSTS];
    open_fixture(&f, options, 0.4);
    for (uint32_t p = 0; p < f.subset.n; p++) f.weight[p] = 0.25 + (double)(p * 7 % 16) / 8;
    path(&f, costs, COSTS, machines);
    for (uint32_t c = 0; c < COSTS; c++) {
      check_conditions(&f, &machines[c], costs[c], squared);
      slant_machine_free(&machines[c]);
    }
    binary_close(&f);
  }
}

static void a_weight_is_a_repetition(void **state) {
  (void)state;
  binary f = {0};
  open_fixture(&f, (slant_problem_options){.tolerance = 1e-5}, 1);
  binary_repeats(&f, costs[2]);
  binary_close(&f);
}

/* Where the path comes from makes no difference that can be seen. */
static void a_path_is_its_fits(void **state) {
  (void)state;
  binary f = {0};
  slant_machine along[COSTS], alone;
  open_fixture(&f, (slant_problem_options){.tolerance = 1e-5}, 1);
  path(&f, costs, COSTS, along);
  for (uint32_t c = 0; c < COSTS; c++) {
    path(&f, &costs[c], 1, &alone);
    for (uint32_t i = 0; i < N; i++)
      assert_true(fabs(slant_machine_value(&along[c], &f.space, i) - slant_machine_value(&alone, &f.space, i)) < 1e-3);
    slant_machine_free(&along[c]);
    slant_machine_free(&alone);
  }
  binary_close(&f);
}

static int stop_at_once(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)context;
  (void)stage;
  (void)done;
  (void)total;
  return 1;
}

static void can_be_cancelled(void **state) {
  (void)state;
  binary f = {0};
  slant_machine machines[COSTS];
  slant_error error;
  slant_observer observer = {.progress = stop_at_once};
  open_fixture(&f, (slant_problem_options){.kernel = SLANT_KERNEL_RBF}, 0.5);
  f.progress.observer = &observer;
  assert_int_equal(slant_fit_path(machines, &f.space, &f.subset, costs, COSTS, &error), SLANT_E_CANCELLED);
  for (uint32_t c = 0; c < COSTS; c++) assert_null(machines[c].support);
  binary_close(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_libsvm),       cmocka_unit_test(optimal_for_weights_of_examples),
      cmocka_unit_test(a_weight_is_a_repetition), cmocka_unit_test(a_path_is_its_fits),
      cmocka_unit_test(can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
