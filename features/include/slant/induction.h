/*
 * Lexicons induced from data, as tables that a pipeline takes in like any other (slant_sources.lexicons).
 *
 * From labels: a column a label (of two labels, one column for the second), the z-score of the word's log-odds ratio
 * between the texts of the label and all others, under a Dirichlet prior in proportion to the word's frequency (Monroe,
 * Colaresi and Quinn 2008, "Fightin' Words", equations 15 to 22). A word counts once a text, with the weight of
 * the text; of a text with a span the span's sentence counts, without the span.
 *
 * From context: semantic prosody (Louw 1993). A word's score is the mean polarity of the words around it in all its
 * occurrences, by the built-in lexicons, shrunk towards the mean of all words, and less that mean. It gives a
 * reputation to names that no lexicon lists.
 */
#ifndef SLANT_INDUCTION_H
#define SLANT_INDUCTION_H

#include <slant/error.h>
#include <slant/options.h>
#include <slant/str.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_induction_source { SLANT_INDUCE_FROM_LABELS, SLANT_INDUCE_FROM_CONTEXT } slant_induction_source;

typedef struct slant_induction_options {
  int from;          /* slant_induction_source */
  int64_t min_count; /* words in fewer texts (labels) or places (context) are left out */
  int64_t window;    /* words either side, in the sentence; context */
  double prior;      /* what every count is held back by: texts like all texts (labels), places at the mean (context) */
} slant_induction_options;

/* from, min-count, window, prior */
extern const slant_option slant_induction_option_table[];

typedef struct slant_induction slant_induction;

int slant_induction_new(slant_induction **out, const slant_induction_options *options, slant_error *error);
/* One text; from and to are the code points of a mention, -1 where there is none; the weight is what the text counts
 * among others of a label, 0 is 1. From context neither is looked at. SLANT_E_DATA: the span holds no word;
 * SLANT_E_LIMIT: too many labels. */
int slant_induction_add(slant_induction *induction, slant_str text, slant_str label, int64_t from, int64_t to,
                        double weight, slant_error *error);
/* Writes the lexicon, strongest words first: complete under `path` or not at all. *n_words is their number (may be
 * NULL). SLANT_E_DATA: fewer than two labels, or no word is frequent enough. */
int slant_induction_write(slant_induction *induction, const char *path, uint64_t *n_words, slant_error *error);
void slant_induction_free(slant_induction *induction);

#ifdef __cplusplus
}
#endif
#endif
