/* Bytes packed as gzip or zstd. Private to slant. */
#ifndef SLANT_DATASETS_PACK_H
#define SLANT_DATASETS_PACK_H

#include "common/memory.h"

#include <slant/pack.h>

typedef struct slant_packer slant_packer;

int slant_packer_new(slant_packer **out, slant_packing packing, slant_error *error);
/* Appends `bytes`, packed, to *out. `last` ends the member or frame; what follows begins another, and does not depend
 * on what came before. SLANT_E_MEMORY. */
int slant_packer_add(slant_packer *packer, const char *bytes, size_t len, bool last, slant_buffer *out,
                     slant_error *error);
void slant_packer_free(slant_packer *packer);

#endif
