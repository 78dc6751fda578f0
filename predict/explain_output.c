#include "predict/explain_output.h"

#include "predict/output.h"

#include <inttypes.h>

enum { SHOWN_PLACES = 4, NAME_WIDTH = 40 };

/* ---- JSON ---- */
static void json_real(slant_buffer *out, const char *key, double value) {
  slant_buffer_format(out, "%s%.6f", key, value);
}

static void json_places(slant_buffer *out, const slant_explained_feature *feature) {
  slant_buffer_text(out, ",\"at\":[");
  for (uint32_t p = 0; p < feature->n_places; p++)
    slant_buffer_format(out, "%s{\"from\":%" PRIu32 ",\"to\":%" PRIu32 "}", p ? "," : "", feature->places[p].point_from,
                        feature->places[p].point_to);
  slant_buffer_char(out, ']');
}

static void json_explanation(slant_buffer *out, const slant_explanation *explanation) {
  slant_output_judgement(out, explanation->judgement);
  slant_buffer_text(out, ",\"runner_up\":");
  slant_buffer_json(out, explanation->judgement->labels[explanation->runner_up]);
  json_real(out, ",\"margin\":", explanation->margin);
  json_real(out, ",\"bias\":", explanation->bias);
  if (explanation->left_out) slant_buffer_text(out, ",\"method\":\"left-out\"");
  slant_buffer_text(out, ",\"stages\":{");
  for (uint32_t s = 0; s < explanation->n_stages; s++) {
    if (s) slant_buffer_char(out, ',');
    slant_buffer_json(out, explanation->stages[s].id);
    json_real(out, ":", explanation->stages[s].contribution);
  }
  slant_buffer_text(out, "},\"features\":[");
  for (uint32_t f = 0; f < explanation->n_features; f++) {
    const slant_explained_feature *feature = &explanation->features[f];
    slant_buffer_text(out, f ? ",{\"name\":" : "{\"name\":");
    slant_buffer_json(out, feature->name);
    json_real(out, ",\"contribution\":", feature->contribution);
    if (feature->n_places) json_places(out, feature);
    slant_buffer_char(out, '}');
  }
  slant_buffer_text(out, "]}");
}

void slant_explanation_json(slant_buffer *out, const slant_record *record, const slant_explanation *explanations,
                            uint32_t n) {
  slant_output_open(out, record);
  slant_buffer_text(out, ",\"actors\":[");
  for (uint32_t i = 0; i < n; i++) {
    if (i) slant_buffer_char(out, ',');
    json_explanation(out, &explanations[i]);
  }
  slant_buffer_text(out, "]}\n");
}

void slant_explanation_json_error(slant_buffer *out, const slant_record *record, const slant_error *error) {
  const slant_result result = {.record = record, .error = error};
  slant_output_result(out, SLANT_OUTPUT_JSONL, false, &result);
}

/* ---- text ---- */
static void put_name(slant_buffer *out, slant_str name) {
  for (size_t i = 0; i < name.len; i++) {
    unsigned char c = (unsigned char)name.ptr[i];
    slant_buffer_char(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
  }
}

static size_t points_of(slant_str text) {
  size_t n = 0;
  for (size_t i = 0; i < text.len; i++) n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
  return n;
}

static void put_places(slant_buffer *out, const slant_explained_feature *feature) {
  for (size_t column = points_of(feature->name); column < NAME_WIDTH; column++) slant_buffer_char(out, ' ');
  for (uint32_t p = 0; p < feature->n_places && p < SHOWN_PLACES; p++)
    slant_buffer_format(out, "%s%" PRIu32 "-%" PRIu32, p ? ", " : "  ", feature->places[p].point_from,
                        feature->places[p].point_to);
  if (feature->n_places > SHOWN_PLACES)
    slant_buffer_format(out, " and %" PRIu32 " more", feature->n_places - SHOWN_PLACES);
}

static void put_heading(slant_buffer *out, const slant_explanation *explanation) {
  const slant_judgement *judgement = explanation->judgement;
  slant_buffer_text(out, "  ");
  put_name(out, judgement->actor);
  slant_buffer_text(out, ", ");
  put_name(out, judgement->task);
  slant_buffer_text(out, ": ");
  put_name(out, judgement->labels[judgement->label]);
  slant_buffer_format(out, " (p %.2f) rather than ", (double)judgement->probabilities[judgement->label]);
  put_name(out, judgement->labels[explanation->runner_up]);
  slant_buffer_format(out, ", by %.4f; model ", explanation->margin);
  put_name(out, judgement->model);
  if (judgement->n_mentions)
    slant_buffer_format(out, ", %" PRIu32 " mention%s", judgement->n_mentions, judgement->n_mentions == 1 ? "" : "s");
  slant_buffer_char(out, '\n');
}

static void put_explanation(slant_buffer *out, const slant_explanation *explanation) {
  put_heading(out, explanation);
  slant_buffer_format(out, "    %+9.4f  bias%s\n", explanation->bias,
                      explanation->left_out ? ", and what no feature explains when it alone is left out" : "");
  for (uint32_t s = 0; s < explanation->n_stages; s++) {
    slant_buffer_format(out, "    %+9.4f  stage ", explanation->stages[s].contribution);
    put_name(out, explanation->stages[s].id);
    slant_buffer_char(out, '\n');
  }
  for (uint32_t f = 0; f < explanation->n_features; f++) {
    const slant_explained_feature *feature = &explanation->features[f];
    slant_buffer_format(out, "      %+9.4f  ", feature->contribution);
    put_name(out, feature->name);
    if (feature->n_places) put_places(out, feature);
    slant_buffer_char(out, '\n');
  }
}

void slant_explanation_text(slant_buffer *out, const slant_record *record, const slant_explanation *explanations,
                            uint32_t n) {
  if (record->id.len)
    put_name(out, record->id);
  else
    slant_buffer_format(out, "line %" PRIu64, record->line);
  slant_buffer_text(out, n ? "\n" : ": no actor to judge\n");
  for (uint32_t i = 0; i < n; i++) put_explanation(out, &explanations[i]);
}
