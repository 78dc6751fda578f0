#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"

#include <inttypes.h>
#include <slant/evaluation.h>
#include <slant/predictor.h>
#include <stdlib.h>

typedef struct evaluate_options {
  const char *model, *actors;
  int64_t bootstrap, seed;
  int per_actor, on_error, quiet, json;
  slant_decision_options decision; /* of a table of its own */
} evaluate_options;

static const slant_option own_rows[] = {
    CLI_ROW_MODEL(evaluate_options),
    CLI_ROW_ACTORS(evaluate_options, "Actor dictionary, for labels without a span; default: the bundle's own."),
    {"bootstrap", 'b', SLANT_OPTION_INT, offsetof(evaluate_options, bootstrap), "1000", 0, 1000000, NULL, "N",
     "Resamples for the 95% intervals, drawn by group where records have one; 0 gives none."},
    {"seed", 's', SLANT_OPTION_INT, offsetof(evaluate_options, seed), "1", 0, 9007199254740992.0, NULL, "N",
     "Seed of the resamples."},
    {"per-actor", 0, SLANT_OPTION_CHOICE, offsetof(evaluate_options, per_actor), "yes", 0, 0, "no|yes", "YES|NO",
     "A row for each actor in the table."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(evaluate_options, on_error), "skip", 0, 0, "skip|stop", "WHAT",
     "Leave a bad record out with a warning, or stop at it."},
    CLI_ROW_JSON(evaluate_options, "One JSON object a task, with values between 0 and 1."),
    CLI_ROW_QUIET(evaluate_options),
    SLANT_OPTION_END};

typedef struct judged {
  const slant_bundle *bundle;
  slant_judge *judge;
  slant_evaluation *evaluation;
  uint64_t n_examples;
  uint64_t n_abstained; /* examples that were given no label */
  uint64_t n_no_model;  /* labels of a task or actor that the bundle has no model for */
  uint64_t n_unknown;   /* labels that no model of their task can give */
  slant_error no_model; /* the first of them */
} judged;

/* The number of a label; n where there is none such. */
static uint32_t find_label(const slant_str *labels, uint32_t n, slant_str label) {
  uint32_t c = 0;
  while (c < n && !slant_str_equal(labels[c], label)) c++;
  return c;
}

/* Labels of one record are not independent: without a group of its own, the record is the group. */
static slant_str group_of(const slant_record *record, char *text, size_t size) {
  if (record->group.len || record->n_labels < 2) return record->group;
  int len = snprintf(text, size, "%s:%" PRIu64, record->file ? record->file : "", record->line);
  return (slant_str){text, len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1};
}

static int judge_gold(judged *work, const slant_record *record, const slant_label *gold, slant_error *error) {
  slant_judgement judgement;
  char name[512];
  int status = slant_judge_label(work->judge, record, gold, &judgement, error);
  if (status == SLANT_E_NOT_FOUND) {
    if (!work->n_no_model++) work->no_model = *error;
    return SLANT_OK;
  }
  if (status) return status;
  const slant_bank *bank = slant_bundle_find_bank(work->bundle, gold->task);
  work->n_unknown += find_label(bank->labels, bank->n_labels, gold->label) == bank->n_labels;
  if (judgement.abstained) {
    work->n_abstained++;
    return slant_evaluation_add_abstained(work->evaluation, gold->task, gold->actor, error);
  }
  work->n_examples++;
  status = slant_evaluation_add_confidence(work->evaluation, gold->task, gold->actor, judgement.probabilities,
                                           judgement.n_labels, judgement.label,
                                           find_label(judgement.labels, judgement.n_labels, gold->label), error);
  if (status) return status;
  return slant_evaluation_add(work->evaluation, gold->task, gold->actor, group_of(record, name, sizeof name),
                              gold->label, judgement.labels[judgement.label], error);
}

/* A record with a bad label is bad, but its other labels count. */
static int judge_record(void *context, const slant_record *record, slant_error *error) {
  judged *work = context;
  int bad = SLANT_OK;
  for (size_t i = 0; i < record->n_labels; i++) {
    slant_error fault = {0};
    int status = record->labels[i].label.len ? judge_gold(work, record, &record->labels[i], &fault) : SLANT_OK;
    if (status && (!bad || status != SLANT_E_DATA)) *error = fault;
    if (status && status != SLANT_E_DATA) return status;
    if (status) bad = status;
  }
  return bad;
}

static void warn_about_labels(const judged *work) {
  char text[CLI_COUNT_SIZE];
  if (work->n_no_model)
    cli_warn("%s labels were not evaluated; the first: %s", cli_count(text, work->n_no_model), work->no_model.message);
  if (work->n_unknown)
    cli_warn("%s labels are none that the bundle has learned; they count as wrong", cli_count(text, work->n_unknown));
}

static int print_results(const judged *work, const evaluate_options *options, slant_error *error) {
  const slant_evaluation_task *tasks;
  uint32_t n_tasks;
  int status = slant_evaluation_compute(work->evaluation, (uint32_t)options->bootstrap, (uint64_t)options->seed, &tasks,
                                        &n_tasks, error);
  if (status) return status;
  char *text = options->json ? slant_evaluation_json(tasks, n_tasks)
                             : slant_evaluation_table(tasks, n_tasks, options->per_actor);
  if (!text) return slant_fail(error, SLANT_E_MEMORY, "no memory for the report");
  status = cli_print(text, strlen(text), error);
  free(text);
  return status ? status : cli_flush(error);
}

static int evaluate(const evaluate_options *options, const slant_reader_options *reader, const cli_operands *gold,
                    cli_counts *counts, slant_error *error) {
  judged work = {0};
  slant_bundle *bundle = NULL;
  slant_actors *actors = NULL;
  slant_predictor *predictor = NULL;
  int status = slant_bundle_open(&bundle, options->model, error);
  work.bundle = bundle;
  if (!status && options->actors) status = slant_actors_load(&actors, options->actors, error);
  if (!status) status = slant_predictor_new(&predictor, bundle, actors, error);
  if (!status) status = slant_predictor_decide(predictor, &options->decision, error);
  if (!status) status = slant_judge_new(&work.judge, predictor, error);
  if (!status) status = slant_evaluation_new(&work.evaluation, error);
  cli_walk walk = {.paths = gold->items,
                   .n_paths = gold->n,
                   .reader = reader,
                   .stage = "evaluating",
                   .stop = options->on_error == 1,
                   .visit = judge_record,
                   .context = &work};
  if (!status) status = cli_walk_records(&walk, counts, error);
  if (!status) warn_about_labels(&work);
  if (!status && !work.n_examples && work.n_abstained)
    status = slant_fail(error, SLANT_E_DATA,
                        "nothing to evaluate: every label was too unsure to be given; lower --min-confidence, or raise "
                        "--coverage");
  if (!status && !work.n_examples)
    status = slant_fail(error, SLANT_E_DATA, "nothing to evaluate: no record has a label that the bundle can judge");
  if (!status) status = print_results(&work, options, error);
  slant_evaluation_free(work.evaluation);
  slant_judge_free(work.judge);
  slant_predictor_close(predictor);
  slant_actors_free(actors);
  slant_bundle_close(bundle);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  evaluate_options options;
  slant_reader_options reader;
  cli_operands gold;
  cli_counts counts = {0};
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &options.decision, &reader}, &gold);
  if (exit_code == CLI_GO && !options.model) exit_code = cli_usage(self, "which model? Give -m BUNDLE");
  if (exit_code == CLI_GO && !gold.n)
    exit_code = cli_usage(self, "nothing to compare with; give GOLD files with labels, or - for standard input");
  if (exit_code == CLI_GO) {
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = evaluate(&options, &reader, &gold, &counts, &error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
  }
  free(gold.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows},
                                   {"Deciding:", slant_decision_option_table},
                                   {"Reading:", slant_reader_option_table},
                                   {NULL, NULL}};

static const cli_example examples[] = {
    {"How good a model is on held-out records:", "slant evaluate -m news.slant test.jsonl"},
    {"How good its surest half is:", "slant evaluate -m news.slant --coverage 0.5 test.jsonl"},
    {"As JSON, without intervals:", "slant evaluate -m news.slant --json --bootstrap 0 test.jsonl"},
    {NULL, NULL}};

const cli_command cli_command_evaluate = {
    .name = "evaluate",
    .operands = "-m BUNDLE GOLD...",
    .summary = "measure a model against gold labels",
    .description =
        "Judges every label of the records with its span (or, in document mode, its text) under its actor, compares "
        "with the gold label, and prints accuracy, precision, recall and F1 of each label, macro-F1, for stance the "
        "mean F1 of favor and against, the confusions, and 95% bootstrap intervals, pooled and for each actor; and of "
        "the "
        "probabilities the expected calibration error and the log-loss. Where --min-confidence or --coverage make the "
        "model abstain, coverage is the share of examples that it gives a label, and all else is of those.\n\n"
        "A label that the model has never seen counts as wrong, with a warning. Labels of a task that the bundle does "
        "not have are counted in a warning and not evaluated.",
    .tables = tables,
    .examples = examples,
    .related = "train,predict,datasets check",
    .run = run};
