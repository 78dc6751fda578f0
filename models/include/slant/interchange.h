/*
 * Model files of libsvm and LIBLINEAR (as svm-train and liblinear-train write them), read into a bank and written from
 * one. Feature numbers are those of `slant features`: from 1, sparse features and then dense ones; class n is the n-th
 * label of the task.
 *
 * Scores are the decision values of svm-predict and liblinear-predict, and labels are theirs: of classes with as many
 * votes (libsvm) or the same value (LIBLINEAR) the one that the file names first is taken.
 */
#ifndef SLANT_INTERCHANGE_H
#define SLANT_INTERCHANGE_H

#include <slant/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_foreign_format { SLANT_FOREIGN_LIBSVM, SLANT_FOREIGN_LIBLINEAR } slant_foreign_format;

typedef struct slant_foreign slant_foreign;

/* Reads the text of a model file, of either program: C-SVC and nu-SVC with a linear, polynomial or RBF kernel; the
 * classifiers of LIBLINEAR. `name` is for messages. Where the file has a sigmoid for probabilities (libsvm with two
 * classes; LIBLINEAR's logistic regression), it becomes the calibration. SLANT_E_DATA names the line: what is malformed
 * or not supported, a class above n_labels, a feature above n_sparse + n_dense. */
int slant_foreign_read(slant_foreign **out, slant_str text, const char *name, uint32_t n_labels, uint32_t n_sparse,
                       uint32_t n_dense, slant_error *error);
void slant_foreign_free(slant_foreign *foreign);
/* What it is: "libsvm c_svc, rbf kernel, 512 support vectors". */
const char *slant_foreign_kind(const slant_foreign *foreign);
/* Adds it to a bank as the model of an actor. */
int slant_foreign_add(const slant_foreign *foreign, slant_bank_builder *builder, slant_str actor, slant_error *error);

/* Writes a model: complete under `path` or not at all. libsvm takes every one: linear one-vs-rest models become the
 * pairwise differences that vote alike. LIBLINEAR takes linear ones that are not one-vs-one. SLANT_E_ARGUMENT for what
 * the format cannot say. */
int slant_foreign_write(const char *path, slant_foreign_format format, const slant_bank *bank, const slant_model *model,
                        slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
