/*
 * Probabilities for a model's scores: every kind of calibration that the number of examples allows is fitted, from the
 * fewest numbers to the most, and one is taken in the place of those before it where its log-loss is lower by more than
 * a standard error of the difference.
 *
 * A calibration is judged on scores that it was not fitted to: the held-out examples are dealt into folds of their own,
 * each is judged by a calibration of the others (cross-fitting), and so is what is reported. Probabilities are judged
 * as they will be given, in agreement with the label. They are of the distribution of the examples, whatever the weight
 * of a label was while a model was fitted.
 */
#ifndef SLANT_TRAIN_CALIBRATE_H
#define SLANT_TRAIN_CALIBRATE_H

#include <slant/calibration.h>
#include <slant/error.h>
#include <slant/reliability.h>
#include <stdbool.h>
#include <stddef.h>

enum { SLANT_CALIBRATION_KINDS = SLANT_CALIBRATION_ISOTONIC };

typedef struct slant_calibrate_input {
  const double *scores;  /* n × n_classes held-out scores; a row that is not finite is passed over */
  const uint32_t *gold;  /* n class numbers */
  const uint32_t *group; /* n: a group is never on both sides of a fold */
  size_t n;
  uint32_t n_classes;
  uint64_t seed;
} slant_calibrate_input;

typedef struct slant_fitted_calibration {
  slant_calibration calibration;            /* its numbers are of `numbers` */
  float *numbers;                           /* owned */
  double log_loss[SLANT_CALIBRATION_KINDS]; /* of kind i + 1, cross-fitted; NAN where it was not tried */
  slant_reliability reliability;            /* of the chosen kind, cross-fitted */
  /* accuracy[i]: of the share i/20 of the examples with the highest cross-fitted confidence; accuracy[0] is NAN */
  double accuracy[SLANT_COVERAGE_LEVELS];
} slant_fitted_calibration;

/* A temperature of 1, and nothing known of it. */
int slant_calibrate_none(slant_fitted_calibration *out, slant_error *error);
/* Where no example is held out, or they are of one group, as above but for the temperature. */
int slant_calibrate(slant_fitted_calibration *out, const slant_calibrate_input *input, slant_error *error);
void slant_fitted_calibration_free(slant_fitted_calibration *fitted);

/* Number of the highest score; ties go to the lower number. */
uint32_t slant_argmax(const double *scores, uint32_t n_classes);

#endif
