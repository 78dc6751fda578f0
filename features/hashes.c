#include "features/hashes.h"

#include <stdlib.h>

static bool make_room(slant_hashes *hashes, size_t n) {
  if (n <= hashes->capacity) return true;
  size_t capacity = n + n / 2;
  free(hashes->items);
  hashes->items = slant_alloc(capacity, sizeof *hashes->items);
  hashes->capacity = hashes->items ? capacity : 0;
  return hashes->items != NULL;
}

bool slant_hashes_take(slant_hashes *hashes, const slant_tokens *tokens) {
  hashes->count = 0;
  if (!make_room(hashes, tokens->count)) return false;
  for (size_t i = 0; i < tokens->count; i++) hashes->items[i] = tokens->items[i].hash;
  hashes->count = tokens->count;
  return true;
}

bool slant_hash_tokens(slant_hashes *hashes, slant_tokens *tokens, const slant_clean *clean) {
  return slant_tokenise(tokens, clean) && slant_hashes_take(hashes, tokens);
}
