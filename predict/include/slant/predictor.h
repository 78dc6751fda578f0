/*
 * Prediction: texts and a bundle in, judgements out.
 *
 *   slant_predictor_open          a bundle, a dictionary and options: const from then on, for any number of threads
 *   slant_judge_new               one thread's scratch
 *   slant_predictor_label_batch   many texts, one behind the other in one buffer → arrays of judgements
 *   slant_predictor_close
 *
 * `slant predict` is made of these four calls and of the readers of slant/reader.h.
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
  uint32_t abstained;                  /* 1: too unsure for it to be given, see slant_decision_options */
  const float *scores, *probabilities; /* n_labels each: of the mean margin over the mentions, calibrated */
  uint32_t n_mentions;                 /* 0 in document mode */
  const slant_evidence *evidence;      /* n_mentions, in the order of the text; NULL in document mode */
} slant_judgement;

/* How a label comes from scores. All zero: the class of the highest score, always. */
typedef struct slant_decision_options {
  double min_confidence; /* a label of lower probability is not given */
  /* 0 or 1: everything is labelled; between: a model does not give labels below the confidence that a share `coverage`
   * of held-out examples had (slant_calibration_threshold). In target mode these were single mentions. */
  double coverage;
  /* "favor=0.3,against=0.7": shares of the labels where they are others than in training; NULL: as there.
   * Probabilities are multiplied by the ratio of both (Saerens et al. 2002), and the label is the most probable. */
  const char *prior;
} slant_decision_options;

extern const slant_option slant_decision_option_table[]; /* min-confidence, coverage, prior */

typedef struct slant_predictor_options {
  const char *actors; /* a dictionary's file; NULL: the bundle's own, else the built-in one */
  int all_actors;     /* document mode: every text under every actor of each bank, whatever its labels name */
  slant_decision_options decision; /* of a table of its own */
  int verify;                      /* compare the checksums of a bundle of any size (slant_bundle_verify) */
} slant_predictor_options;

extern const slant_option slant_predictor_option_table[]; /* actors, all-actors */

/* Opens a bundle to label with. `options` NULL: the table's defaults. Errors as slant_bundle_open() and
 * slant_actors_load() have them. */
int slant_predictor_open(slant_predictor **out, const char *bundle, const slant_predictor_options *options,
                         slant_error *error);
/* The same over a bundle that is open. The bundle and `actors` (NULL: the bundle's own, else the built-in dictionary)
 * must outlive the predictor. */
int slant_predictor_new(slant_predictor **out, const slant_bundle *bundle, const slant_actors *actors,
                        slant_error *error);
/* Sets how labels are decided, before the first judge is made. SLANT_E_ARGUMENT: a number out of its range, a prior
 * that is not one of a task's labels, or a coverage where nothing was held out. */
int slant_predictor_decide(slant_predictor *predictor, const slant_decision_options *options, slant_error *error);
const slant_bundle *slant_predictor_bundle(const slant_predictor *predictor);
/* Closes what slant_predictor_open() opened; NULL is fine. */
void slant_predictor_close(slant_predictor *predictor);

/* ---- texts in, arrays out ---- */
/* Texts as one buffer and where each begins: the layout of a string column (Apache Arrow's large_utf8). */
typedef struct slant_texts {
  uint64_t n;
  const char *bytes;       /* UTF-8; invalid sequences are read as U+FFFD */
  const uint64_t *offsets; /* n + 1, ascending: text i is bytes[offsets[i]] … bytes[offsets[i + 1] - 1] */
  /* What is asked about each text, as the labels of a record ask it (see slant_judge_record()): text i has
   * asked[asked_offsets[i]] … asked[asked_offsets[i + 1] - 1]. Both NULL: nothing in particular. */
  const slant_label *asked;
  const uint64_t *asked_offsets; /* n + 1, ascending */
} slant_texts;

#define SLANT_ABSTAINED UINT32_MAX

typedef struct slant_judgements {
  uint64_t n_texts, n;               /* n: judgements of all texts */
  const uint64_t *offsets;           /* n_texts + 1: text i has judgements offsets[i] … offsets[i + 1] - 1 */
  const slant_judgement *judgements; /* n, text by text; of one text as slant_judge_record() orders them */
  /* The same as columns. Judgement j has values value_offsets[j] … value_offsets[j + 1] - 1 of scores and
   * probabilities, one a label of its model: under one model they are row-major matrices, n × n_labels. */
  const uint32_t *labels;        /* n: the predicted label, an index into its judgement's labels, or SLANT_ABSTAINED */
  const uint64_t *value_offsets; /* n + 1 */
  const float *scores, *probabilities; /* value_offsets[n] each */
  /* of the texts */
  const uint32_t *repaired;         /* n_texts: invalid UTF-8 sequences */
  const slant_error *const *errors; /* n_texts: NULL, or why the text has no judgements (SLANT_E_DATA: its spans) */
} slant_judgements;

/* Labels texts with *judge, which belongs to the predictor that made it. *out is borrowed from the judge until its next
 * call. A bad text costs its own judgements only; negative: SLANT_E_MEMORY, SLANT_E_ARGUMENT where offsets go down, or
 * SLANT_E_FORMAT of a damaged bundle. Any number of threads may label with one predictor, each with a judge of its own;
 * what is said of a text does not depend on its batch. */
int slant_predictor_label_batch(slant_judge *judge, const slant_texts *texts, slant_judgements *out,
                                slant_error *error);

int slant_judge_new(slant_judge **out, const slant_predictor *predictor, slant_error *error);
void slant_judge_free(slant_judge *judge);

/* Judges a record.
 * Target mode: every mention that the record's labels give a span for; where none has a span, every mention found by
 * the dictionary. One judgement per actor and task, actors in the order of first mention, the tasks of each in the
 * order of the banks; spans of the actor "*" may be about different actors, and have a judgement each. A text without
 * mentions has no judgements. SLANT_E_DATA: a span that is not within the text or holds no word. Document mode: the
 * text under every actor named by the record's labels (each once); where there is none, or all_actors is set, every
 * model of each bank that is not "*", or "*" where it is the only one. An actor that a bank has no model for, nor "*",
 * is passed over for that task. *judgements is borrowed from the judge until its next call. */
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
