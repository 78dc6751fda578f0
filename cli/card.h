/* The model card of a bundle, read for people: `train` and `inspect` print from it. */
#ifndef SLANT_CLI_CARD_H
#define SLANT_CLI_CARD_H

#include "common/memory.h"
#include "datasets/json.h"

#include <slant/error.h>

typedef struct cli_card_interval {
  double value, low, high; /* NAN where the card has none */
} cli_card_interval;

typedef struct cli_card_model {
  slant_json_value value; /* all that the card has of it */
  slant_str actor, solver;
  double examples, cost;
  bool nu;                              /* nu-SVC: `cost` is ν */
  cli_card_interval accuracy, macro_f1; /* of held-out examples */
  double calibration_error;
} cli_card_model;

typedef struct cli_card_task {
  slant_str task;
  cli_card_model *models;
  size_t n_models;
} cli_card_task;

typedef struct cli_card {
  slant_json *json; /* owns the strings */
  slant_arena arena;
  slant_str mode, version, digest; /* empty where the card has none */
  double records, examples, groups, sparse, dense;
  cli_card_task *tasks;
  size_t n_tasks;
} cli_card;

/* SLANT_E_FORMAT: it is no JSON. A member that is missing reads as empty or NAN: the card may be of another version. */
int cli_card_read(cli_card *out, slant_str json, slant_error *error);
void cli_card_free(cli_card *card);

/* A row a model: task, actor, examples, C or nu, macro-F1, accuracy, calibration error, in percent. */
void cli_card_print_models(slant_buffer *out, const cli_card *card);
/* How the setting of a model that is `nu`, or not, is called. */
static inline const char *cli_card_cost_name(bool nu) {
  return nu ? "nu" : "C";
}
/* The kind of a model's calibration, its measures, accuracy by probability and by coverage, in percent. */
void cli_card_print_calibration(slant_buffer *out, const cli_card *card, const cli_card_model *model);
/* How a model's setting was found: what was tried, the best first and at most `limit` of them; the estimate by nested
 * cross-validation; the learning curve. What the card does not have is left out. SLANT_E_MEMORY. */
int cli_card_print_search(slant_buffer *out, const cli_card *card, const cli_card_model *model, size_t limit,
                          slant_error *error);

#endif
