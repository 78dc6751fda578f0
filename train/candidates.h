/*
 * The settings that a search tries: cost, γ and block weights β.
 *
 * A grid is every combination of the values that are given. Sobol points (Sobol' 1967, by GSL's quasi-random numbers)
 * are spread evenly over the box between the least and the greatest value of each, on logarithmic axes: of N points no
 * two share a value, so where one axis matters more than others, N values of it are tried, and not the few of a grid
 * (Bergstra and Bengio 2012).
 */
#ifndef SLANT_TRAIN_CANDIDATES_H
#define SLANT_TRAIN_CANDIDATES_H

#include "train/solver.h"

#include <slant/str.h>

enum { SLANT_MAX_CANDIDATES = 1000 };

/* In the order of the words of --search. */
typedef enum slant_search_method { SLANT_SEARCH_GRID, SLANT_SEARCH_SOBOL } slant_search_method;

typedef struct slant_candidate_options {
  slant_search_method method;
  uint32_t points;           /* of Sobol's */
  const char *costs;         /* "0.1,1,10" */
  const char *gammas;        /* likewise; NULL for a kernel without γ */
  const char *block_weights; /* "words=0.5:1:2,chars=1:4"; NULL: all 1 */
  bool nu;                   /* the costs are values of ν, and --nu has them */
  const slant_str *stages;   /* n_stages names, which block weights go by */
  uint32_t n_stages;
} slant_candidate_options;

typedef struct slant_candidates {
  slant_setting *settings; /* n of them: those of one γ and β stand together, their costs ascending */
  uint32_t n;
  double *weights; /* the settings' β point into it: n × n_stages; NULL where all are 1 */
} slant_candidates;

/* SLANT_E_ARGUMENT says which option asks for what cannot be. The caller frees. */
int slant_candidates_new(slant_candidates *out, const slant_candidate_options *options, slant_error *error);
void slant_candidates_free(slant_candidates *candidates);

/* Whether two settings have the same γ and the same n_blocks β. */
bool slant_setting_same_space(const slant_setting *a, const slant_setting *b, uint32_t n_blocks);

#endif
