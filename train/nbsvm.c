#include "train/nbsvm.h"

#include "common/memory.h"
#include "train/dcd.h"

#include <math.h>
#include <stdlib.h>

#define BETA      0.25 /* how much of the SVM is in the mixture with naive Bayes */
#define SMOOTHING 1.0  /* of the counts */

/* The counted features of one set of members. Numbers are relative to the first counted feature. */
typedef struct counted {
  const slant_problem *problem;
  const slant_subset *subset;
  double *factor; /* √β of every feature of the problem */
  uint32_t n_features, n_seen;
  size_t n_cells;
  double mean; /* of the values that are not 0 */
  double *ratio;
  slant_vectors scaled; /* r ∘ x of every member */
  uint32_t *rows;       /* 0, 1, 2 … */
} counted;

static bool is_counted(const slant_problem *problem, size_t entry) {
  uint32_t feature = problem->vectors->index[entry];
  return feature >= problem->options.counted_first && feature < problem->options.counted_end &&
         problem->vectors->value[entry] != 0;
}

/* r, from presence; 0 where no member has the feature. `p` and `q` (n_features each, zeroed) are scratch. */
static void take_ratios(counted *c, double *p, double *q) {
  const slant_problem *problem = c->problem;
  const slant_vectors *v = problem->vectors;
  double sum = 0, sum_p = 0, sum_q = 0;
  for (uint32_t i = 0; i < c->subset->n; i++) {
    uint32_t row = problem->rows[c->subset->members[i]];
    for (size_t e = v->start[row]; e < v->start[row + 1]; e++) {
      if (!is_counted(problem, e)) continue;
      (c->subset->sign[i] > 0 ? p : q)[v->index[e] - problem->options.counted_first]++;
      sum += c->factor[v->index[e]] * (double)v->value[e];
      c->n_cells++;
    }
  }
  for (uint32_t f = 0; f < c->n_features; f++) {
    if (p[f] + q[f] == 0) continue;
    c->n_seen++;
    sum_p += p[f] + SMOOTHING;
    sum_q += q[f] + SMOOTHING;
  }
  c->mean = c->n_cells ? sum / (double)c->n_cells : 0;
  for (uint32_t f = 0; f < c->n_features; f++)
    c->ratio[f] = p[f] + q[f] == 0 ? 0 : log((p[f] + SMOOTHING) / sum_p) - log((q[f] + SMOOTHING) / sum_q);
}

static bool scale_rows(counted *c) {
  const slant_problem *problem = c->problem;
  const slant_vectors *v = problem->vectors;
  slant_vectors *out = &c->scaled;
  size_t at = 0;
  *out = (slant_vectors){.n_rows = c->subset->n, .n_sparse = c->n_features};
  out->start = slant_alloc((size_t)c->subset->n + 1, sizeof *out->start);
  out->index = slant_alloc(c->n_cells, sizeof *out->index);
  out->value = slant_alloc(c->n_cells, sizeof *out->value);
  c->rows = slant_alloc(c->subset->n, sizeof *c->rows);
  if (!out->start || !out->index || !out->value || !c->rows) return false;
  for (uint32_t i = 0; i < c->subset->n; i++) {
    uint32_t row = problem->rows[c->subset->members[i]];
    c->rows[i] = i;
    out->start[i] = at;
    for (size_t e = v->start[row]; e < v->start[row + 1]; e++) {
      if (!is_counted(problem, e)) continue;
      uint32_t f = v->index[e] - problem->options.counted_first;
      out->index[at] = f;
      out->value[at++] = (float)(c->ratio[f] * c->factor[v->index[e]] * (double)v->value[e]);
    }
  }
  out->start[c->subset->n] = at;
  return true;
}

/* ln of the sums of the signs' weights. */
static double log_prior(const slant_subset *subset) {
  double sum[2] = {0, 0};
  for (uint32_t i = 0; i < subset->n; i++) sum[subset->sign[i] > 0] += subset->weight ? subset->weight[i] : 1;
  return log(sum[1] / sum[0]);
}

/* The mixture, from the SVM's weights (n_features) and bias, as weights of the features without r. */
static void mix(const counted *c, const double *svm, double bias, slant_machine *out) {
  double mean = 0, *w = out->w + c->problem->options.counted_first;
  for (uint32_t f = 0; f < c->n_features; f++) mean += fabs(svm[f]);
  mean = c->n_seen ? mean / c->n_seen : 0;
  for (uint32_t f = 0; f < c->n_features; f++) w[f] = c->ratio[f] * ((1 - BETA) * mean + BETA * svm[f]);
  out->bias = (1 - BETA) * mean * c->mean * log_prior(c->subset) + BETA * bias;
}

int slant_nbsvm_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                    slant_error *error) {
  const slant_problem *problem = space->problem;
  counted c = {.problem = problem, .subset = subset};
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  c.n_features = problem->options.counted_end - problem->options.counted_first;
  double *p = slant_alloc_zero(c.n_features, sizeof *p), *q = slant_alloc_zero(c.n_features, sizeof *q);
  int status = SLANT_E_MEMORY;
  *out = (slant_machine){.w = slant_alloc_zero(n_features, sizeof *out->w)};
  c.ratio = slant_alloc(c.n_features, sizeof *c.ratio);
  c.factor = slant_alloc(n_features, sizeof *c.factor);
  if (!p || !q || !c.ratio || !c.factor || !out->w) goto out;
  for (size_t f = 0; f < n_features; f++) c.factor[f] = 1;
  slant_space_fold(space, c.factor);
  take_ratios(&c, p, q);
  if (!scale_rows(&c)) goto out;
  double bias, *svm = p; /* the counts are not needed any more */
  slant_dcd_problem linear = {.vectors = &c.scaled,
                              .row = c.rows,
                              .sign = subset->sign,
                              .weight = subset->weight,
                              .n = subset->n,
                              .loss = SLANT_LOSS_SQUARED_HINGE,
                              .tolerance = 10 * problem->options.tolerance,
                              .progress = problem->progress};
  status = slant_dcd_path(&linear, &cost, 1, &svm, &bias, error);
  if (!status) {
    mix(&c, svm, bias, out);
    slant_space_fold(space, out->w);
  }
out:
  free(p);
  free(q);
  free(c.ratio);
  free(c.factor);
  slant_vectors_free(&c.scaled);
  free(c.rows);
  if (status == SLANT_E_MEMORY) slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  if (status) slant_machine_free(out);
  return status;
}

/* Standard deviation of the machine's values on the subset; 1 where they are all the same. */
static double deviation(const slant_machine *machine, const slant_space *space, const slant_subset *subset) {
  double mean = 0, squares = 0; /* running, by Welford 1962 */
  for (uint32_t i = 0; i < subset->n; i++) {
    double value = slant_machine_value(machine, space, subset->members[i]), delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  return subset->n && squares > 0 ? sqrt(squares / subset->n) : 1;
}

int slant_nbsvm_average(slant_machine *machine, const slant_machine *other, const slant_space *space,
                        const slant_subset *subset, slant_error *error) {
  const slant_problem *problem = space->problem;
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  double mine = 0.5 / deviation(machine, space, subset);
  double theirs = 0.5 / deviation(other, space, subset);
  if (!machine->w) machine->w = slant_alloc_zero(n_features, sizeof *machine->w);
  if (!machine->w) return slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  for (uint32_t k = 0; k < machine->n_support; k++) machine->coefficient[k] *= mine;
  for (size_t f = 0; f < n_features; f++) machine->w[f] = mine * machine->w[f] + theirs * other->w[f];
  machine->bias = mine * machine->bias + theirs * other->bias;
  return SLANT_OK;
}
