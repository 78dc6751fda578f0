/* All models of one task: which actors get one, their fits, and the bank that goes into the bundle. */
#ifndef SLANT_TRAIN_BANK_H
#define SLANT_TRAIN_BANK_H

#include "train/examples.h"
#include "train/fit.h"

#include <slant/model.h>

typedef struct slant_bank_options {
  slant_fit_options fit;
  uint32_t min_examples;
  bool better; /* keep an actor's own model only where it beats the shared one on the actor's examples */
} slant_bank_options;

/* What was decided for one actor of the task. */
typedef struct slant_bank_actor {
  slant_str actor;        /* borrowed from the examples */
  uint32_t first, last;   /* its members among slant_fitted_bank.members */
  int64_t fit;            /* its model: index into fits, or -1 for none */
  double shared_macro_f1; /* of the shared model's held-out labels on the actor's examples; NAN where unknown */
} slant_bank_actor;

typedef struct slant_fitted_bank {
  slant_bank bank;       /* what it points to belongs to this struct */
  slant_str *labels;     /* sorted; strings borrowed from the examples */
  slant_sample *samples; /* n_samples, in the order in which they were added */
  uint32_t *members;     /* sample numbers, ordered by actor */
  uint32_t n_samples;
  slant_bank_actor *actors; /* n_actors, sorted by actor, among them "*" where the data has it */
  uint32_t n_actors;
  slant_fit *fits; /* n_fits; the first is the shared model */
  uint32_t n_fits;
  slant_model *models;
  float *weights, *bias;
} slant_fitted_bank;

/* Fits the bank of task number `task`. SLANT_E_DATA where the task has one label only. */
int slant_fit_bank(slant_fitted_bank *out, const slant_bank_options *options, const slant_vectors *vectors,
                   const slant_examples *examples, uint32_t task, slant_progress *progress, slant_error *error);
/* Fits the same models anew, each at its cost, on other vectors of the same rows; see slant_refit_model(). On failure
 * the bank can only be freed. */
int slant_refit_bank(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                     slant_progress *progress, slant_error *error);
void slant_fitted_bank_free(slant_fitted_bank *bank);

#endif
