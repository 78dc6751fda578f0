/* train/dcd.c: against LIBLINEAR, and against the optimality conditions; paths, weights, block weights. */
#include "binary.h"

enum { N = 300, SPARSE = 100, DENSE = 6, ALL = SPARSE + DENSE, COSTS = 4 };
static const double costs[COSTS] = {0.01, 0.1, 1, 10};
static const slant_block blocks[] = {{0, 40}, {40, ALL}};
static const double beta[] = {0.25, 2};

static void open_fixture(binary *b, slant_problem_options options, const double *block) {
  options.tolerance = 1e-6;
  if (block) {
    options.blocks = blocks;
    options.n_blocks = 2;
  }
  binary_open(b, N, SPARSE, DENSE, options, &(slant_setting){.block = block});
}

/* Both losses that LIBLINEAR's Newton method has, with and without block weights. */
static void agrees_with_liblinear(void **state) {
  (void)state;
  for (int round = 0; round < 4; round++) {
    slant_problem_options options = {.solver = SLANT_SOLVER_DCD,
                                     .loss = round % 2 ? SLANT_LOSS_LOGISTIC : SLANT_LOSS_SQUARED_HINGE};
    binary ours = {0}, theirs = {0};
    slant_machine a[COSTS], b[COSTS];
    open_fixture(&ours, options, round / 2 ? beta : NULL);
    options.solver = SLANT_SOLVER_LIBLINEAR;
    open_fixture(&theirs, options, round / 2 ? beta : NULL);
    assert_int_equal(ours.problem.solver, SLANT_SOLVER_DCD);
    assert_int_equal(slant_fit_path(a, &ours.space, &ours.subset, costs, COSTS, NULL), 0);
    assert_int_equal(slant_fit_path(b, &theirs.space, &theirs.subset, costs, COSTS, NULL), 0);
    for (uint32_t c = 0; c < COSTS; c++) {
      for (uint32_t i = 0; i < N; i++)
        assert_true(fabs(slant_machine_value(&a[c], &ours.space, i) - slant_machine_value(&b[c], &theirs.space, i)) <
                    1e-3);
      slant_machine_free(&a[c]);
      slant_machine_free(&b[c]);
    }
    binary_close(&ours);
    binary_close(&theirs);
  }
}

/* The objective at w, b. */
static double objective(const binary *f, const double *w, double bias, double cost) {
  double sum = bias * bias / 2;
  for (int k = 0; k < ALL; k++) sum += w[k] * w[k] / 2;
  for (uint32_t p = 0; p < f->subset.n; p++) {
    double margin = f->sign[p] * (slant_vectors_dot(&f->data.vectors, f->members[p], w) + bias);
    sum += cost * f->weight[p] * fmax(0, 1 - margin);
  }
  return sum;
}

/* Hinge loss has no other solver here: no step along any weight finds less, for weights that differ by example. */
static void hinge_is_at_its_minimum(void **state) {
  (void)state;
  binary f = {0};
  slant_machine machines[COSTS];
  open_fixture(&f, (slant_problem_options){.solver = SLANT_SOLVER_DCD}, NULL);
  for (uint32_t p = 0; p < f.subset.n; p++) f.weight[p] = 0.25 + (double)(p * 7 % 16) / 8;
  assert_int_equal(slant_fit_path(machines, &f.space, &f.subset, costs, COSTS, NULL), 0);
  for (uint32_t c = 0; c < COSTS; c++) {
    double least = objective(&f, machines[c].w, machines[c].bias, costs[c]);
    for (int k = 0; k < ALL; k++)
      for (int way = -1; way <= 1; way += 2) {
        machines[c].w[k] += way * 1e-3;
        assert_true(objective(&f, machines[c].w, machines[c].bias, costs[c]) > least - 1e-5 * least);
        machines[c].w[k] -= way * 1e-3;
      }
    for (int way = -1; way <= 1; way += 2)
      assert_true(objective(&f, machines[c].w, machines[c].bias + way * 1e-3, costs[c]) > least - 1e-5 * least);
    slant_machine_free(&machines[c]);
  }
  binary_close(&f);
}

static void a_weight_is_a_repetition(void **state) {
  (void)state;
  for (slant_loss loss = SLANT_LOSS_HINGE; loss <= SLANT_LOSS_LOGISTIC; loss++) {
    binary f = {0};
    open_fixture(&f, (slant_problem_options){.solver = SLANT_SOLVER_DCD, .loss = loss}, NULL);
    binary_repeats(&f, costs[2]);
    binary_close(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_liblinear),
      cmocka_unit_test(hinge_is_at_its_minimum),
      cmocka_unit_test(a_weight_is_a_repetition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
