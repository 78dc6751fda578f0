/*
 * Sequential minimal optimisation on a kernel matrix that all fits share, along a path of costs.
 *
 *   min over v:  ½ Σ_ij v_i v_j K_ij + ½ Σ_i d_i v_i² - Σ_i y_i v_i,   Σ_i v_i = 0,   0 ≤ y_i v_i ≤ B_i
 *
 * which is the dual of an SVM with v = y α; hinge loss has B_i = C u_i and d_i = 0, squared hinge B_i = ∞ and
 * d_i = 1 / (2 C u_i). With e_i = y_i - Σ_j v_j K_ij - d_i v_i, v is optimal where no e_i of a v_i that may rise is
 * above any e_j of a v_j that may fall; it is taken as optimal where none is by more than the tolerance, which is
 * libsvm's criterion. Each step moves one such pair, chosen by second-order information (Fan, Chen and Lin 2005), and
 * elements that stay at their bounds are left out for a while (shrinking; Joachims 1999).
 *
 * This is what libsvm solves, and it is solved by libsvm's method; why not by libsvm itself: on a precomputed kernel it
 * takes cells of 16 bytes where 4 do, has no weights by example, cannot be stopped, and starts every cost from zero.
 * Here the solution at one cost, scaled by the ratio of the costs, is where the next begins (DeCoste and Wagstaff
 * 2000): what was at its bound still is.
 */
#ifndef SLANT_TRAIN_SMO_H
#define SLANT_TRAIN_SMO_H

#include "train/solver.h"

/* As slant_fit_path; both signs occur, and the space has a kernel matrix. */
int slant_smo_path(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error);

#endif
