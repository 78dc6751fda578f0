#include "cli/times.h"

#include "cli/card_json.h"
#include "cli/report.h"
#include "common/file.h"
#include "common/hash.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* NULL: no memory. The caller's to free. */
static char *path_beside(const char *bundle, slant_error *error) {
  slant_buffer path = {0};
  slant_buffer_format(&path, "%s.times", bundle);
  slant_buffer_char(&path, '\0');
  if (!path.failed) return path.data;
  slant_fail(error, SLANT_E_MEMORY, "no memory for a file name");
  slant_buffer_free(&path);
  return NULL;
}

int cli_times_write(const char *bundle, slant_str times, slant_error *error) {
  slant_file_writer *writer;
  char *path = path_beside(bundle, error);
  if (!path) return SLANT_E_MEMORY;
  int status = slant_file_writer_open(&writer, path, error);
  if (!status) {
    status = slant_file_writer_write(writer, times.ptr, times.len, error);
    if (status)
      slant_file_writer_discard(writer);
    else
      status = slant_file_writer_commit(writer, error);
  }
  free(path);
  return status;
}

/* ---- for people ---- */
typedef struct listing {
  slant_buffer *out;
  slant_json *json;
  slant_str task;
} listing;

/* A time, "-" where it is none, and the name behind it. */
static void put_time(slant_buffer *out, double seconds, slant_str task, slant_str actor) {
  if (isnan(seconds))
    slant_buffer_format(out, "  %10s", "-");
  else
    slant_buffer_format(out, "  %10.2f", seconds);
  slant_buffer_format(out, "  %.*s", (int)task.len, task.len ? task.ptr : "");
  slant_buffer_format(out, "  %.*s\n", (int)actor.len, actor.len ? actor.ptr : "");
}

static int put_model(void *context, slant_str key, slant_json_value value) {
  const listing *list = context;
  (void)key;
  put_time(list->out, cli_json_number(list->json, value, "seconds"), list->task,
           slant_json_find_string(value, "actor"));
  return 0;
}

static int put_task(void *context, slant_str key, slant_json_value value) {
  listing *list = context;
  slant_json_value models;
  (void)key;
  list->task = slant_json_find_string(value, "task");
  return slant_json_find(value, "models", &models) ? slant_json_each(models, put_model, list) : 0;
}

/* Whether the times belong to the card. */
static bool is_of(slant_json_value root, slant_str card) {
  char digest[17];
  snprintf(digest, sizeof digest, "%016" PRIx64, slant_hash(card.ptr, card.len));
  return slant_str_is(slant_json_find_string(root, "card"), digest);
}

static void put_times(slant_buffer *out, slant_json *json, slant_json_value root) {
  slant_json_value tasks;
  listing list = {.out = out, .json = json};
  double threads = cli_json_number(json, root, "threads");
  slant_buffer_format(out, "\nSeconds of training, %g %s\n", threads, threads == 1 ? "thread" : "threads");
  put_time(out, cli_json_number(json, root, "seconds"), slant_str_of("all of it"), (slant_str){0});
  if (slant_json_find(root, "tasks", &tasks)) slant_json_each(tasks, put_task, &list);
}

int cli_times_print(slant_buffer *out, const char *bundle, slant_str card, slant_error *error) {
  slant_mapping file = {0};
  slant_json *json = NULL;
  slant_json_value root;
  char *path = path_beside(bundle, error);
  if (!path) return SLANT_E_MEMORY;
  int status = SLANT_OK;
  if (access(path, F_OK)) goto out;
  slant_error fault = {0};
  status = slant_json_new(&json, error);
  if (status) goto out;
  if (slant_map_file(&file, path, &fault) ||
      slant_json_parse(json, (slant_str){(const char *)file.data, file.size}, &root, &fault))
    cli_warn("%s: %s; the times are left out", path, fault.message);
  else if (!is_of(root, card))
    cli_warn("%s is of another training than the bundle, and left out", path);
  else
    put_times(out, json, root);
out:
  slant_unmap(&file);
  slant_json_free(json);
  free(path);
  return status;
}
