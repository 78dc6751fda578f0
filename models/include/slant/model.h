/*
 * Banks of models: from a vector to a score for every class of every task.
 *
 * A bank holds all models of one task: one per actor with enough training data, and "*", the shared model. A model is a
 * set of outputs, linear or by a kernel, over the pipeline's features: n_sparse of them (n-grams), then n_dense. How
 * weights are stored is the bank's own business (models/FORMAT.md): linear ones that use most features stand in one
 * feature-major table, so that one visit of a feature serves every output; those of an actor with few examples are
 * kept by themselves, with only the features that they use.
 */
#ifndef SLANT_MODEL_H
#define SLANT_MODEL_H

#include <slant/calibration.h>
#include <slant/pipeline.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_MAX_CLASSES  64
#define SLANT_MAX_OUTPUTS  (SLANT_MAX_CLASSES * (SLANT_MAX_CLASSES - 1) / 2) /* of one model */
#define SLANT_SHARED_MODEL "*" /* the model for every actor that has none of its own */

/* How class scores come from outputs. */
typedef enum slant_coding {
  SLANT_CODING_BINARY = 1,      /* two classes, one output f: scores are (f, -f) for classes (0, 1) */
  SLANT_CODING_ONE_VS_REST = 2, /* one output a class, which is its score */
  /* k(k-1)/2 outputs for the pairs (0, 1), (0, 2) … (k-2, k-1); f > 0 speaks for the first of the pair, else the
   * second gets the vote, as in libsvm. A class's score is its votes + s / (3(|s| + 1)), s the sum of its signed
   * outputs: votes decide and margins break ties. */
  SLANT_CODING_ONE_VS_ONE = 3,
  /* The same outputs, judged as libsvm and LIBLINEAR do: a class's score is its votes, and ties go to the class that
   * stands first among the model's. Of two classes scores are (f, -f), and f = 0 speaks for the second. */
  SLANT_CODING_VOTES = 4
} slant_coding;

/* K(x, y), x·y being Σ_b β_b x_b·y_b over the blocks (stages) of the vector. */
typedef enum slant_kernel {
  SLANT_KERNEL_LINEAR = 1,     /* x·y */
  SLANT_KERNEL_RBF = 2,        /* exp(-γ (x·x - 2 x·y + y·y)) */
  SLANT_KERNEL_POLYNOMIAL = 3, /* (γ x·y + coef0)^degree */
} slant_kernel;

typedef struct slant_kernel_shape {
  uint32_t kernel; /* slant_kernel */
  uint32_t degree; /* polynomial: at least 1 */
  double gamma, coef0;
  uint32_t n_blocks;          /* 0: one block of weight 1 */
  const uint32_t *block_end;  /* n_blocks: block b has the features from the end of the one before to block_end[b] */
  const double *block_weight; /* n_blocks, β ≥ 0 */
} slant_kernel_shape;

/* A linear model as training hands it over: the features that have a weight in some output, and their weights. Plain
 * arrays, borrowed for the call. */
typedef struct slant_linear_model {
  uint32_t n_rows;
  const uint32_t *feature; /* n_rows numbers, ascending, sparse features and then dense ones; NULL: all features */
  const float *weights;    /* n_rows × n_outputs */
  const float *bias;       /* n_outputs */
} slant_linear_model;

/*
 * A kernel model as training hands it over: f_o(x) = Σ_s coefficient[s][o] K(x, support s) + bias[o].
 * Plain arrays, borrowed for the call.
 */
typedef struct slant_kernel_model {
  slant_kernel_shape shape;
  uint32_t n_support, n_outputs;
  const uint64_t *start; /* n_support + 1: the sparse features of support vector s are start[s] … start[s+1] - 1 */
  const uint32_t *index; /* ascending within a vector, each < n_sparse */
  const float *value;
  const float *dense;        /* n_support × n_dense; may be NULL where there are none */
  const double *coefficient; /* n_support × n_outputs */
  const double *bias;        /* n_outputs */
} slant_kernel_model;

typedef enum slant_storage {
  SLANT_STORED_TABLE = 1, /* linear, columns of the bank's table */
  SLANT_STORED_ROWS = 2,  /* linear, rows of its own for the features that it uses */
  SLANT_STORED_KERNEL = 3
} slant_storage;

typedef struct slant_model {
  slant_str actor;       /* an id, or "*" */
  uint32_t coding;       /* slant_coding */
  uint32_t storage;      /* slant_storage; the builder sets it, and the next two */
  uint32_t first_output; /* its outputs are first_output … first_output + n_outputs - 1 of the bank */
  uint32_t n_outputs;
  uint32_t n_examples;     /* it was trained on */
  const uint32_t *classes; /* n_classes indices into the bank's labels, in any order: not every actor has seen every
                              label */
  uint32_t n_classes;
  float shared; /* an output is the model's own + shared · that of "*", which has the same coding and classes;
                   0: its own alone */
  slant_calibration calibration; /* from class scores to probabilities */
  float cost;                    /* the C that cross-validation chose; ν of nu-SVC */
} slant_model;

typedef struct slant_bank {
  slant_str task;
  const slant_str *labels; /* n_labels, in the order of the class numbers */
  uint32_t n_labels;
  const slant_model *models; /* n_models, ordered by actor; "*" may be missing */
  uint32_t n_models;
  uint32_t n_outputs; /* of all models; those that share outputs count once */
  uint32_t n_sparse, n_dense;
  const struct slant_weights *weights; /* private */
} slant_bank;

/* ---- scoring ---- */
/* One thread's scratch; it grows to what the largest batch takes, and is kept. */
typedef struct slant_workspace slant_workspace;
int slant_workspace_new(slant_workspace **out, slant_error *error);
void slant_workspace_free(slant_workspace *workspace);

/* The model for an actor: its own, else "*", else NULL. */
const slant_model *slant_bank_model(const slant_bank *bank, slant_str actor);

/* Outputs of n vectors under one model, into out[n × model->n_outputs]. What a vector gets depends on that vector
 * alone, bit for bit, and not on the others of the batch; a kernel model is the faster on batches of 64 and more, the
 * more of its features are dense. SLANT_E_MEMORY; SLANT_E_FORMAT where an output is no finite number, which a damaged
 * bundle can cause. */
int slant_model_outputs(const slant_bank *bank, const slant_model *model, const slant_vector *vectors, uint32_t n,
                        slant_workspace *workspace, float *out, slant_error *error);

/* Outputs of n vectors under all models of a bank: those of the first model, n × its n_outputs, then those of the next,
 * and so on, with no gaps. Each is, bit for bit, what slant_model_outputs() gives; the whole batch looks a feature up
 * once in each model and reads a row of the table once, so that batches of 64 pay. The same errors. */
int slant_bank_outputs(const slant_bank *bank, const slant_vector *vectors, uint32_t n, slant_workspace *workspace,
                       float *out, slant_error *error);

/* Whether a kernel has a part in its outputs: it, or what "*" adds to it. Such models are worth a batch. */
bool slant_model_uses_kernel(const slant_bank *bank, const slant_model *model);

/* Class scores (n_classes of the model) from its outputs. */
void slant_model_scores(const slant_model *model, const float *outputs, float *scores);

/* Calibrated probabilities from class scores; they sum to 1, and none is above that of slant_model_decide()'s class. */
void slant_model_probabilities(const slant_model *model, const float *scores, float *probabilities);

/* Index into the model's classes of the highest score; ties go to the lower index. */
uint32_t slant_model_decide(const slant_model *model, const float *scores);

/* ---- looking into a model ---- */
static inline bool slant_model_is_linear(const slant_model *model) {
  return model->storage != SLANT_STORED_KERNEL;
}
/* The weight of a feature (sparse ones, then dense ones) in one of the model's outputs, and that output's bias; what
 * "*" adds to the model is in them. 0 of a kernel model. */
float slant_model_weight(const slant_bank *bank, const slant_model *model, uint32_t feature, uint32_t output);
float slant_model_bias(const slant_bank *bank, const slant_model *model, uint32_t output);
/* Into out[n_sparse + n_dense]: the greatest |weight| of a feature in any output of the bank. A kernel model counts
 * with Σ_s coefficient[s] · support vector s, what its weights were if the kernel were linear. */
int slant_bank_largest_weights(const slant_bank *bank, float *out, slant_error *error);
/* 32 or 16: the bits of its weights, as slant_bank_builder_finish() takes them. */
uint32_t slant_bank_weight_bits(const slant_bank *bank);
/* The kernel of a kernel model, and how many support vectors it has. */
slant_kernel_shape slant_model_kernel(const slant_bank *bank, const slant_model *model, uint32_t *n_support);

/* ---- building ---- */
/*
 * Puts models together to a bank, in any order. What is added is copied, and linear weights are packed at once: the
 * builder does not hold n_features numbers for an actor whose examples have few features. For one thread at a time.
 */
typedef struct slant_bank_builder slant_bank_builder;
int slant_bank_builder_new(slant_bank_builder **out, slant_str task, const slant_str *labels, uint32_t n_labels,
                           uint32_t n_sparse, uint32_t n_dense, slant_error *error);
void slant_bank_builder_free(slant_bank_builder *builder);

/* Of `model` are used actor, coding, classes, n_examples, shared, calibration and cost. */
int slant_bank_builder_add(slant_bank_builder *builder, const slant_model *model, const slant_linear_model *linear,
                           slant_error *error);
int slant_bank_builder_add_kernel(slant_bank_builder *builder, const slant_model *model,
                                  const slant_kernel_model *kernel, slant_error *error);
/* A model that has the outputs of `of`'s, which was added before. */
int slant_bank_builder_add_same(slant_bank_builder *builder, const slant_model *model, slant_str of,
                                slant_error *error);
/* A model of another bank over the same features and labels, as it is: weights of 16 bits, if the bank is finished
 * with these too, stay the same. */
int slant_bank_builder_copy(slant_bank_builder *builder, const slant_bank *bank, const slant_model *model,
                            slant_error *error);

/* The bank, which belongs to the builder. Weights of sparse features take `weight_bits` each: 32 (float), or 16 (an
 * integer times a factor of the output: at most half of its 65,534th part is lost, see models/README.md).
 * SLANT_E_ARGUMENT: what was added makes no bank; the message names the first fault. */
int slant_bank_builder_finish(slant_bank_builder *builder, uint32_t weight_bits, slant_bank *out, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
