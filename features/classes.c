#include "features/classes.h"

#include "features/classes_inline.h"

#include <stddef.h>

slant_classify *slant_kernel_classify(slant_kernel kernel) {
  switch (kernel) {
  case SLANT_KERNEL_PORTABLE: return classify_portable;
#if defined __x86_64__
  case SLANT_KERNEL_SSE2: return classify_sse2;
  case SLANT_KERNEL_AVX2: return __builtin_cpu_supports("avx2") ? classify_avx2 : NULL;
  case SLANT_KERNEL_AVX512: return __builtin_cpu_supports("avx512bw") ? classify_avx512 : NULL;
#endif
#if defined __aarch64__
  case SLANT_KERNEL_NEON: return classify_neon;
#endif
  default: return NULL;
  }
}
