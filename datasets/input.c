#include "datasets/input.h"

#include "common/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum {
  RAW_SIZE = 1 << 17,
  MAX_READ = 1 << 30 /* bytes of one read; zlib counts in 32 bits */
};

typedef enum slant_compression { PLAIN, GZIP, ZSTD } slant_compression;

struct slant_input_bytes {
  int descriptor; /* -1: memory */
  slant_str memory;
  uint64_t size, consumed;
  char name[200];
  slant_compression compression;
  char *raw; /* RAW_SIZE bytes as they stand in the file … */
  size_t raw_at, raw_len;
  bool raw_end;
  z_stream gzip;
  bool gzip_open;
  ZSTD_DStream *zstd;
  size_t zstd_wants; /* compressed bytes up to the end of the next block */
  bool inside;       /* a compressed member or frame has begun and not ended */
  const char *fault; /* what zlib or zstd said; bytes before it were handed out */
};

/* ---- raw bytes ---- */
static int unreadable(const slant_input_bytes *input, slant_error *error) {
  slant_fail(error, SLANT_E_IO, "cannot read: %s", strerror(errno));
  slant_error_at(error, input->name, 0, 0);
  return SLANT_E_IO;
}

/* Makes at least one raw byte available unless the file has ended. */
static int more_raw(slant_input_bytes *input, slant_error *error) {
  if (input->raw_at < input->raw_len || input->raw_end) return SLANT_OK;
  ssize_t n;
  if (input->descriptor < 0) {
    n = (ssize_t)(input->memory.len < RAW_SIZE ? input->memory.len : RAW_SIZE);
    if (n) memcpy(input->raw, input->memory.ptr, (size_t)n);
    input->memory = (slant_str){input->memory.ptr + n, input->memory.len - (size_t)n};
  } else {
    do n = read(input->descriptor, input->raw, RAW_SIZE);
    while (n < 0 && errno == EINTR);
  }
  if (n < 0) return unreadable(input, error);
  input->raw_at = 0;
  input->raw_len = (size_t)n;
  input->raw_end = n == 0;
  input->consumed += (uint64_t)n;
  return SLANT_OK;
}

static int damaged(const slant_input_bytes *input, const char *what, slant_error *error) {
  uint64_t at = input->consumed - (input->raw_len - input->raw_at);
  slant_fail(error, SLANT_E_IO, "the compressed data are damaged near byte %llu (%s); everything before was read",
             (unsigned long long)at, what);
  slant_error_at(error, input->name, 0, 0);
  return SLANT_E_IO;
}

/* ---- opening ---- */
static bool is_zstd(const unsigned char p[4]) {
  bool frame = p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd;
  bool skippable = (p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18; /* pzstd begins with one */
  return frame || skippable;
}

static int detect(slant_input_bytes *input, slant_error *error) {
  int status = more_raw(input, error);
  const unsigned char *p = (const unsigned char *)input->raw;
  /* A pipe may hand over a byte at a time: wait for the four that tell. */
  while (!status && input->raw_len < 4 && !input->raw_end && input->descriptor >= 0 &&
         (input->raw_len == 0 || p[0] == 0x1f || p[0] == 0x28 || (p[0] & 0xf0) == 0x50)) {
    ssize_t n = read(input->descriptor, input->raw + input->raw_len, RAW_SIZE - input->raw_len);
    if (n < 0 && errno != EINTR) return unreadable(input, error);
    if (n == 0) break;
    if (n > 0) {
      input->raw_len += (size_t)n;
      input->consumed += (uint64_t)n;
    }
  }
  if (status) return status;
  if (input->raw_len >= 2 && p[0] == 0x1f && p[1] == 0x8b) {
    input->compression = GZIP;
    if (inflateInit2(&input->gzip, 15 + 16) != Z_OK) return slant_fail(error, SLANT_E_MEMORY, "no memory for zlib");
    input->gzip_open = true;
  } else if (input->raw_len >= 4 && is_zstd(p)) {
    input->compression = ZSTD;
    input->zstd = ZSTD_createDStream();
    if (!input->zstd) return slant_fail(error, SLANT_E_MEMORY, "no memory for zstd");
    input->zstd_wants = ZSTD_initDStream(input->zstd);
  }
  return SLANT_OK;
}

/* NULL: no memory. */
static slant_input_bytes *new_input(const char *name, slant_error *error) {
  slant_input_bytes *input = slant_alloc_zero(1, sizeof *input);
  if (!input) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to read %s", name);
    return NULL;
  }
  input->descriptor = -1;
  input->raw = slant_alloc(RAW_SIZE, 1);
  strncpy(input->name, name, sizeof input->name - 1);
  if (!input->raw) {
    free(input);
    slant_fail(error, SLANT_E_MEMORY, "no memory to read %s", name);
    return NULL;
  }
  return input;
}

int slant_input_open(slant_input_bytes **out, const char *path, slant_error *error) {
  bool standard = strcmp(path, "-") == 0;
  slant_input_bytes *input = new_input(standard ? "standard input" : path, error);
  int status = SLANT_OK;
  *out = NULL;
  if (!input) return SLANT_E_MEMORY;
  input->descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (input->descriptor < 0 || fstat(input->descriptor, &info))
    status = slant_fail(error, SLANT_E_IO, "cannot open %s: %s", input->name, strerror(errno));
  else if (S_ISDIR(info.st_mode))
    status = slant_fail(error, SLANT_E_IO, "cannot read %s: it is a directory", input->name);
  else if (S_ISREG(info.st_mode))
    input->size = (uint64_t)info.st_size;
  if (!status) status = detect(input, error);
  if (status)
    slant_input_close(input);
  else
    *out = input;
  return status;
}

int slant_input_open_memory(slant_input_bytes **out, slant_str bytes, slant_error *error) {
  slant_input_bytes *input = new_input("memory", error);
  *out = NULL;
  if (!input) return SLANT_E_MEMORY;
  input->memory = bytes;
  input->size = bytes.len;
  int status = detect(input, error);
  if (status)
    slant_input_close(input);
  else
    *out = input;
  return status;
}

void slant_input_close(slant_input_bytes *input) {
  if (!input) return;
  if (input->descriptor > STDIN_FILENO) close(input->descriptor);
  if (input->gzip_open) inflateEnd(&input->gzip);
  ZSTD_freeDStream(input->zstd);
  free(input->raw);
  free(input);
}

/* ---- reading ---- */
static int64_t read_plain(slant_input_bytes *input, char *buffer, size_t size) {
  size_t n = input->raw_len - input->raw_at;
  if (n > size) n = size;
  memcpy(buffer, input->raw + input->raw_at, n);
  input->raw_at += n;
  return (int64_t)n;
}

/* A large read that need not go through `raw`. */
static int64_t read_through(slant_input_bytes *input, char *buffer, size_t size, slant_error *error) {
  ssize_t n;
  do n = read(input->descriptor, buffer, size);
  while (n < 0 && errno == EINTR);
  if (n < 0) return unreadable(input, error);
  input->raw_end = n == 0;
  input->consumed += (uint64_t)n;
  return n;
}

/* Members of a gzip file follow each other; zeros after the last one are padding. */
static int64_t read_gzip(slant_input_bytes *input, char *buffer, size_t size) {
  z_stream *z = &input->gzip;
  if (!input->inside) {
    while (input->raw_at < input->raw_len && input->raw[input->raw_at] == 0) input->raw_at++;
    if (input->raw_at == input->raw_len) return 0;
    input->inside = inflateReset(z) == Z_OK;
  }
  z->next_in = (Bytef *)input->raw + input->raw_at;
  z->avail_in = (uInt)(input->raw_len - input->raw_at);
  z->next_out = (Bytef *)buffer;
  z->avail_out = (uInt)size;
  int result = inflate(z, Z_NO_FLUSH);
  input->raw_at = input->raw_len - z->avail_in;
  if (result == Z_STREAM_END)
    input->inside = false;
  else if (result != Z_OK && result != Z_BUF_ERROR)
    input->fault = z->msg ? z->msg : "zlib cannot go on";
  return (int64_t)(size - z->avail_out);
}

/* One block at a time: where zstd fails it keeps what it made in the same call to itself. */
static int64_t read_zstd(slant_input_bytes *input, char *buffer, size_t size) {
  size_t left = input->raw_len - input->raw_at, part = left < input->zstd_wants ? left : input->zstd_wants;
  ZSTD_inBuffer in = {input->raw, input->raw_at + part, input->raw_at};
  ZSTD_outBuffer out = {buffer, size, 0};
  size_t result = ZSTD_decompressStream(input->zstd, &out, &in);
  if (ZSTD_isError(result)) {
    input->fault = ZSTD_getErrorName(result);
    return 0;
  }
  input->raw_at = in.pos;
  input->inside = result != 0;
  input->zstd_wants = result ? result : ZSTD_initDStream(input->zstd);
  return (int64_t)out.pos;
}

int64_t slant_input_read(slant_input_bytes *input, char *buffer, size_t size, slant_error *error) {
  if (size > MAX_READ) size = MAX_READ;
  for (;;) {
    if (input->fault) return damaged(input, input->fault, error);
    if (input->compression == PLAIN && input->raw_at == input->raw_len && input->descriptor >= 0 && !input->raw_end)
      return read_through(input, buffer, size, error);
    int status = more_raw(input, error);
    if (status) return status;
    bool end = input->raw_at == input->raw_len; /* and no more will come */
    if (end && !input->inside) return 0;
    int64_t n = input->compression == PLAIN  ? read_plain(input, buffer, size)
                : input->compression == GZIP ? read_gzip(input, buffer, size)
                                             : read_zstd(input, buffer, size);
    if (n) return n;
    if (end && !input->fault) return damaged(input, "they end too early", error);
  }
}

uint64_t slant_input_size(const slant_input_bytes *input) {
  return input->size;
}

uint64_t slant_input_consumed(const slant_input_bytes *input) {
  return input->consumed;
}

bool slant_input_compressed(const slant_input_bytes *input) {
  return input->compression != PLAIN;
}

bool slant_input_seek(slant_input_bytes *input, uint64_t byte) {
  if (input->compression != PLAIN || input->descriptor < 0 || byte > INT64_MAX) return false;
  struct stat info;
  if (fstat(input->descriptor, &info) || !S_ISREG(info.st_mode)) return false;
  if (lseek(input->descriptor, (off_t)byte, SEEK_SET) < 0) return false;
  input->raw_at = input->raw_len = 0;
  input->raw_end = false;
  input->consumed = byte;
  return true;
}
