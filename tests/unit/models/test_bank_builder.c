/* bank_builder.c: what makes no bank is refused and leaves the builder as it was. */
#include <slant/model.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N_SPARSE = 6, N_DENSE = 2, N_FEATURES = N_SPARSE + N_DENSE };

static const uint32_t classes[] = {0, 1};
static const float unit = 1;

static slant_model describe(const char *actor) {
  return (slant_model){.actor = slant_str_of(actor),
                       .coding = SLANT_CODING_BINARY,
                       .classes = classes,
                       .n_classes = 2,
                       .calibration = {SLANT_CALIBRATION_TEMPERATURE, 1, &unit, 0, NULL, 0, NULL}};
}

static slant_bank_builder *new_builder(uint32_t n_sparse) {
  const slant_str labels[] = {slant_str_of("a"), slant_str_of("b")};
  slant_bank_builder *builder;
  assert_int_equal(slant_bank_builder_new(&builder, slant_str_of("t"), labels, 2, n_sparse, N_DENSE, NULL), 0);
  return builder;
}

static const float weights[N_FEATURES] = {1, 0, -2, 0, 0, 0.5f, 3, -4}, bias = 0.25f;
static const slant_linear_model linear = {N_FEATURES, NULL, weights, &bias};

static void test_refused(void **state) {
  (void)state;
  const slant_linear_model few_rows = {N_FEATURES - 1, NULL, weights, &bias};
  const slant_kernel_model two_outputs = {.shape = {.kernel = SLANT_KERNEL_RBF}, .n_support = 1, .n_outputs = 2};
  const slant_model star = describe("*"), other = describe("B");
  slant_bank_builder *builder = new_builder(N_SPARSE), *narrow = new_builder(N_SPARSE - 1);
  slant_bank bank;
  slant_error error;
  assert_int_equal(slant_bank_builder_add(builder, &star, &few_rows, &error), SLANT_E_ARGUMENT);
  assert_int_equal(slant_bank_builder_add_kernel(builder, &star, &two_outputs, &error), SLANT_E_ARGUMENT);
  assert_int_equal(slant_bank_builder_add_same(builder, &other, slant_str_of("*"), &error), SLANT_E_ARGUMENT);
  assert_int_equal(slant_bank_builder_finish(builder, 32, &bank, &error), SLANT_E_ARGUMENT); /* no model */
  assert_int_equal(slant_bank_builder_add(builder, &star, &linear, &error), 0);
  slant_model pairs = describe("B");
  pairs.coding = SLANT_CODING_ONE_VS_REST; /* two outputs where "*" has one */
  assert_int_equal(slant_bank_builder_add_same(builder, &pairs, slant_str_of("*"), &error), SLANT_E_ARGUMENT);
  assert_int_equal(slant_bank_builder_add_same(builder, &other, slant_str_of("*"), &error), 0);
  assert_int_equal(slant_bank_builder_finish(builder, 24, &bank, &error), SLANT_E_ARGUMENT);
  assert_int_equal(slant_bank_builder_finish(builder, 32, &bank, &error), 0);
  assert_int_equal(bank.n_models, 2);
  assert_int_equal(bank.n_outputs, 1);
  assert_int_equal(slant_bank_builder_copy(narrow, &bank, bank.models, &error), SLANT_E_ARGUMENT);
  slant_bank_builder_free(builder);
  slant_bank_builder_free(narrow);
}

/* A finished builder takes more models, and finishes again; actors stand in their order, whatever they came in. */
static void test_goes_on(void **state) {
  (void)state;
  slant_bank_builder *builder = new_builder(N_SPARSE);
  slant_workspace *workspace;
  slant_bank bank;
  const uint32_t index[] = {2, 5};
  const float value[] = {1, 2}, dense[] = {0.5f, -1};
  const slant_vector x = {index, value, dense, 2, N_DENSE};
  const char *const actors[] = {"C", "A", "*", "B"};
  assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
  for (uint32_t m = 0; m < 4; m++) {
    slant_model model = describe(actors[m]);
    assert_int_equal(slant_bank_builder_add(builder, &model, &linear, NULL), 0);
    assert_int_equal(slant_bank_builder_finish(builder, m % 2 ? 16 : 32, &bank, NULL), 0);
    assert_int_equal(bank.n_models, m + 1);
    for (uint32_t i = 0; i <= m; i++) {
      float out;
      if (i) assert_true(slant_str_compare(bank.models[i - 1].actor, bank.models[i].actor) < 0);
      assert_int_equal(slant_model_outputs(&bank, &bank.models[i], &x, 1, workspace, &out, NULL), 0);
      assert_true(out > 4.749f && out < 4.751f); /* -2 + 1 + 1.5 + 4 + 0.25 */
    }
  }
  slant_model again = describe("A");
  assert_int_equal(slant_bank_builder_add(builder, &again, &linear, NULL), 0);
  assert_int_equal(slant_bank_builder_finish(builder, 32, &bank, NULL), SLANT_E_ARGUMENT); /* twice */
  slant_workspace_free(workspace);
  slant_bank_builder_free(builder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused), cmocka_unit_test(test_goes_on)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
