#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "cli/suggest.h"

#include <slant/actors.h>
#include <slant/corpus.h>
#include <slant/writer.h>
#include <stdlib.h>
#include <strings.h>

typedef struct convert_options {
  const char *from, *task, *actors, *output;
  int format, quiet;
} convert_options;

static const slant_option own_rows[] = {
    {"from", 'f', SLANT_OPTION_TEXT, offsetof(convert_options, from), NULL, 0, 0, NULL, "FORMAT",
     "The corpus's format; 'slant datasets list' names them."},
    {"task", 't', SLANT_OPTION_TEXT, offsetof(convert_options, task), NULL, 0, 0, NULL, "TASK",
     "Name the labels' task; default: the format's own."},
    CLI_ROW_ACTORS(convert_options, "Actor dictionary in which mentions are looked up; without it the actor of a "
                                    "mention is *."),
    {"output", 'o', SLANT_OPTION_TEXT, offsetof(convert_options, output), "-", 0, 0, NULL, "FILE",
     "Where records go: complete under its name or not at all; - is standard output. A name that ends in .gz or .zst "
     "is compressed."},
    {"format", 0, SLANT_OPTION_CHOICE, offsetof(convert_options, format), "auto", 0, 0, "auto|jsonl|csv|tsv", "FORMAT",
     "How records are written; auto goes by the name of the output, and is jsonl for standard output."},
    CLI_ROW_QUIET(convert_options),
    SLANT_OPTION_END};

enum { REPORT_EVERY = 256 };

typedef struct conversion {
  slant_writer *writer;
  const slant_actors *actors;
  slant_document *document;
  cli_warnings warnings;
  uint64_t n_records;
} conversion;

/* The actor whose alias the mention is, but for an article before it. */
static slant_str actor_of(void *context, slant_str text) {
  conversion *work = context;
  const slant_mention *mention;
  slant_str none = {0};
  if (slant_document_read(work->document, text, NULL)) return none;
  if (slant_actors_match(work->actors, work->document, &mention, NULL) != 1) return none;
  uint32_t before = mention->first, after = work->document->n_tokens - mention->last;
  const slant_token *first = work->document->tokens;
  bool article =
      before == 1 && first->to - first->from == 3 && strncasecmp(work->document->text.ptr + first->from, "the", 3) == 0;
  if ((before && !article) || after) return none;
  return slant_actors_get(work->actors, mention->actor).id;
}

static int write_record(void *context, const slant_record *record, slant_error *error) {
  conversion *work = context;
  if (++work->n_records % REPORT_EVERY == 0 && cli_progress("converting", work->n_records, 0))
    return slant_fail(error, SLANT_E_CANCELLED, "interrupted");
  return slant_writer_record(work->writer, record, error);
}

static int warn_bad(void *context, const slant_error *error) {
  conversion *work = context;
  cli_warn_about(&work->warnings, error);
  return SLANT_OK;
}

static int convert(const convert_options *options, const cli_operands *inputs, conversion *work, slant_error *error) {
  slant_actors *actors = NULL;
  slant_convert_options how = {.from = options->from, .task = options->task};
  int status = cli_check_output(options->output, error);
  if (!status && options->actors) status = slant_actors_load(&actors, options->actors, error);
  if (!status) status = slant_document_new(&work->document, error);
  if (!status) status = slant_writer_open(&work->writer, options->output, (slant_syntax)options->format, error);
  work->actors = actors;
  if (actors) how.actor_of = actor_of;
  how.actor_context = work;
  for (size_t i = 0; !status && i < inputs->n; i++)
    status = slant_convert(&how, inputs->items[i], write_record, warn_bad, work, error);
  cli_warnings_end(&work->warnings);
  cli_progress_clear();
  if (status)
    slant_writer_discard(work->writer);
  else
    status = slant_writer_commit(work->writer, error);
  slant_document_free(work->document);
  slant_actors_free(actors);
  return status;
}

static int check_format(const cli_command *self, const char *format) {
  if (!format) return cli_usage(self, "which format? Give --from FORMAT; 'slant datasets list' names them");
  cli_suggestion suggestion = {.word = format};
  for (const char *const *name = slant_convert_formats(); *name; name++) {
    if (strcmp(*name, format) == 0) return CLI_GO;
    cli_suggest(&suggestion, *name);
  }
  if (suggestion.best) return cli_usage(self, "there is no format '%s'; did you mean '%s'?", format, suggestion.best);
  return cli_usage(self, "there is no format '%s'; 'slant datasets list' names them", format);
}

static int run(const cli_command *self, int argc, char **argv) {
  convert_options options;
  cli_operands inputs;
  conversion work = {0};
  slant_error error = {0};
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options}, &inputs);
  if (exit_code == CLI_GO) exit_code = check_format(self, options.from);
  if (exit_code == CLI_GO && !inputs.n) exit_code = cli_usage(self, "nothing to convert; give IN files");
  if (exit_code == CLI_GO) {
    char text[2][CLI_COUNT_SIZE];
    cli_progress_start(options.quiet, CLI_UNIT_ITEMS);
    int status = convert(&options, &inputs, &work, &error);
    exit_code = status ? cli_report(&error) : work.warnings.n ? CLI_DATA : CLI_DONE;
    if (!status && !options.quiet)
      cli_say("%s records, %s bad lines", cli_count(text[0], work.n_records), cli_count(text[1], work.warnings.n));
  }
  free(inputs.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {NULL, NULL}};

static const cli_example examples[] = {
    {"A corpus in fastText's format, as records:", "slant datasets convert --from fasttext lines.txt -o records.jsonl"},
    {"Under a task of one's own, compressed:",
     "slant datasets convert --from polarity --task tone -o tone.csv.gz reviews.txt"},
    {NULL, NULL}};

const cli_command cli_command_datasets_convert = {
    .name = "datasets convert",
    .operands = "--from FORMAT IN...",
    .summary = "turn a public corpus into records",
    .description = "Reads corpora as they were published and writes records that the other commands read. A line that "
                   "cannot be converted is left out with a warning that names it, and the exit code is 1.",
    .tables = tables,
    .examples = examples,
    .related = "datasets list,datasets check,train",
    .run = run};
