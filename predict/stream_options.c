#include "predict/stream_options.h"

#include "predict/conveyor.h"
#include "predict/output.h"

enum { MAX_SHARDS = 1000000 };
enum { COMPRESS_BY_NAME, COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD };

const slant_option slant_stream_option_table[] = {
    {"format", 'f', SLANT_OPTION_CHOICE, offsetof(slant_stream_options, format), "jsonl", 0, 0, "jsonl|csv|counts",
     "FORMAT",
     "A JSON line a record; a CSV row for every record, actor and task; or how many records of a source and date have "
     "which label for which actor, which `slant counts` adds up."},
    {"evidence", 'e', SLANT_OPTION_CHOICE, offsetof(slant_stream_options, evidence), "yes", 0, 0, "no|yes", "YES|NO",
     "List the mentions behind each label (JSON lines, target mode)."},
    {"on-error", 0, SLANT_OPTION_CHOICE, offsetof(slant_stream_options, stop), "line", 0, 0, "line|stop", "WHAT",
     "Give a bad record a line that says what is wrong and go on, or stop at it."},
    {"compress", 0, SLANT_OPTION_CHOICE, offsetof(slant_stream_options, compress), "auto", 0, 0, "auto|no|gzip|zstd",
     "HOW", "How the output is compressed; auto goes by its name, .gz or .zst."},
    {"shard", 0, SLANT_OPTION_TEXT, offsetof(slant_stream_options, shard), NULL, 0, 0, NULL, "I/N",
     "Only part I of N of the input, from 1/N to N/N: as many runs, on as many machines, do the whole."},
    {"shard-by", 0, SLANT_OPTION_CHOICE, offsetof(slant_stream_options, shard_by), "lines", 0, 0, "lines|files", "WHAT",
     "Deal out records, or whole files, of which each run then reads its own only."},
    {"date", 0, SLANT_OPTION_CHOICE, offsetof(slant_stream_options, date), "day", 0, 0, "day|month|year", "UNIT",
     "How much of a record's date counts tell apart."},
    {"threads", 'j', SLANT_OPTION_INT, offsetof(slant_stream_options, threads), "0", 0, SLANT_CONVEYOR_MAX_THREADS,
     NULL, "N", "Threads; 0 takes one a core. The output does not depend on it."},
    SLANT_OPTION_END};

/* Digits up to the end or the slash. */
static bool read_part(slant_str word, uint64_t *out) {
  *out = 0;
  if (!word.len || word.len > 7) return false;
  for (size_t i = 0; i < word.len; i++) {
    if (word.ptr[i] < '0' || word.ptr[i] > '9') return false;
    *out = *out * 10 + (uint64_t)(word.ptr[i] - '0');
  }
  return *out > 0 && *out <= MAX_SHARDS;
}

static bool read_shard(const char *text, slant_shard *out) {
  slant_str count = slant_str_of(text);
  *out = (slant_shard){0, 1, false};
  if (!text) return true;
  slant_str index = slant_str_cut(&count, '/');
  if (!read_part(index, &out->index) || !read_part(count, &out->count) || out->index > out->count) return false;
  out->index--;
  return true;
}

int slant_stream_options_check(const slant_stream_options *options, slant_shard *shard, slant_error *error) {
  if (options->threads < 0 || options->threads > SLANT_CONVEYOR_MAX_THREADS)
    return slant_fail(error, SLANT_E_ARGUMENT, "threads must lie between 0 and %d", SLANT_CONVEYOR_MAX_THREADS);
  if (options->format < SLANT_OUTPUT_JSONL || options->format > SLANT_OUTPUT_COUNTS)
    return slant_fail(error, SLANT_E_ARGUMENT, "the output format is 0 (JSON lines), 1 (CSV) or 2 (counts)");
  if (options->compress < COMPRESS_BY_NAME || options->compress > COMPRESS_ZSTD)
    return slant_fail(error, SLANT_E_ARGUMENT, "compress is 0 (by name), 1 (no), 2 (gzip) or 3 (zstd)");
  if (!read_shard(options->shard, shard))
    return slant_fail(error, SLANT_E_ARGUMENT, "--shard takes a part of parts, as in 1/8 … 8/8; not '%s'",
                      options->shard);
  shard->by_file = options->shard_by != 0;
  return SLANT_OK;
}

slant_packing slant_stream_packing(const slant_stream_options *options, const char *path) {
  switch (options->compress) {
  case COMPRESS_GZIP: return SLANT_PACK_GZIP;
  case COMPRESS_ZSTD: return SLANT_PACK_ZSTD;
  case COMPRESS_BY_NAME: return path ? slant_packing_of(path) : SLANT_PACK_NONE;
  default: return SLANT_PACK_NONE;
  }
}

void slant_options_describe(slant_buffer *out, const slant_option *table, const void *options) {
  for (const slant_option *row = table; row->name; row++) {
    char value[4096];
    if (strcmp(row->name, "threads") == 0) continue;
    size_t len = slant_options_get(row, options, value, sizeof value);
    slant_buffer_format(out, "option %s ", row->name);
    slant_buffer_json(out, (slant_str){value, len < sizeof value ? len : sizeof value - 1});
    slant_buffer_char(out, '\n');
  }
}
