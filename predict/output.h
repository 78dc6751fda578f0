/* Judgements as text: a JSON line or CSV rows a record. Private to predict. */
#ifndef SLANT_PREDICT_OUTPUT_H
#define SLANT_PREDICT_OUTPUT_H

#include "common/memory.h"

#include <slant/predictor.h>

typedef enum slant_output_format { SLANT_OUTPUT_JSONL, SLANT_OUTPUT_CSV } slant_output_format;

/* What became of one record. */
typedef struct slant_result {
  const slant_record *record; /* after an error only its id, line and file count */
  const slant_judgement *judgements;
  uint32_t n_judgements;
  uint32_t repaired;        /* invalid UTF-8 sequences in the text */
  const slant_error *error; /* NULL: none */
} slant_result;

/* The header row of CSV; nothing for JSON lines. */
void slant_output_header(slant_buffer *out, slant_output_format format);
void slant_output_result(slant_buffer *out, slant_output_format format, bool evidence, const slant_result *result);

/* A number with four decimals and a point, whatever the locale. */
void slant_output_number(slant_buffer *out, float value);

#endif
