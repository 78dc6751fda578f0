/* All models of one task: which actors get one, their fits, and the bank that goes into the bundle. */
#ifndef SLANT_TRAIN_BANK_H
#define SLANT_TRAIN_BANK_H

#include "train/fit_journal.h"
#include "train/members.h"
#include "train/mixture.h"

#include <slant/model.h>

typedef struct slant_bank_options {
  slant_fit_options fit;
  bool shared_curve; /* a learning curve of the shared model, whatever the fits' own option says */
  uint32_t min_examples;
  slant_str only; /* actors that may have a model, separated by commas; empty: all */
  slant_actor_models actor_models;
  uint32_t weight_bits;       /* of sparse features' weights: 32 or 16; 0: those of the base, without one 32 */
  slant_fit_journal *journal; /* where finished fits go, and come from; may be NULL */
} slant_bank_options;

/* What was decided for one actor of the task. */
typedef struct slant_bank_choice {
  bool planned;           /* it was to have a fit of its own */
  int64_t fit;            /* its model: index into fits, or -1 for the shared one */
  slant_mixture mixture;  /* of that fit's weights and the shared model's */
  double shared_macro_f1; /* of the shared model's held-out labels on the actor's examples; NAN where unknown */
  double own_macro_f1;    /* of its own model's before they were mixed; NAN where there was none */
} slant_bank_choice;

typedef struct slant_fitted_bank {
  const slant_bank
      *base;       /* of the bundle that is updated: its models stay where no new one takes their place; or NULL */
  slant_bank bank; /* what it points to belongs to `builder` */
  slant_bank_members members;
  slant_bank_choice *choices; /* one for each of members.actors */
  double *label_weight;       /* of each of members.labels, in fits; NULL: all 1 */
  slant_fit *fits;            /* n_fits: the shared model's, then those of actors in their order; some may be empty */
  uint32_t n_fits;
  slant_bank_builder *builder; /* what `bank` points to */
} slant_fitted_bank;

/* Takes over the members and says which models there may be. With a base (may be NULL) they are of actors alone, and
 * fits[0] is empty: slant_update_lend() fills it. */
int slant_bank_plan(slant_fitted_bank *out, slant_bank_members *members, const slant_bank *base,
                    const slant_bank_options *options, slant_error *error);
/* Units of progress that slant_bank_fit() reports: examples, counted once for each model that sees them. */
uint64_t slant_bank_work(const slant_fitted_bank *bank);
/* Fits all that was planned, decides for every actor, and makes the bank. Big models are divided among the threads one
 * after the other, small ones are fitted one a thread; the result is the same. An actor whose fit finds no memory is
 * left to the shared model, with a warning. On failure the bank can only be freed. */
int slant_bank_fit(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                   slant_progress *progress, slant_error *error);
/* Fits the same models anew, each at its cost, on other vectors of the same rows; see slant_refit_model(). On failure
 * the bank can only be freed. */
int slant_bank_refit(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                     slant_progress *progress, slant_error *error);
void slant_fitted_bank_free(slant_fitted_bank *bank);

#endif
