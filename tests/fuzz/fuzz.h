/* What every fuzz target defines (libFuzzer's interface). */
#ifndef SLANT_TEST_FUZZ_H
#define SLANT_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
