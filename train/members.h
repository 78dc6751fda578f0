/* Who is to be learned in one task: its labels, its samples, its actors and the samples of each. */
#ifndef SLANT_TRAIN_MEMBERS_H
#define SLANT_TRAIN_MEMBERS_H

#include "train/examples.h"
#include "train/fit.h"

#include <slant/model.h>

typedef struct slant_bank_actor {
  slant_str actor;      /* borrowed from the examples */
  uint32_t first, last; /* its samples: by_actor[first] … by_actor[last - 1] */
} slant_bank_actor;

typedef struct slant_bank_members {
  slant_str task;           /* borrowed from the examples, as all strings */
  slant_str *labels;        /* n_labels, sorted */
  slant_sample *samples;    /* n_samples, in the order in which they were added */
  uint32_t *all;            /* 0 … n_samples - 1: the shared model's members */
  uint32_t *by_actor;       /* sample numbers, ordered by actor */
  slant_bank_actor *actors; /* n_actors, sorted by name, among them "*" where the data has it */
  uint32_t n_labels, n_samples, n_actors;
} slant_bank_members;

/* SLANT_E_DATA where the task has no example, or one label only; SLANT_E_LIMIT where it has too many labels. */
int slant_bank_members_of(slant_bank_members *out, const slant_examples *examples, uint32_t task, slant_error *error);
/* The same with the labels of a bank that is there, in its order; SLANT_E_DATA where the examples have another. */
int slant_bank_members_like(slant_bank_members *out, const slant_examples *examples, uint32_t task,
                            const slant_bank *base, slant_error *error);
bool slant_bank_actor_has_two_labels(const slant_bank_members *members, const slant_bank_actor *actor);
void slant_bank_members_free(slant_bank_members *members);

#endif
