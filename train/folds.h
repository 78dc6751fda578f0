/*
 * Folds of cross-validation: who is judged by which fold, and who it learns from. A group is never divided.
 *
 * Two ways to deal them out. Stratified: every example is judged once, by a fold that learns from all other folds, and
 * each fold has its share of every class. Forward in time: examples lie in blocks by their date, and a fold judges a
 * block having learned from all blocks before it (rolling origin; Tashman 2000), which is what a model will have to do
 * with tomorrow's news; the first block is learned from only.
 */
#ifndef SLANT_TRAIN_FOLDS_H
#define SLANT_TRAIN_FOLDS_H

#include <slant/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of the words of --fold-by. Near-duplicates are groups by the time that folds are dealt out. */
typedef enum slant_fold_by { SLANT_FOLD_BY_GROUP, SLANT_FOLD_BY_NEAR_DUPLICATE, SLANT_FOLD_BY_DATE } slant_fold_by;

#define SLANT_FOLD_FIRST   (UINT32_MAX - 1) /* of the first block in time: every fold learns from it, none judges it */
#define SLANT_FOLD_OUTSIDE UINT32_MAX       /* without a date: no fold learns from it or judges it */

typedef struct slant_folds {
  uint32_t n_folds; /* 0: nothing can be held out */
  bool forward;
  uint32_t *fold; /* n: the fold that judges an example, or one of the above */
} slant_folds;

static inline bool slant_folds_judges(const slant_folds *folds, uint32_t f, uint32_t example) {
  return folds->fold[example] == f;
}
static inline bool slant_folds_learns(const slant_folds *folds, uint32_t f, uint32_t example) {
  uint32_t fold = folds->fold[example];
  if (fold >= SLANT_FOLD_FIRST) return fold == SLANT_FOLD_FIRST;
  return folds->forward ? fold < f : fold != f;
}

/* Stratified folds of n examples with class[i] < n_classes and a group number each (any values). There are at most
 * `wanted`: fewer where there are fewer groups, or where a class that occurs in at least two groups occurs in fewer
 * than `wanted`, so that a fold could not hold it; 0 where there are fewer than two groups. Depends on the examples,
 * their order and the seed only. The caller frees. */
int slant_folds_stratified(slant_folds *out, const uint32_t *class, uint32_t n_classes, const uint32_t *group, size_t n,
                           uint32_t wanted, uint64_t seed, slant_error *error);

/* Folds forward in time: `wanted` + 1 blocks of about as many examples, cut between dates, never within one, so that
 * what is judged is later than all that was learned from. A group stands at the latest date of its members; groups
 * without any date (SLANT_NO_DATE) are outside. There are fewer folds where there are fewer dates, or where the first
 * blocks are of one class, which are then one; 0 where there are fewer than two dates. */
int slant_folds_by_date(slant_folds *out, const int64_t *date, const uint32_t *class, const uint32_t *group, size_t n,
                        uint32_t wanted, slant_error *error);

void slant_folds_free(slant_folds *folds);

#endif
