#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "common/clock.h"

#include <slant/stream.h>
#include <stdlib.h>

typedef struct predict_options {
  const char *model, *output;
  int resume, quiet;
} predict_options;

static const slant_option own_rows[] = {
    CLI_ROW_MODEL(predict_options),
    {"output", 'o', SLANT_OPTION_TEXT, offsetof(predict_options, output), "-", 0, 0, NULL, "FILE",
     "Where labels go: complete under its name or not at all; - is standard output."},
    {"resume", 'r', SLANT_OPTION_FLAG, offsetof(predict_options, resume), NULL, 0, 0, NULL, NULL,
     "Go on with the run that was to write FILE and did not end; where there is none, begin."},
    CLI_ROW_QUIET(predict_options),
    SLANT_OPTION_END};

/* Everything that the command line says. */
typedef struct predict_run {
  predict_options own;
  slant_stream_options stream;
  slant_predictor_options predictor;
  cli_operands inputs;
} predict_run;

static int write_output(void *context, const char *bytes, size_t len, slant_error *error) {
  (void)context;
  int status = cli_print(bytes, len, error);
  return status ? status : cli_flush(error);
}

/* What to do where a run has ended too early and can be resumed. */
static void say_how_to_go_on(const char *output, const slant_stream_counts *counts) {
  char text[CLI_COUNT_SIZE];
  if (counts->records && slant_stream_left(output))
    cli_say("%s records are labelled, in %s.partial; the same command with --resume goes on from there",
            cli_count(text, counts->records), output);
}

/* All inputs through the predictor, into the output. */
static int label_all(const slant_predictor *predictor, const predict_run *run, slant_stream_counts *counts,
                     slant_error *error) {
  const predict_options *own = &run->own;
  if (strcmp(own->output, "-") == 0)
    return slant_stream_run(predictor, run->inputs.items, run->inputs.n, &run->stream, write_output, NULL,
                            cli_observer(), counts, error);
  int status = slant_stream_to_file(predictor, run->inputs.items, run->inputs.n, &run->stream, own->output, own->resume,
                                    cli_observer(), counts, error);
  if (status && status != SLANT_E_ARGUMENT) say_how_to_go_on(own->output, counts);
  return status;
}

static int predict(const predict_run *run, slant_stream_counts *counts, slant_error *error) {
  slant_predictor *predictor = NULL;
  int status = cli_check_output(run->own.output, error);
  if (!status && run->own.resume && strcmp(run->own.output, "-") == 0)
    status = slant_fail(error, SLANT_E_ARGUMENT, "--resume goes on with an output file: name it with -o FILE");
  if (!status) status = slant_predictor_open(&predictor, run->own.model, &run->predictor, error);
  if (!status) status = label_all(predictor, run, counts, error);
  cli_progress_clear();
  slant_predictor_close(predictor);
  return status;
}

static void say_summary(const slant_stream_counts *counts, double seconds) {
  char text[3][CLI_COUNT_SIZE];
  double megabytes = (double)counts->text_bytes / 1e6;
  cli_say("%s records, %s bad; %s labels; %.1f MB of text in %.1f s (%.1f MB/s)", cli_count(text[0], counts->records),
          cli_count(text[1], counts->errors), cli_count(text[2], counts->judgements), megabytes, seconds,
          seconds > 0 ? megabytes / seconds : 0);
  if (counts->abstained)
    cli_say("%s of the labels are not given, being too unsure", cli_count(text[0], counts->abstained));
  if (counts->invalid_utf8)
    cli_say("%s byte sequences were no UTF-8 and were read as U+FFFD", cli_count(text[0], counts->invalid_utf8));
}

static int run(const cli_command *self, int argc, char **argv) {
  predict_run all;
  cli_operands operands;
  slant_stream_counts counts = {0};
  slant_error error = {0};
  memset(&all, 0, sizeof all);
  void *const targets[] = {&all.own, &all.stream, &all.predictor, &all.predictor.decision, &all.stream.reader};
  int exit_code = cli_parse(self, argc, argv, targets, &operands);
  if (exit_code == CLI_GO && !all.own.model) exit_code = cli_usage(self, "which model? Give -m BUNDLE");
  if (exit_code == CLI_GO) {
    all.inputs = cli_inputs(&operands);
    double started = slant_seconds();
    cli_progress_start(all.own.quiet, CLI_UNIT_BYTES);
    int status = predict(&all, &counts, &error);
    exit_code = status ? cli_report(&error) : counts.errors ? CLI_DATA : CLI_DONE;
    if (!status && !all.own.quiet) say_summary(&counts, slant_seconds() - started);
  }
  free(operands.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows},
                                   {"Output:", slant_stream_option_table},
                                   {"Judging:", slant_predictor_option_table},
                                   {"Deciding:", slant_decision_option_table},
                                   {"Reading:", slant_reader_option_table},
                                   {NULL, NULL}};

static const cli_example examples[] = {
    {"Label articles, one line out for each line in:", "slant predict -m news.slant articles.jsonl > labels.jsonl"},
    {"As a table, for a spreadsheet:", "slant predict -m news.slant --format csv -o labels.csv articles.jsonl"},
    {"Only the surest half of the labels:", "slant predict -m news.slant --coverage 0.5 articles.jsonl > labels.jsonl"},
    {"From another program:", "cat articles.jsonl | slant predict -m news.slant --evidence no | head -n 3"},
    {NULL, NULL}};

const cli_command cli_command_predict = {
    .name = "predict",
    .operands = "-m BUNDLE [FILE...]",
    .summary = "label records in bulk",
    .description =
        "Labels the records of the files, or of standard input, and writes one line for each record, in order, "
        "whatever the number of threads. Memory does not grow with the input.\n\n"
        "A bundle in target mode judges every mention of every actor that the dictionary finds, or the spans that the "
        "record's own labels give, and rolls the mentions up to one label an actor and task, with the mentions as "
        "evidence. A bundle in document mode judges the whole text under every actor that the record names, or under "
        "every actor that has a model of its own.\n\n"
        "A label that is surer than --min-confidence or --coverage ask for is given; else the model abstains: the "
        "label is null in JSON and empty in CSV, and its probabilities stand there all the same. Probabilities are of "
        "the shares that labels had in training, and agree with the label; --prior weighs both anew.\n\n"
        "A record that cannot be read has a line of its own that says why; the run goes on, and ends with exit code 1.",
    .tables = tables,
    .examples = examples,
    .related = "train,evaluate,inspect,explain,actors",
    .run = run};
