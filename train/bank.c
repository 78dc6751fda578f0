#include "train/bank.h"

#include "common/memory.h"
#include "common/threads.h"
#include "train/coding.h"
#include "train/gram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A model of more examples than this is divided among the threads; smaller ones are fitted one a thread. */
enum { BIG = 1000, SAID = 10 /* actors that a kind of note names one by one */ };

static int no_memory(const slant_fitted_bank *bank, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the models of task '%.*s'", (int)bank->members.task.len,
                    bank->members.task.ptr);
}

static bool is_shared(slant_str actor) {
  return slant_str_is(actor, SLANT_ANY_ACTOR);
}

/* ---- planning ---- */
static uint32_t count_of(const slant_bank_actor *actor) {
  return actor->last - actor->first;
}

/* Whether a list names the actor; an empty one names all. */
static bool is_named(slant_str list, slant_str actor) {
  bool found = !list.len;
  while (list.len && !found) found = slant_str_equal(slant_str_cut(&list, ','), actor);
  return found;
}

int slant_bank_plan(slant_fitted_bank *out, slant_bank_members *members, const slant_bank *base,
                    const slant_bank_options *options, slant_error *error) {
  *out = (slant_fitted_bank){.base = base, .members = *members, .n_fits = 1};
  *members = (slant_bank_members){0};
  out->choices = slant_alloc(out->members.n_actors, sizeof *out->choices);
  if (!out->choices) return no_memory(out, error);
  for (uint32_t a = 0; a < out->members.n_actors; a++) {
    const slant_bank_actor *actor = &out->members.actors[a];
    slant_bank_choice *choice = &out->choices[a];
    *choice = (slant_bank_choice){.fit = -1, .mixture = {1, 1, 0}, .shared_macro_f1 = NAN, .own_macro_f1 = NAN};
    if (is_shared(actor->actor) || count_of(actor) < options->min_examples || !is_named(options->only, actor->actor) ||
        !slant_bank_actor_has_two_labels(&out->members, actor))
      continue;
    choice->planned = true;
    /* Where there is one actor only, the shared model is its very own. */
    choice->fit = !base && count_of(actor) == out->members.n_samples ? 0 : out->n_fits++;
  }
  out->fits = slant_alloc_zero(out->n_fits, sizeof *out->fits);
  return out->fits ? SLANT_OK : no_memory(out, error);
}

uint64_t slant_bank_work(const slant_fitted_bank *bank) {
  uint64_t work = bank->base ? 0 : bank->members.n_samples;
  for (uint32_t a = 0; a < bank->members.n_actors; a++)
    if (bank->choices[a].fit > 0) work += count_of(&bank->members.actors[a]);
  return work;
}

/* ---- fits ---- */
typedef struct fit_job {
  slant_str actor;
  slant_fit *fit;
  const uint32_t *members;
  uint32_t n;
  int status; /* SLANT_E_MEMORY: the actor is left to the shared model */
} fit_job;

typedef struct fit_loop {
  const slant_fitted_bank *bank;
  const slant_vectors *vectors;
  slant_fit_options options; /* of one fit: its threads */
  bool again;                /* refit what is there */
  bool shared_curve;
  slant_fit_journal *journal;
  fit_job *jobs;
  slant_progress *progress;
} fit_loop;

/* Fits the model, or takes it from the journal; what is fitted goes there. */
static int do_job(const fit_loop *loop, const fit_job *job, const slant_fit_options *options, slant_progress *part,
                  slant_error *error) {
  const slant_bank_members *members = &loop->bank->members;
  const slant_vectors *vectors = loop->vectors;
  slant_fit_limits limits = {job->n,           members->n_labels, vectors->n_sparse,
                             vectors->n_dense, options->settings, options->n_settings};
  int status;
  if (loop->again) return slant_refit_model(job->fit, options, vectors, members->samples, job->members, part, error);
  if (slant_fit_journal_take(loop->journal, members->task, job->actor, &limits, job->fit)) {
    status = slant_fit_judge_again(job->fit, members->samples, job->members, options->search.seed, error);
    if (status) slant_fit_free(job->fit);
    return status;
  }
  status = slant_fit_model(job->fit, options, vectors, members->samples, job->members, job->n, part, error);
  if (!status) slant_fit_journal_put(loop->journal, members->task, job->actor, &limits, job->fit);
  return status;
}

static int run_job(const fit_loop *loop, fit_job *job, const slant_fit_options *options, slant_error *error) {
  slant_fit_options with_curve = *options;
  slant_progress part;
  slant_error fault = {0};
  if (loop->shared_curve && is_shared(job->actor)) with_curve.search.curve = true;
  slant_progress_part(&part, loop->progress, job->n);
  job->status = do_job(loop, job, &with_curve, &part, &fault);
  slant_progress_destroy(&part);
  if (!job->status || (job->status == SLANT_E_MEMORY && !is_shared(job->actor) && !loop->again)) return SLANT_OK;
  if (error) *error = fault;
  return job->status;
}

static int small_job(void *context, size_t index, unsigned worker, slant_error *error) {
  (void)worker;
  const fit_loop *loop = context;
  return run_job(loop, &loop->jobs[index], &loop->options, error);
}

/* The shared model first, then those of most examples: what is long should not be left for last. */
static int longest_first(const void *left, const void *right) {
  const fit_job *a = left, *b = right;
  if (is_shared(a->actor) != is_shared(b->actor)) return is_shared(a->actor) ? -1 : 1;
  if (a->n != b->n) return a->n > b->n ? -1 : 1;
  return slant_str_compare(a->actor, b->actor);
}

static uint32_t list_jobs(const slant_fitted_bank *bank, fit_job *jobs) {
  uint32_t n = 0;
  if (!bank->base)
    jobs[n++] = (fit_job){slant_str_of(SLANT_ANY_ACTOR), &bank->fits[0], bank->members.all, bank->members.n_samples, 0};
  for (uint32_t a = 0; a < bank->members.n_actors; a++) {
    const slant_bank_actor *actor = &bank->members.actors[a];
    if (bank->choices[a].fit > 0)
      jobs[n++] = (fit_job){actor->actor, &bank->fits[bank->choices[a].fit], bank->members.by_actor + actor->first,
                            count_of(actor), 0};
  }
  qsort(jobs, n, sizeof *jobs, longest_first);
  return n;
}

static bool is_big(const fit_job *job, const slant_fit_options *options, uint32_t n_small, unsigned threads) {
  return job->n > BIG || n_small < threads || slant_gram_size(job->n) > options->problem.memory / threads;
}

/* All fits of the bank, or of its models anew. The jobs, in their order, are the caller's to free. */
static int run_jobs(fit_loop *loop, uint32_t *n_jobs, slant_error *error) {
  unsigned threads = loop->options.problem.threads ? loop->options.problem.threads : 1;
  uint32_t n, done = 0;
  int status = SLANT_OK;
  loop->jobs = slant_alloc(loop->bank->n_fits, sizeof *loop->jobs);
  if (!loop->jobs) return no_memory(loop->bank, error);
  *n_jobs = n = list_jobs(loop->bank, loop->jobs);
  for (; done < n && !status && is_big(&loop->jobs[done], &loop->options, n - done, threads); done++)
    status = run_job(loop, &loop->jobs[done], &loop->options, error);
  if (status || done == n) return status;
  fit_loop small = *loop;
  small.jobs += done;
  small.options.problem.threads = 1;
  return slant_parallel(n - done, threads, small_job, &small, error);
}

/* ---- notes ---- */
typedef struct bank_notes {
  slant_str task;
  const slant_bank_options *options;
  slant_progress *progress;
  uint32_t to_liblinear, unchecked, few_folds, not_nested, without_memory,
      infeasible; /* how often each was to be said */
} bank_notes;

/* Whether a note of this kind is still one to be said. */
static bool says(bank_notes *notes, uint32_t *said) {
  if (++*said == SAID + 1)
    slant_progress_log(notes->progress, SLANT_LOG_NOTE, "%.*s: more actors like these are not named",
                       (int)notes->task.len, notes->task.ptr);
  return *said <= SAID;
}

/* Values of ν that were left out, or all of them. */
static void note_nu(bank_notes *notes, slant_str actor, const slant_fit *fit) {
  const slant_fit_options *options = &notes->options->fit;
  double most = slant_coding_greatest_nu(fit->coding, fit->counts, fit->n_classes), least = 1, greatest = 0;
  for (uint32_t s = 0; s < options->n_settings; s++) {
    least = fmin(least, options->settings[s].cost);
    greatest = fmax(greatest, options->settings[s].cost);
  }
  if (greatest <= most || !says(notes, &notes->infeasible)) return;
  slant_progress_log(notes->progress, SLANT_LOG_NOTE,
                     "%.*s, %.*s: nu can be %.3g at most, for want of examples of the rarest label: %s",
                     (int)notes->task.len, notes->task.ptr, (int)actor.len, actor.ptr, most,
                     least > most ? "that is taken, the values of --nu being greater"
                                  : "the greater values of --nu are left out");
}

static void note_fit(bank_notes *notes, slant_str actor, const slant_fit *fit) {
  int task_len = (int)notes->task.len, actor_len = (int)actor.len;
  const char *task = notes->task.ptr;
  const slant_fit_options *options = &notes->options->fit;
  const char *folded = options->search.fold_by == SLANT_FOLD_BY_DATE ? "dates" : "groups";
  if (fit->too_large && says(notes, &notes->to_liblinear))
    slant_progress_log(
        notes->progress, SLANT_LOG_NOTE,
        "%.*s, %.*s: the kernel matrix of %u examples does not fit into --memory; fitted on the vectors, "
        "as LIBLINEAR does, with a linear kernel",
        task_len, task, actor_len, actor.ptr, fit->n);
  if (options->problem.nu) note_nu(notes, actor, fit);
  if (fit->n_folds == 0 && says(notes, &notes->unchecked))
    slant_progress_log(notes->progress, SLANT_LOG_WARNING,
                       "%.*s, %.*s: fewer than two %s of examples, so nothing could be held out: %s is %g "
                       "unchecked, and the probabilities are not calibrated",
                       task_len, task, actor_len, actor.ptr, folded, options->problem.nu ? "nu" : "the cost",
                       fit->setting.cost);
  else if (fit->n_folds && fit->n_folds < options->search.folds && says(notes, &notes->few_folds))
    slant_progress_log(notes->progress, SLANT_LOG_NOTE,
                       "%.*s, %.*s: %u folds, for want of %s or of examples of a label", task_len, task, actor_len,
                       actor.ptr, fit->n_folds, folded);
  if (options->search.nested && fit->n_folds && !fit->report.n_nested && says(notes, &notes->not_nested))
    slant_progress_log(notes->progress, SLANT_LOG_NOTE,
                       "%.*s, %.*s: %u folds are too few for nested cross-validation, which leaves out two at a time",
                       task_len, task, actor_len, actor.ptr, fit->n_folds);
  slant_progress_log(notes->progress, SLANT_LOG_DEBUG, "%.*s, %.*s: %u examples, %s = %g, held-out macro-F1 %.3f",
                     task_len, task, actor_len, actor.ptr, fit->n, options->problem.nu ? "nu" : "C", fit->setting.cost,
                     fit->macro_f1.value);
}

/* Says what became of the fits, in the order of actors, and takes those away that found no memory. */
static void settle_jobs(slant_fitted_bank *bank, const fit_job *jobs, uint32_t n, bank_notes *notes) {
  if (!bank->base) note_fit(notes, slant_str_of(SLANT_ANY_ACTOR), &bank->fits[0]);
  for (uint32_t j = 0; j < n; j++)
    if (jobs[j].status && says(notes, &notes->without_memory))
      slant_progress_log(notes->progress, SLANT_LOG_WARNING,
                         "%.*s, %.*s: no memory to fit its %u examples; it is judged by the shared model. Fewer "
                         "--threads or a smaller --memory may help",
                         (int)notes->task.len, notes->task.ptr, (int)jobs[j].actor.len, jobs[j].actor.ptr, jobs[j].n);
  for (uint32_t a = 0; a < bank->members.n_actors; a++) {
    slant_bank_choice *choice = &bank->choices[a];
    if (choice->fit <= 0) continue;
    if (bank->fits[choice->fit].n_outputs)
      note_fit(notes, bank->members.actors[a].actor, &bank->fits[choice->fit]);
    else
      choice->fit = -1;
  }
}

static void note_actors(const slant_fitted_bank *bank, bank_notes *notes) {
  uint32_t own = 0, mixed = 0, without = 0;
  int len = (int)notes->task.len;
  for (uint32_t a = 0; a < bank->members.n_actors; a++) {
    const slant_bank_actor *actor = &bank->members.actors[a];
    const slant_bank_choice *choice = &bank->choices[a];
    if (is_shared(actor->actor) || (bank->base && !choice->planned)) continue;
    own += choice->fit >= 0;
    mixed += choice->fit >= 0 && choice->mixture.shared > 0;
    without += choice->fit < 0;
    if (choice->fit < 0)
      slant_progress_log(notes->progress, SLANT_LOG_DEBUG, "%.*s, %.*s: %u examples, no model of its own", len,
                         notes->task.ptr, (int)actor->actor.len, actor->actor.ptr, count_of(actor));
  }
  if (without)
    slant_progress_log(
        notes->progress, SLANT_LOG_NOTE,
        "%.*s: %u actors have a model of their own; %u share '*', having fewer than %u examples or one label only%s",
        len, notes->task.ptr, own, without, notes->options->min_examples,
        notes->options->actor_models == SLANT_ACTORS_ALWAYS ? "" : ", or no gain from one");
  if (mixed)
    slant_progress_log(notes->progress, SLANT_LOG_NOTE, "%.*s: %u actors' own models are mixed with the shared one",
                       len, notes->task.ptr, mixed);
}

/* ---- own, shared, or both ---- */
/* Macro-F1 of held-out labels: held_out[i] is of member i. */
static int quality(const slant_fitted_bank *bank, const slant_bank_actor *actor, double *out, slant_error *error) {
  uint32_t k = bank->members.n_labels;
  const slant_fit *shared = &bank->fits[0];
  if (!shared->held_out) return SLANT_OK;
  uint64_t *confusion = slant_alloc_zero((size_t)k * k, sizeof *confusion), n = 0;
  if (!confusion) return no_memory(bank, error);
  for (uint32_t i = actor->first; i < actor->last; i++) {
    uint32_t sample = bank->members.by_actor[i]; /* the shared fit has the samples in the order of their numbers */
    if (shared->held_out[sample] == SLANT_NOT_HELD_OUT) continue;
    confusion[(size_t)bank->members.samples[sample].label * k + shared->held_out[sample]]++;
    n++;
  }
  if (n) *out = slant_metrics_macro_f1(confusion, k);
  free(confusion);
  return SLANT_OK;
}

/* The class of the fit that has this label, or -1. */
static int64_t class_with(const slant_fit *fit, uint32_t label) {
  for (uint32_t c = 0; c < fit->n_classes; c++)
    if (fit->classes[c] == label) return c;
  return -1;
}

/* The shared model speaks for every label of the task. An own model that has not seen one is sure that it is none, as a
 * machine that sees one sign only is: -1. */
static void widen(const slant_fit *own, uint32_t h, const slant_fit *shared, double *scores) {
  for (uint32_t c = 0; c < shared->n_classes; c++) {
    int64_t found = class_with(own, shared->classes[c]);
    scores[c] = found < 0 ? -1 : own->scores[(size_t)h * own->n_classes + (size_t)found];
  }
}

/* Takes over arrays for every class of the shared model. */
static void become_wide(slant_fit *own, const slant_fit *shared, float *weights, float *bias, uint32_t *classes,
                        uint32_t *counts) {
  free(own->weights);
  free(own->bias);
  free(own->classes);
  free(own->counts);
  own->weights = weights;
  own->bias = bias;
  own->classes = classes;
  own->counts = counts;
  own->n_outputs = shared->n_outputs;
  own->n_classes = shared->n_classes;
}

/* The same of its outputs: a binary model among more classes speaks for each of its two. */
static int widen_fit(slant_fit *own, const slant_fit *shared, slant_error *error) {
  uint32_t k = shared->n_classes, before = own->n_outputs;
  if (k == own->n_classes) return SLANT_OK;
  float *weights = slant_alloc_zero(own->n_rows, k * sizeof *weights), *bias = slant_alloc(k, sizeof *bias);
  uint32_t *classes = slant_alloc(k, sizeof *classes), *counts = slant_alloc_zero(k, sizeof *counts);
  if (!weights || !bias || !classes || !counts) {
    free(weights);
    free(bias);
    free(classes);
    free(counts);
    return slant_fail(error, SLANT_E_MEMORY, "no memory to mix models");
  }
  for (uint32_t c = 0; c < k; c++) {
    int64_t found = class_with(own, shared->classes[c]);
    classes[c] = shared->classes[c];
    bias[c] = -1;
    if (found < 0) continue;
    float sign = before == 1 && found == 1 ? -1.0f : 1.0f;
    size_t output = before == 1 ? 0 : (size_t)found;
    counts[c] = own->counts[found];
    bias[c] = sign * own->bias[output];
    for (size_t r = 0; r < own->n_rows; r++) weights[r * k + c] = sign * own->weights[r * before + output];
  }
  become_wide(own, shared, weights, bias, classes, counts);
  return SLANT_OK;
}

/* The held-out scores of either model on those examples of an actor that both have. */
typedef struct both_scores {
  uint32_t n, *held, *class; /* held: numbers among the actor's members */
  double *own, *shared;      /* n × classes of the shared model */
} both_scores;

static int by_number(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a < b ? -1 : a > b;
}

static bool gather_both(both_scores *out, const slant_fitted_bank *bank, const slant_bank_actor *actor,
                        const slant_fit *own) {
  const slant_fit *shared = &bank->fits[0];
  size_t k = shared->n_classes;
  out->held = slant_alloc(own->n_held, sizeof *out->held);
  out->class = slant_alloc(own->n_held, sizeof *out->class);
  out->own = slant_alloc(own->n_held, k * sizeof *out->own);
  out->shared = slant_alloc(own->n_held, k * sizeof *out->shared);
  if (!out->held || !out->class || !out->own || !out->shared) return false;
  for (uint32_t h = 0; h < own->n_held; h++) {
    uint32_t sample = bank->members.by_actor[actor->first + own->held[h]];
    const uint32_t *found = bsearch(&sample, shared->held, shared->n_held, sizeof sample, by_number);
    if (!found) continue;
    int64_t class = class_with(shared, bank->members.samples[sample].label);
    if (class < 0) continue;
    out->held[out->n] = own->held[h];
    out->class[out->n] = (uint32_t) class;
    widen(own, h, shared, out->own + out->n * k);
    memcpy(out->shared + out->n * k, shared->scores + (size_t)(found - shared->held) * k, k * sizeof *out->shared);
    out->n++;
  }
  return true;
}

/* What cross-validation says for an actor that has a fit. */
static int choose(slant_fitted_bank *bank, uint32_t a, const slant_bank_options *options, slant_error *error) {
  const slant_bank_actor *actor = &bank->members.actors[a];
  slant_bank_choice *choice = &bank->choices[a];
  slant_fit *own = &bank->fits[choice->fit];
  const slant_fit *shared = &bank->fits[0];
  both_scores both = {0};
  int status = SLANT_OK;
  choice->mixture = (slant_mixture){0, 0, 1}; /* where nothing is held out, nothing speaks for a model of its own */
  if (bank->base) choice->mixture = (slant_mixture){1, 1, 0}; /* "*" may have learned from all of its examples */
  if (!own->scores || !shared->scores) return SLANT_OK;
  for (uint32_t c = 0; c < own->n_classes; c++) /* a shared model that does not know a label cannot be the better one */
    if (class_with(shared, own->classes[c]) < 0) return SLANT_OK;
  if (!gather_both(&both, bank, actor, own)) status = no_memory(bank, error);
  if (!status && both.n)
    status = slant_mixture_choose(&choice->mixture, both.own, both.shared, both.class, both.n, shared->n_classes,
                                  options->actor_models == SLANT_ACTORS_COMBINE, error);
  if (!status && choice->mixture.own > 0 && choice->mixture.shared > 0) {
    slant_mixture_scores(&choice->mixture, both.own, both.shared, (size_t)both.n * shared->n_classes, both.own);
    status = widen_fit(own, shared, error);
    if (!status) {
      status = slant_fit_judge(own, both.n, both.held, both.own, bank->members.samples,
                               bank->members.by_actor + actor->first, options->fit.search.seed, error);
      both.held = NULL; /* these are the fit's now */
      both.own = NULL;
    }
  }
  free(both.held);
  free(both.class);
  free(both.own);
  free(both.shared);
  return status;
}

static int decide(slant_fitted_bank *bank, const slant_bank_options *options, slant_error *error) {
  int status = SLANT_OK;
  for (uint32_t a = 0; a < bank->members.n_actors && !status; a++) {
    slant_bank_choice *choice = &bank->choices[a];
    if (is_shared(bank->members.actors[a].actor)) continue;
    status = quality(bank, &bank->members.actors[a], &choice->shared_macro_f1, error);
    if (status || choice->fit <= 0) continue;
    slant_fit *fit = &bank->fits[choice->fit];
    choice->own_macro_f1 = fit->macro_f1.value;
    if (options->actor_models != SLANT_ACTORS_ALWAYS) status = choose(bank, a, options, error);
    if (status || choice->mixture.own > 0) continue;
    slant_fit_free(fit);
    choice->fit = -1;
  }
  for (uint32_t f = 0; f < bank->n_fits; f++) { /* they have served */
    free(bank->fits[f].held);
    free(bank->fits[f].scores);
    bank->fits[f].held = NULL;
    bank->fits[f].scores = NULL;
  }
  return status;
}

/* ---- the bank ---- */
static slant_model describe_model(slant_str actor, const slant_fit *fit) {
  return (slant_model){.actor = actor,
                       .coding = fit->coding,
                       .n_examples = fit->n,
                       .classes = fit->classes,
                       .n_classes = fit->n_classes,
                       .calibration = fit->calibration.calibration,
                       .cost = (float)fit->setting.cost};
}

static void free_models(slant_fitted_bank *bank) {
  slant_bank_builder_free(bank->builder);
  bank->builder = NULL;
}

/* Hands a fit by a kernel over to the builder, times a factor. */
static int add_support(slant_fitted_bank *bank, const slant_model *model, const slant_fit *fit, double factor,
                       slant_error *error) {
  slant_kernel_model kernel = fit->support;
  size_t n = (size_t)kernel.n_support * kernel.n_outputs;
  double *coefficient = slant_alloc(n, sizeof *coefficient), *bias = slant_alloc(kernel.n_outputs, sizeof *bias);
  int status = coefficient && bias ? SLANT_OK : no_memory(bank, error);
  for (size_t i = 0; i < n && !status; i++) coefficient[i] = factor * kernel.coefficient[i];
  for (uint32_t m = 0; m < kernel.n_outputs && !status; m++) bias[m] = factor * kernel.bias[m];
  kernel.coefficient = coefficient;
  kernel.bias = bias;
  if (!status) status = slant_bank_builder_add_kernel(bank->builder, model, &kernel, error);
  free(coefficient);
  free(bias);
  return status;
}

/* The same for any fit. */
static int add_fit(slant_fitted_bank *bank, const slant_model *model, const slant_fit *fit, double factor,
                   slant_error *error) {
  if (fit->kernel != SLANT_KERNEL_LINEAR) return add_support(bank, model, fit, factor, error);
  size_t n = (size_t)fit->n_rows * fit->n_outputs;
  float *weights = slant_alloc(n, sizeof *weights), *bias = slant_alloc(fit->n_outputs, sizeof *bias);
  int status = weights && bias ? SLANT_OK : no_memory(bank, error);
  for (size_t i = 0; i < n && !status; i++) weights[i] = (float)(factor * (double)fit->weights[i]);
  for (uint32_t m = 0; m < fit->n_outputs && !status; m++) bias[m] = (float)(factor * (double)fit->bias[m]);
  const slant_linear_model linear = {fit->n_rows, fit->features, weights, bias};
  if (!status) status = slant_bank_builder_add(bank->builder, model, &linear, error);
  free(weights);
  free(bias);
  return status;
}

static int by_name(const void *left, const void *right) {
  return slant_str_compare(((const slant_bank_actor *)left)->actor, ((const slant_bank_actor *)right)->actor);
}

/* The base's models but those of actors that were fitted anew. */
static int copy_base(slant_fitted_bank *bank, slant_error *error) {
  int status = SLANT_OK;
  for (uint32_t m = 0; m < bank->base->n_models && !status; m++) {
    const slant_model *model = &bank->base->models[m];
    slant_bank_actor key = {.actor = model->actor};
    const slant_bank_actor *found =
        bsearch(&key, bank->members.actors, bank->members.n_actors, sizeof *bank->members.actors, by_name);
    if (found && bank->choices[found - bank->members.actors].planned) continue;
    status = slant_bank_builder_copy(bank->builder, bank->base, model, error);
  }
  return status;
}

/* The models of the bank; a mixed one refers to the shared model. Their fits' weights are given back as soon as they
 * are carried over. */
static int assemble(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                    slant_error *error) {
  slant_fit *shared = &bank->fits[0];
  slant_model star = describe_model(slant_str_of(SLANT_ANY_ACTOR), shared);
  int status = slant_bank_builder_new(&bank->builder, bank->members.task, bank->members.labels, bank->members.n_labels,
                                      vectors->n_sparse, vectors->n_dense, error);
  if (!status) status = bank->base ? copy_base(bank, error) : add_fit(bank, &star, shared, 1, error);
  slant_fit_drop_weights(shared);
  for (uint32_t a = 0; a < bank->members.n_actors && !status; a++) {
    const slant_bank_choice *choice = &bank->choices[a];
    if (choice->fit < 0) continue;
    slant_fit *fit = &bank->fits[choice->fit];
    slant_model model = describe_model(bank->members.actors[a].actor, fit);
    if (!choice->fit) {
      status = slant_bank_builder_add_same(bank->builder, &model, star.actor, error);
      continue;
    }
    model.shared = choice->mixture.shared > 0 ? (float)choice->mixture.shared : 0;
    status = add_fit(bank, &model, fit, choice->mixture.own, error);
    slant_fit_drop_weights(fit);
  }
  uint32_t bits = options->weight_bits;
  if (!bits) bits = bank->base ? slant_bank_weight_bits(bank->base) : 32;
  return status ? status : slant_bank_builder_finish(bank->builder, bits, &bank->bank, error);
}

int slant_bank_fit(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                   slant_progress *progress, slant_error *error) {
  fit_loop loop = {.bank = bank,
                   .vectors = vectors,
                   .options = options->fit,
                   .shared_curve = options->shared_curve,
                   .journal = options->journal,
                   .progress = progress};
  bank_notes notes = {.task = bank->members.task, .options = options, .progress = progress};
  uint32_t n_jobs = 0;
  slant_str task = bank->members.task;
  loop.options.label_weight = bank->label_weight;
  if (!slant_metrics_pair(bank->members.labels, bank->members.n_labels, &loop.options.favor, &loop.options.against) &&
      options->fit.search.choice.metric == SLANT_METRIC_F_AVG)
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--metric f-avg is the mean F1 of the labels favor and against, and task '%.*s' has none such",
                      (int)task.len, task.ptr);
  int status = run_jobs(&loop, &n_jobs, error);
  if (!status) settle_jobs(bank, loop.jobs, n_jobs, &notes);
  free(loop.jobs);
  if (!status) status = decide(bank, options, error);
  if (!status) note_actors(bank, &notes);
  return status ? status : assemble(bank, options, vectors, error);
}

int slant_bank_refit(slant_fitted_bank *bank, const slant_bank_options *options, const slant_vectors *vectors,
                     slant_progress *progress, slant_error *error) {
  fit_loop loop = {.bank = bank, .vectors = vectors, .options = options->fit, .again = true, .progress = progress};
  uint32_t n_jobs;
  loop.options.label_weight = bank->label_weight;
  int status = run_jobs(&loop, &n_jobs, error);
  free(loop.jobs);
  for (uint32_t a = 0; a < bank->members.n_actors && !status; a++)
    if (bank->choices[a].fit > 0 && bank->choices[a].mixture.shared > 0)
      status = widen_fit(&bank->fits[bank->choices[a].fit], &bank->fits[0], error);
  if (status) return status;
  free_models(bank);
  return assemble(bank, options, vectors, error);
}

void slant_fitted_bank_free(slant_fitted_bank *bank) {
  for (uint32_t f = 0; f < bank->n_fits && bank->fits; f++) slant_fit_free(&bank->fits[f]);
  slant_bank_members_free(&bank->members);
  free(bank->label_weight);
  free(bank->choices);
  free(bank->fits);
  free_models(bank);
  *bank = (slant_fitted_bank){0};
}
