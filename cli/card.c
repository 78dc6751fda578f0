#include "cli/card.h"

#include "cli/card_json.h"
#include "cli/report.h"

#include <math.h>
#include <stdlib.h>

static cli_card_interval interval_of(slant_json *json, slant_json_value object, const char *key) {
  slant_json_value value;
  if (!slant_json_find(object, key, &value)) return (cli_card_interval){NAN, NAN, NAN};
  return (cli_card_interval){cli_json_number(json, value, "value"), cli_json_number(json, value, "low"),
                             cli_json_number(json, value, "high")};
}

/* ---- the card ---- */
typedef struct card_reading {
  cli_card *card;
  cli_card_task *task;
} card_reading;

static int read_model(void *context, slant_str key, slant_json_value value) {
  card_reading *reading = context;
  slant_json *json = reading->card->json;
  slant_json_value held_out, of_nu;
  (void)key;
  cli_card_model *model = &reading->task->models[reading->task->n_models++];
  bool measured = slant_json_find(value, "held_out", &held_out), nu = slant_json_find(value, "nu", &of_nu);
  *model = (cli_card_model){.value = value,
                            .actor = slant_json_find_string(value, "actor"),
                            .solver = slant_json_find_string(value, "solver"),
                            .examples = cli_json_number(json, value, "examples"),
                            .cost = cli_json_number(json, value, nu ? "nu" : "cost"),
                            .nu = nu,
                            .calibration_error = NAN,
                            .accuracy = {NAN, NAN, NAN},
                            .macro_f1 = {NAN, NAN, NAN}};
  if (!measured) return 0;
  model->accuracy = interval_of(json, held_out, "accuracy");
  model->macro_f1 = interval_of(json, held_out, "macro_f1");
  model->calibration_error = cli_json_number(json, held_out, "calibration_error");
  return 0;
}

/* An arena array for the elements of `value`; 1: no memory. */
static int make_room(cli_card *card, slant_json_value value, void *array, size_t size) {
  void *room = slant_arena_alloc(&card->arena, cli_json_count(value), size);
  memcpy(array, &room, sizeof room);
  return room == NULL;
}

static int read_task(void *context, slant_str key, slant_json_value value) {
  card_reading *reading = context;
  slant_json_value models;
  (void)key;
  reading->task = &reading->card->tasks[reading->card->n_tasks++];
  *reading->task = (cli_card_task){.task = slant_json_find_string(value, "task")};
  if (!slant_json_find(value, "models", &models)) return 0;
  if (make_room(reading->card, models, &reading->task->models, sizeof *reading->task->models)) return 1;
  return slant_json_each(models, read_model, reading);
}

int cli_card_read(cli_card *out, slant_str json, slant_error *error) {
  slant_json_value root, part;
  slant_error fault = {0};
  *out = (cli_card){0};
  int status = slant_json_new(&out->json, error);
  if (status) return status;
  if (slant_json_parse(out->json, json, &root, &fault)) {
    cli_card_free(out);
    return slant_fail(error, SLANT_E_FORMAT, "the model card cannot be read: %.300s", fault.message);
  }
  out->mode = slant_json_find_string(root, "mode");
  if (slant_json_find(root, "program", &part)) out->version = slant_json_find_string(part, "version");
  bool there = slant_json_find(root, "data", &part);
  out->digest = there ? slant_json_find_string(part, "digest") : (slant_str){0};
  out->records = there ? cli_json_number(out->json, part, "records") : NAN;
  out->examples = there ? cli_json_number(out->json, part, "examples") : NAN;
  out->groups = there ? cli_json_number(out->json, part, "groups") : NAN;
  there = slant_json_find(root, "features", &part);
  out->sparse = there ? cli_json_number(out->json, part, "sparse") : NAN;
  out->dense = there ? cli_json_number(out->json, part, "dense") : NAN;
  card_reading reading = {.card = out};
  if (slant_json_find(root, "tasks", &part) &&
      (make_room(out, part, &out->tasks, sizeof *out->tasks) || slant_json_each(part, read_task, &reading))) {
    cli_card_free(out);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for the model card");
  }
  return SLANT_OK;
}

void cli_card_free(cli_card *card) {
  slant_json_free(card->json);
  slant_arena_free(&card->arena);
  *card = (cli_card){0};
}

/* ---- for people ---- */
static void put_percent(slant_buffer *out, double value, int width) {
  if (isnan(value))
    slant_buffer_format(out, "%*s", width, "-");
  else
    slant_buffer_format(out, "%*.1f", width, 100 * value);
}

static void put_model(slant_buffer *out, slant_str task, const cli_card_model *model, int task_width, int actor_width) {
  char count[CLI_COUNT_SIZE];
  double examples = model->examples >= 0 ? model->examples : 0;
  slant_buffer_format(out, "  %-*.*s  %-*.*s  %9s  %8.4g  ", task_width, (int)task.len, task.len ? task.ptr : "",
                      actor_width, (int)model->actor.len, model->actor.len ? model->actor.ptr : "",
                      cli_count(count, (uint64_t)examples), model->cost);
  put_percent(out, model->macro_f1.value, 8);
  char range[40] = "";
  if (!isnan(model->macro_f1.low))
    snprintf(range, sizeof range, "[%.1f, %.1f]", 100 * model->macro_f1.low, 100 * model->macro_f1.high);
  slant_buffer_format(out, " %14s  ", range);
  put_percent(out, model->accuracy.value, 8);
  put_percent(out, model->calibration_error, 7);
  slant_buffer_char(out, '\n');
}

void cli_card_print_models(slant_buffer *out, const cli_card *card) {
  int task_width = 4, actor_width = 5;
  bool any[2] = {false, false}; /* a model of C-SVC, of nu-SVC */
  for (size_t t = 0; t < card->n_tasks; t++) {
    if ((int)card->tasks[t].task.len > task_width) task_width = (int)card->tasks[t].task.len;
    for (size_t m = 0; m < card->tasks[t].n_models; m++) {
      const cli_card_model *model = &card->tasks[t].models[m];
      if ((int)model->actor.len > actor_width) actor_width = (int)model->actor.len;
      any[model->nu] = true;
    }
  }
  slant_buffer_format(out, "  %-*s  %-*s  %9s  %8s  %23s  %8s  %5s\n", task_width, "task", actor_width, "model",
                      "examples", any[0] && any[1] ? "C or nu" : cli_card_cost_name(any[1]), "macro-F1 (held out)",
                      "accuracy", "ECE");
  for (size_t t = 0; t < card->n_tasks; t++)
    for (size_t m = 0; m < card->tasks[t].n_models; m++)
      put_model(out, card->tasks[t].task, &card->tasks[t].models[m], task_width, actor_width);
}
