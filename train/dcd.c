#include "train/dcd.h"

#include "common/memory.h"
#include "common/random.h"
#include "train/twins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  PASSES_AT_MOST = 1000, /* over the examples, before a fit is given up as it stands; LIBLINEAR's limit */
  NEWTON_STEPS = 100     /* on one α of the logistic loss */
};

typedef struct descent {
  const slant_dcd_problem *problem;
  slant_twins twins; /* its examples, n of them */
  uint32_t n;
  double cost;
  double *alpha, *square; /* x·x + 1 of each example */
  uint32_t *order;
  double *w, bias;
  slant_random random;
} descent;

static double weight_of(const descent *d, uint32_t i) {
  return d->twins.weight[i];
}

static double value(const descent *d, uint32_t i) {
  return d->bias + slant_vectors_dot(d->problem->vectors, d->twins.row[i], d->w);
}

static void add(descent *d, uint32_t i, double by) {
  slant_vectors_add(d->problem->vectors, d->twins.row[i], by, d->w);
  d->bias += by;
}

static double length(const slant_vectors *v, uint32_t row) {
  double sum = 0;
  for (size_t e = v->start[row]; e < v->start[row + 1]; e++) sum += (double)v->value[e] * (double)v->value[e];
  for (uint32_t k = 0; k < v->n_dense; k++) {
    double x = (double)v->dense[(size_t)row * v->n_dense + k];
    sum += x * x;
  }
  return sum;
}

/* The greatest and the least gradient that a bound does not hold back. */
typedef struct range {
  double most, least;
} range;

/* One α of a hinge loss, to the minimum of the objective over it. False: it stays at its bound, and is left out. */
static bool step_hinge(descent *d, uint32_t i, const range *before, range *now) {
  bool squared = d->problem->loss == SLANT_LOSS_SQUARED_HINGE;
  double bound = d->cost * weight_of(d, i), ridge = squared ? 1 / (2 * bound) : 0, y = d->twins.sign[i];
  double high = squared ? INFINITY : bound, old = d->alpha[i];
  double gradient = y * value(d, i) - 1 + ridge * old, projected = gradient;
  if (old <= 0) {
    if (gradient > before->most) return false;
    if (gradient > 0) projected = 0;
  } else if (old >= high) {
    if (gradient < before->least) return false;
    if (gradient < 0) projected = 0;
  }
  if (projected > now->most) now->most = projected;
  if (projected < now->least) now->least = projected;
  if (fabs(projected) < 1e-12) return true;
  double moved = old - gradient / (d->square[i] + ridge);
  d->alpha[i] = moved < 0 ? 0 : moved > high ? high : moved;
  add(d, i, (d->alpha[i] - old) * y);
  return true;
}

static int descend_hinge(descent *d, slant_error *error) {
  range before = {INFINITY, -INFINITY};
  uint32_t active = d->n;
  for (int pass = 0; pass < PASSES_AT_MOST; pass++) {
    range now = {-INFINITY, INFINITY};
    int status = slant_progress_step(d->problem->progress, 0, error);
    if (status) return status;
    slant_random_shuffle(&d->random, d->order, active);
    for (uint32_t k = 0; k < active; k++) {
      uint32_t i = d->order[k];
      if (step_hinge(d, i, &before, &now)) continue;
      d->order[k--] = d->order[--active];
      d->order[active] = i;
    }
    before = (range){now.most > 0 ? now.most : INFINITY, now.least < 0 ? now.least : -INFINITY};
    if (active && now.most - now.least > d->problem->tolerance) continue;
    if (active == d->n) break;
    active = d->n; /* those that were left out have to agree */
    before = (range){INFINITY, -INFINITY};
  }
  return SLANT_OK;
}

/* One α of the logistic loss, 0 < α < B: the root of g(z) = a (z - α) + y f + ln (z / (B - z)), found from the end of
 * the interval that it is nearer to, where Newton's method does not overshoot. Returns |g| before the step. */
static double step_logistic(descent *d, uint32_t i, double exactness) {
  double bound = d->cost * weight_of(d, i), y = d->twins.sign[i], a = d->square[i];
  double b = y * value(d, i), old = d->alpha[i];
  bool mirrored = 0.5 * a * (bound - 2 * old) + b < 0; /* the root is in the upper half: seek B - α */
  double from = mirrored ? bound - old : old, slope = mirrored ? -b : b, z = from;
  double first = fabs(slope + log(z / (bound - z)));
  if (bound - z < 0.5 * bound) z *= 0.1;
  for (int step = 0; step < NEWTON_STEPS; step++) {
    double g = a * (z - from) + slope + log(z / (bound - z));
    if (fabs(g) < exactness) break;
    double next = z - g / (a + bound / ((bound - z) * z));
    z = next <= 0 ? 0.1 * z : next >= bound ? 0.5 * (z + bound) : next;
  }
  d->alpha[i] = mirrored ? bound - z : z;
  add(d, i, (d->alpha[i] - old) * y);
  return first;
}

static int descend_logistic(descent *d, slant_error *error) {
  for (int pass = 0; pass < PASSES_AT_MOST; pass++) {
    double most = 0;
    int status = slant_progress_step(d->problem->progress, 0, error);
    if (status) return status;
    slant_random_shuffle(&d->random, d->order, d->n);
    for (uint32_t k = 0; k < d->n; k++) {
      double violation = step_logistic(d, d->order[k], 0.1 * d->problem->tolerance);
      if (violation > most) most = violation;
    }
    if (most <= d->problem->tolerance) break;
  }
  return SLANT_OK;
}

/* From the solution at d->cost to where the one at `cost` is sought. */
static void change_cost(descent *d, double cost) {
  double ratio = cost / d->cost;
  size_t n_features = (size_t)d->problem->vectors->n_sparse + d->problem->vectors->n_dense;
  bool hinge = d->problem->loss == SLANT_LOSS_HINGE;
  for (uint32_t i = 0; i < d->n; i++) {
    bool bound = hinge && d->alpha[i] >= d->cost * weight_of(d, i);
    d->alpha[i] = bound ? cost * weight_of(d, i) : d->alpha[i] * ratio;
  }
  for (size_t f = 0; f < n_features; f++) d->w[f] *= ratio;
  d->bias *= ratio;
  d->cost = cost;
}

/* α = 0, or for the logistic loss, which has no end there, next to it. */
static void begin(descent *d) {
  for (uint32_t i = 0; i < d->n; i++) {
    double bound = d->cost * weight_of(d, i);
    d->order[i] = i;
    d->square[i] = length(d->problem->vectors, d->twins.row[i]) + 1;
    if (d->problem->loss != SLANT_LOSS_LOGISTIC) continue;
    d->alpha[i] = fmin(0.001 * bound, 1e-8);
    add(d, i, d->alpha[i] * d->twins.sign[i]);
  }
}

int slant_dcd_path(const slant_dcd_problem *problem, const double *costs, uint32_t n_costs, double *const *w,
                   double *bias, slant_error *error) {
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  descent d = {.problem = problem, .cost = costs[0], .random = slant_random_from(1, problem->n)};
  int status = SLANT_OK;
  for (uint32_t c = 0; c < n_costs; c++)
    if (!(costs[c] > 0)) return slant_fail(error, SLANT_E_ARGUMENT, "a cost of %g: it must be above 0", costs[c]);
  if (!slant_twins_merge(&d.twins, problem->vectors, problem->row, problem->sign, problem->weight, problem->n))
    return slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", problem->n);
  d.n = d.twins.n;
  d.alpha = slant_alloc_zero(d.n, sizeof *d.alpha);
  d.square = slant_alloc(d.n, sizeof *d.square);
  d.order = slant_alloc(d.n, sizeof *d.order);
  d.w = slant_alloc_zero(n_features, sizeof *d.w);
  if (!d.alpha || !d.square || !d.order || !d.w)
    status = slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", problem->n);
  else
    begin(&d);
  for (uint32_t c = 0; c < n_costs && !status; c++) {
    change_cost(&d, costs[c]);
    status = problem->loss == SLANT_LOSS_LOGISTIC ? descend_logistic(&d, error) : descend_hinge(&d, error);
    memcpy(w[c], d.w, n_features * sizeof *d.w);
    bias[c] = d.bias;
  }
  slant_twins_free(&d.twins);
  free(d.alpha);
  free(d.square);
  free(d.order);
  free(d.w);
  return status;
}
