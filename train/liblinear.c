/* L2-regularised squared-hinge SVM, or logistic regression, by LIBLINEAR, on the vectors themselves. */
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

int slant_liblinear_rows(slant_space *space, slant_error *error) {
  const slant_vectors *v = &space->vectors;
  const slant_problem *problem = space->problem;
  size_t cells = 0;
  for (uint32_t i = 0; i < problem->n; i++) {
    uint32_t row = problem->rows[i];
    cells += v->start[row + 1] - v->start[row] + v->n_dense + 2;
  }
  struct feature_node *cell = slant_alloc(cells, sizeof *cell);
  space->rows = slant_alloc(problem->n, sizeof *space->rows);
  if (!cell || !space->rows) {
    free(cell);
    free(space->rows);
    space->rows = NULL;
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the vectors of %u examples", problem->n);
  }
  if (problem->n == 0) free(cell);
  for (uint32_t i = 0; i < problem->n; i++) {
    space->rows[i] = cell;
    cell = write_row(cell, v, problem->rows[i]);
  }
  return SLANT_OK;
}

void slant_liblinear_rows_free(slant_space *space) {
  if (space->rows && space->problem->n) free(space->rows[0]); /* all rows are one allocation */
  free(space->rows);
  space->rows = NULL;
}

/* One model of a checked problem into w (n_features) and *bias. SLANT_E_MEMORY. */
static int train_model(const struct problem *linear, const struct parameter *parameter, double *w, double *bias) {
  struct model *model = train(linear, parameter);
  if (!model) return SLANT_E_MEMORY;
  double turn = model->label[0] > 0 ? 1 : -1; /* w is positive for the label that LIBLINEAR put first */
  for (int f = 0; f + 1 < linear->n; f++) w[f] = turn * model->w[f];
  *bias = turn * model->w[linear->n - 1];
  free_and_destroy_model(&model);
  return SLANT_OK;
}

int slant_liblinear_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                        slant_error *error) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  const slant_problem *problem = space->problem;
  size_t n_features = (size_t)space->vectors.n_sparse + space->vectors.n_dense;
  int labels[2] = {-1, 1};
  double weights[2];
  if (!slant_subset_sign_weights(subset, weights))
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--solver liblinear weighs the two sides of a fit, not single examples, which have different "
                      "weights here: --solver dcd weighs them");
  struct parameter parameter = {.solver_type = problem->options.loss == SLANT_LOSS_LOGISTIC ? L2R_LR : L2R_L2LOSS_SVC,
                                .eps = problem->options.tolerance,
                                .C = cost,
                                .nr_weight = 2,
                                .weight_label = labels,
                                .weight = weights};
  struct problem linear = {.l = (int)subset->n, .n = (int)n_features + 1, .bias = 1};
  int status = SLANT_E_MEMORY;
  linear.x = slant_alloc(subset->n, sizeof *linear.x);
  linear.y = slant_alloc(subset->n, sizeof *linear.y);
  out->w = slant_alloc(n_features, sizeof *out->w);
  if (!linear.x || !linear.y || !out->w) goto out;
  for (uint32_t i = 0; i < subset->n; i++) {
    linear.x[i] = space->rows[subset->members[i]];
    linear.y[i] = subset->sign[i];
  }
  const char *complaint = check_parameter(&linear, &parameter);
  status = complaint ? slant_fail(error, SLANT_E_ARGUMENT, "LIBLINEAR: %s", complaint)
                     : train_model(&linear, &parameter, out->w, &out->bias);
  if (!status) slant_space_fold(space, out->w);
out:
  free(linear.x);
  free(linear.y);
  if (status == SLANT_E_MEMORY) slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  if (status) slant_machine_free(out);
  return status;
}
