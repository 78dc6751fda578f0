/*
 * What a pipeline brings along beside its specification: lexicons, word vectors and scorers. Const once loaded, and
 * part of the bundle. Private to features.
 */
#ifndef SLANT_FEATURES_RESOURCES_H
#define SLANT_FEATURES_RESOURCES_H

#include "features/vectors.h"
#include "features/words.h"

#include <slant/scorer.h>

typedef struct slant_resources {
  slant_words words;
  slant_embedding vectors; /* count 0: none */
  slant_scorer scorers[SLANT_MAX_SCORERS];
  size_t n_scorers;
} slant_resources;

/* The built-in tables, and the files that `sources` names (NULL: none). Errors name the file and the line. */
int slant_resources_load(slant_resources *out, const slant_sources *sources, slant_error *error);
/* Takes copies of the scorers. SLANT_E_ARGUMENT: too many, or one that cannot serve examples of the mode. */
int slant_resources_lend(slant_resources *resources, slant_mode mode, const slant_scorer *scorers, size_t n,
                         slant_error *error);
/* The values of all scorers together. */
uint32_t slant_resources_n_scores(const slant_resources *resources);
void slant_resources_free(slant_resources *resources);

#endif
