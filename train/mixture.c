#include "train/mixture.h"

#include "common/memory.h"
#include "train/calibrators.h"

#include <math.h>
#include <slant/record.h>
#include <stdlib.h>

static const double lambdas[] = {0, 0.25, 0.5, 0.75, 1};
enum { N_LAMBDAS = sizeof lambdas / sizeof *lambdas };

/* Root mean square of what the scores of an example differ from their mean; 1 where they do not. */
static double deviation(const double *scores, uint32_t n, uint32_t k) {
  double squares = 0;
  for (size_t i = 0; i < n; i++) {
    double mean = 0;
    for (uint32_t c = 0; c < k; c++) mean += scores[i * k + c];
    mean /= k;
    for (uint32_t c = 0; c < k; c++) squares += (scores[i * k + c] - mean) * (scores[i * k + c] - mean);
  }
  return squares > 0 ? sqrt(squares / ((double)n * k)) : 1;
}

void slant_mixture_scores(const slant_mixture *mixture, const double *own, const double *shared, size_t n,
                          double *mixed) {
  for (size_t i = 0; i < n; i++) mixed[i] = mixture->own * own[i] + mixture->shared * shared[i];
}

int slant_mixture_choose(slant_mixture *out, const double *own, const double *shared, const uint32_t *class, uint32_t n,
                         uint32_t k, bool between, slant_error *error) {
  double *mixed = slant_alloc((size_t)n * k, sizeof *mixed), best = INFINITY;
  if (!mixed) return slant_fail(error, SLANT_E_MEMORY, "no memory for the scores of %u examples", n);
  double own_scale = deviation(own, n, k), shared_scale = deviation(shared, n, k);
  for (int l = 0; l < N_LAMBDAS; l++) {
    bool end = l == 0 || l == N_LAMBDAS - 1;
    if (!end && !between) continue;
    slant_mixture tried = {lambdas[l], lambdas[l] / own_scale, (1 - lambdas[l]) / shared_scale};
    if (end) tried = (slant_mixture){lambdas[l], lambdas[l], 1 - lambdas[l]};
    slant_mixture_scores(&tried, own, shared, (size_t)n * k, mixed);
    slant_scored scored = {mixed, class, n, k};
    double loss = slant_temperature_log_loss(&scored, slant_temperature_fit(&scored));
    if (loss < best) {
      best = loss;
      *out = tried;
    }
  }
  free(mixed);
  return SLANT_OK;
}
