#include "train/describe.h"

#include "common/memory.h"
#include "train/class_weights.h"

#include <stdlib.h>

enum {
  NBSVM_AUTO = 3,
  HALVING_AUTO = 3,
  CURVE_SHARED = 0,
  CURVE_ALL = 1,
  CODING_AUTO = 0,
  CODING_ONE_VS_ONE = 1
}; /* of the words of these options */

/* The γ of a kernel for which none are named: blocks are of about unit length, so that distances are about 1. */
#define GAMMAS "0.03,0.1,0.3,1"

/* The ranges of features that go by stages. */
static void take_ranges(slant_described *out, const slant_pipeline *pipeline) {
  slant_problem_options *problem = &out->bank.fit.problem;
  problem->counted_first = problem->counted_end = 0;
  for (uint32_t s = 0; s < slant_pipeline_n_stages(pipeline); s++) {
    slant_stage_range range = slant_pipeline_stage_range(pipeline, s);
    out->blocks[s] = (slant_block){range.first, range.end};
    if (!slant_str_is(range.id, "words")) continue;
    problem->counted_first = range.first;
    problem->counted_end = range.end;
  }
}

/* What nu-SVC does not go with. */
static int check_nu(const slant_train_options *options, slant_error *error) {
  if (!options->nu) return SLANT_OK;
  bool libsvm = options->solver == SLANT_SOLVER_AUTO || options->solver == SLANT_SOLVER_LIBSVM;
  bool nbsvm = options->nbsvm == SLANT_NBSVM_ON || options->nbsvm == SLANT_NBSVM_AVERAGE;
  const char *other = !libsvm                             ? "--solver, being solved by libsvm"
                      : options->loss != SLANT_LOSS_HINGE ? "--loss, which is the hinge of its own margin"
                      : nbsvm                             ? "--nbsvm"
                      : options->class_weight             ? "--class-weight: it weighs all examples alike"
                      : options->one_standard_error       ? "--one-standard-error, which goes by C"
                                                          : NULL;
  return other ? slant_fail(error, SLANT_E_ARGUMENT, "--nu does not go with %s", other) : SLANT_OK;
}

/* What does not go together. */
static int check_problem(const slant_train_options *options, slant_error *error) {
  bool linear = options->kernel == 0;
  if (linear && options->gammas)
    return slant_fail(error, SLANT_E_ARGUMENT, "--gammas is for --kernel rbf and polynomial; a linear kernel has none");
  if (!linear && (options->solver == SLANT_SOLVER_DCD || options->solver == SLANT_SOLVER_LIBLINEAR))
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--solver dcd and liblinear fit on vectors, which takes --kernel linear");
  if (options->loss == SLANT_LOSS_LOGISTIC && (!linear || options->solver == SLANT_SOLVER_SMO))
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--loss logistic is fitted on vectors: by --kernel linear, not --solver smo");
  if (!linear && (options->nbsvm == SLANT_NBSVM_ON || options->nbsvm == SLANT_NBSVM_AVERAGE))
    return slant_fail(error, SLANT_E_ARGUMENT, "--nbsvm is a linear model, which takes --kernel linear");
  if (options->solver == SLANT_SOLVER_LIBSVM && options->loss != SLANT_LOSS_HINGE)
    return slant_fail(error, SLANT_E_ARGUMENT, "--solver libsvm has hinge loss only");
  if (options->solver == SLANT_SOLVER_LIBLINEAR && options->loss == SLANT_LOSS_HINGE)
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--solver liblinear has no hinge loss: --loss squared-hinge or logistic");
  int status = check_nu(options, error);
  return status ? status : slant_class_weights_check(options->class_weight, error);
}

static int describe_problem(slant_described *out, const slant_train_options *options, const slant_pipeline *pipeline,
                            unsigned threads, slant_error *error) {
  slant_problem_options *problem = &out->bank.fit.problem;
  bool nbsvm_auto = options->nbsvm == NBSVM_AUTO, linear = options->kernel == 0;
  int status = check_problem(options, error);
  if (status) return status;
  *problem = (slant_problem_options){.solver = (slant_solver)options->solver,
                                     .kernel = (slant_kernel)(options->kernel + 1),
                                     .degree = (uint32_t)options->degree,
                                     .coef0 = options->coef0,
                                     .loss = (slant_loss)options->loss,
                                     .nu = options->nu != NULL,
                                     .nbsvm = nbsvm_auto ? SLANT_NBSVM_OFF : (slant_nbsvm)options->nbsvm,
                                     .memory = (uint64_t)options->memory << 20,
                                     .threads = threads};
  if (!pipeline) return SLANT_OK;
  out->blocks = slant_alloc(slant_pipeline_n_stages(pipeline), sizeof *out->blocks);
  if (!out->blocks) return slant_fail(error, SLANT_E_MEMORY, "no memory for the settings of a search");
  take_ranges(out, pipeline);
  bool has_words = problem->counted_end > problem->counted_first;
  if (nbsvm_auto && linear && !options->nu && has_words && slant_pipeline_mode(pipeline) == SLANT_MODE_DOCUMENT)
    problem->nbsvm = SLANT_NBSVM_AVERAGE;
  if (problem->nbsvm == SLANT_NBSVM_OFF || has_words) return SLANT_OK;
  return slant_fail(error, SLANT_E_ARGUMENT,
                    "--nbsvm counts the features of the pipeline's stage 'words', and there are none");
}

/* Which settings there are; block weights need the pipeline's stages. */
static int describe_candidates(slant_described *out, const slant_train_options *options, const slant_pipeline *pipeline,
                               slant_error *error) {
  uint32_t n_stages = pipeline ? slant_pipeline_n_stages(pipeline) : 0;
  bool weighs = pipeline && options->block_weights;
  const char *gammas = options->kernel == 0 ? NULL : options->gammas ? options->gammas : GAMMAS;
  slant_str *names = slant_alloc(n_stages, sizeof *names);
  if (!names) return slant_fail(error, SLANT_E_MEMORY, "no memory for the settings of a search");
  for (uint32_t s = 0; s < n_stages; s++) names[s] = slant_pipeline_stage_range(pipeline, s).id;
  slant_candidate_options asked = {.method = (slant_search_method)options->search,
                                   .points = (uint32_t)options->points,
                                   .costs = options->nu ? options->nu : options->costs,
                                   .nu = options->nu != NULL,
                                   .gammas = gammas,
                                   .block_weights = weighs ? options->block_weights : NULL,
                                   .stages = names,
                                   .n_stages = n_stages};
  int status = slant_candidates_new(&out->candidates, &asked, error);
  free(names);
  if (!status && weighs) {
    out->bank.fit.problem.blocks = out->blocks;
    out->bank.fit.problem.n_blocks = n_stages;
  }
  return status;
}

static slant_search_options describe_search(const slant_train_options *options) {
  bool sobol = options->search == SLANT_SEARCH_SOBOL;
  slant_halving by = (slant_halving)options->halving;
  if (options->halving == HALVING_AUTO) by = sobol ? SLANT_HALVING_EXAMPLES : SLANT_HALVING_OFF;
  return (slant_search_options){.folds = (uint32_t)options->folds,
                                .fold_by = (slant_fold_by)options->fold_by,
                                .choice = {.metric = (slant_metric)options->metric,
                                           .favor = UINT32_MAX,
                                           .against = UINT32_MAX,
                                           .one_standard_error = options->one_standard_error != 0,
                                           .halving = by},
                                .nested = options->nested != 0,
                                .curve = options->learning_curve == CURVE_ALL,
                                .seed = (uint64_t)options->seed};
}

/* One against the rest is the better of the two by what was measured with linear kernels, and by a point; one against
 * one with others, and there it is also much the faster. */
static slant_coding coding_of(const slant_train_options *options) {
  if (options->coding == CODING_AUTO) return options->kernel == 0 ? SLANT_CODING_ONE_VS_REST : SLANT_CODING_ONE_VS_ONE;
  return options->coding == CODING_ONE_VS_ONE ? SLANT_CODING_ONE_VS_ONE : SLANT_CODING_ONE_VS_REST;
}

int slant_describe_fits(slant_described *out, const slant_train_options *options, const slant_pipeline *pipeline,
                        unsigned threads, slant_error *error) {
  static const uint32_t weight_bits[] = {0, 32, 16}; /* in the order of the words */
  *out = (slant_described){
      .bank = {
          .fit = {.coding = coding_of(options), .search = describe_search(options), .balance = options->balance != 0},
          .shared_curve = options->learning_curve == CURVE_SHARED,
          .min_examples = (uint32_t)options->min_examples,
          .actor_models = (slant_actor_models)options->actor_models,
          .weight_bits = weight_bits[options->weights]}};
  int status = describe_problem(out, options, pipeline, threads, error);
  if (!status) status = describe_candidates(out, options, pipeline, error);
  out->bank.fit.settings = out->candidates.settings;
  out->bank.fit.n_settings = out->candidates.n;
  if (status) slant_described_free(out);
  return status;
}

void slant_described_follow(slant_described *described, const slant_pipeline *pipeline) {
  take_ranges(described, pipeline);
}

void slant_described_free(slant_described *described) {
  slant_candidates_free(&described->candidates);
  free(described->blocks);
  *described = (slant_described){0};
}
