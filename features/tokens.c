#include "features/tokens.h"

#include "common/hash_inline.h"
#include "features/swar.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/*
 * One pass over the bytes. At each position that is not white space the longest of these is a token:
 *
 *   URL          http://… https://… www.…, without closing punctuation
 *   handle, tag  @name #tag
 *   emoticon     :-) ;( <3 …, not followed by a letter or digit
 *   number       1,000.5 7:30 50%
 *   abbreviation U.S. e.g.
 *   word         letters with apostrophes and hyphens inside; 's 're 've 'll 'd 'm are cut off; a hyphen beside a
 *                capital separates (US-led, India-Pakistan), so that names inside compounds can be found
 *   run          … of ! and ?, of dots, of dashes
 *   sign         any other single code point
 */

enum { CLASS_OTHER, CLASS_SPACE, CLASS_LETTER, CLASS_DIGIT };

typedef struct slant_scan {
  const unsigned char *begin, *end;
  slant_tokens *tokens;
  const slant_clean *clean;
  size_t anchor;       /* the last one at or before the token */
  uint32_t anchor_end; /* where the next one is */
  uint32_t shift;      /* point = at + shift, */
  uint32_t plain_end;  /* up to here (inclusive), where there is no anchor and the original has as many points */
  uint8_t line;        /* SLANT_TOKEN_LINE behind the end of one */
  bool ok;
} slant_scan;

typedef struct slant_char {
  int32_t point;
  uint32_t len;
  uint8_t kind; /* CLASS_… */
} slant_char;

/* Class of every ASCII character; bytes above are looked at as code points. */
#define ROW16(x) x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
static const uint8_t ascii_classes[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, ROW16(0), /* controls: \t \n \v \f \r */
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, /* space, digits */
    0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, /* A-Z */
    0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, /* a-z */
};
_Static_assert(CLASS_SPACE == 1 && CLASS_LETTER == 2 && CLASS_DIGIT == 3, "the table is written in numbers");

static inline uint8_t ascii_class(unsigned char c) {
  return c < 0x80 ? ascii_classes[c] : CLASS_OTHER;
}

static uint8_t point_class(int32_t point) {
  if (point >= '\t' && point <= '\r') return CLASS_SPACE; /* controls to Unicode */
  switch (utf8proc_category(point)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME: return CLASS_LETTER;
  case UTF8PROC_CATEGORY_ND:
  case UTF8PROC_CATEGORY_NL:
  case UTF8PROC_CATEGORY_NO: return CLASS_DIGIT;
  case UTF8PROC_CATEGORY_ZS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP: return CLASS_SPACE;
  default: return CLASS_OTHER;
  }
}

static slant_char wide_char_at(const slant_scan *scan, const unsigned char *p) {
  slant_char c = {0};
  c.len = slant_utf8_decode(p, scan->end, &c.point);
  c.kind = c.point < 0 ? CLASS_OTHER : point_class(c.point);
  return c;
}

/* The code point at p; class OTHER and length 0 at the end. */
static inline slant_char char_at(const slant_scan *scan, const unsigned char *p) {
  if (p >= scan->end) return (slant_char){-1, 0, CLASS_OTHER};
  if (*p < 0x80 && !scan->tokens->by_point) return (slant_char){*p, 1, ascii_classes[*p]};
  return wide_char_at(scan, p);
}

static bool is_letter_at(const slant_scan *scan, const unsigned char *p) {
  return char_at(scan, p).kind == CLASS_LETTER;
}

static bool is_upper(int32_t point) {
  if (point < 0x80) return point >= 'A' && point <= 'Z';
  return utf8proc_category(point) == UTF8PROC_CATEGORY_LU || utf8proc_category(point) == UTF8PROC_CATEGORY_LT;
}

/* ---- forms ---- */
/* Appends bytes [p, end) in lower case, with runs of three or more equal letters cut to two and without the space that
 * a clitic of text tokenised before has inside. */
static void append_form(slant_buffer *forms, const unsigned char *p, const unsigned char *end) {
  int32_t last = -1, run = 0;
  if (!slant_buffer_reserve(forms, (size_t)(end - p) * 2 + SLANT_PADDING)) return; /* lower case takes at most twice */
  char *out = forms->data + forms->len;
  while (p < end) {
    int32_t c = *p;
    uint32_t len = c < 0x80 ? 1 : slant_utf8_decode(p, end, &c);
    p += len;
    bool repeats = true;
    if (c < 0x80) {
      if (c == ' ') continue;
      if (c >= 'A' && c <= 'Z') c |= 32;
      repeats = c >= 'a' && c <= 'z';
    } else {
      c = utf8proc_tolower(c);
    }
    run = repeats && c == last ? run + 1 : 1;
    last = c;
    if (run > 2) continue;
    if (c < 0x80)
      *out++ = (char)c;
    else
      out += utf8proc_encode_char(c, (utf8proc_uint8_t *)out);
  }
  forms->len = (size_t)(out - forms->data);
}

static uint8_t case_flags(const slant_scan *scan, const unsigned char *p, const unsigned char *end) {
  slant_char c = char_at(scan, p);
  if (c.kind != CLASS_LETTER || !is_upper(c.point)) return 0;
  uint32_t letters = 0;
  for (; p < end; p += c.len) {
    c = char_at(scan, p);
    if (c.kind != CLASS_LETTER) continue;
    letters++;
    if (!is_upper(c.point)) return SLANT_TOKEN_CAPITAL;
  }
  return letters >= 2 ? SLANT_TOKEN_CAPITAL | SLANT_TOKEN_ALL_CAPS : SLANT_TOKEN_CAPITAL;
}

/* ---- tokens ---- */
static void set_anchor(slant_scan *scan, size_t i) {
  const slant_clean *clean = scan->clean;
  bool last = i + 1 == clean->n_anchors;
  scan->anchor = i;
  scan->anchor_end = last ? UINT32_MAX : clean->anchors[i + 1].at;
  scan->shift = clean->anchors[i].point - clean->anchors[i].at;
  uint32_t limit = last ? clean->n_points : clean->anchors[i + 1].point, plain = limit - scan->shift;
  scan->plain_end = plain < scan->anchor_end ? plain : scan->anchor_end - 1;
}

/* Sets the points of a token that is near an anchor. */
static void place_token(slant_scan *scan, slant_token *token) {
  if (token->from >= scan->anchor_end) set_anchor(scan, slant_clean_anchor(scan->clean, token->from, scan->anchor));
  size_t cursor = scan->anchor;
  token->point_from = slant_clean_point(scan->clean, token->from, &cursor);
  token->point_to = slant_clean_point(scan->clean, token->to, &cursor);
}

/* First characters of punctuation that may end a sentence, or lead to another. */
static const bool sentence_signs[256] = {['.'] = true, ['!'] = true, ['?'] = true, ['"'] = true, [':'] = true};

static bool grow_tokens(slant_tokens *tokens) {
  size_t capacity = tokens->capacity;
  if (!slant_grow(&tokens->items, &capacity, tokens->count, sizeof *tokens->items)) return false;
  uint32_t *turns = slant_realloc(tokens->turns, capacity, sizeof *turns);
  if (!turns) return false;
  tokens->turns = turns;
  tokens->capacity = capacity;
  return true;
}

/* The next token, with all but its form's length, its hashes and its case; NULL: no memory. Tokens come in order of
 * their beginnings. */
static inline slant_token *new_token(slant_scan *scan, const unsigned char *p, const unsigned char *end,
                                     slant_token_kind kind, uint8_t flags) {
  slant_tokens *tokens = scan->tokens;
  if (tokens->count == tokens->capacity && !grow_tokens(tokens)) {
    scan->ok = false;
    return NULL;
  }
  uint32_t from = (uint32_t)(p - scan->begin), to = (uint32_t)(end - scan->begin);
  if (p > scan->begin && ascii_class(p[-1]) != CLASS_SPACE) flags |= SLANT_TOKEN_JOINED;
  tokens->turns[tokens->n_turns] = (uint32_t)tokens->count;
  tokens->n_turns += (kind == SLANT_TOKEN_PUNCTUATION && sentence_signs[*p]) || scan->line;
  slant_token *token = &tokens->items[tokens->count++];
  token->from = from;
  token->to = to;
  token->form = (uint32_t)tokens->forms.len;
  token->sentence = 0;
  token->kind = (uint8_t)kind;
  token->flags = flags | scan->line;
  scan->line = 0;
  if (to <= scan->plain_end) {
    token->point_from = from + scan->shift;
    token->point_to = to + scan->shift;
  } else {
    place_token(scan, token);
  }
  return token;
}

static void add_token(slant_scan *scan, const unsigned char *p, const unsigned char *end, slant_token_kind kind,
                      uint8_t flags) {
  slant_tokens *tokens = scan->tokens;
  slant_token *token = new_token(scan, p, end, kind, flags);
  if (!token) return;
  if (kind == SLANT_TOKEN_URL)
    slant_buffer_text(&tokens->forms, "<url>");
  else if ((kind == SLANT_TOKEN_PUNCTUATION) && end - p > 2 && (*p == '!' || *p == '?'))
    slant_buffer_append(&tokens->forms, p, 2);
  else
    append_form(&tokens->forms, p, end);
  token->form_len = (uint32_t)(tokens->forms.len - token->form);
  slant_buffer_char(&tokens->forms, ' ');
  if (!slant_buffer_reserve(&tokens->forms, SLANT_PADDING)) {
    scan->ok = false;
    return;
  }
  token->hash = slant_hash_padded(tokens->forms.data + token->form, token->form_len);
  token->cased = slant_hash_padded(p, (size_t)(end - p));
  if (kind == SLANT_TOKEN_WORD) token->flags |= case_flags(scan, p, end);
}

/* ---- the longest token of each kind at p: its end, or NULL ---- */
static bool starts_with(const slant_scan *scan, const unsigned char *p, const char *prefix) {
  size_t len = strlen(prefix);
  return (size_t)(scan->end - p) >= len && memcmp(p, prefix, len) == 0;
}

static const unsigned char *scan_url(const slant_scan *scan, const unsigned char *p) {
  if (!starts_with(scan, p, "http://") && !starts_with(scan, p, "https://") && !starts_with(scan, p, "www."))
    return NULL;
  const unsigned char *q = p;
  while (q<scan->end && * q> ' ' && *q != '"' && *q != '<' && *q != '>') q++;
  while (q > p && strchr(".,;:!?)]'", q[-1])) q--;
  return q;
}

static const unsigned char *scan_name(const slant_scan *scan, const unsigned char *p) {
  if (*p != '@' && *p != '#') return NULL;
  const unsigned char *q = p + 1;
  for (;;) {
    slant_char c = char_at(scan, q);
    if (c.kind != CLASS_LETTER && c.kind != CLASS_DIGIT && c.point != '_') break;
    q += c.len;
  }
  return q > p + 1 ? q : NULL;
}

static const unsigned char *scan_emoticon(const slant_scan *scan, const unsigned char *p) {
  const unsigned char *q = p;
  if (q + 1 < scan->end && q[0] == '<' && q[1] == '3') {
    q += 2;
  } else {
    if (*q == '>') q++;
    if (q >= scan->end || !strchr(":;=8", *q)) return NULL;
    if (*q == '8' && p > scan->begin && ascii_class(p[-1]) != CLASS_SPACE) return NULL;
    q++;
    if (q < scan->end && strchr("-o*'", *q)) q++;
    if (q >= scan->end || !*q || !strchr(")](['dDpP/\\|@3", *q)) return NULL;
    q++;
  }
  slant_char next = char_at(scan, q);
  return next.kind == CLASS_LETTER || next.kind == CLASS_DIGIT || next.point == '/' ? NULL : q;
}

static const unsigned char *scan_number(const slant_scan *scan, const unsigned char *p) {
  const unsigned char *q = p;
  for (;;) {
    slant_char c = char_at(scan, q);
    if (c.kind == CLASS_DIGIT)
      q += c.len;
    else if (q + 1 < scan->end && strchr(".,:/", *q) && q[1] >= '0' && q[1] <= '9')
      q++;
    else
      break;
  }
  return q < scan->end && *q == '%' ? q + 1 : q;
}

/* U.S. or e.g.: letters of one, each with its dot, two or more. */
static const unsigned char *scan_abbreviation(const slant_scan *scan, const unsigned char *p) {
  const unsigned char *q = p;
  int dots = 0;
  while (q + 1 < scan->end && ascii_class(*q) == CLASS_LETTER && q[1] == '.') {
    q += 2;
    dots++;
  }
  return dots >= 2 && !is_letter_at(scan, q) ? q : NULL;
}

/* The length of a clitic ('s, 're, …) at the apostrophe p, 0 if there is none. */
static size_t clitic_at(const slant_scan *scan, const unsigned char *p) {
  static const char *const clitics[] = {"'s", "'re", "'ve", "'ll", "'d", "'m"};
  if (scan->end - p < 2 || ascii_class(p[1]) != CLASS_LETTER) return 0;
  for (size_t i = 0; i < sizeof clitics / sizeof *clitics; i++) {
    size_t len = strlen(clitics[i]);
    if ((size_t)(scan->end - p) < len) continue;
    bool same = true;
    for (size_t j = 1; j < len; j++) same = same && (p[j] | 32) == clitics[i][j];
    slant_char next = char_at(scan, p + len);
    if (same && next.kind != CLASS_LETTER && next.kind != CLASS_DIGIT) return len;
  }
  return 0;
}

static const unsigned char *scan_word(const slant_scan *scan, const unsigned char *p) {
  const unsigned char *q = p;
  bool capital = is_upper(char_at(scan, p).point);
  for (;;) {
    while (!scan->tokens->by_point && q < scan->end && *q < 0x80 && ascii_classes[*q] >= CLASS_LETTER) q++;
    slant_char c = char_at(scan, q);
    if (c.kind == CLASS_LETTER || c.kind == CLASS_DIGIT) {
      q += c.len;
      continue;
    }
    if ((c.point != '\'' && c.point != '-') || !is_letter_at(scan, q + 1)) break;
    if (c.point == '\'' && clitic_at(scan, q)) break;
    if (c.point == '-') {
      bool next_capital = is_upper(char_at(scan, q + 1).point);
      if (capital || next_capital) break;
    }
    q++;
  }
  return q;
}

static const unsigned char *scan_run(const slant_scan *scan, const unsigned char *p) {
  const unsigned char *q = p + 1;
  if (*p == '!' || *p == '?') {
    while (q < scan->end && (*q == '!' || *q == '?')) q++;
  } else if (*p == '.' || *p == '-') {
    while (q < scan->end && *q == *p) q++;
  }
  return q;
}

static bool is_punctuation(const slant_scan *scan, const unsigned char *p) {
  slant_char c = char_at(scan, p);
  if (c.point < 0) return false;
  switch (utf8proc_category(c.point)) {
  case UTF8PROC_CATEGORY_PC:
  case UTF8PROC_CATEGORY_PD:
  case UTF8PROC_CATEGORY_PS:
  case UTF8PROC_CATEGORY_PE:
  case UTF8PROC_CATEGORY_PI:
  case UTF8PROC_CATEGORY_PF:
  case UTF8PROC_CATEGORY_PO: return true;
  default: return false;
  }
}

/* An apostrophe at p: a clitic after a word, or — in text that was tokenised before — "Pakistan ' s"; else a sign. */
static const unsigned char *scan_apostrophe(slant_scan *scan, const unsigned char *p) {
  const slant_tokens *tokens = scan->tokens;
  const slant_token *last = tokens->count ? &tokens->items[tokens->count - 1] : NULL;
  bool after_word = last && (last->kind == SLANT_TOKEN_WORD || last->kind == SLANT_TOKEN_NUMBER);
  bool joined = last && scan->begin + last->to == p;
  size_t len = clitic_at(scan, p);
  if (after_word && len) {
    bool possessive = len == 2 && (p[1] | 32) == 's';
    add_token(scan, p, p + len, SLANT_TOKEN_WORD, possessive ? SLANT_TOKEN_POSSESSIVE : 0);
    return p + len;
  }
  if (after_word && !joined && scan->end - p >= 3 && p[1] == ' ' && p[2] == 's' &&
      (scan->end - p == 3 || p[3] == ' ')) {
    add_token(scan, p, p + 3, SLANT_TOKEN_WORD, SLANT_TOKEN_POSSESSIVE);
    return p + 3;
  }
  uint8_t flags = after_word && joined && (scan->begin[last->to - 1] | 32) == 's' ? SLANT_TOKEN_POSSESSIVE : 0;
  add_token(scan, p, p + 1, SLANT_TOKEN_PUNCTUATION, flags);
  return p + 1;
}

/* The words of a hashtag or user name in [p, end), as tokens behind it. An actor's alias matches none of them. */
static void add_segments(slant_scan *scan, const unsigned char *p, const unsigned char *end) {
  uint8_t starts[SLANT_MAX_TAG], ends[SLANT_MAX_TAG];
  const unsigned char *name = p + 1;
  slant_str text = {(const char *)name, (size_t)(end - name)};
  int n = slant_cut_tag(&scan->tokens->frequencies, text, starts, ends);
  if (n < 0) scan->ok = false;
  for (int k = 0; k < n && scan->ok; k++) {
    add_token(scan, name + starts[k], name + ends[k], SLANT_TOKEN_WORD, 0);
    slant_token *token = &scan->tokens->items[scan->tokens->count - 1];
    token->flags = SLANT_TOKEN_SEGMENT | SLANT_TOKEN_JOINED;
    token->point_from = token->point_to = token[-1].point_to;
    token->cased = 0;
  }
}

static const unsigned char *scan_token(slant_scan *scan, const unsigned char *p, slant_char c) {
  const unsigned char *q;
  if (c.kind == CLASS_LETTER) {
    if ((*p == 'h' || *p == 'w') && (q = scan_url(scan, p))) {
      add_token(scan, p, q, SLANT_TOKEN_URL, 0);
      return q;
    }
    q = scan_abbreviation(scan, p);
    if (!q) q = scan_word(scan, p);
    add_token(scan, p, q, SLANT_TOKEN_WORD, 0);
    return q;
  }
  if (c.kind == CLASS_DIGIT) {
    if (*p == '8' && (q = scan_emoticon(scan, p))) {
      add_token(scan, p, q, SLANT_TOKEN_EMOTICON, 0);
      return q;
    }
    q = scan_number(scan, p);
    if (is_letter_at(scan, q)) { /* 30th, 4x */
      q = scan_word(scan, q);
    }
    add_token(scan, p, q, SLANT_TOKEN_NUMBER, 0);
    return q;
  }
  if (*p == '\'') return scan_apostrophe(scan, p);
  if ((q = scan_name(scan, p))) {
    add_token(scan, p, q, *p == '@' ? SLANT_TOKEN_HANDLE : SLANT_TOKEN_HASHTAG, 0);
    add_segments(scan, p, q);
    return q;
  }
  if (*p < 0x80 && (q = scan_emoticon(scan, p))) {
    add_token(scan, p, q, SLANT_TOKEN_EMOTICON, 0);
    return q;
  }
  q = *p < 0x80 ? scan_run(scan, p) : p + c.len;
  add_token(scan, p, q, is_punctuation(scan, p) ? SLANT_TOKEN_PUNCTUATION : SLANT_TOKEN_SYMBOL, 0);
  return q;
}

/* ---- the short way for plain ASCII ---- */
enum { ENDS_WORD, MAY_END_WORD, GOES_ON };
/* What the character behind a run of ASCII letters means. A digit, an apostrophe, a hyphen or a byte of something wide
 * may continue the word; a dot may make an abbreviation, a dot or colon a URL. */
static const uint8_t behind_letters[256] = {['0' ... '9'] = GOES_ON,   ['\''] = GOES_ON,     ['-'] = GOES_ON,
                                            [0x80 ... 0xff] = GOES_ON, ['.'] = MAY_END_WORD, [':'] = MAY_END_WORD};

/* What to try at a character. */
enum { LOOK_CLOSER, SKIP, END_LINE, TRY_WORD, TRY_SIGN };
static const uint8_t ways[256] = {['A' ... 'Z'] = TRY_WORD, ['a' ... 'z'] = TRY_WORD, ['\t'] = SKIP,
                                  ['\n'] = END_LINE,        ['\v' ... '\r'] = SKIP,   [' '] = SKIP,
                                  [','] = TRY_SIGN,         ['.'] = TRY_SIGN,         ['"'] = TRY_SIGN,
                                  ['('] = TRY_SIGN,         [')'] = TRY_SIGN,         ['['] = TRY_SIGN,
                                  [']'] = TRY_SIGN,         ['-'] = TRY_SIGN,         ['!'] = TRY_SIGN,
                                  ['?'] = TRY_SIGN};

static inline bool form_room(slant_scan *scan) {
  slant_buffer *forms = &scan->tokens->forms;
  if (forms->capacity - forms->len >= SLANT_PADDING) return true;
  return scan->ok = slant_buffer_reserve(forms, SLANT_PADDING);
}

static inline bool ends_word(const unsigned char *p, uint32_t n) {
  uint8_t behind = behind_letters[p[n]];
  return behind == ENDS_WORD || (behind == MAY_END_WORD && n > 1 && *p != 'h' && *p != 'w');
}

/* Where scanning goes on behind a word or sign of n bytes: a space is stepped over. By a branch, which is mostly
 * foreseen, so that the next word need not wait for the byte. */
static inline const unsigned char *step_over(const unsigned char *p, uint32_t n) {
  if (__builtin_expect_with_probability(p[n] == ' ', 1, 0.9)) return p + n + 1;
  return p + n;
}

/* The token of n bytes at p, whose form of as many bytes has been written behind the others; NULL: no memory. */
static inline slant_token *add_plain(slant_scan *scan, const unsigned char *p, uint32_t n, slant_token_kind kind) {
  slant_buffer *forms = &scan->tokens->forms;
  slant_token *token = new_token(scan, p, p + n, kind, 0);
  if (!token) return NULL;
  forms->data[forms->len + n] = ' ';
  forms->len += n + 1;
  token->form_len = n;
  token->hash = token->cased = slant_hash_padded(p, n);
  return token;
}

static inline uint8_t capitals(bool first, bool all) {
  return first ? all ? SLANT_TOKEN_CAPITAL | SLANT_TOKEN_ALL_CAPS : SLANT_TOKEN_CAPITAL : 0;
}

/* A word of 8 to 14 letters, of which `head` are the first eight. */
static inline const unsigned char *scan_long_word(slant_scan *scan, const unsigned char *p, uint64_t head) {
  uint64_t tail = slant_load8(p + 8), letters = slant_letters8(tail);
  if (letters == SLANT_ALL_EIGHT) return NULL;
  uint32_t n;
  uint64_t run = slant_run8(letters, &n), all = SLANT_ALL_EIGHT;
  n += 8;
  if (n > 14 || !ends_word(p, n) || slant_tripled8(head, all) || !form_room(scan)) return NULL;
  uint64_t last = slant_load8(p + n - 8); /* from the seventh letter or before, so that what crosses the seam is seen */
  if (slant_tripled8(last, all)) return NULL;
  char *form = scan->tokens->forms.data + scan->tokens->forms.len;
  uint64_t lower = slant_lower8(head, all), lower_tail = slant_lower8(tail, run);
  memcpy(form, &lower, 8);
  memcpy(form + 8, &lower_tail, 8);
  slant_token *token = add_plain(scan, p, n, SLANT_TOKEN_WORD);
  uint64_t upper = slant_upper8(head, all), upper_tail = slant_upper8(tail, run);
  if (!token || !(upper | upper_tail)) return token ? step_over(p, n) : NULL;
  token->hash = slant_hash_padded(form, n);
  token->flags |= capitals(upper & 0x80, upper == all && upper_tail == run);
  return step_over(p, n);
}

/* The word of at most 14 ASCII letters at p, where it is that, not elongated and nothing more: where scanning goes on.
 * NULL: look closer, or no memory. */
static inline const unsigned char *scan_plain_word(slant_scan *scan, const unsigned char *p) {
  uint64_t head = slant_load8(p), letters = slant_letters8(head);
  if (letters == SLANT_ALL_EIGHT) return scan_long_word(scan, p, head);
  uint32_t n;
  uint64_t run = slant_run8(letters, &n);
  if (n == 0 || n > 7) __builtin_unreachable();
  if (!ends_word(p, n) || slant_tripled8(head, run) || !form_room(scan)) return NULL;
  char *form = scan->tokens->forms.data + scan->tokens->forms.len;
  uint64_t lower = slant_lower8(head, run);
  memcpy(form, &lower, 8);
  slant_token *token = add_plain(scan, p, n, SLANT_TOKEN_WORD);
  uint64_t upper = slant_upper8(head, run);
  if (!token || !upper) return token ? step_over(p, n) : NULL;
  token->hash = slant_hash_padded(form, n);
  token->flags |= capitals(upper & 0x80, n > 1 && upper == run);
  return step_over(p, n);
}

/* The same for a sign. */
static inline const unsigned char *scan_plain_sign(slant_scan *scan, const unsigned char *p) {
  if (p[1] == *p || p[1] == '!' || p[1] == '?' || !form_room(scan)) return NULL;
  scan->tokens->forms.data[scan->tokens->forms.len] = (char)*p;
  return add_plain(scan, p, 1, SLANT_TOKEN_PUNCTUATION) ? step_over(p, 1) : NULL;
}

/* What stands at p, in full: where scanning goes on. */
static const unsigned char *look_closer(slant_scan *scan, const unsigned char *p) {
  slant_char c = char_at(scan, p);
  if (c.kind != CLASS_SPACE) return scan_token(scan, p, c);
  if (*p == '\n') scan->line = SLANT_TOKEN_LINE;
  return p + c.len;
}

/* The tokens from p up to `end`: where the last one ends, or the gap behind it. */
static const unsigned char *scan_tokens(slant_scan *scan, const unsigned char *p, const unsigned char *end) {
  bool by_point = scan->tokens->by_point;
  for (const unsigned char *q; scan->ok && p < end; p = q) {
    uint8_t way = by_point ? LOOK_CLOSER : ways[*p];
    q = NULL;
    if (way == TRY_WORD) {
      q = scan_plain_word(scan, p);
    } else if (way == TRY_SIGN) {
      q = scan_plain_sign(scan, p);
    } else if (way != LOOK_CLOSER) {
      if (way == END_LINE) scan->line = SLANT_TOKEN_LINE;
      q = p + 1;
    }
    if (!q && scan->ok) q = look_closer(scan, p);
  }
  return p;
}

static slant_scan begin_scan(slant_tokens *tokens, const slant_clean *clean) {
  const unsigned char *text = (const unsigned char *)clean->text.data;
  tokens->count = tokens->n_turns = 0;
  slant_buffer_clear(&tokens->forms);
  slant_buffer_char(&tokens->forms, ' ');
  return (slant_scan){.begin = text, .end = text + clean->text.len, .tokens = tokens, .clean = clean, .ok = true};
}

bool slant_tokenise(slant_tokens *tokens, const slant_clean *clean) {
  slant_scan scan = begin_scan(tokens, clean);
  set_anchor(&scan, 0);
  scan_tokens(&scan, scan.begin, scan.end);
  return scan.ok && slant_buffer_reserve(&tokens->forms, SLANT_PADDING);
}

size_t slant_tokenise_stretch(slant_tokens *tokens, const slant_clean *clean, size_t from, size_t to, bool after_word) {
  slant_scan scan = begin_scan(tokens, clean);
  scan.plain_end = UINT32_MAX; /* nobody asks for code points */
  if (after_word && (tokens->capacity || grow_tokens(tokens)))
    tokens->items[tokens->count++] = (slant_token){.kind = SLANT_TOKEN_WORD};
  scan.ok = tokens->count == after_word;
  const unsigned char *stopped = scan_tokens(&scan, scan.begin + from, scan.begin + to);
  return scan.ok && !tokens->forms.failed ? (size_t)(stopped - scan.begin) : 0;
}

void slant_tokens_free(slant_tokens *tokens) {
  free(tokens->items);
  free(tokens->turns);
  slant_buffer_free(&tokens->forms);
  slant_frequencies_free(&tokens->frequencies);
  *tokens = (slant_tokens){0};
}
