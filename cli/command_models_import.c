#include "cli/commands.h"
#include "cli/records.h"
#include "cli/report.h"

#include "common/file.h"

#include <slant/bundle.h>
#include <slant/interchange.h>
#include <stdlib.h>

typedef struct import_options {
  const char *output, *model, *task, *actor;
  int quiet;
} import_options;

static const slant_option own_rows[] = {
    CLI_ROW_OUTPUT(import_options, "The new bundle."),
    {"model", 'm', SLANT_OPTION_TEXT, offsetof(import_options, model), NULL, 0, 0, NULL, "BUNDLE",
     "The bundle whose vectors the model was trained on; its pipeline, labels and other models are taken over."},
    {"task", 't', SLANT_OPTION_TEXT, offsetof(import_options, task), NULL, 0, 0, NULL, "TASK",
     "Task that the model judges; needed where the bundle has several."},
    {"actor", 'a', SLANT_OPTION_TEXT, offsetof(import_options, actor), "*", 0, 0, NULL, "ACTOR",
     "Actor whose model it becomes; * is the shared one."},
    CLI_ROW_QUIET(import_options),
    SLANT_OPTION_END};

/* The bank that is meant, or NULL. */
static const slant_bank *choose_bank(const slant_bundle *bundle, const char *task, slant_error *error) {
  if (task) {
    const slant_bank *bank = slant_bundle_find_bank(bundle, slant_str_of(task));
    if (!bank) slant_fail(error, SLANT_E_NOT_FOUND, "the bundle has no task '%s'", task);
    return bank;
  }
  if (slant_bundle_n_banks(bundle) == 1) return slant_bundle_bank(bundle, 0);
  slant_str first = slant_bundle_bank(bundle, 0)->task;
  slant_fail(error, SLANT_E_ARGUMENT, "the bundle has several tasks, '%.*s' among them; choose one with --task",
             (int)(first.len < 60 ? first.len : 60), first.ptr);
  return NULL;
}

/* The bank with the imported model in the place of the actor's, or beside the others. */
static int replace_model(slant_bank_builder **builder, slant_bank *out, const slant_bank *bank,
                         const slant_foreign *foreign, slant_str actor, slant_error *error) {
  int status =
      slant_bank_builder_new(builder, bank->task, bank->labels, bank->n_labels, bank->n_sparse, bank->n_dense, error);
  for (uint32_t m = 0; m < bank->n_models && !status; m++)
    if (!slant_str_equal(bank->models[m].actor, actor))
      status = slant_bank_builder_copy(*builder, bank, &bank->models[m], error);
  if (!status) status = slant_foreign_add(foreign, *builder, actor, error);
  return status ? status : slant_bank_builder_finish(*builder, slant_bank_weight_bits(bank), out, error);
}

/* The card, with a note in front that names what was imported; held-out figures stay those of training. */
static void put_card(slant_buffer *out, slant_str card, const slant_bank *bank, slant_str actor, const char *kind) {
  if (!card.len || card.ptr[0] != '{') {
    slant_buffer_str(out, card);
    return;
  }
  slant_buffer_text(out, "{\"imported\":{\"task\":");
  slant_buffer_json(out, bank->task);
  slant_buffer_text(out, ",\"actor\":");
  slant_buffer_json(out, actor);
  slant_buffer_text(out, ",\"model\":");
  slant_buffer_json(out, slant_str_of(kind));
  slant_buffer_text(out, card.len > 2 ? "}," : "}");
  slant_buffer_str(out, (slant_str){card.ptr + 1, card.len - 1});
}

static int write_with(const char *path, const slant_bundle *bundle, const slant_bank *bank,
                      const slant_foreign *foreign, slant_str actor, slant_error *error) {
  uint32_t n = slant_bundle_n_banks(bundle);
  slant_bank *banks = slant_alloc(n, sizeof *banks);
  slant_bank_builder *builder = NULL;
  slant_buffer card = {0};
  int status = banks ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for %u tasks", n);
  for (uint32_t b = 0; b < n && !status; b++) {
    banks[b] = *slant_bundle_bank(bundle, b);
    if (slant_bundle_bank(bundle, b) == bank) status = replace_model(&builder, &banks[b], bank, foreign, actor, error);
  }
  if (!status) put_card(&card, slant_bundle_card(bundle), bank, actor, slant_foreign_kind(foreign));
  if (!status && card.failed) status = slant_fail(error, SLANT_E_MEMORY, "no memory for the model card");
  if (!status)
    status = slant_bundle_rewrite(path, bundle, slant_bundle_actors(bundle), banks, n, (slant_str){card.data, card.len},
                                  error);
  slant_bank_builder_free(builder);
  slant_buffer_free(&card);
  free(banks);
  return status;
}

static int import(const import_options *options, const char *path, slant_error *error) {
  slant_bundle *bundle = NULL;
  slant_foreign *foreign = NULL;
  slant_mapping file = {0};
  const slant_bank *bank = NULL;
  int status = slant_bundle_open(&bundle, options->model, error);
  if (!status && !(bank = choose_bank(bundle, options->task, error))) status = error->code;
  if (!status) status = slant_map_file(&file, path, error);
  if (!status)
    status = slant_foreign_read(&foreign, (slant_str){(const char *)file.data, file.size}, path, bank->n_labels,
                                bank->n_sparse, bank->n_dense, error);
  if (!status) status = write_with(options->output, bundle, bank, foreign, slant_str_of(options->actor), error);
  if (!status && !options->quiet)
    cli_say("%s: %.*s, %s: %s", options->output, (int)bank->task.len, bank->task.ptr, options->actor,
            slant_foreign_kind(foreign));
  slant_unmap(&file);
  slant_foreign_free(foreign);
  slant_bundle_close(bundle);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  import_options options;
  cli_operands models;
  slant_error error = {0};
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options}, &models);
  if (exit_code == CLI_GO && models.n != 1) exit_code = cli_usage(self, "give one MODEL of libsvm or LIBLINEAR");
  if (exit_code == CLI_GO && !options.model) exit_code = cli_usage(self, "whose vectors? Give --model BUNDLE");
  if (exit_code == CLI_GO && !options.output) exit_code = cli_usage(self, "where should the bundle go? Give -o NEW");
  if (exit_code == CLI_GO) exit_code = import(&options, models.items[0], &error) ? cli_report(&error) : CLI_DONE;
  free(models.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {NULL, NULL}};

static const cli_example examples[] = {
    {"A model that svm-train made of a bundle's vectors:",
     "slant features -m news.slant train.jsonl -o train.svm && svm-train -t 2 train.svm rbf.model && "
     "slant models import rbf.model -m news.slant -o rbf.slant"},
    {NULL, NULL}};

const cli_command cli_command_models_import = {
    .name = "models import",
    .operands = "MODEL -m BUNDLE -o NEW",
    .summary = "put a model of libsvm or LIBLINEAR into a bundle",
    .description =
        "Reads a model file of svm-train (C-SVC or nu-SVC with a linear, polynomial or RBF kernel) or liblinear-train "
        "(any of its classifiers) and writes the bundle anew with that model for the actor. It must have been trained "
        "on the vectors of 'slant features -m BUNDLE': features and labels have the numbers that command gives them. "
        "Everything else of the bundle is copied.\n\n"
        "Labels and scores are those of svm-predict and liblinear-predict; of more than two classes of libsvm a score "
        "is the number of votes. Probabilities are those of the file where it has them (svm-train -b 1 with two "
        "classes, logistic regression of LIBLINEAR), and otherwise not calibrated. The model card keeps the held-out "
        "figures of training, which say nothing about the model that was imported, and names it.",
    .tables = tables,
    .examples = examples,
    .related = "models export,features,predict",
    .run = run};
