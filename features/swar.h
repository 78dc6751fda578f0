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

/* The first run of a mask, which is not of all eight: its own mask, and its length in bytes. */
static inline uint64_t slant_run8(uint64_t mask, uint32_t *len) {
  uint64_t others = ~mask & SLANT_ALL_EIGHT;
  *len = (uint32_t)__builtin_ctzll(others) >> 3;
  return mask & (others ^ (others - 1));
}

/* Whether three letters that follow one another in a run of letters are equal, whatever their case. */
static inline bool slant_tripled8(uint64_t x, uint64_t run) {
  uint64_t next = x ^ x >> 8, differs = next | next >> 8;
  uint64_t unequal = (differs & SLANT_EVERY(0x5f)) + SLANT_EVERY(0x7f); /* the highest bit where a byte is not 0 */
  return ~unequal & run >> 16;
}

#endif
