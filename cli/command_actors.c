#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"

#include <inttypes.h>
#include <slant/actors.h>
#include <stdlib.h>

typedef struct actors_options {
  const char *actors;
  int list, on_error, quiet;
} actors_options;

static const slant_option own_rows[] = {
    CLI_ROW_ACTORS(actors_options, "Actor dictionary (TSV: id, name, type, aliases); default: the built-in one, the "
                                   "world's states."),
    {"list", 'l', SLANT_OPTION_FLAG, offsetof(actors_options, list), NULL, 0, 0, NULL, NULL,
     "Print the dictionary, and read nothing."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(actors_options, on_error), "line", 0, 0, "line|stop", "WHAT",
     "Give a bad record a line that says what is wrong and go on, or stop at it."},
    CLI_ROW_QUIET(actors_options),
    SLANT_OPTION_END};

typedef struct finding {
  const slant_actors *actors;
  slant_document *document;
  slant_buffer line;
  uint64_t n_mentions;
} finding;

static void start_line(slant_buffer *line, const slant_record *record) {
  slant_buffer_clear(line);
  slant_buffer_text(line, "{\"id\":");
  if (record->id.len)
    slant_buffer_json(line, record->id);
  else
    slant_buffer_text(line, "null");
}

static int print_line(slant_buffer *line, slant_error *error) {
  slant_buffer_text(line, "}\n");
  if (line->failed) return slant_fail(error, SLANT_E_MEMORY, "no memory for a line of output");
  return cli_print(line->data, line->len, error);
}

static void put_mention(finding *work, const slant_mention *mention, const char *comma) {
  const slant_document *document = work->document;
  uint32_t from = document->tokens[mention->first].from, to = document->tokens[mention->last - 1].to;
  slant_buffer_format(&work->line, "%s{\"actor\":", comma);
  slant_buffer_json(&work->line, slant_actors_get(work->actors, mention->actor).id);
  slant_buffer_format(&work->line, ",\"from\":%" PRIu32 ",\"to\":%" PRIu32 ",\"text\":", mention->point_from,
                      mention->point_to);
  slant_buffer_json(&work->line, (slant_str){document->text.ptr + from, to - from});
  slant_buffer_char(&work->line, '}');
}

static int find_mentions(void *context, const slant_record *record, slant_error *error) {
  finding *work = context;
  const slant_mention *mentions;
  int status = slant_document_read(work->document, record->text, error);
  if (status) return status;
  int64_t n = slant_actors_match(work->actors, work->document, &mentions, error);
  if (n < 0) return (int)n;
  start_line(&work->line, record);
  slant_buffer_text(&work->line, ",\"mentions\":[");
  for (int64_t i = 0; i < n; i++) put_mention(work, &mentions[i], i ? "," : "");
  slant_buffer_char(&work->line, ']');
  work->n_mentions += (uint64_t)n;
  return print_line(&work->line, error);
}

/* The same line as `slant predict` gives a bad record. */
static int print_bad(void *context, const slant_record *record, const slant_error *fault, slant_error *error) {
  finding *work = context;
  start_line(&work->line, record);
  slant_buffer_format(&work->line, ",\"error\":{\"code\":\"%s\",\"message\":", slant_status_word(fault->code));
  slant_buffer_json(&work->line, slant_str_of(fault->message));
  if (fault->line) slant_buffer_format(&work->line, ",\"line\":%" PRIu64, fault->line);
  if (fault->column) slant_buffer_format(&work->line, ",\"column\":%" PRIu64, fault->column);
  if (fault->source[0]) {
    slant_buffer_text(&work->line, ",\"file\":");
    slant_buffer_json(&work->line, slant_str_of(fault->source));
  }
  slant_buffer_char(&work->line, '}');
  return print_line(&work->line, error);
}

static int find_actors(const actors_options *options, const slant_reader_options *reader, const cli_operands *inputs,
                       cli_counts *counts, uint64_t *n_mentions, slant_error *error) {
  slant_actors *actors;
  finding work = {0};
  int status = cli_load_actors(&actors, options->actors, error);
  if (status) return status;
  work.actors = actors;
  if (options->list) {
    slant_str text = slant_actors_text(actors);
    status = cli_print(text.ptr, text.len, error);
  } else {
    cli_walk walk = {.paths = inputs->items,
                     .n_paths = inputs->n,
                     .reader = reader,
                     .stage = "finding actors",
                     .stop = options->on_error == 1,
                     .visit = find_mentions,
                     .bad = print_bad,
                     .context = &work};
    status = slant_document_new(&work.document, error);
    if (!status) status = cli_walk_records(&walk, counts, error);
  }
  if (!status) status = cli_flush(error);
  *n_mentions = work.n_mentions;
  slant_buffer_free(&work.line);
  slant_document_free(work.document);
  slant_actors_free(actors);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  actors_options options;
  slant_reader_options reader;
  cli_operands operands;
  cli_counts counts = {0};
  uint64_t n_mentions = 0;
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &reader}, &operands);
  if (exit_code == CLI_GO && options.list && operands.n)
    exit_code = cli_usage(self, "--list reads no FILE; the dictionary is given with --actors");
  if (exit_code == CLI_GO) {
    char text[3][CLI_COUNT_SIZE];
    cli_operands inputs = cli_inputs(&operands);
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = find_actors(&options, &reader, &inputs, &counts, &n_mentions, &error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
    if (!status && !options.quiet && !options.list)
      cli_say("%s records, %s bad; %s mentions", cli_count(text[0], counts.records), cli_count(text[1], counts.bad),
              cli_count(text[2], n_mentions));
  }
  free(operands.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"Which states the articles name:", "slant actors articles.jsonl"},
    {"A dictionary to start from:", "slant actors --list > actors.tsv"},
    {"A dictionary of one's own, checked:", "slant actors --actors actors.tsv articles.jsonl > mentions.jsonl"},
    {NULL, NULL}};

const cli_command cli_command_actors = {
    .name = "actors",
    .operands = "[FILE...]",
    .summary = "find which actors a text names, and where",
    .description =
        "Writes one JSON line for each record, with its mentions in the order of the text: the actor's id, the span in "
        "code points (end exclusive) and its words.\n\n"
        "A dictionary is a table with tabs between the columns id, name, type and aliases, and bars between aliases. "
        "The longest alias wins, at word boundaries; an alias matches in its own case and, from four letters on, in "
        "capitals.",
    .tables = tables,
    .examples = examples,
    .related = "predict,train",
    .run = run};
