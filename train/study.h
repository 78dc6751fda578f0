/*
 * Studies: a search for the best candidate over a list of folds. The search itself is one over all folds; nested
 * cross-validation is one more for each fold, over the others. They go through the rungs of successive halving side by
 * side, so that what they ask for is fitted together, once.
 */
#ifndef SLANT_TRAIN_STUDY_H
#define SLANT_TRAIN_STUDY_H

#include "train/cells.h"
#include "train/measure.h"

/* How candidates are compared and chosen. */
typedef struct slant_choice {
  slant_metric metric;
  uint32_t favor, against; /* class numbers, for F_avg */
  bool one_standard_error; /* of those within one standard error of the best, the simplest */
  slant_halving halving;
} slant_choice;

/* How one candidate fared. */
typedef struct slant_trial {
  uint32_t n_folds;  /* it was judged on; 0: none */
  slant_share share; /* of the examples, that it learned from at the last */
  slant_measured measured;
} slant_trial;

typedef struct slant_study {
  uint32_t outer;  /* the fold that is left out; n_folds of the cells: none */
  uint32_t *folds; /* n_folds of them, in the order in which halving takes them up */
  uint32_t n_folds;
  slant_trial *trials; /* by candidate */
  uint32_t *alive;     /* n_alive candidates, ascending: those of the last rung at the end */
  uint32_t n_alive, chosen;
} slant_study;

/* The study of all folds (outer = n_folds) or of those without one; its folds may be none. */
int slant_study_open(slant_study *study, const slant_cells *cells, uint32_t outer, slant_error *error);
void slant_study_close(slant_study *study);

/* How many fits the studies take at most, for progress. */
uint64_t slant_studies_fits(const slant_study *studies, uint32_t n_studies, const slant_cells *cells,
                            const slant_choice *choice);
/* Goes through the rungs and chooses; a study without folds chooses nothing. */
int slant_studies_run(slant_study *studies, uint32_t n_studies, slant_cells *cells, const slant_choice *choice,
                      slant_error *error);

/* The class scores of examples by fold, as cells have them. held_open() makes room for n_folds folds of `cells`. */
int slant_held_open(slant_held *held, const slant_cells *cells, slant_error *error);
/* Adds those of `part` in the cell. */
void slant_held_add(slant_held *held, const slant_cells *cells, uint32_t candidate, uint32_t f, uint32_t g,
                    slant_share share, uint32_t part);
void slant_held_close(slant_held *held);

/* How much a setting lets a model follow its data: C γ Σ β. The inner product goes up with Σ β, and an RBF kernel of
 * small γ is a linear one with 2 C γ for its C (Keerthi and Lin 2003). */
double slant_setting_capacity(const slant_setting *setting, const slant_problem *problem);

#endif
