/*
 * How much probabilities can be relied on: log-loss, Brier score, and expected calibration error with the table that it
 * comes from. A slant_reliability is sums, all zero at first: those of several sets of judgements can be added up.
 */
#ifndef SLANT_RELIABILITY_H
#define SLANT_RELIABILITY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_RELIABILITY_BINS 15

/* Judgements whose confidence, the probability of their label, lies in [b/15, (b+1)/15); 1 is in the last bin. */
typedef struct slant_reliability_bin {
  uint64_t n, n_right;
  double confidence; /* summed */
} slant_reliability_bin;

typedef struct slant_reliability {
  uint64_t n, n_right;
  double loss, brier; /* summed */
  slant_reliability_bin bins[SLANT_RELIABILITY_BINS];
} slant_reliability;

/* Adds a judgement: the probabilities of n_classes, its label, and the gold class, which may be none of them
 * (n_classes). */
void slant_reliability_add(slant_reliability *to, const float *probabilities, uint32_t n_classes, uint32_t label,
                           uint32_t gold);
void slant_reliability_merge(slant_reliability *to, const slant_reliability *other);

/* All three are NAN for no judgements. */
/* Mean of -ln p(gold), no p being taken for less than 1e-7, which is where a float ends. */
double slant_reliability_log_loss(const slant_reliability *sums);
/* Mean of the squared distance between the probabilities and certainty of the gold class, 0 … 2 (Brier 1950). */
double slant_reliability_brier(const slant_reliability *sums);
/* Expected calibration error: mean over the judgements of |accuracy - mean confidence| of their bin (Naeini et al.
 * 2015; Guo et al. 2017, equation 3). */
double slant_reliability_error(const slant_reliability *sums);

#ifdef __cplusplus
}
#endif
#endif
