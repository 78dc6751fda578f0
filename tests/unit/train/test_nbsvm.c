/* train/nbsvm.c: against the formula written out once more; what it must not see; averages. */
#include "synthetic.h"
#include "train/nbsvm.h"

#include <linear.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 240, SPARSE = 80, DENSE = 6, ALL = SPARSE + DENSE, FIRST = 20, END = 70, LOTS = 1 << 30 };
static const double even[2] = {1, 1};

typedef struct fixture {
  synthetic data;
  slant_problem problem;
  slant_space space;
  slant_progress progress;
  uint32_t members[N], n_members;
  signed char sign[N];
} fixture;

/* Class 0 of three against the rest, on every example but each fifth; the features FIRST … END - 1 are counted. */
static void open_with(fixture *f, slant_problem_options options) {
  slant_progress_init(&f->progress, NULL);
  options.counted_first = FIRST;
  options.counted_end = END;
  options.memory = LOTS;
  options.tolerance = 1e-6;
  assert_int_equal(slant_problem_new(&f->problem, &options, &f->data.vectors, f->data.rows, N, &f->progress, NULL), 0);
  assert_int_equal(slant_space_new(&f->space, &f->problem, &(slant_setting){.cost = 1}, 1, NULL), 0);
  f->n_members = 0;
  for (uint32_t i = 0; i < N; i++) {
    if (i % 5 == 0) continue;
    f->sign[f->n_members] = f->data.class[i] == 0 ? 1 : -1;
    f->members[f->n_members++] = i;
  }
}

static void open_fixture(fixture *f, slant_problem_options options) {
  f->data = synthetic_make(N, SPARSE, DENSE, 3, 11);
  open_with(f, options);
}

/* The same with values twice as great below feature 40, and half as great from there on. */
static void open_scaled(fixture *f, slant_problem_options options) {
  f->data = synthetic_make(N, SPARSE, DENSE, 3, 11);
  slant_vectors *v = &f->data.vectors;
  for (size_t e = 0; e < v->start[N]; e++) v->value[e] *= v->index[e] < 40 ? 2 : 0.5f;
  for (size_t k = 0; k < (size_t)N * DENSE; k++) v->dense[k] *= 0.5f;
  open_with(f, options);
}

/* One fit at one cost; weight[0] is of sign -1. */
static int fit_set(slant_machine *out, const slant_space *space, const uint32_t *members, const signed char *sign,
                   uint32_t n, double cost, const double *weight, slant_error *error) {
  double weights[N];
  for (uint32_t i = 0; i < n; i++) weights[i] = weight[sign[i] > 0];
  slant_subset subset = {.members = members, .sign = sign, .weight = weights, .n = n};
  return slant_fit_path(out, space, &subset, &cost, 1, error);
}

static void close_fixture(fixture *f) {
  slant_space_free(&f->space);
  slant_problem_free(&f->problem);
  slant_progress_destroy(&f->progress);
  synthetic_free(&f->data);
}

static slant_machine fit(const fixture *f, double cost, const double weight[2]) {
  slant_machine machine;
  assert_int_equal(fit_set(&machine, &f->space, f->members, f->sign, f->n_members, cost, weight, NULL), 0);
  return machine;
}

/* x of one example over all features. */
static void dense_row(const fixture *f, uint32_t example, double *x) {
  const slant_vectors *v = &f->data.vectors;
  for (int k = 0; k < ALL; k++) x[k] = k < SPARSE ? 0 : (double)v->dense[example * DENSE + (uint32_t)(k - SPARSE)];
  for (size_t e = v->start[example]; e < v->start[example + 1]; e++) x[v->index[e]] = (double)v->value[e];
}

/* The SVM of the scaled features by LIBLINEAR itself: v[END - FIRST], then the bias. */
static void plain_svm(const fixture *f, const double *ratio, double cost, const double weight[2], double *v) {
  static struct feature_node cells[N][END - FIRST + 2];
  struct feature_node *x[N];
  double y[N], weights[2] = {weight[0], weight[1]};
  int labels[2] = {-1, 1};
  for (uint32_t i = 0; i < f->n_members; i++) {
    double row[ALL];
    int n = 0;
    dense_row(f, f->members[i], row);
    for (int k = FIRST; k < END; k++)
      if (row[k] != 0) cells[i][n++] = (struct feature_node){k - FIRST + 1, ratio[k] * row[k]};
    cells[i][n++] = (struct feature_node){END - FIRST + 1, 1};
    cells[i][n] = (struct feature_node){-1, 0};
    x[i] = cells[i];
    y[i] = f->sign[i];
  }
  struct problem linear = {(int)f->n_members, END - FIRST + 1, y, x, 1};
  struct parameter how = {
      .solver_type = L2R_L2LOSS_SVC, .eps = 1e-6, .C = cost, .nr_weight = 2, .weight_label = labels, .weight = weights};
  struct model *model = train(&linear, &how);
  for (int k = 0; k <= END - FIRST; k++) v[k] = model->label[0] > 0 ? model->w[k] : -model->w[k];
  free_and_destroy_model(&model);
}

/* The method of nbsvm.h, slowly: w[ALL] and the bias. */
static double by_the_formula(const fixture *f, double cost, const double weight[2], double *w) {
  double p[ALL] = {0}, q[ALL] = {0}, ratio[ALL] = {0}, v[END - FIRST + 1], row[ALL];
  double sum_p = 0, sum_q = 0, positive = 0, negative = 0, values = 0, cells = 0, mean = 0, seen = 0;
  for (uint32_t i = 0; i < f->n_members; i++) {
    dense_row(f, f->members[i], row);
    for (int k = FIRST; k < END; k++) {
      (f->sign[i] > 0 ? p : q)[k] += row[k] != 0;
      values += row[k];
      cells += row[k] != 0;
    }
    *(f->sign[i] > 0 ? &positive : &negative) += 1;
  }
  for (int k = FIRST; k < END; k++)
    if (p[k] + q[k] > 0) {
      sum_p += p[k] + 1;
      sum_q += q[k] + 1;
      seen++;
    }
  for (int k = FIRST; k < END; k++)
    if (p[k] + q[k] > 0) ratio[k] = log((p[k] + 1) / sum_p / ((q[k] + 1) / sum_q));
  plain_svm(f, ratio, cost, weight, v);
  for (int k = 0; k < END - FIRST; k++) mean += fabs(v[k]) / seen;
  for (int k = 0; k < ALL; k++) w[k] = k < FIRST || k >= END ? 0 : ratio[k] * (0.75 * mean + 0.25 * v[k - FIRST]);
  double prior = log(positive * weight[1] / (negative * weight[0]));
  return 0.75 * mean * (values / cells) * prior + 0.25 * v[END - FIRST];
}

static void agrees_with_the_formula(void **state) {
  (void)state;
  const double uneven[2] = {0.7, 1.6};
  fixture f;
  open_fixture(&f, (slant_problem_options){.nbsvm = SLANT_NBSVM_ON});
  /* Feature 30 is one that no member has. */
  for (size_t e = 0; e < f.data.vectors.start[N]; e++)
    if (f.data.vectors.index[e] == 30) f.data.vectors.value[e] = 0;
  for (int uneven_too = 0; uneven_too < 2; uneven_too++) {
    const double *weight = uneven_too ? uneven : even;
    slant_machine machine = fit(&f, 0.5, weight);
    double w[ALL], bias = by_the_formula(&f, 0.5, weight, w);
    assert_true(fabs(machine.bias - bias) < 1e-4);
    for (int k = 0; k < ALL; k++) assert_true(fabs(machine.w[k] - w[k]) < 1e-4);
    assert_true(machine.w[30] == 0 && machine.w[31] != 0);
    uint32_t right = 0;
    for (uint32_t i = 0; i < N; i++) {
      double value = slant_machine_value(&machine, &f.space, i);
      assert_true(fabs(slant_vectors_dot(&f.data.vectors, i, w) + bias - value) < 1e-3);
      right += (value > 0) == (f.data.class[i] == 0);
    }
    assert_true(right > N * 7 / 10);
    slant_machine_free(&machine);
  }
  close_fixture(&f);
}

/* What is held out has no influence: neither its values nor features that it alone has. */
static void sees_its_members_only(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, (slant_problem_options){.nbsvm = SLANT_NBSVM_ON});
  slant_machine before = fit(&f, 1, even);
  for (uint32_t i = 0; i < N; i += 5)
    for (size_t e = f.data.vectors.start[i]; e < f.data.vectors.start[i + 1]; e++) f.data.vectors.value[e] *= 3;
  slant_machine after = fit(&f, 1, even);
  assert_true(before.bias == after.bias);
  assert_memory_equal(before.w, after.w, ALL * sizeof *before.w);
  slant_machine_free(&before);
  slant_machine_free(&after);
  close_fixture(&f);
}

static double deviation(const fixture *f, const slant_machine *machine) {
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < f->n_members; i++) sum += slant_machine_value(machine, &f->space, f->members[i]);
  for (uint32_t i = 0; i < f->n_members; i++) {
    double d = slant_machine_value(machine, &f->space, f->members[i]) - sum / f->n_members;
    squares += d * d;
  }
  return sqrt(squares / f->n_members);
}

/* For either solver of the SVM: the values, and the weights that they are collapsed to. */
static void averages_weigh_both_alike(void **state) {
  (void)state;
  for (slant_loss loss = SLANT_LOSS_HINGE; loss <= SLANT_LOSS_SQUARED_HINGE; loss++) {
    fixture svm, nb, both;
    open_fixture(&svm, (slant_problem_options){.loss = loss});
    open_fixture(&nb, (slant_problem_options){.nbsvm = SLANT_NBSVM_ON});
    open_fixture(&both, (slant_problem_options){.loss = loss, .nbsvm = SLANT_NBSVM_AVERAGE});
    assert_int_equal(both.problem.solver, loss == SLANT_LOSS_HINGE ? SLANT_SOLVER_SMO : SLANT_SOLVER_DCD);
    slant_machine first = fit(&svm, 0.3, even), second = fit(&nb, SLANT_NBSVM_COST, even), mean = fit(&both, 0.3, even);
    double a = deviation(&svm, &first), b = deviation(&nb, &second), w[ALL] = {0};
    slant_machine_weights(&mean, &both.space, w);
    for (uint32_t i = 0; i < N; i++) {
      double value = slant_machine_value(&mean, &both.space, i);
      double expected = slant_machine_value(&first, &svm.space, i) / a + slant_machine_value(&second, &nb.space, i) / b;
      assert_true(fabs(value - expected / 2) < 1e-9);
      assert_true(fabs(slant_vectors_dot(&both.data.vectors, i, w) + mean.bias - value) < 1e-5);
    }
    slant_machine_free(&first);
    slant_machine_free(&second);
    slant_machine_free(&mean);
    close_fixture(&svm);
    close_fixture(&nb);
    close_fixture(&both);
  }
}

/* A block's weight of 4 is twice the block's values: for an average of either solver too. */
static void block_weights_count(void **state) {
  (void)state;
  static const slant_block blocks[] = {{0, 40}, {40, ALL}};
  static const double beta[] = {4, 0.25};
  static const struct {
    slant_nbsvm nbsvm;
    slant_loss loss;
  } cases[] = {{SLANT_NBSVM_ON, SLANT_LOSS_HINGE},
               {SLANT_NBSVM_AVERAGE, SLANT_LOSS_HINGE},
               {SLANT_NBSVM_AVERAGE, SLANT_LOSS_SQUARED_HINGE}};
  for (int c = 0; c < 3; c++) {
    fixture weighed, scaled;
    slant_problem_options options = {.nbsvm = cases[c].nbsvm, .loss = cases[c].loss, .blocks = blocks, .n_blocks = 2};
    open_fixture(&weighed, options);
    slant_space_free(&weighed.space);
    assert_int_equal(slant_space_new(&weighed.space, &weighed.problem, &(slant_setting){.block = beta}, 1, NULL), 0);
    open_scaled(&scaled, (slant_problem_options){.nbsvm = cases[c].nbsvm, .loss = cases[c].loss});
    slant_machine a = fit(&weighed, 0.3, even), b = fit(&scaled, 0.3, even);
    for (uint32_t i = 0; i < N; i++)
      assert_true(fabs(slant_machine_value(&a, &weighed.space, i) - slant_machine_value(&b, &scaled.space, i)) < 1e-4);
    slant_machine_free(&a);
    slant_machine_free(&b);
    close_fixture(&weighed);
    close_fixture(&scaled);
  }
}

static void degenerate_sets(void **state) {
  (void)state;
  for (slant_nbsvm nbsvm = SLANT_NBSVM_ON; nbsvm <= SLANT_NBSVM_AVERAGE; nbsvm++) {
    fixture f;
    open_fixture(&f, (slant_problem_options){.nbsvm = nbsvm});
    uint32_t twice[4] = {7, 7, 7, 7}; /* the same vector under both signs: nothing to tell them apart */
    signed char both[4] = {1, -1, 1, -1};
    slant_machine machine;
    assert_int_equal(fit_set(&machine, &f.space, twice, both, 4, 1, even, NULL), 0);
    assert_true(fabs(slant_machine_value(&machine, &f.space, 7)) < 1e-5); /* what DCD stops at */
    slant_machine_free(&machine);
    f.problem.options.counted_end = FIRST; /* no feature at all */
    machine = fit(&f, 1, even);
    for (uint32_t i = 0; i < N; i++) assert_true(isfinite(slant_machine_value(&machine, &f.space, i)));
    slant_machine_free(&machine);
    memset(f.sign, 1, sizeof f.sign);
    machine = fit(&f, 1, even);
    assert_true(slant_machine_value(&machine, &f.space, 3) > 0); /* one sign: that sign everywhere */
    slant_machine_free(&machine);
    slant_error error;
    assert_int_equal(fit_set(&machine, &f.space, twice, both, 4, -1, even, &error), SLANT_E_ARGUMENT);
    close_fixture(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_the_formula),   cmocka_unit_test(sees_its_members_only),
      cmocka_unit_test(averages_weigh_both_alike), cmocka_unit_test(block_weights_count),
      cmocka_unit_test(degenerate_sets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
