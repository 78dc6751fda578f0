#include "evaluate/confidence.h"

#include <stdlib.h>

slant_confidence *slant_confidences_of(slant_confidences *all, slant_str task, slant_str actor) {
  slant_buffer_clear(&all->key);
  slant_buffer_str(&all->key, task);
  slant_buffer_char(&all->key, '\0');
  slant_buffer_str(&all->key, actor);
  if (all->key.failed) return NULL;
  uint32_t number = slant_names_put(&all->keys, (slant_str){all->key.data, all->key.len});
  if (number == SLANT_NO_NAME) return NULL;
  while (all->n <= number) {
    if (!slant_grow(&all->items, &all->capacity, all->n, sizeof *all->items)) return NULL;
    all->items[all->n++] = (slant_confidence){0};
  }
  return &all->items[number];
}

void slant_confidences_free(slant_confidences *all) {
  slant_names_free(&all->keys);
  slant_buffer_free(&all->key);
  free(all->items);
  *all = (slant_confidences){0};
}
