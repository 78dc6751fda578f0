/*
 * Actor dictionaries, and the mentions that they find in a document.
 *
 * A dictionary is TSV with a header row `id name type aliases`: aliases are separated by `|`, `#` starts a comment
 * line. The name is an alias too. Matching runs over tokens with one automaton: leftmost, longest, at word boundaries;
 * a possessive does not hinder it. An alias matches in its own case, and one of four letters or more in capitals as
 * well.
 */
#ifndef SLANT_ACTORS_H
#define SLANT_ACTORS_H

#include <slant/document.h>
#include <slant/observer.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_actors slant_actors; /* const once loaded: any number of threads may match on it */

typedef struct slant_actor {
  slant_str id, name, type; /* borrowed from the dictionary */
  uint32_t n_aliases;
} slant_actor;

typedef struct slant_mention {
  uint32_t actor;       /* index in the dictionary */
  uint32_t first, last; /* tokens, end exclusive, without a possessive */
  uint32_t sentence;
  uint32_t point_from, point_to; /* code points of the original text */
} slant_mention;

/* Reads a dictionary file. Bad lines (too few columns, a duplicate id, an alias claimed by two actors, invalid UTF-8)
 * are errors with their line. */
int slant_actors_load(slant_actors **out, const char *path, slant_error *error);
/* The same from memory; `name` is used in messages. */
int slant_actors_parse(slant_actors **out, slant_str tsv, const char *name, slant_error *error);
/* A dictionary of the world's states that comes with slant (see NOTICE). */
int slant_actors_builtin(slant_actors **out, slant_error *error);
void slant_actors_free(slant_actors *actors);

uint32_t slant_actors_count(const slant_actors *actors);
slant_actor slant_actors_get(const slant_actors *actors, uint32_t index);
/* Index of an id, or -1. */
int64_t slant_actors_find(const slant_actors *actors, slant_str id);
/* The dictionary as TSV text, in canonical form: loading it gives an equal dictionary. */
slant_str slant_actors_text(const slant_actors *actors);

/* All mentions in the document, in order, not overlapping. *mentions is borrowed from the document and valid until the
 * document's next read or match. Returns their number or a negative status. */
int64_t slant_actors_match(const slant_actors *actors, slant_document *document, const slant_mention **mentions,
                           slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
