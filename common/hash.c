#include "common/hash_inline.h"

#include <xxhash.h>

uint64_t slant_hash(const void *bytes, size_t len) {
  return XXH3_64bits(bytes, len);
}

uint64_t slant_hash_seeded(const void *bytes, size_t len, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, len, seed);
}

uint64_t slant_hash_word(const void *bytes, size_t len) {
  uint64_t halves[2] = {0};
  if (len > sizeof halves) return slant_hash(bytes, len);
  memcpy(halves, bytes, len);
  return slant_hash_16(halves[0], halves[1]);
}
