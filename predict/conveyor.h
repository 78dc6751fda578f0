/*
 * Workers → ordered writer, over a ring of slots. Private to predict.
 *
 * Workers fill slots in turn; who has filled slot n works on it, with all of it in its processor's cache, and the
 * calling thread drains it; then it is free again. So slots are drained in the order in which they were filled, a slow
 * writer holds the workers back, and memory is what the slots hold. With one thread everything happens in the caller, a
 * slot at a time.
 */
#ifndef SLANT_PREDICT_CONVEYOR_H
#define SLANT_PREDICT_CONVEYOR_H

#include <slant/error.h>
#include <stddef.h>

enum { SLANT_CONVEYOR_MAX_THREADS = 256 };

typedef struct slant_conveyor_plan {
  void *context;
  /* Fills a free slot; called by one thread at a time, not always the same. 1: filled, with its bytes in *load; 0:
   * there is nothing left; negative: reading failed. Slots filled before a failure are still worked on and drained
   * before the run ends with it. */
  int (*fill)(void *context, void *slot, size_t *load, slant_error *error);
  /* Works on a filled slot as worker 0 … threads-1. After a negative status this slot is the last to be drained, and
   * the run ends with that status. */
  int (*work)(void *context, void *slot, unsigned worker, slant_error *error);
  /* In the calling thread, in order. A negative status ends the run at once. */
  int (*drain)(void *context, void *slot, slant_error *error);
  char *slots; /* n_slots × slot_size bytes, the caller's */
  size_t n_slots, slot_size;
  size_t max_load;  /* while filled slots hold more than this, no further one is filled */
  unsigned threads; /* workers; 1: none but the caller */
} slant_conveyor_plan;

int slant_conveyor_run(const slant_conveyor_plan *plan, slant_error *error);

/* Slots with which `threads` workers seldom wait. */
size_t slant_conveyor_slots(unsigned threads);

#endif
