#include "features/table.h"

slant_slot *slant_table_build(slant_table *out, const uint64_t *keys, uint32_t count) {
  uint64_t size = 16;
  while (size < (uint64_t)count * 2) size *= 2;
  slant_slot *slots = slant_alloc_zero(size, sizeof *slots);
  if (!slots) return NULL;
  for (uint32_t k = 0; k < count; k++) {
    uint64_t i = keys[k] & (size - 1);
    while (slots[i].key && slots[i].key != keys[k]) i = (i + 1) & (size - 1);
    if (!slots[i].key) slots[i] = (slant_slot){keys[k], k, 0};
  }
  *out = (slant_table){slots, size - 1, count};
  return slots;
}

bool slant_table_adopt(slant_table *out, const void *data, uint64_t size, uint32_t limit) {
  uint64_t n = size / sizeof(slant_slot);
  if (!data || size % sizeof(slant_slot) || n < 2 || (n & (n - 1))) return false;
  *out = (slant_table){data, n - 1, limit};
  return true;
}
