/*
 * Banks of models: from a vector to a score for every class of every task.
 *
 * A bank holds all models of one task: one per actor with enough training data, and "*", the shared model. A model is a
 * set of linear outputs over the pipeline's features. Weights are stored feature-major, weights[feature][output], so
 * that one visit of a feature serves every output.
 */
#ifndef SLANT_MODEL_H
#define SLANT_MODEL_H

#include <slant/calibration.h>
#include <slant/pipeline.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_MAX_CLASSES  64
#define SLANT_SHARED_MODEL "*" /* the model for every actor that has none of its own */

/* How class scores come from outputs. */
typedef enum slant_coding {
  SLANT_CODING_BINARY = 1,      /* two classes, one output f: scores are (f, -f) for classes (0, 1) */
  SLANT_CODING_ONE_VS_REST = 2, /* one output a class, which is its score */
  /* k(k-1)/2 outputs for the pairs (0, 1), (0, 2) … (k-2, k-1); f > 0 speaks for the first of the pair, else the
   * second gets the vote, as in libsvm. A class's score is its votes + s / (3(|s| + 1)), s the sum of its signed
   * outputs: votes decide and margins break ties. */
  SLANT_CODING_ONE_VS_ONE = 3
} slant_coding;

/* K(x, y), x·y being Σ_b β_b x_b·y_b over the blocks (stages) of the vector. */
typedef enum slant_kernel {
  SLANT_KERNEL_LINEAR = 1,     /* x·y */
  SLANT_KERNEL_RBF = 2,        /* exp(-γ (x·x - 2 x·y + y·y)) */
  SLANT_KERNEL_POLYNOMIAL = 3, /* (γ x·y + coef0)^degree */
} slant_kernel;

typedef struct slant_model {
  slant_str actor;       /* an id, or "*" */
  uint32_t coding;       /* slant_coding */
  uint32_t first_output; /* its outputs are first_output … first_output + n_outputs - 1 of the bank */
  uint32_t n_outputs;
  uint32_t n_examples;     /* it was trained on */
  const uint32_t *classes; /* n_classes indices into the bank's labels: not every actor has seen every label */
  uint32_t n_classes;
  slant_calibration calibration; /* from class scores to probabilities */
  float cost;                    /* the C that cross-validation chose */
} slant_model;

typedef struct slant_bank {
  slant_str task;
  const slant_str *labels; /* n_labels, in the order of the class numbers */
  uint32_t n_labels;
  const slant_model *models; /* n_models, ordered by actor; "*" may be missing */
  uint32_t n_models;
  uint32_t n_outputs;
  uint32_t n_features;  /* sparse, then dense */
  const float *weights; /* n_features × n_outputs */
  const float *bias;    /* n_outputs */
} slant_bank;

/* The model for an actor: its own, else "*", else NULL. */
const slant_model *slant_bank_model(const slant_bank *bank, slant_str actor);

/* Outputs of one vector for outputs [first, first+count) of the bank, into out[count]. Pure: depends on nothing else.
 */
void slant_bank_outputs(const slant_bank *bank, const slant_vector *vector, uint32_t first, uint32_t count, float *out);

/* Class scores (n_classes of the model) from its outputs. */
void slant_model_scores(const slant_model *model, const float *outputs, float *scores);

/* Calibrated probabilities from class scores; they sum to 1, and none is above that of slant_model_decide()'s class. */
void slant_model_probabilities(const slant_model *model, const float *scores, float *probabilities);

/* Index into the model's classes of the highest score; ties go to the lower index. */
uint32_t slant_model_decide(const slant_model *model, const float *scores);

#ifdef __cplusplus
}
#endif
#endif
