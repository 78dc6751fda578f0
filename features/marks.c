#include "features/marks.h"

#include "common/memory.h"
#include "features/swar.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = SLANT_MARK_GROUP, REGION = SLANT_MARK_REGION, GROUPS = REGION / GROUP };

bool slant_marks_open(slant_marks *marks, uint32_t n) {
  marks->n_regions = n / REGION + 1;
  marks->features = slant_alloc_zero(marks->n_regions, REGION);
  marks->groups = slant_alloc_zero(marks->n_regions, GROUPS);
  marks->regions = slant_alloc_zero(marks->n_regions, 1);
  if (marks->features && marks->groups && marks->regions) return true;
  slant_marks_free(marks);
  return false;
}

void slant_marks_free(slant_marks *marks) {
  free(marks->features);
  free(marks->groups);
  free(marks->regions);
  *marks = (slant_marks){0};
}

void slant_marks_clear(slant_marks *marks) {
  memset(marks->features, 0, (size_t)marks->n_regions * REGION);
  memset(marks->groups, 0, (size_t)marks->n_regions * GROUPS);
  memset(marks->regions, 0, marks->n_regions);
}

/* ---- taking ---- */
/* Each body is written once and inlined for each instruction set: what has to be found is the lowest bit of a mask, and
 * BMI has an instruction for it. */
#define INLINE static inline __attribute__((always_inline))

typedef uint64_t pack(const uint8_t *bytes); /* 64 bytes of 0 and 1 as bits */

/* The numbers of the bits of `word`, of which the lowest is `first`, behind index[n). Most words have few: the first
 * ones are written whether they are there or not. */
INLINE uint32_t take_word(uint64_t word, uint32_t first, uint32_t *index, uint32_t n) {
  for (int k = 0; k < SLANT_AT_ONCE; k++) {
    index[n] = first + (uint32_t)__builtin_ctzll(word | UINT64_C(1) << 63);
    n += word != 0;
    word &= word - 1;
  }
  for (; word; word &= word - 1) index[n++] = first + (uint32_t)__builtin_ctzll(word);
  return n;
}

INLINE uint32_t take_all(slant_marks *marks, uint32_t *index, pack *as_bits) {
  uint32_t n = 0;
  for (uint32_t r = 0; r < marks->n_regions; r++) {
    if (!marks->regions[r]) continue;
    uint8_t *features = marks->features + (size_t)r * REGION, *groups = marks->groups + (size_t)r * GROUPS;
    for (uint64_t rest = as_bits(groups); rest; rest &= rest - 1) {
      uint32_t g = (uint32_t)__builtin_ctzll(rest) * GROUP;
      n = take_word(as_bits(features + g), r * REGION + g, index, n);
      memset(features + g, 0, GROUP);
    }
    memset(groups, 0, GROUPS);
    marks->regions[r] = 0;
  }
  return n;
}

INLINE uint64_t pack_portable(const uint8_t *bytes) {
  uint64_t bits = 0;
  for (int k = 0; k < 64; k += 8) /* each byte is moved to a bit of the highest one */
    bits |= (slant_load8(bytes + k) * UINT64_C(0x0102040810204080)) >> 56 << k;
  return bits;
}

static uint32_t take_portable(slant_marks *marks, uint32_t *index) {
  return take_all(marks, index, pack_portable);
}

#if defined __x86_64__
#include <immintrin.h>

#define AVX2   __attribute__((target("avx2,bmi,bmi2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,bmi,bmi2")))

AVX2 INLINE uint64_t pack_avx2(const uint8_t *bytes) {
  const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
  const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(low, 7)) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(high, 7)) << 32;
}

AVX2 static uint32_t take_avx2(slant_marks *marks, uint32_t *index) {
  return take_all(marks, index, pack_avx2);
}

AVX512 INLINE uint64_t pack_avx512(const uint8_t *bytes) {
  const __m512i all = _mm512_loadu_si512(bytes);
  return _mm512_test_epi8_mask(all, all);
}

AVX512 static uint32_t take_avx512(slant_marks *marks, uint32_t *index) {
  return take_all(marks, index, pack_avx512);
}
#endif

slant_marks_taker *slant_kernel_marks_taker(slant_kernel kernel) {
  switch (kernel) {
  case SLANT_KERNEL_PORTABLE: return take_portable;
#if defined __x86_64__
  case SLANT_KERNEL_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") ? take_avx2 : NULL;
  case SLANT_KERNEL_AVX512:
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2") ? take_avx512 : NULL;
#endif
  default: return NULL;
  }
}

slant_marks_taker *slant_best_marks_taker(void) {
  int kernel = SLANT_N_KERNELS;
  slant_marks_taker *best = NULL;
  while (!best) best = slant_kernel_marks_taker((slant_kernel)--kernel);
  return best;
}
