/* A small seeded generator for shuffles and folds: the same numbers on every machine, no global state. */
#ifndef SLANT_COMMON_RANDOM_H
#define SLANT_COMMON_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct slant_random {
  uint64_t state;
} slant_random;

slant_random slant_random_from(uint64_t seed, uint64_t stream); /* streams of one seed are independent */
uint64_t slant_random_next(slant_random *random);
uint64_t slant_random_below(slant_random *random, uint64_t bound); /* uniform in [0, bound); bound > 0 */
void slant_random_shuffle(slant_random *random, uint32_t *items, size_t count);

#endif
