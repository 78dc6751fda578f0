/*
 * Binary support vector machines over index sets of one model's examples.
 *
 *   min over f, b:  ½‖f‖² + C Σ_i u_i loss(y_i (f(x_i) + b)),   y_i = ±1
 *
 * C is the cost, u_i the weight of an example, which its class and the data have a say in. The loss is the hinge max(0,
 * 1 - m), its square, or the logistic ln(1 + exp(-m)) of the margin m. f lies in the space of a kernel over the
 * weighted inner product
 *
 *   x·y = Σ_b β_b x_b·y_b      linear x·y, RBF exp(-γ ‖x - y‖²), polynomial (γ x·y + r)^d
 *
 * of the vectors' blocks, which are ranges of features.
 *
 * From the widest to the narrowest: a slant_problem is the examples with what every fit shares, the blocks' inner
 * products (gram.h); a slant_space is the problem under one γ and one set of β, with their kernel; a fit in it takes
 * a subset, which is a fold's share of the examples with their signs, and a path of costs. Const once made: any number
 * of threads may fit in one space.
 */
#ifndef SLANT_TRAIN_SOLVER_H
#define SLANT_TRAIN_SOLVER_H

#include "train/progress.h"
#include "train/vectors.h"

#include <slant/model.h>
#include <stdbool.h>

struct svm_node;
struct feature_node;

/* What fits. In the order of the words of --solver; auto becomes one of the others with the problem. */
typedef enum slant_solver {
  SLANT_SOLVER_AUTO,
  SLANT_SOLVER_SMO,      /* smo.h: on the kernel matrix */
  SLANT_SOLVER_DCD,      /* dcd.h: linear, on the vectors */
  SLANT_SOLVER_LIBSVM,   /* libsvm itself: on the kernel matrix, laid out anew for it; hinge, weights by sign */
  SLANT_SOLVER_LIBLINEAR /* LIBLINEAR's trust-region Newton method: linear, on the vectors; weights by sign */
} slant_solver;
/* In the order of the words of --loss and --nbsvm. */
typedef enum slant_loss { SLANT_LOSS_HINGE, SLANT_LOSS_SQUARED_HINGE, SLANT_LOSS_LOGISTIC } slant_loss;
typedef enum slant_nbsvm { SLANT_NBSVM_OFF, SLANT_NBSVM_ON, SLANT_NBSVM_AVERAGE } slant_nbsvm;

/* A range of features, end exclusive. */
typedef struct slant_block {
  uint32_t first, end;
} slant_block;

/* One point of a search. */
typedef struct slant_setting {
  double cost;         /* C; or ν, where the problem is of nu-SVC */
  double gamma;        /* γ of the RBF and the polynomial kernel */
  const double *block; /* β ≥ 0, one for each of the problem's blocks; NULL: all 1 */
} slant_setting;

typedef struct slant_problem_options {
  slant_solver solver;
  slant_loss loss;
  bool nu;          /* nu-SVC, by libsvm on the kernel matrix, without weights: a cost is ν in (0, 1] */
  double tolerance; /* at which a solver stops: its own criterion; 0: 1e-3, and for DCD ten times that */
  slant_nbsvm nbsvm;
  uint32_t counted_first, counted_end; /* the sparse features that NBSVM sees, end exclusive */
  slant_kernel kernel;                 /* 0 is linear too */
  uint32_t degree;                     /* d and r of the polynomial kernel */
  double coef0;
  const slant_block *blocks; /* borrowed: ascending, together all features; weighed by a setting's β */
  uint32_t n_blocks;         /* 0: all features are one block */
  uint64_t memory;           /* bytes for inner products and kernels */
  unsigned threads;
} slant_problem_options;

/*
 * The examples of one model, ready for fits on subsets of them. What is kept depends on `memory`, which is planned
 * before it is taken; with n examples and m = 4 n² bytes:
 *
 *   the inner products of each block (m each), and a kernel derived from them at every γ and β (m; none where the
 *   kernel is the one block's inner products themselves); else
 *   the kernel alone (m), whose inner products are computed anew at every γ and β; else
 *   no matrix: a linear machine is fitted on the vectors, and the log says so.
 *
 * Where libsvm itself is to fit, its rows take 16 n (n + 1) more. nu-SVC takes a matrix: SLANT_E_MEMORY where there is
 * no room for one.
 */
typedef struct slant_problem {
  slant_problem_options options;
  slant_solver solver;
  slant_kernel kernel;          /* linear where there is no matrix */
  const slant_vectors *vectors; /* borrowed */
  const uint32_t *rows;         /* borrowed: n rows of `vectors`, repeats allowed */
  uint32_t n;
  bool has_matrix, too_large; /* for one */
  uint32_t n_gram;            /* matrices of inner products that are kept: one a block, or 0 */
  float **gram;               /* n × n each */
  size_t cache;               /* bytes a libsvm fit may use for kernel rows; has no influence on its result */
  slant_progress *progress;   /* borrowed; asked now and then whether to go on */
} slant_problem;

/* The problem under one γ and β. */
typedef struct slant_space {
  const slant_problem *problem;
  double gamma;
  const double *block;    /* borrowed from the setting */
  const float *values;    /* K of all examples, n × n, symmetric; NULL where the problem has no matrix */
  float *own;             /* the same, where they are not the problem's inner products */
  struct svm_node *nodes; /* the same, as libsvm wants it: n rows of n + 1 */
  /* For solvers on vectors: the problem's vectors, their values times √β where there are β. */
  slant_vectors vectors;
  float *scaled, *scaled_dense; /* its own copies of values */
  struct feature_node **rows;   /* LIBLINEAR: n rows, 1-based indices, bias feature, -1 at the end */
} slant_space;

/* The examples of one fit; coding.h makes them. */
typedef struct slant_subset {
  const uint32_t *members; /* n numbers of examples within the problem */
  const signed char *sign; /* of each of them */
  const double *weight;    /* u of each of them, > 0; NULL: all 1 */
  uint32_t n;
} slant_subset;

/* A fitted decision function f(x) = Σ_k coefficient[k] K(x(support[k]), x) + w·x + bias. */
typedef struct slant_machine {
  uint32_t n_support;
  uint32_t *support; /* numbers of examples within the problem */
  double *coefficient;
  double *w; /* over all features, β folded in; NULL: zero */
  double bias;
} slant_machine;

int slant_problem_new(slant_problem *out, const slant_problem_options *options, const slant_vectors *vectors,
                      const uint32_t *rows, uint32_t n, slant_progress *progress, slant_error *error);
void slant_problem_free(slant_problem *problem);
/* The problem's blocks; where its options name none, that is `everything`, which is filled. */
const slant_block *slant_problem_blocks(const slant_problem *problem, slant_block *everything, uint32_t *n_blocks);

/* The space of the setting's γ and β, which serves every fold, cost and pair of classes under them. Its kernel is
 * filled by `threads` threads, and does not depend on them. */
int slant_space_new(slant_space *out, const slant_problem *problem, const slant_setting *setting, unsigned threads,
                    slant_error *error);
void slant_space_free(slant_space *space);
/* Weights over space->vectors become weights over the problem's: w *= √β. */
void slant_space_fold(const slant_space *space, double *w);

/* Fits the subset at each of `n_costs` costs, which ascend, into out[n_costs]; a path is faster than its fits one by
 * one. f > 0 speaks for sign +1. Where all members are of one sign, f is that constant. On failure nothing is left in
 * out[]. */
int slant_fit_path(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error);
/* f of one example of the problem. */
double slant_machine_value(const slant_machine *machine, const slant_space *space, uint32_t example);
/* Of a linear kernel: the function as weights over all features (n_sparse + n_dense doubles, zeroed by the caller);
 * the bias stands beside them. */
void slant_machine_weights(const slant_machine *machine, const slant_space *space, double *w);
void slant_machine_free(slant_machine *machine);

const char *slant_solver_name(slant_solver solver);

/* The weights of sign -1 and of sign +1, where there is one for each; false: examples of a sign weigh differently. */
bool slant_subset_sign_weights(const slant_subset *subset, double weight[2]);

/* The fits behind it: one cost, `out` zeroed, both signs occur. */
/* The greatest ν for which nu-SVC has a solution: 2 min(n₊, n₋) / (n₊ + n₋) (Chang and Lin 2001). A fit of a greater
 * one is that of nearly the greatest. */
double slant_greatest_nu(uint32_t n_positive, uint32_t n_negative);
int slant_libsvm_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                     slant_error *error);
int slant_liblinear_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                        slant_error *error);
int slant_liblinear_rows(slant_space *space, slant_error *error);
void slant_liblinear_rows_free(slant_space *space);
int slant_liblinear_version(void); /* as LIBLINEAR numbers itself: 230 is 2.30 */

#endif
