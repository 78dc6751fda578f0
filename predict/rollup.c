#include "predict/judge.h"

void slant_roll_up(const slant_model *model, const slant_decision *decision, slant_judgement *judgement, float *scores,
                   float *probabilities) {
  /* Sums in double and in the order of the text, so that the result is the same on every run. */
  for (uint32_t c = 0; c < judgement->n_labels; c++) {
    double sum = 0;
    for (uint32_t m = 0; m < judgement->n_mentions; m++) sum += (double)judgement->evidence[m].scores[c];
    scores[c] = (float)(sum / judgement->n_mentions);
  }
  judgement->scores = scores;
  judgement->probabilities = probabilities;
  judgement->label = slant_decision_label(decision, model, scores, probabilities);
  judgement->abstained = slant_decision_abstains(decision, probabilities[judgement->label]);
}
