/*
 * From files to records, in two steps so that many threads can share one input:
 *
 *   slant_source   file, pipe or standard input (plain, gzip, zstd: told apart by their bytes) → one raw record at a
 * time slant_parser   a raw record (a JSON line, a CSV row) → a slant_record; one parser a thread
 *
 * slant_reader is both, for a caller that needs no threads.
 */
#ifndef SLANT_READER_H
#define SLANT_READER_H

#include <slant/options.h>
#include <slant/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_syntax { SLANT_SYNTAX_AUTO, SLANT_SYNTAX_JSONL, SLANT_SYNTAX_CSV, SLANT_SYNTAX_TSV } slant_syntax;

typedef struct slant_reader_options {
  int syntax;         /* slant_syntax; AUTO: by file name (before .gz/.zst), else JSONL */
  const char *map;    /* "text=sentence,label=polarity": our field = their field; NULL for none */
  int64_t max_record; /* bytes of one raw record; a longer one is an error of that record */
  int keep;           /* keep unknown fields in record.kept */
  int ahead;          /* 1: compressed inputs are decompressed by a thread of their own, up to 1 MiB ahead */
} slant_reader_options;

extern const slant_option slant_reader_option_table[]; /* syntax, map, max-record */

/* ---- source ---- */
typedef struct slant_source slant_source;

enum { SLANT_RAW_PADDING = 64 };

typedef struct slant_raw {
  slant_str bytes; /* without the line end; may hold line ends inside CSV quotes; valid until the next call */
  uint64_t line;   /* 1-based line where it starts */
  int status;      /* 0, or SLANT_E_LIMIT for a record over max_record: bytes then holds a prefix only */
  size_t behind; /* bytes of any kind that can be read behind them: with SLANT_RAW_PADDING nothing is copied to parse */
} slant_raw;

/* `path` "-" is standard input. In CSV and TSV the header row is read here. Blank JSONL lines are skipped. */
int slant_source_open(slant_source **out, const char *path, const slant_reader_options *options, slant_error *error);
/* 1: *raw is the next one; 0: end of input; negative: the input cannot be read on (I/O, damaged compression). */
int slant_source_next(slant_source *source, slant_raw *raw, slant_error *error);
/* Whether the next record has been read already: slant_source_next() then does not wait for its input. */
int slant_source_ready(const slant_source *source);
const char *slant_source_name(const slant_source *source);
uint64_t slant_source_bytes(const slant_source *source); /* decompressed bytes before the record handed out last */
uint64_t slant_source_size(const slant_source *source);  /* bytes of the file on disk, 0 if unknown */
uint64_t slant_source_read(const slant_source *source);  /* bytes of the file read so far, for progress */
/* Goes forward: what slant_source_next() gives next begins at decompressed byte `bytes`, line `line`, both as they were
 * for a record that was handed out before. Uncompressed files are not read up to there. SLANT_E_ARGUMENT: it is behind;
 * SLANT_E_IO: it cannot be read that far. */
int slant_source_seek(slant_source *source, uint64_t bytes, uint64_t line, slant_error *error);
void slant_source_close(slant_source *source);

/* ---- parser ---- */
typedef struct slant_parser slant_parser;

/* A parser for what `source` yields; it copies what it needs (header row, mapping) and may be used on another thread
 * than the source, and after the source is closed. */
int slant_parser_new(slant_parser **out, const slant_source *source, slant_error *error);
/* 0, or SLANT_E_DATA with line and column in *error; on failure record->id, line and file are filled where they could
 * be read, so that an error line can name the record. Never fatal: the next record may be fine. */
int slant_parser_parse(slant_parser *parser, const slant_raw *raw, slant_record *record, slant_error *error);
void slant_parser_free(slant_parser *parser);

/* ---- reader ---- */
typedef struct slant_reader slant_reader;
int slant_reader_open(slant_reader **out, const char *path, const slant_reader_options *options, slant_error *error);
/* 1: a record; 0: end; SLANT_E_DATA or SLANT_E_LIMIT: this record is bad, go on; any other negative: stop. */
int slant_reader_next(slant_reader *reader, slant_record *record, slant_error *error);
const slant_source *slant_reader_source(const slant_reader *reader);
void slant_reader_close(slant_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
