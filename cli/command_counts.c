#include "cli/arguments.h"
#include "cli/records.h"
#include "cli/report.h"
#include "common/file.h"

#include <slant/tally.h>
#include <stdlib.h>

typedef struct counts_options {
  const char *output;
} counts_options;

static const slant_option own_rows[] = {
    CLI_ROW_OUTPUT(counts_options, "Where the counts go: complete under its name or not at all."), SLANT_OPTION_END};

static int put(void *context, const char *bytes, size_t len, slant_error *error) {
  return slant_file_writer_write(context, bytes, len, error);
}

static int write_counts(slant_tally *counts, const char *path, slant_error *error) {
  slant_file_writer *writer;
  int status = slant_file_writer_open(&writer, path ? path : "-", error);
  if (status) return status;
  status = slant_tally_write(counts, put, writer, error);
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  counts_options own;
  slant_tally_options how;
  cli_operands operands;
  slant_tally *counts = NULL;
  slant_error error = {0};
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&own, &how}, &operands);
  if (exit_code == CLI_GO) {
    cli_operands inputs = cli_inputs(&operands);
    int status = own.output ? cli_check_output(own.output, &error) : SLANT_OK;
    if (!status) status = slant_tally_new(&counts, &error);
    for (size_t i = 0; !status && i < inputs.n; i++) status = slant_tally_read(counts, inputs.items[i], &how, &error);
    if (!status) status = write_counts(counts, own.output, &error);
    exit_code = status ? cli_report(&error) : CLI_DONE;
    slant_tally_free(counts);
  }
  free(operands.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {"Counting:", slant_tally_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"Count labels, and then by actor and month only:",
     "slant predict -m news.slant --format counts -o counts.csv articles.jsonl"},
    {"", "slant counts --by actor,task,date,label --date month counts.csv"},
    {"Add up what several machines have counted:",
     "for i in 1 2; do slant predict -m news.slant --format counts --shard $i/2 articles.jsonl; done | slant counts -o "
     "all.csv"},
    {NULL, NULL}};

const cli_command cli_command_counts = {
    .name = "counts",
    .operands = "[FILE...]",
    .summary = "add up counts of labels",
    .description =
        "Reads what `slant predict --format counts` wrote, and adds it up: counts of the parts of a corpus, or of "
        "parts that were labelled on several machines, become those of the whole. The same counts in any order give "
        "the same file.\n\n"
        "A row says in how many records, from one source and of one date, an actor has a label under a task, and how "
        "often these records mention the actor. Columns that --by leaves out are summed over, and stay empty.",
    .tables = tables,
    .examples = examples,
    .related = "predict",
    .run = run};
