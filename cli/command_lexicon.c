#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "cli/task.h"

#include <slant/induction.h>
#include <stdlib.h>

typedef struct lexicon_options {
  const char *output, *task;
  int on_error, quiet;
} lexicon_options;

static const slant_option own_rows[] = {
    CLI_ROW_OUTPUT(lexicon_options, "The lexicon to write: complete under its name, or not at all; - is standard "
                                    "output."),
    {"task", 't', SLANT_OPTION_TEXT, offsetof(lexicon_options, task), NULL, 0, 0, NULL, "TASK",
     "Labels of this task only; needed where the labels name several."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(lexicon_options, on_error), "skip", 0, 0, "skip|stop", "WHAT",
     "Leave a bad record out with a warning, or stop at it."},
    CLI_ROW_QUIET(lexicon_options),
    SLANT_OPTION_END};

typedef struct lexicon_work {
  slant_induction *induction;
  bool labels;
  cli_task task;
  slant_str only; /* the one task that came so far */
  slant_arena arena;
} lexicon_work;

/* Two tasks' labels in one lexicon would be a mistake. */
static int keep_task(lexicon_work *work, slant_str task, slant_error *error) {
  if (slant_str_equal(work->only, task)) return SLANT_OK;
  if (work->only.ptr)
    return slant_fail(error, SLANT_E_ARGUMENT, "the labels name the tasks '%.*s' and '%.*s'; choose one with --task",
                      (int)work->only.len, work->only.ptr, (int)task.len, task.ptr);
  char *copy = slant_arena_copy(&work->arena, task);
  if (!copy) return slant_fail(error, SLANT_E_MEMORY, "no memory for a task");
  work->only = (slant_str){copy, task.len};
  return SLANT_OK;
}

static int add_record(void *context, const slant_record *record, slant_error *error) {
  lexicon_work *work = context;
  slant_record kept;
  if (!work->labels) return slant_induction_add(work->induction, record->text, (slant_str){0}, -1, -1, 0, error);
  int status = cli_task_keep(&work->task, record, &kept, error);
  for (size_t i = 0; i < kept.n_labels && !status; i++) {
    const slant_label *label = &kept.labels[i];
    if (!label->label.len) continue;
    status = keep_task(work, label->task, error);
    if (!status)
      status = slant_induction_add(work->induction, record->text, label->label, label->from, label->to, label->weight,
                                   error);
  }
  if (status == SLANT_E_DATA) slant_error_at(error, record->file, record->line, 0);
  return status;
}

static int induce(const lexicon_options *options, const slant_induction_options *how,
                  const slant_reader_options *reader, const cli_operands *data, cli_counts *counts, uint64_t *n_words,
                  slant_error *error) {
  lexicon_work work = {.labels = how->from == SLANT_INDUCE_FROM_LABELS, .task = {.name = slant_str_of(options->task)}};
  int status = cli_check_output(options->output, error);
  if (!status) status = slant_induction_new(&work.induction, how, error);
  cli_walk walk = {.paths = data->items,
                   .n_paths = data->n,
                   .reader = reader,
                   .stage = "reading",
                   .stop = options->on_error == 1,
                   .visit = add_record,
                   .context = &work};
  if (!status) status = cli_walk_records(&walk, counts, error);
  if (!status && work.labels) status = cli_task_check(&work.task, error);
  if (!status) status = slant_induction_write(work.induction, options->output, n_words, error);
  cli_progress_clear();
  slant_induction_free(work.induction);
  slant_arena_free(&work.arena);
  cli_task_free(&work.task);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  lexicon_options options;
  slant_induction_options how;
  slant_reader_options reader;
  cli_operands data;
  cli_counts counts = {0};
  uint64_t n_words = 0;
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &how, &reader}, &data);
  if (exit_code == CLI_GO && !options.output) exit_code = cli_usage(self, "where should the lexicon go? Give -o FILE");
  if (exit_code == CLI_GO && !data.n)
    exit_code = cli_usage(self, "no lexicon without records; give DATA files, or - for standard input");
  if (exit_code == CLI_GO && options.task && how.from == SLANT_INDUCE_FROM_CONTEXT)
    exit_code = cli_usage(self, "--task chooses labels, and --from context looks at none");
  if (exit_code == CLI_GO) {
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = induce(&options, &how, &reader, &data, &counts, &n_words, &error);
    if (!status) status = cli_flush(&error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
    char text[3][CLI_COUNT_SIZE];
    if (!status && !options.quiet)
      cli_say("%s: %s words from %s records (%s bad)", options.output, cli_count(text[0], n_words),
              cli_count(text[1], counts.records), cli_count(text[2], counts.bad));
  }
  free(data.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows},
                                   {"Induction:", slant_induction_option_table},
                                   {"Reading:", slant_reader_option_table},
                                   {NULL, NULL}};

static const cli_example examples[] = {
    {"What the labels of one corpus say of words, for training on another:",
     "slant lexicon reviews.jsonl -o reviews.tsv && slant train --lexicon reviews.tsv train.jsonl -o news.slant"},
    {"The company that words keep in unlabelled articles:",
     "slant lexicon --from context articles.jsonl -o context.tsv"},
    {NULL, NULL}};

const cli_command cli_command_lexicon = {
    .name = "lexicon",
    .operands = "DATA... -o FILE",
    .summary = "induce a lexicon from records",
    .description =
        "Writes a table of words and scores, strongest first, that 'slant train --lexicon' reads.\n\n"
        "From labels (the default) every label has a column, or of two labels the second: the z-score of the word's "
        "log-odds ratio between the texts of that label and all others, under a prior that holds rare words back "
        "(Monroe, Colaresi and Quinn 2008). Where a label has a span, its sentence counts, without the span. A text "
        "counts as "
        "much as its label's weight says. A lexicon "
        "from the very records that a model is trained on tells it nothing new and flatters its cross-validation: take "
        "other data.\n\n"
        "From context, which takes no labels, a word's score is the mean polarity, by the built-in lexicons, of the "
        "words around it in all places, held back likewise and less the mean of all words. Names come out with the "
        "company that they keep.",
    .tables = tables,
    .examples = examples,
    .related = "train,features,datasets convert",
    .run = run};
