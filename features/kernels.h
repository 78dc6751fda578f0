/* The instruction sets that hot loops are written for. Whichever runs, results are the same. Private to features. */
#ifndef SLANT_FEATURES_KERNELS_H
#define SLANT_FEATURES_KERNELS_H

typedef enum slant_kernel {
  SLANT_KERNEL_PORTABLE,
  SLANT_KERNEL_SSE2,
  SLANT_KERNEL_AVX2,
  SLANT_KERNEL_AVX512,
  SLANT_KERNEL_NEON,
  SLANT_N_KERNELS
} slant_kernel;

#endif
