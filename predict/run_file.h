/*
 * The output file of a run that can be resumed. While the run is under way its bytes are in OUT.partial and its journal
 * in OUT.journal; in the end the first becomes OUT and the second goes. Private to predict.
 *
 * What reaches the disk when: a process that is killed loses nothing that was added, because the system has it. Against
 * a power cut both files are synced every SLANT_RUN_SYNC seconds, bytes first, and when the run ends. An entry whose
 * bytes the disk does not have is found by its digest, and the run goes on from the last one that is whole.
 */
#ifndef SLANT_PREDICT_RUN_FILE_H
#define SLANT_PREDICT_RUN_FILE_H

#include "predict/journal.h"

enum { SLANT_RUN_SYNC = 10 }; /* seconds */

typedef struct slant_run_file slant_run_file;

/* Begins a run, or with `resume` goes on with the one that is there: *last is what it has done, `complete` where
 * nothing but the renaming was left. SLANT_E_ARGUMENT: an unfinished run is in the way, or the journal is of another
 * run; SLANT_E_IO: also where another process is at it. */
int slant_run_file_open(slant_run_file **out, const char *path, slant_str header, bool resume,
                        slant_journal_entry *last, slant_error *error);
/* Adds bytes to the output, and how far the run has come with them: mark and counts; the rest is filled in. */
int slant_run_file_add(slant_run_file *file, const char *bytes, size_t len, const slant_mark *mark,
                       const slant_stream_counts *counts, slant_error *error);
/* The output appears under its name. Ends the file, whatever it returns; after a failure it can be resumed. */
int slant_run_file_commit(slant_run_file *file, const slant_stream_counts *counts, slant_error *error);
/* The path of what was written. */
const char *slant_run_file_partial(const slant_run_file *file);
/* Leaves both files as they are, for a run that resumes. */
void slant_run_file_leave(slant_run_file *file);
/* Removes both. NULL is fine. */
void slant_run_file_discard(slant_run_file *file);

#endif
