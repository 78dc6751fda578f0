/* models/foreign*.c against libsvm and LIBLINEAR themselves: what they save is read with the same scores and labels,
 * and what is written they read with the same. */
#include <slant/interchange.h>

#include "synthetic.h"
#include "train/gram.h"

#include <linear.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <svm.h>
#include <unistd.h>

#include <cmocka.h>

enum { N = 90, SPARSE = 40, DENSE = 5, FEATURES = SPARSE + DENSE };

static void say_nothing(const char *text) {
  (void)text;
}

static slant_vector vector_of(const synthetic *s, uint32_t row) {
  size_t from = s->vectors.start[row];
  return (slant_vector){s->vectors.index + from, s->vectors.value + from, s->vectors.dense + (size_t)row * DENSE,
                        (uint32_t)(s->vectors.start[row + 1] - from), DENSE};
}

/* Both libraries' nodes are {int, double}: indices from 1, the bias feature where it is not negative, -1 at the end. */
static struct svm_node *nodes_of(const slant_vector *x, double bias) {
  struct svm_node *nodes = calloc(FEATURES + 2, sizeof *nodes);
  int n = 0;
  for (uint32_t i = 0; i < x->n_sparse; i++) nodes[n++] = (struct svm_node){(int)x->index[i] + 1, (double)x->value[i]};
  for (int d = 0; d < DENSE; d++)
    if (x->dense[d] != 0) nodes[n++] = (struct svm_node){SPARSE + d + 1, (double)x->dense[d]};
  if (bias >= 0) nodes[n++] = (struct svm_node){FEATURES + 1, bias};
  nodes[n].index = -1;
  return nodes;
}

static char *temporary_file(void) {
  static char path[40];
  snprintf(path, sizeof path, "/tmp/slant-interchange-XXXXXX");
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  close(descriptor);
  return path;
}

typedef struct imported {
  slant_bank_builder *builder;
  slant_bank bank;
} imported;

/* What a file holds, as the only model of a bank with the labels 1, 2, 3. */
static imported import(const char *path) {
  const slant_str labels[] = {slant_str_of("a"), slant_str_of("b"), slant_str_of("c")};
  imported out;
  slant_foreign *foreign;
  slant_error error;
  FILE *file = fopen(path, "rb");
  char *text = malloc(1 << 20);
  size_t size = fread(text, 1, 1 << 20, file);
  fclose(file);
  if (slant_foreign_read(&foreign, (slant_str){text, size}, path, 3, SPARSE, DENSE, &error))
    fail_msg("%s", error.message);
  free(text);
  assert_int_equal(slant_bank_builder_new(&out.builder, slant_str_of("t"), labels, 3, SPARSE, DENSE, NULL), 0);
  assert_int_equal(slant_foreign_add(foreign, out.builder, slant_str_of("*"), NULL), 0);
  if (slant_bank_builder_finish(out.builder, 32, &out.bank, &error)) fail_msg("%s", error.message);
  slant_foreign_free(foreign);
  return out;
}

/* Outputs within 1e-6 of a library's decision values, and its label. */
static void expect_like(const imported *have, const slant_vector *x, const double *decisions, double label) {
  const slant_model *model = &have->bank.models[0];
  float outputs[3], scores[3];
  slant_workspace *workspace;
  assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
  assert_int_equal(slant_model_outputs(&have->bank, model, x, 1, workspace, outputs, NULL), 0);
  for (uint32_t o = 0; o < model->n_outputs; o++) assert_true(fabs((double)outputs[o] - decisions[o]) < 1e-6);
  slant_model_scores(model, outputs, scores);
  assert_int_equal(model->classes[slant_model_decide(model, scores)] + 1, (int)label);
  slant_workspace_free(workspace);
}

/* The probability of the class that is label 1, where there is a sigmoid. */
static void expect_probability(const imported *have, const slant_vector *x, double expected) {
  const slant_model *model = &have->bank.models[0];
  float outputs[3], scores[3], p[3];
  slant_workspace *workspace;
  assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
  assert_int_equal(slant_model_outputs(&have->bank, model, x, 1, workspace, outputs, NULL), 0);
  slant_model_scores(model, outputs, scores);
  slant_calibration_free_probabilities(&model->calibration, scores, model->n_classes, p);
  assert_true(fabs((double)p[model->classes[0] ? 1 : 0] - expected) < 1e-6);
  slant_workspace_free(workspace);
}

static void libsvm_case(const synthetic *s, uint32_t n_classes, int kernel, int type, int probability) {
  struct svm_problem problem = {.l = N};
  struct svm_parameter parameter = {.svm_type = type,
                                    .kernel_type = kernel,
                                    .degree = 3,
                                    .gamma = 0.4,
                                    .coef0 = 0.5,
                                    .cache_size = 10,
                                    .eps = 1e-3,
                                    .C = 2,
                                    .nu = 0.4,
                                    .shrinking = 1,
                                    .probability = probability};
  double y[N];
  struct svm_node *x[N];
  for (uint32_t i = 0; i < N; i++) {
    slant_vector v = vector_of(s, i);
    x[i] = nodes_of(&v, -1);
    y[i] = s->class[i] % n_classes + 1;
  }
  problem.y = y;
  problem.x = x;
  assert_null(svm_check_parameter(&problem, &parameter));
  struct svm_model *model = svm_train(&problem, &parameter), *again;
  char *path = temporary_file();
  assert_int_equal(svm_save_model(path, model), 0);
  imported have = import(path);
  if (slant_foreign_write(path, SLANT_FOREIGN_LIBSVM, &have.bank, &have.bank.models[0], NULL)) fail();
  again = svm_load_model(path);
  assert_non_null(again);
  imported twice = import(path);
  for (uint32_t i = 0; i < N; i++) {
    slant_vector v = vector_of(s, i);
    double decisions[3], p[3];
    double label = svm_predict_values(model, x[i], decisions);
    expect_like(&have, &v, decisions, label);
    expect_like(&twice, &v, decisions, label);
    if (probability && n_classes == 2) {
      svm_predict_probability(model, x[i], p);
      expect_probability(&have, &v, p[model->label[0] == 1 ? 0 : 1]);
    }
    assert_true(svm_predict(again, x[i]) == label);
  }
  for (uint32_t i = 0; i < N; i++) free(x[i]);
  slant_bank_builder_free(have.builder);
  slant_bank_builder_free(twice.builder);
  svm_free_and_destroy_model(&model);
  svm_free_and_destroy_model(&again);
  unlink(path);
}

static void test_libsvm(void **state) {
  (void)state;
  svm_set_print_string_function(say_nothing);
  synthetic s = synthetic_make(N, SPARSE, DENSE, 3, 5);
  const int kernels[] = {LINEAR, POLY, RBF};
  for (uint32_t n_classes = 2; n_classes <= 3; n_classes++)
    for (int k = 0; k < 3; k++)
      for (int type = C_SVC; type <= NU_SVC; type++) libsvm_case(&s, n_classes, kernels[k], type, k == 2);
  synthetic_free(&s);
}

static void liblinear_case(const synthetic *s, uint32_t n_classes, int solver, double bias) {
  struct problem problem = {.l = N, .n = FEATURES + (bias >= 0), .bias = bias};
  struct parameter parameter = {.solver_type = solver, .eps = 0.01, .C = 1, .p = 0.1};
  double y[N];
  struct feature_node *x[N];
  _Static_assert(sizeof(struct feature_node) == sizeof(struct svm_node), "the two libraries' nodes are alike");
  for (uint32_t i = 0; i < N; i++) {
    slant_vector v = vector_of(s, i);
    x[i] = (struct feature_node *)(void *)nodes_of(&v, bias);
    y[i] = s->class[i] % n_classes + 1;
  }
  problem.y = y;
  problem.x = x;
  assert_null(check_parameter(&problem, &parameter));
  struct model *model = train(&problem, &parameter), *again;
  char *path = temporary_file();
  assert_int_equal(save_model(path, model), 0);
  imported have = import(path);
  if (slant_foreign_write(path, SLANT_FOREIGN_LIBLINEAR, &have.bank, &have.bank.models[0], NULL)) fail();
  again = load_model(path);
  assert_non_null(again);
  assert_int_equal(slant_foreign_write(path, SLANT_FOREIGN_LIBSVM, &have.bank, &have.bank.models[0], NULL), 0);
  struct svm_model *kernel = svm_load_model(path);
  assert_non_null(kernel);
  for (uint32_t i = 0; i < N; i++) {
    slant_vector v = vector_of(s, i);
    double decisions[3], p[3];
    double label = predict_values(model, x[i], decisions);
    expect_like(&have, &v, decisions, label);
    if (check_probability_model(model)) {
      predict_probability(model, x[i], p);
      expect_probability(&have, &v, p[model->label[0] == 1 ? 0 : model->label[1] == 1 ? 1 : 2]);
    }
    struct svm_node *plain = nodes_of(&v, -1);
    assert_true(svm_predict(kernel, plain) == label);
    free(plain);
    if (again->bias == bias) assert_true(predict(again, x[i]) == label);
  }
  for (uint32_t i = 0; i < N; i++) free(x[i]);
  slant_bank_builder_free(have.builder);
  free_and_destroy_model(&model);
  free_and_destroy_model(&again);
  svm_free_and_destroy_model(&kernel);
  unlink(path);
}

static void test_liblinear(void **state) {
  (void)state;
  set_print_string_function(say_nothing);
  synthetic s = synthetic_make(N, SPARSE, DENSE, 3, 6);
  const int solvers[] = {L2R_LR, L2R_L2LOSS_SVC, MCSVM_CS, L1R_LR};
  for (uint32_t n_classes = 2; n_classes <= 3; n_classes++)
    for (int k = 0; k < 4; k++)
      for (int bias = -1; bias <= 1; bias++) liblinear_case(&s, n_classes, solvers[k], bias);
  synthetic_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_libsvm), cmocka_unit_test(test_liblinear)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
