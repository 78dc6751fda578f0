#include "cli/card.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "cli/task.h"
#include "cli/times.h"
#include "common/clock.h"

#include <slant/bundle.h>
#include <slant/trainer.h>
#include <stdlib.h>

typedef struct train_options {
  const char *output, *actors, *task, *update, *actor;
  int on_error, resume, quiet, json;
} train_options;

static const slant_option own_rows[] = {
    CLI_ROW_OUTPUT(train_options, "The bundle to write: complete under its name, or not at all."),
    CLI_ROW_ACTORS(train_options, "Actor dictionary (TSV: id, name, type, aliases). It goes into the bundle, and finds "
                                  "the mention where a label names an actor without a span."),
    {"task", 't', SLANT_OPTION_TEXT, offsetof(train_options, task), NULL, 0, 0, NULL, "TASK",
     "Learn this task only; default: every task that the labels name."},
    {"update", 'u', SLANT_OPTION_TEXT, offsetof(train_options, update), NULL, 0, 0, NULL, "BUNDLE",
     "Fit models of actors into this bundle, instead of everything anew: they join its models or take the place of "
     "theirs. Its features, its shared model and all other models stay as they are, and its own options say how "
     "vectors "
     "are made. The result goes to --output, which may be the same file."},
    {"actor", 0, SLANT_OPTION_TEXT, offsetof(train_options, actor), NULL, 0, 0, NULL, "ACTOR[,ACTOR]...",
     "With --update: fit these actors only; default: all that have enough examples."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(train_options, on_error), "skip", 0, 0, "skip|stop", "WHAT",
     "Leave a bad record out with a warning, or stop at it."},
    {"resume", 0, SLANT_OPTION_FLAG, offsetof(train_options, resume), NULL, 0, 0, NULL, NULL,
     "Go on where the same command was interrupted: the models that it had finished, in BUNDLE.fits, are taken over."},
    CLI_ROW_QUIET(train_options),
    CLI_ROW_JSON(train_options, "Print the model card as JSON on standard output."),
    SLANT_OPTION_END};

typedef struct training {
  slant_trainer *trainer;
  cli_task task;
} training;

static int add_record(void *context, const slant_record *record, slant_error *error) {
  training *work = context;
  slant_record kept;
  int status = cli_task_keep(&work->task, record, &kept, error);
  return status ? status : slant_trainer_add(work->trainer, &kept, error);
}

static void say_summary(const train_options *options, const cli_card *card, const cli_counts *counts, double seconds) {
  slant_buffer table = {0};
  char text[4][CLI_COUNT_SIZE];
  cli_card_print_models(&table, card);
  slant_buffer_char(&table, '\0');
  if (!table.failed) {
    for (slant_str rest = {table.data, table.len - 1}; rest.len;) {
      slant_str line = slant_str_cut(&rest, '\n');
      cli_say("%.*s", (int)line.len, line.ptr);
    }
  }
  slant_buffer_free(&table);
  cli_say("%s: %s examples from %s records (%s bad), %s features, %.*s mode, %.1f s", options->output,
          cli_count(text[0], card->examples > 0 ? (uint64_t)card->examples : 0), cli_count(text[1], counts->records),
          cli_count(text[2], counts->bad),
          cli_count(text[3], card->sparse + card->dense > 0 ? (uint64_t)(card->sparse + card->dense) : 0),
          (int)card->mode.len, card->mode.len ? card->mode.ptr : "", seconds);
}

/* Finished models go into a file beside the bundle, until that is written. */
static int keep_journal(const training *work, const train_options *options, slant_error *error) {
  if (slant_str_is(slant_str_of(options->output), "-")) return SLANT_OK;
  slant_buffer path = {0};
  slant_buffer_format(&path, "%s.fits", options->output);
  slant_buffer_char(&path, '\0');
  int status = path.failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for a file name")
                           : slant_trainer_journal(work->trainer, path.data, options->resume, error);
  slant_buffer_free(&path);
  return status;
}

static int train(const train_options *options, const slant_train_options *how, const slant_reader_options *reader,
                 const cli_operands *data, cli_counts *counts, slant_error *error) {
  training work = {.task = {.name = slant_str_of(options->task)}};
  slant_actors *actors = NULL;
  slant_bundle *base = NULL;
  cli_card card = {0};
  double started = slant_seconds();
  int status = cli_check_output(options->output, error);
  if (!status && options->actors) status = slant_actors_load(&actors, options->actors, error);
  if (!status) status = slant_trainer_new(&work.trainer, how, actors, cli_observer(), error);
  if (!status && options->update) status = slant_bundle_open(&base, options->update, error);
  if (!status && base) status = slant_trainer_update(work.trainer, base, options->actor, error);
  if (!status) status = keep_journal(&work, options, error);
  if (status) goto out;
  cli_walk walk = {.paths = data->items,
                   .n_paths = data->n,
                   .reader = reader,
                   .stage = "reading",
                   .stop = options->on_error == 1,
                   .visit = add_record,
                   .context = &work};
  status = cli_walk_records(&walk, counts, error);
  if (!status) status = cli_task_check(&work.task, error);
  if (!status) status = slant_trainer_fit(work.trainer, error);
  if (!status) status = slant_trainer_write(work.trainer, options->output, error);
  if (!status && !slant_str_is(slant_str_of(options->output), "-"))
    status = cli_times_write(options->output, slant_trainer_times(work.trainer), error);
  if (status) goto out;
  cli_progress_clear();
  slant_str text = slant_trainer_card(work.trainer);
  if (!options->quiet && cli_card_read(&card, text, error) == SLANT_OK)
    say_summary(options, &card, counts, slant_seconds() - started);
  if (options->json) status = cli_print(text.ptr, text.len, error);
  if (options->json && !status) status = cli_print("\n", 1, error);
out:
  cli_card_free(&card);
  slant_trainer_free(work.trainer);
  slant_bundle_close(base);
  slant_actors_free(actors);
  cli_task_free(&work.task);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  train_options options;
  slant_train_options how;
  slant_reader_options reader;
  cli_operands data;
  cli_counts counts = {0};
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &how, &reader}, &data);
  if (exit_code == CLI_GO && !options.output) exit_code = cli_usage(self, "where should the bundle go? Give -o BUNDLE");
  if (exit_code == CLI_GO && !data.n)
    exit_code = cli_usage(self, "nothing to learn from; give labelled DATA files, or - for standard input");
  if (exit_code == CLI_GO && options.json && slant_str_is(slant_str_of(options.output), "-"))
    exit_code = cli_usage(self, "the bundle and the card cannot both go to standard output");
  if (exit_code == CLI_GO && options.actor && !options.update)
    exit_code = cli_usage(self, "--actor says which models of a bundle to fit: give it with --update");
  if (exit_code == CLI_GO && options.resume && slant_str_is(slant_str_of(options.output), "-"))
    exit_code = cli_usage(self, "only a training whose bundle goes to a file can be resumed");
  if (exit_code == CLI_GO) {
    cli_progress_start(options.quiet, CLI_UNIT_ITEMS);
    int status = train(&options, &how, &reader, &data, &counts, &error);
    if (!status) status = cli_flush(&error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
  }
  free(data.items);
  return exit_code;
}

static const cli_table tables[] = {
    {NULL, own_rows}, {"Training:", slant_train_option_table}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"Learn from a labelled corpus, with a dictionary of its actors:",
     "slant train --actors actors.tsv train.jsonl -o news.slant"},
    {"Learn from a public corpus as it was published:",
     "slant datasets convert --from fasttext lines.txt | slant train - -o lines.slant"},
    {"Weigh the stages of the pipeline too, by Sobol points, and estimate what that is worth:",
     "slant train --search sobol --points 9 --block-weights words=0.5:2,lexicon=0.5:2 --nested train.jsonl -o s.slant"},
    {"Add actors to a bundle, or fit theirs again with more examples:",
     "slant train --update news.slant new-actors.jsonl -o news.slant"},
    {NULL, NULL}};

const cli_command cli_command_train = {
    .name = "train",
    .operands = "DATA... -o BUNDLE",
    .summary = "learn a model from labelled records",
    .description =
        "Reads labelled records and fits, for every task that the labels name, the shared model and a model for each "
        "actor with enough examples: support vector machines over word and character n-grams, lexicon sums and the "
        "context of the mention, with cost, kernel width and stage weights chosen by cross-validation and "
        "probabilities calibrated on held-out examples. All of it goes into one file, the bundle, which 'slant "
        "predict' reads.\n\n"
        "A record is a JSON line or a row of CSV or TSV with a text and either one label (actor, task, label, from, "
        "to) or, in JSON, several in labels. from and to count code points of the text, end exclusive. Records with "
        "the same group stay together in cross-validation.\n\n"
        "Every model that is finished is kept in BUNDLE.fits until the bundle is written. A training that was "
        "interrupted, or killed, goes on from there with --resume, and its bundle is the same.\n\n"
        "The same data, options and seed give the same bundle, byte for byte, whatever the number of threads. How long "
        "it took is therefore no part of it: that goes to BUNDLE.times, a line of JSON, which 'slant inspect' shows "
        "and "
        "nothing needs.",
    .tables = tables,
    .examples = examples,
    .related = "predict,evaluate,inspect,features,datasets convert",
    .run = run};
