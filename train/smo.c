#include "train/smo.h"

#include "common/memory.h"
#include "train/passes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  SHRINK_EVERY = 1000, /* steps, or as many as there are elements: libsvm's interval */
  ROW_CACHE = 8 << 20, /* bytes: rows of the active elements, packed; well below a core's share of the last cache */
  STEPS_AT_LEAST = 10000000 /* before a fit is given up as it stands; libsvm's limit */
};

/* Elements are the members of the subset, by their position there. */
typedef struct smo {
  const slant_space *space;
  const slant_subset *subset;
  const slant_passes *passes;
  uint32_t n;
  bool squared; /* hinge */
  double cost;
  double *v, *e;    /* e is exact after synchronise() */
  double *v_synced; /* v when e was exact last */
  float *diagonal;  /* K_ii + d_i */
  /* The active elements: positions, ascending, and what the passes read of them, filled up to whole lanes. */
  uint32_t n_active, n_lanes;
  uint32_t *active;
  float *work; /* the four arrays below, in one allocation */
  float *now, *rise, *fall, *curve;
  /* Their rows of the kernel, packed. row[a] is NULL where it is not there; what finds no place goes into spare[]. */
  float **row, *cache, *spare[2];
  size_t cached, capacity; /* floats */
} smo;

static uint32_t whole_lanes(uint32_t n) {
  return (n + SLANT_LANES - 1) / SLANT_LANES * SLANT_LANES;
}

static double weight_of(const smo *s, uint32_t p) {
  return s->subset->weight ? s->subset->weight[p] : 1;
}

static double ridge_of(const smo *s, uint32_t p) {
  return s->squared ? 1 / (2 * s->cost * weight_of(s, p)) : 0;
}

static double highest(const smo *s, uint32_t p) {
  if (s->subset->sign[p] < 0) return 0;
  return s->squared ? INFINITY : s->cost * weight_of(s, p);
}

static double lowest(const smo *s, uint32_t p) {
  if (s->subset->sign[p] > 0) return 0;
  return s->squared ? -INFINITY : -s->cost * weight_of(s, p);
}

static const float *kernel_row(const smo *s, uint32_t p) {
  return s->space->values + (size_t)s->subset->members[p] * s->space->problem->n;
}

static bool allocate(smo *s) {
  size_t lanes = whole_lanes(s->n);
  s->capacity = ROW_CACHE / sizeof *s->cache;
  if (lanes * s->n < s->capacity) s->capacity = lanes * s->n;
  s->v = slant_alloc_zero(s->n, sizeof *s->v);
  s->e = slant_alloc(s->n, sizeof *s->e);
  s->v_synced = slant_alloc_zero(s->n, sizeof *s->v_synced);
  s->diagonal = slant_alloc(s->n, sizeof *s->diagonal);
  s->active = slant_alloc(s->n, sizeof *s->active);
  s->row = slant_alloc_zero(s->n, sizeof *s->row);
  s->work = slant_alloc_zero(lanes, 6 * sizeof *s->work);
  s->cache = slant_alloc(s->capacity, sizeof *s->cache);
  if (!s->v || !s->e || !s->v_synced || !s->diagonal || !s->active || !s->row || !s->work || !s->cache) return false;
  s->now = s->work;
  s->rise = s->work + lanes;
  s->fall = s->work + 2 * lanes;
  s->curve = s->work + 3 * lanes;
  s->spare[0] = s->work + 4 * lanes;
  s->spare[1] = s->work + 5 * lanes;
  return true;
}

static void free_all(smo *s) {
  free(s->v);
  free(s->e);
  free(s->v_synced);
  free(s->diagonal);
  free(s->active);
  free(s->row);
  free(s->work);
  free(s->cache);
}

/* Whether v of active element a may rise, and may fall. */
static void set_bounds(smo *s, uint32_t a) {
  uint32_t p = s->active[a];
  s->rise[a] = s->v[p] < highest(s, p) ? 0 : -INFINITY;
  s->fall[a] = s->v[p] > lowest(s, p) ? 0 : INFINITY;
}

/* What the passes read, for the elements in active[]. Packed rows are forgotten: they had other columns. */
static void lay_out(smo *s, uint32_t n_active) {
  s->n_active = n_active;
  s->n_lanes = whole_lanes(n_active);
  s->cached = 0;
  for (uint32_t a = 0; a < n_active; a++) {
    set_bounds(s, a);
    s->curve[a] = s->diagonal[s->active[a]];
    s->row[a] = NULL;
  }
  for (uint32_t a = n_active; a < s->n_lanes; a++) {
    s->now[a] = s->curve[a] = s->spare[0][a] = s->spare[1][a] = 0;
    s->rise[a] = -INFINITY;
    s->fall[a] = INFINITY;
  }
}

static void activate_all(smo *s) {
  for (uint32_t p = 0; p < s->n; p++) {
    s->active[p] = p;
    s->now[p] = (float)s->e[p];
  }
  lay_out(s, s->n);
}

/* The kernel's row of active element a over the active elements. */
static const float *packed_row(smo *s, uint32_t a, float *spare) {
  if (s->row[a]) return s->row[a];
  float *out = spare;
  if (s->capacity - s->cached >= s->n_lanes) {
    out = s->row[a] = s->cache + s->cached;
    s->cached += s->n_lanes;
    for (uint32_t k = s->n_active; k < s->n_lanes; k++) out[k] = 0;
  }
  const float *row = kernel_row(s, s->active[a]);
  const uint32_t *members = s->subset->members;
  for (uint32_t k = 0; k < s->n_active; k++) out[k] = row[members[s->active[k]]];
  return out;
}

/* Leaves out what stays at a bound: an element that may only fall and is above all that may rise, or the reverse. Only
 * where that is worth new rows. */
static void shrink(smo *s, slant_violation violation) {
  uint32_t kept = 0;
  for (uint32_t a = 0; a < s->n_active; a++) {
    bool only_falls = s->rise[a] < 0 && s->now[a] > violation.up;
    bool only_rises = s->fall[a] > 0 && s->now[a] < violation.low;
    kept += !only_falls && !only_rises;
  }
  if (kept > s->n_active - s->n_active / 8) return;
  kept = 0;
  for (uint32_t a = 0; a < s->n_active; a++) {
    bool only_falls = s->rise[a] < 0 && s->now[a] > violation.up;
    bool only_rises = s->fall[a] > 0 && s->now[a] < violation.low;
    if (only_falls || only_rises) continue;
    s->active[kept] = s->active[a];
    s->now[kept++] = s->now[a];
  }
  lay_out(s, kept);
}

/* Brings e up to date for all elements, in double: e -= Σ Δv K over those that have moved since it was. */
static void synchronise(smo *s) {
  const uint32_t *members = s->subset->members;
  for (uint32_t p = 0; p < s->n; p++) {
    double moved = s->v[p] - s->v_synced[p];
    if (moved == 0) continue;
    const float *row = kernel_row(s, p);
    for (uint32_t q = 0; q < s->n; q++) s->e[q] -= moved * (double)row[members[q]];
    s->e[p] -= moved * ridge_of(s, p);
    s->v_synced[p] = s->v[p];
  }
}

static slant_violation exact_violation(const smo *s) {
  slant_violation out = {.up = -INFINITY, .low = INFINITY};
  for (uint32_t p = 0; p < s->n; p++) {
    if (s->v[p] < highest(s, p) && (float)s->e[p] > out.up) out.up = (float)s->e[p];
    if (s->v[p] > lowest(s, p) && (float)s->e[p] < out.low) out.low = (float)s->e[p];
  }
  return out;
}

/* Moves v of active elements i up and j down, as far as the objective falls and the bounds allow. */
static slant_violation move(smo *s, uint32_t i, uint32_t j, const float *row_i, const float *row_j) {
  uint32_t p = s->active[i], q = s->active[j];
  double curve = (double)s->curve[i] + (double)s->curve[j] - 2 * (double)row_i[j];
  double t = ((double)s->now[i] - (double)s->now[j]) / (curve > 1e-12 ? curve : 1e-12);
  double room_p = highest(s, p) - s->v[p], room_q = s->v[q] - lowest(s, q);
  /* What reaches its bound is put on it exactly. */
  if (t >= room_p || t >= room_q) {
    t = room_p < room_q ? room_p : room_q;
    s->v[p] = t == room_p ? highest(s, p) : s->v[p] + t;
    s->v[q] = t == room_q ? lowest(s, q) : s->v[q] - t;
  } else {
    s->v[p] += t;
    s->v[q] -= t;
  }
  set_bounds(s, i);
  set_bounds(s, j);
  s->now[i] -= (float)(t * ridge_of(s, p));
  s->now[j] += (float)(t * ridge_of(s, q));
  return s->passes->step(s->now, s->rise, s->fall, row_i, row_j, (float)t, s->n_lanes);
}

/* Steps on the active elements until their violation is within the tolerance. */
static int descend(smo *s, double tolerance, uint64_t *steps, slant_error *error) {
  uint64_t limit = (uint64_t)s->n * 100 > STEPS_AT_LEAST ? (uint64_t)s->n * 100 : STEPS_AT_LEAST;
  uint32_t interval = s->n < SHRINK_EVERY ? s->n : SHRINK_EVERY, until = interval;
  slant_violation violation = s->passes->step(s->now, s->rise, s->fall, s->spare[0], s->spare[0], 0, s->n_lanes);
  while ((double)violation.up - (double)violation.low >= tolerance && *steps < limit) {
    uint32_t i = violation.i;
    const float *row_i = packed_row(s, i, s->spare[0]);
    uint32_t j = s->passes->partner(s->now, s->fall, row_i, s->curve, s->curve[i], violation.up, s->n_lanes);
    if (j == s->n_lanes) break;
    violation = move(s, i, j, row_i, packed_row(s, j, s->spare[1]));
    ++*steps;
    if (--until) continue;
    until = interval;
    int status = slant_progress_step(s->space->problem->progress, 0, error);
    if (status) return status;
    uint32_t before = s->n_active;
    shrink(s, violation);
    if (s->n_active < before)
      violation = s->passes->step(s->now, s->rise, s->fall, s->spare[0], s->spare[0], 0, s->n_lanes);
  }
  return SLANT_OK;
}

/* On all elements, then on ever fewer, until all elements agree. */
static int solve(smo *s, slant_error *error) {
  double tolerance = s->space->problem->options.tolerance;
  uint64_t steps = 0, before;
  do {
    before = steps;
    activate_all(s);
    int status = descend(s, tolerance, &steps, error);
    if (status) return status;
    synchronise(s);
    slant_violation violation = exact_violation(s);
    if ((double)violation.up - (double)violation.low < tolerance) break;
  } while (steps > before); /* no step was possible: as good as float allows */
  return SLANT_OK;
}

/* The bias: the mean of e where v lies within its bounds, else the middle of what the optimality conditions allow. */
static double bias_of(const smo *s) {
  double sum = 0;
  uint32_t n_free = 0;
  for (uint32_t p = 0; p < s->n; p++) {
    if (s->v[p] <= lowest(s, p) || s->v[p] >= highest(s, p)) continue;
    sum += s->e[p];
    n_free++;
  }
  if (n_free) return sum / n_free;
  slant_violation violation = exact_violation(s);
  return ((double)violation.up + (double)violation.low) / 2;
}

static bool read_machine(const smo *s, slant_machine *out) {
  uint32_t n_support = 0;
  for (uint32_t p = 0; p < s->n; p++) n_support += s->v[p] != 0;
  out->support = slant_alloc(n_support, sizeof *out->support);
  out->coefficient = slant_alloc(n_support, sizeof *out->coefficient);
  if (!out->support || !out->coefficient) return false;
  for (uint32_t p = 0; p < s->n; p++) {
    if (s->v[p] == 0) continue;
    out->support[out->n_support] = s->subset->members[p];
    out->coefficient[out->n_support++] = s->v[p];
  }
  out->bias = bias_of(s);
  return true;
}

/* From the solution at s->cost to where the search at `cost` begins. v grows by the ratio of the costs, and d shrinks
 * by it, so that d v is what it was. */
static void change_cost(smo *s, double cost) {
  double ratio = cost / s->cost;
  for (uint32_t p = 0; p < s->n; p++) {
    double y = s->subset->sign[p], ridge = ridge_of(s, p) * s->v[p];
    s->e[p] = y - ratio * (y - s->e[p] - ridge) - ridge;
    bool bound = s->v[p] <= lowest(s, p) || s->v[p] >= highest(s, p);
    s->v[p] = bound && s->v[p] != 0 ? s->subset->sign[p] * cost * weight_of(s, p) : s->v[p] * ratio;
  }
  s->cost = cost;
  for (uint32_t p = 0; p < s->n; p++) {
    s->v_synced[p] = s->v[p];
    s->diagonal[p] = kernel_row(s, p)[s->subset->members[p]] + (float)ridge_of(s, p);
  }
}

int slant_smo_path(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error) {
  smo s = {.space = space,
           .subset = subset,
           .passes = slant_passes_best(),
           .n = subset->n,
           .squared = space->problem->options.loss == SLANT_LOSS_SQUARED_HINGE,
           .cost = costs[0]};
  int status = allocate(&s) ? SLANT_OK : SLANT_E_MEMORY;
  for (uint32_t p = 0; p < s.n && !status; p++) s.e[p] = subset->sign[p];
  for (uint32_t c = 0; c < n_costs && !status; c++) {
    if (!(costs[c] > 0)) {
      status = slant_fail(error, SLANT_E_ARGUMENT, "a cost of %g: it must be above 0", costs[c]);
      break;
    }
    change_cost(&s, costs[c]);
    status = solve(&s, error);
    if (!status && !read_machine(&s, &out[c])) status = SLANT_E_MEMORY;
  }
  free_all(&s);
  if (status == SLANT_E_MEMORY) slant_fail(error, status, "no memory to fit %u examples", subset->n);
  return status;
}
