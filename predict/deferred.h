/*
 * Scores of kernel models, left for later: while a judge is batching, vectors are kept and scored many at a time
 * (slant_model_outputs()), and every vector gets the same: the support vectors' common and dense features pass through
 * the cache once a panel instead of once a vector (benchmarks/speed/kernel). Linear models are scored at once.
 * Private to predict.
 */
#ifndef SLANT_PREDICT_DEFERRED_H
#define SLANT_PREDICT_DEFERRED_H

#include "predict/judge.h"

enum { SLANT_DEFERRED_BATCH = 256 }; /* vectors that are scored at once, at most */

/* Where the judge is batching and a model may have to wait, makes *vector one that lasts as long as the batch. */
int slant_deferred_keep(slant_judge *judge, slant_vector *vector, slant_error *error);
/* Makes it one that lasts as long as the batch. */
int slant_deferred_copy(slant_judge *judge, slant_vector *vector, slant_error *error);
/* Whether this model's scores are left for later. */
bool slant_deferred_waits(const slant_judge *judge, const slant_model *model);
/* As slant_judge_vector(), later. The vector is kept. */
int slant_deferred_vector(slant_judge *judge, uint32_t bank, const slant_model *model, const slant_vector *vector,
                          float *rows, uint32_t *label, slant_error *error);
/* As slant_judge_settle(), later: when all its vectors are scored. */
int slant_deferred_settle(slant_judge *judge, uint32_t bank, const slant_model *model, slant_judgement *judgement,
                          float *rows, slant_error *error);
/* Does all that was left. */
int slant_deferred_flush(slant_judge *judge, slant_error *error);
void slant_deferred_clear(slant_judge *judge);
void slant_deferred_free(struct slant_deferred *deferred);

#endif
