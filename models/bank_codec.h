/* Banks as bytes. Private to models. */
#ifndef SLANT_MODELS_BANK_CODEC_H
#define SLANT_MODELS_BANK_CODEC_H

#include "models/weights.h"

/* Appends a bank's structure (task, labels, models) to the `banks` section. */
void slant_bank_encode(slant_buffer *out, const slant_bank *bank);

/* Name of a section of a bank: W00, D00, … */
static inline void slant_bank_section_name(char name[4], char letter, uint32_t bank) {
  const char text[4] = {letter, (char)('0' + bank / 10 % 10), (char)('0' + bank % 10), '\0'};
  memcpy(name, text, sizeof text);
}

/* Decodes all banks of a section. Strings and class lists stay in `section`; arrays of structures come from `arena`.
 * What *weights, one a bank, point to is not set. Every number is checked against what is there. */
int slant_banks_decode(slant_bank **out, struct slant_weights **weights, uint32_t *n_banks, slant_section section,
                       slant_arena *arena, slant_error *error);

/* Whether a bank makes sense: what training hands over and what a file holds are held to the same rules. The message
 * names the first fault. */
int slant_bank_check(const slant_bank *bank, uint32_t n_sparse, uint32_t n_dense, slant_error *error);

/* The class that an output's positive values speak for. */
uint32_t slant_output_class(const slant_model *model, uint32_t output);

/* How many outputs a coding has for so many classes. */
uint32_t slant_coding_outputs(uint32_t coding, uint32_t n_classes);

#endif
