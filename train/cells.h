/*
 * Held-out decision values: what the machines of a setting, having learned from what two folds leave over, say about
 * the examples that these folds judge. A search asks for cells; each is computed once, whoever asks.
 *
 * A cell is a candidate, a pair of folds f ≤ g, and a share. With f = g it is one fit of plain cross-validation. With
 * f < g it serves nested cross-validation twice: f as the inner fold of the outer fold g, and the other way round,
 * which learn from the very same examples. So k folds take k (k - 1) / 2 more fits a candidate for it, and not k (k -
 * 1). Folds forward in time have no pairs: the inner folds of a fold are the folds before it.
 */
#ifndef SLANT_TRAIN_CELLS_H
#define SLANT_TRAIN_CELLS_H

#include "train/coding.h"
#include "train/folds.h"
#include "train/halving.h"

/* The cells of one pair of folds and one share. */
typedef struct slant_cell_row {
  uint32_t f, g;
  slant_share share;
  double **values; /* by candidate: NULL where nobody asked; all of it NULL where nobody asked for any */
  bool *wanted;    /* by candidate: asked for, and not computed yet */
} slant_cell_row;

typedef struct slant_cells {
  const slant_problem *problem;
  const slant_labelling *labelling;
  const slant_setting *settings; /* n_settings, as candidates.h orders them */
  uint32_t n_settings;
  const slant_folds *folds;
  const float *rank; /* of each example, in [0, 1): it belongs to the shares that are greater; the same in a group */
  unsigned threads;
  slant_progress *progress;

  uint32_t n_machines, n_rows;
  uint32_t *first;      /* n_folds + 1: where the examples of a fold start in `judged` */
  uint32_t *judged;     /* numbers of the examples that a fold judges, by fold, ascending in each */
  slant_cell_row *rows; /* by share and pair of folds */
  uint64_t n_fits;      /* machines fitted so far */
} slant_cells;

int slant_cells_open(slant_cells *cells, slant_error *error); /* after the part above is filled in */
void slant_cells_close(slant_cells *cells);

int slant_cells_want(slant_cells *cells, uint32_t candidate, uint32_t f, uint32_t g, slant_share share,
                     slant_error *error);
/* Computes what is wanted, kernel by kernel, costs on a path. */
int slant_cells_compute(slant_cells *cells, slant_error *error);
/* Values of a computed cell for the examples that fold `part` (f or g) judges: rows of n_machines, in the order of
 * `judged`. */
const double *slant_cells_values(const slant_cells *cells, uint32_t candidate, uint32_t f, uint32_t g,
                                 slant_share share, uint32_t part);
/* How many examples the cell's machines learn from. */
uint32_t slant_cells_learned(const slant_cells *cells, uint32_t f, uint32_t g, slant_share share);

#endif
