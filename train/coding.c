#include "train/coding.h"

#include "common/memory.h"

#include <math.h>
#include <stdlib.h>

slant_coding slant_coding_for(slant_coding wanted, uint32_t n_classes) {
  if (n_classes == 2) return SLANT_CODING_BINARY;
  return wanted == SLANT_CODING_ONE_VS_ONE ? wanted : SLANT_CODING_ONE_VS_REST;
}

uint32_t slant_coding_machines(slant_coding coding, uint32_t n_classes) {
  if (coding == SLANT_CODING_BINARY) return 1;
  return coding == SLANT_CODING_ONE_VS_ONE ? n_classes * (n_classes - 1) / 2 : n_classes;
}

double slant_coding_greatest_nu(slant_coding coding, const uint32_t *counts, uint32_t n_classes) {
  uint32_t sum = 0;
  double most = 1;
  for (uint32_t c = 0; c < n_classes; c++) sum += counts[c];
  for (uint32_t a = 0; a < n_classes; a++) {
    for (uint32_t b = a + 1; b < n_classes && coding != SLANT_CODING_ONE_VS_REST; b++)
      most = fmin(most, slant_greatest_nu(counts[a], counts[b]));
    if (coding == SLANT_CODING_ONE_VS_REST) most = fmin(most, slant_greatest_nu(counts[a], sum - counts[a]));
  }
  return most;
}

bool slant_subset_buffers_new(slant_subset_buffers *out, uint32_t capacity) {
  *out = (slant_subset_buffers){.members = slant_alloc(capacity, sizeof *out->members),
                                .sign = slant_alloc(capacity, sizeof *out->sign),
                                .weight = slant_alloc(capacity, sizeof *out->weight)};
  if (out->members && out->sign && out->weight) return true;
  slant_subset_buffers_free(out);
  return false;
}

void slant_subset_buffers_free(slant_subset_buffers *space) {
  free(space->members);
  free(space->sign);
  free(space->weight);
  *space = (slant_subset_buffers){0};
}

/* The classes of machine m: `first` speaks for sign +1, `second` for -1; n_classes there stands for all others. */
static void sides(const slant_labelling *labelling, uint32_t m, uint32_t *first, uint32_t *second) {
  uint32_t k = labelling->n_classes;
  *first = m;
  *second = k;
  if (labelling->coding != SLANT_CODING_ONE_VS_ONE) return;
  *first = 0;
  for (uint32_t pairs = k - 1; m >= pairs; pairs--) {
    m -= pairs;
    ++*first;
  }
  *second = *first + 1 + m;
}

slant_subset slant_labelling_subset(const slant_labelling *labelling, uint32_t m, const uint32_t *from, uint32_t n,
                                    const slant_subset_buffers *space) {
  uint32_t first, second, kept = 0;
  double sum[2] = {0, 0}, factor[2] = {1, 1};
  sides(labelling, m, &first, &second);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t c = labelling->class[from[i]];
    if (c != first && c != second && second != labelling->n_classes) continue;
    double weight = labelling->weight ? (double)labelling->weight[from[i]] : 1;
    space->members[kept] = from[i];
    space->sign[kept] = c == first ? 1 : -1;
    space->weight[kept++] = weight;
    sum[c == first] += weight;
  }
  if (labelling->balance && sum[0] > 0 && sum[1] > 0)
    for (int s = 0; s < 2; s++) factor[s] = (sum[0] + sum[1]) / (2 * sum[s]);
  for (uint32_t i = 0; i < kept; i++) {
    double class_weight = labelling->class_weight ? labelling->class_weight[labelling->class[space->members[i]]] : 1;
    space->weight[i] *= factor[space->sign[i] > 0] * class_weight;
  }
  return (slant_subset){.members = space->members, .sign = space->sign, .weight = space->weight, .n = kept};
}

/* Votes decide and margins break ties: a third of a vote is more than the margins' part ever comes to. */
static void vote(const double *values, uint32_t n_classes, double *scores) {
  double margin[SLANT_MAX_CLASSES] = {0};
  for (uint32_t c = 0; c < n_classes; c++) scores[c] = 0;
  for (uint32_t a = 0, m = 0; a < n_classes; a++)
    for (uint32_t b = a + 1; b < n_classes; b++, m++) {
      scores[values[m] > 0 ? a : b]++;
      margin[a] += values[m];
      margin[b] -= values[m];
    }
  for (uint32_t c = 0; c < n_classes; c++) scores[c] += margin[c] / (3 * (fabs(margin[c]) + 1));
}

void slant_class_scores(slant_coding coding, const double *values, uint32_t n_classes, double *scores) {
  if (coding == SLANT_CODING_ONE_VS_ONE) {
    vote(values, n_classes, scores);
    return;
  }
  for (uint32_t c = 0; c < n_classes; c++)
    scores[c] = coding == SLANT_CODING_BINARY ? (c ? -values[0] : values[0]) : values[c];
}
