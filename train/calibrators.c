#include "train/calibrators.h"

#include "common/memory.h"
#include "train/calibrate.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <slant/model.h>
#include <stdlib.h>
#include <string.h>

/* Where s is looked for: 2^-10 … 2^10. */
#define LOG_S_RANGE (10 * M_LN2)
enum { BRACKET_STEPS = 40, MAX_ITERATIONS = 200 };

/* ---- temperature ---- */
/* ln Σ_c exp(z_c), taken about the highest so that nothing overflows. */
static double log_sum(const double *z, uint32_t n, double s) {
  double top = z[slant_argmax(z, n)], sum = 0;
  for (uint32_t c = 0; c < n; c++) sum += exp(s * (z[c] - top));
  return s * top + log(sum);
}

/* Mean of -Σ_c t_c ln p_c at s = e^log_s. Convex in s. */
static double temperature_loss(double log_s, void *context) {
  const slant_scored *data = context;
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
static double minimise_between(gsl_function *function, double low, double middle, double high) {
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

double slant_temperature_fit(const slant_scored *data) {
  if (data->n == 0 || data->n_classes < 2) return 1;
  slant_scored copy = *data; /* GSL's functions take no const */
  gsl_function function = {temperature_loss, &copy};
  double values[BRACKET_STEPS + 1], step = 2 * LOG_S_RANGE / BRACKET_STEPS, most = -INFINITY;
  int best = 0;
  for (int i = 0; i <= BRACKET_STEPS; i++) {
    values[i] = temperature_loss(-LOG_S_RANGE + i * step, &copy);
    if (values[i] < values[best]) best = i;
    if (values[i] > most) most = values[i];
  }
  if (!isfinite(most) || most - values[best] < 1e-12) return 1;
  double middle = -LOG_S_RANGE + best * step;
  /* At an end of the range, or where the grid happened on two equal points, there is no bracket: the grid will do.
   * GSL's error handler ends the process, so it must never be given a bracket that is none. */
  if (best > 0 && best < BRACKET_STEPS && values[best - 1] > values[best] && values[best + 1] > values[best])
    middle = minimise_between(&function, middle - step, middle, middle + step);
  return exp(middle);
}

double slant_temperature_log_loss(const slant_scored *data, double s) {
  double sum = 0;
  for (size_t i = 0; i < data->n; i++) {
    const double *scores = data->scores + i * data->n_classes;
    sum += log_sum(scores, data->n_classes, s) - s * scores[data->gold[i]];
  }
  return data->n ? sum / (double)data->n : 0;
}

/* ---- BFGS ---- */
typedef struct gsl_objective {
  slant_objective *function;
  void *context;
} gsl_objective;

/* GSL allocates the vectors it calls with, so they have no stride. */
static double value_of(const gsl_vector *x, void *context) {
  gsl_objective *objective = context;
  return objective->function(x->data, NULL, objective->context);
}

static void gradient_of(const gsl_vector *x, void *context, gsl_vector *gradient) {
  gsl_objective *objective = context;
  objective->function(x->data, gradient->data, objective->context);
}

static void both_of(const gsl_vector *x, void *context, double *value, gsl_vector *gradient) {
  gsl_objective *objective = context;
  *value = objective->function(x->data, gradient->data, objective->context);
}

double slant_minimise(slant_objective *objective, void *context, double *x, size_t n) {
  gsl_objective wrapped = {.function = objective, .context = context};
  gsl_multimin_function_fdf function = {value_of, gradient_of, both_of, n, &wrapped};
  gsl_vector_const_view start = gsl_vector_const_view_array(x, n);
  double best = objective(x, NULL, context);
  /* Whatever is not finite, GSL would take to its error handler, or for ever. */
  if (!isfinite(best)) return best;
  gsl_multimin_fdfminimizer *minimizer = gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2, n);
  if (!minimizer) return best;
  int status = gsl_multimin_fdfminimizer_set(minimizer, &function, &start.vector, 0.1, 0.1);
  for (int i = 0; i < MAX_ITERATIONS && status == GSL_SUCCESS; i++) {
    status = gsl_multimin_fdfminimizer_iterate(minimizer); /* GSL_ENOPROG: as low as doubles go */
    if (gsl_multimin_test_gradient(minimizer->gradient, 1e-6) == GSL_SUCCESS) break;
  }
  if (minimizer->f <= best) {
    best = minimizer->f;
    memcpy(x, minimizer->x->data, n * sizeof *x);
  }
  gsl_multimin_fdfminimizer_free(minimizer);
  return best;
}

/* ---- curves ---- */
static double curve_score(const slant_scored *data, size_t i, uint32_t curve) {
  const double *row = data->scores + i * data->n_classes;
  return data->n_classes == 2 ? (row[0] - row[1]) / 2 : row[curve];
}

/* ln(1 + e^z) - t z */
double slant_curve_loss(const double *x, double *gradient, void *curve_data) {
  const slant_curve_data *data = curve_data;
  double sum = 0, slope = 0, intercept = 0;
  for (size_t i = 0; i < data->n; i++) {
    double z = x[0] * data->x[i] + x[1], e = exp(-fabs(z));
    sum += (z > 0 ? z : 0) + log1p(e) - data->target[i] * z;
    double off = (z > 0 ? 1 : e) / (1 + e) - data->target[i];
    slope += off * data->x[i];
    intercept += off;
  }
  double n = (double)data->n;
  if (gradient) {
    gradient[0] = slope / n;
    gradient[1] = intercept / n;
  }
  return sum / n;
}

/* Platt's targets of one class: (N+ + 1) / (N+ + 2) and 1 / (N- + 2). */
static void platt_targets(const slant_scored *data, uint32_t class, double *target) {
  size_t positive = 0;
  for (size_t i = 0; i < data->n; i++) positive += data->gold[i] == class;
  double high = ((double)positive + 1) / ((double)positive + 2), low = 1 / ((double)(data->n - positive) + 2);
  for (size_t i = 0; i < data->n; i++) target[i] = data->gold[i] == class ? high : low;
}

static double root_mean_square(const double *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * x[i];
  sum = n ? sqrt(sum / (double)n) : 0;
  return sum > 0 && isfinite(sum) ? sum : 1;
}

/* One class's slope and intercept. x is scratch of n, and so is target. */
static void fit_sigmoid(const slant_scored *data, uint32_t curve, double *x, double *target, float *values) {
  for (size_t i = 0; i < data->n; i++) x[i] = curve_score(data, i, curve);
  double scale = root_mean_square(x, data->n), parameters[2] = {1, 0}, mean = 0;
  for (size_t i = 0; i < data->n; i++) x[i] /= scale;
  platt_targets(data, curve, target);
  for (size_t i = 0; i < data->n; i++) mean += target[i];
  mean = data->n ? mean / (double)data->n : 0.5;
  slant_curve_data curve_data = {x, target, data->n};
  if (data->n) slant_minimise(slant_curve_loss, &curve_data, parameters, 2);
  /* A falling curve would turn the classifier round. The loss is convex: the best that does not fall is level. */
  if (!(parameters[0] >= 0)) {
    parameters[0] = 0;
    parameters[1] = log(mean / (1 - mean));
  }
  values[0] = (float)(parameters[0] / scale);
  values[1] = (float)parameters[1];
}

/* ---- isotonic ---- */
size_t slant_pool_adjacent(double *x, double *y, double *weight, size_t n) {
  size_t top = 0; /* blocks 0 … top - 1 ascend */
  for (size_t i = 0; i < n;) {
    double bx = x[i], by = y[i] * weight[i], bw = weight[i];
    while (++i < n && x[i] == bx) { /* equal x are one point */
      by += y[i] * weight[i];
      bw += weight[i];
    }
    by /= bw;
    while (top && y[top - 1] >= by) {
      double sum = bw + weight[--top];
      bx = (bx * bw + x[top] * weight[top]) / sum;
      by = (by * bw + y[top] * weight[top]) / sum;
      bw = sum;
    }
    x[top] = bx;
    y[top] = by;
    weight[top++] = bw;
  }
  return top;
}

/* Joins the two neighbours that lose least by it, in squared distance, until there are few enough. */
static size_t thin(double *x, double *y, double *weight, size_t n, size_t most) {
  while (n > most) {
    size_t best = 0;
    double least = INFINITY;
    for (size_t i = 0; i + 1 < n; i++) {
      double step = y[i + 1] - y[i], loss = weight[i] * weight[i + 1] / (weight[i] + weight[i + 1]) * step * step;
      if (loss < least) {
        least = loss;
        best = i;
      }
    }
    double sum = weight[best] + weight[best + 1];
    x[best] = (x[best] * weight[best] + x[best + 1] * weight[best + 1]) / sum;
    y[best] = (y[best] * weight[best] + y[best + 1] * weight[best + 1]) / sum;
    weight[best] = sum;
    for (size_t i = best + 1; i + 1 < n; i++) {
      x[i] = x[i + 1];
      y[i] = y[i + 1];
      weight[i] = weight[i + 1];
    }
    n--;
  }
  return n;
}

typedef struct scored_point {
  double x, y;
} scored_point;

static int by_x(const void *left, const void *right) {
  const scored_point *a = left, *b = right;
  if (a->x != b->x) return a->x < b->x ? -1 : 1;
  return a->y < b->y ? -1 : a->y > b->y; /* the same order on every run */
}

/* The knots of one class's curve. A miss of weight 1 at the highest score and a hit at the lowest keep the ends from 0
 * and 1: a block of m hits at the top is m / (m + 1). points has room for n + 2, x, y and weight too. */
static uint32_t fit_isotonic(const slant_scored *data, uint32_t curve, scored_point *points, double *x, float *values) {
  size_t n = data->n + 2;
  double *y = x + n, *weight = y + n;
  for (size_t i = 0; i < data->n; i++) points[i] = (scored_point){curve_score(data, i, curve), data->gold[i] == curve};
  qsort(points, data->n, sizeof *points, by_x);
  double first = data->n ? points[0].x : 0, last = data->n ? points[data->n - 1].x : 0;
  x[0] = first;
  y[0] = 1;
  for (size_t i = 0; i < data->n; i++) {
    x[i + 1] = points[i].x;
    y[i + 1] = points[i].y;
  }
  x[n - 1] = last;
  y[n - 1] = 0;
  for (size_t i = 0; i < n; i++) weight[i] = 1;
  n = thin(x, y, weight, slant_pool_adjacent(x, y, weight, n), SLANT_MAX_KNOTS);
  uint32_t n_knots = 0;
  for (size_t i = 0; i < n; i++) /* of two that are one float the upper stays */
    if (i + 1 == n || (float)x[i] < (float)x[i + 1]) values[1 + n_knots++] = (float)x[i];
  float *g = values + 1 + n_knots;
  uint32_t at = 0;
  for (size_t i = 0; i < n; i++)
    if (i + 1 == n || (float)x[i] < (float)x[i + 1]) g[at++] = (float)y[i];
  values[0] = (float)n_knots;
  return 1 + 2 * n_knots;
}

/* ---- matrix ---- */
static double matrix_penalty(const double *x, double *gradient, uint32_t k, double n) {
  double sum = 0;
  for (uint32_t c = 0; c < k; c++)
    for (uint32_t d = 0; d <= k; d++) {
      if (d == c) continue;
      size_t at = d < k ? (size_t)c * k + d : (size_t)k * k + c;
      sum += x[at] * x[at] / (2 * n);
      if (gradient) gradient[at] += x[at] / n;
    }
  return sum;
}

double slant_matrix_loss(const double *x, double *gradient, void *scored) {
  const slant_scored *data = scored;
  uint32_t k = data->n_classes;
  double z[SLANT_MAX_CLASSES], n = (double)data->n, epsilon = 1 / (n + 2), others = epsilon / (k - 1), sum = 0;
  if (gradient) memset(gradient, 0, (size_t)k * (k + 1) * sizeof *gradient);
  for (size_t i = 0; i < data->n; i++) {
    const double *scores = data->scores + i * k;
    for (uint32_t c = 0; c < k; c++) {
      z[c] = x[(size_t)k * k + c];
      for (uint32_t d = 0; d < k; d++) z[c] += x[(size_t)c * k + d] * scores[d];
    }
    double whole = log_sum(z, k, 1);
    sum += whole;
    for (uint32_t c = 0; c < k; c++) {
      double target = c == data->gold[i] ? 1 - epsilon : others;
      sum -= target * z[c];
      if (!gradient) continue;
      double off = (exp(z[c] - whole) - target) / n;
      gradient[(size_t)k * k + c] += off;
      for (uint32_t d = 0; d < k; d++) gradient[(size_t)c * k + d] += off * scores[d];
    }
  }
  return sum / n + matrix_penalty(x, gradient, k, n);
}

/* From the temperature, which is the matrix s·I. */
static uint32_t fit_matrix(const slant_scored *data, float *values) {
  uint32_t k = data->n_classes;
  size_t n_values = (size_t)k * (k + 1), n_scores = data->n * k;
  double *x = slant_alloc_zero(n_values, sizeof *x);
  double *scores = slant_alloc(n_scores, sizeof *scores);
  uint32_t n_written = 0;
  if (x && scores && data->n) {
    double scale = root_mean_square(data->scores, n_scores);
    for (size_t i = 0; i < n_scores; i++) scores[i] = data->scores[i] / scale;
    slant_scored scaled = {scores, data->gold, data->n, k};
    double s = slant_temperature_fit(&scaled);
    for (uint32_t c = 0; c < k; c++) x[(size_t)c * k + c] = s;
    slant_minimise(slant_matrix_loss, &scaled, x, n_values);
    for (size_t i = 0; i < n_values; i++) values[i] = (float)(i < (size_t)k * k ? x[i] / scale : x[i]);
    n_written = (uint32_t)n_values;
  }
  free(x);
  free(scores);
  return n_written;
}

/* ---- any ---- */
static uint32_t fit_curves(uint32_t kind, const slant_scored *data, float *values) {
  uint32_t n_curves = slant_calibration_curves(data->n_classes), n_values = 0;
  double *x = slant_alloc(data->n + 2, 3 * sizeof *x);
  scored_point *points = slant_alloc(data->n + 2, sizeof *points);
  for (uint32_t c = 0; x && points && c < n_curves; c++)
    if (kind == SLANT_CALIBRATION_ISOTONIC) {
      n_values += fit_isotonic(data, c, points, x, values + n_values);
    } else {
      fit_sigmoid(data, c, x, x + data->n, values + n_values);
      n_values += 2;
    }
  free(x);
  free(points);
  return n_values;
}

uint32_t slant_calibrator_fit(uint32_t kind, const slant_scored *data, float *values) {
  switch (kind) {
  case SLANT_CALIBRATION_TEMPERATURE: values[0] = (float)slant_temperature_fit(data); return 1;
  case SLANT_CALIBRATION_MATRIX: return fit_matrix(data, values);
  default: return fit_curves(kind, data, values);
  }
}
