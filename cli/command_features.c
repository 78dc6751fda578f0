#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "cli/task.h"

#include <slant/bundle.h>
#include <slant/trainer.h>
#include <stdlib.h>

typedef struct features_options {
  const char *output, *model, *actors, *task;
  int on_error, quiet;
} features_options;

static const slant_option own_rows[] = {
    CLI_ROW_OUTPUT(features_options, "The vectors, with FILE.names, FILE.labels and FILE.weights beside them; - is "
                                     "standard output, without the three."),
    {"model", 'm', SLANT_OPTION_TEXT, offsetof(features_options, model), NULL, 0, 0, NULL, "BUNDLE",
     "Vectors of this bundle's pipeline, as its models see them; default: of a pipeline grown on DATA."},
    CLI_ROW_ACTORS(features_options, "Actor dictionary to find the mention with where a label names an actor without "
                                     "a span; default: the bundle's own, if any."),
    {"task", 't', SLANT_OPTION_TEXT, offsetof(features_options, task), NULL, 0, 0, NULL, "TASK",
     "Labels of this task only; needed where the labels name several."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(features_options, on_error), "skip", 0, 0, "skip|stop", "WHAT",
     "Leave a bad record out with a warning, or stop at it."},
    CLI_ROW_QUIET(features_options),
    SLANT_OPTION_END};

typedef struct export_work {
  slant_trainer *trainer;
  cli_task task;
} export_work;

static int add_record(void *context, const slant_record *record, slant_error *error) {
  export_work *work = context;
  slant_record kept;
  int status = cli_task_keep(&work->task, record, &kept, error);
  return status ? status : slant_trainer_add(work->trainer, &kept, error);
}

static int export_vectors(const features_options *options, const slant_train_options *how,
                          const slant_reader_options *reader, const cli_operands *data, cli_counts *counts,
                          slant_export_counts *exported, slant_error *error) {
  export_work work = {.task = {.name = slant_str_of(options->task)}};
  slant_actors *own = NULL;
  slant_bundle *bundle = NULL;
  int status = cli_check_output(options->output, error);
  if (!status && options->model) status = slant_bundle_open(&bundle, options->model, error);
  if (!status && options->actors) status = slant_actors_load(&own, options->actors, error);
  const slant_actors *actors = own ? own : bundle ? slant_bundle_actors(bundle) : NULL;
  if (!status) status = slant_trainer_new(&work.trainer, how, actors, cli_observer(), error);
  cli_walk walk = {.paths = data->items,
                   .n_paths = data->n,
                   .reader = reader,
                   .stage = "reading",
                   .stop = options->on_error == 1,
                   .visit = add_record,
                   .context = &work};
  if (!status) status = cli_walk_records(&walk, counts, error);
  if (!status) status = cli_task_check(&work.task, error);
  if (!status) status = slant_trainer_export(work.trainer, bundle, options->output, exported, error);
  cli_progress_clear();
  slant_trainer_free(work.trainer);
  slant_actors_free(own);
  slant_bundle_close(bundle);
  cli_task_free(&work.task);
  return status;
}

/* A bundle's pipeline is finished: what would make one says nothing about it. */
static bool makes_pipeline(const slant_train_options *how) {
  return how->mode || how->pipeline || how->lexicons || how->vectors || how->auxiliaries;
}

static int check_usage(const cli_command *self, const features_options *options, const slant_train_options *how,
                       const cli_operands *data) {
  if (!options->output) return cli_usage(self, "where should the vectors go? Give -o FILE");
  if (!data->n) return cli_usage(self, "no vectors without records; give DATA files, or - for standard input");
  if (options->model && makes_pipeline(how))
    return cli_usage(self, "a bundle has its own pipeline: give --model, or --mode, --pipeline, --lexicon, --vectors, "
                           "--aux");
  return CLI_GO;
}

static void say_summary(const features_options *options, const cli_counts *counts,
                        const slant_export_counts *exported) {
  char text[5][CLI_COUNT_SIZE];
  cli_say("%s: %s vectors from %s records (%s bad), %s features, %s values other than 0", options->output,
          cli_count(text[0], exported->examples), cli_count(text[1], counts->records), cli_count(text[2], counts->bad),
          cli_count(text[3], exported->features), cli_count(text[4], exported->values));
}

static int run(const cli_command *self, int argc, char **argv) {
  features_options options;
  slant_train_options how;
  slant_reader_options reader;
  cli_operands data;
  cli_counts counts = {0};
  slant_export_counts exported = {0};
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  memset(&how, 0, sizeof how);
  slant_options_init(slant_train_option_table, &how);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &how, &reader}, &data);
  if (exit_code == CLI_GO) exit_code = check_usage(self, &options, &how, &data);
  if (exit_code == CLI_GO) {
    cli_progress_start(options.quiet, CLI_UNIT_ITEMS);
    int status = export_vectors(&options, &how, &reader, &data, &counts, &exported, &error);
    if (!status) status = cli_flush(&error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
    if (!status && !options.quiet) say_summary(&options, &counts, &exported);
  }
  free(data.items);
  return exit_code;
}

static const cli_table tables[] = {
    {NULL, own_rows}, {"Features:", slant_feature_option_table}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"What a learner of one's own would see:", "slant features train.jsonl -o train.svm"},
    {"A test split under the pipeline of a bundle:", "slant features -m news.slant test.jsonl -o test.svm"},
    {NULL, NULL}};

const cli_command cli_command_features = {
    .name = "features",
    .operands = "DATA... -o FILE",
    .summary = "write vectors in LIBSVM format",
    .description =
        "Turns labelled records into vectors and writes them as LIBSVM and LIBLINEAR read them: a line for every "
        "labelled example in the order of the records, the label's number first, then index:value pairs. A text with "
        "several labels has several lines. Records without a label have none, nor have, in target mode, labels for "
        "which no mention is found. Values have nine digits and read back as the same floats.\n\n"
        "FILE.names has a line for every feature: its index, a tab, its name; sparse features come first, then the "
        "dense ones. FILE.labels has a line for every label: its number, a tab, the label, a tab, the examples that "
        "have it. FILE.weights has a line for every example: its weight, 1 where the record gives none. The format has "
        "no "
        "place for it; the versions of svm-train and of LIBLINEAR's train for weighted instances take it with -W.\n\n"
        "With --model the pipeline is the bundle's, and labels have the bundle's numbers, so that a train and a test "
        "split fit together. Without it a pipeline is grown on the records, as 'slant train' would, and no model is "
        "written.",
    .tables = tables,
    .examples = examples,
    .related = "train,inspect,explain",
    .run = run};
