/*
 * Lexicon sums. A word's score is turned and damped by a negator among the three words before it (× -0.74) and scaled
 * by an intensifier or downtoner directly before it (constants of VADER: Hutto and Gilbert 2014).
 *
 * Target mode: of every lexicon the positive and negative sums over the regions of the sentence around the target, the
 * extremes, the last score and the sum behind a word of contrast; names are passed over, but what the lexicon says of
 * the target's own name and of the other names stands beside. What a sentence says of the target is a matter of where
 * the words stand: the same sums over the whole sentence know far less. Thirteen values tell of the sentence's build.
 * Document mode: sums, extremes and ends of the text, and counts of tags, names, signs, capitals and pronouns.
 */
#include "features/regions.h"
#include "features/stage.h"
#include "features/swar.h"

#include <math.h>

#define NEGATED (-0.74f)

/* Score of a place in one lexicon. Factors act on words; emoticons and signs count as they are. */
static float score(const slant_view *view, uint32_t i, uint32_t lexicon) {
  const slant_place *place = &view->places[i];
  if (!place->word || place->word->score[lexicon] == 0) return 0;
  float value = place->word->score[lexicon];
  if (place->negated) value *= NEGATED;
  if (i > 0 && view->places[i - 1].exact) value *= view->places[i - 1].exact->factor;
  return value;
}

/* First place behind the last word of contrast ("but"), n_places where there is none. */
static uint32_t contrast_of(const slant_view *view) {
  for (size_t i = view->n_places; i > 0; i--)
    if (slant_place_is(&view->places[i - 1], SLANT_WORD_CONTRAST)) return (uint32_t)i;
  return (uint32_t)view->n_places;
}

/* ---- target mode: each lexicon's regions, then its extras; at the end the sentence's build ---- */
typedef enum extra { MAXIMUM, MINIMUM, LAST, AFTER_CONTRAST, OWN_NAME, OTHER_NAMES, N_EXTRAS } extra;
static const char *const extras[N_EXTRAS] = {"maximum", "minimum", "last", "after but", "own name", "other names"};
static const char *const build[] = {"speaks",     "quoted",   "quotes",        "pronoun",  "according to",
                                    "others say", "position", "length",        "mentions", "names",
                                    "negation",   "negated",  "opens sentence"};
enum {
  N_REGION_SUMS = 2 * SLANT_N_REGIONS,
  N_PER_LEXICON = N_REGION_SUMS + N_EXTRAS,
  N_BUILD = sizeof build / sizeof *build
};

static void fill_build(const slant_view *view, float *out) {
  const slant_place *target = &view->places[view->target];
  float corefs = 0, names = 0, negated = 0, n = (float)view->n_places;
  for (size_t i = 0; i < view->n_places; i++) {
    uint8_t role = view->places[i].role;
    corefs += role == SLANT_ROLE_TARGET || role == SLANT_ROLE_COREF;
    negated = view->places[i].negated ? 1 : negated;
  }
  for (size_t u = 0; u < view->n_units; u++) names += view->units[u].mark == SLANT_MARK_ENTITY;
  const float values[N_BUILD] = {view->target_speaks,
                                 target->quoted,
                                 view->has_quotes,
                                 view->target_is_pronoun,
                                 view->according_to,
                                 view->others_speak,
                                 (float)view->target / n,
                                 (n < 60 ? n : 60) / 60,
                                 corefs / 3,
                                 names / 4,
                                 negated,
                                 target->negated,
                                 view->target == 0};
  memcpy(out, values, sizeof values);
}

/* What a lexicon says of names: mean over the words of the mention, and over the places of other names. */
static void fill_names(const slant_view *view, uint32_t n_lexicons, float *out) {
  const slant_words *words = &view->resources->words;
  float own = 1.0f / (float)(view->last - view->first), others = 0;
  for (uint32_t t = view->first; t < view->last; t++) {
    const slant_word *word = slant_words_find(words, view->document->tokens[t].hash);
    for (uint32_t k = 0; word && k < n_lexicons; k++)
      out[k * N_PER_LEXICON + N_REGION_SUMS + OWN_NAME] += word->score[k] * own;
  }
  for (size_t i = 0; i < view->n_places; i++) others += view->places[i].role == SLANT_ROLE_ENTITY;
  for (size_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    if (place->role != SLANT_ROLE_ENTITY || !place->exact) continue;
    for (uint32_t k = 0; k < n_lexicons; k++)
      out[k * N_PER_LEXICON + N_REGION_SUMS + OTHER_NAMES] += place->exact->score[k] / others;
  }
}

/* Adds one place's score in one lexicon to that lexicon's values. */
static void add_score(float *out, float value, const float *weights, bool contrasted) {
  float *beside = out + N_REGION_SUMS;
  for (int r = 0; r < SLANT_N_REGIONS; r++) out[2 * r + (value < 0)] += weights[r] * value;
  if (value > beside[MAXIMUM]) beside[MAXIMUM] = value;
  if (value < beside[MINIMUM]) beside[MINIMUM] = value;
  beside[LAST] = value;
  if (contrasted) beside[AFTER_CONTRAST] += value;
}

static void fill_target(const slant_view *view, float *out) {
  uint32_t n_lexicons = view->resources->words.n_lexicons, contrast = contrast_of(view);
  memset(out, 0, (size_t)n_lexicons * N_PER_LEXICON * sizeof *out);
  for (uint32_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    if (place->role != SLANT_ROLE_OTHER || !place->word || !place->type->scored) continue;
    float weights[SLANT_N_REGIONS];
    slant_region_weights(view, i, weights);
    for (uint32_t k = 0; k < n_lexicons; k++) {
      float value = score(view, i, k);
      if (value != 0) add_score(out + (size_t)k * N_PER_LEXICON, value, weights, i >= contrast);
    }
  }
  fill_names(view, n_lexicons, out);
  fill_build(view, out + (size_t)n_lexicons * N_PER_LEXICON);
}

/* ---- document mode: each lexicon's sums, then the signs ---- */
typedef enum sum { SUM, POSITIVE, NEGATIVE, HIGHEST, LOWEST, MEAN, FIRST_8, LAST_8, LAST_HIT, BEHIND_BUT, N_SUMS } sum;
static const char *const sums[N_SUMS] = {"sum",  "positive", "negative", "maximum", "minimum",
                                         "mean", "first 8",  "last 8",   "last",    "after but"};
static const char *const signs[] = {"hashtags",      "handles",   "!",        "?",        "links",
                                    "quotes",        "negators",  "capitals", "I and we", "you",
                                    "he, she, they", "emoticons", "ln length"};
enum { N_SIGNS = sizeof signs / sizeof *signs };

static void fill_sums(const slant_view *view, uint32_t lexicon, uint32_t contrast, float *out) {
  uint32_t n = (uint32_t)view->n_places, hits = 0;
  memset(out, 0, N_SUMS * sizeof *out);
  for (uint32_t i = 0; i < n; i++) {
    float value = score(view, i, lexicon);
    if (value == 0) continue;
    hits++;
    out[SUM] += value;
    out[value > 0 ? POSITIVE : NEGATIVE] += value;
    if (value > out[HIGHEST]) out[HIGHEST] = value;
    if (value < out[LOWEST]) out[LOWEST] = value;
    if (i < 8) out[FIRST_8] += value;
    if (i + 8 >= n) out[LAST_8] += value;
    out[LAST_HIT] = value;
    if (i >= contrast) out[BEHIND_BUT] += value;
  }
  out[MEAN] = hits ? out[SUM] / (float)hits : 0;
}

/* Short words, padded so that a comparison is one of eight bytes. */
enum { SHORT = 8 };
static const char of_us[][SHORT] = {"i", "me", "my", "mine", "we", "us", "our", "ours"};
static const char of_you[][SHORT] = {"you", "your", "yours", "u"};
enum { N_OF_US = sizeof of_us / SHORT, N_OF_YOU = sizeof of_you / SHORT };

static bool is_among(uint64_t form, const char words[][SHORT], size_t n) {
  uint64_t found = 0;
  for (size_t k = 0; k < n; k++) found |= slant_load8(words[k]) == form;
  return found;
}

/* The form of a token; 0: it is too long. */
static uint64_t short_form(const slant_view *view, const slant_token *token) {
  char form[SHORT] = "";
  if (token->form_len > SHORT) return 0;
  memcpy(form, view->document->forms.ptr + token->form, token->form_len);
  return slant_load8(form);
}

static void fill_signs(const slant_view *view, float *out) {
  for (int k = 0; k < N_SIGNS; k++) out[k] = 0;
  for (size_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    const slant_token *token = slant_view_token(view, place);
    char sign = place->sign;
    out[0] += token->kind == SLANT_TOKEN_HASHTAG;
    out[1] += token->kind == SLANT_TOKEN_HANDLE;
    out[2] += sign == '!';
    out[3] += sign == '?';
    out[4] += token->kind == SLANT_TOKEN_URL;
    out[5] += sign == '"';
    out[6] += slant_place_is(place, SLANT_WORD_NEGATOR);
    out[7] += (token->flags & SLANT_TOKEN_ALL_CAPS) && token->form_len > 2;
    const uint64_t form = short_form(view, token);
    out[8] += is_among(form, of_us, N_OF_US);
    out[9] += is_among(form, of_you, N_OF_YOU);
    out[10] += slant_place_is(place, SLANT_WORD_PRONOUN);
    out[11] += token->kind == SLANT_TOKEN_EMOTICON;
  }
  out[12] = logf(1 + (float)view->n_places);
}

static void fill_document(const slant_view *view, float *out) {
  uint32_t n_lexicons = view->resources->words.n_lexicons, contrast = contrast_of(view);
  for (uint32_t k = 0; k < n_lexicons; k++) fill_sums(view, k, contrast, out + (size_t)k * N_SUMS);
  fill_signs(view, out + (size_t)n_lexicons * N_SUMS);
}

/* ---- the stage ---- */
static uint32_t width(slant_mode mode, const slant_resources *resources) {
  uint32_t n = resources->words.n_lexicons;
  return mode == SLANT_MODE_TARGET ? n * N_PER_LEXICON + N_BUILD : n * N_SUMS + N_SIGNS;
}

static void fill(const slant_view *view, float *out) {
  if (view->mode == SLANT_MODE_TARGET)
    fill_target(view, out);
  else
    fill_document(view, out);
}

static void column(slant_mode mode, const slant_resources *resources, uint32_t index, slant_buffer *out) {
  uint32_t per = mode == SLANT_MODE_TARGET ? N_PER_LEXICON : N_SUMS, lexicon = index / per, i = index % per;
  if (lexicon >= resources->words.n_lexicons) {
    index -= resources->words.n_lexicons * per;
    slant_buffer_text(out, mode == SLANT_MODE_TARGET ? build[index] : signs[index]);
    return;
  }
  slant_buffer_format(out, "%s ", slant_words_lexicon(&resources->words, lexicon));
  if (mode == SLANT_MODE_DOCUMENT)
    slant_buffer_text(out, sums[i]);
  else if (i < N_REGION_SUMS)
    slant_buffer_format(out, "%s, %s", i % 2 ? "negative" : "positive", slant_region_names[i / 2]);
  else
    slant_buffer_text(out, extras[i - N_REGION_SUMS]);
}

static const slant_option options[] = {SLANT_STAGE_WEIGHT("0.05"), SLANT_STAGE_CLIP("5"), SLANT_OPTION_END};

const slant_stage slant_stage_lexicon = {.id = "lexicon",
                                         .version = 2,
                                         .options = options,
                                         .document = true,
                                         .target = true,
                                         .needs_places = true,
                                         .width = width,
                                         .fill = fill,
                                         .column = column};
