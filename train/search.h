/*
 * One model's fit: the cost by cross-validation, held-out scores at that cost, and the final decision functions on all
 * examples. Two classes take one decision function, more take one a class against the rest.
 */
#ifndef SLANT_TRAIN_SEARCH_H
#define SLANT_TRAIN_SEARCH_H

#include "train/folds.h"
#include "train/solver.h"

typedef struct slant_search_input {
  const slant_problem *problem;
  const uint32_t *class; /* of each of the problem's n examples, < n_classes; every class occurs */
  uint32_t n_classes;    /* at least 2 */
  const uint32_t *group; /* of each example: groups are never split by a fold */
  const int64_t *date;   /* of each example, for folds by date; else it may be NULL */
  const double *costs;   /* ascending */
  uint32_t n_costs;
  uint32_t folds; /* 0: nothing is held out */
  slant_fold_by fold_by;
  bool balance; /* weigh each class by n / (classes × its examples) */
  uint64_t seed;
  unsigned threads;
} slant_search_input;

typedef struct slant_search_result {
  uint32_t n_folds;     /* 0: nothing could be held out, and the cost is the middle one */
  uint32_t chosen;      /* index into the costs */
  double *macro_f1;     /* n_costs, over all held-out examples pooled; NAN where n_folds is 0 */
  uint32_t n_held;      /* examples that a fold has judged: not all, where folds go forward in time */
  uint32_t *held;       /* n_held: their numbers, ascending; NULL where n_folds is 0 */
  double *scores;       /* n_held × n_classes class scores of theirs at the chosen cost; NULL where n_folds is 0 */
  uint32_t n_machines;  /* 1 for two classes, else n_classes */
  slant_machine *final; /* on all examples */
} slant_search_result;

/* The result is the same for any number of threads. */
int slant_search(slant_search_result *out, const slant_search_input *input, slant_progress *progress,
                 slant_error *error);
void slant_search_free(slant_search_result *result);

/* Class scores from decision values: (f, -f) for two classes, else the values themselves. */
void slant_class_scores(const double *values, uint32_t n_classes, double *scores);

#endif
