/* A JSON line and the record it makes. */
#include "datasets/json_scan.h"
#include "datasets/parse.h"

typedef struct slant_line {
  slant_parser *parser;
  slant_record *record;
  slant_label_fields flat;
  bool has_text, has_labels;
  slant_json_cursor members; /* of the whole line; no text: of something inside it */
  size_t n_members;          /* visited so far */
  slant_error *error;
} slant_line;

/* The value that is being visited as JSON text: as it was written, where it is a member of the whole line. */
static slant_str json_text(slant_line *line, slant_json_value value) {
  if (line->members.text.len) return slant_json_member(&line->members, line->n_members - 1);
  return slant_json_text(line->parser->json, value);
}

/* A string as it is, a number or truth value as its text. */
static int scalar(slant_line *line, slant_str name, slant_json_value value, slant_str *out) {
  switch (slant_json_type_of(value)) {
  case SLANT_JSON_STRING: *out = slant_json_string(value); return SLANT_OK;
  case SLANT_JSON_NULL: *out = (slant_str){0}; return SLANT_OK;
  case SLANT_JSON_NUMBER:
  case SLANT_JSON_BOOLEAN: {
    slant_str text = json_text(line, value);
    char *copy = slant_arena_copy(&line->parser->arena, text);
    if (!copy) return slant_fail(line->error, SLANT_E_MEMORY, "no memory for a record");
    *out = (slant_str){copy, text.len};
    return SLANT_OK;
  }
  default:
    return slant_fail(line->error, SLANT_E_DATA, "'%.*s' is not a string or a number",
                      (int)(name.len < 60 ? name.len : 60), name.ptr);
  }
}

static int visit_label_field(void *context, slant_str key, slant_json_value value) {
  slant_line *line = context;
  slant_field_id field = slant_fields_find(&line->parser->layout.fields, key);
  slant_str text = {0};
  if (field < SLANT_FIELD_ACTOR || field > SLANT_FIELD_WEIGHT) return 0;
  int status = scalar(line, key, value, &text);
  if (!status) slant_set_text(line->record, &line->flat, field, text);
  return status;
}

static int visit_label(void *context, slant_str key, slant_json_value value) {
  slant_line *line = context;
  (void)key;
  if (slant_json_type_of(value) != SLANT_JSON_OBJECT)
    return slant_fail(line->error, SLANT_E_DATA, "an entry of 'labels' is not an object");
  slant_line entry = {.parser = line->parser, .record = line->record, .error = line->error};
  int status = slant_json_each(value, visit_label_field, &entry);
  return status ? status : slant_add_label(line->parser, &entry.flat, line->error);
}

static int parse_labels(slant_line *line, slant_json_value value) {
  slant_json_type type = slant_json_type_of(value);
  if (type == SLANT_JSON_NULL || line->has_labels) return SLANT_OK;
  line->has_labels = true;
  if (type != SLANT_JSON_ARRAY) return slant_fail(line->error, SLANT_E_DATA, "'labels' is not an array");
  return slant_json_each(value, visit_label, line);
}

static int visit_member(void *context, slant_str key, slant_json_value value) {
  slant_line *line = context;
  slant_parser *parser = line->parser;
  slant_field_id field = slant_fields_find(&parser->layout.fields, key);
  slant_str text = {0};
  line->n_members++;
  if (field == SLANT_FIELD_LABELS) return parse_labels(line, value);
  if (field == SLANT_FIELD_UNKNOWN) {
    if (!parser->layout.keep) return SLANT_OK;
    return slant_keep_json(parser, key, json_text(line, value), line->error);
  }
  if (field == SLANT_FIELD_TEXT) {
    if (line->has_text) return SLANT_OK;
    if (slant_json_type_of(value) != SLANT_JSON_STRING)
      return slant_fail(line->error, SLANT_E_DATA, "'%s' is not a string", parser->layout.fields.names[field]);
    line->has_text = true;
  }
  int status = scalar(line, key, value, &text);
  if (!status) slant_set_text(line->record, &line->flat, field, text);
  return status;
}

/* The id first, so that an error can name the record. */
static int visit_for_id(void *context, slant_str key, slant_json_value value) {
  slant_line *line = context;
  slant_str id;
  line->n_members++;
  if (slant_fields_find(&line->parser->layout.fields, key) != SLANT_FIELD_ID) return 0;
  if (scalar(line, key, value, &id) == 0) line->record->id = id;
  line->record->id_number = slant_json_type_of(value) == SLANT_JSON_NUMBER;
  return 1;
}

int slant_parse_jsonl(slant_parser *parser, const slant_raw *raw, slant_record *record, slant_error *error) {
  slant_line line = {.parser = parser, .record = record, .error = error};
  slant_json_value root;
  int status = raw->behind < SLANT_JSON_PADDING ? slant_json_parse(parser->json, raw->bytes, &root, error)
                                                : slant_json_parse_padded(parser->json, raw->bytes, &root, error);
  if (status) return status;
  record->repaired = slant_json_repaired(parser->json);
  if (slant_json_type_of(root) != SLANT_JSON_OBJECT)
    return slant_fail(error, SLANT_E_DATA, "a JSON object was expected, with a field '%s'",
                      parser->layout.fields.names[SLANT_FIELD_TEXT]);
  slant_line first = {.parser = parser, .record = record, .members = {slant_json_source(parser->json), 0, 0}};
  line.members = first.members;
  slant_json_each(root, visit_for_id, &first);
  status = slant_json_each(root, visit_member, &line);
  if (!status && !line.has_text)
    status = slant_fail(error, SLANT_E_DATA, "the record has no field '%s'; name its field with --map text=…",
                        parser->layout.fields.names[SLANT_FIELD_TEXT]);
  return status ? status : slant_finish_record(parser, record, &line.flat, error);
}

int slant_parse_labels_text(slant_parser *parser, slant_str text, slant_error *error) {
  slant_line line = {.parser = parser, .error = error};
  slant_json_value root;
  slant_record unused = {0};
  line.record = &unused;
  if (!text.len) return SLANT_OK;
  int status = slant_json_parse(parser->json, text, &root, error);
  if (status) return slant_fail(error, SLANT_E_DATA, "the column 'labels' does not hold a JSON array");
  size_t before = parser->n_labels;
  status = parse_labels(&line, root);
  for (size_t i = before; !status && i < parser->n_labels; i++) { /* the next cell's JSON must not take them away */
    slant_str *texts[] = {&parser->labels[i].actor, &parser->labels[i].task, &parser->labels[i].label};
    for (int k = 0; k < 3; k++) {
      const char *copy = slant_arena_copy(&parser->arena, *texts[k]);
      if (!copy) return slant_fail(error, SLANT_E_MEMORY, "no memory for a record");
      texts[k]->ptr = copy;
    }
  }
  return status;
}
