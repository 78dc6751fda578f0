#include "train/measure.h"

#include "common/memory.h"
#include "train/calibrate.h"
#include "train/calibrators.h"

#include <math.h>
#include <slant/evaluation.h>
#include <stdlib.h>
#include <string.h>

const char *slant_metric_key(slant_metric metric) {
  static const char *const keys[] = {"macro_f1", "accuracy", "f_avg", "log_loss"};
  return keys[metric];
}

bool slant_metric_better(slant_metric metric, double a, double b) {
  if (isnan(a) || isnan(b)) return isnan(b) && !isnan(a);
  return metric == SLANT_METRIC_LOG_LOSS ? a < b : a > b;
}

static double f1_of(const uint64_t *confusion, uint32_t n, uint32_t class, slant_class_metrics *classes) {
  if (class >= n) return 0;
  slant_metrics_classes(confusion, n, classes);
  return classes[class].f1;
}

/* The metric of a confusion table. */
static double of_table(slant_metric metric, const uint64_t *confusion, uint32_t n, uint32_t favor, uint32_t against) {
  slant_class_metrics classes[64]; /* SLANT_MAX_CLASSES */
  switch (metric) {
  case SLANT_METRIC_ACCURACY: return slant_metrics_accuracy(confusion, n);
  case SLANT_METRIC_F_AVG: return (f1_of(confusion, n, favor, classes) + f1_of(confusion, n, against, classes)) / 2;
  case SLANT_METRIC_MACRO_F1:
  case SLANT_METRIC_LOG_LOSS:
  default: return slant_metrics_macro_f1(confusion, n);
  }
}

/* Standard deviation of the folds' values, through the root of their number. */
static double standard_error(const double *values, uint32_t n) {
  double mean = 0, squares = 0;
  if (n < 2) return NAN;
  for (uint32_t f = 0; f < n; f++) mean += values[f] / n;
  for (uint32_t f = 0; f < n; f++) squares += (values[f] - mean) * (values[f] - mean);
  return sqrt(squares / (n - 1) / n);
}

static void by_loss(slant_measured *out, const slant_held *held, double *values) {
  uint32_t k = held->n_classes;
  slant_scored all = {.scores = held->scores, .gold = held->gold, .n = held->n, .n_classes = k};
  double s = slant_temperature_fit(&all);
  for (uint32_t f = 0, first = 0; f < held->n_folds; first = held->end[f++]) {
    slant_scored part = {held->scores + (size_t)first * k, held->gold + first, held->end[f] - first, k};
    values[f] = slant_temperature_log_loss(&part, s);
  }
  out->value = slant_temperature_log_loss(&all, s);
}

static void by_table(slant_measured *out, slant_metric metric, const slant_held *held, uint32_t favor, uint32_t against,
                     uint64_t *confusion, double *values) {
  uint32_t k = held->n_classes;
  uint64_t *all = confusion + (size_t)k * k;
  for (uint32_t f = 0, i = 0; f < held->n_folds; f++) {
    memset(confusion, 0, (size_t)k * k * sizeof *confusion);
    for (; i < held->end[f]; i++) {
      size_t cell = (size_t)held->gold[i] * k + slant_argmax(held->scores + (size_t)i * k, k);
      confusion[cell]++;
      all[cell]++;
    }
    values[f] = of_table(metric, confusion, k, favor, against);
  }
  out->value = of_table(metric, all, k, favor, against);
}

int slant_measure(slant_measured *out, slant_metric metric, const slant_held *held, uint32_t favor, uint32_t against,
                  slant_error *error) {
  double *values = slant_alloc(held->n_folds, sizeof *values);
  uint64_t *confusion = slant_alloc_zero((size_t)held->n_classes * held->n_classes, 2 * sizeof *confusion);
  bool ok = values && confusion;
  if (ok && metric == SLANT_METRIC_LOG_LOSS) by_loss(out, held, values);
  if (ok && metric != SLANT_METRIC_LOG_LOSS) by_table(out, metric, held, favor, against, confusion, values);
  if (ok) out->error = standard_error(values, held->n_folds);
  free(values);
  free(confusion);
  return ok ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory to measure %u held-out examples", held->n);
}
