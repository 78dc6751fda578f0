/* Judgements as text: a JSON line or CSV rows a record. Private to predict. */
#ifndef SLANT_PREDICT_OUTPUT_H
#define SLANT_PREDICT_OUTPUT_H

#include "common/memory.h"

#include <slant/predictor.h>

typedef enum slant_output_format { SLANT_OUTPUT_JSONL, SLANT_OUTPUT_CSV, SLANT_OUTPUT_COUNTS } slant_output_format;

/* What became of one record. */
typedef struct slant_result {
  const slant_record *record; /* after an error only its id and line count */
  const slant_judgement *judgements;
  uint32_t n_judgements;
  uint32_t repaired;        /* invalid UTF-8 sequences in the text */
  const slant_error *error; /* NULL: none */
} slant_result;

/* The header row of CSV; nothing for JSON lines, or for counts, which have theirs when they are complete. */
void slant_output_header(slant_buffer *out, slant_output_format format);
/* One line of JSON; in CSV a row for each judgement, or one row where there is none. */
void slant_output_result(slant_buffer *out, slant_output_format format, bool evidence, const slant_result *result);

/* Parts of a JSON line that other lines have too: `{"id":…` of a record, and a judgement without its evidence; neither
 * brace is closed. */
void slant_output_open(slant_buffer *out, const slant_record *record);
void slant_output_judgement(slant_buffer *out, const slant_judgement *judgement);

void slant_output_integer(slant_buffer *out, uint64_t value);
/* A CSV cell, in quotes where it needs them (RFC 4180). */
void slant_output_cell(slant_buffer *out, slant_str text);

/* A number with four decimals and a point, whatever the locale; halves go away from zero. `null` where it is not
 * finite.
 */
void slant_output_number(slant_buffer *out, double value);

/* Probabilities in ten-thousandths, rounded; where rounding makes another one equal to that of `label`, the label's is
 * one more, so that whoever looks for the highest finds the label. */
void slant_output_round(const float *probabilities, uint32_t n, uint32_t label, uint32_t *out);

#endif
