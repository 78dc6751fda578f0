/* Labels of one task only: --task, for the commands that learn. */
#ifndef SLANT_CLI_TASK_H
#define SLANT_CLI_TASK_H

#include "common/memory.h"

#include <slant/record.h>

typedef struct cli_task { /* all zero, but for the name */
  slant_str name;         /* empty: every task */
  uint64_t n_labels;      /* of that task, so far */
  slant_arena arena;
} cli_task;

/* The record with the labels of that task only; good until the next call. */
int cli_task_keep(cli_task *task, const slant_record *record, slant_record *out, slant_error *error);
/* SLANT_E_DATA where a task was asked for and no label had it. */
int cli_task_check(const cli_task *task, slant_error *error);
void cli_task_free(cli_task *task);

#endif
