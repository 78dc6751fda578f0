/*
 * Successive halving (Jamieson and Talwalkar 2016): all candidates are judged on a small budget, the best third of them
 * on a larger one, and so on, so that only a few are judged in full. A budget is folds, those judged so far being kept,
 * or a share of the examples to learn from, in every fold.
 */
#ifndef SLANT_TRAIN_HALVING_H
#define SLANT_TRAIN_HALVING_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of the words of --halving, but its last, auto. */
typedef enum slant_halving { SLANT_HALVING_OFF, SLANT_HALVING_FOLDS, SLANT_HALVING_EXAMPLES } slant_halving;

/* Shares of what a fold may learn from. Each holds the smaller ones: groups come in one order, by a hash. */
typedef enum slant_share {
  SLANT_SHARE_ALL,
  SLANT_SHARE_HALF,
  SLANT_SHARE_THIRD,
  SLANT_SHARE_QUARTER,
  SLANT_SHARE_EIGHTH,
  SLANT_SHARE_NINTH,
  SLANT_N_SHARES
} slant_share;

double slant_share_value(slant_share share);

enum { SLANT_MAX_RUNGS = 3 };

typedef struct slant_rung {
  uint32_t n_candidates; /* so many are judged */
  uint32_t n_folds;      /* on the first so many folds, */
  slant_share share;     /* having learned from such a share */
} slant_rung;

/* Fills the rungs, the last with the full budget, and returns their number: 1 without halving, and where there are too
 * few candidates, folds or examples to go lower. */
uint32_t slant_halving_plan(slant_rung rungs[SLANT_MAX_RUNGS], slant_halving by, uint32_t n_candidates,
                            uint32_t n_folds, uint32_t n_examples);

#endif
