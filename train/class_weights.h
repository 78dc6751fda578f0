/* --class-weight: what an example's label makes it weigh in fits, LABEL=W with commas between. */
#ifndef SLANT_TRAIN_CLASS_WEIGHTS_H
#define SLANT_TRAIN_CLASS_WEIGHTS_H

#include "train/bank.h"

/* Whether the text (NULL: there are none) can be read; SLANT_E_ARGUMENT. A label may hold '=', of which the last one
 * counts, and no comma. */
int slant_class_weights_check(const char *text, slant_error *error);
/* Gives each bank the weight of each of its labels, 1 where the text names none; a NULL text gives none. The labels
 * named are those of any bank: SLANT_E_ARGUMENT, with the labels there are, where one is of none. */
int slant_class_weights_give(slant_fitted_bank *banks, uint32_t n_banks, const char *text, slant_error *error);

#endif
