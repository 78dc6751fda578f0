/*
 * The kernels of classes.h, to be inlined where blocks are read: thirteen masks that pass through memory cost as much
 * as they take to make. Private to features.
 */
#ifndef SLANT_FEATURES_CLASSES_INLINE_H
#define SLANT_FEATURES_CLASSES_INLINE_H

#include "features/classes.h"

/* ---- portable ---- */
static inline bool is_ascii_letter(unsigned char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline void classify_portable(const unsigned char *bytes, slant_classes *out) {
  *out = (slant_classes){0};
  for (int i = 0; i < SLANT_BLOCK; i++) {
    unsigned char c = bytes[i];
    uint64_t bit = UINT64_C(1) << i;
    bool space = (c >= '\t' && c <= '\r') || c == ' ';
    if (is_ascii_letter(c)) out->letters |= bit;
    if (c >= '0' && c <= '9') out->digits |= bit;
    if (space) out->spaces |= bit;
    if (c == '\'') out->apostrophes |= bit;
    if (c == '-') out->hyphens |= bit;
    if (c == '.') out->dots |= bit;
    if (c == '"') out->quotes |= bit;
    if (c == '8') out->eights |= bit;
    if (c == ',' || c == '/' || c == ':') out->separators |= bit;
    if (c >= ':' && c <= '>') out->colons |= bit;
    if (c == '!' || c == '?') out->exclaims |= bit;
    if (c == '#' || c == '%' || c == '@' || (c >= '[' && c <= '_') || (c < ' ' && !space) || c >= 0x7f)
      out->others |= bit;
    if (is_ascii_letter(c) && (c | 0x20) == (bytes[i + 1] | 0x20)) out->alike |= bit;
  }
}

/* ---- vectors ---- */
/*
 * A class is a handful of comparisons of whole registers, and its mask the highest bits of their bytes. The kernels are
 * written out one by one, so that each shows the instructions that it is made of.
 */
#if defined __x86_64__
#include <immintrin.h>

/* Bytes from `low` on, `n` of them: a signed comparison of what is left when the range is moved to the lowest numbers.
 */
#define IN128(x, low, n)                                                                                               \
  _mm_cmpgt_epi8(_mm_set1_epi8((char)(-128 + (n))), _mm_sub_epi8((x), _mm_set1_epi8((char)((low)-128))))
#define EQ128(x, c) _mm_cmpeq_epi8((x), _mm_set1_epi8(c))
#define MASK128(m)  ((uint64_t)(uint32_t)_mm_movemask_epi8(m) << at)

static inline void classify_sse2(const unsigned char *bytes, slant_classes *out) {
  slant_classes c = {0};
  for (int at = 0; at < SLANT_BLOCK; at += 16) {
    const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
    const __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at + 1));
    const __m128i blank = _mm_set1_epi8(0x20);
    const __m128i letter = IN128(_mm_or_si128(x, blank), 'a', 26);
    const __m128i space = _mm_or_si128(IN128(x, '\t', 5), EQ128(x, ' ')), colon = EQ128(x, ':');
    const __m128i odd =
        _mm_or_si128(_mm_or_si128(EQ128(x, '#'), EQ128(x, '%')), _mm_or_si128(EQ128(x, '@'), EQ128(x, 0x7f)));
    const __m128i control = _mm_andnot_si128(space, IN128(x, 0, 32));
    const __m128i other =
        _mm_or_si128(_mm_or_si128(odd, IN128(x, '[', 5)), _mm_or_si128(control, x)); /* x: its highest bits */
    const __m128i same = _mm_cmpeq_epi8(_mm_or_si128(x, blank), _mm_or_si128(next, blank));
    c.letters |= MASK128(letter);
    c.digits |= MASK128(IN128(x, '0', 10));
    c.spaces |= MASK128(space);
    c.apostrophes |= MASK128(EQ128(x, '\''));
    c.hyphens |= MASK128(EQ128(x, '-'));
    c.dots |= MASK128(EQ128(x, '.'));
    c.quotes |= MASK128(EQ128(x, '"'));
    c.eights |= MASK128(EQ128(x, '8'));
    c.separators |= MASK128(_mm_or_si128(_mm_or_si128(EQ128(x, ','), EQ128(x, '/')), colon));
    c.colons |= MASK128(IN128(x, ':', 5));
    c.exclaims |= MASK128(_mm_or_si128(EQ128(x, '!'), EQ128(x, '?')));
    c.others |= MASK128(other);
    c.alike |= MASK128(_mm_and_si128(same, letter));
  }
  *out = c;
}

#define IN256(x, low, n)                                                                                               \
  _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(-128 + (n))), _mm256_sub_epi8((x), _mm256_set1_epi8((char)((low)-128))))
#define EQ256(x, c) _mm256_cmpeq_epi8((x), _mm256_set1_epi8(c))
#define MASK256(m)  ((uint64_t)(uint32_t)_mm256_movemask_epi8(m) << at)

__attribute__((target("avx2"))) static inline void classify_avx2(const unsigned char *bytes, slant_classes *out) {
  slant_classes c = {0};
  for (int at = 0; at < SLANT_BLOCK; at += 32) {
    const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + at));
    const __m256i next = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + at + 1));
    const __m256i blank = _mm256_set1_epi8(0x20);
    const __m256i letter = IN256(_mm256_or_si256(x, blank), 'a', 26);
    const __m256i space = _mm256_or_si256(IN256(x, '\t', 5), EQ256(x, ' ')), colon = EQ256(x, ':');
    const __m256i odd =
        _mm256_or_si256(_mm256_or_si256(EQ256(x, '#'), EQ256(x, '%')), _mm256_or_si256(EQ256(x, '@'), EQ256(x, 0x7f)));
    const __m256i control = _mm256_andnot_si256(space, IN256(x, 0, 32));
    const __m256i other = _mm256_or_si256(_mm256_or_si256(odd, IN256(x, '[', 5)), _mm256_or_si256(control, x));
    const __m256i same = _mm256_cmpeq_epi8(_mm256_or_si256(x, blank), _mm256_or_si256(next, blank));
    c.letters |= MASK256(letter);
    c.digits |= MASK256(IN256(x, '0', 10));
    c.spaces |= MASK256(space);
    c.apostrophes |= MASK256(EQ256(x, '\''));
    c.hyphens |= MASK256(EQ256(x, '-'));
    c.dots |= MASK256(EQ256(x, '.'));
    c.quotes |= MASK256(EQ256(x, '"'));
    c.eights |= MASK256(EQ256(x, '8'));
    c.separators |= MASK256(_mm256_or_si256(_mm256_or_si256(EQ256(x, ','), EQ256(x, '/')), colon));
    c.colons |= MASK256(IN256(x, ':', 5));
    c.exclaims |= MASK256(_mm256_or_si256(EQ256(x, '!'), EQ256(x, '?')));
    c.others |= MASK256(other);
    c.alike |= MASK256(_mm256_and_si256(same, letter));
  }
  *out = c;
}

/* Comparisons give masks here: one register, and nothing to be put together. */
#define IN512(x, low, n)                                                                                               \
  _mm512_cmplt_epu8_mask(_mm512_sub_epi8((x), _mm512_set1_epi8((char)(low))), _mm512_set1_epi8(n))
#define EQ512(x, c) _mm512_cmpeq_epi8_mask((x), _mm512_set1_epi8(c))

__attribute__((target("avx512f,avx512bw"))) static inline void classify_avx512(const unsigned char *bytes,
                                                                               slant_classes *out) {
  const __m512i x = _mm512_loadu_si512(bytes), next = _mm512_loadu_si512(bytes + 1), blank = _mm512_set1_epi8(0x20);
  const __m512i lower = _mm512_or_si512(x, blank);
  out->letters = IN512(lower, 'a', 26);
  out->digits = IN512(x, '0', 10);
  out->spaces = IN512(x, '\t', 5) | EQ512(x, ' ');
  out->apostrophes = EQ512(x, '\'');
  out->hyphens = EQ512(x, '-');
  out->dots = EQ512(x, '.');
  out->quotes = EQ512(x, '"');
  out->eights = EQ512(x, '8');
  out->separators = EQ512(x, ',') | EQ512(x, '/') | EQ512(x, ':');
  out->colons = IN512(x, ':', 5);
  out->exclaims = EQ512(x, '!') | EQ512(x, '?');
  out->others = EQ512(x, '#') | EQ512(x, '%') | EQ512(x, '@') | EQ512(x, 0x7f) | IN512(x, '[', 5) |
                (IN512(x, 0, 32) & ~out->spaces) | _mm512_movepi8_mask(x);
  out->alike = out->letters & _mm512_cmpeq_epi8_mask(lower, _mm512_or_si512(next, blank));
}
#endif

#if defined __aarch64__
#include <arm_neon.h>

#define IN_NEON(x, low, n) vcltq_u8(vsubq_u8((x), vdupq_n_u8(low)), vdupq_n_u8(n))
#define EQ_NEON(x, c)      vceqq_u8((x), vdupq_n_u8(c))

/* The highest bits of 16 bytes that are all ones or zero: each byte keeps one bit, halves are added up. */
static inline uint64_t mask_neon(uint8x16_t m) {
  static const uint8_t bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t kept = vandq_u8(m, vld1q_u8(bits));
  return (uint64_t)vaddv_u8(vget_low_u8(kept)) | (uint64_t)vaddv_u8(vget_high_u8(kept)) << 8;
}
#define MASK_NEON(m) (mask_neon(m) << at)

static inline void classify_neon(const unsigned char *bytes, slant_classes *out) {
  slant_classes c = {0};
  for (int at = 0; at < SLANT_BLOCK; at += 16) {
    const uint8x16_t x = vld1q_u8(bytes + at), next = vld1q_u8(bytes + at + 1), blank = vdupq_n_u8(0x20);
    const uint8x16_t letter = IN_NEON(vorrq_u8(x, blank), 'a', 26);
    const uint8x16_t space = vorrq_u8(IN_NEON(x, '\t', 5), EQ_NEON(x, ' '));
    const uint8x16_t odd = vorrq_u8(vorrq_u8(EQ_NEON(x, '#'), EQ_NEON(x, '%')), EQ_NEON(x, '@'));
    const uint8x16_t control = vbicq_u8(IN_NEON(x, 0, 32), space), high = vcgeq_u8(x, vdupq_n_u8(0x7f));
    c.letters |= MASK_NEON(letter);
    c.digits |= MASK_NEON(IN_NEON(x, '0', 10));
    c.spaces |= MASK_NEON(space);
    c.apostrophes |= MASK_NEON(EQ_NEON(x, '\''));
    c.hyphens |= MASK_NEON(EQ_NEON(x, '-'));
    c.dots |= MASK_NEON(EQ_NEON(x, '.'));
    c.quotes |= MASK_NEON(EQ_NEON(x, '"'));
    c.eights |= MASK_NEON(EQ_NEON(x, '8'));
    c.separators |= MASK_NEON(vorrq_u8(vorrq_u8(EQ_NEON(x, ','), EQ_NEON(x, '/')), EQ_NEON(x, ':')));
    c.colons |= MASK_NEON(IN_NEON(x, ':', 5));
    c.exclaims |= MASK_NEON(vorrq_u8(EQ_NEON(x, '!'), EQ_NEON(x, '?')));
    c.others |= MASK_NEON(vorrq_u8(vorrq_u8(odd, IN_NEON(x, '[', 5)), vorrq_u8(control, high)));
    c.alike |= MASK_NEON(vandq_u8(letter, vceqq_u8(vorrq_u8(x, blank), vorrq_u8(next, blank))));
  }
  *out = c;
}
#endif

#endif
