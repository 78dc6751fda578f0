#include "common/hash_inline.h"

#include <xxhash.h>

uint64_t slant_hash(const void *bytes, size_t len) {
  return XXH3_64bits(bytes, len);
}

uint64_t slant_hash_seeded(const void *bytes, size_t len, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, len, seed);
}

uint64_t slant_hash_word(const void *bytes, size_t len) {
  return slant_hash_word_inline(bytes, len);
}
