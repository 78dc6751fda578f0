/* The results of an evaluation as JSON Lines. Numbers are written by hand: printf would follow the locale. */
#include "common/memory.h"

#include <slant/evaluation.h>

#include <math.h>

/* A value of 0 or more to nine decimals, trailing zeros left out. */
static void put_value(slant_buffer *out, double value) {
  if (isnan(value)) {
    slant_buffer_text(out, "null");
    return;
  }
  const uint32_t one = 1000000000;
  uint64_t scaled = (uint64_t)(value * one + 0.5);
  uint32_t whole = (uint32_t)(scaled / one), fraction = (uint32_t)(scaled % one);
  int digits = 9;
  for (; digits > 1 && fraction % 10 == 0; digits--) fraction /= 10;
  slant_buffer_format(out, "%u.%0*u", whole, digits, fraction);
}

static void put_range(slant_buffer *out, const slant_interval *interval) {
  slant_buffer_text(out, "\"low\":");
  put_value(out, interval->low);
  slant_buffer_text(out, ",\"high\":");
  put_value(out, interval->high);
}

/* "name":value,"name_interval":{"low":…,"high":…} */
static void put_number(slant_buffer *out, const char *name, const slant_interval *interval) {
  slant_buffer_format(out, "\"%s\":", name);
  put_value(out, interval->value);
  slant_buffer_format(out, ",\"%s_interval\":{", name);
  put_range(out, interval);
  slant_buffer_text(out, "},");
}

static void put_classes(slant_buffer *out, const slant_evaluation_part *part) {
  slant_buffer_text(out, "\"classes\":{");
  for (uint32_t k = 0; k < part->n_labels; k++) {
    const slant_class_metrics *class = &part->classes[k];
    if (k) slant_buffer_char(out, ',');
    slant_buffer_json(out, part->labels[k]);
    slant_buffer_text(out, ":{\"precision\":");
    put_value(out, class->precision);
    slant_buffer_text(out, ",\"recall\":");
    put_value(out, class->recall);
    slant_buffer_text(out, ",\"f1\":");
    put_value(out, class->f1);
    slant_buffer_format(out, ",\"support\":%llu}", (unsigned long long)class->support);
  }
  slant_buffer_text(out, "}");
}

static void put_confusion(slant_buffer *out, const slant_evaluation_part *part) {
  slant_buffer_text(out, ",\"confusion\":{");
  for (uint32_t gold = 0; gold < part->n_labels; gold++) {
    const uint64_t *row = part->confusion + (size_t)gold * part->n_labels;
    if (gold) slant_buffer_char(out, ',');
    slant_buffer_json(out, part->labels[gold]);
    slant_buffer_text(out, ":{");
    const char *separator = "";
    for (uint32_t predicted = 0; predicted < part->n_labels; predicted++) {
      if (!row[predicted]) continue;
      slant_buffer_text(out, separator);
      slant_buffer_json(out, part->labels[predicted]);
      slant_buffer_format(out, ":%llu", (unsigned long long)row[predicted]);
      separator = ",";
    }
    slant_buffer_char(out, '}');
  }
  slant_buffer_char(out, '}');
}

static void put_bins(slant_buffer *out, const slant_reliability *sums) {
  const char *separator = "";
  slant_buffer_text(out, "\"reliability\":[");
  for (uint32_t b = 0; b < SLANT_RELIABILITY_BINS; b++) {
    const slant_reliability_bin *bin = &sums->bins[b];
    if (!bin->n) continue;
    slant_buffer_format(out, "%s{\"n\":%llu,\"from\":", separator, (unsigned long long)bin->n);
    put_value(out, (double)b / SLANT_RELIABILITY_BINS);
    slant_buffer_text(out, ",\"to\":");
    put_value(out, (double)(b + 1) / SLANT_RELIABILITY_BINS);
    slant_buffer_text(out, ",\"confidence\":");
    put_value(out, bin->confidence / (double)bin->n);
    slant_buffer_text(out, ",\"accuracy\":");
    put_value(out, (double)bin->n_right / (double)bin->n);
    slant_buffer_char(out, '}');
    separator = ",";
  }
  slant_buffer_text(out, "],");
}

/* What is known of probabilities, and of labels that were not given. */
static void put_confidence(slant_buffer *out, const slant_evaluation_part *part) {
  if (part->reliability) {
    slant_buffer_text(out, "\"log_loss\":");
    put_value(out, slant_reliability_log_loss(part->reliability));
    slant_buffer_text(out, ",\"brier\":");
    put_value(out, slant_reliability_brier(part->reliability));
    slant_buffer_text(out, ",\"calibration_error\":");
    put_value(out, slant_reliability_error(part->reliability));
    slant_buffer_char(out, ',');
    put_bins(out, part->reliability);
  }
  if (!part->n_abstained) return;
  slant_buffer_format(out, "\"abstained\":%llu,\"coverage\":", (unsigned long long)part->n_abstained);
  put_value(out, (double)part->n / (double)(part->n + part->n_abstained));
  slant_buffer_char(out, ',');
}

/* The keys that a task and an actor have in common; `task` is NULL for an actor. */
static void put_part(slant_buffer *out, const slant_evaluation_part *part, const slant_evaluation_task *task) {
  slant_buffer_format(out, "\"n\":%llu,\"n_groups\":%llu,", (unsigned long long)part->n,
                      (unsigned long long)part->n_groups);
  put_number(out, "accuracy", &part->accuracy);
  slant_buffer_text(out, "\"macro_f1\":{\"value\":");
  put_value(out, part->macro_f1.value);
  slant_buffer_char(out, ',');
  put_range(out, &part->macro_f1);
  slant_buffer_text(out, "},");
  put_number(out, "f_avg", &part->f_avg);
  if (task) put_number(out, "f_avg_actors", &task->f_avg_actors);
  put_confidence(out, part);
  put_classes(out, part);
  put_confusion(out, part);
}

char *slant_evaluation_json(const slant_evaluation_task *tasks, uint32_t n_tasks) {
  slant_buffer out = {0};
  for (uint32_t t = 0; t < n_tasks; t++) {
    const slant_evaluation_task *task = &tasks[t];
    slant_buffer_text(&out, "{\"task\":");
    slant_buffer_json(&out, task->task);
    slant_buffer_char(&out, ',');
    put_part(&out, &task->pooled, task);
    slant_buffer_text(&out, ",\"actors\":{");
    for (uint32_t a = 0; a < task->n_actors; a++) {
      if (a) slant_buffer_char(&out, ',');
      slant_buffer_json(&out, task->actors[a].actor);
      slant_buffer_text(&out, ":{");
      put_part(&out, &task->actors[a], NULL);
      slant_buffer_char(&out, '}');
    }
    slant_buffer_text(&out, "}}\n");
  }
  slant_buffer_char(&out, '\0');
  if (!out.failed) return out.data;
  slant_buffer_free(&out);
  return NULL;
}
