/*
 * 64 bytes of text by what they are to tokens: a mask a class, whose bit n stands for byte n. Private to features.
 *
 * However wide a register is, the masks are the same: tests hold every kernel to the portable one.
 */
#ifndef SLANT_FEATURES_CLASSES_H
#define SLANT_FEATURES_CLASSES_H

#include "features/kernels.h"

#include <stdbool.h>
#include <stdint.h>

enum { SLANT_BLOCK = 64 };

typedef struct slant_classes {
  uint64_t letters; /* A-Z a-z */
  uint64_t digits;  /* 0-9 */
  uint64_t spaces;  /* \t \n \v \f \r and space */
  uint64_t apostrophes, hyphens, dots, quotes, eights;
  uint64_t separators; /* , / : as they stand in numbers */
  uint64_t colons;     /* : ; < = >, with which emoticons begin */
  uint64_t exclaims;   /* ! ? */
  uint64_t others;     /* # % @ [ \ ] ^ _, controls, all that is not ASCII */
  uint64_t alike;      /* letters that the next byte repeats, whatever its case */
} slant_classes;

/* Reads SLANT_BLOCK + 1 bytes. */
typedef void slant_classify(const unsigned char *bytes, slant_classes *out);

/* NULL: not compiled for this processor, or it has no such registers. */
slant_classify *slant_kernel_classify(slant_kernel kernel);

#endif
