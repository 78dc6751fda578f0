/*
 * The model card: what a bundle was made of, by what, and how good it was on held-out examples, as JSON. Nothing in it
 * depends on the clock, the machine or the number of threads, so that equal training gives an equal bundle.
 */
#ifndef SLANT_TRAIN_CARD_H
#define SLANT_TRAIN_CARD_H

#include "train/bank.h"

#include <slant/trainer.h>

typedef struct slant_card {
  const slant_train_options *options;
  const slant_examples *examples;
  const slant_pipeline *pipeline;
  const uint32_t *before; /* features of each of the pipeline's stages before pruning; NULL: there was none */
  const slant_fitted_bank *banks;
  uint32_t n_banks;
} slant_card;

/* A number as JSON, null where it is none. */
void slant_card_number(slant_buffer *out, double value);
/* The members of a model's object that its search is about: "cost" or "nu", "folds", "metric", "fits", "tried", …. */
void slant_card_put_search(slant_buffer *out, const slant_fit *fit, const slant_card *card);

/* Parts of it, for a card that is changed: the entries of an actor of a bank, and of the model that is its own; and
 * what they come from: program, options, data. */
void slant_card_put_actor(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, uint32_t actor);
void slant_card_put_model(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, uint32_t actor);
void slant_card_put_source(slant_buffer *out, const slant_card *card);

/* Appends the card; out->failed is set where there is no memory. */
void slant_card_write(slant_buffer *out, const slant_card *card);
/* What the card leaves out, as JSON: how long the fits of every model of this training took, and
 * all of it, in seconds. `written` is the
 * card that they belong to, known by its digest. */
void slant_card_write_times(slant_buffer *out, const slant_card *card, slant_str written, double seconds,
                            unsigned threads);

#endif
