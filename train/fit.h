/* One model from samples to weights: Gram matrix, cost search, calibration, held-out quality. */
#ifndef SLANT_TRAIN_FIT_H
#define SLANT_TRAIN_FIT_H

#include "train/calibrate.h"
#include "train/search.h"
#include "train/support.h"

#include <slant/evaluation.h>
#include <stdbool.h>

#define SLANT_NOT_HELD_OUT UINT32_MAX

/* A labelled vector under one task. */
typedef struct slant_sample {
  uint32_t row;   /* of the vectors */
  uint32_t label; /* number among the task's sorted labels */
  uint32_t actor; /* number among the examples' actors */
  uint32_t group;
  int64_t date;  /* SLANT_NO_DATE where it has none */
  double weight; /* in fits, beside those of its label; held-out figures are unweighted. 0: 1 */
} slant_sample;

typedef struct slant_fit_options {
  slant_problem_options problem; /* its threads are those of the whole fit */
  slant_coding coding;           /* for more than two classes */
  const slant_setting *settings; /* n_settings to choose from, as candidates.h orders them */
  uint32_t n_settings;
  slant_search_options search; /* its threads are the problem's, its favor and against those below */
  uint32_t favor, against;     /* numbers of these labels, for F_avg; UINT32_MAX: there is none */
  bool balance;
  const double *label_weight; /* of each label of the task, borrowed; NULL: all 1. Multiplies what balance gives */
} slant_fit_options;

typedef struct slant_fit {
  uint32_t n; /* samples */
  slant_solver solver;
  slant_coding coding;
  slant_kernel kernel;
  bool too_large; /* for the kernel matrix that was wanted */
  uint32_t n_classes, n_outputs;
  uint32_t *classes;          /* the labels that occur, ascending */
  uint32_t *counts;           /* samples of each */
  uint32_t n_rows;            /* features with a weight: a model of few examples touches few of them */
  uint32_t *features;         /* n_rows, ascending */
  float *weights;             /* n_rows × n_outputs */
  float *bias;                /* n_outputs */
  slant_kernel_model support; /* instead of these four, where the kernel is not linear; its arrays are the fit's */
  slant_setting setting;      /* that was chosen; its β are borrowed from the options */
  slant_fitted_calibration calibration;
  slant_search_report report;
  uint32_t n_folds;   /* 0: nothing could be held out, and what follows is unknown (NAN, NULL) */
  uint32_t n_held;    /* samples that a fold has judged: all of them but where folds go forward in time */
  uint32_t *held_out; /* n: the label that each sample got while it was held out, or SLANT_NOT_HELD_OUT */
  uint32_t *held;     /* n_held: the numbers among the members of those that were */
  double *scores;     /* n_held × n_classes, by which they were judged */
  slant_interval accuracy, macro_f1;
  double seconds;    /* that the fit took, when it was made */
  bool from_journal; /* of an earlier run */
} slant_fit;

/* `members` are n numbers of samples, of which at least two labels occur. */
int slant_fit_model(slant_fit *out, const slant_fit_options *options, const slant_vectors *vectors,
                    const slant_sample *samples, const uint32_t *members, uint32_t n, slant_progress *progress,
                    slant_error *error);
/* What the held-out class scores of `n_held` members, numbered by `held`, say about the model: labels, calibration and
 * quality. Both arrays are taken over. */
int slant_fit_judge(slant_fit *out, uint32_t n_held, uint32_t *held, double *scores, const slant_sample *samples,
                    const uint32_t *members, uint64_t seed, slant_error *error);
/* The same for a fit that has been read back, with its scores and nothing that follows from them. */
int slant_fit_judge_again(slant_fit *fit, const slant_sample *samples, const uint32_t *members, uint64_t seed,
                          slant_error *error);
/* Gives a fit the weights and bias that its own setting finds on other vectors of the same rows. What was held out is
 * not asked again: calibration and quality stay. */
int slant_refit_model(slant_fit *fit, const slant_fit_options *options, const slant_vectors *vectors,
                      const slant_sample *samples, const uint32_t *members, slant_progress *progress,
                      slant_error *error);
void slant_fit_drop_weights(slant_fit *fit); /* and features, bias, support: once they are carried over */
void slant_fit_free(slant_fit *fit);

#endif
