/*
 * Word vectors: loaded from a text file, or in place from a bundle. Private to features.
 *
 * The file is word2vec's text format, which GloVe and fastText write as well: a line a word, "word x1 … xD", by falling
 * frequency, behind a line "N D" that may be left out. Vectors are brought to unit length. Such files hold no counts: a
 * word's frequency is estimated from its rank r = 0, 1 … as p ∝ 1 / (r + 2.7) (Zipf and Mandelbrot).
 *
 * The `vectors` section: count u32, dim u32, two zeros u32; frequency f32[count]; rows f32[count × dim].
 */
#ifndef SLANT_FEATURES_VECTORS_H
#define SLANT_FEATURES_VECTORS_H

#include "features/table.h"

#include <slant/error.h>
#include <slant/example.h>
#include <slant/pipeline.h>

enum { SLANT_MAX_DIMENSION = 1024 };

typedef struct slant_embedding {
  slant_table table;      /* hash of the lower-case word → row */
  const float *rows;      /* count × dim, unit length or zero */
  const float *frequency; /* count; they sum to 1 */
  uint32_t count, dim;    /* 0, 0: no vectors */
  slant_buffer section;   /* as it stands in a bundle; empty where it was adopted from one */
  void *owned_slots;      /* NULL where they stand in a bundle */
} slant_embedding;

/* Reads the first `max_words` lines (0: all). Of words that differ in case only the first stays. `name` is used in
 * messages. SLANT_E_DATA with the line: a row with too few or too many numbers, a number that is none, a word given
 * twice. */
int slant_embedding_parse(slant_embedding *out, slant_str text, const char *name, uint32_t max_words,
                          slant_error *error);
/* From the sections of a bundle, which must outlive it. SLANT_E_FORMAT: damaged. */
int slant_embedding_adopt(slant_embedding *out, slant_section vectors, slant_section slots, slant_error *error);
void slant_embedding_free(slant_embedding *embedding);

/* The vector of a lower-case word by its hash, and its row; NULL: unknown. */
static inline const float *slant_embedding_find(const slant_embedding *embedding, uint64_t hash, uint32_t *row) {
  if (!embedding->count) return NULL;
  *row = slant_table_find(&embedding->table, slant_table_key(hash));
  return *row == SLANT_ABSENT ? NULL : embedding->rows + (size_t)*row * embedding->dim;
}

/* The weight of a row in sums, a / (a + p), p the word's frequency (SIF: Arora, Liang and Ma 2017). */
static inline float slant_embedding_weight(const slant_embedding *embedding, uint32_t row, slant_mode mode) {
  const float a = mode == SLANT_MODE_TARGET ? 0.003F : 0.001F;
  return a / (a + embedding->frequency[row]);
}

#endif
