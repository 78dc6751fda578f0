#include "train/solver.h"

#include "common/memory.h"
#include "train/dcd.h"
#include "train/gram.h"
#include "train/nbsvm.h"
#include "train/smo.h"

#include <math.h>
#include <stdlib.h>
#include <svm.h>

enum { CACHE_LEAST = 16 << 20 };

/* Bytes of n rows of a kernel for libsvm; SIZE_MAX where that cannot be represented. */
static size_t nodes_size(uint32_t n) {
  size_t cells;
  if (__builtin_mul_overflow((size_t)n, (size_t)n + 1, &cells)) return SIZE_MAX;
  return __builtin_mul_overflow(cells, sizeof(struct svm_node), &cells) ? SIZE_MAX : cells;
}

const slant_block *slant_problem_blocks(const slant_problem *problem, slant_block *everything, uint32_t *n_blocks) {
  const slant_problem_options *options = &problem->options;
  *everything = (slant_block){0, problem->vectors->n_sparse + problem->vectors->n_dense};
  *n_blocks = options->n_blocks ? options->n_blocks : 1;
  return options->n_blocks ? options->blocks : everything;
}

static int make_gram(slant_problem *problem, slant_error *error) {
  const slant_problem_options *options = &problem->options;
  slant_block everything;
  uint32_t n_blocks;
  const slant_block *blocks = slant_problem_blocks(problem, &everything, &n_blocks);
  problem->gram = slant_alloc_zero(n_blocks, sizeof *problem->gram);
  if (!problem->gram) return slant_fail(error, SLANT_E_MEMORY, "no memory for %u examples", problem->n);
  problem->n_gram = n_blocks;
  for (uint32_t b = 0; b < n_blocks; b++) {
    problem->gram[b] = slant_alloc(slant_gram_size(problem->n), 1);
    if (!problem->gram[b])
      return slant_fail(error, SLANT_E_MEMORY, "no memory for the inner products of %u examples", problem->n);
    int status = slant_gram(problem->gram[b], problem->vectors, problem->rows, problem->n, &blocks[b], NULL, 1,
                            options->threads, problem->progress, error);
    if (status) return status;
  }
  return SLANT_OK;
}

/* Which solver, whether there is a matrix, and whether inner products are kept beside it: see solver.h. */
static void plan(slant_problem *problem, bool *keeps) {
  const slant_problem_options *options = &problem->options;
  bool linear = problem->kernel == SLANT_KERNEL_LINEAR;
  uint64_t matrix = slant_gram_size(problem->n), n_blocks = options->n_blocks ? options->n_blocks : 1;
  uint64_t left = options->memory;
  *keeps = false;
  problem->solver = options->nu ? SLANT_SOLVER_LIBSVM : options->solver;
  if (problem->solver == SLANT_SOLVER_AUTO)
    problem->solver = linear && options->loss != SLANT_LOSS_HINGE ? SLANT_SOLVER_DCD : SLANT_SOLVER_SMO;
  bool wanted = problem->solver == SLANT_SOLVER_SMO || problem->solver == SLANT_SOLVER_LIBSVM;
  problem->has_matrix = wanted;
  if (problem->solver == SLANT_SOLVER_LIBSVM) {
    uint64_t nodes = nodes_size(problem->n);
    problem->has_matrix = nodes <= left;
    left -= problem->has_matrix ? nodes : 0;
  }
  problem->has_matrix = problem->has_matrix && matrix <= left;
  if (!problem->has_matrix) {
    problem->too_large = wanted;
    problem->kernel = SLANT_KERNEL_LINEAR;
    if (wanted) problem->solver = SLANT_SOLVER_DCD;
    return;
  }
  left -= matrix;
  *keeps = linear && n_blocks == 1 ? true : matrix <= left / n_blocks;
  if (problem->solver != SLANT_SOLVER_LIBSVM) return;
  /* What is left is shared by the fits that run at once, up to all rows of the problem. */
  if (!(linear && n_blocks == 1) && *keeps) left -= matrix * n_blocks;
  uint64_t share = left / (options->threads ? options->threads : 1);
  if (share > matrix) share = matrix;
  problem->cache = (size_t)(share > CACHE_LEAST ? share : CACHE_LEAST);
}

int slant_problem_new(slant_problem *out, const slant_problem_options *options, const slant_vectors *vectors,
                      const uint32_t *rows, uint32_t n, slant_progress *progress, slant_error *error) {
  *out = (slant_problem){.options = *options,
                         .solver = SLANT_SOLVER_DCD,
                         .kernel = options->kernel ? options->kernel : SLANT_KERNEL_LINEAR,
                         .vectors = vectors,
                         .rows = rows,
                         .n = n,
                         .progress = progress};
  if (!(out->options.tolerance > 0)) out->options.tolerance = 1e-3;
  if (options->nbsvm == SLANT_NBSVM_ON) return SLANT_OK; /* makes rows of its own for every fit */
  bool keeps;
  plan(out, &keeps);
  if (options->nu && !out->has_matrix)
    return slant_fail(error, SLANT_E_MEMORY,
                      "--nu needs the kernel matrix of %u examples, for which --memory has no room", n);
  int status = SLANT_OK;
  if (out->has_matrix && keeps) status = make_gram(out, error);
  if (status) slant_problem_free(out);
  return status;
}

void slant_problem_free(slant_problem *problem) {
  for (uint32_t b = 0; b < problem->n_gram; b++) free(problem->gram[b]);
  free(problem->gram);
  *problem = (slant_problem){0};
}

bool slant_subset_sign_weights(const slant_subset *subset, double weight[2]) {
  weight[0] = weight[1] = 0;
  for (uint32_t i = 0; i < subset->n; i++) {
    double own = subset->weight ? subset->weight[i] : 1, *known = &weight[subset->sign[i] > 0];
    if (*known == 0) *known = own;
    if (fabs(own - *known) > 1e-12 * *known) return false;
  }
  for (int s = 0; s < 2; s++)
    if (weight[s] == 0) weight[s] = 1; /* nobody has this sign */
  return true;
}

/* By coordinate descent, whose weights are over the space's vectors. */
static int fit_dcd(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error) {
  const slant_problem *problem = space->problem;
  size_t n_features = (size_t)space->vectors.n_sparse + space->vectors.n_dense;
  uint32_t *row = slant_alloc(subset->n, sizeof *row);
  double **w = slant_alloc(n_costs, sizeof *w), *bias = slant_alloc(n_costs, sizeof *bias);
  bool ok = row && w && bias;
  for (uint32_t i = 0; ok && i < subset->n; i++) row[i] = problem->rows[subset->members[i]];
  for (uint32_t c = 0; ok && c < n_costs; c++) ok = (w[c] = out[c].w = slant_alloc(n_features, sizeof **w)) != NULL;
  slant_dcd_problem linear = {.vectors = &space->vectors,
                              .row = row,
                              .sign = subset->sign,
                              .weight = subset->weight,
                              .n = subset->n,
                              .loss = problem->options.loss,
                              .tolerance = 10 * problem->options.tolerance,
                              .progress = problem->progress};
  int status = ok ? slant_dcd_path(&linear, costs, n_costs, w, bias, error)
                  : slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  for (uint32_t c = 0; c < n_costs && !status; c++) {
    slant_space_fold(space, w[c]);
    out[c].bias = bias[c];
  }
  free(row);
  free(w);
  free(bias);
  return status;
}

/* The SVM along the path. What solver.c's other functions and its callers see is out[] either filled or free. */
static int fit_svm(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error) {
  slant_solver solver = space->problem->solver;
  if (solver == SLANT_SOLVER_SMO) return slant_smo_path(out, space, subset, costs, n_costs, error);
  if (solver == SLANT_SOLVER_DCD) return fit_dcd(out, space, subset, costs, n_costs, error);
  int status = SLANT_OK;
  for (uint32_t c = 0; c < n_costs && !status; c++)
    status = solver == SLANT_SOLVER_LIBSVM ? slant_libsvm_fit(&out[c], space, subset, costs[c], error)
                                           : slant_liblinear_fit(&out[c], space, subset, costs[c], error);
  return status;
}

/* NBSVM has a cost of its own, so that one fit of it is averaged with the SVM at every cost. */
static int average(slant_machine *out, const slant_space *space, const slant_subset *subset, uint32_t n_costs,
                   slant_error *error) {
  slant_machine other = {0};
  int status = slant_nbsvm_fit(&other, space, subset, SLANT_NBSVM_COST, error);
  for (uint32_t c = 0; c < n_costs && !status; c++) status = slant_nbsvm_average(&out[c], &other, space, subset, error);
  slant_machine_free(&other);
  return status;
}

int slant_fit_path(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error) {
  slant_nbsvm nbsvm = space->problem->options.nbsvm;
  uint32_t n_positive = 0;
  int status = SLANT_OK;
  for (uint32_t i = 0; i < subset->n; i++) n_positive += subset->sign[i] > 0;
  for (uint32_t c = 0; c < n_costs; c++) out[c] = (slant_machine){0};
  if (n_positive == 0 || n_positive == subset->n) {
    for (uint32_t c = 0; c < n_costs; c++) out[c].bias = subset->n && n_positive ? 1 : -1;
    return SLANT_OK;
  }
  if (nbsvm == SLANT_NBSVM_ON)
    for (uint32_t c = 0; c < n_costs && !status; c++) status = slant_nbsvm_fit(&out[c], space, subset, costs[c], error);
  else
    status = fit_svm(out, space, subset, costs, n_costs, error);
  if (!status && nbsvm == SLANT_NBSVM_AVERAGE) status = average(out, space, subset, n_costs, error);
  for (uint32_t c = 0; status && c < n_costs; c++) slant_machine_free(&out[c]);
  return status;
}

double slant_machine_value(const slant_machine *machine, const slant_space *space, uint32_t example) {
  const slant_problem *problem = space->problem;
  double sum = machine->bias;
  if (machine->w) sum += slant_vectors_dot(problem->vectors, problem->rows[example], machine->w);
  if (!machine->n_support) return sum;
  const float *row = space->values + (size_t)example * problem->n;
  for (uint32_t k = 0; k < machine->n_support; k++) sum += machine->coefficient[k] * (double)row[machine->support[k]];
  return sum;
}

void slant_machine_weights(const slant_machine *machine, const slant_space *space, double *w) {
  const slant_problem *problem = space->problem;
  const slant_problem_options *options = &problem->options;
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  for (uint32_t k = 0; k < machine->n_support; k++)
    slant_vectors_add(problem->vectors, problem->rows[machine->support[k]], machine->coefficient[k], w);
  for (uint32_t b = 0; space->block && b < options->n_blocks; b++)
    for (uint32_t f = options->blocks[b].first; f < options->blocks[b].end; f++) w[f] *= space->block[b];
  for (size_t f = 0; machine->w && f < n_features; f++) w[f] += machine->w[f];
}

void slant_machine_free(slant_machine *machine) {
  free(machine->support);
  free(machine->coefficient);
  free(machine->w);
  *machine = (slant_machine){0};
}

const char *slant_solver_name(slant_solver solver) {
  static const char *const names[] = {"auto", "smo", "dcd", "libsvm", "liblinear"};
  return names[solver];
}
