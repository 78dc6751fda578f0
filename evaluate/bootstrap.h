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

typedef struct slant_groups {
  const slant_cell *cells; /* of group g: first[g] … first[g+1]-1 */
  const uint32_t *first;   /* n + 1 */
  uint32_t n;
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

/* Adds a group's cells to the classes' marginals. */
static inline void slant_groups_add(const slant_groups *groups, uint32_t group, slant_marginals *classes) {
  for (uint32_t i = groups->first[group]; i < groups->first[group + 1]; i++) {
    slant_cell cell = groups->cells[i];
    classes[cell.gold].gold += cell.count;
    classes[cell.predicted].predicted += cell.count;
    if (cell.gold == cell.predicted) classes[cell.gold].hits += cell.count;
  }
}

/* The stream of random numbers of one part of one task: a part's intervals do not depend on which others there are. */
uint64_t slant_bootstrap_stream(uint64_t seed, slant_str task, slant_str actor);

/* Fills `draws->n` values of each measure. groups->n > 0; `classes` is scratch for n_labels; `generator` is scratch of
 * slant_bootstrap_generator_size() bytes, aligned as malloc does. */
void slant_bootstrap_draw(const slant_groups *groups, uint32_t n_labels, slant_pair pair, uint64_t stream,
                          slant_marginals *classes, void *generator, slant_draws *draws);
size_t slant_bootstrap_generator_size(void);

/* Sets low and high to the 2.5% and 97.5% quantiles of n > 0 draws, which it sorts. */
void slant_bootstrap_interval(double *draws, uint32_t n, slant_interval *interval);

#endif
