#include "train/bank.h"

#include <math.h>
#include <stdlib.h>

typedef struct ranked {
  slant_str name;
  uint32_t number;
} ranked;

static int by_name(const void *left, const void *right) {
  return slant_str_compare(((const ranked *)left)->name, ((const ranked *)right)->name);
}

/* Rank of every used name in the order of bytes: rank[number], and the names in that order into sorted[]. Returns how
 * many are used. */
static uint32_t rank_names(const slant_names *names, uint32_t *rank, ranked *sorted) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < names->n; i++)
    if (rank[i]) sorted[n++] = (ranked){names->items[i], i};
  qsort(sorted, n, sizeof *sorted, by_name);
  for (uint32_t i = 0; i < n; i++) rank[sorted[i].number] = i;
  return n;
}

static int no_memory(const slant_fitted_bank *out, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the models of task '%.*s'", (int)out->bank.task.len,
                    out->bank.task.ptr);
}

/* The task's samples, and its labels sorted. */
static int collect_samples(slant_fitted_bank *out, const slant_examples *examples, uint32_t task, slant_error *error) {
  uint32_t *rank = slant_alloc_zero(examples->labels.n, sizeof *rank), n_labels = 0;
  ranked *sorted = slant_alloc(examples->labels.n, sizeof *sorted);
  out->samples = slant_alloc(examples->n_items, sizeof *out->samples);
  int status = rank && sorted && out->samples ? SLANT_OK : no_memory(out, error);
  for (uint32_t i = 0; i < examples->n_items && !status; i++) {
    const slant_example_label *item = &examples->items[i];
    if (item->task != task || item->row == SLANT_NO_ROW) continue;
    rank[item->label] = 1;
    out->samples[out->n_samples++] = (slant_sample){
        item->row, item->label, item->actor, examples->texts[item->text].group, examples->texts[item->text].date};
  }
  if (!status) {
    n_labels = rank_names(&examples->labels, rank, sorted);
    out->labels = slant_alloc(n_labels, sizeof *out->labels);
    if (!out->labels) status = no_memory(out, error);
  }
  for (uint32_t i = 0; i < n_labels && !status; i++) out->labels[i] = sorted[i].name;
  for (uint32_t i = 0; i < out->n_samples && !status; i++) out->samples[i].label = rank[out->samples[i].label];
  out->bank.labels = out->labels;
  out->bank.n_labels = n_labels;
  free(rank);
  free(sorted);
  return status;
}

static int check_labels(const slant_fitted_bank *out, slant_error *error) {
  slant_str task = out->bank.task;
  if (out->n_samples == 0)
    return slant_fail(error, SLANT_E_DATA, "task '%.*s' has no example left to learn from", (int)task.len, task.ptr);
  if (out->bank.n_labels == 1)
    return slant_fail(error, SLANT_E_DATA,
                      "task '%.*s' has one label only, '%.*s': a classifier needs examples of at least two",
                      (int)task.len, task.ptr, (int)out->labels[0].len, out->labels[0].ptr);
  if (out->bank.n_labels > SLANT_MAX_CLASSES)
    return slant_fail(error, SLANT_E_LIMIT, "task '%.*s' has %u labels; at most %d are possible", (int)task.len,
                      task.ptr, out->bank.n_labels, SLANT_MAX_CLASSES);
  return SLANT_OK;
}

/* The actors sorted, and the samples of each: a counting sort by the actors' ranks. */
static int collect_actors(slant_fitted_bank *out, const slant_names *names, slant_error *error) {
  uint32_t *rank = slant_alloc_zero(names->n, sizeof *rank);
  ranked *sorted = slant_alloc(names->n, sizeof *sorted);
  out->members = slant_alloc(out->n_samples, sizeof *out->members);
  int status = rank && sorted && out->members ? SLANT_OK : no_memory(out, error);
  if (!status) {
    for (uint32_t i = 0; i < out->n_samples; i++) rank[out->samples[i].actor] = 1;
    out->n_actors = rank_names(names, rank, sorted);
    out->actors = slant_alloc_zero(out->n_actors, sizeof *out->actors);
    if (!out->actors) status = no_memory(out, error);
  }
  if (!status) {
    for (uint32_t i = 0; i < out->n_samples; i++) out->actors[rank[out->samples[i].actor]].last++;
    uint32_t first = 0;
    for (uint32_t a = 0; a < out->n_actors; a++) {
      uint32_t count = out->actors[a].last;
      out->actors[a] = (slant_bank_actor){sorted[a].name, first, first, -1, NAN};
      first += count;
    }
    for (uint32_t i = 0; i < out->n_samples; i++) out->members[out->actors[rank[out->samples[i].actor]].last++] = i;
  }
  free(rank);
  free(sorted);
  return status;
}

static bool is_shared(slant_str actor) {
  return slant_str_is(actor, SLANT_ANY_ACTOR);
}

static bool has_two_labels(const slant_fitted_bank *out, const slant_bank_actor *actor) {
  for (uint32_t i = actor->first + 1; i < actor->last; i++)
    if (out->samples[out->members[i]].label != out->samples[out->members[actor->first]].label) return true;
  return false;
}

/* Macro-F1 of the shared model's held-out labels over one actor's examples. Its fit has the samples in the order of
 * their numbers, so held_out[] is indexed by sample. */
static int shared_quality(const slant_fitted_bank *out, slant_bank_actor *actor, slant_error *error) {
  uint32_t k = out->bank.n_labels;
  const slant_fit *shared = &out->fits[0];
  if (!shared->held_out) return SLANT_OK;
  uint64_t *confusion = slant_alloc_zero((size_t)k * k, sizeof *confusion);
  if (!confusion) return no_memory(out, error);
  for (uint32_t i = actor->first; i < actor->last; i++) {
    uint32_t sample = out->members[i];
    if (shared->held_out[sample] == SLANT_NOT_HELD_OUT) continue;
    confusion[(size_t)out->samples[sample].label * k + shared->held_out[sample]]++;
  }
  actor->shared_macro_f1 = slant_metrics_macro_f1(confusion, k);
  free(confusion);
  return SLANT_OK;
}

static void report_fit(const slant_fitted_bank *out, slant_str actor, const slant_fit *fit,
                       const slant_bank_options *options, slant_progress *progress) {
  int task_len = (int)out->bank.task.len, actor_len = (int)actor.len;
  const char *task = out->bank.task.ptr;
  const char *folded = options->fit.fold_by == SLANT_FOLD_BY_DATE ? "dates" : "groups";
  if (fit->solver == SLANT_SOLVER_LIBLINEAR && options->fit.problem.loss == SLANT_LOSS_HINGE &&
      options->fit.problem.nbsvm != SLANT_NBSVM_ON)
    slant_progress_log(progress, SLANT_LOG_NOTE,
                       "%.*s, %.*s: the Gram matrix of %u examples does not fit into --memory; fitted by LIBLINEAR, "
                       "with squared hinge loss",
                       task_len, task, actor_len, actor.ptr, fit->n);
  if (fit->n_folds == 0)
    slant_progress_log(progress, SLANT_LOG_WARNING,
                       "%.*s, %.*s: fewer than two %s of examples, so nothing could be held out: the cost is %g "
                       "unchecked, and the probabilities are not calibrated",
                       task_len, task, actor_len, actor.ptr, folded, fit->cost);
  else if (fit->n_folds < options->fit.folds)
    slant_progress_log(progress, SLANT_LOG_NOTE, "%.*s, %.*s: %u folds, for want of %s or of examples of a label",
                       task_len, task, actor_len, actor.ptr, fit->n_folds, folded);
  slant_progress_log(progress, SLANT_LOG_DEBUG, "%.*s, %.*s: %u examples, C = %g, held-out macro-F1 %.3f", task_len,
                     task, actor_len, actor.ptr, fit->n, fit->cost, fit->macro_f1.value);
}

/* The numbers of all samples, as the shared model takes them; the caller frees them. NULL: no memory. */
static uint32_t *all_samples(const slant_fitted_bank *out) {
  uint32_t *everything = slant_alloc(out->n_samples, sizeof *everything);
  for (uint32_t i = 0; everything && i < out->n_samples; i++) everything[i] = i;
  return everything;
}

static int fit_shared(slant_fitted_bank *out, const slant_bank_options *options, const slant_vectors *vectors,
                      slant_progress *progress, slant_error *error) {
  uint32_t *everything = all_samples(out);
  if (!everything) return no_memory(out, error);
  int status =
      slant_fit_model(&out->fits[0], &options->fit, vectors, out->samples, everything, out->n_samples, progress, error);
  free(everything);
  if (status) return status;
  out->n_fits = 1;
  report_fit(out, slant_str_of(SLANT_ANY_ACTOR), &out->fits[0], options, progress);
  return SLANT_OK;
}

/* The actor's own model, where it can and should have one. */
static int fit_actor(slant_fitted_bank *out, slant_bank_actor *actor, const slant_bank_options *options,
                     const slant_vectors *vectors, slant_progress *progress, slant_error *error) {
  uint32_t n = actor->last - actor->first;
  if (is_shared(actor->actor)) return SLANT_OK;
  int status = shared_quality(out, actor, error);
  if (status || n < options->min_examples || !has_two_labels(out, actor)) return status;
  if (n == out->n_samples) { /* the shared model is this actor's very own */
    actor->fit = 0;
    return SLANT_OK;
  }
  slant_fit *fit = &out->fits[out->n_fits];
  status = slant_fit_model(fit, &options->fit, vectors, out->samples, out->members + actor->first, n, progress, error);
  if (status) return status;
  report_fit(out, actor->actor, fit, options, progress);
  if (options->better && !(fit->macro_f1.value > actor->shared_macro_f1)) {
    slant_fit_free(fit);
    return SLANT_OK;
  }
  actor->fit = out->n_fits++;
  return SLANT_OK;
}

static void report_actors(const slant_fitted_bank *out, const slant_bank_options *options, slant_progress *progress) {
  uint32_t own = 0, without = 0;
  slant_str task = out->bank.task;
  for (uint32_t a = 0; a < out->n_actors; a++) {
    const slant_bank_actor *actor = &out->actors[a];
    if (is_shared(actor->actor)) continue;
    own += actor->fit >= 0;
    without += actor->fit < 0;
    if (actor->fit < 0)
      slant_progress_log(progress, SLANT_LOG_DEBUG, "%.*s, %.*s: %u examples, no model of its own", (int)task.len,
                         task.ptr, (int)actor->actor.len, actor->actor.ptr, actor->last - actor->first);
  }
  if (without)
    slant_progress_log(progress, SLANT_LOG_NOTE,
                       "%.*s: %u actors have a model of their own; %u share '*', having fewer than %u examples or "
                       "one label only%s",
                       (int)task.len, task.ptr, own, without, options->min_examples,
                       options->better ? ", or no gain from one" : "");
}

static void describe_model(slant_model *model, slant_str actor, const slant_fit *fit, uint32_t first_output) {
  *model = (slant_model){.actor = actor,
                         .coding = fit->n_classes == 2 ? SLANT_CODING_BINARY : SLANT_CODING_ONE_VS_REST,
                         .first_output = first_output,
                         .n_outputs = fit->n_outputs,
                         .n_examples = fit->n,
                         .classes = fit->classes,
                         .n_classes = fit->n_classes,
                         .calibration = fit->calibration,
                         .cost = (float)fit->cost};
}

static int by_actor(const void *left, const void *right) {
  return slant_str_compare(((const slant_model *)left)->actor, ((const slant_model *)right)->actor);
}

static void free_models(slant_fitted_bank *bank) {
  free(bank->models);
  free(bank->weights);
  free(bank->bias);
  bank->models = NULL;
  bank->weights = bank->bias = NULL;
}

/* The fits' weights side by side in one matrix. A fit's own copy is given back as soon as it is carried over. */
static int assemble(slant_fitted_bank *out, uint32_t n_features, slant_error *error) {
  uint32_t *first = slant_alloc(out->n_fits, sizeof *first), n_outputs = 0, n_models = 0;
  for (uint32_t f = 0; first && f < out->n_fits; f++) {
    first[f] = n_outputs;
    n_outputs += out->fits[f].n_outputs;
  }
  out->models = slant_alloc((size_t)out->n_actors + 1, sizeof *out->models);
  out->weights = slant_alloc(n_features, n_outputs * sizeof *out->weights);
  out->bias = slant_alloc(n_outputs, sizeof *out->bias);
  if (!first || !out->models || !out->weights || !out->bias) {
    free(first);
    return no_memory(out, error);
  }
  for (uint32_t f = 0; f < out->n_fits; f++) {
    slant_fit *fit = &out->fits[f];
    size_t k = fit->n_outputs;
    for (size_t feature = 0; feature < n_features; feature++)
      memcpy(out->weights + feature * n_outputs + first[f], fit->weights + feature * k, k * sizeof *out->weights);
    memcpy(out->bias + first[f], fit->bias, k * sizeof *out->bias);
    free(fit->weights);
    fit->weights = NULL;
  }
  describe_model(&out->models[n_models++], slant_str_of(SLANT_ANY_ACTOR), &out->fits[0], 0);
  for (uint32_t a = 0; a < out->n_actors; a++)
    if (out->actors[a].fit >= 0)
      describe_model(&out->models[n_models++], out->actors[a].actor, &out->fits[out->actors[a].fit],
                     first[out->actors[a].fit]);
  qsort(out->models, n_models, sizeof *out->models, by_actor);
  free(first);
  out->bank.models = out->models;
  out->bank.n_models = n_models;
  out->bank.n_outputs = n_outputs;
  out->bank.n_features = n_features;
  out->bank.weights = out->weights;
  out->bank.bias = out->bias;
  return SLANT_OK;
}

int slant_fit_bank(slant_fitted_bank *out, const slant_bank_options *options, const slant_vectors *vectors,
                   const slant_examples *examples, uint32_t task, slant_progress *progress, slant_error *error) {
  *out = (slant_fitted_bank){.bank = {.task = examples->tasks.items[task]}};
  int status = collect_samples(out, examples, task, error);
  if (!status) status = check_labels(out, error);
  if (!status) status = collect_actors(out, &examples->actors, error);
  if (!status) {
    out->fits = slant_alloc_zero((size_t)out->n_actors + 1, sizeof *out->fits);
    status = out->fits ? fit_shared(out, options, vectors, progress, error) : no_memory(out, error);
  }
  for (uint32_t a = 0; a < out->n_actors && !status; a++)
    status = fit_actor(out, &out->actors[a], options, vectors, progress, error);
  if (!status) report_actors(out, options, progress);
  if (!status) status = assemble(out, vectors->n_sparse + vectors->n_dense, error);
  if (status) slant_fitted_bank_free(out);
  return status;
}

int slant_refit_bank(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                     slant_progress *progress, slant_error *error) {
  uint32_t *everything = all_samples(bank);
  if (!everything) return no_memory(bank, error);
  int status = slant_refit_model(&bank->fits[0], &options->fit, vectors, bank->samples, everything, progress, error);
  for (uint32_t a = 0; a < bank->n_actors && !status; a++) {
    const slant_bank_actor *actor = &bank->actors[a];
    if (actor->fit <= 0) continue; /* none, or the shared one */
    status = slant_refit_model(&bank->fits[actor->fit], &options->fit, vectors, bank->samples,
                               bank->members + actor->first, progress, error);
  }
  free(everything);
  if (status) return status;
  free_models(bank);
  return assemble(bank, vectors->n_sparse + vectors->n_dense, error);
}

void slant_fitted_bank_free(slant_fitted_bank *bank) {
  for (uint32_t f = 0; f < bank->n_fits; f++) slant_fit_free(&bank->fits[f]);
  free(bank->labels);
  free(bank->samples);
  free(bank->members);
  free(bank->actors);
  free(bank->fits);
  free_models(bank);
  *bank = (slant_fitted_bank){0};
}
