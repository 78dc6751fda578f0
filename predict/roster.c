#include "predict/roster.h"

#include "common/hash.h"

#include <slant/record.h>

bool slant_roster_init(slant_roster *roster, slant_arena *arena, size_t capacity) {
  size_t slots = 16;
  *roster = (slant_roster){0};
  if (capacity >= UINT32_MAX / 2) return false;
  while (slots < 2 * capacity) slots *= 2;
  roster->actors = slant_arena_alloc(arena, capacity, sizeof *roster->actors);
  roster->slots = slant_arena_alloc(arena, slots, sizeof *roster->slots);
  roster->mask = slots - 1;
  if (!roster->actors || !roster->slots) return false;
  memset(roster->slots, 0, slots * sizeof *roster->slots);
  return true;
}

uint32_t slant_roster_number(slant_roster *roster, slant_str actor) {
  if (!slant_str_is(actor, SLANT_ANY_ACTOR)) {
    size_t at = slant_hash(actor.ptr, actor.len) & roster->mask;
    for (; roster->slots[at]; at = (at + 1) & roster->mask)
      if (slant_str_equal(roster->actors[roster->slots[at] - 1], actor)) return roster->slots[at] - 1;
    roster->slots[at] = roster->n + 1;
  }
  roster->actors[roster->n] = actor;
  return roster->n++;
}
