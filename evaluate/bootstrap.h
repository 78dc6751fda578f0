/* Bootstrap over groups: groups are drawn with replacement, as many as there are, and the measures computed anew
 * (Efron and Tibshirani 1993, ch. 6 and 13). */
#ifndef SLANT_EVALUATE_BOOTSTRAP_H
#define SLANT_EVALUATE_BOOTSTRAP_H

#include "evaluate/marginals.h"

#include <stdbool.h>

/* One cell of a group's confusion table that is not 0. */
typedef struct slant_cell {
  uint32_t gold, predicted, count;
} slant_cell;

/* Groups with the same cells: which of them is drawn makes no difference. */
typedef struct slant_kind {
  const slant_cell *cells;
  uint32_t n_cells;
} slant_kind;

typedef struct slant_groups {
  const slant_kind *kinds;
  const double *sizes; /* by kind: how many groups are of it */
  uint32_t n_kinds, n_groups;
} slant_groups;

/* The labels whose F1 makes F_avg. */
typedef struct slant_pair {
  uint32_t favor, against;
  bool there;
} slant_pair;

/* A measure's value in each resample. */
typedef struct slant_draws {
  double *accuracy, *macro_f1, *f_avg; /* f_avg is left alone where there is no pair */
  uint32_t n;
} slant_draws;

/* Adds the cells of `times` groups of a kind to the classes' marginals. */
static inline void slant_kind_add(const slant_kind *kind, uint32_t times, slant_marginals *classes) {
  for (uint32_t i = 0; i < kind->n_cells; i++) {
    slant_cell cell = kind->cells[i];
    uint64_t count = (uint64_t)cell.count * times;
    classes[cell.gold].gold += count;
    classes[cell.predicted].predicted += count;
    if (cell.gold == cell.predicted) classes[cell.gold].hits += count;
  }
}

/* The stream of random numbers of one part of one task: a part's intervals do not depend on which others there are. */
uint64_t slant_bootstrap_stream(uint64_t seed, slant_str task, slant_str actor);

/* What drawing needs beside its results. */
typedef struct slant_bootstrap_scratch {
  slant_marginals *classes; /* as many as there are labels */
  unsigned *drawn;          /* as many as there are kinds */
  void *generator;          /* slant_bootstrap_generator_size() bytes, aligned as malloc does */
} slant_bootstrap_scratch;

size_t slant_bootstrap_generator_size(void);

/* Fills `draws->n` values of each measure. */
void slant_bootstrap_draw(const slant_groups *groups, uint32_t n_labels, slant_pair pair, uint64_t stream,
                          const slant_bootstrap_scratch *scratch, slant_draws *draws);

/* Sets low and high to the 2.5% and 97.5% quantiles of n > 0 draws, which it sorts. */
void slant_bootstrap_interval(double *draws, uint32_t n, slant_interval *interval);

#endif
