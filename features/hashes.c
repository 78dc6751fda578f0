#include "features/hashes.h"

#include "common/hash_inline.h"
#include "features/classes_inline.h"

#include <stdlib.h>

/*
 * Nearly all of a text is letters, digits, spaces and signs of which each is a token. Those are found 64 bytes at a
 * time: a mask for every class of byte (classes.h), from the masks the positions at which tokens start, and from the
 * next start or gap a token's length. No step of it branches on what a word looks like.
 *
 * Pieces between white space in which anything else stands (see `closer`) go the long way, slant_tokenise_stretch(),
 * which alone defines what a token is. White space is a border to both: no token crosses it, but the "' s" of text that
 * was tokenised before, which begins a piece that goes the long way.
 */

typedef struct slant_hash_scan {
  slant_hashes *hashes;
  slant_tokens *tokens;
  const slant_clean *clean;
  const unsigned char *begin, *end;
  bool after_word; /* the last token was a word or number */
  bool ok;
} scan;

/* What is inlined into the pass of every kernel, to be compiled for what the kernel's processors can do. */
#define INLINE static inline __attribute__((always_inline))

/* A block on its way: what its bytes are, and what the tokens are made of. */
typedef struct block {
  const unsigned char *bytes;
  slant_classes is;
  uint64_t whole;   /* bytes before the last white space: what is cut off by the block's end is left to the next */
  uint64_t words;   /* bytes of words and numbers */
  uint64_t clitics; /* apostrophes that begin one: 's 're 've 'll 'd 'm */
  uint64_t closer;  /* bytes whose pieces need a closer look */
} block;

INLINE uint64_t below(size_t n) { /* n < 64 */
  return (UINT64_C(1) << n) - 1;
}

INLINE size_t lowest(uint64_t mask) {
  return (unsigned)__builtin_ctzll(mask);
}

INLINE size_t highest(uint64_t mask) {
  return 63 ^ (unsigned)__builtin_clzll(mask);
}

/* ---- signs inside words ---- */
static inline bool is_upper(unsigned char c) {
  return c >= 'A' && c <= 'Z';
}

/* Whether the letters behind the apostrophe at `at` make it a clitic: as clitic_at() of tokens.c. */
static bool begins_clitic(const block *b, size_t at) {
  uint64_t letters = b->is.letters >> (at + 1), others = ~((b->is.letters | b->is.digits) >> (at + 1));
  size_t n = lowest(others); /* there is white space further on */
  unsigned char first = b->bytes[at + 1] | 0x20, second = b->bytes[at + 2] | 0x20;
  if (n == 1) return first == 's' || first == 'd' || first == 'm';
  if (n != 2 || !(letters & 2)) return false;
  return (second == 'e' && (first == 'r' || first == 'v')) || (first == 'l' && second == 'l');
}

/* An apostrophe or hyphen between letters, a hyphen between a number and letters, or a sign between digits: it is
 * inside a word, or a token. By rising `at`. */
static void look_at_inner(block *b, size_t at) {
  uint64_t bit = UINT64_C(1) << at, gaps = ~b->words & below(at);
  size_t first = gaps ? highest(gaps) + 1 : 0; /* of the word before it */
  uint64_t span = below(at) & ~below(first);
  bool number = b->is.digits >> first & 1, pure = !(b->is.letters & span);
  bool apostrophe = b->is.apostrophes & bit, hyphen = b->is.hyphens & bit;
  if (b->clitics & span || (number && !pure) || (!apostrophe && !hyphen && !number)) {
    b->closer |= bit;
  } else if (!hyphen) {
    b->words |= bit;
    if (apostrophe && begins_clitic(b, at)) b->clitics |= bit;
  } else if (!number && !is_upper(b->bytes[first]) && !is_upper(b->bytes[at + 1])) {
    b->words |= bit;
  }
}

/* ---- a block ---- */
INLINE void look_at_block(block *b) {
  const slant_classes *is = &b->is;
  uint64_t letters = is->letters, digits = is->digits, plain = letters | digits;
  uint64_t in_number = (is->separators | is->dots) & digits << 1 & digits >> 1;
  uint64_t inner =
      (is->apostrophes & letters << 1 & letters >> 1) | (is->hyphens & plain << 1 & letters >> 1) | in_number;
  uint64_t abbreviation = is->dots & letters << 1 & letters >> 1 & is->dots >> 2; /* U.S. */
  b->words = plain;
  b->clitics = 0;
  b->closer = is->others | (is->colons & ~in_number & ~((is->spaces | is->quotes) >> 1)) |
              (is->exclaims & is->exclaims >> 1) | (is->apostrophes & ~(letters << 1)) | (is->eights & ~(plain << 1)) |
              (is->alike & is->alike >> 1) | abbreviation;
  for (uint64_t rest = inner & b->whole; rest; rest &= rest - 1) look_at_inner(b, lowest(rest));
}

/* Where tokens start; *more: the bytes of a token behind its first. */
INLINE uint64_t find_starts(block *b, uint64_t *more) {
  const slant_classes *is = &b->is;
  uint64_t runs = (is->hyphens & is->hyphens << 1) | (is->dots & is->dots << 1); /* -- and ... are one token each */
  *more = ((b->words & b->words << 1) | (runs & ~b->words)) & ~b->clitics;
  uint64_t long_runs = *more & *more >> 1; /* 16 bytes behind the first: more than slant_hash_lower() takes */
  long_runs &= long_runs >> 2;
  long_runs &= long_runs >> 4;
  b->closer |= long_runs & long_runs >> 8;
  return ~(is->spaces | *more);
}

/* Appends the hashes of the tokens that start at `starts`. There is room for them. */
INLINE void hash_block(scan *s, const block *b, uint64_t starts, uint64_t more) {
  if (!starts) return;
  uint64_t *out = s->hashes->items + s->hashes->count;
  size_t last = highest(starts);
  for (; starts; starts &= starts - 1) {
    size_t at = lowest(starts), n = lowest(~(more >> at >> 1)) + 1;
    *out++ = slant_hash_lower(b->bytes + at, n);
  }
  s->hashes->count = (size_t)(out - s->hashes->items);
  s->after_word = (b->words >> last) & 1;
}

/* ---- the long way ---- */
static bool make_room(slant_hashes *hashes, size_t more) {
  if (hashes->capacity - hashes->count >= more) return true;
  size_t capacity = hashes->count + more + hashes->capacity / 2;
  uint64_t *items = slant_realloc(hashes->items, capacity, sizeof *items);
  if (!items) return false;
  hashes->items = items;
  hashes->capacity = capacity;
  return true;
}

bool slant_hashes_take(slant_hashes *hashes, const slant_tokens *tokens) {
  hashes->count = 0;
  if (!make_room(hashes, tokens->count)) return false;
  for (size_t i = 0; i < tokens->count; i++) hashes->items[i] = tokens->items[i].hash;
  hashes->count = tokens->count;
  return true;
}

/* The tokens of [from, to), which white space or the text's ends enclose, and perhaps some more: where it stopped. */
static const unsigned char *look_closer(scan *s, const unsigned char *from, const unsigned char *to) {
  slant_tokens *tokens = s->tokens;
  size_t at =
      slant_tokenise_stretch(tokens, s->clean, (size_t)(from - s->begin), (size_t)(to - s->begin), s->after_word);
  size_t first = s->after_word; /* it stands before them */
  if (!at || !make_room(s->hashes, tokens->count + SLANT_BLOCK)) {
    s->ok = false;
    return s->end;
  }
  for (size_t i = first; i < tokens->count; i++) s->hashes->items[s->hashes->count++] = tokens->items[i].hash;
  if (tokens->count > first) {
    uint8_t kind = tokens->items[tokens->count - 1].kind;
    s->after_word = kind == SLANT_TOKEN_WORD || kind == SLANT_TOKEN_NUMBER;
  }
  return s->begin + at;
}

/* No white space in 64 bytes: the end of what stands at p. */
static const unsigned char *end_of_piece(const scan *s, const unsigned char *p) {
  while (p < s->end && *p != ' ' && (*p < '\t' || *p > '\r')) p++;
  return p;
}

/* ---- all of it ---- */
/* The tokens of a block up to its last white space: where the next begins. */
INLINE const unsigned char *hash_pieces(scan *s, const unsigned char *p, slant_classify *classify) {
  block b = {.bytes = p};
  classify(p, &b.is);
  if (s->end - p < SLANT_BLOCK) b.is.spaces |= ~below((size_t)(s->end - p)); /* what is behind the end ends a word */
  b.is.others &= ~b.is.spaces;
  if (!b.is.spaces) return look_closer(s, p, end_of_piece(s, p));
  size_t last = highest(b.is.spaces);
  b.whole = below(last);
  look_at_block(&b);
  uint64_t more, starts = find_starts(&b, &more), left = b.whole;
  while (s->ok && b.closer & left) {
    size_t odd = lowest(b.closer & left);
    uint64_t before = b.is.spaces & below(odd);
    size_t from = before ? highest(before) + 1 : 0, to = odd + lowest(b.is.spaces >> odd);
    hash_block(s, &b, starts & left & below(from), more);
    const unsigned char *next = look_closer(s, p + from, p + to);
    if (next >= p + last) return next;
    left &= ~below((size_t)(next - p));
  }
  hash_block(s, &b, starts & left, more);
  return p + last + 1;
}

INLINE void hash_all(scan *s, slant_classify *classify) {
  for (const unsigned char *p = s->begin; s->ok && p < s->end;) {
    s->ok = make_room(s->hashes, SLANT_BLOCK);
    if (s->ok) p = hash_pieces(s, p, classify);
  }
}

#define PASS(name, attributes)                                                                                         \
  attributes static void hash_##name(scan *s) {                                                                        \
    hash_all(s, classify_##name);                                                                                      \
  }
PASS(portable, )
#if defined __x86_64__
PASS(sse2, )
PASS(avx2, __attribute__((target("avx2,bmi,bmi2"))))
PASS(avx512, __attribute__((target("avx512f,avx512bw,bmi,bmi2"))))
#endif
#if defined __aarch64__
PASS(neon, )
#endif

slant_hash_pass *slant_kernel_hash_pass(slant_kernel kernel) {
  switch (kernel) {
  case SLANT_KERNEL_PORTABLE: return hash_portable;
#if defined __x86_64__
  case SLANT_KERNEL_SSE2: return hash_sse2;
  case SLANT_KERNEL_AVX2: return slant_kernel_classify(kernel) && __builtin_cpu_supports("bmi2") ? hash_avx2 : NULL;
  case SLANT_KERNEL_AVX512: return slant_kernel_classify(kernel) && __builtin_cpu_supports("bmi2") ? hash_avx512 : NULL;
#endif
#if defined __aarch64__
  case SLANT_KERNEL_NEON: return hash_neon;
#endif
  default: return NULL;
  }
}

bool slant_hash_tokens(slant_hashes *hashes, slant_tokens *tokens, const slant_clean *clean) {
  const unsigned char *text = (const unsigned char *)clean->text.data;
  scan s = {hashes, tokens, clean, text, text + clean->text.len, false, true};
  hashes->count = 0;
  for (int kernel = SLANT_N_KERNELS; !hashes->pass;) hashes->pass = slant_kernel_hash_pass((slant_kernel)--kernel);
  hashes->pass(&s);
  return s.ok;
}
