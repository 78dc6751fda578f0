/* Records as text, without a file. Private to datasets. */
#ifndef SLANT_DATASETS_WRITER_H
#define SLANT_DATASETS_WRITER_H

#include "common/memory.h"

#include <slant/writer.h>

/* One JSON line. A kept field that bears the name of one of ours is left out: it would be read as that field. */
void slant_write_jsonl(slant_buffer *out, const slant_record *record);
/* The header row, and a row a label (one row where there is none). Kept fields have no column. */
void slant_write_header(slant_buffer *out, char separator);
void slant_write_rows(slant_buffer *out, const slant_record *record, char separator);

#endif
