#include "cli/commands.h"
#include "cli/records.h"
#include "cli/report.h"

#include <slant/bundle.h>
#include <slant/interchange.h>
#include <stdlib.h>

typedef struct export_options {
  const char *output, *task, *actor;
  int format;
} export_options;

static const slant_option own_rows[] = {CLI_ROW_OUTPUT(export_options, "The model file; - is standard output."),
                                        {"task", 't', SLANT_OPTION_TEXT, offsetof(export_options, task), NULL, 0, 0,
                                         NULL, "TASK", "Task of the model; needed where the bundle has several."},
                                        {"actor", 'a', SLANT_OPTION_TEXT, offsetof(export_options, actor), "*", 0, 0,
                                         NULL, "ACTOR", "Actor whose model it is; * is the shared one."},
                                        {"format", 'f', SLANT_OPTION_CHOICE, offsetof(export_options, format), "libsvm",
                                         0, 0, "libsvm|liblinear", "FORMAT",
                                         "Whose model file; LIBLINEAR has linear models only."},
                                        SLANT_OPTION_END};

static int write_model(const export_options *options, const char *path, slant_error *error) {
  slant_bundle *bundle = NULL;
  const slant_bank *bank = NULL;
  slant_str actor = slant_str_of(options->actor);
  int status = slant_bundle_open(&bundle, path, error);
  if (status) return status;
  if (options->task)
    bank = slant_bundle_find_bank(bundle, slant_str_of(options->task));
  else if (slant_bundle_n_banks(bundle) == 1)
    bank = slant_bundle_bank(bundle, 0);
  const slant_model *model = bank ? slant_bank_model(bank, actor) : NULL;
  if (!bank && !options->task)
    status = slant_fail(error, SLANT_E_ARGUMENT, "the bundle has several tasks; choose one with --task");
  else if (!bank)
    status = slant_fail(error, SLANT_E_NOT_FOUND, "the bundle has no task '%s'", options->task);
  else if (!model || !slant_str_equal(model->actor, actor))
    status = slant_fail(error, SLANT_E_NOT_FOUND, "'%s' has no model of its own in the bundle", options->actor);
  else
    status = slant_foreign_write(options->output, (slant_foreign_format)options->format, bank, model, error);
  slant_bundle_close(bundle);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  export_options options;
  cli_operands bundle;
  slant_error error = {0};
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options}, &bundle);
  if (exit_code == CLI_GO && bundle.n != 1) exit_code = cli_usage(self, "give one BUNDLE");
  if (exit_code == CLI_GO && !options.output) exit_code = cli_usage(self, "where should the model go? Give -o FILE");
  if (exit_code == CLI_GO) exit_code = write_model(&options, bundle.items[0], &error) ? cli_report(&error) : CLI_DONE;
  free(bundle.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {NULL, NULL}};

static const cli_example examples[] = {{"A model, and what svm-predict makes of it:",
                                        "slant models export news.slant -o news.model && slant features -m news.slant "
                                        "test.jsonl -o test.svm && svm-predict test.svm news.model labels.txt"},
                                       {NULL, NULL}};

const cli_command cli_command_models_export = {
    .name = "models export",
    .operands = "BUNDLE -o FILE",
    .summary = "write a bundle's model as libsvm or LIBLINEAR read it",
    .description =
        "Writes the model of one actor (default: the shared one) as a model file. Its features and labels have the "
        "numbers of 'slant features -m BUNDLE', and svm-predict or liblinear-predict give the vectors of that command "
        "the labels that 'slant predict' gives the texts. Calibration is not written. A linear model with one output a "
        "class becomes, for libsvm, the differences between classes, which choose the same label.",
    .tables = tables,
    .examples = examples,
    .related = "models import,features",
    .run = run};
