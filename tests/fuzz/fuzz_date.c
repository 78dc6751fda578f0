/* Any bytes as a date: none, or one of the years that four digits write; blanks around it make no difference. */
#include "fuzz.h"

#include "common/date.h"
#include "common/memory.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int64_t date = slant_date_parse((slant_str){(const char *)data, size});
  slant_buffer blanks = {0};
  slant_buffer_text(&blanks, " \t");
  slant_buffer_append(&blanks, data, size);
  slant_buffer_char(&blanks, '\n');
  if (slant_date_parse((slant_str){blanks.data, blanks.len}) != date) abort();
  slant_buffer_free(&blanks);
  if (date == SLANT_NO_DATE) return 0;
  int64_t day = 86400, first = slant_date_parse(slant_str_of("0001-01-01")),
          last = slant_date_parse(slant_str_of("9999-12-31"));
  if (date < first - day || date > last + 2 * day) abort();
  return 0;
}
