#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"

#include <inttypes.h>
#include <slant/check.h>
#include <stdlib.h>

enum { ACTOR_WIDTH = 18 };

typedef struct check_options {
  const char *labels;
  int64_t limit;
  int json;
} check_options;

static const slant_option own_rows[] = {
    {"labels", 'l', SLANT_OPTION_TEXT, offsetof(check_options, labels), NULL, 0, 0, NULL, "A,B,...",
     "The labels that are allowed; default: all."},
    {"limit", 'n', SLANT_OPTION_INT, offsetof(check_options, limit), "20", 0, 1e12, NULL, "N",
     "So many findings of a kind are shown; all are counted."},
    CLI_ROW_JSON(check_options, "One JSON object for each finding that is shown, then one with all counts."),
    SLANT_OPTION_END};

typedef struct checking {
  const check_options *options;
  uint64_t shown[SLANT_N_FINDINGS];
  slant_buffer line;
} checking;

static int flush_line(slant_buffer *line, slant_error *error) {
  if (line->failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for a line of output");
  int status = cli_print(line->data, line->len, error);
  slant_buffer_clear(line);
  return status;
}

static void put_finding_json(slant_buffer *line, slant_finding_kind kind, const slant_error *where) {
  slant_buffer_format(line, "{\"finding\":\"%s\",\"file\":", slant_finding_name(kind));
  slant_buffer_json(line, slant_str_of(where->source));
  if (where->line) slant_buffer_format(line, ",\"line\":%" PRIu64, where->line);
  if (where->column) slant_buffer_format(line, ",\"column\":%" PRIu64, where->column);
  slant_buffer_text(line, ",\"message\":");
  slant_buffer_json(line, slant_str_of(where->message));
  slant_buffer_text(line, "}\n");
}

/* Names and messages come from data, and this goes to terminals: control characters become '?'. */
static void put_masked(slant_buffer *out, slant_str text) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    slant_buffer_char(out, c < 0x20 || c == 0x7f ? '?' : text.ptr[i]);
  }
}

static int show_finding(void *context, slant_finding_kind kind, const slant_error *where) {
  checking *work = context;
  slant_error error;
  char text[640];
  if (cli_progress("checking", 0, 0)) return SLANT_E_CANCELLED;
  if (work->shown[kind]++ >= (uint64_t)work->options->limit) return SLANT_OK;
  if (work->options->json) {
    put_finding_json(&work->line, kind, where);
  } else {
    slant_error_format(where, text, sizeof text);
    slant_buffer_format(&work->line, "%s: ", slant_finding_name(kind));
    put_masked(&work->line, slant_str_of(text));
    slant_buffer_char(&work->line, '\n');
  }
  return flush_line(&work->line, &error);
}

static uint64_t all_findings(const slant_check *check) {
  uint64_t n = 0;
  for (int kind = 0; kind < SLANT_N_FINDINGS; kind++) n += slant_check_findings(check, (slant_finding_kind)kind);
  return n;
}

static void put_counts_json(slant_buffer *out, const slant_check *check, const slant_label_count *counts, size_t n) {
  slant_buffer_format(out, "{\"records\":%" PRIu64 ",\"findings\":{", slant_check_records(check));
  for (int kind = 0; kind < SLANT_N_FINDINGS; kind++)
    slant_buffer_format(out, "%s\"%s\":%" PRIu64, kind ? "," : "", slant_finding_name((slant_finding_kind)kind),
                        slant_check_findings(check, (slant_finding_kind)kind));
  slant_buffer_text(out, "},\"labels\":[");
  for (size_t i = 0; i < n; i++) {
    const slant_str values[] = {counts[i].file, counts[i].task, counts[i].actor, counts[i].label};
    static const char *const keys[] = {"file", "task", "actor", "label"};
    slant_buffer_text(out, i ? ",{" : "{");
    for (size_t k = 0; k < 4; k++) {
      slant_buffer_format(out, "%s\"%s\":", k ? "," : "", keys[k]);
      slant_buffer_json(out, values[k]);
    }
    slant_buffer_format(out, ",\"count\":%" PRIu64 "}", counts[i].count);
  }
  slant_buffer_text(out, "]}\n");
}

static bool same_actor(const slant_label_count *a, const slant_label_count *b) {
  return slant_str_equal(a->file, b->file) && slant_str_equal(a->task, b->task) && slant_str_equal(a->actor, b->actor);
}

/* A row an actor: the labels of an actor under a task follow one another. */
static void put_labels(slant_buffer *out, const slant_label_count *counts, size_t n) {
  char text[CLI_COUNT_SIZE];
  for (size_t i = 0; i < n; i++) {
    const slant_label_count *at = &counts[i], *before = i ? at - 1 : NULL;
    if (!before || !slant_str_equal(at->file, before->file) || !slant_str_equal(at->task, before->task)) {
      put_masked(out, at->file);
      slant_buffer_text(out, ", ");
      put_masked(out, at->task);
      slant_buffer_char(out, '\n');
    }
    if (before && same_actor(at, before)) {
      slant_buffer_text(out, ", ");
    } else {
      slant_buffer_text(out, "  ");
      put_masked(out, at->actor);
      slant_buffer_format(out, "%*s", at->actor.len < ACTOR_WIDTH ? (int)(ACTOR_WIDTH - at->actor.len) : 1, "");
    }
    put_masked(out, at->label);
    slant_buffer_format(out, " %s", cli_count(text, at->count));
    if (i + 1 == n || !same_actor(at, at + 1)) slant_buffer_char(out, '\n');
  }
}

static void put_counts(slant_buffer *out, const slant_check *check, const slant_label_count *counts, size_t n) {
  char text[CLI_COUNT_SIZE];
  slant_buffer_format(out, "%s records, ", cli_count(text, slant_check_records(check)));
  slant_buffer_format(out, "%s findings\n", cli_count(text, all_findings(check)));
  for (int kind = 0; kind < SLANT_N_FINDINGS; kind++) {
    uint64_t found = slant_check_findings(check, (slant_finding_kind)kind);
    if (found)
      slant_buffer_format(out, "  %12s  %s\n", cli_count(text, found), slant_finding_name((slant_finding_kind)kind));
  }
  put_labels(out, counts, n);
}

static int check_files(const check_options *options, const slant_reader_options *reader, const cli_operands *files,
                       uint64_t *n_findings, slant_error *error) {
  checking work = {.options = options};
  slant_check *check;
  const slant_label_count *counts;
  size_t n = 0;
  int status = slant_check_new(&check, options->labels, error);
  if (status) return status;
  for (size_t i = 0; !status && i < files->n; i++)
    status = slant_check_file(check, files->items[i], reader, show_finding, &work, error);
  cli_progress_clear();
  if (!status) status = slant_check_counts(check, &counts, &n, error);
  if (!status) {
    (options->json ? put_counts_json : put_counts)(&work.line, check, counts, n);
    status = flush_line(&work.line, error);
  }
  if (!status) status = cli_flush(error);
  *n_findings = all_findings(check);
  slant_buffer_free(&work.line);
  slant_check_free(check);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  check_options options;
  slant_reader_options reader;
  cli_operands files;
  uint64_t n_findings = 0;
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &reader}, &files);
  if (exit_code == CLI_GO && !files.n) exit_code = cli_usage(self, "nothing to check; give FILEs");
  if (exit_code == CLI_GO) {
    int status = check_files(&options, &reader, &files, &n_findings, &error);
    exit_code = status ? cli_report(&error) : n_findings ? CLI_DATA : CLI_DONE;
  }
  free(files.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"Is the test set clean, and none of it in the training set?",
     "slant datasets check --labels positive,neutral,negative train.jsonl test.jsonl"},
    {NULL, NULL}};

const cli_command cli_command_datasets_check = {
    .name = "datasets check",
    .operands = "FILE...",
    .summary = "look for faults in labelled records",
    .description =
        "Finds what would mislead training or flatter a test: lines that are no record, records without a label, "
        "labels that are not allowed or differ from another only in case, spans outside the text or off the words, "
        "duplicates, contradictions, and texts of a later file that stand in the first one. Then counts the labels.\n\n"
        "The exit code is 1 where anything was found.",
    .tables = tables,
    .examples = examples,
    .related = "datasets convert,datasets split,train",
    .run = run};
