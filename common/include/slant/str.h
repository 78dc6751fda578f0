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

/* Order of bytes, the shorter first where one begins the other: negative, 0 or positive. */
static inline int slant_str_compare(slant_str a, slant_str b) {
  size_t shared = a.len < b.len ? a.len : b.len;
  int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
  return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Cuts the text before the first `separator` off *rest (all of it where there is none) and steps over the separator. */
static inline slant_str slant_str_cut(slant_str *rest, char separator) {
  const char *at = rest->len ? (const char *)memchr(rest->ptr, separator, rest->len) : NULL;
  slant_str head = {rest->ptr, at ? (size_t)(at - rest->ptr) : rest->len};
  size_t used = head.len + (at ? 1 : 0);
  if (used) {
    rest->ptr += used;
    rest->len -= used;
  }
  return head;
}

#ifdef __cplusplus
}
#endif
#endif
