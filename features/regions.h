/*
 * Regions of a sentence around its target: each gives every place a weight, 0 outside. Lexicon scores and word vectors
 * are summed over them. Private to features.
 */
#ifndef SLANT_FEATURES_REGIONS_H
#define SLANT_FEATURES_REGIONS_H

#include "features/view.h"

typedef enum slant_region {
  SLANT_REGION_ALL,
  SLANT_REGION_LEFT,
  SLANT_REGION_RIGHT,
  SLANT_REGION_WITHIN_3, /* places from the target */
  SLANT_REGION_WITHIN_6,
  SLANT_REGION_WITHIN_10,
  SLANT_REGION_LEFT_4,
  SLANT_REGION_RIGHT_4,
  SLANT_REGION_RIGHT_8,
  SLANT_REGION_HYPERBOLIC, /* 1 / (1 + distance to the target) */
  SLANT_REGION_DECAYED,    /* exp(-d / 5), d to the nearest name or pronoun of the target */
  SLANT_REGION_CLAUSE,
  SLANT_REGION_OWN_SPEECH,
  SLANT_REGION_OTHERS_SPEECH,
  SLANT_REGION_AUTHOR, /* nobody's speech */
  SLANT_N_REGIONS
} slant_region;

extern const char *const slant_region_names[SLANT_N_REGIONS];

/* The weight of place i in every region. */
void slant_region_weights(const slant_view *view, uint32_t i, float out[SLANT_N_REGIONS]);

#endif
