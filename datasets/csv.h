/* Cells of CSV and TSV rows (RFC 4180). Private to slant. */
#ifndef SLANT_DATASETS_CSV_H
#define SLANT_DATASETS_CSV_H

#include "common/memory.h"

#include <slant/error.h>

/* Cuts a row into cells, without quotes; strings come from `arena` or point into `row`. Returns their number,
 * SLANT_E_DATA (an open quote, bytes behind a closing one) or SLANT_E_MEMORY. */
int64_t slant_csv_cells(slant_str row, char separator, slant_arena *arena, slant_str **cells, slant_error *error);

#endif
