#include "datasets/writer.h"

#include "common/file.h"
#include "common/memory.h"
#include "common/number.h"
#include "datasets/pack.h"
#include "datasets/source.h"

#include <stdio.h>
#include <stdlib.h>

enum { FLUSH_AT = 1 << 17 };

struct slant_writer {
  slant_file_writer *file;
  slant_syntax syntax;
  bool header_written;
  slant_buffer text; /* records not yet written */
  slant_buffer packed;
  slant_packer *packer; /* NULL: nothing is compressed */
};

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to write records");
}

static void writer_free(slant_writer *writer) {
  slant_packer_free(writer->packer);
  slant_buffer_free(&writer->text);
  slant_buffer_free(&writer->packed);
  free(writer);
}

int slant_writer_open(slant_writer **out, const char *path, slant_syntax syntax, slant_error *error) {
  slant_writer *writer = slant_alloc_zero(1, sizeof *writer);
  *out = NULL;
  if (!writer) return no_memory(error);
  writer->syntax = syntax == SLANT_SYNTAX_AUTO ? slant_syntax_of(path) : syntax;
  slant_packing packing = slant_packing_of(path);
  int status = packing == SLANT_PACK_NONE ? SLANT_OK : slant_packer_new(&writer->packer, packing, error);
  if (!status) status = slant_file_writer_open(&writer->file, path, error);
  if (status)
    writer_free(writer);
  else
    *out = writer;
  return status;
}

static int flush(slant_writer *writer, bool last, slant_error *error) {
  slant_buffer *text = &writer->text, *out = writer->packer ? &writer->packed : text;
  if (text->failed) return no_memory(error);
  int status = writer->packer ? slant_packer_add(writer->packer, text->data, text->len, last, out, error) : SLANT_OK;
  if (!status) status = slant_file_writer_write(writer->file, out->data, out->len, error);
  slant_buffer_clear(&writer->text);
  slant_buffer_clear(&writer->packed);
  return status;
}

/* ---- JSON lines ---- */
static void json_member(slant_buffer *out, const char *name, slant_str value, bool *first) {
  if (!value.len) return;
  slant_buffer_text(out, *first ? "\"" : ",\"");
  slant_buffer_text(out, name);
  slant_buffer_text(out, "\":");
  slant_buffer_json(out, value);
  *first = false;
}

/* In as few digits as give the number back. */
static void format_weight(char out[32], double weight) {
  locale_t before = slant_number_begin();
  snprintf(out, 32, "%.15g", weight);
  if (strtod(out, NULL) != weight) snprintf(out, 32, "%.17g", weight); /* NOLINT: the very same or not */
  slant_number_end(before);
}

static void json_label(slant_buffer *out, const slant_label *label, bool *first) {
  json_member(out, "actor", label->actor, first);
  json_member(out, "task", label->task, first);
  json_member(out, "label", label->label, first);
  if (label->from >= 0)
    slant_buffer_format(out, ",\"from\":%lld,\"to\":%lld", (long long)label->from, (long long)label->to);
  if (!(label->weight > 0)) return;
  char weight[32];
  format_weight(weight, label->weight);
  slant_buffer_format(out, ",\"weight\":%s", weight);
}

void slant_write_jsonl(slant_buffer *out, const slant_record *record) {
  bool first = true;
  slant_buffer_char(out, '{');
  if (record->id_number) {
    slant_buffer_text(out, "\"id\":");
    slant_buffer_str(out, record->id);
    first = false;
  } else {
    json_member(out, "id", record->id, &first);
  }
  json_member(out, "group", record->group, &first);
  json_member(out, "date", record->date, &first);
  json_member(out, "source", record->source, &first);
  json_member(out, "title", record->title, &first);
  slant_buffer_text(out, first ? "\"text\":" : ",\"text\":");
  slant_buffer_json(out, record->text);
  first = false;
  if (record->n_labels == 1) json_label(out, &record->labels[0], &first);
  for (size_t i = 0; record->n_labels > 1 && i < record->n_labels; i++) {
    bool first_inside = true;
    slant_buffer_text(out, i ? ",{" : ",\"labels\":[{");
    json_label(out, &record->labels[i], &first_inside);
    slant_buffer_text(out, i + 1 < record->n_labels ? "}" : "}]");
  }
  for (size_t k = 0; k < record->n_kept; k++) {
    if (slant_field_known(record->kept[k].name)) continue; /* it had another name's place through --map */
    slant_buffer_char(out, ',');
    slant_buffer_json(out, record->kept[k].name);
    slant_buffer_char(out, ':');
    slant_buffer_str(out, record->kept[k].json);
  }
  slant_buffer_text(out, "}\n");
}

/* ---- CSV, TSV: a row a label ---- */
static void write_cell(slant_buffer *out, slant_str text, char separator, bool last) {
  bool quote = false;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    quote = quote || c == '"' || c == '\n' || c == '\r' || c == separator;
  }
  if (quote) slant_buffer_char(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '"') slant_buffer_char(out, '"');
    slant_buffer_char(out, text.ptr[i]);
  }
  if (quote) slant_buffer_char(out, '"');
  slant_buffer_char(out, last ? '\n' : separator);
}

static void write_row(slant_buffer *out, const slant_record *record, const slant_label *label, char separator) {
  char from[24] = "", to[24] = "", weight[32] = "";
  if (label && label->weight > 0) format_weight(weight, label->weight);
  if (label && label->from >= 0) {
    snprintf(from, sizeof from, "%lld", (long long)label->from);
    snprintf(to, sizeof to, "%lld", (long long)label->to);
  }
  const slant_str none = {"", 0};
  const slant_str cells[] = {record->id,
                             record->group,
                             record->date,
                             record->source,
                             record->title,
                             record->text,
                             label ? label->actor : none,
                             label ? label->task : none,
                             label ? label->label : none,
                             slant_str_of(from),
                             slant_str_of(to),
                             slant_str_of(weight)};
  size_t n = sizeof cells / sizeof *cells;
  for (size_t i = 0; i < n; i++) write_cell(out, cells[i], separator, i + 1 == n);
}

void slant_write_header(slant_buffer *out, char separator) {
  static const char *const names[] = {"id",    "group", "date",  "source", "title", "text",
                                      "actor", "task",  "label", "from",   "to",    "weight"};
  size_t n = sizeof names / sizeof *names;
  for (size_t i = 0; i < n; i++) write_cell(out, slant_str_of(names[i]), separator, i + 1 == n);
}

void slant_write_rows(slant_buffer *out, const slant_record *record, char separator) {
  for (size_t i = 0; i < record->n_labels; i++) write_row(out, record, &record->labels[i], separator);
  if (!record->n_labels) write_row(out, record, NULL, separator);
}

static void write_rows(slant_writer *writer, const slant_record *record) {
  char separator = writer->syntax == SLANT_SYNTAX_TSV ? '\t' : ',';
  if (!writer->header_written) slant_write_header(&writer->text, separator);
  writer->header_written = true;
  slant_write_rows(&writer->text, record, separator);
}

int slant_writer_record(slant_writer *writer, const slant_record *record, slant_error *error) {
  if (writer->syntax == SLANT_SYNTAX_JSONL)
    slant_write_jsonl(&writer->text, record);
  else
    write_rows(writer, record);
  return writer->text.len >= FLUSH_AT ? flush(writer, false, error) : SLANT_OK;
}

int slant_writer_commit(slant_writer *writer, slant_error *error) {
  int status = flush(writer, true, error);
  if (status)
    slant_file_writer_discard(writer->file);
  else
    status = slant_file_writer_commit(writer->file, error);
  writer_free(writer);
  return status;
}

void slant_writer_discard(slant_writer *writer) {
  if (!writer) return;
  slant_file_writer_discard(writer->file);
  writer_free(writer);
}
