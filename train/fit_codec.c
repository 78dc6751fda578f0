#include "train/fit_codec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One walk over a fit's fields serves writing and reading: what is written cannot be forgotten when it is read. */
typedef struct walk {
  slant_buffer *out; /* writing; else reading */
  const unsigned char *at;
  size_t left;
  bool bad;
} walk;

static void take_bytes(walk *w, void *field, size_t size) {
  if (w->out) {
    slant_buffer_append(w->out, field, size);
  } else if (w->bad || size > w->left) {
    w->bad = true;
  } else {
    memcpy(field, w->at, size);
    w->at += size;
    w->left -= size;
  }
}

#define FIELD(w, field) take_bytes(w, &(field), sizeof(field))

/* An array of count × each elements, absent where it is NULL. Reading, it is allocated once the bytes are known to be
 * there. */
static void take_array(walk *w, void *array, size_t count, size_t each, size_t size) {
  void *items = NULL;
  size_t bytes;
  memcpy(&items, array, sizeof items);
  uint8_t there = items != NULL;
  take_bytes(w, &there, 1);
  if (__builtin_mul_overflow(count, each, &count) || __builtin_mul_overflow(count, size, &bytes)) w->bad = true;
  if (w->bad || !there) return;
  if (!w->out) {
    if (bytes > w->left || !(items = slant_alloc(bytes ? bytes : 1, 1))) {
      w->bad = true;
      return;
    }
    memcpy(array, &items, sizeof items);
  }
  take_bytes(w, items, bytes);
}

#define ARRAY(w, field, count, each) take_array(w, &(field), count, each, sizeof *(field))

/* A setting, its β by the first of the settings that has them too. */
static void take_setting(walk *w, slant_setting *setting, const slant_fit_limits *limits) {
  uint32_t like = 0;
  while (w->out && like < limits->n_settings && limits->settings[like].block != setting->block) like++;
  FIELD(w, setting->cost);
  FIELD(w, setting->gamma);
  FIELD(w, like);
  if (like >= limits->n_settings)
    w->bad = true;
  else if (!w->out)
    setting->block = limits->settings[like].block;
}

static void take_report(walk *w, slant_search_report *report, const slant_fit_limits *limits) {
  FIELD(w, report->metric);
  FIELD(w, report->n_tried);
  FIELD(w, report->chosen);
  FIELD(w, report->n_fits);
  FIELD(w, report->n_nested);
  FIELD(w, report->nested_value);
  FIELD(w, report->nested_macro_f1);
  FIELD(w, report->nested_accuracy);
  FIELD(w, report->n_curve);
  FIELD(w, report->curve);
  ARRAY(w, report->tried, report->n_tried, 1);
  for (uint32_t t = 0; report->tried && !w->bad && t < report->n_tried; t++)
    take_setting(w, &report->tried[t].setting, limits);
  ARRAY(w, report->nested, report->n_nested, 1);
}

/* Of a kernel model the arrays; that they fit together is looked at afterwards. */
static void take_support(walk *w, slant_kernel_model *model, const slant_fit_limits *limits) {
  size_t n, n_cells = 0;
  FIELD(w, model->shape.kernel);
  FIELD(w, model->shape.degree);
  FIELD(w, model->shape.gamma);
  FIELD(w, model->shape.coef0);
  FIELD(w, model->shape.n_blocks);
  FIELD(w, model->n_support);
  FIELD(w, model->n_outputs);
  n = model->n_support;
  ARRAY(w, model->shape.block_end, model->shape.n_blocks, 1);
  ARRAY(w, model->shape.block_weight, model->shape.n_blocks, 1);
  ARRAY(w, model->start, n + 1, 1);
  if (model->start && !w->bad) n_cells = model->start[n];
  ARRAY(w, model->index, n_cells, 1);
  ARRAY(w, model->value, n_cells, 1);
  ARRAY(w, model->dense, n, limits->n_dense);
  ARRAY(w, model->coefficient, n, model->n_outputs);
  ARRAY(w, model->bias, model->n_outputs, 1);
}

static void take_fit(walk *w, slant_fit *fit, const slant_fit_limits *limits) {
  FIELD(w, fit->n);
  FIELD(w, fit->solver);
  FIELD(w, fit->coding);
  FIELD(w, fit->kernel);
  FIELD(w, fit->too_large);
  FIELD(w, fit->n_classes);
  FIELD(w, fit->n_outputs);
  FIELD(w, fit->n_rows);
  FIELD(w, fit->n_folds);
  FIELD(w, fit->n_held);
  FIELD(w, fit->seconds);
  take_setting(w, &fit->setting, limits);
  take_report(w, &fit->report, limits);
  take_support(w, &fit->support, limits);
  ARRAY(w, fit->classes, fit->n_classes, 1);
  ARRAY(w, fit->counts, fit->n_classes, 1);
  ARRAY(w, fit->features, fit->n_rows, 1);
  ARRAY(w, fit->weights, fit->n_rows, fit->n_outputs);
  ARRAY(w, fit->bias, fit->n_outputs, 1);
  ARRAY(w, fit->held, fit->n_held, 1);
  ARRAY(w, fit->scores, fit->n_held, fit->n_classes);
}

void slant_fit_encode(slant_buffer *out, const slant_fit *fit, const slant_fit_limits *limits) {
  slant_fit copy = *fit; /* a walk that writes changes nothing, but is the one that reads too */
  walk w = {.out = out};
  take_fit(&w, &copy, limits);
  out->failed = out->failed || w.bad;
}

static bool ascend(const uint32_t *numbers, uint32_t n, uint32_t end) {
  for (uint32_t i = 0; i < n; i++)
    if (numbers[i] >= end || (i && numbers[i] <= numbers[i - 1])) return false;
  return true;
}

static bool all_finite(const double *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i])) return false;
  return true;
}

static bool all_finite_f(const float *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i])) return false;
  return true;
}

static bool keeps_report(const slant_search_report *report, uint32_t n_folds) {
  if (!report->tried || report->chosen >= report->n_tried || report->n_nested > n_folds) return false;
  if (report->n_curve > SLANT_CURVE_POINTS || (report->n_nested && !report->nested)) return false;
  for (uint32_t f = 0; f < report->n_nested; f++)
    if (report->nested[f] >= report->n_tried) return false;
  return true;
}

static bool keeps_support(const slant_kernel_model *model, uint32_t n_outputs, const slant_fit_limits *limits) {
  uint32_t n = model->n_support;
  if (model->n_outputs != n_outputs || !model->start || !model->coefficient || !model->bias || model->start[0])
    return false;
  if (model->shape.n_blocks && (!model->shape.block_end || !model->shape.block_weight)) return false;
  if ((model->start[n] && (!model->index || !model->value)) || (n && limits->n_dense && !model->dense)) return false;
  for (uint32_t s = 0; s < n; s++)
    if (model->start[s + 1] < model->start[s] || model->start[s + 1] > model->start[n] ||
        !ascend(model->index + model->start[s], (uint32_t)(model->start[s + 1] - model->start[s]), limits->n_sparse))
      return false;
  return true; /* what else a kernel model must keep to, the builder of the bank looks at */
}

static bool keeps_weights(const slant_fit *fit, const slant_fit_limits *limits) {
  if (!fit->features || !fit->weights || !fit->bias) return false;
  return ascend(fit->features, fit->n_rows, limits->n_sparse + limits->n_dense) &&
         all_finite_f(fit->weights, (size_t)fit->n_rows * fit->n_outputs) && all_finite_f(fit->bias, fit->n_outputs);
}

static bool keeps_to(const slant_fit *fit, const slant_fit_limits *limits) {
  bool is_held = fit->n_folds > 0, is_linear = fit->kernel == SLANT_KERNEL_LINEAR;
  if (fit->n != limits->n || fit->n_classes < 2 || fit->n_classes > limits->n_labels || fit->n_held > fit->n)
    return false;
  if (fit->n_outputs != slant_coding_machines(fit->coding, fit->n_classes) || !fit->classes || !fit->counts)
    return false;
  if (is_held != (fit->held != NULL) || is_held != (fit->scores != NULL)) return false;
  if (!ascend(fit->classes, fit->n_classes, limits->n_labels) || !keeps_report(&fit->report, fit->n_folds))
    return false;
  if (!(is_linear ? keeps_weights(fit, limits) : keeps_support(&fit->support, fit->n_outputs, limits))) return false;
  return !is_held ||
         (ascend(fit->held, fit->n_held, fit->n) && all_finite(fit->scores, (size_t)fit->n_held * fit->n_classes));
}

bool slant_fit_decode(slant_fit *out, const void *bytes, size_t size, const slant_fit_limits *limits) {
  walk w = {.at = bytes, .left = size};
  *out = (slant_fit){0};
  take_fit(&w, out, limits);
  out->from_journal = true;
  if (!w.bad && !w.left && keeps_to(out, limits)) return true;
  slant_fit_free(out);
  return false;
}
