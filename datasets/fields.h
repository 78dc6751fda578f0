/* The fields of a record by name, and how a user's names map onto them. Private to datasets. */
#ifndef SLANT_DATASETS_FIELDS_H
#define SLANT_DATASETS_FIELDS_H

#include "common/memory.h"

#include <slant/error.h>

typedef enum slant_field_id {
  SLANT_FIELD_TEXT,
  SLANT_FIELD_ID,
  SLANT_FIELD_TITLE,
  SLANT_FIELD_DATE,
  SLANT_FIELD_SOURCE,
  SLANT_FIELD_GROUP,
  SLANT_FIELD_ACTOR,
  SLANT_FIELD_TASK,
  SLANT_FIELD_LABEL,
  SLANT_FIELD_FROM,
  SLANT_FIELD_TO,
  SLANT_FIELD_WEIGHT,
  SLANT_FIELD_LABELS,
  SLANT_N_FIELDS,
  SLANT_FIELD_UNKNOWN = SLANT_N_FIELDS
} slant_field_id;

typedef struct slant_fields {
  char names[SLANT_N_FIELDS][64]; /* what each field is called in the input */
} slant_fields;

/* The usual names, changed by "text=sentence,label=polarity" (NULL: none). SLANT_E_ARGUMENT names the fault. */
int slant_fields_init(slant_fields *fields, const char *map, slant_error *error);
slant_field_id slant_fields_find(const slant_fields *fields, slant_str name);
/* Whether a field of ours has this name. */
bool slant_field_known(slant_str name);

#endif
