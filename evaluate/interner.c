#include "evaluate/interner.h"

#include "common/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

/* The slot that holds the string, or the free one where it belongs. */
static size_t find_slot(const slant_interner *interner, slant_str text, uint64_t hash) {
  size_t mask = interner->n_slots - 1, at = hash & mask;
  for (; interner->slots[at]; at = (at + 1) & mask) {
    uint32_t number = interner->slots[at] - 1;
    if (interner->hashes[number] == hash && slant_str_equal(interner->strings[number], text)) break;
  }
  return at;
}

static bool make_room(slant_interner *interner) {
  if (interner->n >= UINT32_MAX - 1) return false;
  if (!slant_grow(&interner->strings, &interner->strings_capacity, interner->n, sizeof *interner->strings) ||
      !slant_grow(&interner->hashes, &interner->hashes_capacity, interner->n, sizeof *interner->hashes))
    return false;
  if (interner->n_slots > 2 * (size_t)interner->n) return true;
  size_t n_slots = interner->n_slots ? interner->n_slots * 2 : FIRST_SLOTS;
  uint32_t *slots = slant_alloc_zero(n_slots, sizeof *slots);
  if (!slots) return false;
  for (uint32_t number = 0; number < interner->n; number++) {
    size_t at = interner->hashes[number] & (n_slots - 1);
    while (slots[at]) at = (at + 1) & (n_slots - 1);
    slots[at] = number + 1;
  }
  free(interner->slots);
  interner->slots = slots;
  interner->n_slots = n_slots;
  return true;
}

uint32_t slant_interner_number(slant_interner *interner, slant_str text) {
  if (!make_room(interner)) return UINT32_MAX;
  uint64_t hash = slant_hash(text.ptr, text.len);
  size_t at = find_slot(interner, text, hash);
  if (interner->slots[at]) return interner->slots[at] - 1;
  char *copy = slant_arena_copy(&interner->bytes, text);
  if (!copy) return UINT32_MAX;
  interner->strings[interner->n] = (slant_str){copy, text.len};
  interner->hashes[interner->n] = hash;
  interner->slots[at] = ++interner->n;
  return interner->n - 1;
}

void slant_interner_free(slant_interner *interner) {
  slant_arena_free(&interner->bytes);
  free(interner->strings);
  free(interner->hashes);
  free(interner->slots);
  *interner = (slant_interner){0};
}
