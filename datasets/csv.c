/* CSV and TSV rows (RFC 4180): cells, and the record they make. */
#include "datasets/parse.h"
#include "datasets/utf8.h"

static slant_str unquote(slant_str inside, slant_arena *arena) {
  char *out = slant_arena_alloc(arena, inside.len + 1, 1);
  size_t n = 0;
  if (!out) return (slant_str){0};
  for (size_t i = 0; i < inside.len; i++) {
    out[n++] = inside.ptr[i];
    if (inside.ptr[i] == '"') i++; /* its twin */
  }
  return (slant_str){out, n};
}

/* The cell that starts at *at; *at moves to the separator behind it, or to the end. */
static int next_cell(slant_str row, size_t *at, char separator, slant_arena *arena, slant_str *cell,
                     slant_error *error) {
  size_t i = *at;
  if (i >= row.len || row.ptr[i] != '"') {
    const char *end = i < row.len ? memchr(row.ptr + i, separator, row.len - i) : NULL;
    *cell = (slant_str){row.ptr + i, end ? (size_t)(end - row.ptr) - i : row.len - i};
    *at = i + cell->len;
    return SLANT_OK;
  }
  size_t from = ++i;
  bool twins = false;
  for (; i < row.len; i++) {
    if (row.ptr[i] != '"') continue;
    if (i + 1 >= row.len || row.ptr[i + 1] != '"') break;
    twins = true;
    i++;
  }
  if (i >= row.len) {
    slant_fail(error, SLANT_E_DATA, "a quote is opened and not closed before the end");
    slant_error_at(error, NULL, 0, from);
    return SLANT_E_DATA;
  }
  *cell = (slant_str){row.ptr + from, i - from};
  if (twins) {
    *cell = unquote(*cell, arena);
    if (!cell->ptr) return slant_fail(error, SLANT_E_MEMORY, "no memory for a row");
  }
  *at = i + 1;
  if (*at < row.len && row.ptr[*at] != separator) {
    slant_fail(error, SLANT_E_DATA, "characters follow a closing quote; double the quotes inside a quoted field");
    slant_error_at(error, NULL, 0, *at + 1);
    return SLANT_E_DATA;
  }
  return SLANT_OK;
}

int64_t slant_csv_cells(slant_str row, char separator, slant_arena *arena, slant_str **cells, slant_error *error) {
  size_t upper = 1, n = 0, at = 0;
  for (size_t i = 0; i < row.len; i++) upper += row.ptr[i] == separator;
  *cells = slant_arena_alloc(arena, upper, sizeof **cells);
  if (!*cells) return slant_fail(error, SLANT_E_MEMORY, "no memory for a row");
  for (;;) {
    int status = next_cell(row, &at, separator, arena, &(*cells)[n++], error);
    if (status) return status;
    if (at >= row.len) return (int64_t)n;
    at++;
  }
}

/* The row itself, or a copy without invalid UTF-8. */
static int repair_row(slant_parser *parser, slant_str *row, uint32_t *repaired, slant_error *error) {
  if (slant_utf8_valid(*row)) return SLANT_OK;
  char *copy = slant_arena_alloc(&parser->arena, row->len, 3);
  if (!copy) return slant_fail(error, SLANT_E_MEMORY, "no memory for a row");
  *row = (slant_str){copy, slant_utf8_repair(*row, copy, repaired)};
  return SLANT_OK;
}

int slant_parse_csv(slant_parser *parser, slant_str row, slant_record *record, slant_error *error) {
  const slant_layout *layout = &parser->layout;
  slant_str *cells;
  int status = repair_row(parser, &row, &record->repaired, error);
  if (status) return status;
  int64_t n = slant_csv_cells(row, layout->separator, &parser->arena, &cells, error);
  if (n < 0) return (int)n;
  for (size_t c = 0; c < layout->n_columns && c < (size_t)n; c++)
    if (layout->columns[c] == SLANT_FIELD_ID) record->id = cells[c];
  if ((size_t)n != layout->n_columns)
    return slant_fail(error, SLANT_E_DATA, "the row has %lld columns and the header %zu", (long long)n,
                      layout->n_columns);
  slant_label_fields flat = {0};
  for (size_t c = 0; c < layout->n_columns; c++) {
    slant_str cell = cells[c];
    switch (layout->columns[c]) {
    case SLANT_FIELD_LABELS: status = slant_parse_labels_text(parser, cell, error); break;
    case SLANT_FIELD_UNKNOWN: status = slant_keep_text(parser, slant_str_of(layout->headers[c]), cell, error); break;
    default: slant_set_text(record, &flat, (slant_field_id)layout->columns[c], cell);
    }
    if (status) return status;
  }
  return slant_finish_record(parser, record, &flat, error);
}
