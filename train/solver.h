/*
 * Binary linear SVMs over index sets of one model's examples.
 *
 *   min over w, b:  ½‖w‖² + C Σ_i c_i loss(y_i (w·x_i + b)),   y_i = ±1, c_i the weight of i's class
 *
 * Two solvers: libsvm's C-SVC (hinge loss; Chang and Lin 2011) on the shared Gram matrix where hinge loss is asked for
 * and the matrix fits into memory; else LIBLINEAR's trust-region Newton method (squared hinge, the bias is part of
 * ½‖w‖²; Lin, Weng and Keerthi 2008) on the vectors. Of LIBLINEAR's solvers this one is taken because it draws no
 * random numbers: the dual ones call rand(), which would make results depend on the threads and disturb the caller's
 * own sequence. Instead of the SVM, or averaged with it, NBSVM may stand: see nbsvm.h.
 */
#ifndef SLANT_TRAIN_SOLVER_H
#define SLANT_TRAIN_SOLVER_H

#include "train/progress.h"
#include "train/vectors.h"

typedef enum slant_solver { SLANT_SOLVER_LIBSVM, SLANT_SOLVER_LIBLINEAR } slant_solver;
/* In the order of the words of --loss and --nbsvm. */
typedef enum slant_loss { SLANT_LOSS_HINGE, SLANT_LOSS_SQUARED_HINGE } slant_loss;
typedef enum slant_nbsvm { SLANT_NBSVM_OFF, SLANT_NBSVM_ON, SLANT_NBSVM_AVERAGE } slant_nbsvm;

typedef struct slant_problem_options {
  slant_loss loss;
  slant_nbsvm nbsvm;
  uint32_t counted_first, counted_end; /* the sparse features that NBSVM sees, end exclusive */
  uint64_t memory;                     /* bytes: libsvm is used where the Gram matrix fits into it */
  unsigned threads;
} slant_problem_options;

/* The examples of one model, ready for fits on subsets of them. Const once made: any number of threads may fit. */
typedef struct slant_problem {
  slant_solver solver;
  slant_nbsvm nbsvm;
  uint32_t counted_first, counted_end;
  const slant_vectors *vectors; /* borrowed */
  const uint32_t *rows;         /* borrowed: n rows of `vectors`, repeats allowed */
  uint32_t n;
  size_t cache;                /* bytes a libsvm fit may use for kernel rows; has no influence on its result */
  struct svm_node *gram;       /* libsvm: see gram.h */
  struct feature_node **nodes; /* LIBLINEAR: n rows, 1-based indices, bias feature, -1 at the end */
} slant_problem;

/* A fitted decision function f(x) = Σ_k coefficient[k] x(support[k])·x + w·x + bias. */
typedef struct slant_machine {
  uint32_t n_support;
  uint32_t *support; /* numbers of examples within the problem */
  double *coefficient;
  double *w; /* over all features; NULL: zero */
  double bias;
} slant_machine;

int slant_problem_new(slant_problem *out, const slant_problem_options *options, const slant_vectors *vectors,
                      const uint32_t *rows, uint32_t n, slant_progress *progress, slant_error *error);
void slant_problem_free(slant_problem *problem);

/* Fits f > 0 for sign +1, f < 0 for sign -1, on `n_members` examples (numbers within the problem). Where they are all
 * of one sign, f is that constant. weight[0] is the weight of sign -1, weight[1] that of +1. */
int slant_problem_fit(slant_machine *out, const slant_problem *problem, const uint32_t *members,
                      const signed char *sign, uint32_t n_members, double cost, const double weight[2],
                      slant_error *error);
/* f of one example of the problem. */
double slant_machine_value(const slant_machine *machine, const slant_problem *problem, uint32_t example);
/* The function as weights over all features (n_sparse + n_dense doubles, zeroed by the caller); the bias stands beside
 * them. */
void slant_machine_weights(const slant_machine *machine, const slant_problem *problem, double *w);
void slant_machine_free(slant_machine *machine);

const char *slant_solver_name(slant_solver solver);

/* The two behind it; `out` is zeroed, and both signs occur. */
int slant_libsvm_fit(slant_machine *out, const slant_problem *problem, const uint32_t *members, const signed char *sign,
                     uint32_t n_members, double cost, const double weight[2], slant_error *error);
int slant_liblinear_fit(slant_machine *out, const slant_problem *problem, const uint32_t *members,
                        const signed char *sign, uint32_t n_members, double cost, const double weight[2],
                        slant_error *error);
/* The solver itself, on n rows x of feature numbers from 1 to n_features, the bias feature n_features + 1 and -1 at the
 * end, into w (n_features) and *bias. */
int slant_liblinear_train(struct feature_node **x, const signed char *sign, uint32_t n, size_t n_features, double cost,
                          const double weight[2], double *w, double *bias, slant_error *error);
int slant_liblinear_nodes(slant_problem *problem, slant_error *error);
void slant_liblinear_nodes_free(slant_problem *problem);
int slant_liblinear_version(void); /* as LIBLINEAR numbers itself: 230 is 2.30 */

#endif
