#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "predict/explain_output.h"

#include <slant/explanation.h>
#include <stdlib.h>

typedef struct explain_options {
  const char *model, *actors;
  int64_t top;
  int json, on_error, quiet;
} explain_options;

static const slant_option own_rows[] = {
    CLI_ROW_MODEL(explain_options),
    {"top", 'n', SLANT_OPTION_INT, offsetof(explain_options, top), "10", 0, 1e6, NULL, "N",
     "So many features for each label, those that move it most."},
    CLI_ROW_ACTORS(explain_options,
                   "Actor dictionary to find mentions with; default: the bundle's own, else the built-in one."),
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(explain_options, on_error), "line", 0, 0, "line|stop", "WHAT",
     "Give a bad record a warning (with --json: a line that says what is wrong) and go on, or stop at it."},
    CLI_ROW_QUIET(explain_options),
    CLI_ROW_JSON(explain_options, "A JSON line a record instead of a table."),
    SLANT_OPTION_END};

typedef struct explaining {
  const explain_options *options;
  slant_explainer *explainer;
  slant_buffer out;
} explaining;

static int print_lines(slant_buffer *out, slant_error *error) {
  if (out->failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for an explanation");
  return cli_print(out->data, out->len, error);
}

static int explain_record(void *context, const slant_record *record, slant_error *error) {
  explaining *work = context;
  const slant_explanation *explanations;
  uint32_t n;
  int status = slant_explain_record(work->explainer, record, (uint32_t)work->options->top, &explanations, &n, error);
  if (status) return status;
  slant_buffer_clear(&work->out);
  if (work->options->json)
    slant_explanation_json(&work->out, record, explanations, n);
  else
    slant_explanation_text(&work->out, record, explanations, n);
  return print_lines(&work->out, error);
}

static int print_bad(void *context, const slant_record *record, const slant_error *fault, slant_error *error) {
  explaining *work = context;
  slant_buffer_clear(&work->out);
  slant_explanation_json_error(&work->out, record, fault);
  return print_lines(&work->out, error);
}

static int explain(const explain_options *options, const slant_reader_options *reader, const cli_operands *inputs,
                   cli_counts *counts, slant_error *error) {
  slant_bundle *bundle = NULL;
  slant_actors *actors = NULL;
  slant_predictor *predictor = NULL;
  explaining work = {.options = options};
  cli_walk walk = {.paths = inputs->items,
                   .n_paths = inputs->n,
                   .reader = reader,
                   .stage = "explaining",
                   .stop = options->on_error == 1,
                   .visit = explain_record,
                   .bad = options->json ? print_bad : NULL,
                   .context = &work};
  int status = slant_bundle_open(&bundle, options->model, error);
  if (!status && options->actors) status = slant_actors_load(&actors, options->actors, error);
  if (!status) status = slant_predictor_new(&predictor, bundle, actors, error);
  if (!status) status = slant_explainer_new(&work.explainer, predictor, error);
  if (!status) status = cli_walk_records(&walk, counts, error);
  if (!status) status = cli_flush(error);
  slant_buffer_free(&work.out);
  slant_explainer_free(work.explainer);
  slant_predictor_close(predictor);
  slant_actors_free(actors);
  slant_bundle_close(bundle);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  explain_options options;
  slant_reader_options reader;
  cli_operands operands;
  cli_counts counts = {0};
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &reader}, &operands);
  if (exit_code == CLI_GO && !options.model) exit_code = cli_usage(self, "which model? Give -m BUNDLE");
  if (exit_code == CLI_GO) {
    cli_operands inputs = cli_inputs(&operands);
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = explain(&options, &reader, &inputs, &counts, &error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
  }
  free(operands.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"Why the articles are labelled as they are:", "slant explain -m news.slant articles.jsonl"},
    {"The three strongest features of each label, for a program:",
     "slant explain -m news.slant --top 3 --json articles.jsonl > reasons.jsonl"},
    {NULL, NULL}};

const cli_command cli_command_explain = {
    .name = "explain",
    .operands = "-m BUNDLE [FILE...]",
    .summary = "show what a label comes from",
    .description =
        "Labels the records of the files, or of standard input, as 'slant predict' does, and takes every decision "
        "apart. A decision is the margin between the label and the runner-up: the score of the one less that of the "
        "other. It is the sum of a bias and of what every feature adds, its value times the difference of the two "
        "labels' weights for it; what speaks for the label is positive, what speaks for the runner-up negative. With "
        "several mentions of an actor all of it is the mean over the mentions.\n\n"
        "Shown are the bias, the sum of every stage of the pipeline, and the features that move the decision most, "
        "with the places in the text where they stand: code points, end exclusive. An n-gram that leaves words out "
        "spans them. Values such as lexicon sums are of the whole sentence or text and have no place.",
    .tables = tables,
    .examples = examples,
    .related = "predict,inspect,features",
    .run = run};
