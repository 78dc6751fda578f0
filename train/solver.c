#include "train/solver.h"

#include "common/memory.h"
#include "train/gram.h"
#include "train/nbsvm.h"

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

static int make_gram(slant_problem *problem, slant_progress *progress, slant_error *error) {
  const slant_problem_options *options = &problem->options;
  uint32_t all = problem->vectors->n_sparse + problem->vectors->n_dense;
  const slant_block everything = {0, all}, *blocks = options->n_blocks ? options->blocks : &everything;
  uint32_t n_blocks = options->n_blocks ? options->n_blocks : 1;
  problem->gram = slant_alloc_zero(n_blocks, sizeof *problem->gram);
  if (!problem->gram) return slant_fail(error, SLANT_E_MEMORY, "no memory for %u examples", problem->n);
  problem->n_gram = n_blocks;
  for (uint32_t b = 0; b < n_blocks; b++) {
    problem->gram[b] = slant_alloc(slant_gram_size(problem->n), 1);
    if (!problem->gram[b])
      return slant_fail(error, SLANT_E_MEMORY, "no memory for the inner products of %u examples", problem->n);
    int status = slant_gram(problem->gram[b], problem->vectors, problem->rows, problem->n, &blocks[b], NULL, 1,
                            options->threads, progress, error);
    if (status) return status;
  }
  return SLANT_OK;
}

int slant_problem_new(slant_problem *out, const slant_problem_options *options, const slant_vectors *vectors,
                      const uint32_t *rows, uint32_t n, slant_progress *progress, slant_error *error) {
  *out = (slant_problem){.options = *options,
                         .solver = SLANT_SOLVER_LIBLINEAR,
                         .kernel = options->kernel ? options->kernel : SLANT_KERNEL_LINEAR,
                         .vectors = vectors,
                         .rows = rows,
                         .n = n};
  if (options->nbsvm == SLANT_NBSVM_ON) return SLANT_OK; /* makes rows of its own for every fit */
  size_t nodes = nodes_size(n), inner = slant_gram_size(n), n_blocks = options->n_blocks ? options->n_blocks : 1;
  bool fits = nodes <= options->memory && inner <= (options->memory - nodes) / n_blocks;
  if (!fits || options->loss == SLANT_LOSS_SQUARED_HINGE) {
    out->kernel = SLANT_KERNEL_LINEAR;
    int status = slant_liblinear_nodes(out, error);
    if (status) slant_problem_free(out);
    return status;
  }
  out->solver = SLANT_SOLVER_LIBSVM;
  /* What the matrices leave of the memory is shared by the fits that run at once, up to all rows of the problem. */
  unsigned threads = options->threads ? options->threads : 1;
  uint64_t share = (options->memory - nodes - inner * n_blocks) / threads;
  if (share > inner) share = inner;
  out->cache = (size_t)(share > CACHE_LEAST ? share : CACHE_LEAST);
  int status = make_gram(out, progress, error);
  if (status) slant_problem_free(out);
  return status;
}

void slant_problem_free(slant_problem *problem) {
  slant_liblinear_nodes_free(problem);
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

static int fit_svm(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                   slant_error *error) {
  if (space->problem->solver == SLANT_SOLVER_LIBLINEAR) return slant_liblinear_fit(out, space, subset, cost, error);
  return slant_libsvm_fit(out, space, subset, cost, error);
}

/* One cost: the SVM, NBSVM, or their mean. */
static int fit_one(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                   slant_error *error) {
  slant_nbsvm nbsvm = space->problem->options.nbsvm;
  if (nbsvm == SLANT_NBSVM_ON) return slant_nbsvm_fit(out, space, subset, cost, error);
  int status = fit_svm(out, space, subset, cost, error);
  if (status || nbsvm == SLANT_NBSVM_OFF) return status;
  slant_machine other = {0};
  status = slant_nbsvm_fit(&other, space, subset, SLANT_NBSVM_COST, error);
  if (!status) status = slant_nbsvm_average(out, &other, space, subset, error);
  slant_machine_free(&other);
  if (status) slant_machine_free(out);
  return status;
}

int slant_fit_path(slant_machine *out, const slant_space *space, const slant_subset *subset, const double *costs,
                   uint32_t n_costs, slant_error *error) {
  uint32_t n_positive = 0;
  int status = SLANT_OK;
  for (uint32_t i = 0; i < subset->n; i++) n_positive += subset->sign[i] > 0;
  for (uint32_t c = 0; c < n_costs; c++) {
    out[c] = (slant_machine){0};
    if (n_positive == 0 || n_positive == subset->n)
      out[c].bias = subset->n && n_positive ? 1 : -1;
    else if (!status)
      status = fit_one(&out[c], space, subset, costs[c], error);
  }
  for (uint32_t c = 0; status && c < n_costs; c++) slant_machine_free(&out[c]);
  return status;
}

double slant_machine_value(const slant_machine *machine, const slant_space *space, uint32_t example) {
  const slant_problem *problem = space->problem;
  double sum = machine->bias;
  if (machine->w) sum += slant_vectors_dot(problem->vectors, problem->rows[example], machine->w);
  if (!machine->n_support) return sum;
  const struct svm_node *row = space->nodes + (size_t)example * ((size_t)problem->n + 1);
  for (uint32_t k = 0; k < machine->n_support; k++) sum += machine->coefficient[k] * row[machine->support[k] + 1].value;
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
  return solver == SLANT_SOLVER_LIBLINEAR ? "liblinear" : "libsvm";
}
