/*
 * Training: labelled records in, a bundle out. For every task a bank: a model for each actor with enough examples and
 * the shared model "*", trained on everything.
 */
#ifndef SLANT_TRAINER_H
#define SLANT_TRAINER_H

#include <slant/actors.h>
#include <slant/bundle.h>
#include <slant/observer.h>
#include <slant/options.h>
#include <slant/pipeline.h>
#include <slant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_train_options {
  int mode;                /* 0 auto: target where labels carry spans, else document; 1 document; 2 target */
  const char *pipeline;    /* path of a pipeline specification; NULL: the mode's default */
  const char *lexicons;    /* paths of lexicon files, separated by commas; NULL: the built-in one alone */
  const char *vectors;     /* path of word vectors in word2vec's text format; NULL: none */
  int64_t max_vectors;     /* only the first, most frequent ones; 0: all */
  const char *auxiliaries; /* paths of bundles that lend their scores, separated by commas; NULL: none */
  int64_t min_examples;    /* an actor with fewer gets no model of its own */
  int actor_models;        /* 0: every such actor has its own; 1: or the shared one, 2: or both mixed: the best on what
                            * was held out */
  int weights;             /* 0: weights of 32 bits; 1: of 16 */
  int64_t max_features;    /* sparse features that are kept, those of greatest weight, and refitted; 0: all */
  const char *costs;       /* "0.01,0.1,1": the C that are tried */
  const char *nu;          /* "0.1,0.3": nu-SVC by libsvm, with these values of nu in place of costs; NULL: C-SVC */
  const char *gammas;      /* the γ of kernels that have one, likewise; NULL: those of the kernel */
  const char *block_weights; /* "words=0.5:1:2,chars=1:2": the weights of stages' features that are tried; NULL: 1 */
  int search;                /* 0: every combination of them; 1: Sobol points between the least and the greatest */
  int64_t points;            /* of Sobol's */
  int halving;               /* successive halving: 0 off; 1 by folds; 2 by examples; 3: 2 for Sobol points, else 0 */
  int metric;                /* what is best: 0 macro-F1; 1 accuracy; 2 F_avg; 3 log-loss */
  int one_standard_error;    /* take the simplest setting within one standard error of the best */
  int nested;                /* estimate by nested cross-validation too */
  int learning_curve;        /* 0 of shared models; 1 of all; 2 of none */
  int kernel;                /* 0: linear; 1: RBF; 2: polynomial */
  int64_t degree;            /* d of the polynomial kernel */
  double coef0;              /* r of the polynomial kernel */
  int coding;  /* of more than two classes: 0: 2 for a linear kernel, else 1; 1: one-vs-one; 2: one-vs-rest */
  int solver;  /* 0: by kernel, loss and memory; 1: SMO; 2: dual coordinate descent; 3: libsvm; 4: LIBLINEAR */
  int loss;    /* 0: hinge, on a kernel matrix where --memory allows; 1: squared hinge; 2: logistic */
  int nbsvm;   /* 0: off; 1: NBSVM instead of the SVM; 2: the mean of both; 3: 2 in document mode, else 0 */
  int balance; /* rare labels weigh as much as frequent ones */
  const char *class_weight; /* "favor=2,none=0.5": what examples of a label weigh in fits, times what balance gives
                             * them; NULL: 1 */
  int64_t folds;            /* k of cross-validation */
  int fold_by;              /* what no fold divides: 0: groups; 1: groups, and near-duplicate texts; 2: dates, each fold
                             * judging what is later than all that it learns from */
  int64_t seed;
  int64_t threads; /* 0: one a core */
  int64_t memory;  /* MiB for a Gram matrix and kernel caches; a larger problem goes to LIBLINEAR */
} slant_train_options;

/* mode, pipeline, lexicon, vectors, max-vectors, aux, min-examples, actor-models, max-features, costs, nu, gammas,
 * block-weights, search, points, halving, metric, one-standard-error, nested, learning-curve, kernel, degree, coef0,
 * coding, solver, loss, nbsvm, balance, class-weight,
 * folds, fold-by, seed, threads, memory */
extern const slant_option slant_train_option_table[];
/* Those of them that vectors depend on, and threads, for slant_trainer_export(); the others then have no meaning. */
extern const slant_option slant_feature_option_table[];

typedef struct slant_trainer slant_trainer;

/* `actors` (may be NULL) goes into the bundle and is used to find spans that labels leave out; borrowed until free. */
int slant_trainer_new(slant_trainer **out, const slant_train_options *options, const slant_actors *actors,
                      const slant_observer *observer, slant_error *error);
/* Copies what it needs. SLANT_E_DATA: this record cannot be learned from (no label, span outside the text, …); the
 * caller decides whether to go on. Records without labels are passed over silently and counted. */
int slant_trainer_add(slant_trainer *trainer, const slant_record *record, slant_error *error);
/* Keeps every finished model in the file `path` until slant_trainer_write() has written the bundle, so that a training
 * that was cancelled, failed or killed can go on: with `resume`, the models that the file holds are not fitted again,
 * where data, options, seed and program are the same, and the bundle is the same, byte for byte, as without the
 * interruption. Where they are not, fit fails with SLANT_E_DATA. To be called before fit. */
int slant_trainer_journal(slant_trainer *trainer, const char *path, bool resume, slant_error *error);
/* Makes of this training an update of `base`, which outlives the trainer: only models of actors are fitted, in the
 * base's pipeline and vocabulary, and take the place of theirs or join the others, which stay as they are, byte for
 * byte. `actors` names them, separated by commas; NULL is all that have enough examples. The shared model stays too:
 * where the base's card does not list an actor, it may turn out to be the better one for it, or be mixed with. Mode,
 * pipeline, its sources and max-features are the base's. To be called before fit, which fails with SLANT_E_DATA where
 * the base does not know a task or a label, or a named actor has too few examples. */
int slant_trainer_update(slant_trainer *trainer, const slant_bundle *base, const char *actors, slant_error *error);
/* Fits everything. Degenerate actors (one class, too few examples) are reported through the observer, not fatal. */
int slant_trainer_fit(slant_trainer *trainer, slant_error *error);
/* The model card as JSON, after fit; borrowed. */
slant_str slant_trainer_card(const slant_trainer *trainer);
/* How long fitting took, after fit; borrowed. A line of JSON, {"card":…,"threads":…,"seconds":…,"tasks":[{"task":…,
 * "models":[{"actor":…,"seconds":…},…]},…]}: `card` is the digest of the card that it belongs to, XXH3 in hexadecimal;
 * seconds of a model are those of its fits, on one thread or several; a model that was taken over from an interrupted
 * training has those that it took there, and one that an update left as it was is not among them. The bundle holds none
 * of this, so that it depends on no clock. */
slant_str slant_trainer_times(const slant_trainer *trainer);
int slant_trainer_write(slant_trainer *trainer, const char *path, slant_error *error);

typedef struct slant_export_counts {
  uint64_t examples, labels, features, values; /* lines; label numbers; feature numbers; index:value pairs */
} slant_export_counts;

/* Instead of fitting: writes the vectors of what was added in LIBSVM's format, a line for every labelled example in the
 * order in which they were added: the label's number, then index:value pairs with ascending indices from 1, values of 0
 * left out, each value with nine digits, which read back as the same float. Records without labels have no line, nor
 * have labels for which target mode finds no span. With `bundle` (may be NULL) the vectors are those of its frozen
 * pipeline, in its mode; without it a pipeline is grown on what was added, as fitting would grow it. All labels must be
 * of one task (SLANT_E_ARGUMENT). Labels are numbered from 1, in the bundle's order where it has the task, then in the
 * order of bytes.
 * Beside `path` go `path`.names, a line "index TAB name" for every feature, `path`.labels, a line "number TAB label
 * TAB examples" for every label, and `path`.weights, the weight of every line. Each is complete or absent. `path` "-"
 * is standard output, without these three. `counts` may be NULL. The trainer takes nothing else afterwards but to be
 * freed. */
int slant_trainer_export(slant_trainer *trainer, const slant_bundle *bundle, const char *path,
                         slant_export_counts *counts, slant_error *error);
void slant_trainer_free(slant_trainer *trainer);

#ifdef __cplusplus
}
#endif
#endif
