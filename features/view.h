/*
 * The view: an example as the stages see it. In document mode every token is a place. In target mode the places are
 * those of the mention's sentence, the mention being one of them, each marked with what it is to the target. Private to
 * features.
 */
#ifndef SLANT_FEATURES_VIEW_H
#define SLANT_FEATURES_VIEW_H

#include "features/dense.h"
#include "features/word_types.h"

#include <slant/pipeline.h>

enum {
  SLANT_VIEW_REACH = 128, /* tokens on either side of a mention that are looked at, within its sentence … */
  SLANT_VIEW_PLACES = 2 * SLANT_VIEW_REACH + 1 /* … and places that it can have, in target mode */
};

typedef enum slant_role {
  SLANT_ROLE_OTHER,  /* a word, number or sign */
  SLANT_ROLE_TARGET, /* the mention */
  SLANT_ROLE_COREF,  /* another name or pronoun for the target */
  SLANT_ROLE_ENTITY  /* another name */
} slant_role;

typedef enum slant_voice { SLANT_VOICE_AUTHOR, SLANT_VOICE_TARGET, SLANT_VOICE_OTHERS } slant_voice;

typedef struct slant_place {
  slant_word_type *type;   /* in target mode; NULL: the mention */
  const slant_word *word;  /* lexicon entry, NULL: unknown */
  const slant_word *exact; /* the entry of the form itself, not of a stem */
  uint32_t classes;        /* of `exact` */
  uint32_t token;          /* the mention's place stands for its first token */
  int32_t to_target;       /* signed distance in places */
  int32_t to_coref;        /* distance to the nearest name or pronoun of the target, >= 0 */
  uint8_t role;            /* slant_role */
  uint8_t kind;            /* slant_token_kind */
  uint8_t voice;           /* slant_voice: who speaks these words */
  uint8_t negated;         /* odd number of negators among the three words before */
  uint8_t quoted;          /* inside quotation marks */
  uint8_t negator;         /* is one itself */
  int8_t polarity;         /* whether the lexicons agree that the word is good (1) or bad (-1) */
  char sign;               /* of punctuation ('"', ',' …), 0 for all else */
} slant_place;

/* One element of the sequence that n-grams are made of. */
typedef struct slant_unit {
  uint64_t hash;
  uint32_t place; /* index into places, SLANT_ABSENT for the marks of begin and end */
  uint8_t mark;   /* slant_mark */
} slant_unit;

typedef enum slant_mark {
  SLANT_MARK_NONE, /* the token's own form */
  SLANT_MARK_TARGET,
  SLANT_MARK_COREF,
  SLANT_MARK_PRONOUN,
  SLANT_MARK_ENTITY,
  SLANT_MARK_NUMBER,
  SLANT_MARK_BEGIN,
  SLANT_MARK_END,
  SLANT_N_MARKS
} slant_mark;

typedef struct slant_view {
  const slant_document *document;
  const slant_resources *resources;
  slant_mode mode;
  uint32_t first, last; /* tokens of the mention */
  const float *scores;  /* of the resources' scorers, one after the other; the extractor's */
  const slant_dense_kernels *dense;

  slant_word_types types; /* what is known of the words */
  slant_place *places;
  size_t n_places, place_capacity;
  uint32_t target;                 /* index of the mention's place */
  uint32_t clause_from, clause_to; /* places of the clause around it, end exclusive */
  uint8_t target_speaks, target_is_pronoun, others_speak, has_quotes, according_to;

  slant_unit *units;
  size_t n_units, unit_capacity;
  uint32_t target_unit; /* index of the mention's unit */
  uint64_t mark_hash[SLANT_N_MARKS];
  float decay_4[SLANT_VIEW_PLACES + 1], decay_5[SLANT_VIEW_PLACES + 1]; /* exp(-d / 4), exp(-d / 5) */
} slant_view;

void slant_view_init(slant_view *view, slant_mode mode);
/* `with_places`: document mode needs places only where a stage asks for them. SLANT_E_ARGUMENT: the mention is outside
 * the document. */
int slant_view_build(slant_view *view, const slant_resources *resources, slant_example example, bool with_places,
                     slant_error *error);
void slant_view_free(slant_view *view);

/* The printable text of a unit, for feature names. */
slant_str slant_view_unit_text(const slant_view *view, const slant_unit *unit);

/* Where something stands in the original text: code points, end exclusive. */
typedef struct slant_span {
  uint32_t from, to;
} slant_span;

/* The words that units first … last stand for, with all that lies between them. A mark of begin or end is empty, where
 * it stands; a word that was cut out of a hashtag is the hashtag. */
slant_span slant_view_units_span(const slant_view *view, uint32_t first, uint32_t last);
/* The same for tokens. */
slant_span slant_view_tokens_span(const slant_view *view, uint32_t first, uint32_t last);

static inline const slant_token *slant_view_token(const slant_view *view, const slant_place *place) {
  return &view->document->tokens[place->token];
}

static inline bool slant_place_is(const slant_place *place, uint32_t classes) {
  return place->classes & classes;
}

#endif
