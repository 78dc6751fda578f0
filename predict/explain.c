#include <slant/explanation.h>

#include "predict/judge.h"

#include <math.h>
#include <stdlib.h>

#define SEEN UINT32_MAX /* in ranks: has a sum, and no rank yet */

typedef struct ranked_place {
  uint32_t rank; /* from 1 */
  slant_explained_place place;
} ranked_place;

struct slant_explainer {
  const slant_bundle *bundle;
  slant_judge *judge;
  double *sums;      /* by feature: its contribution, 0 between judgements */
  uint32_t *ranks;   /* by feature: 1 for the strongest, 0 for those that are not shown */
  uint32_t *touched; /* n_touched features that have a sum */
  uint32_t n_touched;
  ranked_place *places; /* n_places of the features with a rank */
  size_t n_places, place_capacity;
  bool failed;       /* a place found no memory */
  slant_arena arena; /* what one record's explanations are made of */
};

/* What one judgement's decision is between. */
typedef struct contest {
  const slant_bank *bank;
  const slant_model *model;
  uint32_t won, lost;         /* outputs of the model */
  double won_sign, lost_sign; /* of two classes the second is the first one's opposite; of a pair there is one output */
  double share;               /* of one mention in the judgement */
  double value;               /* kernel models: won - lost, of all mentions so far */
} contest;

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to explain a text");
}

int slant_explainer_new(slant_explainer **out, const slant_predictor *predictor, slant_error *error) {
  *out = NULL;
  slant_explainer *explainer = slant_alloc_zero(1, sizeof *explainer);
  if (!explainer) return no_memory(error);
  const slant_pipeline *pipeline = slant_bundle_pipeline(predictor->bundle);
  size_t n = (size_t)slant_pipeline_n_sparse(pipeline) + slant_pipeline_n_dense(pipeline);
  explainer->bundle = predictor->bundle;
  explainer->sums = slant_alloc_zero(n, sizeof *explainer->sums);
  explainer->ranks = slant_alloc_zero(n, sizeof *explainer->ranks);
  explainer->touched = slant_alloc(n, sizeof *explainer->touched);
  bool ok = explainer->sums && explainer->ranks && explainer->touched;
  int status = ok ? slant_judge_new(&explainer->judge, predictor, error) : no_memory(error);
  if (status) {
    slant_explainer_free(explainer);
  } else {
    explainer->judge->whole = true;
    *out = explainer;
  }
  return status;
}

void slant_explainer_free(slant_explainer *explainer) {
  if (!explainer) return;
  slant_judge_free(explainer->judge);
  slant_arena_free(&explainer->arena);
  free(explainer->sums);
  free(explainer->ranks);
  free(explainer->touched);
  free(explainer->places);
  free(explainer);
}

/* ---- sums ---- */
/* Whether the classes are compared by an output of their own for each two of them. */
static bool has_pairs(const slant_model *model) {
  return model->n_classes > 2 && (model->coding == SLANT_CODING_ONE_VS_ONE || model->coding == SLANT_CODING_VOTES);
}

static contest contest_of(const slant_explainer *explainer, const slant_judgement *judgement, uint32_t runner_up) {
  const slant_bank *bank = slant_bundle_find_bank(explainer->bundle, judgement->task);
  const slant_model *model = slant_bank_model(bank, judgement->model);
  uint32_t label = judgement->label, k = model->n_classes;
  contest out = {bank, model, 0, 0, 1, -1, 1, 0};
  if (has_pairs(model)) {
    uint32_t i = label < runner_up ? label : runner_up, j = label < runner_up ? runner_up : label;
    out.won = out.lost = i * k - i * (i + 1) / 2 + j - i - 1;
    out.won_sign = label < runner_up ? 1 : -1;
    out.lost_sign = 0;
  } else if (model->n_outputs == 1) {
    out.won_sign = label == 0 ? 1 : -1;
    out.lost_sign = -out.won_sign;
  } else {
    out.lost_sign = 1;
    out.won += label;
    out.lost += runner_up;
  }
  out.share = judgement->n_mentions ? 1.0 / judgement->n_mentions : 1;
  return out;
}

/* won - lost, of two weights, biases or outputs. */
static double difference(const contest *between, float won, float lost) {
  return between->won_sign * (double)won - between->lost_sign * (double)lost;
}

static void add_sum(slant_explainer *explainer, uint32_t feature, double contribution) {
  if (!explainer->ranks[feature]) {
    explainer->ranks[feature] = SEEN;
    explainer->touched[explainer->n_touched++] = feature;
  }
  explainer->sums[feature] += contribution;
}

static void add_value(slant_explainer *explainer, const contest *between, uint32_t feature, float value) {
  float won = slant_model_weight(between->bank, between->model, feature, between->won);
  float lost = slant_model_weight(between->bank, between->model, feature, between->lost);
  add_sum(explainer, feature, between->share * difference(between, won, lost) * (double)value);
}

static void add_vector(slant_explainer *explainer, const contest *between, const slant_vector *vector) {
  uint32_t dense = between->bank->n_sparse;
  for (uint32_t i = 0; i < vector->n_sparse; i++) add_value(explainer, between, vector->index[i], vector->value[i]);
  for (uint32_t i = 0; i < vector->n_dense; i++)
    if (vector->dense[i] != 0) add_value(explainer, between, dense + i, vector->dense[i]);
}

/* ---- kernel models: what a feature is worth is what its loss would cost ---- */
enum { AT_ONCE = 64 }; /* vectors that are scored together */

/* The vector without one of its values, of which the sparse ones come first. `room` is for a copy of its values. */
static slant_vector without(const slant_vector *vector, uint32_t left_out, float *room) {
  slant_vector out = *vector;
  bool sparse = left_out < vector->n_sparse;
  uint32_t n = sparse ? vector->n_sparse : vector->n_dense;
  memcpy(room, sparse ? vector->value : vector->dense, n * sizeof *room);
  room[sparse ? left_out : left_out - vector->n_sparse] = 0;
  if (sparse)
    out.value = room;
  else
    out.dense = room;
  return out;
}

static int add_left_out(slant_explainer *explainer, contest *between, const slant_vector *vector, slant_error *error) {
  uint32_t k = between->model->n_outputs, n = vector->n_sparse + vector->n_dense;
  size_t width = vector->n_sparse > vector->n_dense ? vector->n_sparse : vector->n_dense;
  float *room = slant_arena_alloc(&explainer->arena, AT_ONCE, width * sizeof *room);
  float *outputs = slant_arena_alloc(&explainer->arena, AT_ONCE, k * sizeof *outputs);
  if (!room || !outputs) return no_memory(error);
  slant_workspace *workspace = explainer->judge->workspace;
  int status = slant_model_outputs(between->bank, between->model, vector, 1, workspace, outputs, error);
  double whole = difference(between, outputs[between->won], outputs[between->lost]);
  between->value += between->share * whole;
  for (uint32_t from = 0; from < n && !status; from += AT_ONCE) {
    slant_vector variants[AT_ONCE];
    uint32_t count = n - from < AT_ONCE ? n - from : AT_ONCE;
    for (uint32_t i = 0; i < count; i++) variants[i] = without(vector, from + i, room + i * width);
    status = slant_model_outputs(between->bank, between->model, variants, count, workspace, outputs, error);
    for (uint32_t i = 0; i < count && !status; i++) {
      const float *row = outputs + (size_t)i * k;
      uint32_t at = from + i;
      uint32_t feature = at < vector->n_sparse ? vector->index[at] : between->bank->n_sparse + at - vector->n_sparse;
      add_sum(explainer, feature,
              between->share * (whole - difference(between, row[between->won], row[between->lost])));
    }
  }
  return status;
}

/* What the judgement was made from: a mention, or the whole text. */
static slant_example example_of(const slant_explainer *explainer, const slant_judgement *judgement, uint32_t mention) {
  slant_example out = {explainer->judge->document, 0, 0};
  if (judgement->n_mentions) {
    out.first = judgement->evidence[mention].first;
    out.last = judgement->evidence[mention].last;
  }
  return out;
}

static uint32_t n_examples(const slant_judgement *judgement) {
  return judgement->n_mentions ? judgement->n_mentions : 1;
}

static int add_up(slant_explainer *explainer, contest *between, const slant_judgement *judgement, slant_error *error) {
  for (uint32_t m = 0; m < n_examples(judgement); m++) {
    slant_vector vector;
    int status = slant_extract(explainer->judge->extractor, example_of(explainer, judgement, m), &vector, error);
    if (status) return status;
    if (!slant_model_uses_kernel(between->bank, between->model))
      add_vector(explainer, between, &vector);
    else if ((status = add_left_out(explainer, between, &vector, error)))
      return status;
  }
  return SLANT_OK;
}

/* ---- stages ---- */
static bool explain_stages(slant_explainer *explainer, slant_explanation *out) {
  const slant_pipeline *pipeline = slant_bundle_pipeline(explainer->bundle);
  out->n_stages = slant_pipeline_n_stages(pipeline);
  slant_explained_stage *stages = slant_arena_alloc(&explainer->arena, out->n_stages, sizeof *stages);
  if (!stages) return false;
  for (uint32_t s = 0; s < out->n_stages; s++) {
    slant_stage_range range = slant_pipeline_stage_range(pipeline, s);
    stages[s] = (slant_explained_stage){range.id, 0};
    for (uint32_t t = 0; t < explainer->n_touched; t++) {
      uint32_t feature = explainer->touched[t];
      if (feature >= range.first && feature < range.end) stages[s].contribution += explainer->sums[feature];
    }
  }
  out->stages = stages;
  return true;
}

/* ---- features ---- */
static int strongest_first(const void *left, const void *right) {
  const slant_explained_feature *a = left, *b = right;
  double x = fabs(a->contribution), y = fabs(b->contribution);
  if (x != y) return x < y ? 1 : -1;
  return a->feature < b->feature ? -1 : a->feature > b->feature;
}

/* The strongest features, without their places; they alone have a rank then. */
static slant_explained_feature *rank_features(slant_explainer *explainer, uint32_t top, uint32_t *n) {
  const slant_pipeline *pipeline = slant_bundle_pipeline(explainer->bundle);
  slant_explained_feature *features = slant_arena_alloc(&explainer->arena, explainer->n_touched, sizeof *features);
  *n = 0;
  if (!features) return NULL;
  for (uint32_t t = 0; t < explainer->n_touched; t++) {
    uint32_t feature = explainer->touched[t];
    explainer->ranks[feature] = 0;
    if (explainer->sums[feature] != 0)
      features[(*n)++] = (slant_explained_feature){.feature = feature, .contribution = explainer->sums[feature]};
  }
  qsort(features, *n, sizeof *features, strongest_first);
  if (*n > top) *n = top;
  for (uint32_t k = 0; k < *n; k++) {
    explainer->ranks[features[k].feature] = k + 1;
    features[k].name = slant_pipeline_feature_name(pipeline, features[k].feature);
  }
  return features;
}

static void take_place(void *context, slant_occurrence occurrence) {
  slant_explainer *explainer = context;
  uint32_t rank = explainer->ranks[occurrence.feature];
  if (!rank || explainer->failed) return;
  if (slant_grow(&explainer->places, &explainer->place_capacity, explainer->n_places, sizeof *explainer->places))
    explainer->places[explainer->n_places++] = (ranked_place){rank, {occurrence.point_from, occurrence.point_to}};
  else
    explainer->failed = true;
}

static int by_rank(const void *left, const void *right) {
  const ranked_place *a = left, *b = right;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  if (a->place.point_from != b->place.point_from) return a->place.point_from < b->place.point_from ? -1 : 1;
  return (a->place.point_to > b->place.point_to) - (a->place.point_to < b->place.point_to);
}

/* Deals the places that were found to their features, each once. */
static bool deal_places(slant_explainer *explainer, slant_explained_feature *features) {
  slant_explained_place *places = slant_arena_alloc(&explainer->arena, explainer->n_places, sizeof *places);
  if (!places || explainer->failed) return false;
  if (explainer->n_places) qsort(explainer->places, explainer->n_places, sizeof *explainer->places, by_rank);
  for (size_t i = 0; i < explainer->n_places; i++) {
    if (i && by_rank(&explainer->places[i - 1], &explainer->places[i]) == 0) continue;
    slant_explained_feature *feature = &features[explainer->places[i].rank - 1];
    if (!feature->n_places++) feature->places = places;
    *places++ = explainer->places[i].place;
  }
  return true;
}

static int explain_features(slant_explainer *explainer, uint32_t top, slant_explanation *out, slant_error *error) {
  const slant_judgement *judgement = out->judgement;
  slant_explained_feature *features = rank_features(explainer, top, &out->n_features);
  int status = features ? SLANT_OK : no_memory(error);
  explainer->n_places = 0;
  explainer->failed = false;
  for (uint32_t m = 0; !status && m < n_examples(judgement); m++)
    status = slant_extract_occurrences(explainer->judge->extractor, example_of(explainer, judgement, m), take_place,
                                       explainer, error);
  if (!status && !deal_places(explainer, features)) status = no_memory(error);
  out->features = features;
  return status;
}

/* ---- records ---- */
static uint32_t runner_up_of(const slant_judgement *judgement) {
  uint32_t best = judgement->label == 0;
  for (uint32_t c = 0; c < judgement->n_labels; c++)
    if (c != judgement->label && judgement->scores[c] > judgement->scores[best]) best = c;
  return best;
}

static void forget_sums(slant_explainer *explainer) {
  for (uint32_t t = 0; t < explainer->n_touched; t++) {
    explainer->sums[explainer->touched[t]] = 0;
    explainer->ranks[explainer->touched[t]] = 0;
  }
  explainer->n_touched = 0;
}

/* Bias and margin, once the contributions are there: margin = bias + their sum. */
static void balance(const contest *between, slant_explanation *out) {
  const slant_judgement *judgement = out->judgement;
  double sum = 0;
  for (uint32_t s = 0; s < out->n_stages; s++) sum += out->stages[s].contribution;
  out->margin = (double)judgement->scores[judgement->label] - (double)judgement->scores[out->runner_up];
  out->bias = difference(between, slant_model_bias(between->bank, between->model, between->won),
                         slant_model_bias(between->bank, between->model, between->lost));
  out->left_out = slant_model_uses_kernel(between->bank, between->model);
  if (has_pairs(between->model)) out->margin = out->left_out ? between->value : out->bias + sum;
  if (out->left_out) out->bias = out->margin - sum;
}

static int explain(slant_explainer *explainer, const slant_judgement *judgement, uint32_t top, slant_explanation *out,
                   slant_error *error) {
  uint32_t runner_up = runner_up_of(judgement);
  contest between = contest_of(explainer, judgement, runner_up);
  *out = (slant_explanation){.judgement = judgement, .runner_up = runner_up};
  int status = add_up(explainer, &between, judgement, error);
  if (!status && !explain_stages(explainer, out)) status = no_memory(error);
  if (!status) balance(&between, out);
  if (!status) status = explain_features(explainer, top, out, error);
  forget_sums(explainer);
  return status;
}

int slant_explain_record(slant_explainer *explainer, const slant_record *record, uint32_t top,
                         const slant_explanation **explanations, uint32_t *n_explanations, slant_error *error) {
  const slant_judgement *judgements;
  uint32_t n;
  *explanations = NULL;
  *n_explanations = 0;
  slant_arena_reset(&explainer->arena);
  int status = slant_judge_record(explainer->judge, record, &judgements, &n, error);
  if (status) return status;
  slant_explanation *out = slant_arena_alloc(&explainer->arena, n, sizeof *out);
  if (!out) return no_memory(error);
  for (uint32_t j = 0; j < n && !status; j++) status = explain(explainer, &judgements[j], top, &out[j], error);
  if (status) return status;
  *explanations = out;
  *n_explanations = n;
  return SLANT_OK;
}
