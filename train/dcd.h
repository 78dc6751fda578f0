/*
 * Linear machines on the vectors themselves, by dual coordinate descent along a path of costs.
 *
 *   min over w, b:  ½ ‖w‖² + ½ b² + C Σ_i u_i loss(y_i (w·x_i + b))
 *
 * The bias is the weight of a feature that is 1 everywhere, and so it is part of the norm: LIBLINEAR's problem with
 * -B 1, solved as LIBLINEAR's dual solvers do it. Hinge and squared hinge: one α_i at a time in random order, to where
 * the objective is least, leaving out those that stay at a bound (Hsieh et al. 2008). Logistic: likewise, by Newton
 * steps on one α_i (Yu, Huang and Lin 2011).
 *
 * Why not LIBLINEAR itself: its dual solvers call rand(), which makes results depend on who else calls it; they have no
 * weights by example; and every cost starts from zero. Here the α of one cost, scaled by the ratio of the costs, are
 * where the next begins: what was at its bound still is. Examples that are the same are one that weighs what they do
 * together (twins.h).
 */
#ifndef SLANT_TRAIN_DCD_H
#define SLANT_TRAIN_DCD_H

#include "train/solver.h"

typedef struct slant_dcd_problem {
  const slant_vectors *vectors;
  const uint32_t *row;     /* n rows of the vectors, repeats allowed */
  const signed char *sign; /* of each of them; both signs occur */
  const double *weight;    /* u of each of them; NULL: all 1 */
  uint32_t n;
  slant_loss loss;
  double tolerance; /* greatest violation of the optimality conditions, on the scale of the margin */
  slant_progress *progress;
} slant_dcd_problem;

/* At each of n_costs costs, ascending: the weights into w[c] (n_sparse + n_dense doubles), the bias into bias[c]. The
 * order of the examples is drawn from a seed of its own: the same problem gives the same bits. */
int slant_dcd_path(const slant_dcd_problem *problem, const double *costs, uint32_t n_costs, double *const *w,
                   double *bias, slant_error *error);

#endif
