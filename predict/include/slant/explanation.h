/*
 * Explanations: what each stage and each feature of a text adds to the decision for its label.
 *
 * A linear model's decision takes itself apart. The margin of a judgement is the score of its label less
 * that of the runner-up, the label it would have had otherwise: margin = bias + Σ contributions, with
 *
 *   contribution(f) = (w_label,f − w_runner-up,f) · x_f
 *
 * Of a model that compares each two classes by an output of their own, the margin is that of label and runner-up. A
 * kernel model has no weights: there a contribution is what the margin loses when that feature alone is left out (its
 * value set to 0), and the bias is what is left of the margin, which no feature explains alone.
 *
 * In target mode a judgement's scores are means over its mentions, and so are the contributions.
 */
#ifndef SLANT_EXPLANATION_H
#define SLANT_EXPLANATION_H

#include <slant/predictor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_explained_place {
  uint32_t point_from, point_to; /* code points of the record's text, end exclusive */
} slant_explained_place;

typedef struct slant_explained_feature {
  uint32_t feature;                    /* its number in the pipeline */
  slant_str name;                      /* its stage's name first: "words: the offer"; "" where it is not known */
  double contribution;                 /* positive: speaks for the label; negative: for the runner-up */
  const slant_explained_place *places; /* n_places, in the order of the text, none twice; none for a dense feature */
  uint32_t n_places;
} slant_explained_feature;

typedef struct slant_explained_stage {
  slant_str id;
  double contribution; /* of all its features */
} slant_explained_stage;

typedef struct slant_explanation {
  const slant_judgement *judgement;    /* as slant_judge_record() gives it */
  uint32_t runner_up;                  /* index into the judgement's labels */
  double margin;                       /* score of the label less that of the runner-up, >= 0 but of pairs */
  double bias;                         /* margin = bias + sum over all stages, up to rounding */
  int left_out;                        /* a kernel model: contributions are of features left out */
  const slant_explained_stage *stages; /* n_stages, in the order of the pipeline */
  uint32_t n_stages;
  const slant_explained_feature *features; /* n_features, those of the largest absolute contribution first */
  uint32_t n_features;
} slant_explanation;

/* One thread's scratch over a predictor, which must outlive it. */
typedef struct slant_explainer slant_explainer;

int slant_explainer_new(slant_explainer **out, const slant_predictor *predictor, slant_error *error);
void slant_explainer_free(slant_explainer *explainer);

/* Judges a record as slant_judge_record() does, with the same errors, and explains every judgement by at most `top`
 * features. *explanations is borrowed from the explainer until its next call. */
int slant_explain_record(slant_explainer *explainer, const slant_record *record, uint32_t top,
                         const slant_explanation **explanations, uint32_t *n_explanations, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
