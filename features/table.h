/* An open-addressing table from 64-bit hashes to 32-bit numbers: built once, then read-only, and laid out so that it
 * can be used straight from a mapped file. Private to features. */
#ifndef SLANT_FEATURES_TABLE_H
#define SLANT_FEATURES_TABLE_H

#include "common/memory.h"

/* No number: what is not there. */
#define SLANT_ABSENT UINT32_MAX

typedef struct slant_slot {
  uint64_t key; /* 0: empty */
  uint32_t value;
  uint32_t zero; /* always 0 */
} slant_slot;

typedef struct slant_table {
  const slant_slot *slots;
  uint64_t mask;  /* number of slots - 1; the number is a power of two */
  uint32_t limit; /* values are below it; a damaged file may hold others, which are not found */
} slant_table;

/* At least one slot is empty; where damage has filled them all, the search ends once it has been round. */
static inline uint32_t slant_table_find(const slant_table *table, uint64_t key) {
  for (uint64_t i = key & table->mask, n = 0; n <= table->mask; i = (i + 1) & table->mask, n++) {
    const slant_slot *slot = &table->slots[i];
    if (slot->key == key) return slot->value < table->limit ? slot->value : SLANT_ABSENT;
    if (slot->key == 0) break;
  }
  return SLANT_ABSENT;
}

/* Keys are hashes; 0 marks an empty slot, so a hash of 0 is moved to 1. */
static inline uint64_t slant_table_key(uint64_t hash) {
  return hash ? hash : 1;
}

/* Builds a table of count keys with values 0 … count-1, at most half full: the slots are malloc'd, the caller frees
 * them. NULL: no memory. Keys are not 0; of equal keys the first stays. */
slant_slot *slant_table_build(slant_table *out, const uint64_t *keys, uint32_t count);

/* Takes over bytes of a file, without reading them: only the size is checked, and look-ups find no value that is not
 * below `limit`. False: damaged. */
bool slant_table_adopt(slant_table *out, const void *data, uint64_t size, uint32_t limit);

/* Bytes of the slots. */
static inline uint64_t slant_table_size(const slant_table *table) {
  return (table->mask + 1) * sizeof(slant_slot);
}

#endif
