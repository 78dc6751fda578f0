/* Records written out as JSON Lines or CSV, to a file (complete or not at all) or standard output. */
#ifndef SLANT_WRITER_H
#define SLANT_WRITER_H

#include <slant/reader.h>
#include <slant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_writer slant_writer;

/* `path` "-" is standard output; a name that ends in .gz or .zst is compressed. AUTO: by name, else JSONL. */
int slant_writer_open(slant_writer **out, const char *path, slant_syntax syntax, slant_error *error);
/* JSON Lines: one label flat, several as `labels`, kept fields behind them. CSV and TSV: a row a label, without kept
 * fields. Read again, a JSON line gives an equal record; so does a row of a record with at most one label. */
int slant_writer_record(slant_writer *writer, const slant_record *record, slant_error *error);
int slant_writer_commit(slant_writer *writer, slant_error *error); /* ends the writer, whatever it returns */
void slant_writer_discard(slant_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
