/*
 * Word vectors of the text around the target, summed by region and laid out by position.
 *
 * A word's vector is weighted by a / (a + p(w)), p(w) its frequency (SIF: Arora, Liang and Ma 2017), and turned and
 * halved where it is negated; function words, titles, names and signs are passed over. Every sum is brought to unit
 * length. Target mode: REGION sums over the regions below, the names beside, the mention, and the vectors of the two
 * nearest content words before the target and the three behind it. Document mode: the sum of the whole text.
 */
#include "features/regions.h"
#include "features/stage.h"

#define NEGATED (-0.5F)

enum { BEFORE = 2, BEHIND = 3, REACH_BEFORE = 8, REACH_BEHIND = 10 };

typedef enum part {
  ALL,
  LEFT_7,
  RIGHT_7,
  CLAUSE,
  SPEECH,
  LEFT_3,
  RIGHT_3,
  DECAYED,
  OTHER_NAMES,
  MENTION,
  POSITIONS
} part;
enum { N_PARTS = POSITIONS + BEFORE + BEHIND };
static const char *const part_names[N_PARTS] = {"all",     "left 7",  "right 7", "clause",      "speech",
                                                "left 3",  "right 3", "decayed", "other names", "mention",
                                                "word -1", "word -2", "word +1", "word +2",     "word +3"};

/* The vector of any token of the text, and its weight; NULL: unknown. */
static const float *vector_of(const slant_view *view, uint32_t token, float *weight) {
  const slant_embedding *vectors = &view->resources->vectors;
  uint32_t row;
  const float *vector = slant_embedding_find(vectors, view->document->tokens[token].hash, &row);
  if (vector) *weight = slant_embedding_weight(vectors, row, view->mode);
  return vector;
}

static bool is_content(const slant_place *place) {
  return place->role == SLANT_ROLE_OTHER && place->kind == SLANT_TOKEN_WORD &&
         !slant_place_is(place, SLANT_WORD_FUNCTION | SLANT_WORD_TITLE);
}

/* Words with their vectors and weights, in the order of the text. */
enum { MAX_WORDS = SLANT_VIEW_PLACES };
typedef struct words {
  const float *vector[MAX_WORDS];
  float weight[MAX_WORDS];
  uint32_t place[MAX_WORDS];
  uint32_t n;
} words;

static void add_word(words *list, const float *vector, float weight, uint32_t place) {
  list->vector[list->n] = vector;
  list->weight[list->n] = weight;
  list->place[list->n++] = place;
}

/* Content words that have a vector. */
static void find_content(const slant_view *view, words *out) {
  out->n = 0;
  for (uint32_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    if (!is_content(place) || !place->type->vector) continue;
    const float weight = place->type->weight;
    add_word(out, place->type->vector, place->negated ? weight * NEGATED : weight, i);
  }
}

/* Sums the words whose places are in [from, to). */
static void sum_between(const slant_view *view, const words *list, int64_t from, int64_t to, float *out) {
  uint32_t first = 0, last = list->n;
  while (first < last && list->place[first] < from) first++;
  while (last > first && list->place[last - 1] >= to) last--;
  view->dense->add(out, list->vector + first, list->weight + first, last - first, view->resources->vectors.dim);
}

static void sum_all(const slant_view *view, const words *list, float *out) {
  view->dense->add(out, list->vector, list->weight, list->n, view->resources->vectors.dim);
}

/* Weights anew: a word's own, less the further the next name or pronoun of the target is. */
static void sum_decayed(const slant_view *view, const words *content, float *out) {
  words decayed;
  decayed.n = 0;
  for (uint32_t k = 0; k < content->n; k++) {
    const slant_place *place = &view->places[content->place[k]];
    add_word(&decayed, content->vector[k], content->weight[k] * view->decay_4[place->to_coref], content->place[k]);
  }
  sum_all(view, &decayed, out);
}

static void sum_speech(const slant_view *view, const words *content, float *out) {
  words speech;
  speech.n = 0;
  for (uint32_t k = 0; k < content->n; k++)
    if (view->places[content->place[k]].voice != SLANT_VOICE_AUTHOR)
      add_word(&speech, content->vector[k], content->weight[k], content->place[k]);
  sum_all(view, &speech, out);
}

static void fill_regions(const slant_view *view, const words *content, float *out) {
  const uint32_t dim = view->resources->vectors.dim;
  const int64_t target = view->target;
  sum_all(view, content, out + (size_t)ALL * dim);
  sum_between(view, content, target - 7, target, out + (size_t)LEFT_7 * dim);
  sum_between(view, content, target + 1, target + 8, out + (size_t)RIGHT_7 * dim);
  sum_between(view, content, view->clause_from, view->clause_to, out + (size_t)CLAUSE * dim);
  sum_between(view, content, target - 3, target, out + (size_t)LEFT_3 * dim);
  sum_between(view, content, target + 1, target + 4, out + (size_t)RIGHT_3 * dim);
  sum_speech(view, content, out + (size_t)SPEECH * dim);
  sum_decayed(view, content, out + (size_t)DECAYED * dim);
}

static void fill_names(const slant_view *view, float *out) {
  const uint32_t dim = view->resources->vectors.dim;
  words names;
  names.n = 0;
  float weight;
  for (uint32_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    if (place->role == SLANT_ROLE_ENTITY && place->type->vector) add_word(&names, place->type->vector, 1, i);
  }
  sum_all(view, &names, out + (size_t)OTHER_NAMES * dim);
  out += (size_t)MENTION * dim;
  for (uint32_t t = view->first; t < view->last; t++) { /* a name is short, but a span that a user gives may be long */
    const float *vector = vector_of(view, t, &weight);
    const float one = 1;
    if (vector) view->dense->add(out, &vector, &one, 1, dim);
  }
}

/* The nearest content words on one side, each in a slot of its own. */
static void fill_side(const slant_view *view, const words *content, int step, int reach, uint32_t slots, float *out) {
  const uint32_t dim = view->resources->vectors.dim;
  uint32_t n = content->n, filled = 0;
  for (uint32_t k = 0; k < n && filled < slots; k++) {
    uint32_t i = step > 0 ? k : n - 1 - k, at = content->place[i];
    const slant_place *place = &view->places[at];
    int d = step * place->to_target;
    if (d <= 0 || slant_place_is(place, SLANT_WORD_AUXILIARY)) continue;
    if (d > reach) break;
    const float weight = place->negated ? NEGATED : 1;
    view->dense->add(out + (size_t)filled++ * dim, &content->vector[i], &weight, 1, dim);
  }
}

static void fill_target(const slant_view *view, float *out) {
  uint32_t dim = view->resources->vectors.dim;
  words content;
  memset(out, 0, (size_t)N_PARTS * dim * sizeof *out);
  find_content(view, &content);
  fill_regions(view, &content, out);
  fill_names(view, out);
  for (uint32_t p = 0; p < POSITIONS; p++) view->dense->to_unit(out + (size_t)p * dim, dim);
  fill_side(view, &content, -1, REACH_BEFORE, BEFORE, out + (size_t)POSITIONS * dim);
  fill_side(view, &content, 1, REACH_BEHIND, BEHIND, out + (size_t)(POSITIONS + BEFORE) * dim);
}

static void fill_document(const slant_view *view, float *out) {
  const uint32_t dim = view->resources->vectors.dim, n = view->document->n_tokens;
  words some;
  some.n = 0;
  memset(out, 0, dim * sizeof *out);
  for (uint32_t t = 0; t < n; t++) {
    float weight;
    const float *vector = vector_of(view, t, &weight);
    if (vector) add_word(&some, vector, weight, t);
    if (some.n < MAX_WORDS && t + 1 < n) continue;
    sum_all(view, &some, out);
    some.n = 0;
  }
  view->dense->to_unit(out, dim);
}

static uint32_t width(slant_mode mode, const slant_resources *resources) {
  return resources->vectors.dim * (mode == SLANT_MODE_TARGET ? N_PARTS : 1);
}

static void fill(const slant_view *view, float *out) {
  if (!view->resources->vectors.dim) return;
  if (view->mode == SLANT_MODE_TARGET)
    fill_target(view, out);
  else
    fill_document(view, out);
}

static void column(slant_mode mode, const slant_resources *resources, uint32_t index, slant_buffer *out) {
  uint32_t dim = resources->vectors.dim;
  slant_buffer_format(out, "%s, %u", mode == SLANT_MODE_TARGET ? part_names[index / dim] : "text", index % dim + 1);
}

static uint32_t sharing(const slant_resources *resources) {
  return resources->vectors.dim;
}

static const slant_option options[] = {SLANT_STAGE_WEIGHT("0.3"), SLANT_STAGE_CLIP("5"), SLANT_OPTION_END};

const slant_stage slant_stage_vectors = {.id = "vectors",
                                         .version = 2,
                                         .options = options,
                                         .document = true,
                                         .target = true,
                                         .needs = "word vectors: give their file with --vectors",
                                         .width = width,
                                         .fill = fill,
                                         .sharing = sharing,
                                         .column = column};
