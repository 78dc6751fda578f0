#include <slant/calibration.h>

#include <math.h>
#include <slant/model.h>
#include <stdbool.h>
#include <string.h>

const char *slant_calibration_name(uint32_t kind) {
  static const char *const names[] = {NULL, "temperature", "sigmoid", "matrix", "isotonic"};
  return kind < sizeof names / sizeof *names ? names[kind] : NULL;
}

/* ---- rules ---- */
static bool all_finite(const float *values, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!isfinite(values[i])) return false;
  return true;
}

/* The knots of a curve where `left` floats are left for it; 0: there are none, or not so many. */
static uint32_t count_knots(const float *values, uint32_t left) {
  if (!left || !(values[0] >= 1 && values[0] <= SLANT_MAX_KNOTS)) return 0;
  uint32_t n = (uint32_t)values[0];
  return (float)n == values[0] && left - 1 >= 2 * n ? n : 0;
}

static bool curve_rises(const float *x, const float *g, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!(g[i] >= 0 && g[i] <= 1) || (i && (!(x[i] > x[i - 1]) || g[i] < g[i - 1]))) return false;
  return true;
}

static bool isotonic_is_sound(const float *values, uint32_t n_values, uint32_t n_curves) {
  uint32_t at = 0;
  for (uint32_t c = 0; c < n_curves; c++) {
    uint32_t n = count_knots(values + at, n_values - at);
    if (!n || !curve_rises(values + at + 1, values + at + 1 + n, n)) return false;
    at += 1 + 2 * n;
  }
  return at == n_values;
}

static bool values_are_sound(const slant_calibration *calibration, uint32_t n_classes) {
  const float *values = calibration->values;
  uint32_t n = calibration->n_values, n_curves = slant_calibration_curves(n_classes);
  if (!values || !all_finite(values, n)) return false;
  switch (calibration->kind) {
  case SLANT_CALIBRATION_TEMPERATURE: return n == 1 && values[0] > 0;
  case SLANT_CALIBRATION_SIGMOID:
    if (n != 2 * n_curves) return false;
    for (uint32_t c = 0; c < n_curves; c++)
      if (!(values[2 * c] >= 0)) return false;
    return true;
  case SLANT_CALIBRATION_MATRIX: return n == n_classes * (n_classes + 1);
  case SLANT_CALIBRATION_ISOTONIC: return isotonic_is_sound(values, n, n_curves);
  default: return false;
  }
}

static bool levels_are_sound(const slant_calibration *calibration) {
  if (!calibration->n_levels) return true;
  if (calibration->n_levels != SLANT_COVERAGE_LEVELS || !calibration->levels) return false;
  for (uint32_t i = 0; i < SLANT_COVERAGE_LEVELS; i++) {
    float level = calibration->levels[i];
    if (!(level >= 0 && level <= 1) || (i && level > calibration->levels[i - 1])) return false;
  }
  return true;
}

static bool prior_is_sound(const slant_calibration *calibration, uint32_t n_classes) {
  if (!calibration->n_prior) return true;
  if (calibration->n_prior != n_classes || !calibration->prior) return false;
  for (uint32_t c = 0; c < n_classes; c++)
    if (!(calibration->prior[c] > 0 && calibration->prior[c] <= 1)) return false;
  return true;
}

const char *slant_calibration_fault(const slant_calibration *calibration, uint32_t n_classes) {
  if (!slant_calibration_name(calibration->kind)) return "a calibration of a kind that this program does not know";
  if (n_classes < 2 || n_classes > SLANT_MAX_CLASSES || !values_are_sound(calibration, n_classes))
    return "a calibration whose numbers make no sense";
  if (!levels_are_sound(calibration)) return "a calibration whose levels of coverage make no sense";
  return prior_is_sound(calibration, n_classes) ? NULL : "a calibration whose shares of classes make no sense";
}

/* ---- probabilities ---- */
static float sigmoid(float z) {
  return 1 / (1 + expf(-z));
}

/* The curve at x: the last knot at or before it, and the way to the next. */
static float interpolate(const float *x, const float *g, uint32_t n, float at) {
  if (!(at > x[0])) return g[0];
  if (at >= x[n - 1]) return g[n - 1];
  uint32_t low = 0, high = n - 1; /* x[low] < at < x[high] or at == x[low] */
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (x[middle] <= at)
      low = middle;
    else
      high = middle;
  }
  return g[low] + (g[high] - g[low]) * ((at - x[low]) / (x[high] - x[low]));
}

static void softmax(float *z, uint32_t n) {
  float highest = z[0], sum = 0;
  for (uint32_t c = 1; c < n; c++)
    if (z[c] > highest) highest = z[c];
  for (uint32_t c = 0; c < n; c++) sum += z[c] = expf(z[c] - highest);
  for (uint32_t c = 0; c < n; c++) z[c] /= sum;
}

static void put_matrix(const float *values, const float *scores, uint32_t n, float *out) {
  for (uint32_t c = 0; c < n; c++) {
    out[c] = values[n * n + c];
    for (uint32_t d = 0; d < n; d++) out[c] += values[n * c + d] * scores[d];
  }
  softmax(out, n);
}

/* The value of every curve at the score that it is a function of, divided by their sum. */
static void put_curves(const slant_calibration *calibration, const float *scores, uint32_t n, float *out) {
  const float *values = calibration->values;
  uint32_t n_curves = slant_calibration_curves(n);
  float sum = 0;
  for (uint32_t c = 0; c < n_curves; c++) {
    float x = n == 2 ? (scores[0] - scores[1]) / 2 : scores[c];
    if (calibration->kind == SLANT_CALIBRATION_SIGMOID) {
      out[c] = sigmoid(values[0] * x + values[1]);
      values += 2;
    } else {
      uint32_t n_knots = (uint32_t)values[0];
      out[c] = interpolate(values + 1, values + 1 + n_knots, n_knots, x);
      values += 1 + 2 * n_knots;
    }
    sum += out[c];
  }
  if (n == 2)
    out[1] = 1 - out[0];
  else
    for (uint32_t c = 0; c < n; c++) out[c] /= sum;
}

void slant_calibration_free_probabilities(const slant_calibration *calibration, const float *scores, uint32_t n_classes,
                                          float *probabilities) {
  float sum = 0;
  switch (calibration->kind) {
  case SLANT_CALIBRATION_TEMPERATURE: {
    float highest = scores[0];
    for (uint32_t c = 1; c < n_classes; c++)
      if (scores[c] > highest) highest = scores[c];
    for (uint32_t c = 0; c < n_classes; c++) probabilities[c] = calibration->values[0] * (scores[c] - highest);
    softmax(probabilities, n_classes);
    break;
  }
  case SLANT_CALIBRATION_MATRIX: put_matrix(calibration->values, scores, n_classes, probabilities); break;
  default: put_curves(calibration, scores, n_classes, probabilities);
  }
  for (uint32_t c = 0; c < n_classes; c++) sum += probabilities[c];
  if (sum > 0.5f && sum < 1.5f) return;
  /* Every curve is 0 here, or a product has overflowed: nothing is known. */
  for (uint32_t c = 0; c < n_classes; c++) probabilities[c] = 1 / (float)n_classes;
}

void slant_calibration_agree(float *probabilities, uint32_t n_classes, uint32_t label) {
  bool pooled[SLANT_MAX_CLASSES] = {false};
  float mean = probabilities[label], sum = mean;
  uint32_t n_pooled = 1;
  pooled[label] = true;
  /* The highest that is above the mean joins and raises it, until none is above. */
  for (;;) {
    uint32_t highest = label;
    for (uint32_t c = 0; c < n_classes; c++)
      if (!pooled[c] && (pooled[highest] || probabilities[c] > probabilities[highest])) highest = c;
    if (pooled[highest] || !(probabilities[highest] > mean)) break;
    pooled[highest] = true;
    sum += probabilities[highest];
    mean = sum / (float)++n_pooled;
  }
  if (n_pooled == 1) return;
  for (uint32_t c = 0; c < n_classes; c++)
    if (pooled[c]) probabilities[c] = mean;
}

void slant_calibration_probabilities(const slant_calibration *calibration, const float *scores, uint32_t n_classes,
                                     uint32_t label, float *probabilities) {
  slant_calibration_free_probabilities(calibration, scores, n_classes, probabilities);
  slant_calibration_agree(probabilities, n_classes, label);
}

float slant_calibration_threshold(const slant_calibration *calibration, double coverage) {
  if (!calibration->n_levels || !(coverage < 1)) return 0;
  double place = coverage > 0 ? coverage * (SLANT_COVERAGE_LEVELS - 1) : 0;
  uint32_t below = (uint32_t)place;
  double share = place - below;
  return (float)((1 - share) * (double)calibration->levels[below] + share * (double)calibration->levels[below + 1]);
}
