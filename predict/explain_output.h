/* Explanations as text: a JSON line, or a table for people, a record. Private to slant. */
#ifndef SLANT_PREDICT_EXPLAIN_OUTPUT_H
#define SLANT_PREDICT_EXPLAIN_OUTPUT_H

#include "common/memory.h"

#include <slant/explanation.h>

/* {"id", "actors": [{what `slant predict` writes but for the evidence, "runner_up", "margin", "bias", "stages": {id:
 * contribution}, "features": [{"name", "contribution", "at": [{"from", "to"}]}]}]} */
void slant_explanation_json(slant_buffer *out, const slant_record *record, const slant_explanation *explanations,
                            uint32_t n);
/* A line of a bad record, as `slant predict` writes it. */
void slant_explanation_json_error(slant_buffer *out, const slant_record *record, const slant_error *error);
/* For a terminal: what comes from the data is shown without control characters. */
void slant_explanation_text(slant_buffer *out, const slant_record *record, const slant_explanation *explanations,
                            uint32_t n);

#endif
