/* model.c: outputs, scores and probabilities by hand. */
#include <slant/model.h>

#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N_SPARSE = 50, N_DENSE = 7, N_FEATURES = N_SPARSE + N_DENSE, N_VECTORS = 40, MOST = 6 };

static float number(slant_random *random) {
  return (float)slant_random_below(random, 2001) / 1000 - 1;
}

static const float unit = 1;

static slant_calibration temperature(const float *value) {
  return (slant_calibration){SLANT_CALIBRATION_TEMPERATURE, 1, value, 0, NULL, 0, NULL};
}

/* Random vectors of which some have no sparse feature. */
typedef struct vectors {
  uint32_t index[N_VECTORS][MOST];
  float value[N_VECTORS][MOST], dense[N_VECTORS][N_DENSE];
  slant_vector of[N_VECTORS];
} vectors;

static void make_vectors(vectors *x, slant_random *random) {
  for (uint32_t v = 0; v < N_VECTORS; v++) {
    uint32_t n = 0;
    for (uint32_t f = 0; f < N_SPARSE && n < MOST; f++)
      if (slant_random_below(random, 8) == 0) {
        x->index[v][n] = f;
        x->value[v][n++] = number(random);
      }
    for (int d = 0; d < N_DENSE; d++) x->dense[v][d] = number(random);
    x->of[v] = (slant_vector){x->index[v], x->value[v], x->dense[v], v % 10 ? n : 0, N_DENSE};
  }
}

/* A bank over the labels a … d. */
static slant_bank_builder *new_builder(void) {
  const slant_str labels[] = {slant_str_of("a"), slant_str_of("b"), slant_str_of("c"), slant_str_of("d")};
  slant_bank_builder *builder;
  assert_int_equal(slant_bank_builder_new(&builder, slant_str_of("t"), labels, 4, N_SPARSE, N_DENSE, NULL), 0);
  return builder;
}

static slant_model describe(const char *actor, slant_coding coding, uint32_t n_classes) {
  static const uint32_t classes[] = {0, 1, 2, 3};
  return (slant_model){.actor = slant_str_of(actor),
                       .coding = coding,
                       .classes = classes,
                       .n_classes = n_classes,
                       .calibration = temperature(&unit)};
}

/* w · x + b in double. */
static double linear(const float *weights, const float *bias, uint32_t k, uint32_t o, const slant_vector *x) {
  double sum = (double)bias[o];
  for (uint32_t i = 0; i < x->n_sparse; i++) sum += (double)x->value[i] * (double)weights[x->index[i] * k + o];
  for (uint32_t d = 0; d < N_DENSE; d++) sum += (double)x->dense[d] * (double)weights[(N_SPARSE + d) * k + o];
  return sum;
}

/* "*" has three outputs in the table; few uses five features, and many most of them; some adds half of "*". */
static void test_linear_outputs(void **state) {
  (void)state;
  enum { N_MODELS = 4, K = 3 };
  const char *const actors[N_MODELS] = {"*", "few", "many", "some"};
  static float weights[N_MODELS][N_FEATURES * K], bias[N_MODELS][K];
  slant_random random = slant_random_from(1, 1);
  vectors x;
  make_vectors(&x, &random);
  for (int m = 0; m < N_MODELS; m++) {
    for (int i = 0; i < N_FEATURES * K; i++)
      weights[m][i] = m % 2 == 0 || i >= N_SPARSE * K || i / K % 10 == m ? number(&random) : 0;
    for (int o = 0; o < K; o++) bias[m][o] = number(&random);
  }
  for (uint32_t bits = 16; bits <= 32; bits += 16) {
    slant_bank_builder *builder = new_builder();
    slant_workspace *workspace;
    slant_bank bank;
    assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
    for (int m = N_MODELS - 1; m >= 0; m--) {
      slant_model model = describe(actors[m], SLANT_CODING_ONE_VS_REST, K);
      model.shared = m == 3 ? 0.5f : 0;
      assert_int_equal(
          slant_bank_builder_add(builder, &model, &(slant_linear_model){N_FEATURES, NULL, weights[m], bias[m]}, NULL),
          0);
    }
    assert_int_equal(slant_bank_builder_finish(builder, bits, &bank, NULL), 0);
    assert_int_equal(bank.n_outputs, N_MODELS * K);
    for (int m = 0; m < N_MODELS; m++) {
      const slant_model *model = &bank.models[m];
      float out[N_VECTORS * K], alone[K];
      assert_int_equal(model->storage, m % 2 ? SLANT_STORED_ROWS : SLANT_STORED_TABLE);
      assert_int_equal(slant_model_outputs(&bank, model, x.of, N_VECTORS, workspace, out, NULL), 0);
      for (uint32_t v = 0; v < N_VECTORS; v++) {
        assert_int_equal(slant_model_outputs(&bank, model, &x.of[v], 1, workspace, alone, NULL), 0);
        assert_memory_equal(alone, out + v * K, sizeof alone);
        for (uint32_t o = 0; o < K; o++) {
          double expected = linear(weights[m], bias[m], K, o, &x.of[v]);
          if (m == 3) expected += 0.5 * linear(weights[0], bias[0], K, o, &x.of[v]);
          assert_true(fabs((double)alone[o] - expected) < (bits == 32 ? 2e-6 : 2e-4));
        }
      }
      for (uint32_t f = 0; f < N_FEATURES; f++) {
        float expected = weights[m][f * K + 1] + (m == 3 ? 0.5f * weights[0][f * K + 1] : 0);
        assert_true(fabsf(slant_model_weight(&bank, model, f, 1) - expected) < (bits == 32 ? 1e-6f : 5e-5f));
      }
    }
    slant_workspace_free(workspace);
    slant_bank_builder_free(builder);
  }
}

/* ---- kernels ---- */
enum { N_SUPPORT = 23, K = 6 }; /* four classes one against one */

static double product(const slant_vector *x, const slant_vector *y, const double *beta) {
  double sum = 0;
  for (uint32_t i = 0; i < x->n_sparse; i++)
    for (uint32_t j = 0; j < y->n_sparse; j++)
      if (x->index[i] == y->index[j])
        sum += beta[x->index[i] >= N_SPARSE / 2] * (double)x->value[i] * (double)y->value[j];
  for (uint32_t d = 0; d < N_DENSE; d++) sum += beta[2] * (double)x->dense[d] * (double)y->dense[d];
  return sum;
}

static double kernel_value(const slant_kernel_shape *shape, const slant_vector *x, const slant_vector *y) {
  double xy = product(x, y, shape->block_weight);
  double distance = product(x, x, shape->block_weight) + product(y, y, shape->block_weight) - 2 * xy;
  if (shape->kernel == SLANT_KERNEL_LINEAR) return xy;
  if (shape->kernel == SLANT_KERNEL_RBF) return exp(-shape->gamma * distance);
  return pow(shape->gamma * xy + shape->coef0, shape->degree);
}

static int add_random_kernel(slant_bank_builder *builder, const slant_model *model, uint32_t k, const vectors *support,
                             slant_random *random) {
  uint64_t start[N_SUPPORT + 1] = {0};
  uint32_t index[N_SUPPORT * MOST];
  float value[N_SUPPORT * MOST];
  double coefficient[N_SUPPORT * K], bias[K];
  for (uint32_t s = 0; s < N_SUPPORT; s++) {
    start[s + 1] = start[s] + support->of[s].n_sparse;
    for (uint32_t i = 0; i < support->of[s].n_sparse; i++) {
      index[start[s] + i] = support->index[s][i];
      value[start[s] + i] = support->value[s][i];
    }
  }
  for (int i = 0; i < N_SUPPORT * K; i++) coefficient[i] = (double)number(random);
  for (int o = 0; o < K; o++) bias[o] = (double)number(random);
  const slant_kernel_model kernel = {.shape = {.kernel = SLANT_KERNEL_RBF, .degree = 1, .gamma = 0.3},
                                     .n_support = N_SUPPORT,
                                     .n_outputs = k,
                                     .start = start,
                                     .index = index,
                                     .value = value,
                                     .dense = support->dense[0],
                                     .coefficient = coefficient,
                                     .bias = bias};
  return slant_bank_builder_add_kernel(builder, model, &kernel, NULL);
}

static void test_kernel_outputs(void **state) {
  (void)state;
  static const uint32_t block_end[] = {N_SPARSE / 2, N_SPARSE, N_FEATURES};
  static const double block_weight[] = {1, 2.5, 0.25};
  slant_random random = slant_random_from(2, 1);
  vectors support, x;
  uint64_t start[N_SUPPORT + 1] = {0};
  uint32_t index[N_SUPPORT * MOST];
  float value[N_SUPPORT * MOST];
  double coefficient[N_SUPPORT * K], bias[K];
  make_vectors(&support, &random);
  make_vectors(&x, &random);
  for (uint32_t s = 0; s < N_SUPPORT; s++) {
    start[s + 1] = start[s] + support.of[s].n_sparse;
    for (uint32_t i = 0; i < support.of[s].n_sparse; i++) {
      index[start[s] + i] = support.index[s][i];
      value[start[s] + i] = support.value[s][i];
    }
  }
  for (int i = 0; i < N_SUPPORT * K; i++) coefficient[i] = (double)number(&random) * 3;
  for (int o = 0; o < K; o++) bias[o] = (double)number(&random);
  for (uint32_t kind = SLANT_KERNEL_LINEAR; kind <= SLANT_KERNEL_POLYNOMIAL; kind++) {
    const slant_kernel_model kernel = {{kind, 3, 0.3, 1, 3, block_end, block_weight},
                                       N_SUPPORT,
                                       K,
                                       start,
                                       index,
                                       value,
                                       support.dense[0],
                                       coefficient,
                                       bias};
    const slant_model given = describe("*", SLANT_CODING_ONE_VS_ONE, 4);
    slant_bank_builder *builder = new_builder(), *copier = new_builder();
    slant_workspace *workspace;
    slant_bank bank, copy;
    float out[N_VECTORS * K], alone[K];
    assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
    assert_int_equal(slant_bank_builder_add_kernel(builder, &given, &kernel, NULL), 0);
    assert_int_equal(slant_bank_builder_finish(builder, 32, &bank, NULL), 0);
    assert_int_equal(slant_model_is_linear(&bank.models[0]), kind == SLANT_KERNEL_LINEAR);
    assert_int_equal(slant_model_outputs(&bank, &bank.models[0], x.of, N_VECTORS, workspace, out, NULL), 0);
    assert_int_equal(slant_bank_builder_copy(copier, &bank, &bank.models[0], NULL), 0);
    assert_int_equal(slant_bank_builder_finish(copier, 32, &copy, NULL), 0);
    for (uint32_t v = 0; v < N_VECTORS; v++) {
      assert_int_equal(slant_model_outputs(&copy, &copy.models[0], &x.of[v], 1, workspace, alone, NULL), 0);
      assert_memory_equal(alone, out + v * K, sizeof alone);
      for (uint32_t o = 0; o < K; o++) {
        double expected = bias[o], size = 1;
        for (uint32_t s = 0; s < N_SUPPORT; s++) {
          double term = coefficient[s * K + o] * kernel_value(&kernel.shape, &x.of[v], &support.of[s]);
          expected += term;
          size += fabs(term);
        }
        assert_true(fabs((double)alone[o] - expected) < 2e-7 * size);
      }
    }
    slant_workspace_free(workspace);
    slant_bank_builder_free(builder);
    slant_bank_builder_free(copier);
  }
}

/* A random bank of all codings and storages, shares of "*" and models with another's outputs: all models at once give
 * the bits of one at a time, for batches of several panels, of one vector and of none. */
static void test_all_outputs(void **state) {
  (void)state;
  enum { N_MODELS = 30, MOST_OUTPUTS = 6, N = 4 * N_VECTORS };
  static float weights[N_FEATURES * MOST_OUTPUTS], out[N * N_MODELS * MOST_OUTPUTS], alone[N * MOST_OUTPUTS];
  static vectors x[4];
  static slant_vector all[N];
  slant_random random = slant_random_from(3, 1);
  for (int i = 0; i < 4; i++) {
    make_vectors(&x[i], &random);
    memcpy(all + (size_t)i * N_VECTORS, x[i].of, sizeof x[i].of);
  }
  for (uint32_t round = 0; round < 12; round++) {
    slant_bank_builder *builder = new_builder();
    slant_workspace *workspace;
    slant_bank bank;
    assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
    for (uint32_t m = 0; m < N_MODELS; m++) {
      char actor[] = {m ? 'A' : '*', m ? (char)('A' + m) : 0, 0};
      uint32_t n_classes = m % 3 ? 3 : 2 + (uint32_t)slant_random_below(&random, 3);
      uint32_t density = (uint32_t)slant_random_below(&random, 4);
      slant_coding coding = n_classes == 3 ? SLANT_CODING_ONE_VS_REST : SLANT_CODING_ONE_VS_ONE;
      if (!m) n_classes = 3, coding = SLANT_CODING_ONE_VS_REST;
      slant_model model = describe(actor, coding, n_classes);
      if (m && n_classes == 3) model.shared = (float)(m % 4) / 4;
      uint32_t k = coding == SLANT_CODING_ONE_VS_REST ? 3 : n_classes * (n_classes - 1) / 2;
      float bias[MOST_OUTPUTS];
      for (uint32_t o = 0; o < k; o++) bias[o] = number(&random);
      for (uint32_t f = 0; f < N_FEATURES; f++) {
        bool used = density == 3 || slant_random_below(&random, 10) < density;
        for (uint32_t o = 0; o < k; o++) weights[f * k + o] = used || f >= N_SPARSE ? number(&random) : 0;
      }
      const slant_linear_model own = {N_FEATURES, NULL, weights, bias};
      int status;
      if (m == 5 || m == 7) /* of "*" and of a model that may have rows */
        model = describe(actor, SLANT_CODING_ONE_VS_REST, 3), model.shared = 0.5f,
        status = slant_bank_builder_add_same(builder, &model, slant_str_of(m == 5 ? "*" : "AB"), NULL);
      else if (m % 11 == 10 || (!m && round % 3 == 2))
        status = add_random_kernel(builder, &model, k, &x[0], &random);
      else
        status = slant_bank_builder_add(builder, &model, &own, NULL);
      assert_int_equal(status, 0);
    }
    slant_error error;
    if (slant_bank_builder_finish(builder, round % 2 ? 16 : 32, &bank, &error)) fail_msg("%s", error.message);
    const uint32_t counts[] = {N, 1, 0, 65};
    for (int c = 0; c < 4; c++) {
      uint32_t n = counts[c];
      size_t at = 0;
      assert_int_equal(slant_bank_outputs(&bank, all, n, workspace, out, NULL), 0);
      for (uint32_t m = 0; m < N_MODELS; m++) {
        size_t size = (size_t)n * bank.models[m].n_outputs;
        assert_int_equal(slant_model_outputs(&bank, &bank.models[m], all, n, workspace, alone, NULL), 0);
        if (size) assert_memory_equal(out + at, alone, size * sizeof *out);
        at += size;
      }
    }
    slant_workspace_free(workspace);
    slant_bank_builder_free(builder);
  }
}

static void test_votes(void **state) {
  (void)state;
  const slant_model model = {.coding = SLANT_CODING_ONE_VS_ONE, .n_classes = 3};
  float scores[3];
  const float cycle[] = {1, -0.5f, 0.25f}; /* 0 over 1, 2 over 0, 1 over 2: a vote each, margins decide */
  slant_model_scores(&model, cycle, scores);
  assert_true(fabsf(scores[0] - (1 + 0.5f / 4.5f)) < 1e-6f);   /* s = 1 - 0.5 */
  assert_true(fabsf(scores[1] - (1 - 0.75f / 5.25f)) < 1e-6f); /* s = -1 + 0.25 */
  assert_int_equal(slant_model_decide(&model, scores), 0);
  const float clear[] = {1e-3f, -1e-3f, -100}; /* 2 has two votes, whatever the others' margins */
  slant_model_scores(&model, clear, scores);
  assert_int_equal(slant_model_decide(&model, scores), 2);
  assert_true(scores[2] > 2 && scores[0] == 1 && scores[1] < 0);
}

static void test_scores_and_probabilities(void **state) {
  (void)state;
  const uint32_t classes[] = {0, 1, 2};
  const float two = 2;
  const slant_model binary = {
      .coding = SLANT_CODING_BINARY, .n_classes = 2, .classes = classes, .calibration = temperature(&two)};
  const slant_model rest = {
      .coding = SLANT_CODING_ONE_VS_REST, .n_classes = 3, .classes = classes, .calibration = temperature(&unit)};
  float scores[3], p[3];
  const float one = 0.5f, three[] = {-1, 2, 2};
  slant_model_scores(&binary, &one, scores);
  assert_true(scores[0] == 0.5f && scores[1] == -0.5f);
  slant_model_probabilities(&binary, scores, p);
  assert_true(fabs((double)p[0] - 1 / (1 + exp(-2.0))) < 1e-6); /* softmax(2 · (0.5, -0.5)) */
  slant_model_scores(&rest, three, scores);
  assert_int_equal(slant_model_decide(&rest, scores), 1); /* ties go to the lower class */
  slant_model_probabilities(&rest, scores, p);
  assert_true(fabs((double)(p[0] + p[1] + p[2]) - 1) < 1e-6);
  assert_true(p[1] == p[2] && p[0] < p[1]);
  const float far[] = {1e30f, -1e30f, 0};
  slant_model_probabilities(&rest, far, p);
  assert_true(p[0] == 1 && p[1] == 0);
}

static void test_which_model(void **state) {
  (void)state;
  const slant_model models[] = {
      {.actor = {"*", 1}}, {.actor = {"IND", 3}}, {.actor = {"INDIA", 5}}, {.actor = {"PAK", 3}}};
  const slant_bank with = {.models = models, .n_models = 4}, without = {.models = models + 1, .n_models = 3};
  assert_ptr_equal(slant_bank_model(&with, slant_str_of("INDIA")), &models[2]);
  assert_ptr_equal(slant_bank_model(&with, slant_str_of("IN")), &models[0]);
  assert_ptr_equal(slant_bank_model(&with, slant_str_of("")), &models[0]);
  assert_null(slant_bank_model(&without, slant_str_of("ZZZ")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_linear_outputs),
                                     cmocka_unit_test(test_kernel_outputs),
                                     cmocka_unit_test(test_all_outputs),
                                     cmocka_unit_test(test_votes),
                                     cmocka_unit_test(test_scores_and_probabilities),
                                     cmocka_unit_test(test_which_model)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
