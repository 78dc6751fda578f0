/*
 * One model's fit: the setting by cross-validation, held-out scores there, and the final decision functions on all
 * examples. coding.h says which functions these are.
 */
#ifndef SLANT_TRAIN_SEARCH_H
#define SLANT_TRAIN_SEARCH_H

#include "train/coding.h"
#include "train/folds.h"

typedef struct slant_search_input {
  const slant_problem *problem;
  slant_labelling labelling; /* every class occurs; at least 2 */
  const uint32_t *group;     /* of each example: groups are never split by a fold */
  const int64_t *date;       /* of each example, for folds by date; else it may be NULL */
  const double *costs;       /* ascending */
  const double *gammas;      /* ascending; a linear kernel has one, which means nothing */
  const double *block;       /* β of every setting; NULL: all 1 */
  uint32_t n_costs, n_gammas;
  uint32_t folds; /* 0: nothing is held out */
  slant_fold_by fold_by;
  uint64_t seed;
  unsigned threads;
} slant_search_input;

typedef struct slant_search_result {
  uint32_t n_folds;      /* 0: nothing could be held out, and cost and γ are the middle ones */
  slant_setting setting; /* what was chosen */
  uint32_t chosen;       /* number of the γ, times n_costs, plus that of the cost */
  double *macro_f1;      /* n_gammas × n_costs, over all held-out examples pooled; NAN where n_folds is 0 */
  uint32_t n_held;       /* examples that a fold has judged: not all, where folds go forward in time */
  uint32_t *held;        /* n_held: their numbers, ascending; NULL where n_folds is 0 */
  double *scores;        /* n_held × n_classes class scores of theirs at the chosen setting; NULL where n_folds is 0 */
  slant_space space;     /* at the chosen setting, for the final machines */
  uint32_t n_machines;   /* 1 for two classes, else one a class or one a pair of classes */
  slant_machine *final;  /* on all examples */
} slant_search_result;

/* The result is the same for any number of threads. */
int slant_search(slant_search_result *out, const slant_search_input *input, slant_progress *progress,
                 slant_error *error);
void slant_search_free(slant_search_result *result);

#endif
