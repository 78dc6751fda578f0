/* kernel.c: models of several strips of support vectors, with rare and common features. */
#include "models/weights.h"

#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N_SPARSE = 60, N_COMMON = 12, N_DENSE = 5, N_FEATURES = N_SPARSE + N_DENSE, N_SUPPORT = 150, N_VECTORS = 70 };

static float number(slant_random *random) {
  return (float)slant_random_below(random, 2001) / 1000 - 1;
}

/* Vectors whose first N_COMMON features are in every second of them, the others in every fortieth; as arrays, and in
 * full: zeros included. */
typedef struct vectors {
  uint64_t start[N_SUPPORT + 1];
  uint32_t index[N_SUPPORT * N_SPARSE];
  float value[N_SUPPORT * N_SPARSE], dense[N_SUPPORT * N_DENSE];
  double all[N_SUPPORT][N_FEATURES];
} vectors;

static void make_vectors(vectors *x, slant_random *random) {
  uint64_t n = 0;
  memset(x, 0, sizeof *x);
  for (int s = 0; s < N_SUPPORT; s++) {
    for (uint32_t f = 0; f < N_SPARSE; f++) {
      if (slant_random_below(random, f < N_COMMON ? 2 : 40)) continue;
      x->index[n] = f;
      x->value[n] = number(random);
      x->all[s][f] = (double)x->value[n++];
    }
    x->start[s + 1] = n;
    for (int d = 0; d < N_DENSE; d++) {
      x->dense[s * N_DENSE + d] = number(random);
      x->all[s][N_SPARSE + d] = (double)x->dense[s * N_DENSE + d];
    }
  }
}

typedef struct fixture {
  vectors support, asked;
  double coefficient[N_SUPPORT], bias;
  slant_vector x[N_VECTORS];
  slant_bank_builder *builder;
  slant_bank bank;
  slant_workspace *workspace;
} fixture;

static int set_up(void **state) {
  static const uint32_t classes[] = {0, 1};
  static const float unit = 1;
  const slant_str labels[] = {slant_str_of("a"), slant_str_of("b")};
  fixture *f = *state = calloc(1, sizeof *f);
  slant_random random = slant_random_from(1, 1);
  make_vectors(&f->support, &random);
  make_vectors(&f->asked, &random);
  for (int s = 0; s < N_SUPPORT; s++) f->coefficient[s] = (double)number(&random);
  f->bias = 0.25;
  for (uint32_t v = 0; v < N_VECTORS; v++) {
    uint64_t from = f->asked.start[v];
    f->x[v] = (slant_vector){f->asked.index + from, f->asked.value + from, f->asked.dense + (size_t)v * N_DENSE,
                             (uint32_t)(f->asked.start[v + 1] - from), N_DENSE};
  }
  const slant_kernel_model kernel = {.shape = {.kernel = SLANT_KERNEL_RBF, .degree = 1, .gamma = 0.2},
                                     .n_support = N_SUPPORT,
                                     .n_outputs = 1,
                                     .start = f->support.start,
                                     .index = f->support.index,
                                     .value = f->support.value,
                                     .dense = f->support.dense,
                                     .coefficient = f->coefficient,
                                     .bias = &f->bias};
  const slant_model model = {.actor = slant_str_of("*"),
                             .coding = SLANT_CODING_BINARY,
                             .classes = classes,
                             .n_classes = 2,
                             .calibration = {SLANT_CALIBRATION_TEMPERATURE, 1, &unit, 0, NULL, 0, NULL}};
  assert_int_equal(slant_bank_builder_new(&f->builder, slant_str_of("t"), labels, 2, N_SPARSE, N_DENSE, NULL), 0);
  assert_int_equal(slant_bank_builder_add_kernel(f->builder, &model, &kernel, NULL), 0);
  assert_int_equal(slant_bank_builder_finish(f->builder, 32, &f->bank, NULL), 0);
  return slant_workspace_new(&f->workspace, NULL);
}

static int tear_down(void **state) {
  fixture *f = *state;
  slant_workspace_free(f->workspace);
  slant_bank_builder_free(f->builder);
  free(f);
  return 0;
}

static void test_outputs(void **state) {
  fixture *f = *state;
  float out[N_VECTORS], alone;
  assert_int_equal(f->bank.weights->stored->common.n_rows, N_COMMON);
  assert_int_equal(slant_model_outputs(&f->bank, f->bank.models, f->x, N_VECTORS, f->workspace, out, NULL), 0);
  for (uint32_t v = 0; v < N_VECTORS; v++) {
    double expected = f->bias;
    for (int s = 0; s < N_SUPPORT; s++) {
      double distance = 0;
      for (int k = 0; k < N_FEATURES; k++) distance += pow(f->asked.all[v][k] - f->support.all[s][k], 2);
      expected += f->coefficient[s] * exp(-0.2 * distance);
    }
    assert_true(fabs((double)out[v] - expected) < 1e-5);
    assert_int_equal(slant_model_outputs(&f->bank, f->bank.models, &f->x[v], 1, f->workspace, &alone, NULL), 0);
    assert_memory_equal(&alone, &out[v], sizeof alone);
  }
}

typedef struct visits {
  double all[N_SUPPORT][N_FEATURES];
  uint32_t n, feature, support;
} visits;

static void visit(void *context, uint32_t feature, slant_posting posting) {
  visits *seen = context;
  assert_true(!seen->n++ || feature > seen->feature || (feature == seen->feature && posting.support > seen->support));
  seen->feature = feature;
  seen->support = posting.support;
  seen->all[posting.support][feature] = (double)posting.value;
}

/* All values come back, in order; and the direction that they add up to. */
static void test_visits(void **state) {
  fixture *f = *state;
  static visits seen;
  float largest[N_FEATURES];
  slant_kernel_visit_all(f->bank.weights->stored, visit, &seen);
  assert_int_equal(slant_bank_largest_weights(&f->bank, largest, NULL), 0);
  for (int k = 0; k < N_FEATURES; k++) {
    double direction = 0;
    for (int s = 0; s < N_SUPPORT; s++) {
      if (k < N_SPARSE) assert_true(seen.all[s][k] == f->support.all[s][k]);
      direction += f->coefficient[s] * f->support.all[s][k];
    }
    assert_true(fabs((double)largest[k] - fabs(direction)) < 1e-5);
  }
}

/* A file may hold any numbers: nothing beside the arrays is touched (which the sanitizers see). */
static void test_damaged(void **state) {
  fixture *f = *state;
  slant_random random = slant_random_from(9, 1);
  struct slant_weights weights = *f->bank.weights;
  slant_stored damaged = *weights.stored;
  slant_bank bank = f->bank;
  uint32_t n_rows = damaged.rows.n_rows, n_common = damaged.common.n_rows, feature[N_SPARSE], common[N_SPARSE];
  uint64_t start[N_SPARSE + 1], n = damaged.n_postings;
  slant_posting *postings = calloc(n, sizeof *postings);
  float out[N_VECTORS];
  weights.stored = &damaged;
  bank.weights = &weights;
  damaged.rows.feature = feature;
  damaged.common.feature = common;
  damaged.start = start;
  damaged.postings = postings;
  for (int round = 0; round < 100; round++) {
    const slant_stored *whole = f->bank.weights->stored;
    memcpy(feature, whole->rows.feature, n_rows * sizeof *feature);
    memcpy(common, whole->common.feature, n_common * sizeof *common);
    memcpy(start, whole->start, (n_rows + 1) * sizeof *start);
    memcpy(postings, whole->postings, n * sizeof *postings);
    for (int i = 0; i < 5; i++) {
      feature[slant_random_below(&random, n_rows)] = (uint32_t)slant_random_next(&random);
      common[slant_random_below(&random, n_common)] = (uint32_t)slant_random_below(&random, N_SPARSE);
      start[slant_random_below(&random, n_rows + 1)] = slant_random_next(&random) >> slant_random_below(&random, 64);
      postings[slant_random_below(&random, n)].support = (uint32_t)slant_random_next(&random);
    }
    (void)slant_model_outputs(&bank, bank.models, f->x, N_VECTORS, f->workspace, out, NULL);
    float largest[N_FEATURES];
    assert_int_equal(slant_bank_largest_weights(&bank, largest, NULL), 0);
  }
  free(postings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_outputs, set_up, tear_down),
                                     cmocka_unit_test_setup_teardown(test_visits, set_up, tear_down),
                                     cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
