/* Inside the predictor: what a judge holds, and the steps of a judgement. Private to predict. */
#ifndef SLANT_PREDICT_JUDGE_H
#define SLANT_PREDICT_JUDGE_H

#include "common/memory.h"

#include <slant/predictor.h>

/* What becomes of a model's scores. All zero: the label of the highest, always. */
typedef struct slant_decision {
  float threshold;    /* a label of lower probability is not given */
  const float *ratio; /* of each class's share to that in training; NULL: 1 */
} slant_decision;

struct slant_predictor {
  const slant_bundle *bundle;
  const slant_actors *actors;
  slant_bundle *own_bundle; /* what slant_predictor_open() opened, else NULL */
  slant_actors *own_actors; /* a dictionary that was loaded, or the built-in one where nobody brought any */
  bool all_actors;          /* document mode: whatever a record's labels name */
  bool has_kernels;         /* a model is no linear one */
  bool many_models;         /* a bank has more than one, and is scored as a whole where all are asked (all_models.h) */
  slant_buffer options;     /* as slant_options_describe() has them */
  slant_arena arena;
  const slant_str ***labels;  /* labels[bank][model]: the model's classes by name */
  slant_decision **decisions; /* decisions[bank][model]; NULL: as the scores say */
};

struct slant_judge {
  const slant_predictor *predictor;
  slant_document *document;
  bool whole; /* texts are read whole, for the sake of who asks where features stand */
  slant_extractor *extractor;
  slant_workspace *workspace;
  slant_arena arena; /* what judgements are made of; reset with every record, or every batch */
  slant_judgement *judgements;
  uint32_t n_judgements;
  bool batching;                       /* scores of kernel models, and those of whole banks, are left for later */
  struct slant_deferred *deferred;     /* of kernel models (deferred.h); NULL: none were yet */
  struct slant_all_models *all_models; /* of whole banks (all_models.h); NULL: none were yet */
  struct slant_judge_batch *batch;     /* the arrays of slant_predictor_label_batch() (label_batch.c); NULL: none yet */
};

/* What the judgements depend on, as lines: digests of the bundle and the dictionary, and the options. */
void slant_predictor_describe(const slant_predictor *predictor, slant_buffer *out);

/* Judges one more record into the arena as it is. */
int slant_judge_append(slant_judge *judge, const slant_record *record, slant_error *error);
/* The arrays of the batch that was labelled last. */
void slant_judge_batch_free(struct slant_judge_batch *batch);

/* Makes room for `capacity` judgements of this record. False: no memory. */
bool slant_judge_reserve(slant_judge *judge, size_t capacity);
/* Adds a judgement without scores. There is room for it. */
slant_judgement *slant_judge_add(slant_judge *judge, uint32_t bank, const slant_model *model, slant_str actor);
/* Room for the scores and the probabilities of one judgement or mention. NULL: no memory. */
float *slant_judge_rows(slant_judge *judge, const slant_model *model);
/* One vector under one model: its class scores and their probabilities into `rows`, and the index of the highest. */
int slant_judge_vector(slant_judge *judge, uint32_t bank, const slant_model *model, const slant_vector *vector,
                       float *rows, uint32_t *label, slant_error *error);
/* What is left to do once the vectors of a judgement are scored: its mentions are rolled up into `rows`, and whether it
 * abstains. */
int slant_judge_settle(slant_judge *judge, uint32_t bank, const slant_model *model, slant_judgement *judgement,
                       float *rows, slant_error *error);
void slant_judge_settle_now(const slant_judge *judge, uint32_t bank, const slant_model *model,
                            slant_judgement *judgement, float *rows);
int slant_judge_no_memory(slant_error *error);

/* ---- decisions (decision.c) ---- */
const slant_decision *slant_judge_decision(const slant_judge *judge, uint32_t bank, const slant_model *model);
/* The label that scores stand for, and all probabilities. */
uint32_t slant_decision_label(const slant_decision *decision, const slant_model *model, const float *scores,
                              float *probabilities);
static inline bool slant_decision_abstains(const slant_decision *decision, float confidence) {
  return confidence < decision->threshold;
}

/* ---- target mode (target.c): the document has been read ---- */
/* A mention to be judged: what the dictionary finds, or the span of a label. */
typedef struct slant_subject {
  slant_str actor;
  uint32_t first, last;          /* tokens */
  uint32_t point_from, point_to; /* code points */
  uint32_t number;               /* of its actor, in the order of first mention */
} slant_subject;

int slant_target_judge(slant_judge *judge, const slant_record *record, slant_error *error);
/* The mention that a label is about: its span, or its actor's first mention where it has none (as in training). */
int slant_target_find(slant_judge *judge, const slant_label *label, slant_subject *out, slant_error *error);

/* ---- roll-up (rollup.c) ---- */
/* From the evidence of one actor (at least one mention) to its judgement: the mean of the scores over the mentions, its
 * calibrated probabilities, and the label of the highest mean. scores and probabilities have room for n_labels. */
void slant_roll_up(const slant_model *model, const slant_decision *decision, slant_judgement *judgement, float *scores,
                   float *probabilities);

#endif
