#include "train/solver.h"

#include "train/gram.h"
#include "train/nbsvm.h"

#include <stdlib.h>

enum { CACHE_LEAST = 16 << 20 };

int slant_problem_new(slant_problem *out, const slant_problem_options *options, const slant_vectors *vectors,
                      const uint32_t *rows, uint32_t n, slant_progress *progress, slant_error *error) {
  *out = (slant_problem){.solver = SLANT_SOLVER_LIBLINEAR,
                         .nbsvm = options->nbsvm,
                         .counted_first = options->counted_first,
                         .counted_end = options->counted_end,
                         .vectors = vectors,
                         .rows = rows,
                         .n = n};
  if (options->nbsvm == SLANT_NBSVM_ON) return SLANT_OK; /* makes rows of its own for every fit */
  size_t matrix = slant_gram_size(n);
  if (options->loss == SLANT_LOSS_SQUARED_HINGE || matrix > options->memory) return slant_liblinear_nodes(out, error);
  out->solver = SLANT_SOLVER_LIBSVM;
  /* What the matrix leaves of the memory is shared by the fits that run at once, up to all rows of the problem. */
  unsigned threads = options->threads ? options->threads : 1;
  uint64_t share = (options->memory - matrix) / threads, all = (uint64_t)n * n * sizeof(float);
  if (share > all) share = all;
  out->cache = (size_t)(share > CACHE_LEAST ? share : CACHE_LEAST);
  return slant_gram(&out->gram, vectors, rows, n, threads, progress, error);
}

void slant_problem_free(slant_problem *problem) {
  slant_liblinear_nodes_free(problem);
  free(problem->gram);
  *problem = (slant_problem){0};
}

static int fit_svm(slant_machine *out, const slant_problem *problem, const uint32_t *members, const signed char *sign,
                   uint32_t n_members, double cost, const double weight[2], slant_error *error) {
  if (problem->solver == SLANT_SOLVER_LIBLINEAR)
    return slant_liblinear_fit(out, problem, members, sign, n_members, cost, weight, error);
  return slant_libsvm_fit(out, problem, members, sign, n_members, cost, weight, error);
}

int slant_problem_fit(slant_machine *out, const slant_problem *problem, const uint32_t *members,
                      const signed char *sign, uint32_t n_members, double cost, const double weight[2],
                      slant_error *error) {
  *out = (slant_machine){0};
  uint32_t n_positive = 0;
  for (uint32_t i = 0; i < n_members; i++) n_positive += sign[i] > 0;
  if (n_positive == 0 || n_positive == n_members) {
    out->bias = n_members && n_positive ? 1 : -1;
    return SLANT_OK;
  }
  if (problem->nbsvm == SLANT_NBSVM_ON)
    return slant_nbsvm_fit(out, problem, members, sign, n_members, cost, weight, error);
  int status = fit_svm(out, problem, members, sign, n_members, cost, weight, error);
  if (status || problem->nbsvm == SLANT_NBSVM_OFF) return status;
  slant_machine other = {0};
  status = slant_nbsvm_fit(&other, problem, members, sign, n_members, SLANT_NBSVM_COST, weight, error);
  if (!status) status = slant_nbsvm_average(out, &other, problem, members, n_members, error);
  slant_machine_free(&other);
  if (status) slant_machine_free(out);
  return status;
}

double slant_machine_value(const slant_machine *machine, const slant_problem *problem, uint32_t example) {
  double sum = machine->bias;
  if (machine->w) sum += slant_vectors_dot(problem->vectors, problem->rows[example], machine->w);
  if (!machine->n_support) return sum;
  const struct svm_node *row = problem->gram + (size_t)example * ((size_t)problem->n + 1);
  for (uint32_t k = 0; k < machine->n_support; k++) sum += machine->coefficient[k] * row[machine->support[k] + 1].value;
  return sum;
}

void slant_machine_weights(const slant_machine *machine, const slant_problem *problem, double *w) {
  size_t n_features = (size_t)problem->vectors->n_sparse + problem->vectors->n_dense;
  for (uint32_t k = 0; k < machine->n_support; k++)
    slant_vectors_add(problem->vectors, problem->rows[machine->support[k]], machine->coefficient[k], w);
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
