#include <slant/trainer.h>

#include "common/clock.h"
#include "common/date.h"
#include "common/file.h"
#include "common/hash.h"
#include "common/threads.h"
#include "train/bank.h"
#include "train/card.h"
#include "train/class_weights.h"
#include "train/describe.h"
#include "train/examples.h"
#include "train/extract.h"
#include "train/prune.h"
#include "train/sources.h"
#include "train/trainer_private.h"
#include "train/update.h"

#include <cblas.h>
#include <gsl/gsl_errno.h>
#include <inttypes.h>
#include <math.h>
#include <slant/bundle.h>
#include <stdlib.h>

enum { REPORT_EVERY = 512 };

struct slant_trainer {
  slant_train_options options;
  slant_described described; /* once there is a pipeline: of all fits */
  unsigned threads;
  const slant_actors *actors;
  slant_progress progress;
  slant_document *document; /* scratch of add */
  slant_examples examples;
  uint64_t n_added;
  slant_named_sources sources; /* of the pipeline */
  slant_pipeline *pipeline;
  slant_fitted_bank *banks; /* n_banks, sorted by task */
  uint32_t n_banks;
  uint32_t *stage_sizes; /* features of each stage before pruning; NULL: there was none */
  slant_buffer card, times;
  const slant_bundle *base; /* that is updated; NULL: everything is new */
  char *update_actors;      /* NULL: all */
  char *journal_path;       /* NULL: none is kept */
  bool resume;
  slant_fit_journal *journal;
  char *costs_text, *gammas_text, *block_weights_text, *class_weight_text, *nu_text, *pipeline_text, *lexicons_text,
      *vectors_text, *auxiliaries_text; /* the options' own copies */
};

static int check_options(const slant_train_options *options, slant_error *error) {
  for (const slant_option *row = slant_train_option_table; row->name; row++) {
    if (row->type != SLANT_OPTION_INT) continue;
    int64_t value;
    memcpy(&value, (const char *)options + row->offset, sizeof value);
    if ((double)value < row->min || (double)value > row->max)
      return slant_fail(error, SLANT_E_ARGUMENT, "--%s is %" PRId64 "; it must be between %.15g and %.15g", row->name,
                        value, row->min, row->max);
  }
  return SLANT_OK;
}

/* Copies an optional text; false: no memory. */
static bool keep_text(char **copy, const char **text) {
  if (!*text) return true;
  *copy = strdup(*text);
  *text = *copy;
  return *copy != NULL;
}

int slant_trainer_new(slant_trainer **out, const slant_train_options *options, const slant_actors *actors,
                      const slant_observer *observer, slant_error *error) {
  *out = NULL;
  int status = check_options(options, error);
  if (status) return status;
  slant_trainer *trainer = slant_alloc_zero(1, sizeof *trainer);
  if (!trainer) return slant_fail(error, SLANT_E_MEMORY, "no memory for a trainer");
  trainer->options = *options;
  trainer->actors = actors;
  trainer->threads = options->threads ? (unsigned)options->threads : slant_cores();
  slant_progress_init(&trainer->progress, observer);
  if (!keep_text(&trainer->costs_text, &trainer->options.costs) ||
      !keep_text(&trainer->gammas_text, &trainer->options.gammas) ||
      !keep_text(&trainer->block_weights_text, &trainer->options.block_weights) ||
      !keep_text(&trainer->class_weight_text, &trainer->options.class_weight) ||
      !keep_text(&trainer->nu_text, &trainer->options.nu) ||
      !keep_text(&trainer->pipeline_text, &trainer->options.pipeline) ||
      !keep_text(&trainer->lexicons_text, &trainer->options.lexicons) ||
      !keep_text(&trainer->vectors_text, &trainer->options.vectors) ||
      !keep_text(&trainer->auxiliaries_text, &trainer->options.auxiliaries))
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for a trainer");
  if (!status) status = slant_describe_fits(&trainer->described, &trainer->options, NULL, trainer->threads, error);
  if (!status) status = slant_document_new(&trainer->document, error);
  if (!status) status = slant_progress_begin(&trainer->progress, "reading", 0, error);
  if (status)
    slant_trainer_free(trainer);
  else
    *out = trainer;
  return status;
}

int slant_trainer_journal(slant_trainer *trainer, const char *path, bool resume, slant_error *error) {
  free(trainer->journal_path);
  trainer->journal_path = strdup(path);
  trainer->resume = resume;
  return trainer->journal_path ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for a trainer");
}

int slant_trainer_update(slant_trainer *trainer, const slant_bundle *base, const char *actors, slant_error *error) {
  if (trainer->options.max_features)
    return slant_fail(error, SLANT_E_ARGUMENT, "an update keeps the bundle's features: --max-features has no meaning");
  trainer->base = base;
  if (!trainer->actors) trainer->actors = slant_bundle_actors(base);
  free(trainer->update_actors);
  trainer->update_actors = actors ? strdup(actors) : NULL;
  if (actors && !trainer->update_actors) return slant_fail(error, SLANT_E_MEMORY, "no memory for a trainer");
  return SLANT_OK;
}

int slant_trainer_add(slant_trainer *trainer, const slant_record *record, slant_error *error) {
  if (trainer->pipeline || trainer->n_banks)
    return slant_fail(error, SLANT_E_ARGUMENT, "a fitted trainer takes no more records");
  int status = slant_examples_add(&trainer->examples, record, trainer->document, error);
  if (status) return status;
  if (++trainer->n_added % REPORT_EVERY) return SLANT_OK;
  return slant_progress_step(&trainer->progress, REPORT_EVERY, error);
}

/* Document mode, or target mode where it was asked for or any label carries a span. */
static slant_mode choose_mode(const slant_trainer *trainer) {
  if (trainer->options.mode == 0) return trainer->examples.n_spans ? SLANT_MODE_TARGET : SLANT_MODE_DOCUMENT;
  return trainer->options.mode == 1 ? SLANT_MODE_DOCUMENT : SLANT_MODE_TARGET;
}

static int make_pipeline(slant_trainer *trainer, slant_mode mode, slant_error *error) {
  slant_mapping file = {0};
  slant_buffer specification = {0};
  int status = SLANT_OK;
  if (trainer->options.pipeline) {
    status = slant_map_file(&file, trainer->options.pipeline, error);
    if (status) return status;
    slant_buffer_append(&specification, file.data, file.size);
    slant_buffer_char(&specification, '\0');
    slant_unmap(&file);
    if (specification.failed) status = slant_fail(error, SLANT_E_MEMORY, "no memory for the pipeline specification");
  }
  if (!status) status = slant_named_sources_open(&trainer->sources, &trainer->options, error);
  if (!status)
    status = slant_pipeline_new_with(&trainer->pipeline, mode, specification.data, &trainer->sources.sources, error);
  if (!status) status = slant_grow_pipeline(trainer->pipeline, &trainer->examples, &trainer->progress, error);
  slant_buffer_free(&specification);
  return status;
}

static int by_task(const void *left, const void *right) {
  const slant_fitted_bank *a = left, *b = right;
  return slant_str_compare(a->members.task, b->members.task);
}

/* Whether target mode has left the task any example; said so where it has not. */
static bool has_rows(slant_trainer *trainer, uint32_t task) {
  const slant_examples *examples = &trainer->examples;
  for (uint32_t i = 0; i < examples->n_items; i++)
    if (examples->items[i].task == task && examples->items[i].row != SLANT_NO_ROW) return true;
  slant_str name = examples->tasks.items[task];
  slant_progress_log(&trainer->progress, SLANT_LOG_WARNING, "%.*s: no model, because none of its labels has a span",
                     (int)name.len, name.ptr);
  return false;
}

/* Whether an update has anything to do, and all that it was asked to. */
static int check_update(const slant_trainer *trainer, const slant_bank_options *options, slant_error *error) {
  uint32_t n_planned = 0;
  for (uint32_t b = 0; b < trainer->n_banks; b++)
    for (uint32_t a = 0; a < trainer->banks[b].members.n_actors; a++) n_planned += trainer->banks[b].choices[a].planned;
  for (slant_str rest = slant_str_of(trainer->update_actors ? trainer->update_actors : ""); rest.len;) {
    slant_str name = slant_str_cut(&rest, ',');
    bool found = !name.len;
    for (uint32_t b = 0; b < trainer->n_banks && !found; b++)
      for (uint32_t a = 0; a < trainer->banks[b].members.n_actors && !found; a++)
        found =
            trainer->banks[b].choices[a].planned && slant_str_equal(trainer->banks[b].members.actors[a].actor, name);
    if (!found)
      return slant_fail(error, SLANT_E_DATA,
                        "no model of '%.*s' can be fitted: it takes %" PRIu32 " examples (--min-examples) of at least "
                        "two labels",
                        (int)name.len, name.ptr, options->min_examples);
  }
  if (n_planned) return SLANT_OK;
  return slant_fail(error, SLANT_E_DATA,
                    "there is nothing to update: no actor has %" PRIu32 " examples (--min-examples) of at least two "
                    "labels",
                    options->min_examples);
}

static int find_base(const slant_trainer *trainer, uint32_t task, const slant_bank **out, slant_error *error) {
  slant_str name = trainer->examples.tasks.items[task];
  *out = slant_bundle_find_bank(trainer->base, name);
  if (*out) return SLANT_OK;
  return slant_fail(error, SLANT_E_DATA,
                    "the bundle has no task '%.*s': a new task takes a new training; --task chooses among those of the "
                    "data",
                    (int)name.len, name.ptr);
}

/* What is to be fitted. A task that cannot be learned is left out with a warning; the fault is that of the last one
 * where none is left. */
static int plan_banks(slant_trainer *trainer, const slant_bank_options *options, slant_error *error) {
  uint32_t n_tasks = trainer->examples.tasks.n;
  slant_error fault = {0};
  int status = SLANT_OK;
  trainer->banks = slant_alloc_zero(n_tasks, sizeof *trainer->banks);
  if (!trainer->banks) return slant_fail(error, SLANT_E_MEMORY, "no memory for %" PRIu32 " tasks", n_tasks);
  for (uint32_t task = 0; task < n_tasks && !status; task++) {
    slant_bank_members members;
    if (!has_rows(trainer, task)) continue;
    const slant_bank *base = NULL;
    status = trainer->base ? find_base(trainer, task, &base, &fault) : SLANT_OK;
    if (!status)
      status = base ? slant_bank_members_like(&members, &trainer->examples, task, base, &fault)
                    : slant_bank_members_of(&members, &trainer->examples, task, &fault);
    if (!status) status = slant_bank_plan(&trainer->banks[trainer->n_banks++], &members, base, options, &fault);
    if (status != SLANT_E_DATA || n_tasks == 1 || base) continue;
    slant_progress_log(&trainer->progress, SLANT_LOG_WARNING, "no model: %s", fault.message);
    status = SLANT_OK;
  }
  if (!status && !trainer->n_banks) status = fault.code;
  if (status && error) *error = fault;
  qsort(trainer->banks, trainer->n_banks, sizeof *trainer->banks, by_task);
  if (!status && trainer->base) status = check_update(trainer, options, error);
  return status;
}

static int begin_models(slant_trainer *trainer, slant_error *error) {
  uint64_t work = 0;
  for (uint32_t b = 0; b < trainer->n_banks; b++) work += slant_bank_work(&trainer->banks[b]);
  return slant_progress_begin(&trainer->progress, "models", work, error);
}

/* What the vectors were made with. */
static const slant_pipeline *frozen_pipeline(const slant_trainer *trainer) {
  return trainer->base ? slant_bundle_pipeline(trainer->base) : trainer->pipeline;
}

static uint64_t chain_bytes(uint64_t digest, const void *bytes, size_t count, size_t size) {
  return slant_hash_chain(digest, count ? slant_hash(bytes, count * size) : 0);
}

/* Digest of all that the fits depend on: what the card says of program, options and data, the vectors, the samples. */
static int digest_training(const slant_trainer *trainer, const slant_vectors *v, uint64_t *out, slant_error *error) {
  slant_buffer text = {0};
  slant_card card = {
      .options = &trainer->options, .examples = &trainer->examples, .pipeline = frozen_pipeline(trainer)};
  slant_card_write(&text, &card);
  if (text.failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for the journal");
  uint64_t digest = chain_bytes(v->n_sparse, text.data, text.len, 1);
  slant_buffer_free(&text);
  digest = chain_bytes(digest, v->start, (size_t)v->n_rows + 1, sizeof *v->start);
  digest = chain_bytes(digest, v->index, v->start[v->n_rows], sizeof *v->index);
  digest = chain_bytes(digest, v->value, v->start[v->n_rows], sizeof *v->value);
  digest = chain_bytes(digest, v->dense, (size_t)v->n_rows * v->n_dense, sizeof *v->dense);
  if (trainer->base) {
    slant_str base = slant_bundle_card(trainer->base);
    digest = chain_bytes(digest, base.ptr, base.len, 1);
  }
  for (uint32_t b = 0; b < trainer->n_banks; b++) {
    const slant_bank_members *members = &trainer->banks[b].members;
    digest = chain_bytes(digest, members->task.ptr, members->task.len, 1);
    digest = chain_bytes(digest, members->samples, members->n_samples, sizeof *members->samples);
  }
  *out = digest;
  return SLANT_OK;
}

static int open_journal(slant_trainer *trainer, const slant_vectors *vectors, slant_error *error) {
  uint64_t key = 0;
  if (!trainer->journal_path) return SLANT_OK;
  int status = digest_training(trainer, vectors, &key, error);
  if (status) return status;
  return slant_fit_journal_open(&trainer->journal, trainer->journal_path, key, trainer->resume, &trainer->progress,
                                error);
}

/* A training that ends early leaves its journal, unless there is nothing in it. */
static void leave_journal(slant_trainer *trainer) {
  size_t n = slant_fit_journal_count(trainer->journal);
  if (n)
    slant_progress_log(&trainer->progress, SLANT_LOG_WARNING,
                       "%zu finished models are kept in %s; the same command with --resume goes on with them", n,
                       trainer->journal_path);
  slant_fit_journal_close(trainer->journal, n == 0);
  trainer->journal = NULL;
}

static int fit_banks(slant_trainer *trainer, const slant_vectors *vectors, slant_error *error) {
  slant_bank_options *options = &trainer->described.bank;
  slant_described_free(&trainer->described);
  int status =
      slant_describe_fits(&trainer->described, &trainer->options, frozen_pipeline(trainer), trainer->threads, error);
  options->only = trainer->update_actors ? slant_str_of(trainer->update_actors) : (slant_str){0};
  if (!status) status = plan_banks(trainer, options, error);
  if (!status)
    status = slant_class_weights_give(trainer->banks, trainer->n_banks, trainer->options.class_weight, error);
  if (!status) status = open_journal(trainer, vectors, error);
  options->journal = trainer->journal;
  if (!status) status = begin_models(trainer, error);
  for (uint32_t b = 0; b < trainer->n_banks && !status; b++) {
    if (trainer->base) status = slant_update_lend(&trainer->banks[b], slant_bundle_card(trainer->base), vectors, error);
    if (!status) status = slant_bank_fit(&trainer->banks[b], options, vectors, &trainer->progress, error);
  }
  return status;
}

/* Leaves the pipeline with the features that weigh most. */
static int drop_features(slant_trainer *trainer, const slant_vectors *vectors, slant_error *error) {
  uint32_t n_stages = slant_pipeline_n_stages(trainer->pipeline), most = (uint32_t)trainer->options.max_features;
  bool *keep = slant_alloc(vectors->n_sparse, sizeof *keep);
  trainer->stage_sizes = slant_alloc(n_stages, sizeof *trainer->stage_sizes);
  int64_t kept = -1;
  if (keep && trainer->stage_sizes) kept = slant_prune_choose(keep, trainer->banks, trainer->n_banks, vectors, most);
  int status = kept < 0 ? slant_fail(error, SLANT_E_MEMORY, "no memory to choose features") : SLANT_OK;
  for (uint32_t s = 0; s < n_stages && !status; s++) {
    slant_stage_range range = slant_pipeline_stage_range(trainer->pipeline, s);
    trainer->stage_sizes[s] = range.end - range.first;
  }
  if (!status) status = slant_pipeline_select(trainer->pipeline, keep, error);
  free(keep);
  if (!status)
    slant_progress_log(&trainer->progress, SLANT_LOG_NOTE,
                       "%" PRId64 " of %" PRIu32 " n-gram features kept; held-out figures are of the fit before", kept,
                       vectors->n_sparse);
  return status;
}

/* Where there are more sparse features than wanted: the most important ones, new vectors of them, and the same models
 * on these. */
static int prune(slant_trainer *trainer, slant_vectors *vectors, slant_error *error) {
  int64_t most = trainer->options.max_features;
  if (!most || most >= vectors->n_sparse) return SLANT_OK;
  int status = drop_features(trainer, vectors, error);
  if (!status) status = slant_progress_begin(&trainer->progress, "pruning", trainer->examples.n_rows, error);
  slant_vectors_free(vectors);
  if (!status)
    status =
        slant_extract_all(vectors, trainer->pipeline, &trainer->examples, trainer->threads, &trainer->progress, error);
  slant_described_follow(&trainer->described, trainer->pipeline);
  if (!status) status = begin_models(trainer, error);
  for (uint32_t b = 0; b < trainer->n_banks && !status; b++)
    status = slant_bank_refit(&trainer->banks[b], &trainer->described.bank, vectors, &trainer->progress, error);
  return status;
}

/* The card, and the times that it leaves out, of fits that began at `started`. */
static int write_card(slant_trainer *trainer, double started, slant_error *error) {
  slant_card card = {.options = &trainer->options,
                     .examples = &trainer->examples,
                     .pipeline = frozen_pipeline(trainer),
                     .before = trainer->stage_sizes,
                     .banks = trainer->banks,
                     .n_banks = trainer->n_banks};
  int status = SLANT_OK;
  if (trainer->base)
    status = slant_update_card(&trainer->card, slant_bundle_card(trainer->base), &card, error);
  else
    slant_card_write(&trainer->card, &card);
  if (status) return status;
  slant_card_write_times(&trainer->times, &card, slant_trainer_card(trainer), slant_seconds() - started,
                         trainer->threads);
  bool failed = trainer->card.failed || trainer->times.failed;
  return failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for the model card") : SLANT_OK;
}

/* Back to where nothing is fitted. */
static void forget_fit(slant_trainer *trainer) {
  leave_journal(trainer);
  for (uint32_t b = 0; b < trainer->n_banks; b++) slant_fitted_bank_free(&trainer->banks[b]);
  free(trainer->banks);
  trainer->banks = NULL;
  trainer->n_banks = 0;
  slant_pipeline_free(trainer->pipeline);
  trainer->pipeline = NULL;
  slant_named_sources_close(&trainer->sources);
  free(trainer->stage_sizes);
  trainer->stage_sizes = NULL;
  slant_buffer_free(&trainer->card);
  slant_buffer_free(&trainer->times);
}

int slant_trainer_extract(slant_trainer *trainer, const slant_pipeline *frozen, slant_vectors *out,
                          slant_error *error) {
  *out = (slant_vectors){0};
  if (trainer->pipeline || trainer->n_banks)
    return slant_fail(error, SLANT_E_ARGUMENT, "this trainer is fitted already");
  if (trainer->examples.n_items == 0)
    return slant_fail(error, SLANT_E_DATA, "nothing to learn from: none of %" PRIu64 " records carries a label",
                      trainer->n_added);
  if (trainer->examples.n_unlabelled)
    slant_progress_log(&trainer->progress, SLANT_LOG_NOTE, "%" PRIu64 " records without a label were passed over",
                       trainer->examples.n_unlabelled);
  slant_mode mode = frozen ? slant_pipeline_mode(frozen) : choose_mode(trainer);
  int status = slant_examples_resolve(&trainer->examples, mode, trainer->actors, &trainer->progress, error);
  if (!status && trainer->examples.n_rows == 0)
    status = slant_fail(error, SLANT_E_DATA,
                        "nothing to learn from: no label has a span, and the dictionary finds none (--mode document "
                        "learns from whole texts)");
  if (!status && !frozen) status = make_pipeline(trainer, mode, error);
  if (!status)
    status = slant_extract_all(out, frozen ? frozen : trainer->pipeline, &trainer->examples, trainer->threads,
                               &trainer->progress, error);
  if (status) forget_fit(trainer);
  return status;
}

const slant_examples *slant_trainer_examples(const slant_trainer *trainer) {
  return &trainer->examples;
}

const slant_pipeline *slant_trainer_pipeline(const slant_trainer *trainer) {
  return trainer->pipeline;
}

/* What folds go by, where that takes more than the groups that records name. */
static int prepare_folds(slant_trainer *trainer, slant_error *error) {
  slant_examples *examples = &trainer->examples;
  if (trainer->options.fold_by == SLANT_FOLD_BY_NEAR_DUPLICATE) {
    int status = slant_examples_join_near_duplicates(examples, trainer->threads, &trainer->progress, error);
    if (!status)
      slant_progress_log(&trainer->progress, SLANT_LOG_NOTE,
                         "%" PRIu64 " of %" PRIu32 " groups of records are near-duplicates of others and share their "
                         "folds",
                         examples->n_joined, examples->groups.n);
    return status;
  }
  if (trainer->options.fold_by != SLANT_FOLD_BY_DATE) return SLANT_OK;
  uint32_t n_dated = 0;
  for (uint32_t i = 0; i < examples->n_texts; i++) n_dated += examples->texts[i].date != SLANT_NO_DATE;
  if (!n_dated)
    return slant_fail(error, SLANT_E_DATA,
                      "--fold-by date: none of the %" PRIu32 " labelled records has a date that can be read, such as "
                      "\"date\":\"2019-03-07\" (--map date=THEIRS names another field)",
                      examples->n_texts);
  if (n_dated < examples->n_texts)
    slant_progress_log(&trainer->progress, SLANT_LOG_WARNING,
                       "%" PRIu32 " of %" PRIu32 " labelled records have no date that can be read: cross-validation "
                       "goes without them, and the final models learn from them",
                       examples->n_texts - n_dated, examples->n_texts);
  return SLANT_OK;
}

int slant_trainer_fit(slant_trainer *trainer, slant_error *error) {
  slant_vectors vectors = {0};
  double started = slant_seconds();
  gsl_set_error_handler_off(); /* it would end the process */
  openblas_set_num_threads(1); /* threads are ours: work is divided by example and by fit, not within one */
  int status = trainer->examples.n_texts ? prepare_folds(trainer, error) : SLANT_OK;
  if (!status)
    status =
        slant_trainer_extract(trainer, trainer->base ? slant_bundle_pipeline(trainer->base) : NULL, &vectors, error);
  if (status) return status;
  status = fit_banks(trainer, &vectors, error);
  if (!status) status = prune(trainer, &vectors, error);
  if (!status) status = write_card(trainer, started, error);
  slant_vectors_free(&vectors);
  if (status) forget_fit(trainer);
  return status;
}

slant_str slant_trainer_card(const slant_trainer *trainer) {
  return (slant_str){trainer->card.data, trainer->card.len};
}

slant_str slant_trainer_times(const slant_trainer *trainer) {
  return (slant_str){trainer->times.data, trainer->times.len};
}

/* The banks to write: those that were fitted, in the places of the base's where there is one. */
static slant_bank *list_banks(const slant_trainer *trainer, uint32_t *n) {
  *n = trainer->base ? slant_bundle_n_banks(trainer->base) : trainer->n_banks;
  slant_bank *banks = slant_alloc(*n, sizeof *banks);
  for (uint32_t b = 0; banks && b < *n; b++) {
    banks[b] = trainer->base ? *slant_bundle_bank(trainer->base, b) : trainer->banks[b].bank;
    for (uint32_t u = 0; trainer->base && u < trainer->n_banks; u++)
      if (slant_str_equal(trainer->banks[u].bank.task, banks[b].task)) banks[b] = trainer->banks[u].bank;
  }
  return banks;
}

int slant_trainer_write(slant_trainer *trainer, const char *path, slant_error *error) {
  if (!trainer->n_banks) return slant_fail(error, SLANT_E_ARGUMENT, "nothing to write: the trainer is not fitted");
  uint32_t n;
  slant_bank *banks = list_banks(trainer, &n);
  if (!banks) return slant_fail(error, SLANT_E_MEMORY, "no memory for %" PRIu32 " tasks", n);
  slant_str card = slant_trainer_card(trainer);
  int status = trainer->base ? slant_bundle_rewrite(path, trainer->base, trainer->actors, banks, n, card, error)
                             : slant_bundle_write(path, trainer->pipeline, trainer->actors, banks, n, card, error);
  free(banks);
  if (status) return status;
  slant_fit_journal_close(trainer->journal, true);
  trainer->journal = NULL;
  return SLANT_OK;
}

void slant_trainer_free(slant_trainer *trainer) {
  if (!trainer) return;
  forget_fit(trainer);
  slant_examples_free(&trainer->examples);
  slant_document_free(trainer->document);
  slant_progress_destroy(&trainer->progress);
  slant_described_free(&trainer->described);
  free(trainer->update_actors);
  free(trainer->journal_path);
  free(trainer->costs_text);
  free(trainer->gammas_text);
  free(trainer->block_weights_text);
  free(trainer->class_weight_text);
  free(trainer->nu_text);
  free(trainer->pipeline_text);
  free(trainer->lexicons_text);
  free(trainer->vectors_text);
  free(trainer->auxiliaries_text);
  free(trainer);
}
