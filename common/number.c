#include "common/number.h"

#include <stdlib.h>

/* glibc and musl keep the "C" locale for good: taking it allocates nothing, and giving it back does nothing. */
locale_t slant_number_begin(void) {
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return plain ? uselocale(plain) : (locale_t)0;
}

void slant_number_end(locale_t before) {
  if (before) freelocale(uselocale(before));
}

double slant_parse_real(const char *text, char **end) {
  locale_t before = slant_number_begin();
  double value = strtod(text, end);
  slant_number_end(before);
  return value;
}
