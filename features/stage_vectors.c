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

#include <math.h>

#define SMOOTH      0.003F /* a of SIF in target mode, */
#define SMOOTH_TEXT 0.001F /* and for whole texts */
#define NEGATED     (-0.5F)

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

static void add(float *out, const float *vector, float weight, uint32_t dim) {
  for (uint32_t d = 0; d < dim; d++) out[d] += weight * vector[d];
}

static void to_unit(float *vector, uint32_t dim) {
  double squares = 0;
  for (uint32_t d = 0; d < dim; d++) squares += (double)vector[d] * (double)vector[d];
  float factor = squares > 1e-12 ? (float)(1 / sqrt(squares)) : 0;
  for (uint32_t d = 0; d < dim; d++) vector[d] *= factor;
}

/* The vector of a token and its SIF weight; NULL: unknown. */
static const float *vector_of(const slant_view *view, const slant_token *token, float smooth, float *weight) {
  const slant_embedding *vectors = &view->resources->vectors;
  uint32_t row;
  const float *vector = slant_embedding_find(vectors, token->hash, &row);
  if (vector) *weight = smooth / (smooth + vectors->frequency[row]);
  return vector;
}

static bool is_content(const slant_view *view, const slant_place *place) {
  return place->role == SLANT_ROLE_OTHER && slant_view_token(view, place)->kind == SLANT_TOKEN_WORD &&
         !slant_place_is(place, SLANT_WORD_FUNCTION | SLANT_WORD_TITLE);
}

static void add_regions(const slant_view *view, uint32_t i, const float *vector, float weight, uint32_t dim,
                        float *out) {
  const slant_place *place = &view->places[i];
  int32_t d = place->to_target;
  const float weights[] = {[ALL] = 1,
                           [LEFT_7] = d < 0 && d >= -7,
                           [RIGHT_7] = d > 0 && d <= 7,
                           [CLAUSE] = i >= view->clause_from && i < view->clause_to,
                           [SPEECH] = place->voice != SLANT_VOICE_AUTHOR,
                           [LEFT_3] = d < 0 && d >= -3,
                           [RIGHT_3] = d > 0 && d <= 3,
                           [DECAYED] = expf((float)-place->to_coref / 4)};
  for (uint32_t r = 0; r <= DECAYED; r++)
    if (weights[r] > 0) add(out + (size_t)r * dim, vector, weight * weights[r], dim);
}

static void fill_names(const slant_view *view, uint32_t dim, float *out) {
  float weight;
  for (size_t i = 0; i < view->n_places; i++) {
    if (view->places[i].role != SLANT_ROLE_ENTITY) continue;
    const float *vector = vector_of(view, slant_view_token(view, &view->places[i]), SMOOTH, &weight);
    if (vector) add(out + (size_t)OTHER_NAMES * dim, vector, 1, dim);
  }
  for (uint32_t t = view->first; t < view->last; t++) {
    const float *vector = vector_of(view, &view->document->tokens[t], SMOOTH, &weight);
    if (vector) add(out + (size_t)MENTION * dim, vector, 1, dim);
  }
}

/* The nearest content words on one side, each in a slot of its own. */
static void fill_side(const slant_view *view, int step, int reach, uint32_t slots, uint32_t dim, float *out) {
  int64_t at = (int64_t)view->target + step;
  for (int d = 1; d <= reach && slots && at >= 0 && at < (int64_t)view->n_places; d++, at += step) {
    const slant_place *place = &view->places[at];
    float weight;
    if (!is_content(view, place) || slant_place_is(place, SLANT_WORD_AUXILIARY)) continue;
    const float *vector = vector_of(view, slant_view_token(view, place), SMOOTH, &weight);
    if (!vector) continue;
    add(out, vector, place->negated ? NEGATED : 1, dim);
    out += dim;
    slots--;
  }
}

static void fill_target(const slant_view *view, float *out) {
  uint32_t dim = view->resources->vectors.dim;
  memset(out, 0, (size_t)N_PARTS * dim * sizeof *out);
  for (uint32_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    float weight;
    if (!is_content(view, place)) continue;
    const float *vector = vector_of(view, slant_view_token(view, place), SMOOTH, &weight);
    if (vector) add_regions(view, i, vector, place->negated ? weight * NEGATED : weight, dim, out);
  }
  fill_names(view, dim, out);
  for (uint32_t p = 0; p < POSITIONS; p++) to_unit(out + (size_t)p * dim, dim);
  fill_side(view, -1, REACH_BEFORE, BEFORE, dim, out + (size_t)POSITIONS * dim);
  fill_side(view, 1, REACH_BEHIND, BEHIND, dim, out + (size_t)(POSITIONS + BEFORE) * dim);
}

static void fill_document(const slant_view *view, float *out) {
  uint32_t dim = view->resources->vectors.dim;
  memset(out, 0, dim * sizeof *out);
  for (uint32_t t = 0; t < view->document->n_tokens; t++) {
    float weight;
    const float *vector = vector_of(view, &view->document->tokens[t], SMOOTH_TEXT, &weight);
    if (vector) add(out, vector, weight, dim);
  }
  to_unit(out, dim);
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
                                         .version = 1,
                                         .options = options,
                                         .document = true,
                                         .target = true,
                                         .needs = "word vectors: give their file with --vectors",
                                         .width = width,
                                         .fill = fill,
                                         .sharing = sharing,
                                         .column = column};
