/*
 * An actor's own model and the shared one, mixed: the margin (1 - λ) · shared/s + λ · own/o, where s and o are the
 * deviations of either's held-out scores on the actor's examples, so that λ weighs opinions and not scales. Of linear
 * models that is a linear model again.
 *
 * Both scores of an example are held out: neither model has seen the example, or another of its group. λ = 0 is the
 * shared model, 1 the own one; which λ is best is read off these scores, as Stacking does (Wolpert 1992; Breiman 1996,
 * whose weights are not negative either). It is judged by log-loss after calibration, which is much less a matter of
 * chance on 200 examples than the number of errors is.
 */
#ifndef SLANT_TRAIN_MIXTURE_H
#define SLANT_TRAIN_MIXTURE_H

#include "train/fit.h"

/* In the order of the words of --actor-models. */
typedef enum slant_actor_models { SLANT_ACTORS_ALWAYS, SLANT_ACTORS_BETTER, SLANT_ACTORS_COMBINE } slant_actor_models;

typedef struct slant_mixture {
  double lambda;
  double own, shared; /* factors on the models' margins: λ/o and (1 - λ)/s; 1 and 0, or 0 and 1, at the ends */
} slant_mixture;

/* `own` and `shared` are n × k held-out class scores, `class` the gold classes. Chooses among the two ends, or with
 * `between` among the λ between them too. SLANT_E_MEMORY. */
int slant_mixture_choose(slant_mixture *out, const double *own, const double *shared, const uint32_t *class, uint32_t n,
                         uint32_t k, bool between, slant_error *error);
/* mixed = factors applied to n scores; `mixed` may be either of them. */
void slant_mixture_scores(const slant_mixture *mixture, const double *own, const double *shared, size_t n,
                          double *mixed);

#endif
