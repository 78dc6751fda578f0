/* HTML character references in text that was taken from a web page without unescaping. Private to features. */
#ifndef SLANT_FEATURES_ENTITIES_H
#define SLANT_FEATURES_ENTITIES_H

#include <stdint.h>

/* The code point that a reference at p ("&amp;", "&#8217;", "&#x2019;") stands for, and its length in *len; -1: there
 * is none, or an unknown one. A reference that was escaped twice ("&amp;lt;") is taken as one. */
int32_t slant_entity_decode(const unsigned char *p, const unsigned char *end, uint32_t *len);

#endif
