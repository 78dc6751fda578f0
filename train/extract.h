/* The feature pipeline grown on the examples and frozen, and every example's vector in one store. */
#ifndef SLANT_TRAIN_EXTRACT_H
#define SLANT_TRAIN_EXTRACT_H

#include "train/examples.h"
#include "train/vectors.h"

/* Grows, freezes and names `pipeline` over the rows, one after the other, so that it cannot depend on threads. */
int slant_grow_pipeline(slant_pipeline *pipeline, const slant_examples *examples, slant_progress *progress,
                        slant_error *error);
/* The vectors of all rows, in their order. The caller frees *out. */
int slant_extract_all(slant_vectors *out, const slant_pipeline *pipeline, const slant_examples *examples,
                      unsigned threads, slant_progress *progress, slant_error *error);

#endif
