/* What a trainer lets the rest of the room do with its examples before, or instead of, fitting. */
#ifndef SLANT_TRAIN_TRAINER_PRIVATE_H
#define SLANT_TRAIN_TRAINER_PRIVATE_H

#include "train/examples.h"
#include "train/vectors.h"

#include <slant/trainer.h>

/* The examples become rows, and every row a vector: of `frozen` (borrowed), or, where that is NULL, of a pipeline that
 * is grown on the rows and belongs to the trainer. The caller frees *out. SLANT_E_DATA: there is nothing to learn from.
 * On failure the trainer is as it was. */
int slant_trainer_extract(slant_trainer *trainer, const slant_pipeline *frozen, slant_vectors *out, slant_error *error);
const slant_examples *slant_trainer_examples(const slant_trainer *trainer);
/* The pipeline that was grown; NULL before. */
const slant_pipeline *slant_trainer_pipeline(const slant_trainer *trainer);

#endif
