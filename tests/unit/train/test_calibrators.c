/* train/calibrators.c: each kind on scores whose probabilities are known, gradients against finite differences, blocks
 * of adjacent violators by hand, and data that say nothing. */
#include "common/random.h"
#include "train/calibrators.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N = 6000, K = 3 };
static double scores[N * K];
static uint32_t gold[N];
static float values[K * (1 + 2 * SLANT_MAX_KNOTS)];

static double unit(slant_random *random) {
  return (double)(slant_random_next(random) >> 11) / 9007199254740992.0;
}

/* Gold labels drawn from softmax(W · scores + b). */
static void draw(const double w[K][K], const double b[K]) {
  slant_random random = slant_random_from(3, 0);
  for (size_t i = 0; i < N; i++) {
    double weight[K], sum = 0, u = unit(&random), *row = scores + i * K;
    for (int c = 0; c < K; c++) row[c] = 4 * unit(&random) - 2;
    for (int c = 0; c < K; c++) sum += weight[c] = exp(b[c] + w[c][0] * row[0] + w[c][1] * row[1] + w[c][2] * row[2]);
    gold[i] = u * sum < weight[0] ? 0 : u * sum < weight[0] + weight[1] ? 1 : 2;
  }
}

/* Two classes: the first with probability p(f), f uniform in [-2, 2]. */
static void draw_two(double (*p)(double)) {
  slant_random random = slant_random_from(5, 0);
  for (size_t i = 0; i < N; i++) {
    double f = 4 * unit(&random) - 2;
    scores[2 * i] = f;
    scores[2 * i + 1] = -f;
    gold[i] = unit(&random) >= p(f);
  }
}

static double shifted(double f) {
  return 1 / (1 + exp(-(1.5 * f - 0.75)));
}

static double stairs(double f) {
  return f < -0.5 ? 0.2 : f < 1 ? 0.45 : 0.9;
}

static void finds_the_temperature(void **state) {
  (void)state;
  const double truths[] = {0.3, 1, 2.5}, zero[K] = {0};
  for (int t = 0; t < 3; t++) {
    const double w[K][K] = {{truths[t], 0, 0}, {0, truths[t], 0}, {0, 0, truths[t]}};
    draw(w, zero);
    slant_scored data = {scores, gold, N, K};
    assert_int_equal(slant_calibrator_fit(SLANT_CALIBRATION_TEMPERATURE, &data, values), 1);
    assert_float_equal(values[0], (float)truths[t], truths[t] / 10);
    double s = slant_temperature_fit(&data), loss = slant_temperature_log_loss(&data, s);
    assert_true(loss <= slant_temperature_log_loss(&data, s * 1.1) &&
                loss <= slant_temperature_log_loss(&data, s / 1.1));
  }
}

static void finds_slope_and_intercept(void **state) {
  (void)state;
  draw_two(shifted);
  slant_scored data = {scores, gold, N, 2};
  assert_int_equal(slant_calibrator_fit(SLANT_CALIBRATION_SIGMOID, &data, values), 2);
  assert_float_equal(values[0], 1.5f, 0.1);
  assert_float_equal(values[1], -0.75f, 0.1);
  for (size_t i = 0; i < N; i++) gold[i] = !gold[i]; /* the classifier is wrong: level, at the share of the class */
  double share = 0;
  for (size_t i = 0; i < N; i++) share += (gold[i] == 0) / (double)N;
  slant_calibrator_fit(SLANT_CALIBRATION_SIGMOID, &data, values);
  assert_true(values[0] == 0);
  assert_float_equal(values[1], (float)log(share / (1 - share)), 1e-2);
}

/* W and b are known up to what is added to all rows alike. */
static void finds_the_matrix(void **state) {
  (void)state;
  const double w[K][K] = {{1.5, -0.5, 0}, {0.5, 1, 0}, {0, 0, 0.5}}, b[K] = {0.5, 0, -0.5};
  draw(w, b);
  slant_scored data = {scores, gold, N, K};
  assert_int_equal(slant_calibrator_fit(SLANT_CALIBRATION_MATRIX, &data, values), K * (K + 1));
  for (int c = 1; c < K; c++) {
    for (int d = 0; d < K; d++) assert_float_equal(values[c * K + d] - values[d], (float)(w[c][d] - w[0][d]), 0.15);
    assert_float_equal(values[K * K + c] - values[K * K], (float)(b[c] - b[0]), 0.15);
  }
}

static void finds_the_stairs(void **state) {
  (void)state;
  draw_two(stairs);
  slant_scored data = {scores, gold, N, 2};
  uint32_t n = slant_calibrator_fit(SLANT_CALIBRATION_ISOTONIC, &data, values);
  slant_calibration curve = {SLANT_CALIBRATION_ISOTONIC, n, values, 0, NULL, 0, NULL};
  assert_null(slant_calibration_fault(&curve, 2));
  const float at[] = {-1.5f, 0.25f, 1.5f};
  for (int i = 0; i < 3; i++) {
    const float row[] = {at[i], -at[i]};
    float p[2];
    slant_calibration_free_probabilities(&curve, row, 2, p);
    assert_float_equal(p[0], (float)stairs((double)at[i]), 0.05);
  }
}

/* ---- gradients ---- */
static void check_gradient(slant_objective *objective, void *context, double *x, size_t n) {
  double gradient[K * (K + 1)], unused[K * (K + 1)];
  assert_true(fabs(objective(x, gradient, context) - objective(x, NULL, context)) < 1e-12);
  for (size_t i = 0; i < n; i++) {
    double kept = x[i], h = 1e-6;
    x[i] = kept + h;
    double above = objective(x, unused, context);
    x[i] = kept - h;
    double below = objective(x, NULL, context);
    x[i] = kept;
    assert_true(fabs((above - below) / (2 * h) - gradient[i]) < 1e-7);
  }
}

static void gradients_are_those_of_the_losses(void **state) {
  (void)state;
  const double w[K][K] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, zero[K] = {0};
  draw(w, zero);
  slant_scored data = {scores, gold, 50, K};
  double matrix[K * (K + 1)], target[N];
  for (int i = 0; i < K * (K + 1); i++) matrix[i] = 0.3 * i - 1;
  check_gradient(slant_matrix_loss, &data, matrix, K * (K + 1));
  for (int i = 0; i < N; i++) target[i] = i % 3 ? 0.9 : 0.05;
  slant_curve_data curve = {scores, target, 50};
  const double points[][2] = {{0, 0}, {1, -2}, {30, 1}, {-400, 5}};
  for (int p = 0; p < 4; p++) {
    double x[2] = {points[p][0], points[p][1]};
    check_gradient(slant_curve_loss, &curve, x, 2);
  }
}

/* Rosenbrock's valley, whose minimum is 0 at (1, 1). */
static double valley(const double *x, double *gradient, void *context) {
  double across = x[1] - x[0] * x[0], along = 1 - x[0];
  ++*(int *)context;
  if (gradient) {
    gradient[0] = -400 * x[0] * across - 2 * along;
    gradient[1] = 200 * across;
  }
  return 100 * across * across + along * along;
}

static double nowhere(const double *x, double *gradient, void *context) {
  (void)x, (void)gradient, (void)context;
  return NAN;
}

static void minimises(void **state) {
  (void)state;
  double x[2] = {-1.2, 1};
  int calls = 0;
  assert_true(slant_minimise(valley, &calls, x, 2) < 1e-10);
  assert_true(fabs(x[0] - 1) < 1e-4 && fabs(x[1] - 1) < 1e-4);
  assert_true(slant_minimise(valley, &calls, x, 2) < 1e-10); /* at the minimum already */
  assert_true(isnan(slant_minimise(nowhere, NULL, x, 2)));
}

/* ---- adjacent violators ---- */
static void pools_by_hand(void **state) {
  (void)state;
  double x[] = {1, 2, 3, 4, 5, 6, 7}, y[] = {0, 1, 0, 1, 0, 0, 1}, weight[] = {1, 1, 1, 1, 1, 1, 1};
  /* 0 | 1 0 1 0 0 → 2/5 | 1 */
  assert_int_equal(slant_pool_adjacent(x, y, weight, 7), 3);
  const double means[] = {0, 0.4, 1}, places[] = {1, 4, 7}, sizes[] = {1, 5, 1};
  for (int b = 0; b < 3; b++)
    assert_true(fabs(y[b] - means[b]) < 1e-12 && fabs(x[b] - places[b]) < 1e-12 && weight[b] == sizes[b]);

  double tied_x[] = {1, 1, 2, 2}, tied_y[] = {0, 1, 0.25, 1}, tied_weight[] = {1, 1, 3, 1};
  assert_int_equal(slant_pool_adjacent(tied_x, tied_y, tied_weight, 4), 1); /* 0.5, then 1.75/4 */
  assert_true(fabs(tied_y[0] - 2.75 / 6) < 1e-12 && tied_weight[0] == 6);
  assert_int_equal(slant_pool_adjacent(x, y, weight, 0), 0);

  double falling_x[] = {1, 2, 3}, falling_y[] = {3, 2, 1}, falling_weight[] = {1, 1, 1};
  assert_int_equal(slant_pool_adjacent(falling_x, falling_y, falling_weight, 3), 1);
  assert_true(falling_y[0] == 2);
}

static void the_ends_are_not_certain(void **state) {
  (void)state;
  const double apart[] = {1, -1, 2, -2, -1, 1, -2, 2, 3, -3};
  const uint32_t truth[] = {0, 0, 1, 1, 0};
  slant_scored data = {apart, truth, 5, 2};
  uint32_t n = slant_calibrator_fit(SLANT_CALIBRATION_ISOTONIC, &data, values);
  assert_int_equal(n, 5);
  /* Below, two misses and the hit that is added; above, three hits and the miss. */
  const float expected[] = {2, (-2 - 2 - 1) / 3.0f, (1 + 2 + 3 + 3) / 4.0f, 1 / 3.0f, 3 / 4.0f};
  for (int i = 0; i < 5; i++) assert_float_equal(values[i], expected[i], 1e-6);
}

/* ---- what says nothing ---- */
static void sound(uint32_t kind, const slant_scored *data) {
  uint32_t n = slant_calibrator_fit(kind, data, values);
  slant_calibration calibration = {kind, n, values, 0, NULL, 0, NULL};
  assert_true(n > 0 && n <= slant_calibrator_room(data->n_classes));
  assert_null(slant_calibration_fault(&calibration, data->n_classes));
}

static void degenerate_data_are_survived(void **state) {
  (void)state;
  for (uint32_t k = 2; k <= K; k++) {
    slant_random random = slant_random_from(7, k);
    for (uint32_t kind = 1; kind <= SLANT_CALIBRATION_ISOTONIC; kind++)
      for (int fault = 0; fault < 6; fault++) {
        size_t n = fault == 0 ? 1 : 300;
        for (size_t i = 0; i < n; i++) {
          gold[i] = (uint32_t)(i % k);
          for (uint32_t c = 0; c < k; c++) {
            double score = 2 * unit(&random) - 1;
            if (fault == 1) score = 0;                             /* constant */
            if (fault == 3) score = c == gold[i] ? 1 : -1;         /* told apart */
            if (fault == 4) score *= 1e30;                         /* far out */
            if (fault == 5) score = c == gold[i] ? -1e-30 : 1e-30; /* wrong, and next to nothing */
            scores[i * k + c] = score;
          }
          if (fault == 2) gold[i] = 0; /* one class */
        }
        slant_scored data = {scores, gold, n, k};
        sound(kind, &data);
      }
  }
  slant_scored flat = {scores, gold, 0, 2};
  assert_true(slant_temperature_fit(&flat) == 1);
}

/* Thousands of steps are more than a curve may have. */
static void long_stairs_are_thinned(void **state) {
  (void)state;
  for (size_t i = 0; i < N; i++) {
    size_t step = i / 60, within = i % 60; /* of each 60, so many hits as the step says, hits first */
    scores[2 * i] = (double)i;
    scores[2 * i + 1] = -(double)i;
    gold[i] = !(within < step * 60 / 100);
  }
  slant_scored data = {scores, gold, N, 2};
  uint32_t n = slant_calibrator_fit(SLANT_CALIBRATION_ISOTONIC, &data, values);
  slant_calibration curve = {SLANT_CALIBRATION_ISOTONIC, n, values, 0, NULL, 0, NULL};
  assert_int_equal(n, 1 + 2 * SLANT_MAX_KNOTS > n ? n : 1 + 2 * SLANT_MAX_KNOTS);
  assert_true(values[0] > 30);
  assert_null(slant_calibration_fault(&curve, 2));
  for (int step = 5; step < 95; step += 10) {
    const float row[] = {(float)(step * 60 + 30), -(float)(step * 60 + 30)};
    float p[2];
    slant_calibration_free_probabilities(&curve, row, 2, p);
    assert_float_equal(p[0], (float)step / 100, 0.03);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_the_temperature),
      cmocka_unit_test(finds_slope_and_intercept),
      cmocka_unit_test(finds_the_matrix),
      cmocka_unit_test(finds_the_stairs),
      cmocka_unit_test(gradients_are_those_of_the_losses),
      cmocka_unit_test(minimises),
      cmocka_unit_test(pools_by_hand),
      cmocka_unit_test(the_ends_are_not_certain),
      cmocka_unit_test(degenerate_data_are_survived),
      cmocka_unit_test(long_stairs_are_thinned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
