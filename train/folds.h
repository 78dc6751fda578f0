/* Folds of cross-validation: stratified by class, and no group on both sides of a fold. */
#ifndef SLANT_TRAIN_FOLDS_H
#define SLANT_TRAIN_FOLDS_H

#include <slant/error.h>
#include <stddef.h>
#include <stdint.h>

/* Assigns fold[i] in [0, *n_folds) to each of n examples with class[i] < n_classes and a group number each (any
 * values). *n_folds is at most `wanted`: fewer where there are fewer groups, or where a class that occurs in at least
 * two groups occurs in fewer than `wanted`, so that a fold could not hold it; 0 where there are fewer than two groups,
 * and then nothing can be held out. Depends on the examples, their order and the seed only. */
int slant_folds(uint32_t *fold, uint32_t *n_folds, const uint32_t *class, uint32_t n_classes, const uint32_t *group,
                size_t n, uint32_t wanted, uint64_t seed, slant_error *error);

#endif
