/* What every measure needs to know of one class. All measures are functions of these alone, so that a bootstrap
 * resample need not fill a whole confusion table. */
#ifndef SLANT_EVALUATE_MARGINALS_H
#define SLANT_EVALUATE_MARGINALS_H

#include <slant/evaluation.h>
#include <stdint.h>

typedef struct slant_marginals {
  uint64_t gold;      /* row sum of the confusion table: examples of the class */
  uint64_t predicted; /* column sum: examples judged to be of the class */
  uint64_t hits;      /* diagonal */
} slant_marginals;

slant_class_metrics slant_marginals_class(const slant_marginals *class);
double slant_marginals_accuracy(const slant_marginals *classes, uint32_t n);
double slant_marginals_macro_f1(const slant_marginals *classes, uint32_t n);
double slant_marginals_f_avg(const slant_marginals *classes, uint32_t favor, uint32_t against);

#endif
