/* Any bytes as a journal; what is read from it, written again, reads the same. */
#include "fuzz.h"

#include "predict/journal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_journal journal, again;
  slant_buffer text = {0};
  uint64_t check = 0;
  if (slant_journal_parse(&journal, (slant_str){(const char *)data, size}, NULL)) return 0;
  slant_journal_begin(&text, journal.header, &check);
  for (size_t i = 1; i < journal.n; i++) slant_journal_put(&text, &journal.places[i].entry, &check);
  if (slant_journal_parse(&again, (slant_str){text.data, text.len}, NULL)) abort();
  if (again.n != journal.n || !slant_str_equal(again.header, journal.header)) abort();
  if (again.places[again.n - 1].end != text.len || again.places[again.n - 1].check != check) abort();
  slant_journal_free(&journal);
  slant_journal_free(&again);
  slant_buffer_free(&text);
  return 0;
}
