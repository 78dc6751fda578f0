/* Strings kept once each and numbered in the order in which they first came. Private to the library. */
#ifndef SLANT_COMMON_NAMES_H
#define SLANT_COMMON_NAMES_H

#include "common/memory.h"

#define SLANT_NO_NAME UINT32_MAX

typedef struct slant_names { /* all zero is empty */
  slant_arena arena;
  slant_str *items; /* n of them; good until free */
  uint32_t n;
  size_t capacity;
  uint32_t *slots; /* open addressing: number + 1, or 0 */
  size_t n_slots;  /* a power of two, at least twice n */
} slant_names;

/* The number of a string, which is copied when it is new. SLANT_NO_NAME: no memory. */
uint32_t slant_names_put(slant_names *names, slant_str name);
void slant_names_free(slant_names *names);

#endif
