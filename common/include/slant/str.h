/* A borrowed piece of UTF-8 text: pointer and length in bytes, not terminated. Whoever hands it out says how long it
 * lives. */
#ifndef SLANT_STR_H
#define SLANT_STR_H

#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_str {
  const char *ptr; /* may be NULL when len is 0 */
  size_t len;
} slant_str;

static inline slant_str slant_str_of(const char *terminated) {
  slant_str s = {terminated, terminated ? strlen(terminated) : 0};
  return s;
}

static inline int slant_str_equal(slant_str a, slant_str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline int slant_str_is(slant_str a, const char *terminated) {
  return slant_str_equal(a, slant_str_of(terminated));
}

#ifdef __cplusplus
}
#endif
#endif
