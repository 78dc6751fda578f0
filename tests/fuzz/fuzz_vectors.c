/* Any bytes as a file of word vectors: refused with a reason, or rows of unit length that are found by their words. And
 * as the sections of a bundle: refused, or usable. */
#include "fuzz.h"

#include "features/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_rows(const slant_embedding *vectors) {
  for (uint32_t r = 0; r < vectors->count; r++) {
    double squares = 0;
    for (uint32_t d = 0; d < vectors->dim; d++) {
      double x = (double)vectors->rows[(size_t)r * vectors->dim + d];
      squares += x * x;
    }
    if (!(squares < 1e-9 || fabs(squares - 1) < 1e-3)) abort();
  }
}

static void adopt(const uint8_t *data, size_t size) {
  slant_embedding vectors;
  size_t half = size / 2 / 16 * 16;
  char *copy = aligned_alloc(64, (size + 127) / 64 * 64);
  if (!copy) return;
  memcpy(copy, data, size);
  slant_section rows = {"vectors", copy, half}, slots = {"veckeys", copy + half, size - half};
  if (slant_embedding_adopt(&vectors, rows, slots, NULL) == SLANT_OK) {
    uint32_t row;
    const float *found = slant_embedding_find(&vectors, 42, &row);
    if (found && !isfinite(found[vectors.dim - 1])) abort();
  }
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_embedding vectors;
  slant_error error = {0};
  uint32_t most = size ? data[0] % 4 : 0;
  int status = slant_embedding_parse(&vectors, (slant_str){(const char *)data, size}, "vectors", most, &error);
  if (status && !error.message[0]) abort();
  if (!status) {
    check_rows(&vectors);
    slant_embedding_free(&vectors);
  }
  adopt(data, size);
  return 0;
}
