/* Numbers as text, with a decimal point whatever locale the program around the library has set. */
#ifndef SLANT_COMMON_NUMBER_H
#define SLANT_COMMON_NUMBER_H

#include <locale.h>

/* Between begin and end this thread formats and reads numbers as the "C" locale does; other threads notice nothing.
 * Ends what begin gave, in reverse order. */
locale_t slant_number_begin(void);
void slant_number_end(locale_t before);

/* strtod() with a decimal point. */
double slant_parse_real(const char *text, char **end);

#endif
