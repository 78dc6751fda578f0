/* Inside a parser: what JSON lines and CSV rows have in common. Private to datasets. */
#ifndef SLANT_DATASETS_PARSE_H
#define SLANT_DATASETS_PARSE_H

#include "datasets/json.h"
#include "datasets/source.h"

#include <slant/reader.h>

struct slant_parser {
  slant_layout layout; /* a copy of the source's */
  slant_json *json;
  slant_arena arena; /* of one record */
  slant_label *labels;
  size_t n_labels, label_capacity;
  slant_field *kept;
  size_t n_kept, kept_capacity;
};

/* One label's fields as texts; the numbers are read when the label is complete. */
typedef struct slant_label_fields {
  slant_str actor, task, label, from, to, weight;
} slant_label_fields;

/* Puts a text where the field belongs, unless it is there already: of two fields of one name the first counts. */
void slant_set_text(slant_record *record, slant_label_fields *flat, slant_field_id field, slant_str text);
/* Adds a label to the parser's list; one that says nothing at all is passed over. */
int slant_add_label(slant_parser *parser, const slant_label_fields *fields, slant_error *error);
/* Adds a kept field from its JSON text, or from plain text. Does nothing where fields are not kept. */
int slant_keep_json(slant_parser *parser, slant_str name, slant_str json, slant_error *error);
int slant_keep_text(slant_parser *parser, slant_str name, slant_str text, slant_error *error);
/* The `labels` column of a CSV file holds the JSON array that a JSON line has. */
int slant_parse_labels_text(slant_parser *parser, slant_str text, slant_error *error);
/* Adds the flat label, checks that there is a text, and completes the record. A weight beside the text is that of all
 * labels that have none of their own. */
int slant_finish_record(slant_parser *parser, slant_record *record, const slant_label_fields *flat, slant_error *error);

int slant_parse_csv(slant_parser *parser, slant_str row, slant_record *record, slant_error *error);
int slant_parse_jsonl(slant_parser *parser, const slant_raw *raw, slant_record *record, slant_error *error);

#endif
