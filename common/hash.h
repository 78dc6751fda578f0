/* 64-bit hashes (XXH3) of bytes, and how hashes of parts become the hash of a sequence. */
#ifndef SLANT_COMMON_HASH_H
#define SLANT_COMMON_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t slant_hash(const void *bytes, size_t len);
uint64_t slant_hash_seeded(const void *bytes, size_t len, uint64_t seed);

/* The hash of a word's form or of a character n-gram: XXH3 where it is longer than 16 bytes, else the folded
 * product of its two halves, whatever its length (as in Wang Yi's wyhash, 2019). */
uint64_t slant_hash_word(const void *bytes, size_t len);

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection that mixes every bit into every other. */
static inline uint64_t slant_mix(uint64_t x) {
  x ^= x >> 30;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  x ^= x >> 27;
  x *= UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* The hash of a sequence extended by one element; order matters. */
static inline uint64_t slant_hash_chain(uint64_t sequence, uint64_t element) {
  return slant_mix(sequence * UINT64_C(0x9e3779b97f4a7c15) + element);
}

/* The hash of a sequence of words extended by one: what is added are hashes, so nothing needs to be mixed. The first
 * word extends 0. Order matters. */
static inline uint64_t slant_hash_next(uint64_t sequence, uint64_t word) {
  return sequence * UINT64_C(0x9e3779b97f4a7c15) + word;
}

#endif
