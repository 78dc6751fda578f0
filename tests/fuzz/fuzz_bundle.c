/* Any bytes as a bundle. */
#include "fuzz.h"

#include <slant/bundle.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_bundle *bundle;
  void *aligned = aligned_alloc(64, (size + 64) / 64 * 64);
  if (!aligned) return 0;
  memcpy(aligned, data, size);
  if (slant_bundle_open_memory(&bundle, aligned, size, NULL) == 0) slant_bundle_close(bundle);
  free(aligned);
  return 0;
}
