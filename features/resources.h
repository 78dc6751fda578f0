/*
 * What a pipeline brings along beside its specification: lexicons and word vectors. Const once loaded, and part of the
 * bundle. Private to features.
 */
#ifndef SLANT_FEATURES_RESOURCES_H
#define SLANT_FEATURES_RESOURCES_H

#include "features/vectors.h"
#include "features/words.h"

typedef struct slant_resources {
  slant_words words;
  slant_embedding vectors; /* count 0: none */
} slant_resources;

/* The built-in tables, and the files that `sources` names (NULL: none). Errors name the file and the line. */
int slant_resources_load(slant_resources *out, const slant_sources *sources, slant_error *error);
void slant_resources_free(slant_resources *resources);

#endif
