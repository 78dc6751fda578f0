/*
 * Texts judged under every model of the bundle. While a judge is batching, their vectors are kept and scored many at a
 * time, bank by bank (slant_bank_outputs()), which gives every text the same. Private to predict.
 */
#ifndef SLANT_PREDICT_ALL_MODELS_H
#define SLANT_PREDICT_ALL_MODELS_H

#include "predict/judge.h"

enum { SLANT_ALL_MODELS_BATCH = 64 }; /* texts that are scored at once, at most */

/* Whether a bundle has a bank of more than one model, so that it is better scored as a whole. */
bool slant_all_models_pay(const slant_bundle *bundle);

/* Adds the judgements of one text: under every model that is an actor's own; under "*" where a bank has no other. They
 * are complete after slant_all_models_flush() where the judge is batching, else at once. */
int slant_all_models_judge(slant_judge *judge, const slant_vector *vector, slant_error *error);
int slant_all_models_flush(slant_judge *judge, slant_error *error);
void slant_all_models_clear(slant_judge *judge);
void slant_all_models_free(struct slant_all_models *waiting);

#endif
