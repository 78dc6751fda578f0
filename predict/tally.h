/* Inside counts: what a stream does with them. Private to predict. */
#ifndef SLANT_PREDICT_TALLY_H
#define SLANT_PREDICT_TALLY_H

#include "common/memory.h"

#include <slant/tally.h>

/* The date as the unit (slant_tally_options.date) has it, written into `out`; empty where it is no date. */
slant_str slant_tally_date(slant_str date, int unit, char out[16]);
/* Adds all of `from` to `to`. */
int slant_tally_merge(slant_tally *to, const slant_tally *from, slant_error *error);
size_t slant_tally_size(const slant_tally *counts);
/* Empty again; keeps its memory. */
void slant_tally_clear(slant_tally *counts);
/* Rows, sorted, without the header. */
int slant_tally_rows(slant_tally *counts, slant_buffer *out, slant_error *error);

#endif
