#include <slant/reliability.h>

#include <math.h>

#define LEAST_PROBABILITY 1e-7

void slant_reliability_add(slant_reliability *to, const float *probabilities, uint32_t n_classes, uint32_t label,
                           uint32_t gold) {
  double confidence = (double)probabilities[label];
  double truth = gold < n_classes ? (double)probabilities[gold] : 0;
  double scaled = confidence * SLANT_RELIABILITY_BINS;
  uint32_t b = scaled > 0 ? scaled < SLANT_RELIABILITY_BINS ? (uint32_t)scaled : SLANT_RELIABILITY_BINS - 1 : 0;
  to->n++;
  to->n_right += label == gold;
  to->bins[b].n++;
  to->bins[b].n_right += label == gold;
  to->bins[b].confidence += confidence;
  to->loss -= log(truth > LEAST_PROBABILITY ? truth : LEAST_PROBABILITY);
  for (uint32_t c = 0; c < n_classes; c++) {
    double off = (double)probabilities[c] - (c == gold);
    to->brier += off * off;
  }
  to->brier += gold >= n_classes;
}

void slant_reliability_merge(slant_reliability *to, const slant_reliability *other) {
  to->n += other->n;
  to->n_right += other->n_right;
  to->loss += other->loss;
  to->brier += other->brier;
  for (uint32_t b = 0; b < SLANT_RELIABILITY_BINS; b++) {
    to->bins[b].n += other->bins[b].n;
    to->bins[b].n_right += other->bins[b].n_right;
    to->bins[b].confidence += other->bins[b].confidence;
  }
}

static double mean(double sum, uint64_t n) {
  return n ? sum / (double)n : NAN;
}

double slant_reliability_log_loss(const slant_reliability *sums) {
  return mean(sums->loss, sums->n);
}

double slant_reliability_brier(const slant_reliability *sums) {
  return mean(sums->brier, sums->n);
}

double slant_reliability_error(const slant_reliability *sums) {
  double sum = 0;
  for (uint32_t b = 0; b < SLANT_RELIABILITY_BINS; b++)
    sum += fabs((double)sums->bins[b].n_right - sums->bins[b].confidence);
  return mean(sum, sums->n);
}
