/* train/solver.c, train/libsvm.c, train/liblinear.c: decision functions on index sets. */
#include "synthetic.h"
#include "train/solver.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <svm.h>

#include <cmocka.h>

enum { N = 240, LOTS = 1 << 30 };
static const double even[2] = {1, 1};

typedef struct fixture {
  synthetic data;
  slant_problem problem;
  slant_space space;
  slant_progress progress;
  uint32_t members[N], n_members;
  signed char sign[N];
} fixture;

/* Class 0 against the rest, on every example but each fifth. */
static void open_fixture(fixture *f, uint64_t memory) {
  f->data = synthetic_make(N, 80, 6, 3, 11);
  slant_progress_init(&f->progress, NULL);
  assert_int_equal(
      slant_problem_new(&f->problem,
                        &(slant_problem_options){.memory = memory,
                                                 .threads = 1,
                                                 .tolerance = 1e-6,
                                                 .loss = memory < LOTS ? SLANT_LOSS_SQUARED_HINGE : SLANT_LOSS_HINGE},
                        &f->data.vectors, f->data.rows, N, &f->progress, NULL),
      0);
  assert_int_equal(slant_space_new(&f->space, &f->problem, &(slant_setting){.cost = 1}, 1, NULL), 0);
  f->n_members = 0;
  for (uint32_t i = 0; i < N; i++) {
    if (i % 5 == 0) continue;
    f->sign[f->n_members] = f->data.class[i] == 0 ? 1 : -1;
    f->members[f->n_members++] = i;
  }
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

/* A row as libsvm's own sparse format, dense features after the sparse ones. */
static struct svm_node *plain_row(const slant_vectors *v, uint32_t row) {
  struct svm_node *out = calloc((size_t)v->n_sparse + v->n_dense + 1, sizeof *out), *cell = out;
  for (size_t e = v->start[row]; e < v->start[row + 1]; e++)
    *cell++ = (struct svm_node){(int)v->index[e] + 1, (double)v->value[e]};
  for (uint32_t d = 0; d < v->n_dense; d++)
    *cell++ = (struct svm_node){(int)(v->n_sparse + d) + 1, (double)v->dense[(size_t)row * v->n_dense + d]};
  *cell = (struct svm_node){-1, 0};
  return out;
}

/* The machine's values, from its vectors and from its weights, are those of libsvm's model, and mostly right. */
static void assert_like_libsvm(const slant_machine *machine, const fixture *f, const struct svm_model *model,
                               struct svm_node *const *all) {
  double *w = calloc(86, sizeof *w);
  slant_machine_weights(machine, &f->space, w);
  assert_true(machine->n_support > 0 && machine->n_support < f->n_members);
  int right = 0;
  for (uint32_t i = 0; i < N; i++) {
    double theirs, ours = slant_machine_value(machine, &f->space, i);
    svm_predict_values(model, all[i], &theirs);
    if (model->label[0] < 0) theirs = -theirs;
    assert_true(fabs(ours - theirs) < 1e-4);
    assert_true(fabs(slant_vectors_dot(&f->data.vectors, i, w) + machine->bias - ours) < 1e-5);
    right += (ours > 0) == (f->data.class[i] == 0);
  }
  assert_true(right > N * 8 / 10);
  free(w);
}

static void agrees_with_libsvms_linear_kernel(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, LOTS);
  assert_int_equal(f.problem.solver, SLANT_SOLVER_SMO);
  double weight[2] = {0.7, 1.6};
  slant_machine machine;
  assert_int_equal(fit_set(&machine, &f.space, f.members, f.sign, f.n_members, 0.8, weight, NULL), 0);

  int labels[2] = {-1, 1};
  double y[N];
  struct svm_node *x[N], *all[N];
  for (uint32_t i = 0; i < N; i++) all[i] = plain_row(&f.data.vectors, i);
  for (uint32_t i = 0; i < f.n_members; i++) {
    y[i] = f.sign[i];
    x[i] = all[f.members[i]];
  }
  struct svm_problem svm = {(int)f.n_members, y, x};
  struct svm_parameter parameter = {.svm_type = C_SVC,
                                    .kernel_type = LINEAR,
                                    .cache_size = 10,
                                    .eps = 1e-6,
                                    .C = 0.8,
                                    .nr_weight = 2,
                                    .weight_label = labels,
                                    .weight = weight,
                                    .shrinking = 1};
  struct svm_model *model = svm_train(&svm, &parameter);
  assert_like_libsvm(&machine, &f, model, all);
  for (uint32_t i = 0; i < N; i++) free(all[i]);
  svm_free_and_destroy_model(&model);
  slant_machine_free(&machine);
  close_fixture(&f);
}

static void nu_agrees_with_libsvms(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, LOTS);
  slant_space_free(&f.space);
  slant_problem_options options = f.problem.options;
  options.nu = true;
  slant_problem_free(&f.problem);
  assert_int_equal(slant_problem_new(&f.problem, &options, &f.data.vectors, f.data.rows, N, &f.progress, NULL), 0);
  assert_int_equal(slant_space_new(&f.space, &f.problem, &(slant_setting){.cost = 1}, 1, NULL), 0);
  assert_int_equal(f.problem.solver, SLANT_SOLVER_LIBSVM);
  double weight[2] = {1, 1};
  slant_machine machine;
  assert_int_equal(fit_set(&machine, &f.space, f.members, f.sign, f.n_members, 0.3, weight, NULL), 0);

  double y[N];
  struct svm_node *x[N], *all[N];
  for (uint32_t i = 0; i < N; i++) all[i] = plain_row(&f.data.vectors, i);
  for (uint32_t i = 0; i < f.n_members; i++) {
    y[i] = f.sign[i];
    x[i] = all[f.members[i]];
  }
  struct svm_problem svm = {(int)f.n_members, y, x};
  struct svm_parameter parameter = {
      .svm_type = NU_SVC, .kernel_type = LINEAR, .cache_size = 10, .eps = 1e-6, .nu = 0.3, .shrinking = 1};
  struct svm_model *model = svm_train(&svm, &parameter);
  assert_like_libsvm(&machine, &f, model, all);
  for (uint32_t i = 0; i < N; i++) free(all[i]);
  svm_free_and_destroy_model(&model);
  slant_machine_free(&machine);

  /* one too great is that of nearly the greatest there is; weights are refused */
  slant_machine great;
  assert_int_equal(fit_set(&great, &f.space, f.members, f.sign, f.n_members, 1, weight, NULL), 0);
  assert_true(great.n_support > 0 && isfinite(great.bias));
  slant_machine_free(&great);
  slant_error error = {0};
  weight[1] = 2;
  assert_int_equal(fit_set(&great, &f.space, f.members, f.sign, f.n_members, 0.3, weight, &error), SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "nu-SVC takes no weights"));
  options.memory = 1000;
  slant_problem small;
  assert_int_equal(slant_problem_new(&small, &options, &f.data.vectors, f.data.rows, N, &f.progress, &error),
                   SLANT_E_MEMORY);
  close_fixture(&f);
}

/* Weights of blocks are what features scaled by their roots are. */
static void liblinear_weighs_blocks(void **state) {
  (void)state;
  static const slant_block blocks[] = {{0, 30}, {30, 86}};
  static const double beta[] = {4, 0.25};
  synthetic data = synthetic_make(N, 80, 6, 2, 11), scaled = synthetic_make(N, 80, 6, 2, 11);
  for (size_t e = 0; e < scaled.vectors.start[N]; e++)
    scaled.vectors.value[e] *= scaled.vectors.index[e] < 30 ? 2 : 0.5f;
  for (size_t e = 0; e < (size_t)N * 6; e++) scaled.vectors.dense[e] *= 0.5f;
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  slant_problem weighed, plain;
  slant_space of_weighed, of_plain;
  slant_problem_options options = {.loss = SLANT_LOSS_SQUARED_HINGE, .memory = LOTS};
  assert_int_equal(slant_problem_new(&plain, &options, &scaled.vectors, scaled.rows, N, &progress, NULL), 0);
  options.blocks = blocks;
  options.n_blocks = 2;
  assert_int_equal(slant_problem_new(&weighed, &options, &data.vectors, data.rows, N, &progress, NULL), 0);
  assert_int_equal(slant_space_new(&of_weighed, &weighed, &(slant_setting){.cost = 1, .block = beta}, 1, NULL), 0);
  assert_int_equal(slant_space_new(&of_plain, &plain, &(slant_setting){.cost = 1}, 1, NULL), 0);
  signed char sign[N];
  for (uint32_t i = 0; i < N; i++) sign[i] = data.class[i] ? 1 : -1;
  slant_machine a, b;
  assert_int_equal(fit_set(&a, &of_weighed, data.rows, sign, N, 1, even, NULL), 0);
  assert_int_equal(fit_set(&b, &of_plain, data.rows, sign, N, 1, even, NULL), 0);
  for (uint32_t i = 0; i < N; i++)
    assert_true(fabs(slant_machine_value(&a, &of_weighed, i) - slant_machine_value(&b, &of_plain, i)) < 1e-6);
  slant_machine_free(&a);
  slant_machine_free(&b);
  slant_space_free(&of_weighed);
  slant_space_free(&of_plain);
  slant_problem_free(&weighed);
  slant_problem_free(&plain);
  slant_progress_destroy(&progress);
  synthetic_free(&data);
  synthetic_free(&scaled);
}

/* The mean of the squared-hinge objective's gradient is near zero at the solution. */
static void descent_takes_what_does_not_fit(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, 1000);
  assert_int_equal(f.problem.solver, SLANT_SOLVER_DCD);
  slant_machine machine;
  double cost = 0.5;
  assert_int_equal(fit_set(&machine, &f.space, f.members, f.sign, f.n_members, cost, even, NULL), 0);
  double gradient[86] = {0}, w[86] = {0}, gradient_bias = machine.bias, largest = 0;
  slant_machine_weights(&machine, &f.space, w);
  memcpy(gradient, w, sizeof w);
  int right = 0;
  for (uint32_t i = 0; i < f.n_members; i++) {
    double y = f.sign[i], value = slant_machine_value(&machine, &f.space, f.members[i]), slack = 1 - y * value;
    right += y * value > 0;
    if (slack <= 0) continue;
    slant_vectors_add(&f.data.vectors, f.members[i], -2 * cost * slack * y, gradient);
    gradient_bias -= 2 * cost * slack * y;
  }
  for (int k = 0; k < 86; k++) largest = fmax(largest, fabs(gradient[k]));
  assert_true(largest < 0.05 && fabs(gradient_bias) < 0.05);
  assert_true(right > (int)f.n_members * 8 / 10);
  slant_machine_free(&machine);
  close_fixture(&f);
}

typedef struct thread_fit {
  const fixture *f;
  slant_machine machine;
} thread_fit;

static void *fit_on_a_thread(void *context) {
  thread_fit *t = context;
  fit_set(&t->machine, &t->f->space, t->f->members, t->f->sign, t->f->n_members, 0.5, even, NULL);
  return NULL;
}

/* Two fits at once give the bits of one alone, and the caller's rand() sequence is not touched. */
static void fits_do_not_disturb_one_another(void **state) {
  (void)state;
  for (int solver = 0; solver < 2; solver++) {
    fixture f;
    open_fixture(&f, solver ? 1000 : LOTS);
    srand(5);
    int expected = rand();
    srand(5);
    thread_fit t[3] = {{.f = &f}, {.f = &f}, {.f = &f}};
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&thread[i], NULL, fit_on_a_thread, &t[i]), 0);
    for (int i = 0; i < 2; i++) pthread_join(thread[i], NULL);
    fit_on_a_thread(&t[2]);
    assert_int_equal(rand(), expected);
    for (uint32_t i = 0; i < N; i++) {
      double value = slant_machine_value(&t[2].machine, &f.space, i);
      assert_true(slant_machine_value(&t[0].machine, &f.space, i) == value);
      assert_true(slant_machine_value(&t[1].machine, &f.space, i) == value);
    }
    for (int i = 0; i < 3; i++) slant_machine_free(&t[i].machine);
    close_fixture(&f);
  }
}

static void degenerate_sets(void **state) {
  (void)state;
  for (int solver = 0; solver < 2; solver++) {
    fixture f;
    open_fixture(&f, solver ? 1000 : LOTS);
    slant_machine machine;
    memset(f.sign, 1, sizeof f.sign);
    assert_int_equal(fit_set(&machine, &f.space, f.members, f.sign, f.n_members, 1, even, NULL), 0);
    assert_true(slant_machine_value(&machine, &f.space, 3) > 0); /* one sign: that sign everywhere */
    slant_machine_free(&machine);
    memset(f.sign, -1, sizeof f.sign);
    assert_int_equal(fit_set(&machine, &f.space, f.members, f.sign, f.n_members, 1, even, NULL), 0);
    assert_true(slant_machine_value(&machine, &f.space, 3) < 0);
    slant_machine_free(&machine);
    uint32_t twice[4] = {7, 7, 7, 7}; /* the same vector under both signs */
    signed char both[4] = {1, -1, 1, -1};
    assert_int_equal(fit_set(&machine, &f.space, twice, both, 4, 1, even, NULL), 0);
    assert_true(isfinite(slant_machine_value(&machine, &f.space, 7)));
    slant_machine_free(&machine);
    slant_error error;
    assert_int_equal(fit_set(&machine, &f.space, twice, both, 4, -1, even, &error), SLANT_E_ARGUMENT);
    close_fixture(&f);
  }
}

static void vectors_of_nothing_but_zeros(void **state) {
  (void)state;
  size_t start[5] = {0};
  float dense[4] = {0};
  slant_vectors zeros = {.n_rows = 4, .n_sparse = 3, .n_dense = 1, .start = start, .dense = dense};
  uint32_t rows[4] = {0, 1, 2, 3};
  signed char sign[4] = {1, 1, 1, -1};
  for (int solver = 0; solver < 2; solver++) {
    slant_progress progress;
    slant_progress_init(&progress, NULL);
    slant_problem problem;
    slant_machine machine;
    assert_int_equal(slant_problem_new(&problem, &(slant_problem_options){.memory = solver ? 10 : LOTS}, &zeros, rows,
                                       4, &progress, NULL),
                     0);
    slant_space space;
    assert_int_equal(slant_space_new(&space, &problem, &(slant_setting){.cost = 1}, 1, NULL), 0);
    assert_int_equal(fit_set(&machine, &space, rows, sign, 4, 1, even, NULL), 0);
    assert_true(slant_machine_value(&machine, &space, 0) > 0); /* the bias follows the greater number */
    slant_machine_free(&machine);
    slant_space_free(&space);
    slant_problem_free(&problem);
    slant_progress_destroy(&progress);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_libsvms_linear_kernel),
      cmocka_unit_test(nu_agrees_with_libsvms),
      cmocka_unit_test(descent_takes_what_does_not_fit),
      cmocka_unit_test(fits_do_not_disturb_one_another),
      cmocka_unit_test(degenerate_sets),
      cmocka_unit_test(vectors_of_nothing_but_zeros),
      cmocka_unit_test(liblinear_weighs_blocks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
