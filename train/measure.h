/* What settings are compared by: a measure of held-out scores, and its standard error over the folds. */
#ifndef SLANT_TRAIN_MEASURE_H
#define SLANT_TRAIN_MEASURE_H

#include <slant/error.h>
#include <stdbool.h>
#include <stdint.h>

/* In the order of the words of --metric. */
typedef enum slant_metric {
  SLANT_METRIC_MACRO_F1,
  SLANT_METRIC_ACCURACY,
  SLANT_METRIC_F_AVG,   /* mean F1 of favor and against */
  SLANT_METRIC_LOG_LOSS /* of probabilities by the temperature that suits these very scores best; less is better */
} slant_metric;

/* How the card and messages name it: "macro_f1", … */
const char *slant_metric_key(slant_metric metric);

/* Held-out class scores, fold by fold. */
typedef struct slant_held {
  double *scores; /* n × n_classes */
  uint32_t *gold; /* n class numbers */
  uint32_t *end;  /* n_folds: where each fold's rows end; they start where the fold's before end */
  uint32_t n, n_folds, n_classes;
} slant_held;

typedef struct slant_measured {
  double value; /* over all rows pooled */
  double error; /* standard error: that of the mean of the folds' own values (Hastie, Tibshirani and Friedman 2009,
                 * section 7.10); NAN of one fold */
} slant_measured;

/* favor and against are class numbers, for F_avg; n_classes or more where the data have no such class, whose F1 then is
 * 0. */
int slant_measure(slant_measured *out, slant_metric metric, const slant_held *held, uint32_t favor, uint32_t against,
                  slant_error *error);
/* Whether a is a better value of the metric than b. NAN is worse than anything. */
bool slant_metric_better(slant_metric metric, double a, double b);

#endif
