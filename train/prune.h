/*
 * Pruning by weight: which sparse features a smaller bundle keeps.
 *
 * A feature's importance is the most, over all outputs o of all models, of |w_o| times the root mean square of its
 * value over the examples, zeros included: by that much its loss changes a decision value. It is what Optimal Brain
 * Damage (LeCun, Denker and Solla 1990) comes to for a linear function and squared change of the output. Ranking
 * by the weight alone, or by the square root of that mean square, came out the same within a point on NewsMTSC and
 * P-Stance.
 */
#ifndef SLANT_TRAIN_PRUNE_H
#define SLANT_TRAIN_PRUNE_H

#include "train/bank.h"

#include <stdbool.h>

/* keep[f] becomes true for the `most` sparse features of greatest importance (ties: the lower number), of those with
 * any, and false for the others. Returns their number, or -1: no memory. */
int64_t slant_prune_choose(bool *keep, const slant_fitted_bank *banks, uint32_t n_banks, const slant_vectors *vectors,
                           uint32_t most);

#endif
