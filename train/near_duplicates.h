/*
 * Texts that are nearly the same: a wire report in two papers, a tweet that is passed on. On both sides of a fold they
 * would be recognised rather than judged.
 *
 * A text is the set of the runs of three words in it, lower-cased, without punctuation, links and user names; two texts
 * are near-duplicates where these sets have at least half of their union in common (resemblance; Broder 1997, "On the
 * resemblance and containment of documents"). It is estimated from 128 minima of hashes (the standard error is 0.044 at
 * the threshold), and pairs to compare are found by bands of four of them: at a resemblance of 0.5 a pair is found with
 * probability 1 - (1 - 0.5⁴)³² = 0.87, at 0.7 with 0.9998. Being near-duplicates is made transitive.
 */
#ifndef SLANT_TRAIN_NEAR_DUPLICATES_H
#define SLANT_TRAIN_NEAR_DUPLICATES_H

#include "train/progress.h"

#include <slant/str.h>

/* Joins the groups of texts that are near-duplicates: group[i] of each of n texts becomes the lowest group number among
 * the groups that are now one. Groups are numbers below `n_groups`. *n_joined counts groups that went up in others. The
 * result does not depend on the number of threads. */
int slant_join_near_duplicates(uint32_t *group, uint32_t n_groups, const slant_str *texts, uint32_t n, unsigned threads,
                               uint32_t *n_joined, slant_progress *progress, slant_error *error);

#endif
