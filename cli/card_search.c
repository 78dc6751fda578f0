/* A model's search, from its card, for people. */
#include "cli/card.h"
#include "cli/card_json.h"
#include "cli/report.h"

#include <math.h>
#include <stdlib.h>

/* A row of what was tried. */
typedef struct tried {
  slant_json_value value;
  double measure, error, folds, share, cost, gamma;
  uint32_t place; /* in the card */
} tried;

typedef struct reading {
  slant_json *json;
  slant_str metric;
  bool nu;
  tried *rows;
  uint32_t n;
} reading;

static const struct {
  const char *key, *name;
  bool less_is_better;
} metrics[] = {{"macro_f1", "macro-F1", false},
               {"accuracy", "accuracy", false},
               {"f_avg", "F_avg", false},
               {"log_loss", "log-loss", true},
               {NULL, NULL, false}};

static int find_metric(slant_str key) {
  int m = 0;
  while (metrics[m].key && !slant_str_is(key, metrics[m].key)) m++;
  return m;
}

/* "71.2 ± 0.6" in percent, log-loss as it is. */
static void put_measured(slant_buffer *out, int metric, double value, double error, int width) {
  double scale = metrics[metric].less_is_better ? 1 : 100;
  int digits = metrics[metric].less_is_better ? 3 : 1;
  if (isnan(value))
    slant_buffer_format(out, "%*s", width, "-");
  else
    slant_buffer_format(out, "%*.*f", width, digits, scale * value);
  if (!isnan(error)) slant_buffer_format(out, " ± %.*f", digits, scale * error);
}

static int read_tried(void *context, slant_str key, slant_json_value value) {
  reading *read = context;
  (void)key;
  read->rows[read->n] = (tried){.value = value,
                                .measure = cli_json_number(read->json, value, metrics[find_metric(read->metric)].key),
                                .error = cli_json_number(read->json, value, "standard_error"),
                                .folds = cli_json_number(read->json, value, "folds"),
                                .share = cli_json_number(read->json, value, "share"),
                                .cost = cli_json_number(read->json, value, read->nu ? "nu" : "cost"),
                                .gamma = cli_json_number(read->json, value, "gamma"),
                                .place = read->n};
  read->n++;
  return 0;
}

/* Those that were judged on more come first, then the better ones; log-loss has its sign turned by then. */
static int best_first(const void *left, const void *right) {
  const tried *a = left, *b = right;
  double budget_a = a->folds * a->share, budget_b = b->folds * b->share;
  if (budget_a > budget_b || budget_a < budget_b) return budget_a > budget_b ? -1 : 1;
  if (a->measure > b->measure || a->measure < b->measure) return a->measure > b->measure ? -1 : 1;
  return a->place < b->place ? -1 : a->place > b->place;
}

/* "words 2, chars 0.5": weights other than 1. */
typedef struct weights {
  slant_json *json;
  slant_buffer *out;
  const char *comma;
} weights;

static int put_weight(void *context, slant_str key, slant_json_value value) {
  weights *list = context;
  double weight = cli_json_number_of(list->json, value);
  if (weight < 1 || weight > 1)
    slant_buffer_format(list->out, "%s%.*s %.3g", list->comma, (int)key.len, key.len ? key.ptr : "", weight);
  if (weight < 1 || weight > 1) list->comma = ", ";
  return 0;
}

static void put_row(slant_buffer *out, const reading *read, const tried *row, bool chosen, bool has_gamma) {
  slant_json_value blocks;
  slant_buffer_format(out, "  %c %9.4g", chosen ? '*' : ' ', row->cost);
  if (has_gamma) slant_buffer_format(out, " %9.4g", row->gamma);
  slant_buffer_format(out, " %6.0f %7.0f%%  ", row->folds, 100 * row->share);
  int metric = find_metric(read->metric);
  put_measured(out, metric, metrics[metric].less_is_better ? -row->measure : row->measure, row->error, 8);
  weights list = {read->json, out, "   "};
  if (slant_json_find(row->value, "block_weights", &blocks)) slant_json_each(blocks, put_weight, &list);
  slant_buffer_char(out, '\n');
}

static bool same_setting(slant_json *json, slant_json_value a, slant_json_value b) {
  static const char *const keys[] = {"cost", "nu", "gamma", "block_weights"};
  slant_json_value of_a, of_b;
  for (int k = 0; k < 4; k++) {
    bool in_a = slant_json_find(a, keys[k], &of_a), in_b = slant_json_find(b, keys[k], &of_b);
    if (in_a != in_b) return false;
    if (!in_a) continue;
    slant_buffer first = {0};
    slant_buffer_str(&first, slant_json_text(json, of_a));
    bool same = !first.failed && slant_str_equal((slant_str){first.data, first.len}, slant_json_text(json, of_b));
    slant_buffer_free(&first);
    if (!same) return false;
  }
  return true;
}

static int put_tried(slant_buffer *out, const cli_card *card, const cli_card_model *model, reading *read, size_t limit,
                     slant_error *error) {
  slant_json_value list;
  if (!slant_json_find(model->value, "tried", &list)) return SLANT_OK;
  size_t n = cli_json_count(list);
  read->rows = slant_alloc(n, sizeof *read->rows);
  if (!read->rows) return slant_fail(error, SLANT_E_MEMORY, "no memory for the search of the model card");
  slant_json_each(list, read_tried, read);
  int metric = find_metric(read->metric);
  bool has_gamma = n && !isnan(read->rows[0].gamma);
  for (size_t i = 0; i < n; i++) {
    if (metrics[metric].less_is_better) read->rows[i].measure = -read->rows[i].measure;
    if (isnan(read->rows[i].share)) read->rows[i].share = 0;
  }
  qsort(read->rows, n, sizeof *read->rows, best_first);
  slant_buffer_format(out, "  %11s", cli_card_cost_name(read->nu));
  if (has_gamma) slant_buffer_format(out, " %9s", "gamma");
  slant_buffer_format(out, " %6s %8s  %8s\n", "folds", "examples", metrics[metric].name);
  size_t shown = 0;
  for (size_t i = 0; i < n; i++) {
    bool chosen = same_setting(card->json, read->rows[i].value, model->value);
    if (shown >= limit && !chosen) continue;
    put_row(out, read, &read->rows[i], chosen, has_gamma);
    shown++;
  }
  if (shown < n) slant_buffer_format(out, "    and %zu more, which --json has\n", n - shown);
  free(read->rows);
  return SLANT_OK;
}

static void put_nested(slant_buffer *out, const cli_card *card, const cli_card_model *model, int metric) {
  slant_json_value nested;
  if (!slant_json_find(model->value, "nested", &nested)) return;
  slant_buffer_format(out, "  nested cross-validation: %s ", metrics[metric].name);
  put_measured(out, metric, cli_json_number(card->json, nested, metrics[metric].key),
               cli_json_number(card->json, nested, "standard_error"), 0);
  slant_buffer_char(out, '\n');
}

typedef struct curve {
  slant_buffer *out;
  slant_json *json;
  int metric;
} curve;

static int put_point(void *context, slant_str key, slant_json_value value) {
  const curve *points = context;
  char count[CLI_COUNT_SIZE];
  double examples = cli_json_number(points->json, value, "examples");
  (void)key;
  slant_buffer_format(points->out, "  %11s  ", cli_count(count, examples > 0 ? (uint64_t)examples : 0));
  put_measured(points->out, points->metric, cli_json_number(points->json, value, metrics[points->metric].key),
               cli_json_number(points->json, value, "standard_error"), 8);
  slant_buffer_char(points->out, '\n');
  return 0;
}

int cli_card_print_search(slant_buffer *out, const cli_card *card, const cli_card_model *model, size_t limit,
                          slant_error *error) {
  reading read = {.json = card->json, .nu = model->nu, .metric = slant_json_find_string(model->value, "metric")};
  int metric = find_metric(read.metric);
  slant_json_value list;
  if (!metrics[metric].key) return SLANT_OK;
  int status = put_tried(out, card, model, &read, limit, error);
  if (status) return status;
  put_nested(out, card, model, metric);
  if (slant_json_find(model->value, "learning_curve", &list)) {
    curve points = {out, card->json, metric};
    slant_buffer_format(out, "  learning curve\n  %11s  %8s\n", "examples", metrics[metric].name);
    slant_json_each(list, put_point, &points);
  }
  return SLANT_OK;
}
