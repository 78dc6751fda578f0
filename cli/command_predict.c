#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "common/file.h"
#include "common/threads.h"

#include <slant/stream.h>
#include <stdlib.h>

typedef struct predict_options {
  const char *model, *output;
  int format, evidence, on_error, quiet;
  int64_t threads;
} predict_options;

static const slant_option own_rows[] = {
    CLI_ROW_MODEL(predict_options),
    {"output", 'o', SLANT_OPTION_TEXT, offsetof(predict_options, output), "-", 0, 0, NULL, "FILE",
     "Where labels go: complete under its name or not at all; - is standard output."},
    {"format", 'f', SLANT_OPTION_CHOICE, offsetof(predict_options, format), "jsonl", 0, 0, "jsonl|csv", "FORMAT",
     "A JSON line a record, or a CSV row for every record, actor and task."},
    {"evidence", 'e', SLANT_OPTION_CHOICE, offsetof(predict_options, evidence), "yes", 0, 0, "no|yes", "YES|NO",
     "List the mentions behind each label (JSON lines, target mode)."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(predict_options, on_error), "line", 0, 0, "line|stop", "WHAT",
     "Give a bad record a line that says what is wrong and go on, or stop at it."},
    {"threads", 'j', SLANT_OPTION_INT, offsetof(predict_options, threads), "0", 0, 256, NULL, "N",
     "Threads; 0 takes one a core. The output does not depend on it."},
    CLI_ROW_QUIET(predict_options),
    SLANT_OPTION_END};

static int write_output(void *context, const char *bytes, size_t len, slant_error *error) {
  slant_file_writer *writer = context;
  if (!writer) {
    int status = cli_print(bytes, len, error);
    return status ? status : cli_flush(error);
  }
  return slant_file_writer_write(writer, bytes, len, error);
}

/* All inputs through the predictor, into the output. */
static int stream(const slant_predictor *predictor, const predict_options *options, const slant_reader_options *reader,
                  const cli_operands *inputs, slant_stream_counts *counts, slant_error *error) {
  slant_file_writer *writer = NULL;
  slant_stream_options how = {.threads = options->threads ? options->threads : slant_cores(),
                              .format = options->format,
                              .evidence = options->evidence,
                              .stop = options->on_error == 1,
                              .reader = *reader};
  bool to_file = strcmp(options->output, "-") != 0;
  int status = to_file ? slant_file_writer_open(&writer, options->output, error) : SLANT_OK;
  if (status) return status;
  status =
      slant_stream_run(predictor, inputs->items, inputs->n, &how, write_output, writer, cli_observer(), counts, error);
  cli_progress_clear();
  if (!to_file) return status;
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}

static int predict(const predict_options *options, const slant_predictor_options *how,
                   const slant_reader_options *reader, const cli_operands *inputs, slant_stream_counts *counts,
                   slant_error *error) {
  slant_predictor *predictor = NULL;
  int status = cli_check_output(options->output, error);
  if (!status) status = slant_predictor_open(&predictor, options->model, how, error);
  if (!status) status = stream(predictor, options, reader, inputs, counts, error);
  slant_predictor_close(predictor);
  return status;
}

static void say_summary(const slant_stream_counts *counts, double seconds) {
  char text[3][CLI_COUNT_SIZE];
  double megabytes = (double)counts->text_bytes / 1e6;
  cli_say("%s records, %s bad; %s labels; %.1f MB of text in %.1f s (%.1f MB/s)", cli_count(text[0], counts->records),
          cli_count(text[1], counts->errors), cli_count(text[2], counts->judgements), megabytes, seconds,
          seconds > 0 ? megabytes / seconds : 0);
  if (counts->invalid_utf8)
    cli_say("%s byte sequences were no UTF-8 and were read as U+FFFD", cli_count(text[0], counts->invalid_utf8));
}

static int run(const cli_command *self, int argc, char **argv) {
  predict_options options;
  slant_predictor_options how;
  slant_reader_options reader;
  cli_operands operands;
  slant_stream_counts counts = {0};
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &how, &reader}, &operands);
  if (exit_code == CLI_GO && !options.model) exit_code = cli_usage(self, "which model? Give -m BUNDLE");
  if (exit_code == CLI_GO) {
    cli_operands inputs = cli_inputs(&operands);
    double started = cli_seconds();
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = predict(&options, &how, &reader, &inputs, &counts, &error);
    exit_code = status ? cli_report(&error) : counts.errors ? CLI_DATA : CLI_DONE;
    if (!status && !options.quiet) say_summary(&counts, cli_seconds() - started);
  }
  free(operands.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows},
                                   {"Judging:", slant_predictor_option_table},
                                   {"Reading:", slant_reader_option_table},
                                   {NULL, NULL}};

static const cli_example examples[] = {
    {"Label articles, one line out for each line in:", "slant predict -m news.slant articles.jsonl > labels.jsonl"},
    {"As a table, for a spreadsheet:", "slant predict -m news.slant --format csv -o labels.csv articles.jsonl"},
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
        "A record that cannot be read has a line of its own that says why; the run goes on, and ends with exit code 1.",
    .tables = tables,
    .examples = examples,
    .related = "train,evaluate,inspect,explain,actors",
    .run = run};
