/*
 * Eight ASCII characters in one 64-bit word, the first in the lowest byte ("SIMD within a register": Lamport 1975).
 * A mask has the highest bit of each byte that it means. Private to features.
 */
#ifndef SLANT_FEATURES_SWAR_H
#define SLANT_FEATURES_SWAR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "bundles are little-endian, and so is this"
#endif

#define SLANT_EVERY(byte) (UINT64_C(0x0101010101010101) * (byte))
#define SLANT_ALL_EIGHT   SLANT_EVERY(0x80)

static inline uint64_t slant_load8(const void *p) {
  uint64_t x;
  memcpy(&x, p, sizeof x);
  return x;
}

/* The bytes that are A-Z or a-z. */
static inline uint64_t slant_letters8(uint64_t x) {
  uint64_t low = (x | SLANT_EVERY(0x20)) & SLANT_EVERY(0x7f);
  uint64_t from_a = low + SLANT_EVERY(0x80 - 'a'), above_z = low + SLANT_EVERY(0x7f - 'z');
  return from_a & ~above_z & ~x & SLANT_ALL_EIGHT;
}

/* The letters in lower case, all else as it stands. */
static inline uint64_t slant_lower8(uint64_t x, uint64_t letters) {
  return x | letters >> 2;
}

/* Those of the letters that are upper case. */
static inline uint64_t slant_upper8(uint64_t x, uint64_t letters) {
  return letters & ~(x << 2);
}

/* How many bytes stand before the first that the mask leaves out; not for a mask of all eight. */
static inline uint32_t slant_prefix8(uint64_t mask) {
  return (uint32_t)__builtin_ctzll(~mask & SLANT_ALL_EIGHT) >> 3;
}

/* All bits of the first n bytes, n from 1 to 8. */
static inline uint64_t slant_first8(uint32_t n) {
  return UINT64_MAX >> (64 - 8 * n);
}

/* Whether three equal letters, whatever their case, begin at one of the n bytes from p. Reads ten bytes. */
static inline bool slant_tripled8(const unsigned char *p, uint32_t n) {
  uint64_t x = slant_load8(p), differs = (x ^ slant_load8(p + 1)) | (x ^ slant_load8(p + 2));
  differs &= SLANT_EVERY(0xdf);
  if (n < 8) differs |= ~slant_first8(n);
  return (differs - SLANT_EVERY(1)) & ~differs & SLANT_ALL_EIGHT;
}

#endif
