#include "datasets/pack.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

enum { STEP = 1 << 17, ZSTD_LEVEL = 3 };

struct slant_packer {
  slant_packing packing;
  z_stream gzip;
  bool gzip_open;
  ZSTD_CCtx *zstd;
};

static bool ends_with(const char *path, const char *suffix) {
  size_t n = strlen(path), len = strlen(suffix);
  return n >= len && strcasecmp(path + n - len, suffix) == 0;
}

slant_packing slant_packing_of(const char *path) {
  return ends_with(path, ".gz") ? SLANT_PACK_GZIP : ends_with(path, ".zst") ? SLANT_PACK_ZSTD : SLANT_PACK_NONE;
}

static bool open_packer(slant_packer *packer) {
  if (packer->packing == SLANT_PACK_GZIP) {
    packer->gzip_open =
        deflateInit2(&packer->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    return packer->gzip_open;
  }
  if (packer->packing == SLANT_PACK_NONE) return true;
  packer->zstd = ZSTD_createCCtx();
  return packer->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(packer->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL)) &&
         !ZSTD_isError(ZSTD_CCtx_setParameter(packer->zstd, ZSTD_c_checksumFlag, 1));
}

int slant_packer_new(slant_packer **out, slant_packing packing, slant_error *error) {
  slant_packer *packer = slant_alloc_zero(1, sizeof *packer);
  *out = NULL;
  if (packer) packer->packing = packing;
  if (!packer || !open_packer(packer)) {
    slant_packer_free(packer);
    return slant_fail(error, SLANT_E_MEMORY, "no memory to compress with");
  }
  *out = packer;
  return SLANT_OK;
}

void slant_packer_free(slant_packer *packer) {
  if (!packer) return;
  if (packer->gzip_open) deflateEnd(&packer->gzip);
  ZSTD_freeCCtx(packer->zstd);
  free(packer);
}

static bool pack_gzip(slant_packer *packer, const char *bytes, size_t len, bool last, slant_buffer *out) {
  z_stream *z = &packer->gzip;
  for (bool first = true; first || len; first = false) { /* zlib counts in 32 bits */
    size_t part = len < (1u << 30) ? len : 1u << 30;
    bool end = last && part == len;
    int result = Z_OK;
    z->next_in = (Bytef *)(uintptr_t)bytes;
    z->avail_in = (uInt)part;
    do {
      if (!slant_buffer_reserve(out, STEP)) return false;
      z->next_out = (Bytef *)out->data + out->len;
      z->avail_out = STEP;
      result = deflate(z, end ? Z_FINISH : Z_NO_FLUSH);
      out->len += STEP - z->avail_out;
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return false;
    } while (z->avail_out == 0);
    if (end && deflateReset(z) != Z_OK) return false;
    if (part) bytes += part;
    len -= part;
  }
  return true;
}

static bool pack_zstd(slant_packer *packer, const char *bytes, size_t len, bool last, slant_buffer *out) {
  ZSTD_inBuffer in = {bytes, len, 0};
  size_t left;
  do {
    if (!slant_buffer_reserve(out, STEP)) return false;
    ZSTD_outBuffer to = {out->data + out->len, STEP, 0};
    left = ZSTD_compressStream2(packer->zstd, &to, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) return false;
    out->len += to.pos;
  } while (last ? left != 0 : in.pos < in.size);
  return true;
}

int slant_packer_add(slant_packer *packer, const char *bytes, size_t len, bool last, slant_buffer *out,
                     slant_error *error) {
  bool packed = true;
  if (packer->packing == SLANT_PACK_GZIP)
    packed = pack_gzip(packer, bytes, len, last, out);
  else if (packer->packing == SLANT_PACK_ZSTD)
    packed = pack_zstd(packer, bytes, len, last, out);
  else
    slant_buffer_append(out, bytes, len);
  return packed && !out->failed ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory to compress with");
}
