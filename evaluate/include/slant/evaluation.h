/*
 * Gold against predicted labels: accuracy, precision, recall, F1, macro-F1, F_avg, confusion, with 95% bootstrap
 * intervals, per task, pooled and per actor.
 */
#ifndef SLANT_EVALUATION_H
#define SLANT_EVALUATION_H

#include <slant/error.h>
#include <slant/reliability.h>
#include <slant/str.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- metrics of one confusion matrix ---- */
/* confusion[gold * n + predicted]; n classes. Zero denominators give 0, as in scikit-learn. */
typedef struct slant_class_metrics {
  double precision, recall, f1;
  uint64_t support; /* gold examples of the class */
} slant_class_metrics;

void slant_metrics_classes(const uint64_t *confusion, uint32_t n, slant_class_metrics *out);
double slant_metrics_accuracy(const uint64_t *confusion, uint32_t n);
/* Mean F1 over the classes that occur in gold or in the predictions. */
double slant_metrics_macro_f1(const uint64_t *confusion, uint32_t n);
/* Mean F1 of two classes (favor and against; Mohammad et al. 2016). */
double slant_metrics_f_avg(const uint64_t *confusion, uint32_t n, uint32_t favor, uint32_t against);
/* The numbers of the labels favor (or favour) and against among n, in any case. 0 where there is no such pair, or more
 * than one; the numbers are UINT32_MAX then. */
int slant_metrics_pair(const slant_str *labels, uint32_t n, uint32_t *favor, uint32_t *against);

/* ---- an evaluation ---- */
typedef struct slant_evaluation slant_evaluation;

typedef struct slant_interval {
  double value, low, high; /* low and high are NAN where no interval was asked for, or there are fewer than 2 groups */
} slant_interval;

typedef struct slant_evaluation_part { /* one task pooled, or one actor of it */
  slant_str actor;                     /* "" when pooled */
  uint64_t n, n_groups;
  uint32_t n_labels;
  const slant_str *labels;   /* sorted; those of the whole task */
  const uint64_t *confusion; /* n_labels × n_labels */
  const slant_class_metrics *classes;
  slant_interval accuracy, macro_f1;
  /* Of the probabilities that slant_evaluation_add_confidence() was given; NULL: none. */
  const slant_reliability *reliability;
  uint64_t n_abstained; /* examples without a label, which n and all measures leave out */
  slant_interval f_avg; /* value NAN where the task has no pair of labels favor (favour) and against, in any case */
} slant_evaluation_part;

typedef struct slant_evaluation_task {
  slant_str task;
  slant_evaluation_part pooled;
  const slant_evaluation_part *actors; /* sorted by actor */
  uint32_t n_actors;
  /* Mean of the actors' F_avg, each resampled by itself; value NAN where there are no actors or no F_avg, no interval
   * where an actor has none. */
  slant_interval f_avg_actors;
} slant_evaluation_task;

int slant_evaluation_new(slant_evaluation **out, slant_error *error);
/* Adds one judged example; strings are copied. An empty group is a group of its own; an example with an empty actor
 * counts in the pooled part only. The order in which examples are added does not matter. */
int slant_evaluation_add(slant_evaluation *evaluation, slant_str task, slant_str actor, slant_str group, slant_str gold,
                         slant_str predicted, slant_error *error);
/* Adds the probabilities of an example that is added too, as slant_reliability_add() takes them. */
int slant_evaluation_add_confidence(slant_evaluation *evaluation, slant_str task, slant_str actor,
                                    const float *probabilities, uint32_t n_classes, uint32_t label, uint32_t gold,
                                    slant_error *error);
/* Counts an example that was given no label, in place of adding it. */
int slant_evaluation_add_abstained(slant_evaluation *evaluation, slant_str task, slant_str actor, slant_error *error);
/* Percentile bootstrap (Efron and Tibshirani 1993, ch. 13) over groups, `resamples` draws (0: none), GSL's mt19937
 * seeded with `seed`. Results are sorted by task, borrowed from the evaluation, and good until its next call of compute
 * or free. SLANT_E_LIMIT: so many labels in a task that its confusion tables would not fit in half a gigabyte. */
int slant_evaluation_compute(slant_evaluation *evaluation, uint32_t resamples, uint64_t seed,
                             const slant_evaluation_task **tasks, uint32_t *n_tasks, slant_error *error);
void slant_evaluation_free(slant_evaluation *evaluation);

/* ---- reports: malloc'd text, the caller frees it; NULL: no memory ---- */
/* For a terminal of 100 columns, in percent; `per_actor` adds a row an actor where there are several,
 * the one with most examples first. Names
 * are shown without control characters and cut where they are long. */
char *slant_evaluation_table(const slant_evaluation_task *tasks, uint32_t n_tasks, int per_actor);
/* One object a line, a task each: {"task", "n", "n_groups", "accuracy", "accuracy_interval", "macro_f1", "f_avg",
 * "f_avg_interval", "f_avg_actors", "f_avg_actors_interval", "classes", "confusion", "actors"}, and where there are any
 * "log_loss", "brier", "calibration_error" and "reliability", and "abstained" and "coverage". Values lie between 0 and
 * 1, null stands for what cannot be had; confusion.GOLD.PREDICTED is a count, and counts of 0 are left out. */
char *slant_evaluation_json(const slant_evaluation_task *tasks, uint32_t n_tasks);

#ifdef __cplusplus
}
#endif
#endif
