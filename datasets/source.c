#include "datasets/source.h"

#include <stdlib.h>
#include <strings.h>

enum { FIRST_CAPACITY = 1 << 18 };

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to read records");
}

/* ---- the buffer ---- */
/* Reads more bytes behind `end`. 1: there are more; 0: the input has ended; negative: it is damaged. */
static int more_bytes(slant_source *source, slant_error *error) {
  if (source->input_end) return 0;
  if (source->start > 0 && source->end == source->capacity) {
    memmove(source->buffer, source->buffer + source->start, source->end - source->start);
    source->end -= source->start;
    source->start = 0;
  }
  if (source->end == source->capacity) {
    char *bigger = slant_realloc(source->buffer, source->capacity, 2);
    if (!bigger) return no_memory(error);
    source->buffer = bigger;
    source->capacity *= 2;
  }
  char *to = source->buffer + source->end;
  size_t room = source->capacity - source->end;
  int64_t n = source->ahead ? slant_ahead_read(source->ahead, to, room, error)
                            : slant_input_read(source->input, to, room, error);
  if (n < 0) return (int)n;
  source->end += (size_t)n;
  source->input_end = n == 0;
  return n > 0;
}

/* ---- where a record ends ---- */
/* Looks for the line end in bytes [scan->at, len): true with its position in scan->at, or false with scan->at = len. */
static bool find_end(const slant_layout *layout, const char *bytes, size_t len, slant_scan *scan) {
  if (layout->syntax == SLANT_SYNTAX_JSONL) {
    const char *at = scan->at < len ? memchr(bytes + scan->at, '\n', len - scan->at) : NULL;
    scan->at = at ? (size_t)(at - bytes) : len;
    return at != NULL;
  }
  for (; scan->at < len; scan->at++) {
    char c = bytes[scan->at];
    if (c == '"' && (scan->quoted || scan->closed || !scan->inside)) {
      scan->closed = scan->quoted;
      scan->quoted = !scan->quoted;
    } else if (scan->quoted) {
      scan->breaks += c == '\r' || (c == '\n' && !scan->carriage);
    } else if (c == '\n' || c == '\r') {
      return true;
    } else {
      scan->closed = false;
    }
    scan->carriage = c == '\r';
    scan->inside = scan->quoted || c != layout->separator;
  }
  return false;
}

/* Steps over the line end that stands at `at` of the record; a CR may be followed by its LF. At the end of the input
 * there may be none. */
static int step_over(slant_source *source, size_t at, slant_error *error) {
  bool cr = source->start + at < source->end && source->buffer[source->start + at] == '\r';
  if (cr && source->start + at + 1 == source->end) {
    int more = more_bytes(source, error);
    if (more < 0) return more;
  }
  size_t next = source->start + at + 1;
  if (next > source->end) next = source->end;
  if (cr && next < source->end && source->buffer[next] == '\n') next++;
  source->consumed += next - source->start;
  source->start = next;
  return SLANT_OK;
}

/* Throws away what is left of a record that is too long, up to the next line end: a quote that was opened by mistake
 * must not take the rest of the file with it. */
static int skip_rest(slant_source *source, slant_scan *scan, slant_error *error) {
  scan->quoted = scan->closed = false;
  scan->inside = true;
  for (int more = 1; more;) {
    if (find_end(&source->layout, source->buffer + source->start, source->end - source->start, scan))
      return step_over(source, scan->at, error);
    source->consumed += source->end - source->start;
    source->start = source->end = 0;
    scan->at = 0;
    more = more_bytes(source, error);
    if (more < 0) return more;
  }
  return SLANT_OK;
}

/* Moves on behind the record that was handed out last. */
static int leave_record(slant_source *source, slant_error *error) {
  if (!source->handed) return SLANT_OK;
  source->handed = false;
  int status =
      source->handed_found ? step_over(source, source->scan.at, error) : skip_rest(source, &source->scan, error);
  source->line += source->scan.breaks + 1;
  return status;
}

/* Blanks alone are no JSON line; in CSV and TSV they are cells. */
static bool is_blank(slant_str bytes, slant_syntax syntax) {
  for (size_t i = 0; i < bytes.len; i++)
    if (syntax != SLANT_SYNTAX_JSONL || !memchr(" \t\r", bytes.ptr[i], 3)) return false;
  return true;
}

/* The next record as it stands, blank lines too. */
static int next_record(slant_source *source, slant_raw *raw, slant_error *error) {
  int more = leave_record(source, error);
  bool found = false;
  if (more < 0) return more;
  source->scan = (slant_scan){0};
  for (more = 1; !found && more;) {
    found = find_end(&source->layout, source->buffer + source->start, source->end - source->start, &source->scan);
    if (!found && source->scan.at > source->max_record) break;
    if (!found) more = more_bytes(source, error);
    if (more < 0) return more;
  }
  if (!found && source->start == source->end) return 0;
  source->handed = true;
  source->handed_found = found;
  *raw = (slant_raw){{source->buffer + source->start, source->scan.at}, source->line, SLANT_OK, 0};
  if (source->scan.at > source->max_record) { /* a prefix, which may hold the id */
    if (raw->bytes.len > 4096) raw->bytes.len = 4096;
    raw->status = SLANT_E_LIMIT;
  }
  raw->behind = source->capacity - source->start - raw->bytes.len;
  return 1;
}

int slant_source_next(slant_source *source, slant_raw *raw, slant_error *error) {
  for (;;) {
    int status = next_record(source, raw, error);
    if (status != 1) {
      if (status < 0) slant_error_at(error, source->layout.name, source->line, 0);
      return status;
    }
    size_t len = raw->bytes.len;
    slant_syntax syntax = source->layout.syntax;
    if (syntax == SLANT_SYNTAX_JSONL && len && raw->bytes.ptr[len - 1] == '\r') raw->bytes.len--;
    if (raw->status || !is_blank(raw->bytes, syntax)) return 1;
  }
}

int slant_source_ready(const slant_source *source) {
  const slant_layout *layout = &source->layout;
  size_t start = source->start;
  if (source->input_end) return 1;
  if (source->handed) { /* it still stands before the next one */
    if (!source->handed_found) return 0;
    start += source->scan.at + 1;
    if (start >= source->end) return 0;
    start += source->buffer[start - 1] == '\r' && source->buffer[start] == '\n';
  }
  for (slant_scan scan = {0}; find_end(layout, source->buffer + start, source->end - start, &scan);) {
    if (!is_blank((slant_str){source->buffer + start, scan.at}, layout->syntax)) return 1;
    start += scan.at + 1;
    scan = (slant_scan){0};
  }
  return 0;
}

/* ---- opening ---- */
static bool ends_with(slant_str name, const char *suffix) {
  size_t len = strlen(suffix);
  return name.len >= len && strncasecmp(name.ptr + name.len - len, suffix, len) == 0;
}

slant_syntax slant_syntax_of(const char *path) {
  slant_str name = slant_str_of(path);
  if (ends_with(name, ".gz")) name.len -= 3;
  if (ends_with(name, ".zst")) name.len -= 4;
  if (ends_with(name, ".csv")) return SLANT_SYNTAX_CSV;
  return ends_with(name, ".tsv") || ends_with(name, ".tab") ? SLANT_SYNTAX_TSV : SLANT_SYNTAX_JSONL;
}

/* Reads the header row and finds out which column is which field. */
static int read_header(slant_source *source, slant_error *error) {
  slant_layout *layout = &source->layout;
  slant_arena arena = {0};
  slant_raw raw;
  slant_str *cells;
  bool has_text = false;
  int status = slant_source_next(source, &raw, error);
  if (status <= 0) {
    if (status == 0) status = slant_fail(error, SLANT_E_DATA, "the file is empty; a header row was expected");
    return status;
  }
  if (raw.status) return slant_fail(error, SLANT_E_DATA, "the header row is longer than --max-record allows");
  int64_t n = slant_csv_cells(raw.bytes, layout->separator, &arena, &cells, error);
  if (n < 0) status = (int)n;
  layout->columns = n > 0 ? slant_alloc_zero((size_t)n, sizeof *layout->columns) : NULL;
  layout->headers = n > 0 ? slant_alloc_zero((size_t)n, sizeof *layout->headers) : NULL;
  for (int64_t c = 0; status == 1 && c < n; c++) {
    if (!layout->columns || !layout->headers) {
      status = no_memory(error);
      break;
    }
    layout->columns[c] = (uint8_t)slant_fields_find(&layout->fields, cells[c]);
    layout->headers[c] = strndup(cells[c].len ? cells[c].ptr : "", cells[c].len);
    layout->n_columns = (size_t)c + 1;
    if (!layout->headers[c]) status = no_memory(error);
    has_text = has_text || layout->columns[c] == SLANT_FIELD_TEXT;
  }
  if (status == 1 && !has_text)
    status =
        slant_fail(error, SLANT_E_DATA, "the header row has no column '%s'; name the text's column with --map text=…",
                   layout->fields.names[SLANT_FIELD_TEXT]);
  slant_arena_free(&arena);
  return status < 0 ? status : SLANT_OK;
}

static void skip_byte_order_mark(slant_source *source) {
  if (source->end - source->start < 3 || memcmp(source->buffer + source->start, "\xef\xbb\xbf", 3) != 0) return;
  source->start += 3;
  source->consumed += 3;
}

static int open_input(slant_source **out, slant_input_bytes *input, const char *name,
                      const slant_reader_options *options, slant_error *error) {
  slant_source *source = slant_alloc_zero(1, sizeof *source);
  *out = NULL;
  if (!source) {
    slant_input_close(input);
    return no_memory(error);
  }
  slant_layout *layout = &source->layout;
  source->input = input;
  source->max_record = options->max_record > 0 ? (uint64_t)options->max_record : UINT64_C(64) << 20;
  source->line = 1;
  source->capacity = FIRST_CAPACITY;
  source->buffer = slant_alloc(source->capacity, 1);
  layout->name = strdup(name);
  layout->keep = options->keep != 0;
  layout->syntax = options->syntax == SLANT_SYNTAX_AUTO ? slant_syntax_of(name) : (slant_syntax)options->syntax;
  layout->separator = layout->syntax == SLANT_SYNTAX_TSV ? '\t' : ',';
  int status = source->buffer && layout->name ? SLANT_OK : no_memory(error);
  if (!status && options->ahead && slant_input_compressed(input))
    status = slant_ahead_new(&source->ahead, input, error);
  if (!status) status = slant_fields_init(&layout->fields, options->map, error);
  if (!status) {
    int more = 1;
    while (more == 1 && source->end < 3) more = more_bytes(source, error);
    if (more < 0) status = more;
    skip_byte_order_mark(source);
  }
  if (!status && layout->syntax != SLANT_SYNTAX_JSONL) status = read_header(source, error);
  if (status) {
    if (status != SLANT_E_ARGUMENT) slant_error_at(error, name, 0, 0);
    slant_source_close(source);
  } else {
    *out = source;
  }
  return status;
}

int slant_source_open(slant_source **out, const char *path, const slant_reader_options *options, slant_error *error) {
  slant_input_bytes *input;
  *out = NULL;
  int status = slant_input_open(&input, path, error);
  return status ? status : open_input(out, input, path, options, error);
}

int slant_source_open_memory(slant_source **out, slant_str bytes, const char *name, const slant_reader_options *options,
                             slant_error *error) {
  slant_input_bytes *input;
  *out = NULL;
  int status = slant_input_open_memory(&input, bytes, error);
  return status ? status : open_input(out, input, name, options, error);
}

const char *slant_source_name(const slant_source *source) {
  return source->layout.name;
}

uint64_t slant_source_bytes(const slant_source *source) {
  return source->consumed;
}

uint64_t slant_source_size(const slant_source *source) {
  return slant_input_size(source->input);
}

uint64_t slant_source_read(const slant_source *source) {
  return source->ahead ? slant_ahead_consumed(source->ahead) : slant_input_consumed(source->input);
}

int slant_source_seek(slant_source *source, uint64_t bytes, uint64_t line, slant_error *error) {
  if (bytes < source->consumed)
    return slant_fail(error, SLANT_E_ARGUMENT, "byte %llu was read already", (unsigned long long)bytes);
  source->handed = false;
  source->scan = (slant_scan){0};
  source->line = line;
  if (slant_input_seek(source->input, bytes)) {
    source->start = source->end = 0;
    source->input_end = false;
    source->consumed = bytes;
    return SLANT_OK;
  }
  while (source->consumed < bytes) {
    uint64_t part = source->end - source->start;
    if (part > bytes - source->consumed) part = bytes - source->consumed;
    source->start += part;
    source->consumed += part;
    if (source->consumed == bytes) break;
    source->start = source->end = 0;
    int more = more_bytes(source, error);
    if (more < 0) return more;
    if (!more) return slant_fail(error, SLANT_E_IO, "the input ends before byte %llu", (unsigned long long)bytes);
  }
  return SLANT_OK;
}

void slant_source_close(slant_source *source) {
  if (!source) return;
  for (size_t c = 0; c < source->layout.n_columns; c++) free(source->layout.headers[c]);
  free(source->layout.headers);
  free(source->layout.columns);
  free(source->layout.name);
  free(source->buffer);
  slant_ahead_free(source->ahead);
  slant_input_close(source->input);
  free(source);
}
