/* Kernels, derived from the inner products of the problem's blocks. */
#include "common/memory.h"
#include "common/threads.h"
#include "train/gram.h"

#include <math.h>
#include <stdlib.h>
#include <svm.h>

enum { ROWS = 64 }; /* of one parallel task */

/* Σ_b β_b x_i·x_j */
static double inner(const slant_space *space, size_t i, size_t j) {
  const slant_problem *problem = space->problem;
  size_t at = i * problem->n + j;
  double sum = 0;
  if (!space->block) {
    for (uint32_t b = 0; b < problem->n_gram; b++) sum += (double)problem->gram[b][at];
    return sum;
  }
  for (uint32_t b = 0; b < problem->n_gram; b++) sum += space->block[b] * (double)problem->gram[b][at];
  return sum;
}

static double power(double base, uint32_t exponent) {
  double out = 1;
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1) out *= base;
  return out;
}

static double apply(const slant_space *space, size_t i, size_t j) {
  const slant_problem *problem = space->problem;
  double product = inner(space, i, j);
  switch (problem->kernel) {
  case SLANT_KERNEL_RBF: {
    double distance = inner(space, i, i) + inner(space, j, j) - 2 * product;
    return exp(-space->gamma * (distance > 0 ? distance : 0));
  }
  case SLANT_KERNEL_POLYNOMIAL: return power(space->gamma * product + problem->options.coef0, problem->options.degree);
  case SLANT_KERNEL_LINEAR:
  default: return product;
  }
}

static int fill_rows(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  (void)error;
  slant_space *space = context;
  size_t n = space->problem->n, begin = index * ROWS, end = n - begin > ROWS ? begin + ROWS : n;
  for (size_t i = begin; i < end; i++) {
    struct svm_node *row = space->nodes + i * (n + 1);
    row[0] = (struct svm_node){0, (double)i + 1};
    for (size_t j = 0; j < n; j++) row[j + 1] = (struct svm_node){(int)j + 1, apply(space, i, j)};
  }
  return SLANT_OK;
}

int slant_space_new(slant_space *out, const slant_problem *problem, const slant_setting *setting, unsigned threads,
                    slant_error *error) {
  size_t n = problem->n;
  *out = (slant_space){.problem = problem, .gamma = setting->gamma, .block = setting->block};
  if (!problem->gram) return SLANT_OK;
  out->nodes = slant_alloc(n, (n + 1) * sizeof *out->nodes); /* the plan saw to it that this does not overflow */
  if (!out->nodes) return slant_fail(error, SLANT_E_MEMORY, "no memory for the kernel of %u examples", problem->n);
  int status = slant_parallel((n + ROWS - 1) / ROWS, threads ? threads : 1, fill_rows, out, error);
  if (status) slant_space_free(out);
  return status;
}

void slant_space_free(slant_space *space) {
  free(space->nodes);
  *space = (slant_space){0};
}
