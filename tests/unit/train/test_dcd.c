/* train/dcd.c: against LIBLINEAR, and against the optimality conditions; paths, weights, block weights. */
#include "synthetic.h"
#include "train/solver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 300, SPARSE = 100, DENSE = 6, ALL = SPARSE + DENSE, LOTS = 1 << 30, COSTS = 4 };
static const double costs[COSTS] = {0.01, 0.1, 1, 10};
static const slant_block blocks[] = {{0, 40}, {40, ALL}};
static const double beta[] = {0.25, 2};

typedef struct fixture {
  synthetic data;
  slant_problem problem;
  slant_space space;
  slant_progress progress;
  uint32_t members[N];
  signed char sign[N];
  double weight[N];
  slant_subset subset;
} fixture;

static void open_fixture(fixture *f, slant_problem_options options, const double *block) {
  f->data = synthetic_make(N, SPARSE, DENSE, 3, 11);
  slant_progress_init(&f->progress, NULL);
  options.memory = LOTS;
  options.tolerance = 1e-6;
  if (block) {
    options.blocks = blocks;
    options.n_blocks = 2;
  }
  assert_int_equal(slant_problem_new(&f->problem, &options, &f->data.vectors, f->data.rows, N, &f->progress, NULL), 0);
  assert_int_equal(slant_space_new(&f->space, &f->problem, &(slant_setting){.block = block}, 1, NULL), 0);
  f->subset = (slant_subset){.members = f->members, .sign = f->sign, .weight = f->weight};
  for (uint32_t i = 0; i < N; i++) {
    if (i % 5 == 0) continue;
    f->members[f->subset.n] = i;
    f->sign[f->subset.n] = f->data.class[i] == 0 ? 1 : -1;
    f->weight[f->subset.n] = f->sign[f->subset.n] > 0 ? 1.6 : 0.7;
    f->subset.n++;
  }
}

static void close_fixture(fixture *f) {
  slant_space_free(&f->space);
  slant_problem_free(&f->problem);
  slant_progress_destroy(&f->progress);
  synthetic_free(&f->data);
}

/* Both losses that LIBLINEAR's Newton method has, with and without block weights. */
static void agrees_with_liblinear(void **state) {
  (void)state;
  for (int round = 0; round < 4; round++) {
    slant_problem_options options = {.solver = SLANT_SOLVER_DCD,
                                     .loss = round % 2 ? SLANT_LOSS_LOGISTIC : SLANT_LOSS_SQUARED_HINGE};
    fixture ours = {0}, theirs = {0};
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
    close_fixture(&ours);
    close_fixture(&theirs);
  }
}

/* The objective at w, b. */
static double objective(const fixture *f, const double *w, double bias, double cost) {
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
  fixture f = {0};
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
  close_fixture(&f);
}

/* Squared hinge and logistic loss of an example of weight 2 are those of that example twice. */
static void a_weight_is_a_repetition(void **state) {
  (void)state;
  for (slant_loss loss = SLANT_LOSS_HINGE; loss <= SLANT_LOSS_LOGISTIC; loss++) {
    fixture f = {0};
    slant_machine once, twice;
    open_fixture(&f, (slant_problem_options){.solver = SLANT_SOLVER_DCD, .loss = loss}, NULL);
    uint32_t n = f.subset.n / 2;
    for (uint32_t p = 0; p < n; p++) f.weight[p] = 2;
    f.subset.n = n;
    assert_int_equal(slant_fit_path(&once, &f.space, &f.subset, &costs[2], 1, NULL), 0);
    for (uint32_t p = 0; p < n; p++) {
      f.members[n + p] = f.members[p];
      f.sign[n + p] = f.sign[p];
      f.weight[p] = f.weight[n + p] = 1;
    }
    f.subset.n = 2 * n;
    assert_int_equal(slant_fit_path(&twice, &f.space, &f.subset, &costs[2], 1, NULL), 0);
    for (uint32_t i = 0; i < N; i++)
      assert_true(fabs(slant_machine_value(&once, &f.space, i) - slant_machine_value(&twice, &f.space, i)) < 1e-3);
    slant_machine_free(&once);
    slant_machine_free(&twice);
    close_fixture(&f);
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
