/*
 * The journal of a training: every finished fit, written as it comes, so that a run that was interrupted, or killed,
 * goes on where it was. It is keyed by a digest of all that fits depend on: a journal of other data, options or seed is
 * refused. A record is whole or not there: what follows the first damaged one is dropped.
 *
 * The file: "SLANTFIT", u32 version, u32 zero, u64 key, u64 hash of these; then records: u64 size, u64 hash of the
 * bytes chained to the key, and the bytes: u32 length of the task, u32 length of the actor, both names, the fit.
 * One process writes it at a time. Any number of threads may call take and put.
 */
#ifndef SLANT_TRAIN_FIT_JOURNAL_H
#define SLANT_TRAIN_FIT_JOURNAL_H

#include "train/fit_codec.h"
#include "train/progress.h"

typedef struct slant_fit_journal slant_fit_journal;

/* Opens `path` for a training with this key. Without `resume` it starts anew. With it, it takes in
 * the good part of what is there. SLANT_E_DATA: it is another training's; SLANT_E_FORMAT: it is no journal, or
 * its head is damaged; SLANT_E_IO: it cannot be written, another process writes it, or another file is in the way. */
int slant_fit_journal_open(slant_fit_journal **out, const char *path, uint64_t key, bool resume,
                           slant_progress *progress, slant_error *error);
/* The fit of a task's actor, if the journal has it; NULL is a journal without any. The caller frees *out. */
bool slant_fit_journal_take(slant_fit_journal *journal, slant_str task, slant_str actor, const slant_fit_limits *limits,
                            slant_fit *out);
/* Adds a fit. Where it cannot be written, a warning says so, once, and nothing more is: training does not depend on it.
 */
void slant_fit_journal_put(slant_fit_journal *journal, slant_str task, slant_str actor, const slant_fit_limits *limits,
                           const slant_fit *fit);
size_t slant_fit_journal_count(const slant_fit_journal *journal); /* fits that it holds */
/* Closes it, and removes the file where it has served. NULL is fine. */
void slant_fit_journal_close(slant_fit_journal *journal, bool remove);

#endif
