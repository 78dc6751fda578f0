#include "common/random.h"

#include "common/hash.h"

slant_random slant_random_from(uint64_t seed, uint64_t stream) {
  return (slant_random){slant_hash_chain(slant_mix(seed + 1), stream)};
}

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t slant_random_next(slant_random *random) {
  random->state += UINT64_C(0x9e3779b97f4a7c15);
  return slant_mix(random->state);
}

/* Draws from the largest multiple of `bound`, so that no remainder is favoured. */
uint64_t slant_random_below(slant_random *random, uint64_t bound) {
  uint64_t reject = -bound % bound, x;
  do x = slant_random_next(random);
  while (x < reject);
  return x % bound;
}

void slant_random_shuffle(slant_random *random, uint32_t *items, size_t count) {
  for (size_t i = count; i > 1; i--) {
    size_t j = slant_random_below(random, i);
    uint32_t held = items[i - 1];
    items[i - 1] = items[j];
    items[j] = held;
  }
}
