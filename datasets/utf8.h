/* Invalid UTF-8 made valid. Private to datasets. */
#ifndef SLANT_DATASETS_UTF8_H
#define SLANT_DATASETS_UTF8_H

#include <slant/str.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Length of the well-formed sequence that the `left` > 0 bytes at p begin with (Unicode 15, table 3-7); 0: none. */
size_t slant_utf8_length(const char *p, size_t left);

/* Writes `text` with U+FFFD for every byte that is part of no well-formed sequence; `out` has room for three times the
 * text. Returns the length, and adds the number of replacements to *repaired. */
size_t slant_utf8_repair(slant_str text, char *out, uint32_t *repaired);

#ifdef __cplusplus
}
#endif
#endif
