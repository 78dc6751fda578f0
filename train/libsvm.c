/* C-SVC and nu-SVC by libsvm, on the precomputed kernel. */
#include "common/memory.h"
#include "train/solver.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <svm.h>

#define NEARLY 0.999 /* at the very bound of ν the margin may be 0 */

static void say_nothing(const char *text) {
  (void)text;
}

/* libsvm prints to stdout through one pointer for the whole process: set once, never changed back. */
static void silence(void) {
  svm_set_print_string_function(say_nothing);
}

/* f = Σ_k y_k α_k K(x_k, ·) - ρ, positive for the label that libsvm put first. */
static int read_machine(slant_machine *out, const struct svm_model *model, const uint32_t *members) {
  double turn = model->label[0] > 0 ? 1 : -1;
  uint32_t n = (uint32_t)model->l;
  out->support = slant_alloc(n, sizeof *out->support);
  out->coefficient = slant_alloc(n, sizeof *out->coefficient);
  if (!out->support || !out->coefficient) {
    slant_machine_free(out);
    return SLANT_E_MEMORY;
  }
  for (uint32_t k = 0; k < n; k++) {
    out->support[k] = members[model->sv_indices[k] - 1];
    out->coefficient[k] = turn * model->sv_coef[0][k];
  }
  out->n_support = n;
  out->bias = -turn * model->rho[0];
  bool finite = isfinite(out->bias);
  for (uint32_t k = 0; k < n; k++) finite = finite && isfinite(out->coefficient[k]);
  if (finite) return SLANT_OK;
  slant_machine_free(out); /* nu-SVC has found no margin to scale by: it decides nothing */
  return SLANT_OK;
}

double slant_greatest_nu(uint32_t n_positive, uint32_t n_negative) {
  uint32_t fewer = n_positive < n_negative ? n_positive : n_negative;
  return 2.0 * fewer / ((double)n_positive + n_negative);
}

/* ν, and, where a fold has a little less of a class than all examples have, what is feasible there. */
static int feasible_nu(double *out, const slant_subset *subset, double nu, slant_error *error) {
  uint32_t count[2] = {0, 0};
  for (uint32_t i = 0; i < subset->n; i++) {
    if (subset->weight && fabs(subset->weight[i] - 1) > 1e-12)
      return slant_fail(error, SLANT_E_ARGUMENT,
                        "nu-SVC takes no weights of labels or records: --costs in place of --nu");
    count[subset->sign[i] > 0]++;
  }
  double most = slant_greatest_nu(count[1], count[0]);
  *out = nu > NEARLY * most ? NEARLY * most : nu;
  return SLANT_OK;
}

int slant_libsvm_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                     slant_error *error) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  const slant_problem *problem = space->problem;
  int labels[2] = {-1, 1};
  double weights[2];
  bool by_nu = problem->options.nu;
  double nu = 0;
  if (by_nu && feasible_nu(&nu, subset, cost, error)) return SLANT_E_ARGUMENT;
  if (!slant_subset_sign_weights(subset, weights))
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--solver libsvm weighs the two sides of a fit, not single examples, which have "
                      "different weights here: --solver smo weighs them");
  struct svm_parameter parameter = {.svm_type = by_nu ? NU_SVC : C_SVC,
                                    .kernel_type = PRECOMPUTED,
                                    .cache_size = (double)problem->cache / (1 << 20),
                                    .eps = problem->options.tolerance,
                                    .C = cost,
                                    .nu = nu,
                                    .nr_weight = by_nu ? 0 : 2,
                                    .weight_label = labels,
                                    .weight = weights,
                                    .shrinking = 1};
  struct svm_problem svm = {.l = (int)subset->n};
  struct svm_model *model = NULL;
  int status = SLANT_E_MEMORY;
  svm.y = slant_alloc(subset->n, sizeof *svm.y);
  svm.x = slant_alloc(subset->n, sizeof *svm.x);
  if (!svm.y || !svm.x) goto out;
  for (uint32_t i = 0; i < subset->n; i++) {
    svm.y[i] = subset->sign[i];
    svm.x[i] = space->nodes + (size_t)subset->members[i] * ((size_t)problem->n + 1);
  }
  const char *complaint = svm_check_parameter(&svm, &parameter);
  if (complaint) {
    status = slant_fail(error, SLANT_E_ARGUMENT, "libsvm: %s", complaint);
    goto out;
  }
  model = svm_train(&svm, &parameter);
  status = model ? read_machine(out, model, subset->members) : SLANT_E_MEMORY;
out:
  if (model) svm_free_and_destroy_model(&model);
  free(svm.y);
  free(svm.x);
  if (status == SLANT_E_MEMORY) slant_fail(error, SLANT_E_MEMORY, "no memory to fit %u examples", subset->n);
  return status;
}
