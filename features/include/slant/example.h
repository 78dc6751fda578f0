/*
 * An example: what a classifier sees of a document, the whole of it or one mention in it.
 */
#ifndef SLANT_EXAMPLE_H
#define SLANT_EXAMPLE_H

#include <slant/document.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_mode { SLANT_MODE_DOCUMENT, SLANT_MODE_TARGET } slant_mode;

/* In document mode first = last = 0. */
typedef struct slant_example {
  const slant_document *document;
  uint32_t first, last; /* tokens of the mention, end exclusive */
} slant_example;

#ifdef __cplusplus
}
#endif
#endif
