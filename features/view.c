#include "features/view.h"

#include "common/hash.h"

#include <math.h>
#include <stdlib.h>

static const char *const mark_text[SLANT_N_MARKS] = {"",       "TARGET", "COREF", "PRONOUN",
                                                     "ENTITY", "NUMBER", "<s>",   "</s>"};

void slant_view_init(slant_view *view, slant_mode mode) {
  *view = (slant_view){.mode = mode};
  view->dense = slant_dense_best();
  for (int m = 0; m < SLANT_N_MARKS; m++) view->mark_hash[m] = slant_hash_word(mark_text[m], strlen(mark_text[m]));
  for (int d = 0; d <= SLANT_VIEW_PLACES; d++) {
    view->decay_4[d] = expf((float)-d / 4);
    view->decay_5[d] = expf((float)-d / 5);
  }
}

void slant_view_free(slant_view *view) {
  slant_word_types_free(&view->types);
  free(view->places);
  free(view->units);
}

static slant_str form_of(const slant_view *view, const slant_token *token) {
  return (slant_str){view->document->forms.ptr + token->form, token->form_len};
}

slant_str slant_view_unit_text(const slant_view *view, const slant_unit *unit) {
  if (unit->mark) return slant_str_of(mark_text[unit->mark]);
  uint32_t token = view->mode == SLANT_MODE_DOCUMENT ? unit->place : view->places[unit->place].token;
  return form_of(view, &view->document->tokens[token]);
}

/* ---- where units stand in the original ---- */
slant_span slant_view_tokens_span(const slant_view *view, uint32_t first, uint32_t last) {
  const slant_token *tokens = view->document->tokens;
  while (first > 0 && (tokens[first].flags & SLANT_TOKEN_SEGMENT)) first--;
  return (slant_span){tokens[first].point_from, tokens[last].point_to};
}

/* First and last token of the unit's words; false: a mark of begin or end, which has none. */
static bool unit_tokens(const slant_view *view, const slant_unit *unit, uint32_t *first, uint32_t *last) {
  if (unit->place == SLANT_ABSENT) return false;
  if (view->mode == SLANT_MODE_DOCUMENT) {
    *first = *last = unit->place;
    return true;
  }
  uint32_t end = unit->place;
  while (unit->mark == SLANT_MARK_ENTITY && end + 1 < view->n_places && view->places[end + 1].role == SLANT_ROLE_ENTITY)
    end++;
  *first = view->places[unit->place].token;
  *last = unit->mark == SLANT_MARK_TARGET ? view->last - 1 : view->places[end].token;
  return true;
}

static slant_span unit_span(const slant_view *view, uint32_t index) {
  uint32_t first = 0, last = 0;
  if (unit_tokens(view, &view->units[index], &first, &last)) return slant_view_tokens_span(view, first, last);
  if (!view->n_places) return (slant_span){0, 0};
  bool begin = view->units[index].mark == SLANT_MARK_BEGIN;
  slant_span whole = slant_view_tokens_span(view, view->places[0].token, view->places[view->n_places - 1].token);
  if (view->last && view->places[view->n_places - 1].role == SLANT_ROLE_TARGET)
    whole.to = view->document->tokens[view->last - 1].point_to;
  return begin ? (slant_span){whole.from, whole.from} : (slant_span){whole.to, whole.to};
}

slant_span slant_view_units_span(const slant_view *view, uint32_t first, uint32_t last) {
  slant_span from = unit_span(view, first), to = unit_span(view, last);
  return (slant_span){from.from < to.from ? from.from : to.from, from.to > to.to ? from.to : to.to};
}

/* ---- places ---- */
/* Field by field: a place that is put together elsewhere and copied is read before its parts have been written. */
static inline void fill_place(slant_view *view, slant_place *place, uint32_t index) {
  const slant_token *token = &view->document->tokens[index];
  slant_word_type *type = slant_word_types_find(&view->types, form_of(view, token), token->hash);
  bool word = token->kind == SLANT_TOKEN_WORD;
  place->type = type;
  place->word = word ? type->word : type->exact;
  place->exact = type->exact;
  place->classes = type->classes;
  place->token = index;
  place->to_target = place->to_coref = 0;
  place->role = SLANT_ROLE_OTHER;
  place->kind = token->kind;
  place->voice = SLANT_VOICE_AUTHOR;
  place->negated = place->quoted = 0;
  place->negator = type->negator;
  place->polarity = word ? type->polarity : (int8_t)slant_word_polarity(type->exact);
  place->sign = token->kind == SLANT_TOKEN_PUNCTUATION ? view->document->text.ptr[token->from] : (char)0;
}

static bool make_places(slant_view *view, size_t n) {
  if (n <= view->place_capacity) return true;
  free(view->places);
  view->places = slant_alloc(n + n / 2, sizeof *view->places);
  view->place_capacity = view->places ? n + n / 2 : 0;
  return view->place_capacity;
}

/* What is used of a word later, and seldom in the cache, is fetched while the rest is done: the features of its
 * n-grams, its scores, and of content words the vector. */
static inline void fetch_word(const slant_view *view, const slant_place *place) {
  enum { LINE = 64 };
  const slant_word_type *type = place->type;
  const char *vector = (const char *)type->vector;
  if (type->n_chars != SLANT_NOT_YET) __builtin_prefetch(view->types.features + type->chars);
  if (type->scored) __builtin_prefetch(type->word);
  if (!vector || place->kind != SLANT_TOKEN_WORD || slant_place_is(place, SLANT_WORD_FUNCTION | SLANT_WORD_TITLE))
    return;
  for (size_t at = 0; at < view->resources->vectors.dim * sizeof(float); at += LINE) __builtin_prefetch(vector + at);
}

/* The mention, and the words of its sentence on both sides of it. */
static bool add_places(slant_view *view, uint32_t from, uint32_t to) {
  if (!make_places(view, SLANT_VIEW_PLACES)) return false;
  slant_word_types_reserve(&view->types, SLANT_VIEW_PLACES);
  for (uint32_t i = from; i < to; i++) slant_word_types_prefetch(&view->types, view->document->tokens[i].hash);
  slant_place *place = view->places;
  for (uint32_t i = from; i < view->first; i++) fill_place(view, place++, i);
  view->target = (uint32_t)(place - view->places);
  *place++ =
      (slant_place){.token = view->first, .role = SLANT_ROLE_TARGET, .kind = view->document->tokens[view->first].kind};
  for (uint32_t i = view->last; i < to; i++) fill_place(view, place++, i);
  view->n_places = (size_t)(place - view->places);
  for (size_t i = 0; i < view->n_places; i++)
    if (i != view->target) fetch_word(view, &view->places[i]);
  return true;
}

/* Every word of a text; what is known of it may be forgotten at the next. */
static bool add_all_places(slant_view *view) {
  uint32_t n = view->document->n_tokens;
  if (!make_places(view, n)) return false;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t ahead = i + SLANT_WORDS_AHEAD < n ? i + SLANT_WORDS_AHEAD : n - 1;
    slant_word_types_prefetch(&view->types, view->document->tokens[ahead].hash);
    slant_word_types_reserve(&view->types, 1);
    fill_place(view, &view->places[i], i);
    view->places[i].type = NULL;
  }
  view->n_places = n;
  return true;
}

/* A negator turns the three words after it; two negators cancel. */
static void mark_negation(slant_view *view) {
  for (size_t i = 0; i < view->n_places; i++) {
    if (!view->places[i].negator) continue;
    for (size_t j = i + 1; j < view->n_places && j <= i + 3; j++) view->places[j].negated ^= 1;
  }
}

/* ---- who is who ---- */
/* A capitalised word that is no function word names something; at the start of a sentence only if the next word is
 * capitalised as well or the lexicon does not know it and a possessive follows. */
static bool is_entity(const slant_view *view, size_t i) {
  const slant_place *place = &view->places[i];
  const slant_token *token = slant_view_token(view, place);
  if (place->kind != SLANT_TOKEN_WORD || !(token->flags & SLANT_TOKEN_CAPITAL)) return false;
  if (slant_place_is(place, SLANT_WORD_FUNCTION | SLANT_WORD_AUXILIARY | SLANT_WORD_PRONOUN)) return false;
  if (!(token->flags & SLANT_TOKEN_STARTS)) return true;
  if (slant_place_is(place, SLANT_WORD_BUILTIN) || i + 1 >= view->n_places) return false;
  const slant_token *next = slant_view_token(view, place + 1);
  return (next->flags & (SLANT_TOKEN_CAPITAL | SLANT_TOKEN_POSSESSIVE)) != 0;
}

/* Whether the place repeats a word of the mention (a surname). */
static bool repeats_mention(const slant_view *view, const slant_words *words, const slant_place *place) {
  const slant_token *token = slant_view_token(view, place);
  for (uint32_t m = view->first; m < view->last; m++) {
    const slant_token *name = &view->document->tokens[m];
    if (name->hash != token->hash || name->form_len < 3 || !(name->flags & SLANT_TOKEN_CAPITAL)) continue;
    const slant_word *known = slant_words_find(words, name->hash);
    if (!known || !(known->classes & (SLANT_WORD_TITLE | SLANT_WORD_FUNCTION))) return true;
  }
  return false;
}

/* Names, then pronouns: a pronoun after the target is the target's if the last name before it was. */
static void mark_roles(slant_view *view, const slant_words *words) {
  const slant_token *mention = &view->document->tokens[view->first];
  const slant_word *own = view->last - view->first == 1 ? slant_words_find(words, mention->hash) : NULL;
  uint32_t own_pronoun = own ? own->classes & SLANT_WORD_PRONOUN : 0;
  view->target_is_pronoun = own_pronoun != 0;
  bool last_was_target = false;
  for (size_t i = 0; i < view->n_places; i++) {
    slant_place *place = &view->places[i];
    if (place->role == SLANT_ROLE_TARGET) {
      last_was_target = true;
      continue;
    }
    if (is_entity(view, i)) {
      bool coref = repeats_mention(view, words, place);
      place->role = coref ? SLANT_ROLE_COREF : SLANT_ROLE_ENTITY;
      /* "Ms Smith Jones": what follows a name of the target directly belongs to it. */
      bool behind = i > 0 && view->places[i - 1].role != SLANT_ROLE_ENTITY && view->places[i - 1].role;
      last_was_target = coref || (last_was_target && behind);
    } else if (own_pronoun) {
      if (slant_place_is(place, own_pronoun)) place->role = SLANT_ROLE_COREF;
    } else if (slant_place_is(place, SLANT_WORD_HE | SLANT_WORD_SHE) && last_was_target && i > view->target) {
      place->role = SLANT_ROLE_COREF;
    }
  }
}

static void mark_distances(slant_view *view) {
  int32_t n = (int32_t)view->n_places, near = n;
  for (int32_t i = 0; i < n; i++) {
    slant_place *place = &view->places[i];
    place->to_target = i - (int32_t)view->target;
    near = place->role == SLANT_ROLE_TARGET || place->role == SLANT_ROLE_COREF ? 0 : near + 1;
    place->to_coref = near;
  }
  near = n;
  for (int32_t i = n - 1; i >= 0; i--) {
    slant_place *place = &view->places[i];
    near = place->role == SLANT_ROLE_TARGET || place->role == SLANT_ROLE_COREF ? 0 : near + 1;
    if (near < place->to_coref) place->to_coref = near;
  }
}

/* ---- clause ---- */
static bool ends_clause(const slant_place *place) {
  static const bool ends[256] = {
      [','] = 1, [';'] = 1, [':'] = 1, ['('] = 1, [')'] = 1, ['-'] = 1, ['"'] = 1, ['.'] = 1, ['?'] = 1, ['!'] = 1};
  return ends[(unsigned char)place->sign] || slant_place_is(place, SLANT_WORD_SPLIT);
}

static void find_clause(slant_view *view) {
  uint32_t from = view->target, to = view->target + 1;
  while (from > 0 && !ends_clause(&view->places[from - 1])) from--;
  while (to < view->n_places && !ends_clause(&view->places[to])) to++;
  view->clause_from = from;
  view->clause_to = to;
}

/* ---- speech ---- */
static void mark_quotes(slant_view *view) {
  bool inside = false;
  size_t quotes = 0, last = 0;
  for (size_t i = 0; i < view->n_places; i++) {
    if (view->places[i].sign == '"') {
      inside = !inside;
      quotes++;
      last = i;
    } else {
      view->places[i].quoted = inside;
    }
  }
  if (quotes == 1 && last + 4 > view->n_places) /* the quotation began in an earlier sentence */
    for (size_t i = 0; i < last; i++) view->places[i].quoted = 1;
  for (size_t i = 0; i < view->n_places; i++) view->has_quotes |= view->places[i].quoted;
}

/* Place of the verb that makes the target a speaker, or SLANT_ABSENT: within four words behind it, or directly before
 * it, or before its title. */
static uint32_t find_say_verb(const slant_view *view) {
  uint32_t t = view->target;
  for (uint32_t i = t + 1; i < view->n_places && i <= t + 4; i++) {
    char sign = view->places[i].sign;
    if (sign && strchr("\".;", sign)) break;
    if (slant_place_is(&view->places[i], SLANT_WORD_SAY)) return i;
  }
  if (t > 0 && slant_place_is(&view->places[t - 1], SLANT_WORD_SAY)) return t - 1;
  bool titled = t > 1 && (slant_place_is(&view->places[t - 1], SLANT_WORD_TITLE) ||
                          slant_str_is(form_of(view, slant_view_token(view, &view->places[t - 1])), "the"));
  return titled && slant_place_is(&view->places[t - 2], SLANT_WORD_SAY) ? t - 2 : SLANT_ABSENT;
}

static void mark_voices(slant_view *view) {
  mark_quotes(view);
  uint32_t verb = find_say_verb(view);
  view->target_speaks = verb != SLANT_ABSENT;
  for (uint32_t i = 0; i < view->n_places; i++) {
    slant_place *place = &view->places[i];
    if (i != verb && slant_place_is(place, SLANT_WORD_SAY)) view->others_speak = 1;
    bool reported = view->target_speaks && !view->has_quotes && (verb > view->target ? i > verb : i < verb);
    if (place->quoted || reported) place->voice = view->target_speaks ? SLANT_VOICE_TARGET : SLANT_VOICE_OTHERS;
    if (i + 3 >= view->target && i < view->target &&
        slant_str_is(form_of(view, slant_view_token(view, place)), "according"))
      view->according_to = 1;
  }
}

/* ---- units ---- */
static slant_mark mark_of(const slant_place *place) {
  switch (place->role) {
  case SLANT_ROLE_TARGET: return SLANT_MARK_TARGET;
  case SLANT_ROLE_COREF: return slant_place_is(place, SLANT_WORD_PRONOUN) ? SLANT_MARK_PRONOUN : SLANT_MARK_COREF;
  case SLANT_ROLE_ENTITY: return SLANT_MARK_ENTITY;
  default: return place->kind == SLANT_TOKEN_NUMBER ? SLANT_MARK_NUMBER : SLANT_MARK_NONE;
  }
}

static bool make_units(slant_view *view, size_t n) {
  if (n <= view->unit_capacity) return true;
  free(view->units);
  view->units = slant_alloc(n + n / 2, sizeof *view->units);
  view->unit_capacity = view->units ? n + n / 2 : 0;
  return view->unit_capacity;
}

/* The masked sentence: runs of names are one ENTITY; a name or short title that leads up to the target ("Sen.", a first
 * name) is left out. */
static bool add_masked_units(slant_view *view) {
  if (!make_units(view, SLANT_VIEW_PLACES + 2)) return false;
  slant_unit *unit = view->units;
  *unit++ = (slant_unit){view->mark_hash[SLANT_MARK_BEGIN], SLANT_ABSENT, SLANT_MARK_BEGIN};
  for (uint32_t i = 0; i < view->n_places; i++) {
    slant_mark mark = mark_of(&view->places[i]);
    if (mark == SLANT_MARK_ENTITY && unit[-1].mark == SLANT_MARK_ENTITY) continue;
    if (mark == SLANT_MARK_TARGET && unit[-1].mark == SLANT_MARK_ENTITY) unit--;
    if (mark == SLANT_MARK_TARGET) view->target_unit = (uint32_t)(unit - view->units);
    *unit++ =
        (slant_unit){mark ? view->mark_hash[mark] : slant_view_token(view, &view->places[i])->hash, i, (uint8_t)mark};
  }
  *unit++ = (slant_unit){view->mark_hash[SLANT_MARK_END], SLANT_ABSENT, SLANT_MARK_END};
  view->n_units = (size_t)(unit - view->units);
  return true;
}

static bool add_plain_units(slant_view *view) {
  const slant_document *document = view->document;
  uint32_t n = document->tokens ? document->n_tokens : 0; /* none: hashes suffice */
  if (!make_units(view, n)) return false;
  for (uint32_t i = 0; i < n; i++) view->units[i] = (slant_unit){document->tokens[i].hash, i, SLANT_MARK_NONE};
  view->n_units = n;
  return true;
}

static bool build_target(slant_view *view, const slant_words *words) {
  const slant_sentence *sentence = &view->document->sentences[view->document->tokens[view->first].sentence];
  uint32_t from = sentence->first, to = sentence->last;
  if (view->first - from > SLANT_VIEW_REACH) from = view->first - SLANT_VIEW_REACH;
  if (to > view->last && to - view->last > SLANT_VIEW_REACH) to = view->last + SLANT_VIEW_REACH;
  if (!add_places(view, from, to)) return false;
  mark_negation(view);
  mark_roles(view, words);
  mark_distances(view);
  find_clause(view);
  mark_voices(view);
  return add_masked_units(view);
}

/* Document mode: a token's number is its place's number, whether places were asked for or not. */
static bool build_document(slant_view *view, bool with_places) {
  view->n_places = 0;
  if (with_places) {
    if (!add_all_places(view)) return false;
    mark_negation(view);
  }
  return add_plain_units(view);
}

int slant_view_build(slant_view *view, const slant_resources *resources, slant_example example, bool with_places,
                     slant_error *error) {
  const slant_words *words = &resources->words;
  view->document = example.document;
  view->resources = resources;
  view->first = example.first;
  view->last = example.last;
  view->n_units = 0;
  view->target = 0;
  view->target_speaks = view->others_speak = view->has_quotes = view->according_to = view->target_is_pronoun = 0;
  bool target = view->mode == SLANT_MODE_TARGET;
  if (target && (example.first >= example.last || example.last > example.document->n_tokens))
    return slant_fail(error, SLANT_E_ARGUMENT, "the mention has no token in the text");
  bool ok = slant_word_types_open(&view->types, resources, view->mode);
  if (ok) ok = target ? build_target(view, words) : build_document(view, with_places);
  return ok ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for the features of a text");
}
