#include "cli/card.h"

#include "cli/report.h"
#include "datasets/json.h"

#include <math.h>
#include <stdlib.h>

/* ---- JSON ---- */
typedef struct member_search {
  slant_str key;
  slant_json_value found;
  bool is_there;
} member_search;

static int match_member(void *context, slant_str key, slant_json_value value) {
  member_search *search = context;
  if (!slant_str_equal(key, search->key)) return 0;
  search->found = value;
  search->is_there = true;
  return 1;
}

static bool member(slant_json_value object, const char *key, slant_json_value *out) {
  member_search search = {.key = slant_str_of(key)};
  if (slant_json_type_of(object) == SLANT_JSON_OBJECT) slant_json_each(object, match_member, &search);
  *out = search.found;
  return search.is_there;
}

static slant_str text_of(slant_json_value object, const char *key) {
  slant_json_value value;
  return member(object, key, &value) ? slant_json_string(value) : (slant_str){0};
}

static double number_of(slant_json *json, slant_json_value object, const char *key) {
  slant_json_value value;
  char text[64];
  if (!member(object, key, &value) || slant_json_type_of(value) != SLANT_JSON_NUMBER) return NAN;
  slant_str digits = slant_json_text(json, value);
  snprintf(text, sizeof text, "%.*s", (int)digits.len, digits.ptr);
  return strtod(text, NULL);
}

static cli_card_interval interval_of(slant_json *json, slant_json_value object, const char *key) {
  slant_json_value value;
  if (!member(object, key, &value)) return (cli_card_interval){NAN, NAN, NAN};
  return (cli_card_interval){number_of(json, value, "value"), number_of(json, value, "low"),
                             number_of(json, value, "high")};
}

static int count_one(void *context, slant_str key, slant_json_value value) {
  (void)key, (void)value;
  ++*(size_t *)context;
  return 0;
}

/* ---- the card ---- */
typedef struct card_reading {
  cli_card *card;
  cli_card_task *task;
} card_reading;

static int read_model(void *context, slant_str key, slant_json_value value) {
  card_reading *reading = context;
  slant_json *json = reading->card->json;
  slant_json_value held_out;
  (void)key;
  cli_card_model *model = &reading->task->models[reading->task->n_models++];
  bool measured = member(value, "held_out", &held_out);
  *model = (cli_card_model){.actor = text_of(value, "actor"),
                            .solver = text_of(value, "solver"),
                            .examples = number_of(json, value, "examples"),
                            .cost = number_of(json, value, "cost"),
                            .calibration_error = NAN,
                            .accuracy = {NAN, NAN, NAN},
                            .macro_f1 = {NAN, NAN, NAN}};
  if (!measured) return 0;
  model->accuracy = interval_of(json, held_out, "accuracy");
  model->macro_f1 = interval_of(json, held_out, "macro_f1");
  model->calibration_error = number_of(json, held_out, "calibration_error");
  return 0;
}

/* An arena array for the elements of `value`; 1: no memory. */
static int make_room(cli_card *card, slant_json_value value, void *array, size_t size) {
  size_t n = 0;
  slant_json_each(value, count_one, &n);
  void *room = slant_arena_alloc(&card->arena, n, size);
  memcpy(array, &room, sizeof room);
  return room == NULL;
}

static int read_task(void *context, slant_str key, slant_json_value value) {
  card_reading *reading = context;
  slant_json_value models;
  (void)key;
  reading->task = &reading->card->tasks[reading->card->n_tasks++];
  *reading->task = (cli_card_task){.task = text_of(value, "task")};
  if (!member(value, "models", &models)) return 0;
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
  out->mode = text_of(root, "mode");
  if (member(root, "program", &part)) out->version = text_of(part, "version");
  bool there = member(root, "data", &part);
  out->digest = there ? text_of(part, "digest") : (slant_str){0};
  out->records = there ? number_of(out->json, part, "records") : NAN;
  out->examples = there ? number_of(out->json, part, "examples") : NAN;
  out->groups = there ? number_of(out->json, part, "groups") : NAN;
  there = member(root, "features", &part);
  out->sparse = there ? number_of(out->json, part, "sparse") : NAN;
  out->dense = there ? number_of(out->json, part, "dense") : NAN;
  card_reading reading = {.card = out};
  if (member(root, "tasks", &part) &&
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
  for (size_t t = 0; t < card->n_tasks; t++) {
    if ((int)card->tasks[t].task.len > task_width) task_width = (int)card->tasks[t].task.len;
    for (size_t m = 0; m < card->tasks[t].n_models; m++)
      if ((int)card->tasks[t].models[m].actor.len > actor_width) actor_width = (int)card->tasks[t].models[m].actor.len;
  }
  slant_buffer_format(out, "  %-*s  %-*s  %9s  %8s  %23s  %8s  %5s\n", task_width, "task", actor_width, "model",
                      "examples", "C", "macro-F1 (held out)", "accuracy", "ECE");
  for (size_t t = 0; t < card->n_tasks; t++)
    for (size_t m = 0; m < card->tasks[t].n_models; m++)
      put_model(out, card->tasks[t].task, &card->tasks[t].models[m], task_width, actor_width);
}
