/* Strings kept once each and known by number. */
#ifndef SLANT_EVALUATE_INTERNER_H
#define SLANT_EVALUATE_INTERNER_H

#include "common/memory.h"

#include <slant/str.h>
#include <stdint.h>

typedef struct slant_interner {
  slant_arena bytes;
  slant_str *strings; /* by number, in order of arrival */
  uint64_t *hashes;   /* by number */
  uint32_t n;
  size_t strings_capacity, hashes_capacity;
  uint32_t *slots; /* open addressing: number + 1, 0 for a free slot; `n_slots` is a power of two, at least 2n */
  size_t n_slots;
} slant_interner;

/* The string's number, a new one for a new string (copied); UINT32_MAX: no memory. */
uint32_t slant_interner_number(slant_interner *interner, slant_str text);
void slant_interner_free(slant_interner *interner);

#endif
