#include "train/calibrate.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <math.h>

/* Where s is looked for: 2^-10 … 2^10. */
#define LOG_S_RANGE (10 * M_LN2)
enum { BRACKET_STEPS = 40, MAX_ITERATIONS = 100, MAX_BINS = 64 };

typedef struct calibration {
  const double *scores;
  const uint32_t *gold;
  size_t n;
  uint32_t n_classes;
} calibration;

uint32_t slant_argmax(const double *scores, uint32_t n_classes) {
  uint32_t best = 0;
  for (uint32_t c = 1; c < n_classes; c++)
    if (scores[c] > scores[best]) best = c;
  return best;
}

/* ln Σ_c exp(s · score_c), taken about the highest score so that nothing overflows. */
static double log_sum(const double *scores, uint32_t n_classes, double s) {
  double top = scores[slant_argmax(scores, n_classes)], sum = 0;
  for (uint32_t c = 0; c < n_classes; c++) sum += exp(s * (scores[c] - top));
  return s * top + log(sum);
}

/* Mean of -Σ_c t_c ln p_c at s = e^log_s, with targets t of 1 - ε for the gold class and ε / (K - 1) for each other,
 * ε = 1 / (n + 2). Convex in s. */
static double smoothed_loss(double log_s, void *context) {
  const calibration *data = context;
  double s = exp(log_s), epsilon = 1 / ((double)data->n + 2), others = epsilon / (data->n_classes - 1), sum = 0;
  for (size_t i = 0; i < data->n; i++) {
    const double *scores = data->scores + i * data->n_classes;
    double expected = 0;
    for (uint32_t c = 0; c < data->n_classes; c++) expected += (c == data->gold[i] ? 1 - epsilon : others) * scores[c];
    sum += log_sum(scores, data->n_classes, s) - s * expected;
  }
  return sum / (double)data->n;
}

/* Brent's method from a bracket whose middle is lower than both its ends. */
static double minimise(gsl_function *function, double low, double middle, double high) {
  gsl_min_fminimizer *minimizer = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
  if (!minimizer) return middle;
  double best = middle;
  int status = gsl_min_fminimizer_set(minimizer, function, middle, low, high);
  for (int i = 0; i < MAX_ITERATIONS && status == GSL_SUCCESS; i++) {
    status = gsl_min_fminimizer_iterate(minimizer);
    best = gsl_min_fminimizer_x_minimum(minimizer);
    double width = gsl_min_fminimizer_x_upper(minimizer) - gsl_min_fminimizer_x_lower(minimizer);
    if (width < 1e-6) break;
  }
  gsl_min_fminimizer_free(minimizer);
  return best;
}

double slant_calibrate(const double *scores, const uint32_t *gold, size_t n, uint32_t n_classes) {
  if (n == 0 || n_classes < 2) return 1;
  calibration data = {scores, gold, n, n_classes};
  gsl_function function = {smoothed_loss, &data};
  double values[BRACKET_STEPS + 1], step = 2 * LOG_S_RANGE / BRACKET_STEPS, most = -INFINITY;
  int best = 0;
  for (int i = 0; i <= BRACKET_STEPS; i++) {
    values[i] = smoothed_loss(-LOG_S_RANGE + i * step, &data);
    if (values[i] < values[best]) best = i;
    if (values[i] > most) most = values[i];
  }
  if (!isfinite(most) || most - values[best] < 1e-12) return 1;
  double middle = -LOG_S_RANGE + best * step;
  /* At an end of the range, or where the grid happened on two equal points, there is no bracket: the grid will do.
   * GSL's error handler ends the process, so it must never be given a bracket that is none. */
  if (best > 0 && best < BRACKET_STEPS && values[best - 1] > values[best] && values[best + 1] > values[best])
    middle = minimise(&function, middle - step, middle, middle + step);
  return exp(middle);
}

double slant_log_loss(const double *scores, const uint32_t *gold, size_t n, uint32_t n_classes, double s) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += log_sum(scores + i * n_classes, n_classes, s) - s * scores[i * n_classes + gold[i]];
  return n ? sum / (double)n : 0;
}

/* Σ_b |correct_b - confidence_b| / n, both summed over the examples of bin b. */
double slant_calibration_error(const double *scores, const uint32_t *gold, size_t n, uint32_t n_classes, double s,
                               uint32_t bins) {
  double difference[MAX_BINS] = {0}, sum = 0;
  if (bins < 1 || bins > MAX_BINS) bins = MAX_BINS;
  for (size_t i = 0; i < n; i++) {
    const double *row = scores + i * n_classes;
    uint32_t top = slant_argmax(row, n_classes);
    double p = exp(s * row[top] - log_sum(row, n_classes, s));
    uint32_t bin = (uint32_t)(p * bins);
    difference[bin < bins ? bin : bins - 1] += (top == gold[i]) - p;
  }
  for (uint32_t b = 0; b < bins; b++) sum += fabs(difference[b]);
  return n ? sum / (double)n : 0;
}
