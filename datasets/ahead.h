/* A thread that reads an input ahead: decompression takes place beside what becomes of the bytes. Private to datasets.
 */
#ifndef SLANT_DATASETS_AHEAD_H
#define SLANT_DATASETS_AHEAD_H

#include "datasets/input.h"

typedef struct slant_ahead slant_ahead;

/* Starts to read `input`, which nobody else may use until slant_ahead_free(). At most 1 MiB is read ahead. */
int slant_ahead_new(slant_ahead **out, slant_input_bytes *input, slant_error *error);
/* As slant_input_read(): waits for what comes next. */
int64_t slant_ahead_read(slant_ahead *ahead, char *buffer, size_t size, slant_error *error);
uint64_t slant_ahead_consumed(slant_ahead *ahead); /* as slant_input_consumed(), of what was handed out */
/* Waits for the read that is under way. */
void slant_ahead_free(slant_ahead *ahead);

#endif
