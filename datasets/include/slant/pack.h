/* Compression of what is written: gzip members and zstd frames, each of which can be read by itself. */
#ifndef SLANT_PACK_H
#define SLANT_PACK_H

#include <slant/error.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_packing { SLANT_PACK_NONE, SLANT_PACK_GZIP, SLANT_PACK_ZSTD } slant_packing;

/* By a file's name: .gz, .zst, or neither. */
slant_packing slant_packing_of(const char *path);

#ifdef __cplusplus
}
#endif
#endif
