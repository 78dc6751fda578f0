#include "train/halving.h"

enum {
  KEPT = 3,    /* a rung hands on one in so many */
  LEAST = 200, /* examples to learn from; fewer tell settings apart by chance */
};

double slant_share_value(slant_share share) {
  static const double values[SLANT_N_SHARES] = {1, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 8, 1.0 / 9};
  return values[share];
}

/* The full budget through 3 to the power `down`. */
static slant_rung budget(slant_halving by, uint32_t n_folds, uint32_t down) {
  static const slant_share shares[SLANT_MAX_RUNGS] = {SLANT_SHARE_ALL, SLANT_SHARE_THIRD, SLANT_SHARE_NINTH};
  slant_rung rung = {.n_folds = n_folds};
  if (by == SLANT_HALVING_EXAMPLES)
    rung.share = shares[down];
  else
    for (; down; down--) rung.n_folds = (rung.n_folds + KEPT - 1) / KEPT;
  return rung;
}

uint32_t slant_halving_plan(slant_rung rungs[SLANT_MAX_RUNGS], slant_halving by, uint32_t n_candidates,
                            uint32_t n_folds, uint32_t n_examples) {
  slant_rung down[SLANT_MAX_RUNGS]; /* from the last rung to the first */
  uint32_t n = 0;
  for (uint32_t kept = n_candidates; n < SLANT_MAX_RUNGS; kept /= KEPT) {
    slant_rung rung = budget(by, n_folds, n);
    bool smaller = n == 0 || (by == SLANT_HALVING_FOLDS && rung.n_folds < down[n - 1].n_folds) ||
                   (by == SLANT_HALVING_EXAMPLES && n_examples * slant_share_value(rung.share) >= LEAST);
    if (!smaller || (n && kept < 2)) break;
    down[n++] = rung;
  }
  for (uint32_t r = 0, kept = n_candidates; r < n; r++) {
    rungs[r] = down[n - 1 - r];
    rungs[r].n_candidates = kept;
    kept = (kept + KEPT - 1) / KEPT;
  }
  return n;
}
