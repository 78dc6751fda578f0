#include "predict/tally.h"

#include "common/date.h"
#include "common/hash.h"
#include "datasets/csv.h"
#include "predict/output.h"

#include <stdlib.h>

enum { COLUMNS = 5 };
enum { DATE_DAY, DATE_MONTH, DATE_YEAR };

static const char *const column_names[COLUMNS] = {"actor", "task", "source", "date", "label"};
static const char header[] = "actor,task,source,date,label,records,mentions";

const slant_option slant_tally_option_table[] = {
    {"date", 0, SLANT_OPTION_CHOICE, offsetof(slant_tally_options, date), "day", 0, 0, "day|month|year", "UNIT",
     "How much of a record's date is told apart."},
    {"by", 0, SLANT_OPTION_TEXT, offsetof(slant_tally_options, by), NULL, 0, 0, NULL, "COLUMNS",
     "The columns that are told apart, as in actor,label; counts that differ in the others are summed."},
    SLANT_OPTION_END};

/* Counts in the order in which they came, and slots by hash. */
struct slant_tally {
  slant_tally_row *items;
  size_t n, capacity;
  uint32_t *slots; /* index + 1; 0: empty; a power of two of them, at most half full */
  size_t n_slots;
  slant_arena strings;
  slant_tally_row *sorted;
  size_t sorted_capacity;
};

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for counts");
}

int slant_tally_new(slant_tally **out, slant_error *error) {
  *out = slant_alloc_zero(1, sizeof **out);
  return *out ? SLANT_OK : no_memory(error);
}

void slant_tally_free(slant_tally *counts) {
  if (!counts) return;
  free(counts->items);
  free(counts->slots);
  free(counts->sorted);
  slant_arena_free(&counts->strings);
  free(counts);
}

void slant_tally_clear(slant_tally *counts) {
  counts->n = 0;
  if (counts->slots) memset(counts->slots, 0, counts->n_slots * sizeof *counts->slots);
  slant_arena_reset(&counts->strings);
}

size_t slant_tally_size(const slant_tally *counts) {
  return counts->n;
}

/* ---- the table ---- */
static const slant_str *columns_of(const slant_tally_row *count) {
  return &count->actor; /* the five stand one behind the other */
}

static uint64_t hash_of(const slant_tally_row *count) {
  uint64_t hash = 0;
  for (int c = 0; c < COLUMNS; c++) {
    slant_str text = columns_of(count)[c];
    hash = slant_hash_chain(hash, slant_hash(text.len ? text.ptr : "", text.len));
  }
  return hash;
}

static bool same(const slant_tally_row *a, const slant_tally_row *b) {
  for (int c = 0; c < COLUMNS; c++)
    if (!slant_str_equal(columns_of(a)[c], columns_of(b)[c])) return false;
  return true;
}

static bool grow_slots(slant_tally *counts) {
  size_t n = counts->n_slots ? 2 * counts->n_slots : 64;
  uint32_t *slots = n / 2 > UINT32_MAX ? NULL : slant_alloc_zero(n, sizeof *slots);
  if (!slots) return false;
  for (size_t i = 0; i < counts->n; i++) {
    size_t at = hash_of(&counts->items[i]) & (n - 1);
    while (slots[at]) at = (at + 1) & (n - 1);
    slots[at] = (uint32_t)i + 1;
  }
  free(counts->slots);
  counts->slots = slots;
  counts->n_slots = n;
  return true;
}

/* A row is a line. */
static bool keep_column(slant_tally *counts, slant_str *text) {
  if (!text->len) return true;
  char *copy = slant_arena_copy(&counts->strings, *text);
  if (!copy) return false;
  for (size_t i = 0; i < text->len; i++)
    if ((unsigned char)copy[i] < 0x20) copy[i] = ' ';
  text->ptr = copy;
  return true;
}

static bool keep_columns(slant_tally *counts, slant_tally_row *count) {
  return keep_column(counts, &count->actor) && keep_column(counts, &count->task) &&
         keep_column(counts, &count->source) && keep_column(counts, &count->date) && keep_column(counts, &count->label);
}

static bool has_controls(const slant_tally_row *count) {
  for (int c = 0; c < COLUMNS; c++)
    for (size_t i = 0; i < columns_of(count)[c].len; i++)
      if ((unsigned char)columns_of(count)[c].ptr[i] < 0x20) return true;
  return false;
}

int slant_tally_add(slant_tally *counts, const slant_tally_row *count, slant_error *error) {
  slant_tally_row kept = *count;
  if (counts->n >= counts->n_slots / 2 && !grow_slots(counts)) return no_memory(error);
  if (has_controls(count) && !keep_columns(counts, &kept)) return no_memory(error);
  size_t at = hash_of(&kept) & (counts->n_slots - 1);
  for (; counts->slots[at]; at = (at + 1) & (counts->n_slots - 1)) {
    slant_tally_row *found = &counts->items[counts->slots[at] - 1];
    if (!same(found, &kept)) continue;
    found->records += kept.records;
    found->mentions += kept.mentions;
    return SLANT_OK;
  }
  if (!slant_grow(&counts->items, &counts->capacity, counts->n, sizeof *counts->items) || !keep_columns(counts, &kept))
    return no_memory(error);
  counts->items[counts->n++] = kept;
  counts->slots[at] = (uint32_t)counts->n;
  return SLANT_OK;
}

int slant_tally_merge(slant_tally *to, const slant_tally *from, slant_error *error) {
  int status = SLANT_OK;
  for (size_t i = 0; !status && i < from->n; i++) status = slant_tally_add(to, &from->items[i], error);
  return status;
}

/* ---- order and text ---- */
static int compare(const void *left, const void *right) {
  const slant_tally_row *a = left, *b = right;
  int order = 0;
  for (int c = 0; !order && c < COLUMNS; c++) order = slant_str_compare(columns_of(a)[c], columns_of(b)[c]);
  return order;
}

int slant_tally_sorted(slant_tally *counts, const slant_tally_row **out, size_t *n, slant_error *error) {
  if (counts->n > counts->sorted_capacity) {
    slant_tally_row *bigger = slant_realloc(counts->sorted, counts->capacity, sizeof *bigger);
    if (!bigger) return no_memory(error);
    counts->sorted = bigger;
    counts->sorted_capacity = counts->capacity;
  }
  if (counts->n) memcpy(counts->sorted, counts->items, counts->n * sizeof *counts->items);
  if (counts->n) qsort(counts->sorted, counts->n, sizeof *counts->sorted, compare);
  *out = counts->sorted;
  *n = counts->n;
  return SLANT_OK;
}

static void put_row(slant_buffer *out, const slant_tally_row *count) {
  for (int c = 0; c < COLUMNS; c++) {
    slant_output_cell(out, columns_of(count)[c]);
    slant_buffer_char(out, ',');
  }
  slant_output_integer(out, count->records);
  slant_buffer_char(out, ',');
  slant_output_integer(out, count->mentions);
  slant_buffer_char(out, '\n');
}

int slant_tally_rows(slant_tally *counts, slant_buffer *out, slant_error *error) {
  const slant_tally_row *rows = NULL;
  size_t n = 0;
  int status = slant_tally_sorted(counts, &rows, &n, error);
  for (size_t i = 0; !status && i < n; i++) put_row(out, &rows[i]);
  return !status && out->failed ? no_memory(error) : status;
}

int slant_tally_write(slant_tally *counts, slant_output_sink sink, void *context, slant_error *error) {
  slant_buffer text = {0};
  slant_buffer_text(&text, header);
  slant_buffer_char(&text, '\n');
  int status = slant_tally_rows(counts, &text, error);
  if (!status) status = sink(context, text.data, text.len, error);
  slant_buffer_free(&text);
  return status;
}

/* ---- dates ---- */
static size_t take_digits(slant_str *text, size_t n, char *out) {
  for (size_t i = 0; i < n; i++)
    if (i >= text->len || text->ptr[i] < '0' || text->ptr[i] > '9') return 0;
  memcpy(out, text->ptr, n);
  text->ptr += n;
  text->len -= n;
  return n;
}

slant_str slant_tally_date(slant_str date, int unit, char out[16]) {
  size_t len = 0, part = 0;
  if (!date.len || slant_date_parse(date) == SLANT_NO_DATE) return (slant_str){0};
  while (date.len && (date.ptr[0] < '0' || date.ptr[0] > '9')) date = (slant_str){date.ptr + 1, date.len - 1};
  len = take_digits(&date, 4, out);
  for (int parts = DATE_YEAR - unit; parts > 0; parts--) { /* month, day */
    if (date.len && date.ptr[0] == '-') date = (slant_str){date.ptr + 1, date.len - 1};
    out[len] = '-';
    part = take_digits(&date, 2, out + len + 1);
    if (!part) break;
    len += part + 1;
  }
  return (slant_str){out, len};
}

/* ---- reading ---- */
typedef struct slant_tally_reading {
  slant_tally *counts;
  int date;
  bool kept[COLUMNS];
  slant_arena arena; /* of a row */
} slant_tally_reading;

static int read_columns(slant_tally_reading *reading, const char *by, slant_error *error) {
  for (int c = 0; c < COLUMNS; c++) reading->kept[c] = by == NULL;
  for (slant_str rest = slant_str_of(by); rest.len;) {
    slant_str name = slant_str_cut(&rest, ',');
    int c = 0;
    while (c < COLUMNS && !slant_str_is(name, column_names[c])) c++;
    if (c == COLUMNS)
      return slant_fail(error, SLANT_E_ARGUMENT,
                        "--by takes columns with commas between them: actor, task, source, date, label; not '%s'", by);
    reading->kept[c] = true;
  }
  return SLANT_OK;
}

static bool read_number(slant_str cell, uint64_t *out) {
  *out = 0;
  if (!cell.len || cell.len > 18) return false;
  for (size_t i = 0; i < cell.len; i++) {
    if (cell.ptr[i] < '0' || cell.ptr[i] > '9') return false;
    *out = *out * 10 + (uint64_t)(cell.ptr[i] - '0');
  }
  return true;
}

static int read_row(slant_tally_reading *reading, slant_str row, slant_error *error) {
  slant_str *cells;
  slant_tally_row count = {0};
  char date[16];
  if (row.len && row.ptr[row.len - 1] == '\t') row.len--; /* Hadoop streaming ends a line that has no tab with one */
  if (slant_str_is(row, header)) return SLANT_OK;
  slant_arena_reset(&reading->arena);
  int64_t n = slant_csv_cells(row, ',', &reading->arena, &cells, error);
  if (n < 0) return (int)n;
  if (n != COLUMNS + 2 || !read_number(cells[COLUMNS], &count.records) ||
      !read_number(cells[COLUMNS + 1], &count.mentions))
    return slant_fail(error, SLANT_E_DATA, "not a row of counts (%s); they come from predict --format counts", header);
  for (int c = 0; c < COLUMNS; c++)
    if (!reading->kept[c]) cells[c] = (slant_str){0};
  count.actor = cells[0];
  count.task = cells[1];
  count.source = cells[2];
  count.date = slant_tally_date(cells[3], reading->date, date);
  count.label = cells[4];
  return slant_tally_add(reading->counts, &count, error);
}

int slant_tally_read(slant_tally *counts, const char *path, const slant_tally_options *options, slant_error *error) {
  slant_tally_reading reading = {.counts = counts, .date = options ? options->date : DATE_DAY};
  slant_reader_options lines;
  slant_source *source = NULL;
  slant_raw raw;
  slant_options_init(slant_reader_option_table, &lines);
  lines.syntax = SLANT_SYNTAX_JSONL; /* a row is a line */
  lines.keep = lines.ahead = 0;
  int status = read_columns(&reading, options ? options->by : NULL, error);
  if (!status) status = slant_source_open(&source, path, &lines, error);
  while (!status && (status = slant_source_next(source, &raw, error)) == 1) {
    status = raw.status ? slant_fail(error, SLANT_E_DATA, "the line is too long for a count")
                        : read_row(&reading, raw.bytes, error);
    if (status) slant_error_at(error, path, raw.line, 0);
  }
  slant_source_close(source);
  slant_arena_free(&reading.arena);
  return status;
}
