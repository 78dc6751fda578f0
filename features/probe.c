#include "features/probe.h"

#include <stddef.h>

/* ---- portable ---- */
static uint32_t sift_portable(const slant_vocabulary *vocabulary, uint64_t *keys, uint32_t n) {
  const uint64_t *filter = vocabulary->filter, mask = vocabulary->filter_mask;
  uint32_t left = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t key = keys[i], word = filter[slant_filter_word(key, mask)];
    keys[left] = key;
    left += (uint32_t)(word >> (key >> SLANT_FILTER_FIRST & 63) & word >> (key >> SLANT_FILTER_SECOND & 63) & 1);
  }
  return left;
}

static uint32_t find_at_portable(const slant_vocabulary *vocabulary, uint64_t distance, uint64_t *keys, uint32_t n,
                                 uint32_t *found, uint32_t *n_left) {
  const slant_vocabulary v = *vocabulary;
  uint32_t left = 0, n_found = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    const slant_entry slot = v.slots[(key + distance) & v.mask];
    uint32_t same = slot.tag == slant_vocabulary_tag(key);
    found[n_found] = slot.feature;
    n_found += same & (slot.feature < v.n_features);
    keys[left] = key;
    left += !same & (slot.tag != 0);
  }
  *n_left = left;
  return n_found;
}

static const slant_probe portable = {sift_portable, find_at_portable};

/* ---- vectors ---- */
/* Eight keys at a time: what a gather fetches, it fetches side by side. Stores are of whole registers: what they write
 * behind the last is overwritten, or has been read. */
#if defined __x86_64__
#include <immintrin.h>

/* The last keys, from i on, which fill no register; `left` are kept of those before them. Returns how many are kept. */
static uint32_t sift_rest(const slant_vocabulary *vocabulary, uint64_t *keys, uint32_t i, uint32_t n, uint32_t left) {
  const uint32_t more = sift_portable(vocabulary, keys + i, n - i);
  for (uint32_t k = 0; k < more; k++) keys[left + k] = keys[i + k];
  return left + more;
}

/* Likewise; *n_left are left of those before them, and grow. Returns how many of them were found. */
static uint32_t find_rest(const slant_vocabulary *vocabulary, uint64_t distance, uint64_t *keys, uint32_t i, uint32_t n,
                          uint32_t *found, uint32_t *n_left) {
  uint32_t more;
  const uint32_t n_found = find_at_portable(vocabulary, distance, keys + i, n - i, found, &more);
  for (uint32_t k = 0; k < more; k++) keys[*n_left + k] = keys[i + k];
  *n_left += more;
  return n_found;
}

#define AVX512 __attribute__((target("avx512f,avx512vl")))
enum { LANES = 8 };

AVX512 static uint32_t sift_avx512(const slant_vocabulary *vocabulary, uint64_t *keys, uint32_t n) {
  const __m512i mask = _mm512_set1_epi64((long long)vocabulary->filter_mask), one = _mm512_set1_epi64(1);
  const __m512i bit = _mm512_set1_epi64(63);
  uint32_t left = 0, i = 0;
  for (; i + LANES <= n; i += LANES) {
    const __m512i key = _mm512_loadu_si512(keys + i);
    const __m512i at = _mm512_and_si512(_mm512_srli_epi64(key, 24), mask);
    const __m512i word = _mm512_i64gather_epi64(at, vocabulary->filter, 8);
    const __m512i first = _mm512_and_si512(_mm512_srli_epi64(key, SLANT_FILTER_FIRST), bit);
    const __m512i second = _mm512_and_si512(_mm512_srli_epi64(key, SLANT_FILTER_SECOND), bit);
    const __m512i both = _mm512_and_si512(_mm512_srlv_epi64(word, first), _mm512_srlv_epi64(word, second));
    const __mmask8 passes = _mm512_test_epi64_mask(both, one);
    _mm512_storeu_si512(keys + left, _mm512_maskz_compress_epi64(passes, key));
    left += (uint32_t)__builtin_popcount(passes);
  }
  return sift_rest(vocabulary, keys, i, n, left);
}

AVX512 static uint32_t find_at_avx512(const slant_vocabulary *vocabulary, uint64_t distance, uint64_t *keys, uint32_t n,
                                      uint32_t *found, uint32_t *n_left) {
  const __m512i mask = _mm512_set1_epi64((long long)vocabulary->mask), low = _mm512_set1_epi64(UINT32_MAX);
  const __m512i limit = _mm512_set1_epi64(vocabulary->n_features), behind = _mm512_set1_epi64((long long)distance);
  uint32_t left = 0, n_found = 0, i = 0;
  for (; i + LANES <= n; i += LANES) {
    const __m512i key = _mm512_loadu_si512(keys + i);
    const __m512i at = _mm512_and_si512(_mm512_add_epi64(key, behind), mask);
    const __m512i slot = _mm512_i64gather_epi64(at, vocabulary->slots, 8);
    const __m512i tag = _mm512_and_si512(slot, low), feature = _mm512_srli_epi64(slot, 32);
    const __mmask8 same = _mm512_cmpeq_epi64_mask(tag, _mm512_srli_epi64(key, 32));
    const __mmask8 hit = _mm512_mask_cmplt_epu64_mask(same, feature, limit);
    const __mmask8 further = _mm512_mask_test_epi64_mask((__mmask8)~same, tag, tag);
    _mm256_storeu_si256((__m256i *)(void *)(found + n_found),
                        _mm512_cvtepi64_epi32(_mm512_maskz_compress_epi64(hit, feature)));
    _mm512_storeu_si512(keys + left, _mm512_maskz_compress_epi64(further, key));
    n_found += (uint32_t)__builtin_popcount(hit);
    left += (uint32_t)__builtin_popcount(further);
  }
  *n_left = left;
  return n_found + find_rest(vocabulary, distance, keys, i, n, found + n_found, n_left);
}

static const slant_probe avx512 = {sift_avx512, find_at_avx512};

/* Four keys at a time; a register is packed by looking up where its lanes go: those whose bit is set come first. */
#define AVX2 __attribute__((target("avx2")))
enum { LANES_AVX2 = 4 };
#define LANE(n) 2 * (n), 2 * (n) + 1
static const uint32_t packing[16][2 * LANES_AVX2] = {
    {LANE(0), LANE(1), LANE(2), LANE(3)}, {LANE(0), LANE(1), LANE(2), LANE(3)}, {LANE(1), LANE(0), LANE(2), LANE(3)},
    {LANE(0), LANE(1), LANE(2), LANE(3)}, {LANE(2), LANE(0), LANE(1), LANE(3)}, {LANE(0), LANE(2), LANE(1), LANE(3)},
    {LANE(1), LANE(2), LANE(0), LANE(3)}, {LANE(0), LANE(1), LANE(2), LANE(3)}, {LANE(3), LANE(0), LANE(1), LANE(2)},
    {LANE(0), LANE(3), LANE(1), LANE(2)}, {LANE(1), LANE(3), LANE(0), LANE(2)}, {LANE(0), LANE(1), LANE(3), LANE(2)},
    {LANE(2), LANE(3), LANE(0), LANE(1)}, {LANE(0), LANE(2), LANE(3), LANE(1)}, {LANE(1), LANE(2), LANE(3), LANE(0)},
    {LANE(0), LANE(1), LANE(2), LANE(3)}};

AVX2 static inline __m256i pack_avx2(__m256i x, uint32_t bits) {
  return _mm256_permutevar8x32_epi32(x, _mm256_loadu_si256((const __m256i *)(const void *)packing[bits]));
}

AVX2 static uint32_t sift_avx2(const slant_vocabulary *vocabulary, uint64_t *keys, uint32_t n) {
  const __m256i mask = _mm256_set1_epi64x((long long)vocabulary->filter_mask), bit = _mm256_set1_epi64x(63);
  uint32_t left = 0, i = 0;
  for (; i + LANES_AVX2 <= n; i += LANES_AVX2) {
    const __m256i key = _mm256_loadu_si256((const __m256i *)(const void *)(keys + i));
    const __m256i at = _mm256_and_si256(_mm256_srli_epi64(key, 24), mask);
    const __m256i word = _mm256_i64gather_epi64((const long long *)(const void *)vocabulary->filter, at, 8);
    const __m256i first = _mm256_and_si256(_mm256_srli_epi64(key, SLANT_FILTER_FIRST), bit);
    const __m256i second = _mm256_and_si256(_mm256_srli_epi64(key, SLANT_FILTER_SECOND), bit);
    const __m256i both = _mm256_and_si256(_mm256_srlv_epi64(word, first), _mm256_srlv_epi64(word, second));
    const uint32_t passes = (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_slli_epi64(both, 63)));
    _mm256_storeu_si256((__m256i *)(void *)(keys + left), pack_avx2(key, passes));
    left += (uint32_t)__builtin_popcount(passes);
  }
  return sift_rest(vocabulary, keys, i, n, left);
}

AVX2 static uint32_t find_at_avx2(const slant_vocabulary *vocabulary, uint64_t distance, uint64_t *keys, uint32_t n,
                                  uint32_t *found, uint32_t *n_left) {
  const __m256i mask = _mm256_set1_epi64x((long long)vocabulary->mask), low = _mm256_set1_epi64x(UINT32_MAX);
  const __m256i limit = _mm256_set1_epi64x(vocabulary->n_features), behind = _mm256_set1_epi64x((long long)distance);
  const __m256i halves = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
  uint32_t left = 0, n_found = 0, i = 0;
  for (; i + LANES_AVX2 <= n; i += LANES_AVX2) {
    const __m256i key = _mm256_loadu_si256((const __m256i *)(const void *)(keys + i));
    const __m256i at = _mm256_and_si256(_mm256_add_epi64(key, behind), mask);
    const __m256i slot = _mm256_i64gather_epi64((const long long *)(const void *)vocabulary->slots, at, 8);
    const __m256i tag = _mm256_and_si256(slot, low), feature = _mm256_srli_epi64(slot, 32);
    const __m256i same = _mm256_cmpeq_epi64(tag, _mm256_srli_epi64(key, 32));
    const __m256i hits = _mm256_and_si256(same, _mm256_cmpgt_epi64(limit, feature));
    const __m256i ends = _mm256_or_si256(same, _mm256_cmpeq_epi64(tag, _mm256_setzero_si256()));
    const uint32_t hit = (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(hits));
    const uint32_t further = 15 ^ (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(ends));
    const __m256i packed = _mm256_permutevar8x32_epi32(pack_avx2(feature, hit), halves);
    _mm_storeu_si128((__m128i *)(void *)(found + n_found), _mm256_castsi256_si128(packed));
    _mm256_storeu_si256((__m256i *)(void *)(keys + left), pack_avx2(key, further));
    n_found += (uint32_t)__builtin_popcount(hit);
    left += (uint32_t)__builtin_popcount(further);
  }
  *n_left = left;
  return n_found + find_rest(vocabulary, distance, keys, i, n, found + n_found, n_left);
}

static const slant_probe avx2 = {sift_avx2, find_at_avx2};
#endif

const slant_probe *slant_kernel_probe(slant_kernel kernel) {
  switch (kernel) {
  case SLANT_KERNEL_PORTABLE: return &portable;
#if defined __x86_64__
  case SLANT_KERNEL_AVX2: return __builtin_cpu_supports("avx2") ? &avx2 : NULL;
  case SLANT_KERNEL_AVX512: return __builtin_cpu_supports("avx512vl") ? &avx512 : NULL;
#endif
  default: return NULL;
  }
}

const slant_probe *slant_best_probe(void) {
  int kernel = SLANT_N_KERNELS;
  const slant_probe *best = NULL;
  while (!best) best = slant_kernel_probe((slant_kernel)--kernel);
  return best;
}
