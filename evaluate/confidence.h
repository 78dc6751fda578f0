/* What is known of probabilities, by task and actor. Private to evaluate. */
#ifndef SLANT_EVALUATE_CONFIDENCE_H
#define SLANT_EVALUATE_CONFIDENCE_H

#include "common/names.h"

#include <slant/reliability.h>

typedef struct slant_confidence {
  slant_reliability reliability;
  uint64_t n_abstained;
} slant_confidence;

typedef struct slant_confidences { /* all zero is empty */
  slant_names keys;                /* task and actor */
  slant_buffer key;                /* scratch */
  slant_confidence *items;         /* by number of the key */
  uint32_t n;
  size_t capacity;
} slant_confidences;

/* That of an actor under a task, or pooled where the actor is ""; empty at first. Good until the next call. NULL: no
 * memory. */
slant_confidence *slant_confidences_of(slant_confidences *all, slant_str task, slant_str actor);
void slant_confidences_free(slant_confidences *all);

#endif
