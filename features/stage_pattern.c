/*
 * Patterns around the target: the units beside it, each reduced to what matters of it. Function words, signs, negators
 * and marks stand for themselves, words with a lexicon score become POSITIVE or NEGATIVE, speech verbs SAY, all others
 * X. A pattern spans the target with up to REACH units in all; a second kind of pattern looks at the sequence without
 * function words and X, and so reaches further.
 */
#include "features/stage.h"

enum {
  REACH = 6, /* units of a pattern beside the target */
  SIDE = 5,  /* and on one side of it */
  REDUCED_SIDE = 3 /* of the reduced sequence: as many on each side … */,
  REDUCED_REACH = 4 /* … and in all */
};
#define REDUCED (UINT32_C(1) << 31) /* in the length that a name is made from */

typedef struct item {
  uint64_t hash;
  const char *class; /* NULL: the unit's own text */
  uint32_t unit;
} item;

/* Items around the target; items[target] is the target's. */
typedef struct sequence {
  item items[2 * SIDE + 1];
  uint32_t n, target;
} sequence;

static const char *const class_names[] = {"POSITIVE", "NEGATIVE", "SAY", "X"};
enum { POSITIVE, NEGATIVE, SAY, OTHER };

static item item_of(const slant_view *view, uint32_t unit) {
  const slant_unit *u = &view->units[unit];
  item out = {u->hash, NULL, unit};
  if (u->mark) return out;
  const slant_place *place = &view->places[u->place];
  const int8_t polarity = place->polarity;
  int class = OTHER;
  if (place->kind == SLANT_TOKEN_PUNCTUATION || place->negator || slant_place_is(place, SLANT_WORD_FUNCTION))
    return out;
  if (polarity)
    class = polarity > 0 ? POSITIVE : NEGATIVE;
  else if (slant_place_is(place, SLANT_WORD_SAY))
    class = SAY;
  out.class = class_names[class];
  out.hash = (uint64_t) class + 1;
  return out;
}

static void find_neighbours(const slant_view *view, sequence *out) {
  uint32_t t = view->target_unit, n = (uint32_t)view->n_units;
  uint32_t from = t > SIDE ? t - SIDE : 0, to = n - t > SIDE + 1 ? t + SIDE + 1 : n;
  out->n = 0;
  out->target = t - from;
  for (uint32_t u = from; u < to; u++) out->items[out->n++] = item_of(view, u);
}

static bool stays(const slant_view *view, const item *it) {
  const slant_unit *unit = &view->units[it->unit];
  if (unit->mark) return unit->mark == SLANT_MARK_ENTITY;
  if (it->class) return it->class != class_names[OTHER];
  return view->places[unit->place].negator;
}

static void find_reduced(const slant_view *view, sequence *out) {
  item left[REDUCED_SIDE];
  uint32_t n_left = 0;
  for (uint32_t u = view->target_unit; u > 0 && n_left < REDUCED_SIDE; u--) {
    item it = item_of(view, u - 1);
    if (stays(view, &it)) left[n_left++] = it;
  }
  out->n = 0;
  while (n_left) out->items[out->n++] = left[--n_left];
  out->target = out->n;
  out->items[out->n++] = item_of(view, view->target_unit);
  for (uint32_t u = view->target_unit + 1; u < view->n_units && out->n <= out->target + REDUCED_SIDE; u++) {
    item it = item_of(view, u);
    if (stays(view, &it)) out->items[out->n++] = it;
  }
}

/* Every run of items that holds the target and at most `reach` others. */
static void emit_runs(slant_emitter *emitter, const sequence *s, uint32_t reach, uint32_t flag) {
  for (uint32_t from = 0; from <= s->target; from++) {
    uint64_t hash = flag ? REDUCED : 0;
    for (uint32_t to = from; to < s->n && to - from <= reach; to++) {
      hash = slant_hash_chain(hash, s->items[to].hash);
      if (to >= s->target && to > from) slant_emit(emitter, hash, from, (to - from + 1) | flag);
    }
  }
}

static void emit_patterns(slant_emitter *emitter, const slant_view *view, const slant_stage_options *options) {
  (void)options;
  sequence s;
  find_neighbours(view, &s);
  emit_runs(emitter, &s, REACH, 0);
  find_reduced(view, &s);
  emit_runs(emitter, &s, REDUCED_REACH, REDUCED);
}

static void name_pattern(const slant_view *view, uint32_t at, uint32_t len, slant_buffer *out) {
  sequence s;
  if (len & REDUCED) {
    find_reduced(view, &s);
    slant_buffer_text(out, "... ");
  } else {
    find_neighbours(view, &s);
  }
  len &= ~REDUCED;
  for (uint32_t i = at; i < at + len && i < s.n; i++) {
    if (i > at) slant_buffer_char(out, ' ');
    if (s.items[i].class)
      slant_buffer_text(out, s.items[i].class);
    else
      slant_buffer_str(out, slant_view_unit_text(view, &view->units[s.items[i].unit]));
  }
}

static slant_span span_pattern(const slant_view *view, uint32_t at, uint32_t len) {
  sequence s;
  if (len & REDUCED)
    find_reduced(view, &s);
  else
    find_neighbours(view, &s);
  len &= ~REDUCED;
  return slant_view_units_span(view, s.items[at].unit, s.items[at + len - 1].unit);
}

static const slant_option options[] = {SLANT_STAGE_TF, SLANT_STAGE_MIN_DF, SLANT_STAGE_WEIGHT("1"), SLANT_OPTION_END};

const slant_stage slant_stage_pattern = {.id = "pattern",
                                         .version = 1,
                                         .options = options,
                                         .target = true,
                                         .emit = emit_patterns,
                                         .name = name_pattern,
                                         .span = span_pattern};
