#include "predict/output.h"

#include <math.h>
#include <stdio.h>

enum { DECIMALS = 4, UNITS = 10000 };

/* ---- numbers ---- */
void slant_output_integer(slant_buffer *out, uint64_t value) {
  char digits[24], *end = digits + sizeof digits, *p = end;
  do *--p = (char)('0' + value % 10);
  while (value /= 10);
  slant_buffer_append(out, p, (size_t)(end - p));
}

/* units / 10000 */
static void put_units(slant_buffer *out, uint64_t units, bool negative) {
  char digits[32], *end = digits + sizeof digits, *p = end;
  for (int i = 0; i < DECIMALS; i++, units /= 10) *--p = (char)('0' + units % 10);
  *--p = '.';
  do *--p = (char)('0' + units % 10);
  while (units /= 10);
  if (negative) *--p = '-';
  slant_buffer_append(out, p, (size_t)(end - p));
}

void slant_output_number(slant_buffer *out, double value) {
  double units = round(fabs(value) * UNITS);
  if (!isfinite(value))
    slant_buffer_text(out, "null");
  else if (units < 1e18)
    put_units(out, (uint64_t)units, value < 0 && units >= 1);
  else
    slant_buffer_format(out, "%.0f", value); /* no fraction is left to print: no point, so no locale */
}

void slant_output_round(const float *probabilities, uint32_t n, uint32_t label, uint32_t *out) {
  bool tie = false;
  for (uint32_t c = 0; c < n; c++) {
    double units = round((double)probabilities[c] * UNITS);
    out[c] = units >= 0 && units <= UNITS ? (uint32_t)units : 0;
  }
  for (uint32_t c = 0; c < n; c++) tie = tie || (c != label && out[c] == out[label]);
  if (tie) out[label]++;
}

/* ---- JSON lines ---- */
static void json_labelled(slant_buffer *out, const slant_str *labels, uint32_t c) {
  if (c) slant_buffer_char(out, ',');
  slant_buffer_json(out, labels[c]);
  slant_buffer_char(out, ':');
}

static void json_probabilities(slant_buffer *out, const slant_str *labels, const float *probabilities, uint32_t n,
                               uint32_t label) {
  uint32_t units[SLANT_MAX_CLASSES];
  slant_output_round(probabilities, n, label, units);
  slant_buffer_text(out, ",\"p\":{");
  for (uint32_t c = 0; c < n; c++) {
    json_labelled(out, labels, c);
    put_units(out, units[c], false);
  }
  slant_buffer_char(out, '}');
}

static void json_scores(slant_buffer *out, const slant_str *labels, const float *scores, uint32_t n) {
  slant_buffer_text(out, ",\"score\":{");
  for (uint32_t c = 0; c < n; c++) {
    json_labelled(out, labels, c);
    slant_output_number(out, (double)scores[c]);
  }
  slant_buffer_char(out, '}');
}

static void json_text(slant_buffer *out, const char *key, slant_str value) {
  slant_buffer_text(out, key);
  slant_buffer_json(out, value);
}

static void json_number(slant_buffer *out, const char *key, uint64_t value) {
  slant_buffer_text(out, key);
  slant_output_integer(out, value);
}

static void json_evidence(slant_buffer *out, const slant_judgement *judgement) {
  slant_buffer_text(out, ",\"evidence\":[");
  for (uint32_t m = 0; m < judgement->n_mentions; m++) {
    const slant_evidence *evidence = &judgement->evidence[m];
    json_number(out, m ? ",{\"from\":" : "{\"from\":", evidence->point_from);
    json_number(out, ",\"to\":", evidence->point_to);
    json_number(out, ",\"sentence\":{\"from\":", evidence->sentence_from);
    json_number(out, ",\"to\":", evidence->sentence_to);
    json_text(out, "},\"label\":", judgement->labels[evidence->label]);
    json_probabilities(out, judgement->labels, evidence->probabilities, judgement->n_labels, evidence->label);
    slant_buffer_char(out, '}');
  }
  slant_buffer_char(out, ']');
}

void slant_output_judgement(slant_buffer *out, const slant_judgement *judgement) {
  json_text(out, "{\"actor\":", judgement->actor);
  json_text(out, ",\"task\":", judgement->task);
  if (judgement->abstained)
    slant_buffer_text(out, ",\"label\":null");
  else
    json_text(out, ",\"label\":", judgement->labels[judgement->label]);
  json_probabilities(out, judgement->labels, judgement->probabilities, judgement->n_labels, judgement->label);
  json_scores(out, judgement->labels, judgement->scores, judgement->n_labels);
  json_text(out, ",\"model\":", judgement->model);
  if (judgement->n_mentions) json_number(out, ",\"mentions\":", judgement->n_mentions);
}

static void json_error(slant_buffer *out, const slant_error *error) {
  json_text(out, "\"error\":{\"code\":", slant_str_of(slant_status_word(error->code)));
  json_text(out, ",\"message\":", slant_str_of(error->message));
  if (error->line) json_number(out, ",\"line\":", error->line);
  if (error->column) json_number(out, ",\"column\":", error->column);
  if (error->source[0] && strcmp(error->source, "-") != 0) json_text(out, ",\"file\":", slant_str_of(error->source));
  slant_buffer_char(out, '}');
}

void slant_output_open(slant_buffer *out, const slant_record *record) {
  if (record->id_number) {
    slant_buffer_text(out, "{\"id\":");
    slant_buffer_str(out, record->id);
  } else if (record->id.len) {
    json_text(out, "{\"id\":", record->id);
  } else {
    slant_buffer_text(out, "{\"id\":null");
  }
}

static void json_result(slant_buffer *out, bool evidence, const slant_result *result) {
  slant_output_open(out, result->record);
  slant_buffer_char(out, ',');
  if (result->error) {
    json_error(out, result->error);
  } else {
    if (result->repaired) {
      json_number(out, "\"repaired\":", result->repaired);
      slant_buffer_char(out, ',');
    }
    slant_buffer_text(out, "\"actors\":[");
    for (uint32_t j = 0; j < result->n_judgements; j++) {
      if (j) slant_buffer_char(out, ',');
      slant_output_judgement(out, &result->judgements[j]);
      if (evidence && result->judgements[j].n_mentions) json_evidence(out, &result->judgements[j]);
      slant_buffer_char(out, '}');
    }
    slant_buffer_char(out, ']');
  }
  slant_buffer_text(out, "}\n");
}

/* ---- CSV (RFC 4180) ---- */
static bool csv_special(char c) {
  return c == '"' || c == ',' || c == '\n' || c == '\r';
}

void slant_output_cell(slant_buffer *out, slant_str text) {
  size_t plain = 0;
  while (plain < text.len && !csv_special(text.ptr[plain])) plain++;
  if (plain == text.len) {
    slant_buffer_str(out, text);
    return;
  }
  slant_buffer_char(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '"') slant_buffer_char(out, '"');
    slant_buffer_char(out, text.ptr[i]);
  }
  slant_buffer_char(out, '"');
}

static void csv_start(slant_buffer *out, const slant_record *record) {
  slant_output_cell(out, record->id);
  slant_buffer_char(out, ',');
  slant_output_integer(out, record->line);
  slant_buffer_char(out, ',');
}

static void csv_judgement(slant_buffer *out, const slant_record *record, const slant_judgement *judgement) {
  uint32_t units[SLANT_MAX_CLASSES];
  const slant_str fields[] = {judgement->actor, judgement->task,
                              judgement->abstained ? (slant_str){0} : judgement->labels[judgement->label]};
  csv_start(out, record);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    slant_output_cell(out, fields[i]);
    slant_buffer_char(out, ',');
  }
  slant_output_round(judgement->probabilities, judgement->n_labels, judgement->label, units);
  put_units(out, units[judgement->label], false);
  slant_buffer_char(out, ',');
  slant_output_number(out, (double)judgement->scores[judgement->label]);
  slant_buffer_char(out, ',');
  slant_output_cell(out, judgement->model);
  slant_buffer_char(out, ',');
  if (judgement->n_mentions) slant_output_integer(out, judgement->n_mentions);
  slant_buffer_text(out, ",\n");
}

static void csv_error(slant_buffer *out, const slant_error *error) {
  char where[sizeof error->source + sizeof error->message + 64], whole[sizeof where + 32];
  slant_error_format(error, where, sizeof where);
  snprintf(whole, sizeof whole, "%s: %s", slant_status_word(error->code), where);
  slant_output_cell(out, slant_str_of(whole));
}

static void csv_result(slant_buffer *out, const slant_result *result) {
  uint32_t n = result->error ? 0 : result->n_judgements;
  for (uint32_t j = 0; j < n; j++) csv_judgement(out, result->record, &result->judgements[j]);
  if (n) return;
  csv_start(out, result->record);
  slant_buffer_text(out, ",,,,,,,");
  if (result->error) csv_error(out, result->error);
  slant_buffer_char(out, '\n');
}

/* ---- either ---- */
void slant_output_header(slant_buffer *out, slant_output_format format) {
  if (format == SLANT_OUTPUT_CSV) slant_buffer_text(out, "id,line,actor,task,label,p,score,model,mentions,error\n");
}

void slant_output_result(slant_buffer *out, slant_output_format format, bool evidence, const slant_result *result) {
  if (format == SLANT_OUTPUT_CSV)
    csv_result(out, result);
  else
    json_result(out, evidence, result);
}
