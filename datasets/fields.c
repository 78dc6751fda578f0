#include "datasets/fields.h"

#include <string.h>

static const char *const names[SLANT_N_FIELDS] = {"text", "id",    "title", "date", "source", "group", "actor",
                                                  "task", "label", "from",  "to",   "weight", "labels"};

bool slant_field_known(slant_str name) {
  for (int f = 0; f < SLANT_N_FIELDS; f++)
    if (slant_str_is(name, names[f])) return true;
  return false;
}

static bool copy_name(char out[64], slant_str name) {
  if (!name.len || name.len > 63) return false;
  memcpy(out, name.ptr, name.len);
  out[name.len] = '\0';
  return true;
}

int slant_fields_init(slant_fields *fields, const char *map, slant_error *error) {
  for (int f = 0; f < SLANT_N_FIELDS; f++) copy_name(fields->names[f], slant_str_of(names[f]));
  for (slant_str rest = slant_str_of(map); rest.len;) {
    slant_str theirs = slant_str_cut(&rest, ',');
    slant_str ours = slant_str_cut(&theirs, '=');
    int f = 0;
    while (f < SLANT_N_FIELDS && !slant_str_is(ours, names[f])) f++;
    if (f == SLANT_N_FIELDS || !copy_name(fields->names[f], theirs))
      return slant_fail(error, SLANT_E_ARGUMENT,
                        "--map takes OURS=THEIRS pairs with commas between them, OURS being text, id, title, date, "
                        "source, group, actor, task, label, from, to, weight or labels; not '%s'",
                        map);
  }
  return SLANT_OK;
}

slant_field_id slant_fields_find(const slant_fields *fields, slant_str name) {
  for (int f = 0; f < SLANT_N_FIELDS; f++)
    if (slant_str_is(name, fields->names[f])) return (slant_field_id)f;
  return SLANT_FIELD_UNKNOWN;
}
