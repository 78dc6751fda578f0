/* A stream into a file: through a journal where it can be resumed, else beside the file's name. */
#include "predict/judge.h"
#include "predict/output.h"
#include "predict/stream_run.h"

#include "common/file.h"

#include <errno.h>
#include <slant/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what a run is ---- */
/* The input's line; *regular becomes false for a pipe. */
static int describe_input(slant_buffer *out, const char *path, bool *regular, slant_error *error) {
  struct stat info;
  if (strcmp(path, "-") == 0) {
    *regular = false;
    return SLANT_OK;
  }
  if (stat(path, &info)) return slant_fail(error, SLANT_E_IO, "cannot open %s: %s", path, strerror(errno));
  if (!S_ISREG(info.st_mode)) *regular = false;
  slant_buffer_text(out, "input ");
  slant_buffer_json(out, slant_str_of(path));
  slant_buffer_format(out, " size %lld time %lld.%09ld\n", (long long)info.st_size, (long long)info.st_mtim.tv_sec,
                      info.st_mtim.tv_nsec);
  return SLANT_OK;
}

static int describe_run(slant_buffer *out, const slant_stream_plan *plan, slant_packing packing, bool *regular,
                        slant_error *error) {
  int status = SLANT_OK;
  *regular = true;
  slant_buffer_format(out, "slant %s\n", slant_version());
  slant_predictor_describe(plan->predictor, out);
  slant_options_describe(out, slant_stream_option_table, plan->options);
  slant_options_describe(out, slant_reader_option_table, &plan->options->reader);
  slant_buffer_format(out, "packing %d\n", (int)packing);
  for (size_t i = 0; !status && i < plan->n_inputs; i++) status = describe_input(out, plan->inputs[i], regular, error);
  return !status && out->failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for a journal") : status;
}

static bool counted(const slant_stream_plan *plan) {
  return plan->options->format == SLANT_OUTPUT_COUNTS;
}

static int write_file(void *context, const char *bytes, size_t len, slant_error *error) {
  return slant_file_writer_write(context, bytes, len, error);
}

/* ---- counts ---- */
static int write_counts(slant_tally *counts, slant_packing packing, const char *path, slant_error *error) {
  slant_file_writer *writer;
  slant_outlet outlet;
  int status = slant_file_writer_open(&writer, path, error);
  if (status) return status;
  status = slant_outlet_open(&outlet, write_file, writer, NULL, packing, true, error);
  if (!status) status = slant_tally_merge(outlet.table, counts, error);
  if (!status) status = slant_outlet_end(&outlet, true, error);
  slant_outlet_close(&outlet);
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}

/* Adds up what the run file holds; that is the output, and the run file goes. Ends the file. */
static int commit_counts(slant_run_file *file, slant_packing packing, const char *path, slant_error *error) {
  slant_tally *counts;
  int status = slant_tally_new(&counts, error);
  if (!status) status = slant_tally_read(counts, slant_run_file_partial(file), NULL, error);
  if (!status) status = write_counts(counts, packing, path, error);
  slant_tally_free(counts);
  if (status)
    slant_run_file_leave(file);
  else
    slant_run_file_discard(file);
  return status;
}

/* ---- with a journal ---- */
/* A second try may get further: then what there is, is kept. */
static bool worth_resuming(int status) {
  return status == SLANT_E_IO || status == SLANT_E_MEMORY || status == SLANT_E_CANCELLED;
}

static int finish(const slant_stream_plan *plan, slant_run_file *file, slant_packing packing, const char *path,
                  int status, slant_error *error) {
  int left = slant_outlet_end(plan->outlet, status == SLANT_OK, status ? NULL : error);
  if (!status) status = left;
  if (!status && counted(plan)) return commit_counts(file, packing, path, error);
  if (!status) return slant_run_file_commit(file, plan->counts, error);
  if (worth_resuming(status))
    slant_run_file_leave(file);
  else
    slant_run_file_discard(file);
  return status;
}

static int run_with_journal(slant_stream_plan *plan, slant_packing packing, const char *path, slant_str header,
                            bool resume, slant_error *error) {
  slant_run_file *file;
  slant_outlet outlet;
  int status = slant_run_file_open(&file, path, header, resume, &plan->start, error);
  if (status) return status;
  *plan->counts = plan->start.counts;
  if (plan->start.complete) return slant_run_file_commit(file, plan->counts, error);
  /* Counts are packed when they are added up. */
  status =
      slant_outlet_open(&outlet, NULL, NULL, file, counted(plan) ? SLANT_PACK_NONE : packing, counted(plan), error);
  if (status) {
    slant_run_file_leave(file);
    return status;
  }
  outlet.begun = plan->start.written > 0;
  plan->outlet = &outlet;
  status = slant_stream_convey(plan, error);
  status = finish(plan, file, packing, path, status, error);
  plan->outlet = NULL;
  slant_outlet_close(&outlet);
  return status;
}

/* ---- without ---- */
static int run_at_once(slant_stream_plan *plan, slant_packing packing, const char *path, slant_error *error) {
  slant_file_writer *writer;
  slant_outlet outlet;
  int status = slant_file_writer_open(&writer, path, error);
  if (status) return status;
  status = slant_outlet_open(&outlet, write_file, writer, NULL, packing, counted(plan), error);
  plan->outlet = &outlet;
  if (!status) status = slant_stream_convey(plan, error);
  if (!status) status = slant_outlet_end(&outlet, true, error);
  plan->outlet = NULL;
  slant_outlet_close(&outlet);
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}

int slant_stream_to_file(const slant_predictor *predictor, const char *const *inputs, size_t n_inputs,
                         const slant_stream_options *options, const char *path, int resume,
                         const slant_observer *observer, slant_stream_counts *counts, slant_error *error) {
  slant_stream_counts unused;
  slant_buffer header = {0};
  bool regular = true;
  slant_packing packing = slant_stream_packing(options, path);
  slant_stream_plan plan = {.predictor = predictor,
                            .inputs = inputs,
                            .n_inputs = n_inputs,
                            .options = options,
                            .observer = observer,
                            .counts = counts ? counts : &unused};
  *plan.counts = (slant_stream_counts){0};
  int status = slant_stream_options_check(options, &plan.shard, error);
  if (!status) status = describe_run(&header, &plan, packing, &regular, error);
  if (!status && !regular && resume)
    status = slant_fail(error, SLANT_E_ARGUMENT, "an input is a pipe, which cannot be read again: nothing to resume");
  if (!status && regular)
    status = run_with_journal(&plan, packing, path, (slant_str){header.data, header.len}, resume != 0, error);
  else if (!status)
    status = run_at_once(&plan, packing, path, error);
  slant_buffer_free(&header);
  return status;
}

int slant_stream_left(const char *path) {
  char *target = slant_final_path(path), *journal = NULL;
  if (!target || asprintf(&journal, "%s.journal", target) < 0) journal = NULL;
  bool left = journal && access(journal, F_OK) == 0;
  free(target);
  free(journal);
  return left;
}
