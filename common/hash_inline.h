/* slant_hash_word() compiled in place, for loops over words. */
#ifndef SLANT_COMMON_HASH_INLINE_H
#define SLANT_COMMON_HASH_INLINE_H

#include "common/hash.h"

#include <string.h>

/* `low` and `high`: up to 16 bytes as two little-endian numbers, zeros behind them. */
static inline uint64_t slant_hash_16(uint64_t low, uint64_t high, size_t len) {
  __uint128_t product =
      (__uint128_t)(low ^ UINT64_C(0xa0761d6478bd642f)) * (high ^ UINT64_C(0xe7037ed1a0b428db) ^ (uint64_t)len << 56);
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t slant_hash_word_inline(const void *bytes, size_t len) {
  uint64_t halves[2] = {0};
  if (len > sizeof halves) return slant_hash(bytes, len);
  memcpy(halves, bytes, len);
  return slant_hash_16(halves[0], halves[1], len);
}

/* The same of `len` bytes, 1 to 16, of which those that are letters are of either case, and all others have bit 0x20
 * set: of their lower case. 16 bytes can be read. */
static inline uint64_t slant_hash_lower16(const unsigned char *bytes, size_t len) {
  static const unsigned char masks[32] = {0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f,
                                          0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f};
  const uint64_t lower = UINT64_C(0x2020202020202020);
  uint64_t low, high, low_mask, high_mask;
  memcpy(&low, bytes, 8);
  memcpy(&high, bytes + 8, 8);
  memcpy(&low_mask, masks + 16 - len, 8);
  memcpy(&high_mask, masks + 24 - len, 8);
  return slant_hash_16((low | lower) & low_mask, (high | lower) & high_mask, len);
}

#endif
