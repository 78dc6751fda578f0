/*
 * Many keys looked up in a vocabulary at once. Nothing branches on whether an n-gram is known, for that cannot be
 * predicted. Private to features.
 */
#ifndef SLANT_FEATURES_PROBE_H
#define SLANT_FEATURES_PROBE_H

#include "features/kernels.h"
#include "features/vocabulary.h"

typedef struct slant_probe {
  /* Keeps, of keys[0, n), those that pass the filter, in their order; returns how many. */
  uint32_t (*sift)(const slant_vocabulary *vocabulary, uint64_t *keys, uint32_t n);
  /* The features of those keys that stand `distance` slots behind the first that they are looked for at, into `found`,
   * which has room for n + 1, in the order of the keys. Keys that may stand further on are moved to the front of
   * `keys`, *n_left of them. Returns how many were found. */
  uint32_t (*find_at)(const slant_vocabulary *vocabulary, uint64_t distance, uint64_t *keys, uint32_t n,
                      uint32_t *found, uint32_t *n_left);
} slant_probe;

/* NULL: not compiled for this processor, or it has no such registers. */
const slant_probe *slant_kernel_probe(slant_kernel kernel);
/* The widest that there is. */
const slant_probe *slant_best_probe(void);

#endif
