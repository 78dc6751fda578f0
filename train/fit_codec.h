/* A fit as bytes, for the journal of a training that may be interrupted. Only the same build reads them again. What is
 * computed from held-out scores, slant_fit_judge() computes again: it is not among them. */
#ifndef SLANT_TRAIN_FIT_CODEC_H
#define SLANT_TRAIN_FIT_CODEC_H

#include "common/memory.h"
#include "train/fit.h"

/* What a fit must keep to. */
typedef struct slant_fit_limits {
  uint32_t n;                    /* its samples */
  uint32_t n_labels;             /* of the task */
  uint32_t n_sparse, n_dense;    /* features of the vectors */
  const slant_setting *settings; /* n_settings to try: its own borrow their β */
  uint32_t n_settings;
} slant_fit_limits;

/* Appends the fit; out->failed is set where there is no memory. */
void slant_fit_encode(slant_buffer *out, const slant_fit *fit, const slant_fit_limits *limits);
/* The fit that `bytes` are, or false: they are not one that keeps to the limits, or there is no memory. Whatever the
 * bytes, nothing is read beyond them, and no count in them is believed before it is compared with what is there. */
bool slant_fit_decode(slant_fit *out, const void *bytes, size_t size, const slant_fit_limits *limits);

#endif
