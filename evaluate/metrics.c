/* Precision, recall, F1 and their means; definitions and conventions for zero denominators as in scikit-learn. */
#include "evaluate/marginals.h"

#include <stddef.h>

static double ratio(uint64_t part, uint64_t whole) {
  return whole ? (double)part / (double)whole : 0.0;
}

/* F1 = 2PR / (P + R) = 2 hits / (gold + predicted), which needs no case for P + R = 0. */
static double f1(const slant_marginals *class) {
  return ratio(2 * class->hits, class->gold + class->predicted);
}

slant_class_metrics slant_marginals_class(const slant_marginals *class) {
  return (slant_class_metrics){.precision = ratio(class->hits, class->predicted),
                               .recall = ratio(class->hits, class->gold),
                               .f1 = f1(class),
                               .support = class->gold};
}

double slant_marginals_accuracy(const slant_marginals *classes, uint32_t n) {
  uint64_t hits = 0, all = 0;
  for (uint32_t k = 0; k < n; k++) {
    hits += classes[k].hits;
    all += classes[k].gold;
  }
  return ratio(hits, all);
}

double slant_marginals_macro_f1(const slant_marginals *classes, uint32_t n) {
  double sum = 0;
  uint32_t occurring = 0;
  for (uint32_t k = 0; k < n; k++) {
    if (classes[k].gold + classes[k].predicted == 0) continue;
    sum += f1(&classes[k]);
    occurring++;
  }
  return occurring ? sum / occurring : 0.0;
}

double slant_marginals_f_avg(const slant_marginals *classes, uint32_t favor, uint32_t against) {
  return (f1(&classes[favor]) + f1(&classes[against])) / 2;
}

/* ---- the same from a confusion table ---- */

static slant_marginals marginals_of(const uint64_t *confusion, uint32_t n, uint32_t k) {
  slant_marginals class = {.hits = confusion[(size_t)k * n + k]};
  for (uint32_t other = 0; other < n; other++) {
    class.gold += confusion[(size_t)k * n + other];
    class.predicted += confusion[(size_t)other * n + k];
  }
  return class;
}

void slant_metrics_classes(const uint64_t *confusion, uint32_t n, slant_class_metrics *out) {
  for (uint32_t k = 0; k < n; k++) {
    slant_marginals class = marginals_of(confusion, n, k);
    out[k] = slant_marginals_class(&class);
  }
}

double slant_metrics_accuracy(const uint64_t *confusion, uint32_t n) {
  uint64_t hits = 0, all = 0;
  for (uint32_t gold = 0; gold < n; gold++) {
    hits += confusion[(size_t)gold * n + gold];
    for (uint32_t predicted = 0; predicted < n; predicted++) all += confusion[(size_t)gold * n + predicted];
  }
  return ratio(hits, all);
}

double slant_metrics_macro_f1(const uint64_t *confusion, uint32_t n) {
  double sum = 0;
  uint32_t occurring = 0;
  for (uint32_t k = 0; k < n; k++) {
    slant_marginals class = marginals_of(confusion, n, k);
    if (class.gold + class.predicted == 0) continue;
    sum += f1(&class);
    occurring++;
  }
  return occurring ? sum / occurring : 0.0;
}

double slant_metrics_f_avg(const uint64_t *confusion, uint32_t n, uint32_t favor, uint32_t against) {
  slant_marginals pair[2] = {marginals_of(confusion, n, favor), marginals_of(confusion, n, against)};
  return slant_marginals_f_avg(pair, 0, 1);
}
