/* How far a model's probabilities can be relied on, from its card, for people. */
#include "cli/card.h"
#include "cli/card_json.h"
#include "cli/report.h"

#include <math.h>

typedef struct listing {
  slant_buffer *out;
  slant_json *json;
  uint32_t n;
} listing;

static void put_percent(slant_buffer *out, double value, int width) {
  if (isnan(value))
    slant_buffer_format(out, "%*s", width, "-");
  else
    slant_buffer_format(out, "%*.1f", width, 100 * value);
}

static int put_bin(void *context, slant_str key, slant_json_value value) {
  listing *list = context;
  char count[CLI_COUNT_SIZE];
  double n = cli_json_number(list->json, value, "examples");
  (void)key;
  if (!list->n++) slant_buffer_text(list->out, "  probability      examples      mean  accuracy\n");
  put_percent(list->out, cli_json_number(list->json, value, "from"), 7);
  slant_buffer_text(list->out, " -");
  put_percent(list->out, cli_json_number(list->json, value, "to"), 6);
  slant_buffer_format(list->out, "  %9s", cli_count(count, n >= 0 ? (uint64_t)n : 0));
  put_percent(list->out, cli_json_number(list->json, value, "confidence"), 10);
  put_percent(list->out, cli_json_number(list->json, value, "accuracy"), 10);
  slant_buffer_char(list->out, '\n');
  return 0;
}

static int put_level(void *context, slant_str key, slant_json_value value) {
  listing *list = context;
  (void)key;
  if (!list->n++) slant_buffer_text(list->out, "  coverage  probability from  accuracy\n");
  put_percent(list->out, cli_json_number(list->json, value, "coverage"), 10);
  put_percent(list->out, cli_json_number(list->json, value, "confidence"), 18);
  put_percent(list->out, cli_json_number(list->json, value, "accuracy"), 10);
  slant_buffer_char(list->out, '\n');
  return 0;
}

void cli_card_print_calibration(slant_buffer *out, const cli_card *card, const cli_card_model *model) {
  slant_json_value held_out, calibration, list;
  bool measured = slant_json_find(model->value, "held_out", &held_out);
  if (slant_json_find(model->value, "calibration", &calibration)) {
    slant_str kind = slant_json_find_string(calibration, "kind");
    slant_buffer_format(out, "  %.*s", (int)kind.len, kind.len ? kind.ptr : "");
  }
  double loss = measured ? cli_json_number(card->json, held_out, "log_loss") : NAN;
  if (isnan(loss)) {
    slant_buffer_text(out, ", not fitted: nothing was held out\n");
    return;
  }
  slant_buffer_format(out, ", log-loss %.3f, Brier score %.3f, ECE ", loss,
                      cli_json_number(card->json, held_out, "brier"));
  put_percent(out, model->calibration_error, 1);
  slant_buffer_char(out, '\n');
  listing bins = {out, card->json, 0}, levels = bins;
  if (slant_json_find(held_out, "reliability", &list)) slant_json_each(list, put_bin, &bins);
  if (slant_json_find(held_out, "coverage", &list)) slant_json_each(list, put_level, &levels);
}
