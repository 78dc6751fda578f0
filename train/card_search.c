/* What the model card says about one model's search. */
#include "train/card.h"

#include <math.h>

static void put_measured(slant_buffer *out, const char *metric, slant_measured measured) {
  slant_buffer_format(out, "\"%s\":", metric);
  slant_card_number(out, measured.value);
  slant_buffer_text(out, ",\"standard_error\":");
  slant_card_number(out, measured.error);
}

/* "cost":…, or "nu":…, and what else the setting has. */
static void put_setting(slant_buffer *out, const slant_setting *setting, const slant_fit *fit, const slant_card *card) {
  slant_buffer_text(out, card->options->nu ? "\"nu\":" : "\"cost\":");
  slant_card_number(out, setting->cost);
  if (fit->kernel != SLANT_KERNEL_LINEAR) {
    slant_buffer_text(out, ",\"gamma\":");
    slant_card_number(out, setting->gamma);
  }
  if (!setting->block) return;
  slant_buffer_text(out, ",\"block_weights\":{");
  for (uint32_t s = 0; s < slant_pipeline_n_stages(card->pipeline); s++) {
    if (s) slant_buffer_char(out, ',');
    slant_buffer_json(out, slant_pipeline_stage_range(card->pipeline, s).id);
    slant_buffer_char(out, ':');
    slant_card_number(out, setting->block[s]);
  }
  slant_buffer_char(out, '}');
}

static void put_tried(slant_buffer *out, const slant_fit *fit, const slant_card *card) {
  const slant_search_report *report = &fit->report;
  slant_buffer_text(out, ",\"tried\":[");
  for (uint32_t c = 0; c < report->n_tried; c++) {
    const slant_tried *tried = &report->tried[c];
    slant_buffer_text(out, c ? ",{" : "{");
    put_setting(out, &tried->setting, fit, card);
    slant_buffer_format(out, ",\"folds\":%u,\"share\":", tried->trial.n_folds);
    slant_card_number(out, tried->trial.n_folds ? slant_share_value(tried->trial.share) : NAN);
    slant_buffer_char(out, ',');
    put_measured(out, slant_metric_key(report->metric), tried->trial.measured);
    slant_buffer_char(out, '}');
  }
  slant_buffer_char(out, ']');
}

static void put_nested(slant_buffer *out, const slant_fit *fit, const slant_card *card) {
  const slant_search_report *report = &fit->report;
  if (!report->n_nested) return;
  slant_buffer_text(out, ",\"nested\":{");
  put_measured(out, slant_metric_key(report->metric), report->nested_value);
  if (report->metric != SLANT_METRIC_MACRO_F1) {
    slant_buffer_text(out, ",\"macro_f1\":");
    slant_card_number(out, report->nested_macro_f1.value);
  }
  if (report->metric != SLANT_METRIC_ACCURACY) {
    slant_buffer_text(out, ",\"accuracy\":");
    slant_card_number(out, report->nested_accuracy.value);
  }
  slant_buffer_text(out, ",\"chosen\":[");
  for (uint32_t i = 0; i < report->n_nested; i++) {
    slant_buffer_text(out, i ? ",{" : "{");
    put_setting(out, &report->tried[report->nested[i]].setting, fit, card);
    slant_buffer_char(out, '}');
  }
  slant_buffer_text(out, "]}");
}

static void put_curve(slant_buffer *out, const slant_search_report *report) {
  if (!report->n_curve) return;
  slant_buffer_text(out, ",\"learning_curve\":[");
  for (uint32_t p = 0; p < report->n_curve; p++) {
    slant_buffer_format(out, "%s{\"examples\":%u,", p ? "," : "", report->curve[p].n);
    put_measured(out, slant_metric_key(report->metric), report->curve[p].measured);
    slant_buffer_char(out, '}');
  }
  slant_buffer_char(out, ']');
}

void slant_card_put_search(slant_buffer *out, const slant_fit *fit, const slant_card *card) {
  put_setting(out, &fit->setting, fit, card);
  slant_buffer_format(out, ",\"folds\":%u,\"metric\":\"%s\",\"fits\":%llu", fit->n_folds,
                      slant_metric_key(fit->report.metric), (unsigned long long)fit->report.n_fits);
  put_tried(out, fit, card);
  put_nested(out, fit, card);
  put_curve(out, &fit->report);
}
