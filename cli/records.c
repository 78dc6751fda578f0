#include "cli/records.h"

#include "cli/progress.h"
#include "cli/report.h"

#include <errno.h>
#include <slant/actors.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORT_EVERY = 64 };

typedef struct walk_state {
  const cli_walk *walk;
  cli_counts *counts;
  cli_warnings warnings;
  uint64_t read, total; /* bytes of the inputs that are finished; of all, 0 where that is not known */
} walk_state;

static uint64_t size_of_all(const cli_walk *walk) {
  uint64_t total = 0;
  for (size_t i = 0; i < walk->n_paths; i++) {
    struct stat info;
    if (stat(walk->paths[i], &info) || !S_ISREG(info.st_mode)) return 0;
    total += (uint64_t)info.st_size;
  }
  return total;
}

static int take_bad(walk_state *state, const slant_record *record, slant_error *fault, slant_error *error) {
  const cli_walk *walk = state->walk;
  state->counts->bad++;
  if (!fault->source[0]) slant_error_at(fault, record->file, fault->line ? 0 : record->line, 0);
  if (walk->stop) {
    *error = *fault;
    return error->code;
  }
  if (walk->bad) return walk->bad(walk->context, record, fault, error);
  cli_warn_about(&state->warnings, fault);
  return SLANT_OK;
}

/* One turn: 1 go on, 0 the input has ended, negative stop. */
static int walk_one(walk_state *state, slant_reader *reader, slant_error *error) {
  const cli_walk *walk = state->walk;
  slant_record record = {0};
  slant_error fault = {0};
  int more = slant_reader_next(reader, &record, &fault);
  if (more == 0) return 0;
  if (more < 0 && more != SLANT_E_DATA && more != SLANT_E_LIMIT) {
    *error = fault;
    return more;
  }
  state->counts->records++;
  int status = more;
  if (more > 0) status = walk->visit(walk->context, &record, &fault);
  bool bad = more < 0 || status == SLANT_E_DATA;
  if (bad) {
    status = take_bad(state, &record, &fault, error);
  } else if (status) {
    *error = fault;
  }
  return status ? status : 1;
}

static int walk_input(walk_state *state, const char *path, slant_error *error) {
  slant_reader *reader;
  int more = slant_reader_open(&reader, path, state->walk->reader, error);
  if (more) return more;
  const slant_source *source = slant_reader_source(reader);
  do {
    more = walk_one(state, reader, error);
    if (more > 0 && state->counts->records % REPORT_EVERY == 0 &&
        cli_progress(state->walk->stage, state->read + slant_source_read(source), state->total))
      more = slant_fail(error, SLANT_E_CANCELLED, "interrupted");
  } while (more > 0);
  state->read += slant_source_size(source);
  slant_reader_close(reader);
  return more;
}

int cli_walk_records(const cli_walk *walk, cli_counts *counts, slant_error *error) {
  walk_state state = {.walk = walk, .counts = counts, .total = size_of_all(walk)};
  int status = SLANT_OK;
  for (size_t i = 0; !status && i < walk->n_paths; i++) status = walk_input(&state, walk->paths[i], error);
  cli_warnings_end(&state.warnings);
  cli_progress_clear();
  return status;
}

cli_operands cli_inputs(const cli_operands *operands) {
  static const char *standard_input[] = {"-"};
  return operands->n ? *operands : (cli_operands){standard_input, 1};
}

int cli_load_actors(slant_actors **out, const char *path, slant_error *error) {
  return path ? slant_actors_load(out, path, error) : slant_actors_builtin(out, error);
}

int cli_check_output(const char *path, slant_error *error) {
  struct stat info;
  char directory[4096];
  if (strcmp(path, "-") == 0) return SLANT_OK;
  if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
    return slant_fail(error, SLANT_E_IO, "cannot write %s: it is not a regular file; '-' is standard output", path);
  const char *slash = strrchr(path, '/');
  int len = slash ? (int)(slash - path) + 1 : 0;
  snprintf(directory, sizeof directory, "%.*s", len, len ? path : "");
  if (access(len ? directory : ".", W_OK | X_OK) == 0) return SLANT_OK;
  return slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path, strerror(errno));
}
