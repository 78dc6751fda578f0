/* Any bytes as an actor dictionary; one that loads must load again from its canonical text. */
#include "fuzz.h"

#include <slant/actors.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_actors *actors, *again;
  slant_str text = {(const char *)data, size};
  if (slant_actors_parse(&actors, text, "fuzz", NULL)) return 0;
  if (slant_actors_parse(&again, slant_actors_text(actors), "again", NULL)) abort();
  if (!slant_str_equal(slant_actors_text(actors), slant_actors_text(again))) abort();
  slant_actors_free(actors);
  slant_actors_free(again);
  return 0;
}
