#include "train/sources.h"

/* Cuts "a,b" into paths[*n], terminated. */
static int cut_paths(slant_arena *arena, const char *text, const char **paths, size_t *n, size_t most,
                     const char *option, slant_error *error) {
  for (slant_str rest = slant_str_of(text); rest.len;) {
    slant_str path = slant_str_cut(&rest, ',');
    if (!path.len) continue;
    if (*n == most) return slant_fail(error, SLANT_E_ARGUMENT, "--%s takes at most %zu files", option, most);
    if (!(paths[(*n)++] = slant_arena_copy(arena, path)))
      return slant_fail(error, SLANT_E_MEMORY, "no memory for the feature pipeline");
  }
  return SLANT_OK;
}

int slant_named_sources_open(slant_named_sources *out, const slant_train_options *options, slant_error *error) {
  const char *paths[SLANT_MAX_SCORERS];
  size_t n = 0;
  *out = (slant_named_sources){0};
  slant_sources *sources = &out->sources;
  int status = cut_paths(&out->arena, options->lexicons, out->lexicons, &sources->n_lexicons, SLANT_MAX_SOURCES,
                         "lexicon", error);
  if (!status) status = cut_paths(&out->arena, options->auxiliaries, paths, &n, SLANT_MAX_SCORERS, "aux", error);
  for (size_t i = 0; i < n && !status; i++) {
    status = slant_bundle_open(&out->bundles[i], paths[i], error);
    if (status) break;
    status = slant_bundle_scorer(out->bundles[i], &out->scorers[i], error);
    if (status) slant_error_at(error, paths[i], 0, 0);
  }
  sources->lexicons = out->lexicons;
  sources->vectors = options->vectors;
  sources->max_vectors = (uint32_t)options->max_vectors;
  sources->scorers = out->scorers;
  sources->n_scorers = n;
  if (status) slant_named_sources_close(out);
  return status;
}

void slant_named_sources_close(slant_named_sources *sources) {
  for (size_t i = 0; i < SLANT_MAX_SCORERS; i++) slant_bundle_close(sources->bundles[i]);
  slant_arena_free(&sources->arena);
  *sources = (slant_named_sources){0};
}
