/* Made-up records for a trainer, an observer that remembers, and the bundle that comes out, asked again. */
#ifndef SLANT_TESTS_TRAIN_TRAINING_H
#define SLANT_TESTS_TRAIN_TRAINING_H

#include "common/memory.h"
#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <slant/bundle.h>
#include <slant/trainer.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What the observer was told. */
typedef struct witness {
  int warnings, notes;
  char last_note[600], last_warning[600], stages[200];
  const char *cancel_in; /* stage that is cancelled, or NULL */
} witness;

static inline int take_progress(void *context, const char *stage, uint64_t done, uint64_t total) {
  witness *w = context;
  (void)done;
  (void)total;
  if (!strstr(w->stages, stage))
    snprintf(w->stages + strlen(w->stages), sizeof w->stages - strlen(w->stages), "%s;", stage);
  return w->cancel_in && strcmp(w->cancel_in, stage) == 0;
}

static inline void take_log(void *context, slant_log_level level, const char *message) {
  witness *w = context;
  if (level == SLANT_LOG_NOTE) snprintf(w->last_note, sizeof w->last_note, "%s", message);
  if (level == SLANT_LOG_WARNING) snprintf(w->last_warning, sizeof w->last_warning, "%s", message);
  w->notes += level == SLANT_LOG_NOTE;
  w->warnings += level == SLANT_LOG_WARNING;
}

typedef struct fixture {
  slant_train_options options;
  witness seen;
  slant_observer observer;
  slant_trainer *trainer;
  slant_random random;
  uint64_t line;
} fixture;

static inline void open_fixture(fixture *f, const char *const *set) {
  *f = (fixture){.observer = {.progress = take_progress, .log = take_log}, .random = slant_random_from(5, 5)};
  f->observer.context = &f->seen;
  slant_options_init(slant_train_option_table, &f->options);
  f->options.threads = 1;
  for (; set && *set; set += 2)
    assert_int_equal(slant_options_set(slant_train_option_table, &f->options, set[0], set[1], NULL), 0);
  assert_int_equal(slant_trainer_new(&f->trainer, &f->options, NULL, &f->observer, NULL), 0);
}

static inline void close_fixture(fixture *f) {
  slant_trainer_free(f->trainer);
}

static inline int add(fixture *f, const char *text, const char *group, const slant_label *labels, size_t n) {
  slant_record record = {.text = slant_str_of(text),
                         .group = slant_str_of(group),
                         .labels = labels,
                         .n_labels = n,
                         .line = ++f->line,
                         .file = "made-up.jsonl"};
  slant_error error = {0};
  return slant_trainer_add(f->trainer, &record, &error);
}

static inline slant_label label(const char *task, const char *actor, const char *value, int64_t from, int64_t to) {
  return (slant_label){slant_str_of(actor), slant_str_of(task), slant_str_of(value), from, to, 0};
}

static const char *const praise[] = {"praised", "admired", "honoured", "welcomed"};
static const char *const blame[] = {"blamed", "scorned", "accused", "rebuked"};
static const char *const places[] = {"harbour", "valley", "market", "border", "station"};

/* "The press praised Alpha at the valley": one actor, one span, one plain reason for its label. */
static inline void make_text(fixture *f, const char *actor, bool good, char *out, size_t size, int64_t *from) {
  const char *verb = (good ? praise : blame)[slant_random_below(&f->random, 4)];
  int before = snprintf(out, size, "The press %s ", verb);
  *from = before;
  snprintf(out + before, size - (size_t)before, "%s at the %s on day %u.", actor,
           places[slant_random_below(&f->random, 5)], (unsigned)slant_random_below(&f->random, 500));
}

/* n records about one actor, under "sentiment" and, with another label for the same span, "tone". */
static inline void add_actor(fixture *f, const char *actor, int n, bool spans) {
  for (int i = 0; i < n; i++) {
    bool good = slant_random_below(&f->random, 2);
    char text[200];
    int64_t from;
    make_text(f, actor, good, text, sizeof text, &from);
    int64_t to = from + (int64_t)strlen(actor);
    if (!spans) from = to = -1;
    const slant_label labels[] = {label("tone", actor, good ? "warm" : "cold", from, to),
                                  label("sentiment", actor, good ? "positive" : "negative", from, to)};
    assert_int_equal(add(f, text, "", labels, 2), 0);
  }
}

static inline char *temporary_name(void) {
  char *name = strdup("/tmp/slant-test-trainer-XXXXXX");
  int file = mkstemp(name);
  assert_true(file >= 0);
  close(file);
  return name;
}

static inline char *read_whole(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *data = malloc(1 << 24);
  *size = fread(data, 1, 1 << 24, file);
  fclose(file);
  return data;
}

static inline const slant_model *find_model(const slant_bank *bank, const char *actor) {
  for (uint32_t m = 0; m < bank->n_models; m++)
    if (slant_str_is(bank->models[m].actor, actor)) return &bank->models[m];
  return NULL;
}

/* The label that an open bundle gives a span of a text. */
static inline slant_str judge(const slant_bundle *bundle, const slant_bank *bank, const slant_model *model,
                              const char *text, int64_t from, int64_t to) {
  slant_document *document = NULL;
  slant_extractor *extractor = NULL;
  slant_vector vector;
  float outputs[SLANT_MAX_OUTPUTS], scores[SLANT_MAX_CLASSES];
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_document_read(document, slant_str_of(text), NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, slant_bundle_pipeline(bundle), NULL), 0);
  slant_example example = {.document = document};
  if (from >= 0) slant_document_span(document, from, to, &example.first, &example.last);
  assert_int_equal(slant_extract(extractor, example, &vector, NULL), 0);
  slant_workspace *workspace;
  assert_int_equal(slant_workspace_new(&workspace, NULL), 0);
  assert_int_equal(slant_model_outputs(bank, model, &vector, 1, workspace, outputs, NULL), 0);
  slant_workspace_free(workspace);
  slant_model_scores(model, outputs, scores);
  slant_str out = bank->labels[model->classes[slant_model_decide(model, scores)]];
  slant_extractor_free(extractor);
  slant_document_free(document);
  return out;
}

static inline slant_bundle *write_and_open(fixture *f) {
  char *path = temporary_name();
  slant_bundle *bundle = NULL;
  slant_error error = {0};
  if (slant_trainer_write(f->trainer, path, &error)) fail_msg("%s", error.message);
  if (slant_bundle_open(&bundle, path, &error)) fail_msg("%s", error.message);
  unlink(path);
  free(path);
  return bundle;
}

static inline void fit(fixture *f) {
  slant_error error = {0};
  if (slant_trainer_fit(f->trainer, &error)) fail_msg("%s", error.message);
}

static inline void assert_card_has(const fixture *f, const char *part) {
  slant_str card = slant_trainer_card(f->trainer);
  if (!memmem(card.ptr, card.len, part, strlen(part))) fail_msg("no %s in %.*s", part, (int)card.len, card.ptr);
}

static inline void refuse(fixture *f, slant_status code, const char *part) {
  slant_error error = {0};
  assert_int_equal(slant_trainer_fit(f->trainer, &error), code);
  if (!strstr(error.message, part)) fail_msg("'%s' does not say '%s'", error.message, part);
  assert_int_equal(slant_trainer_card(f->trainer).len, 0);
  assert_int_equal(slant_trainer_write(f->trainer, "/nonexistent/never", &error), SLANT_E_ARGUMENT);
  close_fixture(f);
}

#endif
