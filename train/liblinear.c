/* L2-regularised squared-hinge SVM by LIBLINEAR, on the vectors themselves. */
#include "common/memory.h"
#include "train/solver.h"

#include <linear.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void say_nothing(const char *text) {
  (void)text;
}

static void silence(void) {
  set_print_string_function(say_nothing);
}

int slant_liblinear_version(void) {
  return liblinear_version;
}

/* One row as LIBLINEAR wants it; returns the cell after it. Dense zeros are left out. */
static struct feature_node *write_row(struct feature_node *cell, const slant_vectors *v, uint32_t row) {
  for (size_t e = v->start[row]; e < v->start[row + 1]; e++)
    *cell++ = (struct feature_node){(int)v->index[e] + 1, (double)v->value[e]};
  for (uint32_t d = 0; d < v->n_dense; d++) {
    float x = v->dense[(size_t)row * v->n_dense + d];
    if (x < 0 || x > 0) *cell++ = (struct feature_node){(int)(v->n_sparse + d) + 1, (double)x};
  }
  *cell++ = (struct feature_node){(int)(v->n_sparse + v->n_dense) + 1, 1}; /* the bias */
  *cell++ = (struct feature_node){-1, 0};
  return cell;
}

int slant_liblinear_nodes(slant_problem *problem, slant_error *error) {
  const slant_vectors *v = problem->vectors;
  size_t cells = 0;
  for (uint32_t i = 0; i < problem->n; i++) {
    uint32_t row = problem->rows[i];
    cells += v->start[row + 1] - v->start[row] + v->n_dense + 2;
  }
  struct feature_node *cell = slant_alloc(cells, sizeof *cell);
  problem->nodes = slant_alloc(problem->n, sizeof *problem->nodes);
  if (!cell || !problem->nodes) {
    free(cell);
    free(problem->nodes);
    problem->nodes = NULL;
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the vectors of %u examples", problem->n);
  }
  if (problem->n == 0) free(cell);
  for (uint32_t i = 0; i < problem->n; i++) {
    problem->nodes[i] = cell;
    cell = write_row(cell, v, problem->rows[i]);
  }
  return SLANT_OK;
}

void slant_liblinear_nodes_free(slant_problem *problem) {
  if (problem->nodes && problem->n) free(problem->nodes[0]); /* all rows are one allocation */
  free(problem->nodes);
  problem->nodes = NULL;
}

int slant_liblinear_train(struct feature_node **x, const signed char *sign, uint32_t n, size_t n_features, double cost,
                          const double weight[2], double *w, double *bias, slant_error *error) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  int labels[2] = {-1, 1};
  double weights[2] = {weight[0], weight[1]};
  struct parameter parameter = {
      .solver_type = L2R_L2LOSS_SVC, .eps = 1e-3, .C = cost, .nr_weight = 2, .weight_label = labels, .weight = weights};
  struct problem linear = {.l = (int)n, .n = (int)n_features + 1, .x = x, .bias = 1};
  struct model *model = NULL;
  int status = SLANT_E_MEMORY;
  linear.y = slant_alloc(n, sizeof *linear.y);
  if (!linear.y) goto out;
  for (uint32_t i = 0; i < n; i++) linear.y[i] = sign[i];
  const char *complaint = check_parameter(&linear, &parameter);
  if (complaint) {
    status = slant_fail(error, SLANT_E_ARGUMENT, "LIBLINEAR: %s", complaint);
    goto out;
  }
  model = train(&linear, &parameter);
  if (!model) goto out;
  double turn = model->label[0] > 0 ? 1 : -1; /* w is positive for the label that LIBLINEAR put first */
  for (size_t f = 0; f < n_features; f++) w[f] = turn * model->w[f];
  *bias = turn * model->w[n_features];
  status = SLANT_OK;
out:
  if (model) free_and_destroy_model(&model);
  free(linear.y);
  if (status == SLANT_E_MEMORY) slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", n);
  return status;
}

/* √β of the block that a feature lies in. */
static double root_of(const slant_space *space, size_t feature) {
  const slant_problem_options *options = &space->problem->options;
  for (uint32_t b = 0; b < options->n_blocks; b++)
    if (feature >= options->blocks[b].first && feature < options->blocks[b].end) return sqrt(space->block[b]);
  return 1;
}

/* The subset's rows, scaled, since Σ_b β_b x_b·y_b is the inner product of x and y with their features times √β: copies
 * in one allocation, which x[0] is. */
static int scale_rows(struct feature_node **x, const slant_space *space, const slant_subset *subset, size_t n_features,
                      slant_error *error) {
  struct feature_node **nodes = space->problem->nodes;
  size_t cells = 0, at = 0;
  for (uint32_t i = 0; i < subset->n; i++, cells++)
    for (const struct feature_node *cell = nodes[subset->members[i]]; cell->index > 0; cell++) cells++;
  double *root = slant_alloc(n_features + 1, sizeof *root);
  struct feature_node *copy = slant_alloc(cells, sizeof *copy);
  if (!root || !copy) {
    free(root);
    free(copy);
    return slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  }
  for (size_t f = 0; f <= n_features; f++) root[f] = root_of(space, f); /* the last is the bias */
  for (uint32_t i = 0; i < subset->n; i++) {
    x[i] = copy + at;
    const struct feature_node *cell = nodes[subset->members[i]];
    for (; cell->index > 0; cell++)
      copy[at++] = (struct feature_node){cell->index, cell->value * root[cell->index - 1]};
    copy[at++] = *cell;
  }
  free(root);
  return SLANT_OK;
}

int slant_liblinear_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                        slant_error *error) {
  const slant_problem *problem = space->problem;
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  double weights[2];
  if (!slant_subset_sign_weights(subset, weights))
    return slant_fail(error, SLANT_E_ARGUMENT, "LIBLINEAR weighs the two sides of a fit, not single examples");
  struct feature_node **x = slant_alloc(subset->n, sizeof *x);
  out->w = slant_alloc(n_features, sizeof *out->w);
  int status = x && out->w ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  bool scaled = space->block && problem->options.n_blocks;
  for (uint32_t i = 0; i < subset->n && !status; i++) x[i] = problem->nodes[subset->members[i]];
  if (!status && scaled) status = scale_rows(x, space, subset, n_features, error);
  if (!status) {
    status = slant_liblinear_train(x, subset->sign, subset->n, n_features, cost, weights, out->w, &out->bias, error);
    if (scaled) free(x[0]);
    for (size_t f = 0; f < n_features && scaled && !status; f++) out->w[f] *= root_of(space, f);
  }
  free(x);
  if (status) slant_machine_free(out);
  return status;
}
