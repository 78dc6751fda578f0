/*
 * One model's fit: the setting by cross-validation, held-out scores there, and the final decision functions on all
 * examples. coding.h says which functions these are.
 *
 * What is asked for beside that comes from the same held-out values, as far as they go: an estimate by nested
 * cross-validation, in which each fold is judged by the setting that the other folds alone would have chosen (Varma and
 * Simon 2006; the figures at the chosen setting are too good by what was gained in choosing); and a learning curve.
 */
#ifndef SLANT_TRAIN_SEARCH_H
#define SLANT_TRAIN_SEARCH_H

#include "train/study.h"

typedef struct slant_search_options {
  uint32_t folds; /* 0: nothing is held out */
  slant_fold_by fold_by;
  slant_choice choice;
  bool nested, curve;
  uint64_t seed;
  unsigned threads;
} slant_search_options;

typedef struct slant_search_input {
  const slant_problem *problem;
  slant_labelling labelling;     /* every class occurs; at least 2 */
  const uint32_t *group;         /* of each example: groups are never split by a fold */
  const int64_t *date;           /* of each example, for folds by date; else it may be NULL */
  const slant_setting *settings; /* n_settings, as candidates.h orders them; at least 1 */
  uint32_t n_settings;
} slant_search_input;

/* A setting that was tried. */
typedef struct slant_tried {
  slant_setting setting; /* its β are borrowed from the input's */
  slant_trial trial;
} slant_tried;

typedef struct slant_curve_point {
  uint32_t n; /* examples to learn from, the mean over the folds */
  slant_measured measured;
} slant_curve_point;

enum { SLANT_CURVE_POINTS = 4 };

/* What the model card says about a search. */
typedef struct slant_search_report {
  slant_metric metric;
  slant_tried *tried; /* n_tried, in the order of the settings */
  uint32_t n_tried, chosen;
  uint64_t n_fits; /* binary machines that were fitted for it */
  uint32_t
      n_nested; /* folds that nested cross-validation has judged; 0: it was not asked for, or there are too few folds */
  uint32_t *nested; /* n_nested: what the other folds chose for each */
  slant_measured nested_value, nested_macro_f1, nested_accuracy;
  uint32_t n_curve;
  slant_curve_point curve[SLANT_CURVE_POINTS]; /* n_curve, from few examples to all that a fold learns from */
} slant_search_report;

void slant_search_report_free(slant_search_report *report);

typedef struct slant_search_result {
  uint32_t n_folds;      /* 0: nothing could be held out, and the setting is the middle one */
  slant_setting setting; /* what was chosen */
  slant_search_report report;
  uint32_t n_held;      /* examples that a fold has judged: not all, where folds go forward in time */
  uint32_t *held;       /* n_held: their numbers, ascending; NULL where n_folds is 0 */
  double *scores;       /* n_held × n_classes class scores of theirs at the chosen setting; NULL where n_folds is 0 */
  slant_space space;    /* at the chosen setting, for the final machines */
  uint32_t n_machines;  /* 1 for two classes, else one a class or one a pair of classes */
  slant_machine *final; /* on all examples */
} slant_search_result;

/* The result is the same for any number of threads. */
int slant_search(slant_search_result *out, const slant_search_input *input, const slant_search_options *options,
                 slant_progress *progress, slant_error *error);
void slant_search_free(slant_search_result *result);

#endif
