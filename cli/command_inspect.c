#include "cli/card.h"
#include "cli/commands.h"
#include "cli/records.h"
#include "cli/report.h"
#include "cli/times.h"

#include <math.h>
#include <slant/bundle.h>
#include <stdlib.h>

typedef struct inspect_options {
  const char *actor, *task;
  int64_t features, settings;
  int json;
} inspect_options;

static const slant_option own_rows[] = {
    {"features", 'n', SLANT_OPTION_INT, offsetof(inspect_options, features), "8", 0, 10000, NULL, "N",
     "So many of the strongest features for each label."},
    {"settings", 's', SLANT_OPTION_INT, offsetof(inspect_options, settings), "10", 0, 1000, NULL, "N",
     "So many of the settings that the search tried, the best first."},
    {"actor", 'a', SLANT_OPTION_TEXT, offsetof(inspect_options, actor), NULL, 0, 0, NULL, "ACTOR",
     "Features, probabilities and search of this actor's model; default: the shared one."},
    {"task", 't', SLANT_OPTION_TEXT, offsetof(inspect_options, task), NULL, 0, 0, NULL, "TASK",
     "Features, probabilities and search of this task; default: all."},
    CLI_ROW_JSON(inspect_options, "Print the model card as JSON, and nothing else."),
    SLANT_OPTION_END};

/* ---- what the file holds ---- */
static void put_title(slant_buffer *out, const char *title) {
  slant_buffer_format(out, "\n%s\n", title);
}

static void put_card(slant_buffer *out, const cli_card *card, const slant_bundle *bundle) {
  char text[4][CLI_COUNT_SIZE];
  const slant_pipeline *pipeline = slant_bundle_pipeline(bundle);
  slant_buffer_format(out, "mode      %s\n",
                      slant_pipeline_mode(pipeline) == SLANT_MODE_TARGET ? "target (mentions in their sentence)"
                                                                         : "document (whole texts)");
  slant_buffer_format(out, "features  %s sparse, %s dense\n", cli_count(text[0], slant_pipeline_n_sparse(pipeline)),
                      cli_count(text[1], slant_pipeline_n_dense(pipeline)));
  if (card->version.len)
    slant_buffer_format(out, "written   by slant %.*s\n", (int)card->version.len, card->version.ptr);
  if (card->records >= 0 && card->examples >= 0 && card->groups >= 0)
    slant_buffer_format(out, "data      %s records, %s examples, %s groups, digest %.*s\n",
                        cli_count(text[0], (uint64_t)card->records), cli_count(text[1], (uint64_t)card->examples),
                        cli_count(text[2], (uint64_t)card->groups), (int)card->digest.len,
                        card->digest.len ? card->digest.ptr : "");
  put_title(out, "Models");
  cli_card_print_models(out, card);
}

/* Bundles that lend their scores: what they judge, and what of. */
static void put_auxiliaries(slant_buffer *out, const slant_bundle *bundle) {
  const slant_bundle *other;
  if (!slant_bundle_auxiliary(bundle, 0)) return;
  put_title(out, "Auxiliary bundles");
  for (uint32_t i = 0; (other = slant_bundle_auxiliary(bundle, i)); i++) {
    bool target = slant_pipeline_mode(slant_bundle_pipeline(other)) == SLANT_MODE_TARGET;
    slant_buffer_format(out, "  %u  %s mode;", i + 1, target ? "target" : "document");
    for (uint32_t b = 0; b < slant_bundle_n_banks(other); b++) {
      slant_str task = slant_bundle_bank(other, b)->task;
      slant_buffer_format(out, "%s %.*s", b ? "," : "", (int)task.len, task.ptr);
    }
    slant_buffer_char(out, '\n');
  }
}

static void put_labels(slant_buffer *out, const slant_bundle *bundle) {
  put_title(out, "Labels");
  for (uint32_t b = 0; b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    slant_buffer_format(out, "  %.*s:", (int)bank->task.len, bank->task.ptr);
    for (uint32_t c = 0; c < bank->n_labels; c++) {
      slant_buffer_text(out, c ? ", " : " ");
      slant_buffer_str(out, bank->labels[c]);
    }
    slant_buffer_char(out, '\n');
  }
}

static void put_actors(slant_buffer *out, const slant_bundle *bundle) {
  const slant_actors *actors = slant_bundle_actors(bundle);
  put_title(out, "Actors");
  if (!actors) {
    slant_buffer_text(out, "  no dictionary of its own; the built-in one is used\n");
    return;
  }
  for (uint32_t i = 0; i < slant_actors_count(actors); i++) {
    slant_actor actor = slant_actors_get(actors, i);
    slant_buffer_format(out, "  %.*s  %.*s, %.*s, %u aliases\n", (int)actor.id.len, actor.id.ptr, (int)actor.name.len,
                        actor.name.ptr, (int)actor.type.len, actor.type.ptr, actor.n_aliases);
  }
}

static void put_sections(slant_buffer *out, const slant_bundle *bundle) {
  char text[CLI_COUNT_SIZE];
  put_title(out, "Sections of the file, in bytes");
  for (uint32_t i = 0; i < slant_bundle_n_sections(bundle); i++) {
    slant_section section = slant_bundle_section(bundle, i);
    slant_buffer_format(out, "  %-8s  %13s\n", section.name, cli_count(text, section.size));
  }
}

/* ---- how probabilities held, and how settings were found ---- */
/* Of every task's model of the actor that was asked for, or the shared one. */
static int put_searches(slant_buffer *out, const cli_card *card, const inspect_options *options, slant_error *error) {
  int status = SLANT_OK;
  slant_str actor = slant_str_of(options->actor ? options->actor : "*");
  for (size_t t = 0; t < card->n_tasks && !status; t++) {
    const cli_card_task *task = &card->tasks[t];
    if (options->task && !slant_str_is(task->task, options->task)) continue;
    for (size_t m = 0; m < task->n_models && !status; m++) {
      if (!slant_str_equal(task->models[m].actor, actor)) continue;
      slant_buffer_format(out, "\nProbabilities: task %.*s, model %.*s, held-out examples\n", (int)task->task.len,
                          task->task.len ? task->task.ptr : "", (int)actor.len, actor.ptr);
      cli_card_print_calibration(out, card, &task->models[m]);
      slant_buffer_format(out, "\nSearch: task %.*s, model %.*s\n", (int)task->task.len,
                          task->task.len ? task->task.ptr : "", (int)actor.len, actor.ptr);
      status = cli_card_print_search(out, card, &task->models[m], (size_t)options->settings, error);
    }
  }
  return status;
}

/* ---- strongest features ---- */
typedef struct weighted {
  float weight;
  uint32_t feature;
} weighted;

static int heaviest_first(const void *a, const void *b) {
  const weighted *x = a, *y = b;
  if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
  return x->feature < y->feature ? -1 : x->feature > y->feature;
}

/* The weight by which a feature speaks for a class: that of the class's output; of two classes the second is the first
 * one's opposite; of pairs the sum over all that the class is in. */
static float class_weight(const slant_bank *bank, const slant_model *model, uint32_t class, uint32_t feature) {
  uint32_t k = model->n_classes, pair = 0;
  float sum = 0;
  if (model->coding == SLANT_CODING_ONE_VS_REST) return slant_model_weight(bank, model, feature, class);
  for (uint32_t i = 0; i < k; i++)
    for (uint32_t j = i + 1; j < k; j++, pair++) {
      if (i == class) sum += slant_model_weight(bank, model, feature, pair);
      if (j == class) sum -= slant_model_weight(bank, model, feature, pair);
    }
  return sum;
}

static void put_kernel(slant_buffer *out, const slant_bank *bank, const slant_model *model) {
  uint32_t n_support;
  slant_kernel_shape shape = slant_model_kernel(bank, model, &n_support);
  if (shape.kernel == SLANT_KERNEL_RBF)
    slant_buffer_format(out, "  an RBF kernel, gamma %g", shape.gamma);
  else
    slant_buffer_format(out, "  a polynomial kernel of degree %u, gamma %g, coef0 %g", shape.degree, shape.gamma,
                        shape.coef0);
  slant_buffer_format(out,
                      ", over %u support vectors; features have no weight of their own: 'slant explain' says what "
                      "moved a decision\n",
                      n_support);
}

static void put_class(slant_buffer *out, const slant_bank *bank, const slant_model *model, uint32_t class,
                      const slant_pipeline *pipeline, weighted *order, int64_t limit) {
  uint32_t n = bank->n_sparse + bank->n_dense;
  for (uint32_t f = 0; f < n; f++) order[f] = (weighted){class_weight(bank, model, class, f), f};
  qsort(order, n, sizeof *order, heaviest_first);
  slant_str label = bank->labels[model->classes[class]];
  slant_buffer_format(out, "  %.*s\n", (int)label.len, label.ptr);
  for (uint32_t i = 0; i < n && i < limit && order[i].weight > 0; i++) {
    slant_str name = slant_pipeline_feature_name(pipeline, order[i].feature);
    slant_buffer_format(out, "    %8.4f  %.*s\n", (double)order[i].weight, (int)name.len, name.len ? name.ptr : "");
  }
}

static int put_bank(slant_buffer *out, const slant_bank *bank, const slant_pipeline *pipeline, slant_str actor,
                    int64_t limit, slant_error *error) {
  const slant_model *model = slant_bank_model(bank, actor);
  if (!model) model = bank->n_models ? &bank->models[0] : NULL; /* a bank without a shared model */
  weighted *order = slant_alloc((size_t)bank->n_sparse + bank->n_dense, sizeof *order);
  if (!order || !model) {
    free(order);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the features");
  }
  slant_buffer_format(out, "\nStrongest features: task %.*s, model %.*s\n", (int)bank->task.len, bank->task.ptr,
                      (int)model->actor.len, model->actor.ptr);
  if (!slant_model_is_linear(model)) put_kernel(out, bank, model);
  for (uint32_t c = 0; c < model->n_classes && slant_model_is_linear(model); c++)
    put_class(out, bank, model, c, pipeline, order, limit);
  free(order);
  return SLANT_OK;
}

static bool has_model(const slant_bank *bank, slant_str actor) {
  const slant_model *model = slant_bank_model(bank, actor);
  return model && slant_str_equal(model->actor, actor);
}

static int put_features(slant_buffer *out, const slant_bundle *bundle, const inspect_options *options,
                        slant_error *error) {
  slant_str task = slant_str_of(options->task), actor = slant_str_of(options->actor ? options->actor : "*");
  uint32_t n_shown = 0;
  int status = SLANT_OK;
  if (options->task && !slant_bundle_find_bank(bundle, task))
    return slant_fail(error, SLANT_E_NOT_FOUND, "the bundle has no task '%s'", options->task);
  for (uint32_t b = 0; !status && b < slant_bundle_n_banks(bundle); b++) {
    const slant_bank *bank = slant_bundle_bank(bundle, b);
    if (options->task && !slant_str_equal(bank->task, task)) continue;
    if (options->actor && !has_model(bank, actor)) continue;
    n_shown++;
    if (options->features) status = put_bank(out, bank, slant_bundle_pipeline(bundle), actor, options->features, error);
  }
  if (!status && !n_shown)
    status = slant_fail(error, SLANT_E_NOT_FOUND, "'%s' has no model of its own in the bundle", options->actor);
  return status;
}

/* Names come from data, and this goes to terminals: control characters other than the ends of lines become '?'. */
static void mask_controls(slant_buffer *text) {
  for (size_t i = 0; i < text->len; i++) {
    unsigned char c = (unsigned char)text->data[i];
    if ((c < 0x20 && c != '\n') || c == 0x7f) text->data[i] = '?';
  }
}

static int inspect(const char *path, const inspect_options *options, slant_error *error) {
  slant_bundle *bundle;
  cli_card card = {0};
  slant_buffer out = {0};
  int status = slant_bundle_open(&bundle, path, error);
  if (status) return status;
  if ((status = slant_bundle_verify(bundle, error))) {
    slant_error_at(error, path, 0, 0);
    slant_bundle_close(bundle);
    return status;
  }
  slant_str json = slant_bundle_card(bundle);
  if (options->json) {
    slant_buffer_str(&out, json);
    slant_buffer_char(&out, '\n');
  } else {
    status = cli_card_read(&card, json, error);
    if (!status) {
      slant_buffer_format(&out, "bundle    %s\n", path);
      put_card(&out, &card, bundle);
      put_auxiliaries(&out, bundle);
      put_labels(&out, bundle);
      put_actors(&out, bundle);
      put_sections(&out, bundle);
      status = cli_times_print(&out, path, json, error);
      if (!status && options->settings) status = put_searches(&out, &card, options, error);
      if (!status) status = put_features(&out, bundle, options, error);
    }
    mask_controls(&out);
  }
  if (!status && out.failed) status = slant_fail(error, SLANT_E_MEMORY, "no memory for the report");
  if (!status) status = cli_print(out.data, out.len, error);
  if (!status) status = cli_flush(error);
  slant_buffer_free(&out);
  cli_card_free(&card);
  slant_bundle_close(bundle);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  inspect_options options;
  cli_operands bundle;
  slant_error error = {0};
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options}, &bundle);
  if (exit_code == CLI_GO && bundle.n != 1) exit_code = cli_usage(self, "give one BUNDLE");
  if (exit_code == CLI_GO) exit_code = inspect(bundle.items[0], &options, &error) ? cli_report(&error) : CLI_DONE;
  free(bundle.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {NULL, NULL}};

static const cli_example examples[] = {{"What is in a bundle:", "slant inspect news.slant"},
                                       {"The model card:", "slant inspect --json news.slant"},
                                       {NULL, NULL}};

const cli_command cli_command_inspect = {
    .name = "inspect",
    .operands = "BUNDLE",
    .summary = "show what is in a bundle",
    .description =
        "Checks every byte of a bundle and shows its model card (data, held-out measures of every model), labels, "
        "actors, sections, how long its training took where BUNDLE.times still stands beside it, how its probabilities "
        "held on held-out examples, the settings that the search tried with "
        "its "
        "learning curve, and the strongest features of each label. "
        "Held-out macro-F1 and accuracy are from cross-validation, with 95% "
        "intervals; ECE is the expected calibration error; all are in percent.",
    .tables = tables,
    .examples = examples,
    .related = "train,predict,explain",
    .run = run};
