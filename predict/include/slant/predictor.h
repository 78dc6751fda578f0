/*
 * Prediction: records and a bundle in, judgements out, one record at a time. Thread-safe: one slant_predictor for all
 * threads, one slant_judge (scratch) for each.
 */
#ifndef SLANT_PREDICTOR_H
#define SLANT_PREDICTOR_H

#include <slant/bundle.h>
#include <slant/options.h>
#include <slant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_predictor slant_predictor;
typedef struct slant_judge slant_judge;

/* One mention judged: evidence for its actor's label. */
typedef struct slant_evidence {
  uint32_t point_from, point_to;       /* the mention, code points of the text */
  uint32_t sentence_from, sentence_to; /* its sentence */
  uint32_t first, last;                /* its tokens in the document, end exclusive */
  uint32_t label;                      /* index into the judgement's labels */
  const float *scores, *probabilities; /* n_labels each */
} slant_evidence;

/* One line of a record's result: one actor under one task. */
typedef struct slant_judgement {
  slant_str actor; /* id, or "*" in document mode where no actor was asked for */
  slant_str task;
  slant_str model;         /* the model that judged: the actor's id, or "*" */
  const slant_str *labels; /* n_labels: the classes of that model */
  uint32_t n_labels;
  uint32_t label;                      /* the predicted one */
  const float *scores, *probabilities; /* n_labels each: of the mean margin over the mentions, calibrated */
  uint32_t n_mentions;                 /* 0 in document mode */
  const slant_evidence *evidence;      /* n_mentions, in the order of the text; NULL in document mode */
} slant_judgement;

/* The bundle and `actors` (NULL: the bundle's own, else the built-in dictionary) must outlive the predictor. */
int slant_predictor_new(slant_predictor **out, const slant_bundle *bundle, const slant_actors *actors,
                        slant_error *error);
void slant_predictor_free(slant_predictor *predictor);

int slant_judge_new(slant_judge **out, const slant_predictor *predictor, slant_error *error);
void slant_judge_free(slant_judge *judge);

/* Judges a record.
 * Target mode: every mention that the record's labels give a span for; where none has a span, every mention found by
 * the dictionary. One judgement per actor and task, actors in the order of first mention, the tasks of each in the
 * order of the banks; spans of the actor "*" may be about different actors, and have a judgement each. A text without
 * mentions has no judgements. SLANT_E_DATA: a span that is not within the text or holds no word. Document mode: the
 * text under every actor named by the record's labels (each once); where there is none, every model of each bank that
 * is not "*", or "*" where it is the only one. An actor that a bank has no model for, nor "*", is passed over for that
 * task. *judgements is borrowed from the judge until its next call. */
int slant_judge_record(slant_judge *judge, const slant_record *record, const slant_judgement **judgements,
                       uint32_t *n_judgements, slant_error *error);

/* Invalid UTF-8 sequences of the record judged last; each was read as U+FFFD. */
uint32_t slant_judge_repaired(const slant_judge *judge);

/* Judges one label of a record: its span, or its actor's first mention, in target mode; its actor in document mode.
 * What evaluation needs: without evidence. SLANT_E_NOT_FOUND: no such task, or no model for the actor. */
int slant_judge_label(slant_judge *judge, const slant_record *record, const slant_label *label,
                      slant_judgement *judgement, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
