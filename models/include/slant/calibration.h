/*
 * From class scores to probabilities. A calibration is a kind and an array of floats, fitted by training on held-out
 * scores; it is a pure function of the scores of one judgement.
 *
 * - temperature: p = softmax(s · score), s > 0. Values: s (Guo et al. 2017).
 * - sigmoid: p_c ∝ 1 / (1 + exp(−(a_c · x_c + b_c))). Values: a_c ≥ 0 and b_c of every curve (Platt 1999).
 * - matrix: p = softmax(W · score + b). Values: W by rows, then b (Kull et al. 2019, section 3).
 * - isotonic: p_c ∝ g_c(x_c), g_c linear between its knots and constant outside of them. Values of every curve: the
 *   number m of knots, m values of x that ascend, m of g in [0, 1] that do not descend (Zadrozny and Elkan 2002).
 *
 * Of three or more classes, x_c is the score of class c, and every class has a curve of its own. Two classes have one
 * curve, of x = (score_0 − score_1) / 2, for the first; the second's probability is what is left.
 *
 * The label is the class of the highest score, and stays it: probabilities that would contradict it are replaced by the
 * nearest ones that do not (slant_calibration_agree).
 */
#ifndef SLANT_CALIBRATION_H
#define SLANT_CALIBRATION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_MAX_KNOTS       64 /* of an isotonic curve */
#define SLANT_COVERAGE_LEVELS 21 /* 0 %, 5 %, … 100 % */

typedef enum slant_calibration_kind {
  SLANT_CALIBRATION_TEMPERATURE = 1,
  SLANT_CALIBRATION_SIGMOID = 2,
  SLANT_CALIBRATION_MATRIX = 3,
  SLANT_CALIBRATION_ISOTONIC = 4
} slant_calibration_kind;

typedef struct slant_calibration {
  uint32_t kind; /* slant_calibration_kind */
  uint32_t n_values;
  const float *values;
  /* levels[i]: the confidence (probability of the label) that a share i/20 of the held-out judgements had at least;
   * does not ascend. NULL and 0 where nothing was held out, else SLANT_COVERAGE_LEVELS. */
  uint32_t n_levels;
  const float *levels;
  /* Shares of the classes among the examples that it was fitted to, whose distribution its probabilities are of; each
   * above 0. NULL and 0 where nothing was held out, else one a class. */
  uint32_t n_prior;
  const float *prior;
} slant_calibration;

/* "temperature", "sigmoid", …; NULL: no such kind. */
const char *slant_calibration_name(uint32_t kind);

/* Curves of a sigmoid or isotonic calibration of so many classes. */
static inline uint32_t slant_calibration_curves(uint32_t n_classes) {
  return n_classes == 2 ? 1 : n_classes;
}

/* Whether a calibration for n_classes keeps the rules above: NULL, or what is wrong ("a calibration …"). */
const char *slant_calibration_fault(const slant_calibration *calibration, uint32_t n_classes);

/* Probabilities of n_classes from their finite scores; they sum to 1 and agree with `label`, the class of the highest
 * score. The calibration is sound. */
void slant_calibration_probabilities(const slant_calibration *calibration, const float *scores, uint32_t n_classes,
                                     uint32_t label, float *probabilities);

/* The same without regard to the label: another class may be more probable. */
void slant_calibration_free_probabilities(const slant_calibration *calibration, const float *scores, uint32_t n_classes,
                                          float *probabilities);

/* Replaces probabilities by the nearest ones under which no class is more probable than `label`: those that are share
 * the mean of theirs and the label's. This is isotonic regression under a star order, nearest in squared distance and
 * in Kullback-Leibler divergence alike (Robertson, Wright and Dykstra 1988, sections 1.3 and 1.5). */
void slant_calibration_agree(float *probabilities, uint32_t n_classes, uint32_t label);

/* The confidence below which to abstain for a share `coverage` of judgements to be answered, by interpolation between
 * the levels; 0 for a coverage of 1 or more, and for a calibration without levels. */
float slant_calibration_threshold(const slant_calibration *calibration, double coverage);

#ifdef __cplusplus
}
#endif
#endif
