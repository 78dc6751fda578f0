/*
 * Option tables. A component describes its options once, in a table of these rows over a struct of its own; parsing,
 * range checks, command-line help, man pages and the model card all come from the table.
 */
#ifndef SLANT_OPTIONS_H
#define SLANT_OPTIONS_H

#include <slant/error.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_option_type {
  SLANT_OPTION_FLAG,   /* int: 0 or 1 */
  SLANT_OPTION_INT,    /* int64_t within [min, max] */
  SLANT_OPTION_REAL,   /* double within [min, max] */
  SLANT_OPTION_CHOICE, /* int: index of the word in `choices` */
  SLANT_OPTION_TEXT    /* const char *: borrowed from the caller */
} slant_option_type;

typedef struct slant_option {
  const char *name; /* long name, without dashes */
  char key;         /* one-letter name, or 0 */
  slant_option_type type;
  size_t offset;        /* of the field in the component's struct */
  const char *initial;  /* default, as it would be typed; NULL for a text that is absent */
  double min, max;      /* for INT and REAL, both inclusive */
  const char *choices;  /* for CHOICE: words separated by '|' */
  const char *argument; /* how help names the value: "N", "FILE"; "BYTES": 64M will do; NULL for a flag, but "no" where
                           it is up by default */
  const char *help;     /* one sentence */
} slant_option;

#define SLANT_OPTION_END                                                                                               \
  { NULL, 0, SLANT_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL, NULL }

/* Sets every field of `options` from the table's defaults; zero or NULL where a row has none, or one that its own range
 * does not allow. The table is ended by SLANT_OPTION_END. */
void slant_options_init(const slant_option *table, void *options);

/* Sets one option from its text; NULL raises a flag and makes a text absent. Numbers have a decimal point whatever the
 * locale. SLANT_E_ARGUMENT says what is allowed. */
int slant_options_set(const slant_option *table, void *options, const char *name, const char *value,
                      slant_error *error);

/* The current value as it would be typed, into out[size]; returns its length ("" for an absent text). */
size_t slant_options_get(const slant_option *row, const void *options, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
