/*
 * The results of an evaluation for a terminal of 100 columns.
 *
 * Names come from data: control characters in them would reach the terminal as commands, so they are shown as '?'.
 * Numbers are written by hand: printf would follow the locale.
 */
#include "common/memory.h"

#include <slant/evaluation.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  COLUMNS = 100,
  NAME_MAX_WIDTH = 28, /* longer names are cut */
  CLASSES_SHOWN = 30,
  CONFUSIONS_SHOWN = 10,
  COUNT_SIZE = 32, /* characters of a number with separators, of an interval */
  INTERVAL_SIZE = 48
};

/* ---- cells ---- */

/* Columns that a name takes: a code point is one. Cut to NAME_MAX_WIDTH. */
static int width_of(slant_str name) {
  int width = 0;
  for (size_t i = 0; i < name.len && width < NAME_MAX_WIDTH; i++) width += ((unsigned char)name.ptr[i] & 0xc0) != 0x80;
  return width;
}

static void put_spaces(slant_buffer *out, int count) {
  while (count-- > 0) slant_buffer_char(out, ' ');
}

/* One code point of a name, which `next` steps over. */
static void put_code_point(slant_buffer *out, slant_str name, size_t *next) {
  size_t from = (*next)++;
  while (*next < name.len && ((unsigned char)name.ptr[*next] & 0xc0) == 0x80) (*next)++;
  const unsigned char *p = (const unsigned char *)name.ptr + from;
  bool c1 = *next - from == 2 && p[0] == 0xc2 && p[1] < 0xa0;
  if (p[0] < 0x20 || p[0] == 0x7f || c1)
    slant_buffer_char(out, '?');
  else
    slant_buffer_append(out, p, *next - from);
}

static void put_name(slant_buffer *out, slant_str name) {
  size_t next = 0;
  while (next < name.len && ((unsigned char)name.ptr[next] & 0xc0) == 0x80) next++; /* the tail of a cut character */
  for (int width = 0; next < name.len; width++) {
    slant_str rest = {name.ptr + next, name.len - next};
    if (width == NAME_MAX_WIDTH - 1 && width_of(rest) > 1) {
      slant_buffer_text(out, "…");
      return;
    }
    put_code_point(out, name, &next);
  }
}

static void put_left(slant_buffer *out, slant_str name, int width) {
  put_name(out, name);
  put_spaces(out, width - width_of(name));
}

static void put_right(slant_buffer *out, slant_str name, int width) {
  put_spaces(out, width - width_of(name));
  put_name(out, name);
}

/* 1234567 → "1,234,567" */
static slant_str count_text(char text[COUNT_SIZE], uint64_t count) {
  char *at = text + COUNT_SIZE;
  for (int digits = 0; count || !digits; digits++, count /= 10) {
    if (digits && digits % 3 == 0) *--at = ',';
    *--at = (char)('0' + count % 10);
  }
  return (slant_str){at, (size_t)(text + COUNT_SIZE - at)};
}

static void put_count(slant_buffer *out, uint64_t count, int width) {
  char text[COUNT_SIZE];
  put_right(out, count_text(text, count), width);
}

/* 0.7894 → "78.9" */
static slant_str percent_text(char text[COUNT_SIZE], double value) {
  if (isnan(value)) return slant_str_of("-");
  unsigned tenths = (unsigned)(value * 1000 + 0.5);
  int len = snprintf(text, COUNT_SIZE, "%u.%u", tenths / 10, tenths % 10);
  return (slant_str){text, (size_t)len};
}

static void put_percent(slant_buffer *out, double value, int width) {
  char text[COUNT_SIZE];
  put_right(out, percent_text(text, value), width);
}

/* "[76.3, 81.9]" after two spaces, or as many spaces. */
static void put_interval(slant_buffer *out, const slant_interval *interval) {
  enum { WIDTH = 16 }; /* of "  [100.0, 100.0]" */
  char text[INTERVAL_SIZE] = "", low[COUNT_SIZE], high[COUNT_SIZE];
  if (!isnan(interval->low)) {
    slant_str from = percent_text(low, interval->low), to = percent_text(high, interval->high);
    snprintf(text, sizeof text, "  [%.*s, %.*s]", (int)from.len, from.ptr, (int)to.len, to.ptr);
  }
  put_left(out, slant_str_of(text), WIDTH);
}

/* Takes back the spaces that pad the last cell of a row. */
static void end_row(slant_buffer *out) {
  while (out->len && out->data[out->len - 1] == ' ') out->len--;
  slant_buffer_char(out, '\n');
}

static int widest(const slant_str *names, uint32_t n, const char *heading) {
  int width = width_of(slant_str_of(heading));
  for (uint32_t i = 0; i < n; i++)
    if (width_of(names[i]) > width) width = width_of(names[i]);
  return width;
}

/* ---- sections ---- */

static void put_summary_row(slant_buffer *out, const char *name, const slant_interval *interval, const char *note) {
  slant_buffer_text(out, "  ");
  put_left(out, slant_str_of(name), 14);
  put_percent(out, interval->value, 5);
  put_interval(out, interval);
  if (note) slant_buffer_format(out, "  %s", note);
  end_row(out);
}

/* Three decimals, as log-loss is given: percent would say what it is not. */
static void put_thousandths(slant_buffer *out, const char *name, double value, const char *note) {
  unsigned thousandths = (unsigned)(value * 1000 + 0.5);
  slant_buffer_text(out, "  ");
  put_left(out, slant_str_of(name), 14);
  slant_buffer_format(out, "%u.%03u", thousandths / 1000, thousandths % 1000);
  put_spaces(out, 18);
  slant_buffer_format(out, "%s\n", note);
}

/* How much the probabilities can be relied on, and how many labels were not given. */
static void put_confidence(slant_buffer *out, const slant_evaluation_part *pooled) {
  if (pooled->n_abstained) {
    slant_interval coverage = {(double)pooled->n / (double)(pooled->n + pooled->n_abstained), NAN, NAN};
    char text[COUNT_SIZE], note[2 * COUNT_SIZE + 64];
    slant_str count = count_text(text, pooled->n_abstained);
    snprintf(note, sizeof note, "%.*s too unsure to be given a label, and left out of all else", (int)count.len,
             count.ptr);
    put_summary_row(out, "coverage", &coverage, note);
  }
  if (!pooled->reliability) return;
  slant_interval error = {slant_reliability_error(pooled->reliability), NAN, NAN};
  put_summary_row(out, "ECE", &error, "expected calibration error of the probabilities, 15 bins");
  put_thousandths(out, "log-loss", slant_reliability_log_loss(pooled->reliability), "of the probabilities, in nats");
}

static void put_summary(slant_buffer *out, const slant_evaluation_task *task) {
  const slant_evaluation_part *pooled = &task->pooled;
  put_name(out, task->task);
  slant_buffer_text(out, ": ");
  put_count(out, pooled->n, 0);
  slant_buffer_text(out, pooled->n == 1 ? " example" : " examples");
  if (pooled->n_groups != pooled->n) {
    slant_buffer_text(out, " in ");
    put_count(out, pooled->n_groups, 0);
    slant_buffer_text(out, pooled->n_groups == 1 ? " group" : " groups");
  }
  if (task->n_actors > 1) {
    slant_buffer_text(out, ", ");
    put_count(out, task->n_actors, 0);
    slant_buffer_text(out, " actors");
  } else if (task->n_actors && !slant_str_is(task->actors[0].actor, "*")) {
    slant_buffer_text(out, ", actor ");
    put_name(out, task->actors[0].actor);
  }
  slant_buffer_text(out, isnan(pooled->accuracy.low) ? " (percent)\n\n" : " (percent, 95% bootstrap intervals)\n\n");
  put_summary_row(out, "accuracy", &pooled->accuracy, NULL);
  put_summary_row(out, "macro-F1", &pooled->macro_f1, NULL);
  if (!isnan(pooled->f_avg.value)) {
    put_summary_row(out, "F_avg", &pooled->f_avg, "mean F1 of favor and against, all examples pooled");
    if (task->n_actors > 1) put_summary_row(out, "F_avg, actors", &task->f_avg_actors, "mean of the actors' F_avg");
  }
  put_confidence(out, pooled);
}

typedef struct ranked {
  uint64_t count;
  uint32_t index;
} ranked;

static int most_first(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? 1 : -1;
  return (x->index > y->index) - (x->index < y->index);
}

/* All classes in their order, or where there are too many those with most support. */
static void put_classes(slant_buffer *out, const slant_evaluation_part *part) {
  ranked *order = slant_alloc(part->n_labels, sizeof *order);
  if (!order) {
    out->failed = true;
    return;
  }
  for (uint32_t k = 0; k < part->n_labels; k++) order[k] = (ranked){part->classes[k].support, k};
  uint32_t shown = part->n_labels;
  if (shown > CLASSES_SHOWN) {
    qsort(order, shown, sizeof *order, most_first);
    shown = CLASSES_SHOWN;
  }
  int width = widest(part->labels, part->n_labels, "class");
  slant_buffer_text(out, "\n  ");
  put_left(out, slant_str_of("class"), width);
  slant_buffer_text(out, "  precision  recall     F1  support\n");
  for (uint32_t i = 0; i < shown; i++) {
    const slant_class_metrics *class = &part->classes[order[i].index];
    slant_buffer_text(out, "  ");
    put_left(out, part->labels[order[i].index], width);
    put_percent(out, class->precision, 11);
    put_percent(out, class->recall, 8);
    put_percent(out, class->f1, 7);
    put_count(out, class->support, 9);
    slant_buffer_char(out, '\n');
  }
  if (shown < part->n_labels) slant_buffer_format(out, "  … and %" PRIu32 " classes more\n", part->n_labels - shown);
  free(order);
}

static int width_of_largest(const uint64_t *counts, size_t n) {
  uint64_t largest = 0;
  for (size_t i = 0; i < n; i++)
    if (counts[i] > largest) largest = counts[i];
  char text[COUNT_SIZE];
  return (int)count_text(text, largest).len;
}

static void put_matrix(slant_buffer *out, const slant_evaluation_part *part, int row_width, const int *widths) {
  slant_buffer_text(out, "\n  ");
  put_left(out, slant_str_of("gold \\ predicted"), row_width);
  for (uint32_t k = 0; k < part->n_labels; k++) {
    slant_buffer_text(out, "  ");
    put_right(out, part->labels[k], widths[k]);
  }
  slant_buffer_char(out, '\n');
  for (uint32_t gold = 0; gold < part->n_labels; gold++) {
    slant_buffer_text(out, "  ");
    put_left(out, part->labels[gold], row_width);
    for (uint32_t k = 0; k < part->n_labels; k++)
      put_count(out, part->confusion[(size_t)gold * part->n_labels + k], widths[k] + 2);
    slant_buffer_char(out, '\n');
  }
}

/* The cells off the diagonal with the highest counts, in place of a matrix that would be too wide. */
static void put_confusions(slant_buffer *out, const slant_evaluation_part *part) {
  ranked top[CONFUSIONS_SHOWN + 1];
  uint32_t n = 0;
  for (uint32_t gold = 0; gold < part->n_labels; gold++)
    for (uint32_t k = 0; k < part->n_labels; k++) {
      uint32_t index = gold * part->n_labels + k;
      ranked cell = {part->confusion[index], index};
      if (gold == k || !cell.count || (n == CONFUSIONS_SHOWN && cell.count <= top[n - 1].count)) continue;
      uint32_t at = n < CONFUSIONS_SHOWN ? n++ : n - 1;
      for (; at && top[at - 1].count < cell.count; at--) top[at] = top[at - 1];
      top[at] = cell;
    }
  if (!n) return;
  int width = widest(part->labels, part->n_labels, "gold");
  slant_buffer_text(out, "\n  most often confused\n  ");
  put_left(out, slant_str_of("gold"), width + 2);
  put_left(out, slant_str_of("predicted"), width < 9 ? 9 : width);
  slant_buffer_text(out, "  count\n");
  for (uint32_t i = 0; i < n; i++) {
    slant_buffer_text(out, "  ");
    put_left(out, part->labels[top[i].index / part->n_labels], width + 2);
    put_left(out, part->labels[top[i].index % part->n_labels], width < 9 ? 9 : width);
    put_count(out, top[i].count, 7);
    slant_buffer_char(out, '\n');
  }
}

static void put_confusion(slant_buffer *out, const slant_evaluation_part *part) {
  int widths[COLUMNS];
  int row_width = widest(part->labels, part->n_labels, "gold \\ predicted"), total = 2 + row_width;
  int count_width =
      part->n_labels < COLUMNS ? width_of_largest(part->confusion, (size_t)part->n_labels * part->n_labels) : 0;
  for (uint32_t k = 0; k < part->n_labels && total <= COLUMNS; k++) {
    widths[k] = width_of(part->labels[k]) > count_width ? width_of(part->labels[k]) : count_width;
    total += 2 + widths[k];
  }
  if (total <= COLUMNS)
    put_matrix(out, part, row_width, widths);
  else
    put_confusions(out, part);
}

static void put_actors(slant_buffer *out, const slant_evaluation_task *task) {
  if (task->n_actors < 2) return; /* a single actor's row would say again what the summary says */
  ranked *order = slant_alloc(task->n_actors, sizeof *order);
  if (!order) {
    out->failed = true;
    return;
  }
  int width = (int)sizeof "actor" - 1;
  bool f_avg = !isnan(task->pooled.f_avg.value);
  for (uint32_t a = 0; a < task->n_actors; a++) {
    order[a] = (ranked){task->actors[a].n, a};
    int own = width_of(task->actors[a].actor);
    if (own > width) width = own;
  }
  qsort(order, task->n_actors, sizeof *order, most_first);
  slant_buffer_text(out, "\n  ");
  put_left(out, slant_str_of("actor"), width);
  slant_buffer_text(out, "         n  accuracy  macro-F1");
  if (f_avg) slant_buffer_text(out, "                     F_avg");
  slant_buffer_char(out, '\n');
  for (uint32_t i = 0; i < task->n_actors; i++) {
    const slant_evaluation_part *actor = &task->actors[order[i].index];
    slant_buffer_text(out, "  ");
    put_left(out, actor->actor, width);
    put_count(out, actor->n, 10);
    put_percent(out, actor->accuracy.value, 10);
    put_percent(out, actor->macro_f1.value, 10);
    put_interval(out, &actor->macro_f1);
    if (f_avg) {
      put_percent(out, actor->f_avg.value, 10);
      put_interval(out, &actor->f_avg);
    }
    end_row(out);
  }
  free(order);
}

char *slant_evaluation_table(const slant_evaluation_task *tasks, uint32_t n_tasks, int per_actor) {
  slant_buffer out = {0};
  if (!n_tasks) slant_buffer_text(&out, "nothing to evaluate: no example has both a gold label and a prediction\n");
  for (uint32_t t = 0; t < n_tasks && !out.failed; t++) {
    if (t) slant_buffer_char(&out, '\n');
    put_summary(&out, &tasks[t]);
    put_classes(&out, &tasks[t].pooled);
    put_confusion(&out, &tasks[t].pooled);
    if (per_actor) put_actors(&out, &tasks[t]);
  }
  slant_buffer_char(&out, '\0');
  if (!out.failed) return out.data;
  slant_buffer_free(&out);
  return NULL;
}
