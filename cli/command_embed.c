#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "common/clock.h"

#include <slant/embedder.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct embed_options {
  const char *output;
  int on_error, quiet;
} embed_options;

static const slant_option own_rows[] = {
    CLI_ROW_OUTPUT(embed_options, "The vectors to write: complete under its name, or not at all; - is standard "
                                  "output."),
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(embed_options, on_error), "skip", 0, 0, "skip|stop", "WHAT",
     "Leave a bad record out with a warning, or stop at it."},
    CLI_ROW_QUIET(embed_options),
    SLANT_OPTION_END};

static int count_record(void *context, const slant_record *record, slant_error *error) {
  return slant_embedder_count(context, record->text, error);
}

static int pair_record(void *context, const slant_record *record, slant_error *error) {
  return slant_embedder_pair(context, record->text, error);
}

/* The first reading has warned about it. */
static int pass_over(void *context, const slant_record *record, const slant_error *fault, slant_error *error) {
  (void)context;
  (void)record;
  (void)fault;
  (void)error;
  return SLANT_OK;
}

/* What is read twice must be a file. */
static int check_inputs(const cli_operands *data, slant_error *error) {
  for (size_t i = 0; i < data->n; i++) {
    struct stat info;
    bool standard = slant_str_is(slant_str_of(data->items[i]), "-");
    if (standard || (stat(data->items[i], &info) == 0 && !S_ISREG(info.st_mode)))
      return slant_fail(error, SLANT_E_ARGUMENT, "%s cannot be read twice, as embedding does; write it to a file first",
                        standard ? "standard input" : data->items[i]);
  }
  return SLANT_OK;
}

static int embed(const embed_options *options, const slant_embed_options *how, const slant_reader_options *reader,
                 const cli_operands *data, cli_counts *counts, slant_embedder_counts *found, slant_error *error) {
  slant_embedder *embedder = NULL;
  cli_counts again = {0};
  cli_walk walk = {.paths = data->items,
                   .n_paths = data->n,
                   .reader = reader,
                   .stage = "words",
                   .stop = options->on_error == 1,
                   .visit = count_record};
  int status = cli_check_output(options->output, error);
  if (!status) status = check_inputs(data, error);
  if (!status) status = slant_embedder_new(&embedder, how, cli_observer(), error);
  walk.context = embedder;
  if (!status) status = cli_walk_records(&walk, counts, error);
  if (!status) status = slant_embedder_choose(embedder, error);
  walk.stage = "pairs";
  walk.visit = pair_record;
  walk.bad = pass_over;
  if (!status) status = cli_walk_records(&walk, &again, error);
  if (!status) status = slant_embedder_fit(embedder, error);
  if (!status) status = slant_embedder_write(embedder, options->output, error);
  cli_progress_clear();
  if (!status) *found = slant_embedder_counted(embedder);
  slant_embedder_free(embedder);
  return status;
}

static void say_summary(const embed_options *options, const slant_embed_options *how, const cli_counts *counts,
                        const slant_embedder_counts *found, double seconds) {
  char text[6][CLI_COUNT_SIZE];
  cli_say("%s: vectors of %s numbers for %s words, from %s words in %s different sentences of %s records (%s bad), "
          "%.1f s",
          options->output, cli_count(text[0], (uint64_t)how->rank), cli_count(text[1], found->words),
          cli_count(text[2], found->tokens), cli_count(text[3], found->sentences), cli_count(text[4], counts->records),
          cli_count(text[5], counts->bad), seconds);
}

static int run(const cli_command *self, int argc, char **argv) {
  embed_options options;
  slant_embed_options how;
  slant_reader_options reader;
  cli_operands data;
  cli_counts counts = {0};
  slant_embedder_counts found = {0};
  slant_error error = {0};
  double started = slant_seconds();
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &how, &reader}, &data);
  if (exit_code == CLI_GO && !options.output) exit_code = cli_usage(self, "where should the vectors go? Give -o FILE");
  if (exit_code == CLI_GO && !data.n) exit_code = cli_usage(self, "no vectors without text; give TEXT files");
  if (exit_code == CLI_GO) {
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = embed(&options, &how, &reader, &data, &counts, &found, &error);
    if (!status) status = cli_flush(&error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
    if (!status && !options.quiet) say_summary(&options, &how, &counts, &found, slant_seconds() - started);
  }
  free(data.items);
  return exit_code;
}

static const cli_table tables[] = {
    {NULL, own_rows}, {"Embedding:", slant_embed_option_table}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {{"Vectors from unlabelled articles, for the features of a model:",
                                        "slant embed --rank 20 --min-count 2 articles.jsonl -o words.txt && slant "
                                        "train --vectors words.txt train.jsonl -o "
                                        "news.slant"},
                                       {NULL, NULL}};

const cli_command cli_command_embed = {
    .name = "embed",
    .operands = "TEXT... -o FILE",
    .summary = "make word vectors from unlabelled text",
    .description =
        "Reads the texts of records, which need no labels, and writes a vector for every frequent word, in word2vec's "
        "text format and most frequent word first, for 'slant train --vectors'. The more text of the kind that will be "
        "judged, the better: tens of millions of words.\n\n"
        "The vectors are a truncated singular value decomposition, by random projection, of the positive pointwise "
        "mutual information of words that stand near each other (Levy, Goldberg and Dagan 2015; Halko, Martinsson and "
        "Tropp 2011). The files are read twice, first for words and then for pairs of them; sentences that come again "
        "are passed over. The same text, options and seed give the same vectors, whatever the number of threads.",
    .tables = tables,
    .examples = examples,
    .related = "train,lexicon",
    .run = run};
