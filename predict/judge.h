/* Inside the predictor. Private to predict. */
#ifndef SLANT_PREDICT_JUDGE_H
#define SLANT_PREDICT_JUDGE_H

#include "common/memory.h"

#include <slant/predictor.h>

struct slant_predictor {
  const slant_bundle *bundle;
  const slant_actors *actors;
  slant_actors *builtin; /* owned, where neither the caller nor the bundle has a dictionary */
};

struct slant_judge {
  const slant_predictor *predictor;
  slant_document *document;
  slant_extractor *extractor;
  slant_arena arena; /* what one record's judgements are made of; reset with every record */
  slant_judgement *judgements;
  size_t n_judgements, capacity;
};

/* A mention to be judged: what the text or a label's span gives. */
typedef struct slant_subject {
  slant_str actor;
  uint32_t first, last;          /* tokens */
  uint32_t point_from, point_to; /* code points */
  uint32_t judgement;            /* number of the actor it belongs to, in order of first mention */
} slant_subject;

/* Rolls the evidence of one actor up: the mean of the scores, and what the calibration makes of it. */
void slant_roll_up(const slant_model *model, slant_judgement *judgement, float *scores, float *probabilities);

#endif
