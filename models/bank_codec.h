/* Banks as bytes. Private to models. */
#ifndef SLANT_MODELS_BANK_CODEC_H
#define SLANT_MODELS_BANK_CODEC_H

#include "common/memory.h"

#include <slant/model.h>

/* Appends a bank's structure (task, labels, models) to the `banks` section. */
void slant_bank_encode(slant_buffer *out, const slant_bank *bank);

/* Name of the section with a bank's weights ('W') or biases ('B'): W00, B00, W01, … */
static inline void slant_bank_section_name(char name[4], char letter, uint32_t bank) {
  const char text[4] = {letter, (char)('0' + bank / 10 % 10), (char)('0' + bank % 10), '\0'};
  memcpy(name, text, sizeof text);
}

/* Decodes all banks of a section. Strings and class lists stay in `section`; arrays of structures come from `arena`.
 * Weights and biases are not set. Every number is checked against what is there. */
int slant_banks_decode(slant_bank **out, uint32_t *n_banks, slant_section section, slant_arena *arena,
                       slant_error *error);

/* Whether a bank makes sense: what training hands over and what a file holds are held to the same rules. The message
 * names the first fault. */
int slant_bank_check(const slant_bank *bank, uint32_t n_features, slant_error *error);

#endif
