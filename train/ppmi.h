/* Counted pairs → the matrix of positive pointwise mutual information. Private to train. */
#ifndef SLANT_TRAIN_PPMI_H
#define SLANT_TRAIN_PPMI_H

#include "train/cooccurrence.h"
#include "train/svd.h"

/* The matrix over n words; <slant/embedder.h> has the formula. Free it with slant_ppmi_free(). */
int slant_ppmi(slant_sparse *out, const slant_cooccurrence *counts, uint32_t n, slant_error *error);
void slant_ppmi_free(slant_sparse *matrix);

#endif
