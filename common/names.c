#include "common/names.h"

#include "common/hash.h"

#include <stdlib.h>

/* The slot that holds the name, or the free one where it would go. */
static uint32_t *find_slot(const slant_names *names, slant_str name) {
  size_t mask = names->n_slots - 1, at = slant_hash(name.ptr, name.len) & mask;
  while (names->slots[at] && !slant_str_equal(names->items[names->slots[at] - 1], name)) at = (at + 1) & mask;
  return &names->slots[at];
}

static bool widen(slant_names *names) {
  if (names->n_slots >= 2 * ((size_t)names->n + 1)) return true;
  size_t wider = names->n_slots ? names->n_slots * 2 : 64;
  uint32_t *slots = slant_alloc_zero(wider, sizeof *slots);
  if (!slots) return false;
  free(names->slots);
  names->slots = slots;
  names->n_slots = wider;
  for (uint32_t i = 0; i < names->n; i++) *find_slot(names, names->items[i]) = i + 1;
  return true;
}

uint32_t slant_names_put(slant_names *names, slant_str name) {
  if (!widen(names)) return SLANT_NO_NAME;
  uint32_t *slot = find_slot(names, name);
  if (*slot) return *slot - 1;
  if (names->n == SLANT_NO_NAME - 1 || !slant_grow(&names->items, &names->capacity, names->n, sizeof *names->items))
    return SLANT_NO_NAME;
  char *copy = slant_arena_copy(&names->arena, name);
  if (!copy) return SLANT_NO_NAME;
  names->items[names->n] = (slant_str){copy, name.len};
  *slot = ++names->n;
  return *slot - 1;
}

void slant_names_free(slant_names *names) {
  slant_arena_free(&names->arena);
  free(names->items);
  free(names->slots);
  *names = (slant_names){0};
}
