#include "train/calibrate.h"

#include "common/memory.h"
#include "train/calibrators.h"
#include "train/folds.h"

#include <math.h>
#include <slant/model.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 5, MATRIX_CLASSES = 16 };

uint32_t slant_argmax(const double *scores, uint32_t n_classes) {
  uint32_t best = 0;
  for (uint32_t c = 1; c < n_classes; c++)
    if (scores[c] > scores[best]) best = c;
  return best;
}

/* ---- the examples that were held out ---- */
typedef struct calibration_work {
  slant_scored all;
  double *scores;               /* all.scores */
  uint32_t *gold, *group;       /* all.gold */
  double *part_scores;          /* those that a fold learns from */
  uint32_t *part_gold;          /* likewise */
  slant_folds folds;            /* of the calibration */
  float *values;                /* of one fit */
  float *probabilities, *spare; /* all.n × n_classes: of the best kind so far, and of the one that is tried */
  double *loss, *spare_loss;    /* all.n: -ln p(gold) of both */
} calibration_work;

static bool is_held_out(const double *scores, uint32_t n_classes) {
  for (uint32_t c = 0; c < n_classes; c++)
    if (!isfinite(scores[c])) return false;
  return true;
}

static int no_memory(size_t n, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to calibrate on %zu examples", n);
}

static int gather(calibration_work *work, const slant_calibrate_input *input, slant_error *error) {
  size_t n = input->n, k = input->n_classes, row = k * sizeof(double);
  work->scores = slant_alloc(n, row);
  work->part_scores = slant_alloc(n, row);
  work->gold = slant_alloc(n, sizeof *work->gold);
  work->group = slant_alloc(n, sizeof *work->group);
  work->part_gold = slant_alloc(n, sizeof *work->part_gold);
  work->values = slant_alloc(slant_calibrator_room(input->n_classes), sizeof *work->values);
  work->probabilities = slant_alloc(n, k * sizeof *work->probabilities);
  work->spare = slant_alloc(n, k * sizeof *work->spare);
  work->loss = slant_alloc(n, sizeof *work->loss);
  work->spare_loss = slant_alloc(n, sizeof *work->spare_loss);
  if (!work->scores || !work->part_scores || !work->gold || !work->group || !work->part_gold || !work->values ||
      !work->probabilities || !work->spare || !work->loss || !work->spare_loss)
    return no_memory(n, error);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    if (!is_held_out(input->scores + i * k, input->n_classes)) continue;
    memcpy(work->scores + kept * k, input->scores + i * k, row);
    work->gold[kept] = input->gold[i];
    work->group[kept++] = input->group[i];
  }
  work->all = (slant_scored){work->scores, work->gold, kept, input->n_classes};
  return SLANT_OK;
}

static void free_work(calibration_work *work) {
  free(work->scores);
  free(work->part_scores);
  free(work->gold);
  free(work->group);
  free(work->part_gold);
  slant_folds_free(&work->folds);
  free(work->values);
  free(work->probabilities);
  free(work->spare);
  free(work->loss);
  free(work->spare_loss);
}

/* ---- one kind, judged ---- */
/* Whether there are examples enough for a kind: about ten for every number it has, and some of every class. */
static bool is_allowed(const slant_scored *data, uint32_t kind) {
  size_t rarest = data->n, k = data->n_classes;
  size_t counts[SLANT_MAX_CLASSES] = {0};
  for (size_t i = 0; i < data->n; i++) counts[data->gold[i]]++;
  for (size_t c = 0; c < k; c++)
    if (counts[c] < rarest) rarest = counts[c];
  switch (kind) {
  case SLANT_CALIBRATION_SIGMOID: return rarest >= 10 && data->n >= 20 * slant_calibration_curves(data->n_classes);
  case SLANT_CALIBRATION_MATRIX: /* of two classes it is the sigmoid */
    return k > 2 && k <= MATRIX_CLASSES && rarest >= 20 && data->n >= 10 * k * (k + 1);
  case SLANT_CALIBRATION_ISOTONIC: return rarest >= 50 && data->n >= 200;
  default: return true;
  }
}

/* Probabilities of one example as prediction will give them. */
static void apply(const slant_calibration *calibration, const slant_scored *data, size_t i, float *probabilities) {
  const double *row = data->scores + i * data->n_classes;
  float scores[SLANT_MAX_CLASSES];
  for (uint32_t c = 0; c < data->n_classes; c++) scores[c] = (float)row[c];
  slant_calibration_probabilities(calibration, scores, data->n_classes, slant_argmax(row, data->n_classes),
                                  probabilities);
}

/* A calibration of the examples that fold f learns from. False: no memory. */
static bool fit_without(calibration_work *work, uint32_t kind, uint32_t f, slant_calibration *out) {
  size_t k = work->all.n_classes, n = 0;
  for (uint32_t i = 0; i < work->all.n; i++) {
    if (!slant_folds_learns(&work->folds, f, i)) continue;
    memcpy(work->part_scores + n * k, work->scores + i * k, k * sizeof *work->scores);
    work->part_gold[n++] = work->gold[i];
  }
  slant_scored part = {work->part_scores, work->part_gold, n, work->all.n_classes};
  *out = (slant_calibration){.kind = kind, .values = work->values};
  out->n_values = slant_calibrator_fit(kind, &part, work->values);
  return out->n_values > 0;
}

/* Cross-fitted probabilities and losses of a kind, into the spare ones. Its mean log-loss; NAN: no memory. */
static double cross_fit(calibration_work *work, uint32_t kind) {
  size_t k = work->all.n_classes;
  double sum = 0;
  for (uint32_t f = 0; f < work->folds.n_folds; f++) {
    slant_calibration calibration;
    if (!fit_without(work, kind, f, &calibration)) return NAN;
    for (uint32_t i = 0; i < work->all.n; i++) {
      if (!slant_folds_judges(&work->folds, f, i)) continue;
      slant_reliability one = {0};
      apply(&calibration, &work->all, i, work->spare + i * k);
      slant_reliability_add(&one, work->spare + i * k, work->all.n_classes, 0, work->gold[i]);
      work->spare_loss[i] = one.loss;
    }
  }
  for (size_t i = 0; i < work->all.n; i++) sum += work->spare_loss[i];
  return sum / (double)work->all.n;
}

/* Whether the spare losses are lower than the best so far by more than one standard error of their difference: a kind
 * with more numbers has to be worth them. */
static bool is_better(const calibration_work *work) {
  double n = (double)work->all.n, sum = 0, squares = 0;
  for (size_t i = 0; i < work->all.n; i++) sum += work->loss[i] - work->spare_loss[i];
  for (size_t i = 0; i < work->all.n; i++) {
    double off = work->loss[i] - work->spare_loss[i] - sum / n;
    squares += off * off;
  }
  return sum / n > sqrt(squares) / n;
}

static void swap(void *left, void *right) {
  void *a, *b;
  memcpy(&a, left, sizeof a);
  memcpy(&b, right, sizeof b);
  memcpy(left, &b, sizeof b);
  memcpy(right, &a, sizeof a);
}

/* The kind to take, with its probabilities; those of fewer numbers come first. 0: no memory. */
static uint32_t choose(calibration_work *work, slant_fitted_calibration *out) {
  uint32_t chosen = 0;
  for (uint32_t kind = 1; kind <= SLANT_CALIBRATION_KINDS; kind++) {
    if (!is_allowed(&work->all, kind)) continue;
    out->log_loss[kind - 1] = cross_fit(work, kind);
    if (isnan(out->log_loss[kind - 1])) return 0;
    if (chosen && !is_better(work)) continue;
    chosen = kind;
    swap(&work->probabilities, &work->spare);
    swap(&work->loss, &work->spare_loss);
  }
  return chosen;
}

/* ---- what is kept and told of it ---- */
typedef struct judged {
  float confidence;
  uint32_t right;
} judged;

static int surest_first(const void *left, const void *right) {
  const judged *a = left, *b = right;
  if (a->confidence != b->confidence) return a->confidence > b->confidence ? -1 : 1;
  return a->right < b->right ? -1 : a->right > b->right; /* of equals the wrong ones: nothing is made to look better */
}

/* How many of n are a share i/20 of them, rounded up. */
static size_t share_of(size_t n, uint32_t i) {
  return (n * i + SLANT_COVERAGE_LEVELS - 2) / (SLANT_COVERAGE_LEVELS - 1);
}

/* Sums over the cross-fitted probabilities, and accuracy by coverage. */
static void report(const calibration_work *work, slant_fitted_calibration *out, judged *order) {
  uint32_t k = work->all.n_classes;
  size_t n = work->all.n, n_right = 0, at = 0;
  for (size_t i = 0; i < n; i++) {
    const float *probabilities = work->probabilities + i * k;
    uint32_t label = slant_argmax(work->scores + i * k, k);
    slant_reliability_add(&out->reliability, probabilities, k, label, work->gold[i]);
    order[i] = (judged){probabilities[label], label == work->gold[i]};
  }
  qsort(order, n, sizeof *order, surest_first);
  for (uint32_t i = 1; i < SLANT_COVERAGE_LEVELS; i++) {
    for (; at < share_of(n, i); at++) n_right += order[at].right;
    out->accuracy[i] = (double)n_right / (double)at;
  }
}

/* Levels of confidence of the calibration itself, which are what a judgement will be compared with. */
static void find_levels(const calibration_work *work, const slant_calibration *calibration, judged *order,
                        float *levels) {
  size_t n = work->all.n;
  for (size_t i = 0; i < n; i++) {
    float probabilities[SLANT_MAX_CLASSES];
    apply(calibration, &work->all, i, probabilities);
    order[i] = (judged){probabilities[slant_argmax(work->scores + i * work->all.n_classes, work->all.n_classes)], 0};
  }
  qsort(order, n, sizeof *order, surest_first);
  for (uint32_t i = 0; i < SLANT_COVERAGE_LEVELS; i++) levels[i] = order[i ? share_of(n, i) - 1 : 0].confidence;
}

/* Shares of the classes; one that does not occur is counted once, so that none is 0. */
static void count_shares(const slant_scored *data, float *shares) {
  size_t counts[SLANT_MAX_CLASSES] = {0}, sum = 0;
  for (size_t i = 0; i < data->n; i++) counts[data->gold[i]]++;
  for (uint32_t c = 0; c < data->n_classes; c++) sum += counts[c] += !counts[c];
  for (uint32_t c = 0; c < data->n_classes; c++) shares[c] = (float)((double)counts[c] / (double)sum);
}

/* ---- the whole ---- */
static void begin(slant_fitted_calibration *out) {
  *out = (slant_fitted_calibration){0};
  for (int i = 0; i < SLANT_CALIBRATION_KINDS; i++) out->log_loss[i] = NAN;
  for (int i = 0; i < SLANT_COVERAGE_LEVELS; i++) out->accuracy[i] = NAN;
}

/* The values of a kind fitted to all examples, with room for levels and shares behind them. */
static int keep(slant_fitted_calibration *out, calibration_work *work, uint32_t kind, slant_error *error) {
  uint32_t n_values = slant_calibrator_fit(kind, &work->all, work->values);
  out->numbers = slant_alloc((size_t)n_values + SLANT_COVERAGE_LEVELS + work->all.n_classes, sizeof *out->numbers);
  if (!n_values || !out->numbers) return no_memory(work->all.n, error);
  memcpy(out->numbers, work->values, n_values * sizeof *out->numbers);
  out->calibration = (slant_calibration){.kind = kind, .n_values = n_values, .values = out->numbers};
  return SLANT_OK;
}

int slant_calibrate_none(slant_fitted_calibration *out, slant_error *error) {
  begin(out);
  out->numbers = slant_alloc(1, sizeof *out->numbers);
  if (!out->numbers) return no_memory(0, error);
  out->numbers[0] = 1;
  out->calibration = (slant_calibration){.kind = SLANT_CALIBRATION_TEMPERATURE, .n_values = 1, .values = out->numbers};
  return SLANT_OK;
}

int slant_calibrate(slant_fitted_calibration *out, const slant_calibrate_input *input, slant_error *error) {
  calibration_work work = {0};
  judged *order = NULL;
  uint32_t kind = SLANT_CALIBRATION_TEMPERATURE;
  begin(out);
  int status = gather(&work, input, error);
  if (!status && work.all.n)
    status = slant_folds_stratified(&work.folds, work.gold, input->n_classes, work.group, work.all.n, FOLDS,
                                    input->seed, error);
  if (status) goto out;
  if (work.folds.n_folds) {
    kind = choose(&work, out);
    order = slant_alloc(work.all.n, sizeof *order);
    if (!kind || !order) {
      status = no_memory(work.all.n, error);
      goto out;
    }
    report(&work, out, order);
  }
  status = keep(out, &work, kind, error);
  if (status || !order) goto out;
  float *levels = out->numbers + out->calibration.n_values;
  find_levels(&work, &out->calibration, order, levels);
  out->calibration.levels = levels;
  out->calibration.n_levels = SLANT_COVERAGE_LEVELS;
  out->calibration.prior = levels + SLANT_COVERAGE_LEVELS;
  out->calibration.n_prior = input->n_classes;
  count_shares(&work.all, levels + SLANT_COVERAGE_LEVELS);
out:
  free(order);
  free_work(&work);
  if (status) slant_fitted_calibration_free(out);
  return status;
}

void slant_fitted_calibration_free(slant_fitted_calibration *fitted) {
  free(fitted->numbers);
  *fitted = (slant_fitted_calibration){0};
}
