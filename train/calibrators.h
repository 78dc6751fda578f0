/*
 * Calibrators of every kind from held-out scores: the numbers that a slant_calibration holds. Private to train.
 *
 * scores are n × n_classes, finite, higher is likelier; gold holds n class numbers. Gold labels are smoothed, so that
 * no number becomes infinite where scores separate the classes.
 */
#ifndef SLANT_TRAIN_CALIBRATORS_H
#define SLANT_TRAIN_CALIBRATORS_H

#include <slant/calibration.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct slant_scored {
  const double *scores;
  const uint32_t *gold;
  size_t n;
  uint32_t n_classes;
} slant_scored;

/* Room for the values of any calibration of so many classes. */
static inline size_t slant_calibrator_room(uint32_t n_classes) {
  size_t curves = (size_t)n_classes * (1 + 2 * SLANT_MAX_KNOTS), matrix = (size_t)n_classes * (n_classes + 1);
  return curves > matrix ? curves : matrix;
}

/* Fits a kind and writes its values, of which it returns the number; 0: no memory. Where the scores say nothing (none,
 * all equal) the result knows no more than the frequencies of the classes. */
uint32_t slant_calibrator_fit(uint32_t kind, const slant_scored *data, float *values);

/* ---- the parts, for tests ---- */
/* The s of least log-loss; 1 where the scores say nothing about s. Targets are 1 - ε for the gold class and ε / (K - 1)
 * for each other, ε = 1 / (n + 2), as by Platt (1999, section 2.2). */
double slant_temperature_fit(const slant_scored *data);
/* Mean of -ln p(gold) under p = softmax(s · score). */
double slant_temperature_log_loss(const slant_scored *data, double s);

/* A function of n parameters that GSL's BFGS minimises from x, where the minimum is left; returns its value there. The
 * function writes its gradient where it is given room for one. */
typedef double slant_objective(const double *x, double *gradient, void *context);
double slant_minimise(slant_objective *objective, void *context, double *x, size_t n);

/* A curve's objective in (a, b), and the matrix's in (W by rows, b): mean log-loss; the latter with a normal prior of
 * unit variance on b and all of W but its diagonal, which is the off-diagonal and intercept regularisation of Kull et
 * al. (2019, section 3). */
typedef struct slant_curve_data {
  const double *x;      /* n */
  const double *target; /* n, in (0, 1) */
  size_t n;
} slant_curve_data;
double slant_curve_loss(const double *x, double *gradient, void *curve_data); /* slant_curve_data */
double slant_matrix_loss(const double *x, double *gradient, void *scored);    /* slant_scored */

/* Pools adjacent violators: n points with x ascending (equal ones allowed) and weights > 0 become the blocks of the
 * non-descending function of least squared distance to y; x, y and weight hold the means and sums of the blocks
 * afterwards. Returns how many there are (Ayer et al. 1955). */
size_t slant_pool_adjacent(double *x, double *y, double *weight, size_t n);

#endif
