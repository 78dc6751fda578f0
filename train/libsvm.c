/* C-SVC by libsvm, on the precomputed kernel. */
#include "common/memory.h"
#include "train/solver.h"

#include <pthread.h>
#include <stdlib.h>
#include <svm.h>

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
  return SLANT_OK;
}

int slant_libsvm_fit(slant_machine *out, const slant_space *space, const slant_subset *subset, double cost,
                     slant_error *error) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  const slant_problem *problem = space->problem;
  int labels[2] = {-1, 1};
  double weights[2];
  if (!slant_subset_sign_weights(subset, weights))
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--solver libsvm weighs the two sides of a fit, not single examples, which have "
                      "different weights here: --solver smo weighs them");
  struct svm_parameter parameter = {.svm_type = C_SVC,
                                    .kernel_type = PRECOMPUTED,
                                    .cache_size = (double)problem->cache / (1 << 20),
                                    .eps = problem->options.tolerance,
                                    .C = cost,
                                    .nr_weight = 2,
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
