/* All records of some inputs, one after the other, with warnings about the bad ones. */
#ifndef SLANT_CLI_RECORDS_H
#define SLANT_CLI_RECORDS_H

#include "cli/arguments.h"

#include <slant/reader.h>

/* SLANT_E_DATA: the record is bad (counted, warned about), go on; any other status but 0 ends the walk. */
typedef int (*cli_record_visitor)(void *context, const slant_record *record, slant_error *error);
/* Takes the place of a warning about a bad record: `record` has the id where one could be read. A status other than 0
 * ends the walk. */
typedef int (*cli_bad_record_visitor)(void *context, const slant_record *record, const slant_error *fault,
                                      slant_error *error);

typedef struct cli_walk {
  const char *const *paths;
  size_t n_paths;
  const slant_reader_options *reader;
  const char *stage; /* for the progress bar, in bytes */
  bool stop;         /* at the first bad record, with its error */
  cli_record_visitor visit;
  cli_bad_record_visitor bad; /* NULL: a warning */
  void *context;
} cli_walk;

typedef struct cli_counts {
  uint64_t records, bad; /* of all records, those that were bad */
} cli_counts;

int cli_walk_records(const cli_walk *walk, cli_counts *counts, slant_error *error);

/* The operands, or standard input where there are none. */
cli_operands cli_inputs(const cli_operands *operands);

/* Loads a dictionary, or the built-in one where `path` is NULL. */
struct slant_actors;
int cli_load_actors(struct slant_actors **out, const char *path, slant_error *error);

/* Refuses an output path early, before long work: a directory, a device, a directory that is missing or not writable.
 * SLANT_E_IO. */
int cli_check_output(const char *path, slant_error *error);

#endif
