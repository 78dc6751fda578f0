/*
 * Lexicon sums. A word's score is turned and damped by a negator among the three words before it (× -0.74) and scaled
 * by an intensifier or downtoner directly before it (constants of VADER: Hutto and Gilbert 2014).
 *
 * Target mode: positive and negative sums of every lexicon over fifteen regions of the sentence around the target;
 * names are passed over. What a sentence says of the target is a matter of where the words stand: the same sums over
 * the whole sentence know far less. Thirteen values tell of the sentence's build. Document mode: sums, extremes and
 * ends of the text, and counts of tags, names, signs, capitals and pronouns.
 */
#include "features/stage.h"

#include <math.h>
#include <stdlib.h>

#define NEGATED (-0.74f)

typedef struct slant_region {
  const char *name;
  float (*weight)(const slant_view *view, uint32_t place); /* 0: outside */
} slant_region;

static int32_t distance(const slant_view *view, uint32_t i) {
  return view->places[i].to_target;
}

static float whole(const slant_view *view, uint32_t i) {
  (void)view, (void)i;
  return 1;
}
static float left(const slant_view *view, uint32_t i) {
  return distance(view, i) < 0;
}
static float right(const slant_view *view, uint32_t i) {
  return distance(view, i) > 0;
}
static float within3(const slant_view *view, uint32_t i) {
  return abs(distance(view, i)) <= 3;
}
static float within6(const slant_view *view, uint32_t i) {
  return abs(distance(view, i)) <= 6;
}
static float within10(const slant_view *view, uint32_t i) {
  return abs(distance(view, i)) <= 10;
}
static float left4(const slant_view *view, uint32_t i) {
  return distance(view, i) < 0 && distance(view, i) >= -4;
}
static float right4(const slant_view *view, uint32_t i) {
  return distance(view, i) > 0 && distance(view, i) <= 4;
}
static float right8(const slant_view *view, uint32_t i) {
  return distance(view, i) > 0 && distance(view, i) <= 8;
}
static float hyperbolic(const slant_view *view, uint32_t i) {
  return 1.0f / (1.0f + (float)abs(distance(view, i)));
}
static float decayed(const slant_view *view, uint32_t i) {
  return expf((float)-view->places[i].to_coref / 5.0f);
}
static float clause(const slant_view *view, uint32_t i) {
  return i >= view->clause_from && i < view->clause_to;
}
static float own_speech(const slant_view *view, uint32_t i) {
  return view->places[i].voice == SLANT_VOICE_TARGET;
}
static float others_speech(const slant_view *view, uint32_t i) {
  return view->places[i].voice == SLANT_VOICE_OTHERS;
}
static float author(const slant_view *view, uint32_t i) {
  return view->places[i].voice == SLANT_VOICE_AUTHOR;
}

static const slant_region regions[] = {{"all", whole},
                                       {"left", left},
                                       {"right", right},
                                       {"within 3", within3},
                                       {"within 6", within6},
                                       {"within 10", within10},
                                       {"left 4", left4},
                                       {"right 4", right4},
                                       {"right 8", right8},
                                       {"1/(1+d)", hyperbolic},
                                       {"exp(-d/5)", decayed},
                                       {"clause", clause},
                                       {"own speech", own_speech},
                                       {"others' speech", others_speech},
                                       {"author", author}};
static const char *const lexicons[SLANT_N_LEXICONS] = {"vader", "hu-liu", "afinn"};
static const char *const build[] = {"speaks",     "quoted",   "quotes",        "pronoun",  "according to",
                                    "others say", "position", "length",        "mentions", "names",
                                    "negation",   "negated",  "opens sentence"};
enum { N_REGIONS = sizeof regions / sizeof *regions, N_BUILD = sizeof build / sizeof *build };

/* Score of a place in one lexicon. Factors act on words; emoticons and signs count as they are. */
static float score(const slant_view *view, uint32_t i, int lexicon) {
  const slant_place *place = &view->places[i];
  if (!place->word || place->word->score[lexicon] == 0) return 0;
  float value = place->word->score[lexicon];
  if (place->negated) value *= NEGATED;
  if (i > 0 && view->places[i - 1].exact) value *= view->places[i - 1].exact->factor;
  return value;
}

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

static void fill_target(const slant_view *view, float *out) {
  enum { N_SUMS = N_REGIONS * SLANT_N_LEXICONS * 2 };
  for (int k = 0; k < N_SUMS; k++) out[k] = 0;
  for (uint32_t i = 0; i < view->n_places; i++) {
    if (view->places[i].role != SLANT_ROLE_OTHER || !view->places[i].word) continue;
    float scores[SLANT_N_LEXICONS];
    for (int k = 0; k < SLANT_N_LEXICONS; k++) scores[k] = score(view, i, k);
    for (int r = 0; r < N_REGIONS; r++) {
      float weight = regions[r].weight(view, i);
      if (weight == 0) continue;
      for (int k = 0; k < SLANT_N_LEXICONS; k++)
        out[(r * SLANT_N_LEXICONS + k) * 2 + (scores[k] < 0)] += weight * scores[k];
    }
  }
  fill_build(view, out + N_SUMS);
}

/* ---- document mode ---- */
static const char *const sums[] = {"sum", "positive", "negative", "maximum", "minimum", "mean", "first 8", "last 8"};
static const char *const signs[] = {"hashtags",      "handles",   "!",        "?",        "links",
                                    "quotes",        "negators",  "capitals", "I and we", "you",
                                    "he, she, they", "emoticons", "ln length"};
enum { N_SUM_KINDS = sizeof sums / sizeof *sums, N_SIGNS = sizeof signs / sizeof *signs };

static void fill_sums(const slant_view *view, int lexicon, float *out) {
  uint32_t n = (uint32_t)view->n_places, hits = 0;
  for (int k = 0; k < N_SUM_KINDS; k++) out[k] = 0;
  for (uint32_t i = 0; i < n; i++) {
    float value = score(view, i, lexicon);
    if (value == 0) continue;
    hits++;
    out[0] += value;
    out[value > 0 ? 1 : 2] += value;
    if (value > out[3]) out[3] = value;
    if (value < out[4]) out[4] = value;
    if (i < 8) out[6] += value;
    if (i + 8 >= n) out[7] += value;
  }
  out[5] = hits ? out[0] / (float)hits : 0;
}

static bool form_in(const slant_view *view, const slant_token *token, const char *words) {
  char padded[16] = " ";
  if (token->form_len > 8) return false;
  memcpy(padded + 1, view->document->forms.ptr + token->form, token->form_len);
  padded[token->form_len + 1] = ' ';
  return strstr(words, padded) != NULL;
}

static void fill_signs(const slant_view *view, float *out) {
  for (int k = 0; k < N_SIGNS; k++) out[k] = 0;
  for (size_t i = 0; i < view->n_places; i++) {
    const slant_place *place = &view->places[i];
    const slant_token *token = slant_view_token(view, place);
    char sign = token->kind == SLANT_TOKEN_PUNCTUATION ? view->document->text.ptr[token->from] : 0;
    out[0] += token->kind == SLANT_TOKEN_HASHTAG;
    out[1] += token->kind == SLANT_TOKEN_HANDLE;
    out[2] += sign == '!';
    out[3] += sign == '?';
    out[4] += token->kind == SLANT_TOKEN_URL;
    out[5] += sign == '"';
    out[6] += slant_place_is(place, SLANT_WORD_NEGATOR);
    out[7] += (token->flags & SLANT_TOKEN_ALL_CAPS) && token->form_len > 2;
    out[8] += form_in(view, token, " i me my mine we us our ours ");
    out[9] += form_in(view, token, " you your yours u ");
    out[10] += slant_place_is(place, SLANT_WORD_PRONOUN);
    out[11] += token->kind == SLANT_TOKEN_EMOTICON;
  }
  out[12] = logf(1 + (float)view->n_places);
}

static void fill_document(const slant_view *view, float *out) {
  for (int k = 0; k < SLANT_N_LEXICONS; k++) fill_sums(view, k, out + k * N_SUM_KINDS);
  fill_signs(view, out + SLANT_N_LEXICONS * N_SUM_KINDS);
}

/* ---- the stage ---- */
static uint32_t width(slant_mode mode) {
  return mode == SLANT_MODE_TARGET ? N_REGIONS * SLANT_N_LEXICONS * 2 + N_BUILD
                                   : SLANT_N_LEXICONS * N_SUM_KINDS + N_SIGNS;
}

static void fill(const slant_view *view, float *out) {
  if (view->mode == SLANT_MODE_TARGET)
    fill_target(view, out);
  else
    fill_document(view, out);
}

static void column(slant_mode mode, uint32_t index, slant_buffer *out) {
  if (mode == SLANT_MODE_TARGET) {
    uint32_t n_sums = N_REGIONS * SLANT_N_LEXICONS * 2, cell = index / 2;
    if (index < n_sums)
      slant_buffer_format(out, "%s %s, %s", lexicons[cell % SLANT_N_LEXICONS], index % 2 ? "negative" : "positive",
                          regions[cell / SLANT_N_LEXICONS].name);
    else
      slant_buffer_text(out, build[index - n_sums]);
  } else if (index < SLANT_N_LEXICONS * N_SUM_KINDS) {
    slant_buffer_format(out, "%s %s", lexicons[index / N_SUM_KINDS], sums[index % N_SUM_KINDS]);
  } else {
    slant_buffer_text(out, signs[index - SLANT_N_LEXICONS * N_SUM_KINDS]);
  }
}

static const slant_option options[] = {SLANT_STAGE_WEIGHT("0.05"),
                                       {"clip", 0, SLANT_OPTION_REAL, offsetof(slant_stage_options, clip), "5", 0.1,
                                        1000, NULL, "SD", "values are held within this many standard deviations"},
                                       SLANT_OPTION_END};

const slant_stage slant_stage_lexicon = {.id = "lexicon",
                                         .version = 1,
                                         .options = options,
                                         .document = true,
                                         .target = true,
                                         .needs_places = true,
                                         .width = width,
                                         .fill = fill,
                                         .column = column};
