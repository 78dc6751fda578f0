/* slant_hash_word() compiled in place, where more bytes can be read than count, for loops over words. */
#ifndef SLANT_COMMON_HASH_INLINE_H
#define SLANT_COMMON_HASH_INLINE_H

#include "common/hash.h"

#include <string.h>

/* `low` and `high`: up to 16 bytes as two little-endian numbers, zeros behind them; so zeros at the end do not count.
 */
static inline uint64_t slant_hash_16(uint64_t low, uint64_t high) {
  low ^= UINT64_C(0xa0761d6478bd642f);
  high ^= UINT64_C(0xe7037ed1a0b428db);
  return (low * high) ^ (uint64_t)((__uint128_t)low * high >> 64);
}

/* The first `len` of 16 bytes, each bit 0x20 of which `bits` sets. */
static inline uint64_t slant_hash_first(const void *bytes, size_t len, uint64_t bits) {
  static const unsigned char masks[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  const unsigned char *mask = masks + 16 - len;
  uint64_t low, high, low_mask, high_mask;
  memcpy(&low, bytes, 8);
  memcpy(&high, (const char *)bytes + 8, 8);
  memcpy(&low_mask, mask, 8);
  memcpy(&high_mask, mask + 8, 8);
  return slant_hash_16((low | bits) & low_mask, (high | bits) & high_mask);
}

/* slant_hash_word() where 16 bytes can be read, however long the word is. */
static inline uint64_t slant_hash_padded(const void *bytes, size_t len) {
  return len > 16 ? slant_hash(bytes, len) : slant_hash_first(bytes, len, 0);
}

/* The same for the lower case of at most 16 bytes that are letters, or have bit 0x20 set. */
static inline uint64_t slant_hash_lower(const void *bytes, size_t len) {
  return slant_hash_first(bytes, len, UINT64_C(0x2020202020202020));
}

#endif
