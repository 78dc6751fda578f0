/*
 * Models of a few actors fitted into a bundle that is there: its pipeline and its vocabulary stay, and every other
 * model is carried over as it is. The model "*" stays too. Whether an actor is better off with it, or with a mixture,
 * is asked of its scores on the actor's examples, unless the bundle's card lists the actor: then "*" has learned from
 * examples of that actor, may be too sure of these, and the actor gets a model of its own.
 */
#ifndef SLANT_TRAIN_UPDATE_H
#define SLANT_TRAIN_UPDATE_H

#include "train/bank.h"
#include "train/card.h"

#include <slant/bundle.h>

/* Fills fits[0] of a bank that was planned on a base with what the base's "*" says about the samples. `card` is the
 * base's model card. */
int slant_update_lend(slant_fitted_bank *bank, slant_str card, const slant_vectors *vectors, slant_error *error);

/* Appends the base's card with the entries of models and actors that are new, and one more under "updates", which says
 * what they come from. SLANT_E_FORMAT: the base's card cannot be read. */
int slant_update_card(slant_buffer *out, slant_str base, const slant_card *card, slant_error *error);

#endif
