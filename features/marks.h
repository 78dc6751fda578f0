/*
 * The set of the features that occur in an example: put in as they are found, in any order and as often as may be,
 * taken out by rising number. Private to features.
 */
#ifndef SLANT_FEATURES_MARKS_H
#define SLANT_FEATURES_MARKS_H

#include "features/kernels.h"

#include <stdbool.h>
#include <stdint.h>

enum {
  SLANT_MARK_GROUP = 64,                     /* features */
  SLANT_MARK_REGION = 64 * SLANT_MARK_GROUP, /* likewise */
  SLANT_AT_ONCE = 2                          /* numbers that taking may write beyond the last */
};

typedef struct slant_marks {
  uint8_t *features; /* a byte a feature, 1: it occurs. No bits: those would have to be read before they are written */
  uint8_t *groups;   /* a byte a group, 1 where one of it may occur, */
  uint8_t *regions;  /* and one a region */
  uint32_t n_regions;
} slant_marks;

/* Takes all out: their numbers into `index`, which has room for SLANT_AT_ONCE more. Returns how many. */
typedef uint32_t slant_marks_taker(slant_marks *marks, uint32_t *index);

/* For n features, none of which occurs. False: no memory; nothing is to be freed. */
bool slant_marks_open(slant_marks *marks, uint32_t n);
void slant_marks_free(slant_marks *marks);
void slant_marks_clear(slant_marks *marks);

static inline void slant_marks_put(slant_marks *marks, const uint32_t *features, uint32_t n) {
  uint8_t *of_features = marks->features, *of_groups = marks->groups, *of_regions = marks->regions;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t feature = features[i];
    of_features[feature] = 1;
    of_groups[feature / SLANT_MARK_GROUP] = 1;
    of_regions[feature / SLANT_MARK_REGION] = 1;
  }
}

/* NULL: not compiled for this processor, or it has no such registers. */
slant_marks_taker *slant_kernel_marks_taker(slant_kernel kernel);
/* The widest that there is. */
slant_marks_taker *slant_best_marks_taker(void);

#endif
