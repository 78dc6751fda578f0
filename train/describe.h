/* What training options say about every fit of a trainer: the solver, the settings to try, and how they are compared.
 */
#ifndef SLANT_TRAIN_DESCRIBE_H
#define SLANT_TRAIN_DESCRIBE_H

#include "train/bank.h"
#include "train/candidates.h"

#include <slant/trainer.h>

typedef struct slant_described {
  slant_bank_options bank; /* points into the rest */
  slant_candidates candidates;
  slant_block *blocks; /* of the pipeline's stages, where a search weighs them */
} slant_described;

/* Fills what the fits over the frozen `pipeline` have in common; without it (NULL) only looks whether the options make
 * sense by themselves. SLANT_E_ARGUMENT. The caller frees. */
int slant_describe_fits(slant_described *out, const slant_train_options *options, const slant_pipeline *pipeline,
                        unsigned threads, slant_error *error);
/* After features were dropped: the stages' ranges anew. Settings stay where they are. */
void slant_described_follow(slant_described *described, const slant_pipeline *pipeline);
void slant_described_free(slant_described *described);

#endif
