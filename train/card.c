#include "train/card.h"

#include "common/hash.h"

#include <cblas.h>
#include <gsl/gsl_version.h>
#include <inttypes.h>
#include <math.h>
#include <slant/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <svm.h>

enum { CARD_VERSION = 1 };

/* A number as JSON, null where it is none. The program may have set a locale with another decimal point. */
void slant_card_number(slant_buffer *out, double value) {
  char text[40];
  if (!isfinite(value)) {
    slant_buffer_text(out, "null");
    return;
  }
  snprintf(text, sizeof text, "%.6g", value);
  for (char *c = text; *c; c++)
    if (*c == ',') *c = '.';
  slant_buffer_text(out, text);
}

static void put_key(slant_buffer *out, const char *comma, const char *key) {
  slant_buffer_format(out, "%s\"%s\":", comma, key);
}

static void put_named(slant_buffer *out, const char *comma, const char *key, double value) {
  put_key(out, comma, key);
  slant_card_number(out, value);
}

static void put_interval(slant_buffer *out, const char *key, slant_interval interval) {
  put_key(out, ",", key);
  put_named(out, "{", "value", interval.value);
  put_named(out, ",", "low", interval.low);
  put_named(out, ",", "high", interval.high);
  slant_buffer_char(out, '}');
}

/* libsvm and LIBLINEAR number themselves 324 and 230 for 3.24 and 2.30. OpenBLAS names the processor too, which is the
 * machine's business: its name and version are the first two words. */
static void put_libraries(slant_buffer *out) {
  const char *blas = openblas_get_config();
  size_t words = strcspn(blas, " ");
  if (blas[words]) words += 1 + strcspn(blas + words + 1, " ");
  slant_buffer_format(out, "\"libraries\":{\"libsvm\":\"%d.%02d\",\"liblinear\":\"%d.%02d\",\"gsl\":\"%s\",\"blas\":",
                      libsvm_version / 100, libsvm_version % 100, slant_liblinear_version() / 100,
                      slant_liblinear_version() % 100, gsl_version);
  slant_buffer_json(out, (slant_str){blas, words});
  slant_buffer_char(out, '}');
}

/* The files of "a/b.txt,c.txt" without their folders, which are the business of the machine they stood on. */
static void put_files(slant_buffer *out, slant_str paths) {
  slant_buffer names = {0};
  while (paths.len) {
    slant_str path = slant_str_cut(&paths, ',');
    while (path.len && memchr(path.ptr, '/', path.len)) slant_str_cut(&path, '/');
    if (names.len) slant_buffer_char(&names, ',');
    slant_buffer_str(&names, path);
  }
  slant_buffer_json(out, (slant_str){names.data, names.len});
  out->failed = out->failed || names.failed;
  slant_buffer_free(&names);
}

static bool names_files(const slant_option *row) {
  return row->offset == offsetof(slant_train_options, lexicons) ||
         row->offset == offsetof(slant_train_options, vectors) ||
         row->offset == offsetof(slant_train_options, auxiliaries);
}

/* Every option but those that say how, not what: the threads, and a path whose content stands under "pipeline". */
static void put_options(slant_buffer *out, const slant_train_options *options) {
  const char *comma = "";
  slant_buffer_text(out, "\"options\":{");
  for (const slant_option *row = slant_train_option_table; row->name; row++) {
    if (row->offset == offsetof(slant_train_options, threads) || row->offset == offsetof(slant_train_options, pipeline))
      continue;
    char value[1024];
    slant_options_get(row, options, value, sizeof value);
    slant_buffer_text(out, comma);
    slant_buffer_json(out, slant_str_of(row->name));
    slant_buffer_char(out, ':');
    if (row->type == SLANT_OPTION_INT || row->type == SLANT_OPTION_REAL || row->type == SLANT_OPTION_FLAG)
      slant_buffer_text(out, value);
    else if (names_files(row))
      put_files(out, slant_str_of(value));
    else
      slant_buffer_json(out, slant_str_of(value));
    comma = ",";
  }
  slant_buffer_char(out, '}');
}

static void put_data(slant_buffer *out, const slant_examples *examples) {
  slant_buffer_format(out,
                      "\"data\":{\"digest\":\"%016" PRIx64 "\",\"records\":%" PRIu32 ",\"unlabelled\":%" PRIu64
                      ",\"labels\":%" PRIu32 ",\"weighted\":%" PRIu32 ",\"left_out\":%" PRIu64 ",\"examples\":%" PRIu32
                      ",\"groups\":%" PRIu32 ",\"near_duplicates\":%" PRIu64 "}",
                      examples->digest, examples->n_texts, examples->n_unlabelled, examples->n_items,
                      examples->n_weighted, examples->n_left_out, examples->n_rows, examples->groups.n,
                      examples->n_joined);
}

/* The measures of the held-out probabilities, and the bins that have any. */
static void put_reliability(slant_buffer *out, const slant_reliability *sums) {
  const char *comma = "";
  put_named(out, ",", "log_loss", slant_reliability_log_loss(sums));
  put_named(out, ",", "brier", slant_reliability_brier(sums));
  put_named(out, ",", "calibration_error", slant_reliability_error(sums));
  slant_buffer_text(out, ",\"reliability\":[");
  for (uint32_t b = 0; b < SLANT_RELIABILITY_BINS; b++) {
    const slant_reliability_bin *bin = &sums->bins[b];
    if (!bin->n) continue;
    slant_buffer_format(out, "%s{\"examples\":%" PRIu64, comma, bin->n);
    put_named(out, ",", "from", (double)b / SLANT_RELIABILITY_BINS);
    put_named(out, ",", "to", (double)(b + 1) / SLANT_RELIABILITY_BINS);
    put_named(out, ",", "confidence", bin->confidence / (double)bin->n);
    put_named(out, ",", "accuracy", (double)bin->n_right / (double)bin->n);
    slant_buffer_char(out, '}');
    comma = ",";
  }
  slant_buffer_char(out, ']');
}

/* Accuracy of the surest tenth, two tenths, …, and the confidence that --coverage takes for it. */
static void put_coverage(slant_buffer *out, const slant_fitted_calibration *fitted) {
  slant_buffer_text(out, ",\"coverage\":[");
  for (uint32_t i = 2; i < fitted->calibration.n_levels; i += 2) {
    put_named(out, i > 2 ? ",{" : "{", "coverage", (double)i / (SLANT_COVERAGE_LEVELS - 1));
    put_named(out, ",", "confidence", (double)fitted->calibration.levels[i]);
    put_named(out, ",", "accuracy", fitted->accuracy[i]);
    slant_buffer_char(out, '}');
  }
  slant_buffer_char(out, ']');
}

/* The kind, and the log-loss by which it was chosen. */
static void put_calibration(slant_buffer *out, const slant_fitted_calibration *fitted) {
  slant_buffer_format(out, "\"calibration\":{\"kind\":\"%s\",\"numbers\":%" PRIu32 ",\"log_loss\":{",
                      slant_calibration_name(fitted->calibration.kind), fitted->calibration.n_values);
  const char *comma = "";
  for (uint32_t kind = 1; kind <= SLANT_CALIBRATION_KINDS; kind++) {
    if (isnan(fitted->log_loss[kind - 1])) continue;
    put_named(out, comma, slant_calibration_name(kind), fitted->log_loss[kind - 1]);
    comma = ",";
  }
  slant_buffer_text(out, "}}");
}

static void put_fit(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, const slant_fit *fit) {
  slant_buffer_format(out, "\"examples\":%" PRIu32 ",\"solver\":\"%s\",\"labels\":{", fit->n,
                      slant_solver_name(fit->solver));
  for (uint32_t c = 0; c < fit->n_classes; c++) {
    if (c) slant_buffer_char(out, ',');
    slant_buffer_json(out, bank->members.labels[fit->classes[c]]);
    slant_buffer_format(out, ":%" PRIu32, fit->counts[c]);
  }
  slant_buffer_text(out, "},");
  slant_card_put_search(out, fit, card);
  slant_buffer_text(out, ",\"held_out\":{\"resamples\":1000");
  put_interval(out, "accuracy", fit->accuracy);
  put_interval(out, "macro_f1", fit->macro_f1);
  put_reliability(out, &fit->calibration.reliability);
  put_coverage(out, &fit->calibration);
  slant_buffer_text(out, "},");
  put_calibration(out, &fit->calibration);
}

void slant_card_put_actor(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, uint32_t a) {
  const slant_bank_actor *actor = &bank->members.actors[a];
  const slant_bank_choice *choice = &bank->choices[a];
  (void)card;
  slant_buffer_text(out, "{\"actor\":");
  slant_buffer_json(out, actor->actor);
  slant_buffer_format(out, ",\"examples\":%" PRIu32 ",\"own_model\":%s", actor->last - actor->first,
                      choice->fit >= 0 ? "true" : "false");
  put_named(out, ",", "lambda", choice->fit >= 0 ? choice->mixture.lambda : 0);
  put_named(out, ",", "own_macro_f1", choice->own_macro_f1);
  put_named(out, ",", "shared_macro_f1", choice->shared_macro_f1);
  slant_buffer_char(out, '}');
}

static void put_model(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, slant_str actor,
                      const slant_fit *fit) {
  slant_buffer_text(out, "{\"actor\":");
  slant_buffer_json(out, actor);
  slant_buffer_char(out, ',');
  put_fit(out, card, bank, fit);
  slant_buffer_char(out, '}');
}

void slant_card_put_model(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank, uint32_t a) {
  put_model(out, card, bank, bank->members.actors[a].actor, &bank->fits[bank->choices[a].fit]);
}

static int by_actor(const void *left, const void *right) {
  const slant_bank_actor *a = left, *b = right;
  return slant_str_compare(a->actor, b->actor);
}

static const slant_fit *fit_of(const slant_fitted_bank *bank, slant_str actor) {
  slant_bank_actor key = {.actor = actor};
  const slant_bank_actor *found =
      bsearch(&key, bank->members.actors, bank->members.n_actors, sizeof *bank->members.actors, by_actor);
  int64_t fit = found ? bank->choices[found - bank->members.actors].fit : -1;
  return &bank->fits[fit < 0 ? 0 : fit];
}

static void put_bank(slant_buffer *out, const slant_card *card, const slant_fitted_bank *bank) {
  slant_buffer_text(out, "{\"task\":");
  slant_buffer_json(out, bank->bank.task);
  slant_buffer_format(out, ",\"examples\":%" PRIu32 ",\"labels\":[", bank->members.n_samples);
  for (uint32_t c = 0; c < bank->bank.n_labels; c++) {
    if (c) slant_buffer_char(out, ',');
    slant_buffer_json(out, bank->members.labels[c]);
  }
  slant_buffer_text(out, "],\"models\":[");
  for (uint32_t m = 0; m < bank->bank.n_models; m++) {
    if (m) slant_buffer_char(out, ',');
    put_model(out, card, bank, bank->bank.models[m].actor, fit_of(bank, bank->bank.models[m].actor));
  }
  slant_buffer_text(out, "],\"actors\":[");
  for (uint32_t a = 0; a < bank->members.n_actors; a++) {
    if (a) slant_buffer_char(out, ',');
    slant_card_put_actor(out, card, bank, a);
  }
  slant_buffer_text(out, "]}");
}

/* What pruning has left of each stage. What was held out was so before. */
static void put_pruning(slant_buffer *out, const slant_card *card) {
  if (!card->before) return;
  slant_buffer_text(out, "\"pruned\":{\"held_out\":\"before pruning\",\"stages\":[");
  for (uint32_t s = 0; s < slant_pipeline_n_stages(card->pipeline); s++) {
    slant_stage_range range = slant_pipeline_stage_range(card->pipeline, s);
    slant_buffer_text(out, s ? ",{\"stage\":" : "{\"stage\":");
    slant_buffer_json(out, range.id);
    slant_buffer_format(out, ",\"features\":%" PRIu32 ",\"kept\":%" PRIu32 "}", card->before[s],
                        range.end - range.first);
  }
  slant_buffer_text(out, "]},");
}

static void put_program(slant_buffer *out) {
  slant_buffer_text(out, "\"program\":{\"name\":\"slant\",\"version\":");
  slant_buffer_json(out, slant_str_of(slant_version()));
  slant_buffer_text(out, "},");
  put_libraries(out);
}

void slant_card_put_source(slant_buffer *out, const slant_card *card) {
  slant_buffer_char(out, '{');
  put_program(out);
  slant_buffer_char(out, ',');
  put_options(out, card->options);
  slant_buffer_char(out, ',');
  put_data(out, card->examples);
  slant_buffer_char(out, '}');
}

void slant_card_write(slant_buffer *out, const slant_card *card) {
  slant_buffer_format(out, "{\"card\":%d,", CARD_VERSION);
  put_program(out);
  slant_buffer_format(out, ",\"mode\":\"%s\",",
                      slant_pipeline_mode(card->pipeline) == SLANT_MODE_TARGET ? "target" : "document");
  put_options(out, card->options);
  slant_buffer_char(out, ',');
  put_data(out, card->examples);
  slant_buffer_text(out, ",\"pipeline\":");
  slant_buffer_json(out, slant_pipeline_specification(card->pipeline));
  slant_buffer_format(out, ",\"features\":{\"sparse\":%" PRIu32 ",\"dense\":%" PRIu32 "},",
                      slant_pipeline_n_sparse(card->pipeline), slant_pipeline_n_dense(card->pipeline));
  put_pruning(out, card);
  slant_buffer_text(out, "\"tasks\":[");
  for (uint32_t b = 0; b < card->n_banks; b++) {
    if (b) slant_buffer_char(out, ',');
    put_bank(out, card, &card->banks[b]);
  }
  slant_buffer_text(out, "]}");
}

static void put_time(slant_buffer *out, slant_str actor, const slant_fit *fit) {
  slant_buffer_text(out, "{\"actor\":");
  slant_buffer_json(out, actor);
  slant_buffer_format(out, ",\"seconds\":%.3f}", fit->seconds);
}

void slant_card_write_times(slant_buffer *out, const slant_card *card, slant_str written, double seconds,
                            unsigned threads) {
  slant_buffer_format(out, "{\"card\":\"%016" PRIx64 "\",\"threads\":%u,\"seconds\":%.3f,\"tasks\":[",
                      slant_hash(written.ptr, written.len), threads, seconds);
  for (uint32_t b = 0; b < card->n_banks; b++) {
    const slant_fitted_bank *bank = &card->banks[b];
    slant_buffer_text(out, b ? ",{\"task\":" : "{\"task\":");
    slant_buffer_json(out, bank->bank.task);
    slant_buffer_text(out, ",\"models\":[");
    uint32_t n = bank->base ? 0 : 1;
    if (n) put_time(out, slant_str_of(SLANT_ANY_ACTOR), &bank->fits[0]);
    for (uint32_t a = 0; a < bank->members.n_actors; a++) {
      if (bank->choices[a].fit < 0) continue;
      if (n++) slant_buffer_char(out, ',');
      put_time(out, bank->members.actors[a].actor, &bank->fits[bank->choices[a].fit]);
    }
    slant_buffer_text(out, "]}");
  }
  slant_buffer_text(out, "]}\n");
}
