#include "cli/task.h"

int cli_task_keep(cli_task *task, const slant_record *record, slant_record *out, slant_error *error) {
  *out = *record;
  if (!task->name.len) return SLANT_OK;
  slant_arena_reset(&task->arena);
  slant_label *labels = slant_arena_alloc(&task->arena, record->n_labels, sizeof *labels);
  if (!labels) return slant_fail(error, SLANT_E_MEMORY, "no memory for the labels of a record");
  out->labels = labels;
  out->n_labels = 0;
  for (size_t i = 0; i < record->n_labels; i++)
    if (slant_str_equal(record->labels[i].task, task->name)) labels[out->n_labels++] = record->labels[i];
  task->n_labels += out->n_labels;
  return SLANT_OK;
}

int cli_task_check(const cli_task *task, slant_error *error) {
  if (!task->name.len || task->n_labels) return SLANT_OK;
  return slant_fail(error, SLANT_E_DATA, "no label has the task '%.*s'", (int)task->name.len, task->name.ptr);
}

void cli_task_free(cli_task *task) {
  slant_arena_free(&task->arena);
}
