#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/report.h"
#include "cli/split.h"
#include "common/hash.h"

#include <slant/writer.h>
#include <stdlib.h>

enum { PARTS = 3, MAX_FOLDS = 100 };
static const char *const part_names[PARTS] = {"train", "dev", "test"};

typedef struct split_options {
  const char *output;
  double shares[PARTS];
  int64_t folds, seed;
  int format, on_error, quiet;
} split_options;

#define SHARE_ROW(number, name, initial, help)                                                                         \
  {                                                                                                                    \
    name, 0, SLANT_OPTION_REAL, offsetof(split_options, shares) + (number) * sizeof(double), initial, 0, 1e6, NULL,    \
        "N", help                                                                                                      \
  }

static const slant_option own_rows[] = {
    {"output", 'o', SLANT_OPTION_TEXT, offsetof(split_options, output), NULL, 0, 0, NULL, "PREFIX",
     "What the files' names begin with: PREFIX.train.jsonl, PREFIX.dev.jsonl, PREFIX.test.jsonl, or "
     "PREFIX.fold-1.jsonl and so on."},
    SHARE_ROW(0, "train", "80", "Share of the training part; shares need not add up to 100."),
    SHARE_ROW(1, "dev", "10", "Share of the development part; 0 leaves it out."),
    SHARE_ROW(2, "test", "10", "Share of the test part; 0 leaves it out."),
    {"folds", 'k', SLANT_OPTION_INT, offsetof(split_options, folds), NULL, 2, MAX_FOLDS, NULL, "K",
     "Instead: K parts of equal size, the folds of a cross-validation."},
    {"seed", 's', SLANT_OPTION_INT, offsetof(split_options, seed), "1", 0, 9007199254740992.0, NULL, "N",
     "The same records and seed give the same split."},
    {"format", 'f', SLANT_OPTION_CHOICE, offsetof(split_options, format), "jsonl", 0, 0, "jsonl|csv|tsv", "FORMAT",
     "How records are written; also the end of the files' names."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(split_options, on_error), "skip", 0, 0, "skip|stop", "WHAT",
     "Leave a bad record out with a warning, or stop at it."},
    CLI_ROW_QUIET(split_options),
    SLANT_OPTION_END};

/* ---- names numbered by their hash ---- */
typedef struct numbers {
  uint64_t *keys;    /* slots, 0: free */
  uint32_t *numbers; /* of the slot */
  size_t slots;
  uint32_t n;
} numbers;

static bool numbers_grow(numbers *table) {
  numbers bigger = {.slots = table->slots ? table->slots * 2 : 1024, .n = table->n};
  bigger.keys = slant_alloc_zero(bigger.slots, sizeof *bigger.keys);
  bigger.numbers = slant_alloc(bigger.slots, sizeof *bigger.numbers);
  if (!bigger.keys || !bigger.numbers) {
    free(bigger.keys);
    free(bigger.numbers);
    return false;
  }
  for (size_t i = 0; i < table->slots; i++) {
    if (!table->keys[i]) continue;
    size_t at = table->keys[i] & (bigger.slots - 1);
    while (bigger.keys[at]) at = (at + 1) & (bigger.slots - 1);
    bigger.keys[at] = table->keys[i];
    bigger.numbers[at] = table->numbers[i];
  }
  free(table->keys);
  free(table->numbers);
  *table = bigger;
  return true;
}

/* The number of a key, given out in the order of first sight. Keys are hashes: two of 64 bits that collide would only
 * put two groups together. */
static bool number_of(numbers *table, uint64_t key, uint32_t *out) {
  if ((size_t)table->n * 2 >= table->slots && !numbers_grow(table)) return false;
  key += key == 0;
  size_t at = key & (table->slots - 1);
  while (table->keys[at] && table->keys[at] != key) at = (at + 1) & (table->slots - 1);
  if (!table->keys[at]) {
    table->keys[at] = key;
    table->numbers[at] = table->n++;
  }
  *out = table->numbers[at];
  return true;
}

/* ---- the corpus in memory ---- */
typedef struct corpus {
  slant_arena arena;
  slant_record *records;
  cli_split_item *items;
  size_t n, record_capacity, item_capacity;
  numbers groups, strata;
} corpus;

static bool keep_text(slant_arena *arena, slant_str *text) {
  if (!text->len) return true;
  text->ptr = slant_arena_copy(arena, *text);
  return text->ptr != NULL;
}

static bool keep_labels(slant_arena *arena, slant_record *record) {
  slant_label *labels = slant_arena_alloc(arena, record->n_labels, sizeof *labels);
  if (!labels) return false;
  for (size_t i = 0; i < record->n_labels; i++) {
    labels[i] = record->labels[i];
    if (!keep_text(arena, &labels[i].actor) || !keep_text(arena, &labels[i].task) ||
        !keep_text(arena, &labels[i].label))
      return false;
  }
  record->labels = labels;
  return true;
}

static bool keep_fields(slant_arena *arena, slant_record *record) {
  slant_field *fields = slant_arena_alloc(arena, record->n_kept, sizeof *fields);
  if (!fields) return false;
  for (size_t i = 0; i < record->n_kept; i++) {
    fields[i] = record->kept[i];
    if (!keep_text(arena, &fields[i].name) || !keep_text(arena, &fields[i].json)) return false;
  }
  record->kept = fields;
  return true;
}

/* A deep copy: what a reader hands out is gone with the next record. */
static bool keep_record(slant_arena *arena, slant_record *record) {
  if (!keep_text(arena, &record->text) || !keep_text(arena, &record->id) || !keep_text(arena, &record->title) ||
      !keep_text(arena, &record->date) || !keep_text(arena, &record->source) || !keep_text(arena, &record->group))
    return false;
  record->file = NULL;
  return keep_labels(arena, record) && keep_fields(arena, record);
}

static uint64_t hash_of(slant_str text, uint64_t seed) {
  return slant_hash_seeded(text.len ? text.ptr : "", text.len, seed);
}

/* Records of a group stay together; without a group, records of the same text do. */
static uint64_t group_key(const slant_record *record) {
  return record->group.len ? hash_of(record->group, 1) : hash_of(record->text, 2);
}

static bool find_strata(corpus *data, const slant_record *record, cli_split_item *item) {
  uint32_t *strata = slant_arena_alloc(&data->arena, record->n_labels, sizeof *strata);
  if (!strata) return false;
  item->strata = strata;
  for (size_t i = 0; i < record->n_labels; i++) {
    const slant_label *label = &record->labels[i];
    uint64_t key = slant_hash_chain(hash_of(label->task, 3), hash_of(label->actor, 4));
    if (!number_of(&data->strata, slant_hash_chain(key, hash_of(label->label, 5)), &strata[item->n_strata++]))
      return false;
  }
  return true;
}

static int add_record(void *context, const slant_record *record, slant_error *error) {
  corpus *data = context;
  cli_split_item item = {0};
  slant_record copy = *record;
  if (!slant_grow(&data->records, &data->record_capacity, data->n, sizeof *data->records) ||
      !slant_grow(&data->items, &data->item_capacity, data->n, sizeof *data->items) ||
      !number_of(&data->groups, group_key(record), &item.group) || !find_strata(data, record, &item) ||
      !keep_record(&data->arena, &copy))
    return slant_fail(error, SLANT_E_MEMORY, "no memory for %zu records", data->n);
  data->items[data->n] = item;
  data->records[data->n++] = copy;
  return SLANT_OK;
}

static void corpus_free(corpus *data) {
  slant_arena_free(&data->arena);
  free(data->records);
  free(data->items);
  free(data->groups.keys);
  free(data->groups.numbers);
  free(data->strata.keys);
  free(data->strata.numbers);
}

/* ---- the parts ---- */
typedef struct part {
  double share;
  char path[4096];
  slant_writer *writer;
  uint64_t n;
} part;

static const char *const endings[] = {"jsonl", "csv", "tsv"};

static uint32_t make_folds(part *parts, const split_options *options) {
  for (int64_t i = 0; i < options->folds; i++) {
    parts[i].share = 1.0 / (double)options->folds;
    snprintf(parts[i].path, sizeof parts[i].path, "%s.fold-%d.%s", options->output, (int)i + 1,
             endings[options->format]);
  }
  return (uint32_t)options->folds;
}

static uint32_t make_parts(part *parts, const split_options *options) {
  if (options->folds) return make_folds(parts, options);
  uint32_t n = 0;
  double sum = options->shares[0] + options->shares[1] + options->shares[2];
  for (int i = 0; i < PARTS; i++) {
    if (!(options->shares[i] > 0)) continue;
    parts[n].share = options->shares[i] / sum;
    snprintf(parts[n].path, sizeof parts[n].path, "%s.%s.%s", options->output, part_names[i], endings[options->format]);
    n++;
  }
  return n;
}

/* All parts are written, then all are given their names. */
static int write_parts(part *parts, uint32_t n_parts, const corpus *data, const uint32_t *part_of_group,
                       const split_options *options, slant_error *error) {
  slant_syntax syntax = (slant_syntax)(SLANT_SYNTAX_JSONL + options->format);
  int status = SLANT_OK;
  for (uint32_t p = 0; !status && p < n_parts; p++)
    status = slant_writer_open(&parts[p].writer, parts[p].path, syntax, error);
  for (size_t i = 0; !status && i < data->n; i++) {
    part *to = &parts[part_of_group[data->items[i].group]];
    to->n++;
    status = slant_writer_record(to->writer, &data->records[i], error);
  }
  for (uint32_t p = 0; p < n_parts; p++) {
    if (status)
      slant_writer_discard(parts[p].writer);
    else
      status = slant_writer_commit(parts[p].writer, error);
  }
  return status;
}

/* Records read, groups dealt to the parts, parts written. */
static int split_into(part *parts, const split_options *options, const slant_reader_options *reader,
                      const cli_operands *inputs, cli_counts *counts, slant_error *error) {
  corpus data = {0};
  uint32_t n_parts = make_parts(parts, options), *part_of_group = NULL;
  double shares[MAX_FOLDS] = {0};
  int status = SLANT_OK;
  for (uint32_t p = 0; !status && p < n_parts; p++) {
    shares[p] = parts[p].share;
    status = cli_check_output(parts[p].path, error);
  }
  cli_walk walk = {.paths = inputs->items,
                   .n_paths = inputs->n,
                   .reader = reader,
                   .stage = "reading",
                   .stop = options->on_error == 1,
                   .visit = add_record,
                   .context = &data};
  if (!status) status = cli_walk_records(&walk, counts, error);
  if (!status && !data.n) status = slant_fail(error, SLANT_E_DATA, "nothing to split: there is no good record");
  if (!status && !(part_of_group = slant_alloc(data.groups.n, sizeof *part_of_group)))
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for %u groups", data.groups.n);
  if (!status)
    status = cli_split(part_of_group, data.groups.n, data.items, data.n, data.strata.n, shares, n_parts,
                       (uint64_t)options->seed, error);
  if (!status) status = write_parts(parts, n_parts, &data, part_of_group, options, error);
  for (uint32_t p = 0; !status && !options->quiet && p < n_parts; p++) {
    char text[CLI_COUNT_SIZE];
    cli_say("%s: %s records", parts[p].path, cli_count(text, parts[p].n));
  }
  free(part_of_group);
  corpus_free(&data);
  return status;
}

static int split(const split_options *options, const slant_reader_options *reader, const cli_operands *inputs,
                 cli_counts *counts, slant_error *error) {
  part *parts = slant_alloc_zero(options->folds ? (size_t)options->folds : PARTS, sizeof *parts);
  if (!parts) return slant_fail(error, SLANT_E_MEMORY, "no memory to split");
  int status = split_into(parts, options, reader, inputs, counts, error);
  free(parts);
  return status;
}

static int run(const cli_command *self, int argc, char **argv) {
  split_options options;
  slant_reader_options reader;
  cli_operands inputs;
  cli_counts counts = {0};
  slant_error error = {0};
  memset(&reader, 0, sizeof reader);
  reader.keep = 1;
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options, &reader}, &inputs);
  if (exit_code == CLI_GO && !options.output) exit_code = cli_usage(self, "where should the parts go? Give -o PREFIX");
  if (exit_code == CLI_GO && !inputs.n)
    exit_code = cli_usage(self, "nothing to split; give DATA files, or - for standard input");
  if (exit_code == CLI_GO && !options.folds && !(options.shares[0] + options.shares[1] + options.shares[2] > 0))
    exit_code = cli_usage(self, "--train, --dev and --test cannot all be 0");
  if (exit_code == CLI_GO) {
    cli_progress_start(options.quiet, CLI_UNIT_BYTES);
    int status = split(&options, &reader, &inputs, &counts, &error);
    exit_code = status ? cli_report(&error) : counts.bad ? CLI_DATA : CLI_DONE;
  }
  free(inputs.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {"Reading:", slant_reader_option_table}, {NULL, NULL}};

static const cli_example examples[] = {
    {"Eight parts to learn from, one to choose by, one to report:", "slant datasets split -o news train.jsonl"},
    {"Two halves:", "slant datasets split --train 50 --dev 0 --test 50 -o half train.jsonl"},
    {"The folds of a cross-validation, each to be tested by a model of the others:",
     "slant datasets split --folds 10 -o fold train.jsonl"},
    {NULL, NULL}};

const cli_command cli_command_datasets_split = {
    .name = "datasets split",
    .operands = "-o PREFIX DATA...",
    .summary = "split labelled records into train, dev and test, or into folds",
    .description =
        "Deals the records to the parts so that records of a group stay together, and every label of every task and "
        "actor has the same shares as far as whole groups allow. Without a group, records of the same text stay "
        "together. Records keep their order. All of them are held in memory.",
    .tables = tables,
    .examples = examples,
    .related = "datasets check,train,evaluate",
    .run = run};
