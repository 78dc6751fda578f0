#include "train/candidates.h"

#include "common/memory.h"
#include "common/number.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

enum { MAX_VALUES = 64, MAX_WEIGHED = 32 };

/* The values of one axis of the search, ascending, no two the same. */
typedef struct search_axis {
  double values[MAX_VALUES];
  uint32_t n;
} search_axis;

typedef struct search_box {
  search_axis cost, gamma;
  search_axis weights[MAX_WEIGHED]; /* n_weighed: those that are given */
  uint32_t n_weighed, n_stages;
  uint32_t
      *axis_of; /* n_stages: which of these are a stage's, stages of one name sharing theirs; or n_weighed: it is 1 */
} search_box;

static int by_value(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static void sort_values(search_axis *out) {
  uint32_t n = 0;
  qsort(out->values, out->n, sizeof *out->values, by_value);
  for (uint32_t i = 0; i < out->n; i++)
    if (i == 0 || out->values[i] > out->values[n - 1]) out->values[n++] = out->values[i];
  out->n = n;
}

static bool ends_in(slant_str text, char separator) {
  return text.len && text.ptr[text.len - 1] == separator;
}

/* Numbers with separators between them; false where one is none, is out of range, or one too many. */
static bool parse_values(search_axis *out, slant_str text, char separator, double least, double most) {
  char number[64], *end;
  out->n = 0;
  if (ends_in(text, separator)) return false;
  do {
    slant_str part = slant_str_cut(&text, separator);
    if (!part.len || part.len >= sizeof number || out->n == MAX_VALUES) return false;
    memcpy(number, part.ptr, part.len);
    number[part.len] = '\0';
    double value = slant_parse_real(number, &end);
    if (*end || !isfinite(value) || value < least || value > most) return false;
    out->values[out->n++] = value;
  } while (text.len);
  sort_values(out);
  return true;
}

static int parse_list(search_axis *out, const char *option, const char *text, slant_error *error) {
  if (text && parse_values(out, slant_str_of(text), ',', 1e-9, 1e9)) return SLANT_OK;
  return slant_fail(error, SLANT_E_ARGUMENT,
                    "--%s takes up to %d numbers between 1e-9 and 1e9, separated by commas, not '%s'", option,
                    MAX_VALUES, text ? text : "");
}

/* "words=0.5:1:2": the weights of every stage of that name. */
static int parse_stage(search_box *out, slant_str item, const slant_candidate_options *options, slant_error *error) {
  slant_str list = item, name = slant_str_cut(&list, '=');
  int len = (int)(item.len < 80 ? item.len : 80);
  double least = options->method == SLANT_SEARCH_SOBOL ? 1e-6 : 0;
  bool known = false;
  if (out->n_weighed == MAX_WEIGHED)
    return slant_fail(error, SLANT_E_ARGUMENT, "--block-weights takes at most %d stages", MAX_WEIGHED);
  if (!parse_values(&out->weights[out->n_weighed], list, ':', least, 1e6))
    return slant_fail(
        error, SLANT_E_ARGUMENT,
        "--block-weights takes STAGE=WEIGHT[:WEIGHT]... with commas between them, weights from %g to 1e6; "
        "not '%.*s'",
        least, len, item.len ? item.ptr : "");
  for (uint32_t s = 0; s < options->n_stages; s++) {
    if (!slant_str_equal(options->stages[s], name)) continue;
    if (out->axis_of[s] < out->n_weighed)
      return slant_fail(error, SLANT_E_ARGUMENT, "--block-weights has the stage '%.*s' twice", (int)name.len, name.ptr);
    out->axis_of[s] = out->n_weighed;
    known = true;
  }
  out->n_weighed++;
  return known ? SLANT_OK
               : slant_fail(error, SLANT_E_ARGUMENT, "--block-weights: the pipeline has no stage '%.*s'",
                            (int)(name.len < 80 ? name.len : 80), name.len ? name.ptr : "");
}

static int parse_box(search_box *out, const slant_candidate_options *options, slant_error *error) {
  out->n_stages = options->n_stages;
  int status = parse_list(&out->cost, options->nu ? "nu" : "costs", options->costs, error);
  if (!status && options->nu && out->cost.values[out->cost.n - 1] > 1)
    return slant_fail(error, SLANT_E_ARGUMENT, "--nu takes numbers above 0 and up to 1, separated by commas, not '%s'",
                      options->costs);
  if (!status && options->gammas) status = parse_list(&out->gamma, "gammas", options->gammas, error);
  if (!options->gammas) out->gamma = (search_axis){.values = {1}, .n = 1};
  if (status || !options->block_weights) return status;
  out->axis_of = slant_alloc(options->n_stages, sizeof *out->axis_of);
  if (!out->axis_of) return slant_fail(error, SLANT_E_MEMORY, "no memory for the settings of a search");
  for (uint32_t s = 0; s < options->n_stages; s++) out->axis_of[s] = UINT32_MAX;
  slant_str rest = slant_str_of(options->block_weights);
  if (ends_in(rest, ',')) rest = (slant_str){0}; /* nothing behind the last comma is as wrong as nothing at all */
  do status = parse_stage(out, slant_str_cut(&rest, ','), options, error);
  while (!status && rest.len);
  return status;
}

/* ---- points ---- */
/* Writes a point's β: of each stage the value on its axis. */
static void spread_weights(const search_box *box, const double *chosen, double *weights) {
  for (uint32_t s = 0; weights && s < box->n_stages; s++)
    weights[s] = box->axis_of[s] < box->n_weighed ? chosen[box->axis_of[s]] : 1;
}

static double *weights_of(const slant_candidates *out, const search_box *box, uint32_t point) {
  return out->weights ? out->weights + (size_t)point * box->n_stages : NULL;
}

/* Point number `point` of the grid: the digits of the number in mixed radix, cost the lowest of them. */
static void grid_point(slant_candidates *out, const search_box *box, uint32_t point) {
  slant_setting *setting = &out->settings[point];
  double *weights = weights_of(out, box, point), chosen[MAX_WEIGHED];
  if (!box->cost.n || !box->gamma.n) return; /* an axis has a value at least */
  uint32_t rest = point / box->cost.n;
  setting->cost = box->cost.values[point % box->cost.n];
  setting->gamma = box->gamma.values[rest % box->gamma.n];
  rest /= box->gamma.n;
  for (uint32_t a = 0; a < box->n_weighed; a++) {
    chosen[a] = box->weights[a].values[rest % box->weights[a].n];
    rest /= box->weights[a].n;
  }
  spread_weights(box, chosen, weights);
  setting->block = weights;
}

static double grid_size(const search_box *box) {
  double size = (double)box->cost.n * box->gamma.n;
  for (uint32_t a = 0; a < box->n_weighed; a++) size *= box->weights[a].n;
  return size;
}

/* least^(1-t) most^t: where t in [0, 1) lies on a logarithmic axis. */
static double along(const search_axis *axis, double t) {
  double least = axis->values[0], most = axis->values[axis->n - 1];
  return axis->n > 1 ? least * pow(most / least, t) : least;
}

/* Axes of one value take no dimension: the others lie the more evenly. */
static void sobol_point(slant_candidates *out, const search_box *box, uint32_t point, const double *t) {
  slant_setting *setting = &out->settings[point];
  double *weights = weights_of(out, box, point), chosen[MAX_WEIGHED];
  setting->cost = along(&box->cost, box->cost.n > 1 ? *t++ : 0);
  setting->gamma = along(&box->gamma, box->gamma.n > 1 ? *t++ : 0);
  for (uint32_t a = 0; a < box->n_weighed; a++) chosen[a] = along(&box->weights[a], box->weights[a].n > 1 ? *t++ : 0);
  spread_weights(box, chosen, weights);
  setting->block = weights;
}

static int fill_sobol(slant_candidates *out, const search_box *box, slant_error *error) {
  double t[MAX_WEIGHED + 2] = {0}; /* GSL's sequence has 40 dimensions */
  unsigned dimensions = (box->cost.n > 1) + (box->gamma.n > 1);
  for (uint32_t a = 0; a < box->n_weighed; a++) dimensions += box->weights[a].n > 1;
  if (dimensions == 0) out->n = 1;
  gsl_qrng *sobol = dimensions ? gsl_qrng_alloc(gsl_qrng_sobol, dimensions) : NULL;
  if (dimensions && !sobol) return slant_fail(error, SLANT_E_MEMORY, "no memory for the settings of a search");
  for (uint32_t point = 0; point < out->n; point++) {
    if (sobol) gsl_qrng_get(sobol, t);
    sobol_point(out, box, point, t);
  }
  if (sobol) gsl_qrng_free(sobol);
  return SLANT_OK;
}

/* ---- order ---- */
static int compare_weights(const double *a, const double *b, uint32_t n) {
  for (uint32_t i = 0; a && i < n; i++)
    if (a[i] < b[i] || a[i] > b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

bool slant_setting_same_space(const slant_setting *a, const slant_setting *b, uint32_t n_blocks) {
  return !(a->gamma < b->gamma || a->gamma > b->gamma) && compare_weights(a->block, b->block, n_blocks) == 0;
}

static int by_space(const void *left, const void *right, void *n_blocks) {
  const slant_setting *a = left, *b = right;
  int order = compare_weights(a->block, b->block, *(const uint32_t *)n_blocks);
  if (order) return order;
  if (a->gamma < b->gamma || a->gamma > b->gamma) return a->gamma < b->gamma ? -1 : 1;
  return a->cost < b->cost ? -1 : a->cost > b->cost;
}

int slant_candidates_new(slant_candidates *out, const slant_candidate_options *options, slant_error *error) {
  search_box box = {0};
  *out = (slant_candidates){0};
  int status = parse_box(&box, options, error);
  if (status) goto out;
  double size = options->method == SLANT_SEARCH_SOBOL ? options->points : grid_size(&box);
  if (size > SLANT_MAX_CANDIDATES) {
    status = slant_fail(error, SLANT_E_ARGUMENT,
                        "the search would try %.0f settings; at most %d are possible (--search sobol --points N takes "
                        "N of them)",
                        size, SLANT_MAX_CANDIDATES);
    goto out;
  }
  out->n = size < 1 ? 1 : (uint32_t)size;
  out->settings = slant_alloc(out->n, sizeof *out->settings);
  if (box.axis_of) out->weights = slant_alloc((size_t)out->n * box.n_stages, sizeof *out->weights);
  if (!out->settings || (box.axis_of && !out->weights)) {
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the settings of a search");
    goto out;
  }
  if (options->method == SLANT_SEARCH_SOBOL)
    status = fill_sobol(out, &box, error);
  else
    for (uint32_t point = 0; point < out->n; point++) grid_point(out, &box, point);
  if (!status) qsort_r(out->settings, out->n, sizeof *out->settings, by_space, &box.n_stages);
out:
  free(box.axis_of);
  if (status) slant_candidates_free(out);
  return status;
}

void slant_candidates_free(slant_candidates *candidates) {
  free(candidates->settings);
  free(candidates->weights);
  *candidates = (slant_candidates){0};
}
