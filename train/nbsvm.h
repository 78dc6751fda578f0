/*
 * NBSVM: an SVM on features that are scaled by their naive Bayes log-count ratio, pulled towards naive Bayes itself
 * (Wang and Manning 2012, "Baselines and Bigrams", section 2.3). For the signs y_i and presence b_i(f) = [x_i(f) ≠ 0]
 * of the features f in one range of sparse features, over the training members only:
 *
 *   p(f) = 1 + Σ_{y_i = +1} b_i(f),   q(f) likewise for -1,   r(f) = ln (p(f) / Σ p) - ln (q(f) / Σ q)
 *   (v, b) = squared-hinge SVM on r ∘ x,   v̄ = mean |v|
 *   f(x) = Σ_f r(f) ((1 - β) v̄ + β v(f)) x(f) + (1 - β) v̄ s ln (N₊ / N₋) + β b,   β = 0.25
 *
 * The vectors' own values are kept, where the paper has 1 for every feature that is there: blocks are of unit length,
 * so that long texts do not outweigh short ones. Where a setting weighs blocks, they are those values times the square
 * roots of the weights, as for the SVM. s, the mean of these values, brings the prior to their scale; it is 1 for
 * values of 1. Features that no member has get no weight. N₊ and N₋ are weighed as the classes are. All of it is one
 * weight a feature and a bias, so nothing that reads a model knows of it.
 */
#ifndef SLANT_TRAIN_NBSVM_H
#define SLANT_TRAIN_NBSVM_H

#include "train/solver.h"

#define SLANT_NBSVM_COST 1.0 /* of the NBSVM in an average: the paper's; the SVM beside it has the searched one */

/* One fit of a subset in which both signs occur; `out` is zeroed. Sees the features [counted_first, counted_end) of the
 * problem alone. */
int slant_nbsvm_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                    slant_error *error);

/* `machine` becomes the mean of both, each divided by the standard deviation of its values on the subset (Mesnil et al.
 * 2014 average such models likewise). On failure it is as it was, or has weights of zero more. */
int slant_nbsvm_average(slant_machine *machine, const slant_machine *other, const slant_space *space,
                        const slant_subset *subset, slant_error *error);

#endif
