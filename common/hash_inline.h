/* slant_hash() compiled in place, for loops over short keys. Only sources include it: it is long to compile. */
#ifndef SLANT_COMMON_HASH_INLINE_H
#define SLANT_COMMON_HASH_INLINE_H

#include "common/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t slant_hash_inline(const void *bytes, size_t len) {
  return len <= 16 ? XXH3_64bits(bytes, len) : slant_hash(bytes, len);
}

#endif
