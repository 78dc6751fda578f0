/*
 * What governs the target, by a shallow reading of the units beside it: the verb that follows it as its subject (past
 * appositions, auxiliaries and adverbs) with its objects, what it possesses, and the nearest content words before it
 * with the preposition between, of which it is the object. Words are emitted as they are and as the sign of their
 * lexicon score.
 */
#include "features/stage.h"

typedef enum slot {
  SUBJECT_OF,      /* the verb after the target */
  BEING,           /* the same, after a form of "be": passive or predicate */
  SUBJECT_OF_PAIR, /* the verb and its next word */
  OBJECT_OF_VERB,  /* content words behind that verb */
  VERB_AND_OBJECT, /* the verb and one of them */
  POSSESSES,       /* content words behind a possessive */
  GOVERNED_FIRST,  /* nearest content word before the target, with the preposition between */
  GOVERNED_SECOND, /* the next one */
  GOVERNED,        /* either, whatever the preposition */
  N_SLOTS
} slot;

static const char *const slot_names[N_SLOTS] = {"subject of",  "being",           "subject of",
                                                "object",      "verb and object", "possesses",
                                                "governed by", "second governor", "governor"};

enum {
  APPOSITION = 12, /* units of ", … ," that are skipped */
  BRACKETS = 8,    /* of "( … )" */
  OBJECTS = 3,     /* content words taken as objects … */
  OBJECT_REACH = 6 /* … among as many units */
};

/* What a feature is made of: packed into the (at, len) that names it. */
typedef struct feature {
  slot slot;
  bool negated, polar;    /* polar: signs instead of words */
  uint32_t first, second; /* units; second = 0: none (unit 0 is the mark of begin) */
} feature;

static uint32_t pack(const feature *f) {
  uint32_t distance = f->second > f->first ? f->second - f->first : f->first - f->second;
  bool before = f->second && f->second < f->first;
  return (uint32_t)f->slot | (uint32_t)f->negated << 8 | (uint32_t)f->polar << 9 | (uint32_t)before << 10 |
         (f->second ? distance << 16 : 0);
}

static feature unpack(uint32_t at, uint32_t len) {
  feature f = {(slot)(len & 0xff), len >> 8 & 1, len >> 9 & 1, at, 0};
  uint32_t distance = len >> 16;
  if (distance) f.second = len >> 10 & 1 ? at - distance : at + distance;
  return f;
}

static const slant_place *place_of(const slant_view *view, uint32_t unit) {
  const slant_unit *u = &view->units[unit];
  return u->place == SLANT_ABSENT ? NULL : &view->places[u->place];
}

static bool is(const slant_view *view, uint32_t unit, uint32_t classes) {
  return !view->units[unit].mark && slant_place_is(place_of(view, unit), classes);
}

static char sign_of(const slant_view *view, uint32_t unit) {
  return view->units[unit].mark ? 0 : place_of(view, unit)->sign;
}

static slant_str text_of(const slant_view *view, uint32_t unit) {
  return slant_view_unit_text(view, &view->units[unit]);
}

/* The sign of a unit's lexicon score as a word of its own, 0 where it has none. */
static int polarity_of(const slant_view *view, uint32_t unit) {
  return view->units[unit].mark ? 0 : place_of(view, unit)->polarity;
}

static uint64_t hash_of(const slant_view *view, uint32_t unit, bool polar) {
  return polar ? (uint64_t)(2 + polarity_of(view, unit)) : view->units[unit].hash;
}

static void emit_feature(slant_emitter *emitter, const slant_view *view, feature f) {
  uint64_t hash =
      slant_hash_chain((uint64_t)f.slot << 2 | (uint64_t)f.negated << 1 | f.polar, hash_of(view, f.first, f.polar));
  if (f.second) {
    bool polar = f.polar && f.slot == VERB_AND_OBJECT;
    hash = slant_hash_chain(hash, hash_of(view, f.second, polar));
  }
  slant_emit(emitter, hash, f.first, pack(&f));
}

/* The word, and the sign of its score where it has one. */
static void emit_both(slant_emitter *emitter, const slant_view *view, feature f) {
  emit_feature(emitter, view, f);
  f.polar = true;
  if (polarity_of(view, f.first)) emit_feature(emitter, view, f);
}

/* A word, or the mark that stands for a name, pronoun or number. */
static bool is_word(const slant_view *view, uint32_t unit) {
  uint8_t mark = view->units[unit].mark;
  if (mark) return mark != SLANT_MARK_BEGIN && mark != SLANT_MARK_END;
  return place_of(view, unit)->kind == SLANT_TOKEN_WORD;
}

static bool is_content(const slant_view *view, uint32_t unit) {
  return !view->units[unit].mark && !is(view, unit, SLANT_WORD_FUNCTION) && is_word(view, unit);
}

/* First unit behind `close`, looked for among `reach` units from `from`; `from` itself where there is none. */
static uint32_t past(const slant_view *view, uint32_t from, uint32_t reach, char close) {
  for (uint32_t u = from + 1; u < view->n_units && u < from + reach; u++)
    if (sign_of(view, u) == close) return u + 1;
  return from;
}

static void emit_possessed(slant_emitter *emitter, const slant_view *view, uint32_t from) {
  for (uint32_t u = from; u < view->n_units && u < from + OBJECTS; u++) {
    if (view->units[u].mark || !is_word(view, u)) return;
    emit_both(emitter, view, (feature){POSSESSES, false, false, u, 0});
  }
}

static bool is_skipped(const slant_view *view, uint32_t unit) {
  if (view->units[unit].mark) return false;
  slant_str text = text_of(view, unit);
  return is(view, unit, SLANT_WORD_AUXILIARY) || place_of(view, unit)->negator ||
         (text.len > 2 && memcmp(text.ptr + text.len - 2, "ly", 2) == 0);
}

static void emit_objects(slant_emitter *emitter, const slant_view *view, uint32_t verb) {
  uint32_t found = 0;
  for (uint32_t u = verb + 1; u < view->n_units && u <= verb + OBJECT_REACH && found < OBJECTS; u++) {
    char sign = sign_of(view, u);
    if ((sign && strchr(".,;\"", sign)) || view->units[u].mark == SLANT_MARK_END) return;
    if (!is_word(view, u) || is(view, u, SLANT_WORD_FUNCTION)) continue;
    emit_both(emitter, view, (feature){OBJECT_OF_VERB, false, false, u, 0});
    emit_feature(emitter, view, (feature){VERB_AND_OBJECT, false, false, verb, u});
    if (polarity_of(view, u)) emit_feature(emitter, view, (feature){VERB_AND_OBJECT, false, true, verb, u});
    found++;
  }
}

static void emit_right(slant_emitter *emitter, const slant_view *view) {
  uint32_t u = view->target_unit + 1, n = (uint32_t)view->n_units;
  if (u < n && slant_str_is(text_of(view, u), "'s")) {
    emit_possessed(emitter, view, u + 1);
    return;
  }
  if (u < n && sign_of(view, u) == ',') u = past(view, u, APPOSITION, ',');
  if (u < n && sign_of(view, u) == '(') u = past(view, u, BRACKETS, ')');
  if (u < n && !view->units[u].mark && slant_str_is(text_of(view, u), "who")) u++;
  bool negated = false, being = false;
  for (; u < n && is_skipped(view, u); u++) {
    negated |= place_of(view, u)->negator;
    being |= is(view, u, SLANT_WORD_BE);
  }
  if (u >= n || !is_word(view, u)) return;
  emit_both(emitter, view, (feature){SUBJECT_OF, negated, false, u, 0});
  if (being) emit_both(emitter, view, (feature){BEING, negated, false, u, 0});
  if (u + 1 < n) emit_feature(emitter, view, (feature){SUBJECT_OF_PAIR, negated, false, u, u + 1});
  emit_objects(emitter, view, u);
}

static void emit_left(slant_emitter *emitter, const slant_view *view) {
  uint32_t preposition = 0, found = 0;
  for (uint32_t u = view->target_unit; u-- > 1 && found < 2;) {
    char sign = sign_of(view, u);
    if (sign && strchr(",.;\"", sign)) return;
    if (is_content(view, u) && !is(view, u, SLANT_WORD_TITLE)) {
      emit_both(emitter, view, (feature){found ? GOVERNED_SECOND : GOVERNED_FIRST, false, false, u, preposition});
      emit_feature(emitter, view, (feature){GOVERNED, false, false, u, 0});
      found++;
    } else if (!preposition && is(view, u, SLANT_WORD_PREPOSITION)) {
      preposition = u;
    }
  }
}

static void emit_verbs(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  (void)options;
  emit_right(emitter, view);
  emit_left(emitter, view);
}

static void name_word(const slant_view *view, uint32_t unit, bool polar, slant_buffer *out) {
  static const char *const signs[] = {"NEGATIVE", "NEUTRAL", "POSITIVE"};
  slant_buffer_char(out, ' ');
  if (polar)
    slant_buffer_text(out, signs[1 + polarity_of(view, unit)]);
  else
    slant_buffer_str(out, text_of(view, unit));
}

static void name_verb(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out) {
  feature f = unpack(at, len);
  slant_buffer_text(out, slot_names[f.slot]);
  if (f.negated) slant_buffer_text(out, " not");
  name_word(view, f.first, f.polar, out);
  if (f.second) name_word(view, f.second, f.polar && f.slot == VERB_AND_OBJECT, out);
}

static slant_span span_verb(const slant_view *view, uint32_t at, uint32_t len) {
  feature f = unpack(at, len);
  return slant_view_units_span(view, f.first, f.second ? f.second : f.first);
}

static const slant_option options[] = {SLANT_STAGE_TF, SLANT_STAGE_MIN_DF, SLANT_STAGE_WEIGHT("1"), SLANT_OPTION_END};

const slant_stage slant_stage_verb = {.id = "verb",
                                      .version = 1,
                                      .options = options,
                                      .target = true,
                                      .emit = emit_verbs,
                                      .name = name_verb,
                                      .span = span_verb};
