#include "predict/output.h"

#include <math.h>

void slant_output_number(slant_buffer *out, float value) {
  char digits[32], *end = digits + sizeof digits, *p = end;
  if (!isfinite(value) || fabsf(value) > 1e12f) { /* no bundle gives such a score */
    slant_buffer_text(out, "null");
    return;
  }
  bool negative = value < 0;
  uint64_t scaled = (uint64_t)llround(fabs((double)value) * 10000);
  for (int i = 0; i < 4; i++, scaled /= 10) *--p = (char)('0' + scaled % 10);
  *--p = '.';
  do *--p = (char)('0' + scaled % 10);
  while (scaled /= 10);
  if (negative) *--p = '-';
  slant_buffer_append(out, p, (size_t)(end - p));
}

static void put_integer(slant_buffer *out, uint64_t value) {
  char digits[24], *end = digits + sizeof digits, *p = end;
  do *--p = (char)('0' + value % 10);
  while (value /= 10);
  slant_buffer_append(out, p, (size_t)(end - p));
}

/* ---- JSON lines ---- */
static void json_rows(slant_buffer *out, const char *key, const slant_str *labels, const float *values, uint32_t n) {
  slant_buffer_text(out, key);
  for (uint32_t c = 0; c < n; c++) {
    if (c) slant_buffer_char(out, ',');
    slant_buffer_json(out, labels[c]);
    slant_buffer_char(out, ':');
    slant_output_number(out, values[c]);
  }
  slant_buffer_char(out, '}');
}

static void json_span(slant_buffer *out, uint32_t from, uint32_t to) {
  slant_buffer_text(out, "\"from\":");
  put_integer(out, from);
  slant_buffer_text(out, ",\"to\":");
  put_integer(out, to);
}

static void json_evidence(slant_buffer *out, const slant_judgement *judgement) {
  slant_buffer_text(out, ",\"evidence\":[");
  for (uint32_t m = 0; m < judgement->n_mentions; m++) {
    const slant_evidence *evidence = &judgement->evidence[m];
    slant_buffer_text(out, m ? ",{" : "{");
    json_span(out, evidence->point_from, evidence->point_to);
    slant_buffer_text(out, ",\"sentence\":{");
    json_span(out, evidence->sentence_from, evidence->sentence_to);
    slant_buffer_text(out, "},\"label\":");
    slant_buffer_json(out, judgement->labels[evidence->label]);
    json_rows(out, ",\"p\":{", judgement->labels, evidence->probabilities, judgement->n_labels);
    slant_buffer_char(out, '}');
  }
  slant_buffer_char(out, ']');
}

static void json_judgement(slant_buffer *out, const slant_judgement *judgement, bool evidence) {
  slant_buffer_text(out, "{\"actor\":");
  slant_buffer_json(out, judgement->actor);
  slant_buffer_text(out, ",\"task\":");
  slant_buffer_json(out, judgement->task);
  slant_buffer_text(out, ",\"label\":");
  slant_buffer_json(out, judgement->labels[judgement->label]);
  json_rows(out, ",\"p\":{", judgement->labels, judgement->probabilities, judgement->n_labels);
  json_rows(out, ",\"score\":{", judgement->labels, judgement->scores, judgement->n_labels);
  slant_buffer_text(out, ",\"model\":");
  slant_buffer_json(out, judgement->model);
  if (judgement->n_mentions) {
    slant_buffer_text(out, ",\"mentions\":");
    put_integer(out, judgement->n_mentions);
    if (evidence) json_evidence(out, judgement);
  }
  slant_buffer_char(out, '}');
}

static void json_error(slant_buffer *out, const slant_error *error) {
  slant_buffer_text(out, ",\"error\":{\"code\":\"");
  slant_buffer_text(out, slant_status_word(error->code));
  slant_buffer_text(out, "\",\"message\":");
  slant_buffer_json(out, slant_str_of(error->message));
  if (error->line) {
    slant_buffer_text(out, ",\"line\":");
    put_integer(out, error->line);
  }
  if (error->column) {
    slant_buffer_text(out, ",\"column\":");
    put_integer(out, error->column);
  }
  if (error->source[0]) {
    slant_buffer_text(out, ",\"file\":");
    slant_buffer_json(out, slant_str_of(error->source));
  }
  slant_buffer_char(out, '}');
}

static void json_result(slant_buffer *out, bool evidence, const slant_result *result) {
  slant_buffer_text(out, "{\"id\":");
  if (result->record->id.len)
    slant_buffer_json(out, result->record->id);
  else
    slant_buffer_text(out, "null");
  if (result->error) {
    json_error(out, result->error);
  } else {
    if (result->repaired) {
      slant_buffer_text(out, ",\"repaired\":");
      put_integer(out, result->repaired);
    }
    slant_buffer_text(out, ",\"actors\":[");
    for (uint32_t j = 0; j < result->n_judgements; j++) {
      if (j) slant_buffer_char(out, ',');
      json_judgement(out, &result->judgements[j], evidence);
    }
    slant_buffer_char(out, ']');
  }
  slant_buffer_text(out, "}\n");
}

/* ---- CSV (RFC 4180) ---- */
static void csv_field(slant_buffer *out, slant_str text) {
  bool quote = false;
  for (size_t i = 0; i < text.len; i++) quote = quote || strchr("\",\r\n", text.ptr[i]) != NULL;
  if (!quote) {
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
  csv_field(out, record->id);
  slant_buffer_char(out, ',');
  put_integer(out, record->line);
  slant_buffer_char(out, ',');
}

static void csv_judgement(slant_buffer *out, const slant_record *record, const slant_judgement *judgement) {
  const slant_str fields[] = {judgement->actor, judgement->task, judgement->labels[judgement->label]};
  csv_start(out, record);
  for (size_t i = 0; i < 3; i++) {
    csv_field(out, fields[i]);
    slant_buffer_char(out, ',');
  }
  slant_output_number(out, judgement->probabilities[judgement->label]);
  slant_buffer_char(out, ',');
  slant_output_number(out, judgement->scores[judgement->label]);
  slant_buffer_char(out, ',');
  csv_field(out, judgement->model);
  slant_buffer_char(out, ',');
  put_integer(out, judgement->n_mentions);
  slant_buffer_text(out, ",\n");
}

static void csv_result(slant_buffer *out, const slant_result *result) {
  for (uint32_t j = 0; !result->error && j < result->n_judgements; j++)
    csv_judgement(out, result->record, &result->judgements[j]);
  if (!result->error && result->n_judgements) return;
  csv_start(out, result->record);
  slant_buffer_text(out, ",,,,,,,");
  if (result->error) csv_field(out, slant_str_of(result->error->message));
  slant_buffer_char(out, '\n');
}

void slant_output_header(slant_buffer *out, slant_output_format format) {
  if (format == SLANT_OUTPUT_CSV) slant_buffer_text(out, "id,line,actor,task,label,p,score,model,mentions,error\n");
}

void slant_output_result(slant_buffer *out, slant_output_format format, bool evidence, const slant_result *result) {
  if (format == SLANT_OUTPUT_CSV)
    csv_result(out, result);
  else
    json_result(out, evidence, result);
}
