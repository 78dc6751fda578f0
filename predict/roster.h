/* Actors numbered in the order in which they come first. Private to predict. */
#ifndef SLANT_PREDICT_ROSTER_H
#define SLANT_PREDICT_ROSTER_H

#include "common/memory.h"

typedef struct slant_roster {
  slant_str *actors; /* n, by number */
  uint32_t n;
  uint32_t *slots; /* number + 1 by hash, 0: empty */
  size_t mask;
} slant_roster;

/* For up to `capacity` actors, with memory of the arena. False: no memory. */
bool slant_roster_init(slant_roster *roster, slant_arena *arena, size_t capacity);
/* The actor's number; a new one where it has not been seen, and always for "*": every such mention may be of somebody
 * else. */
uint32_t slant_roster_number(slant_roster *roster, slant_str actor);

#endif
