/*
 * How many classes become binary machines, and their values scores again (codings of <slant/model.h>): two classes take
 * one machine; more take one a class against the rest, or one a pair of classes.
 */
#ifndef SLANT_TRAIN_CODING_H
#define SLANT_TRAIN_CODING_H

#include "train/solver.h"

#include <slant/model.h>
#include <stdbool.h>

/* The classes of a problem's examples. */
typedef struct slant_labelling {
  slant_coding coding; /* as slant_coding_for() gives it */
  uint32_t n_classes;
  const uint32_t *class;      /* of each example, < n_classes */
  const double *class_weight; /* of each class; NULL: all 1 */
  const float *weight;        /* of each example; NULL: all 1 */
  bool balance;               /* in each fit, both signs weigh alike in sum, before classes are weighed */
} slant_labelling;

/* The coding for this many classes where `wanted` is the one for more than two. */
slant_coding slant_coding_for(slant_coding wanted, uint32_t n_classes);
uint32_t slant_coding_machines(slant_coding coding, uint32_t n_classes);

/* The greatest ν that all machines can be fitted with; counts are examples of each class. */
double slant_coding_greatest_nu(slant_coding coding, const uint32_t *counts, uint32_t n_classes);

/* Scratch for one subset at a time of up to `capacity` examples. */
typedef struct slant_subset_buffers {
  uint32_t *members;
  signed char *sign;
  double *weight;
} slant_subset_buffers;

bool slant_subset_buffers_new(slant_subset_buffers *out, uint32_t capacity); /* false: no memory */
void slant_subset_buffers_free(slant_subset_buffers *space);

/* The part of `from` (n examples of the problem) that machine m is fitted on, which lies in `space`. The weights of a
 * balanced fit are W / (2 W±) times the examples' own, W their sum. */
slant_subset slant_labelling_subset(const slant_labelling *labelling, uint32_t m, const uint32_t *from, uint32_t n,
                                    const slant_subset_buffers *space);

/* Class scores (n_classes) from the machines' values: (f, -f) for two classes, the values of one-vs-rest, votes and
 * margins of one-vs-one. */
void slant_class_scores(slant_coding coding, const double *values, uint32_t n_classes, double *scores);

#endif
