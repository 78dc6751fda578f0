/* From raw bytes to clean text: UTF-8 checked and repaired, NFC, straight quotes and dashes. Private to features. */
#ifndef SLANT_FEATURES_NORMALISE_H
#define SLANT_FEATURES_NORMALISE_H

#include "common/memory.h"

#include <stdint.h>

/* Where clean text and original part ways: at byte `at` of the clean text the original stands at code point `point`,
 * and from there on one byte is one code point, up to the next anchor. */
typedef struct slant_anchor {
  uint32_t at, point;
} slant_anchor;

enum { SLANT_PADDING = 96 };

typedef struct slant_clean {
  slant_buffer text;     /* and SLANT_PADDING zeros behind it, so that it can be read in words */
  slant_anchor *anchors; /* ascending; the first is {0, 0} */
  size_t n_anchors, anchor_capacity;
  uint32_t n_invalid; /* malformed sequences, each now U+FFFD */
  uint32_t n_points;  /* code points of the original; a malformed sequence counts one */
  bool by_point;      /* set by tests: one code point at a time, without the short way for ASCII */
} slant_clean;

/* Fills `clean`, whose memory is reused. False when there is no memory. `text` is at most 1 GiB. */
bool slant_normalise(slant_clean *clean, slant_str text);
void slant_clean_free(slant_clean *clean);

/* Index of the last anchor at or before byte `at` of the clean text, which is not before anchor `from`. */
size_t slant_clean_anchor(const slant_clean *clean, uint32_t at, size_t from);

/* Code point of the original for byte `at` of the clean text. *cursor is an anchor index to start from and is moved:
 * with rising `at` all calls together are linear. */
uint32_t slant_clean_point(const slant_clean *clean, uint32_t at, size_t *cursor);

/* Decodes one code point of well-formed or malformed UTF-8: returns its length in bytes, and -1 in *point if malformed
 * (the length is then that of the maximal ill-formed prefix, Unicode 15 section 3.9). */
uint32_t slant_utf8_decode(const unsigned char *p, const unsigned char *end, int32_t *point);

#endif
