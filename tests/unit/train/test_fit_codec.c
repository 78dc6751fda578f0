/* train/fit_codec.c: a fit comes back as it was, and nothing else comes back at all. */
#include "synthetic.h"
#include "train/fit_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 60, SPARSE = 30, DENSE = 3, LOTS = 1 << 30 };
static const slant_setting settings[] = {{0.1, 1, NULL}, {1, 1, NULL}};

static slant_fit make_fit(const synthetic *data, slant_kernel kernel, slant_fit_limits *limits) {
  slant_sample samples[N];
  uint32_t members[N];
  for (uint32_t i = 0; i < N; i++) {
    samples[i] = (slant_sample){i, data->class[i], 0, i, 0, 1};
    members[i] = i;
  }
  slant_progress progress;
  slant_progress_init(&progress, NULL);
  slant_fit_options options = {.problem = {.memory = LOTS, .kernel = kernel},
                               .coding = SLANT_CODING_ONE_VS_REST,
                               .settings = settings,
                               .n_settings = 2,
                               .search = {.folds = 3, .seed = 3},
                               .favor = UINT32_MAX,
                               .against = UINT32_MAX};
  slant_fit fit;
  assert_int_equal(slant_fit_model(&fit, &options, &data->vectors, samples, members, N, &progress, NULL), 0);
  slant_progress_destroy(&progress);
  *limits = (slant_fit_limits){N, 3, SPARSE, DENSE, settings, 2};
  return fit;
}

static void comes_back(void **state) {
  (void)state;
  for (int kernel = SLANT_KERNEL_LINEAR; kernel <= SLANT_KERNEL_RBF; kernel++) {
    synthetic data = synthetic_make(N, SPARSE, DENSE, 3, 5);
    slant_fit_limits limits;
    slant_fit fit = make_fit(&data, (slant_kernel)kernel, &limits), again;
    slant_buffer bytes = {0}, twice = {0};
    slant_fit_encode(&bytes, &fit, &limits);
    assert_false(bytes.failed);
    assert_true(slant_fit_decode(&again, bytes.data, bytes.len, &limits));
    assert_int_equal(again.n_outputs, fit.n_outputs);
    assert_true(again.setting.cost == fit.setting.cost && again.report.n_tried == fit.report.n_tried);
    assert_memory_equal(again.scores, fit.scores, (size_t)fit.n_held * fit.n_classes * sizeof *fit.scores);
    if (kernel == SLANT_KERNEL_LINEAR)
      assert_memory_equal(again.weights, fit.weights, (size_t)fit.n_rows * fit.n_outputs * sizeof *fit.weights);
    else
      assert_int_equal(again.support.n_support, fit.support.n_support);
    slant_fit_encode(&twice, &again, &limits);
    assert_int_equal(twice.len, bytes.len);
    slant_buffer_free(&twice);
    slant_fit_free(&again);

    slant_fit_limits other = limits; /* of another model */
    other.n++;
    assert_false(slant_fit_decode(&again, bytes.data, bytes.len, &other));
    other = limits;
    other.n_sparse = 1;
    other.n_dense = 0;
    assert_false(slant_fit_decode(&again, bytes.data, bytes.len, &other));
    slant_buffer_free(&bytes);
    slant_fit_free(&fit);
    synthetic_free(&data);
  }
}

/* Cut anywhere it is refused; with a bit turned it is refused or is some other sound fit. */
static void hostile_bytes(void **state) {
  (void)state;
  for (int kernel = SLANT_KERNEL_LINEAR; kernel <= SLANT_KERNEL_RBF; kernel++) {
    synthetic data = synthetic_make(N, SPARSE, DENSE, 3, 5);
    slant_fit_limits limits;
    slant_fit fit = make_fit(&data, (slant_kernel)kernel, &limits), again;
    slant_buffer bytes = {0};
    slant_fit_encode(&bytes, &fit, &limits);
    for (size_t cut = 0; cut < bytes.len; cut += cut < 1000 ? 1 : 37) {
      char *part = malloc(cut + 1); /* so that a sanitizer sees a read beyond it */
      memcpy(part, bytes.data, cut);
      assert_false(slant_fit_decode(&again, part, cut, &limits));
      free(part);
    }
    for (size_t at = 0; at < bytes.len; at += at < 1000 ? 1 : 11)
      for (int bit = 0; bit < 8; bit += 7) {
        bytes.data[at] ^= (char)(1 << bit);
        if (slant_fit_decode(&again, bytes.data, bytes.len, &limits)) slant_fit_free(&again);
        bytes.data[at] ^= (char)(1 << bit);
      }
    slant_buffer_free(&bytes);
    slant_fit_free(&fit);
    synthetic_free(&data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(comes_back), cmocka_unit_test(hostile_bytes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
