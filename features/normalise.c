#include "features/normalise.h"

#include "features/entities.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MAX_SEGMENT = 96 }; /* code points of one base with its marks; a longer run is left as it stands */

uint32_t slant_utf8_decode(const unsigned char *p, const unsigned char *end, int32_t *point) {
  unsigned char c = p[0];
  if (c < 0x80) {
    *point = c;
    return 1;
  }
  *point = -1;
  if (c < 0xc2 || c > 0xf4) return 1;
  uint32_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80; /* Unicode 15, table 3-7 */
  unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  int32_t value = c & (0xff >> (len + 1));
  for (uint32_t i = 1; i < len; i++) {
    if (p + i >= end || p[i] < low || p[i] > high) return i;
    value = value << 6 | (p[i] & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  *point = value;
  return len;
}

static bool add_anchor(slant_clean *clean, uint32_t at, uint32_t point) {
  slant_anchor *last = clean->n_anchors ? &clean->anchors[clean->n_anchors - 1] : NULL;
  if (last && last->at == at) {
    last->point = point;
    return true;
  }
  if (!slant_grow(&clean->anchors, &clean->anchor_capacity, clean->n_anchors, sizeof *clean->anchors)) return false;
  clean->anchors[clean->n_anchors++] = (slant_anchor){at, point};
  return true;
}

/* What stands in for a code point in clean text; NULL: itself; "": dropped. */
static const char *replacement(int32_t c) {
  switch (c) {
  case 0x2018:
  case 0x2019:
  case 0x201a:
  case 0x201b:
  case 0x02bc:
  case 0x2032: return "'";
  case 0x201c:
  case 0x201d:
  case 0x201e:
  case 0x201f:
  case 0x00ab:
  case 0x00bb:
  case 0x2033: return "\"";
  case 0x2010:
  case 0x2011:
  case 0x2012:
  case 0x2013:
  case 0x2212: return "-";
  case 0x2014:
  case 0x2015: return "--";
  case 0x2026: return "...";
  case 0x00ad:
  case 0x200b:
  case 0x200c:
  case 0x200d:
  case 0x2060:
  case 0xfeff:
  case 0xfe0e:
  case 0xfe0f: return "";
  default: return NULL;
  }
}

/* Whether c may combine with what stands before it, or is not its own NFC. Precomposed Latin, Greek and Cyrillic (below
 * U+0300) are NFC already. */
static bool needs_composing(int32_t c) {
  if (c < 0x300) return false;
  if ((c >= 0x1161 && c <= 0x1175) || (c >= 0x11a8 && c <= 0x11c2)) return true; /* Hangul vowels and finals */
  const utf8proc_property_t *property = utf8proc_get_property(c);
  switch (property->category) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME: return true;
  default: return property->decomp_type == 0 && property->decomp_seqindex != UINT16_MAX && (c < 0xac00 || c > 0xd7a3);
  }
}

/* Brings text[from …) to NFC in place. */
static bool compose_segment(slant_buffer *text, size_t from) {
  const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  utf8proc_int32_t points[MAX_SEGMENT * 4];
  utf8proc_ssize_t len = (utf8proc_ssize_t)(text->len - from);
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text->data + from;
  utf8proc_ssize_t n = utf8proc_decompose(bytes, len, points, MAX_SEGMENT * 4, options);
  if (n < 0 || n > MAX_SEGMENT * 4) return true;
  n = utf8proc_normalize_utf32(points, n, options);
  if (n < 0) return true;
  if (!slant_buffer_reserve(text, (size_t)n * 4)) return false;
  text->len = from;
  for (utf8proc_ssize_t i = 0; i < n; i++)
    text->len += (size_t)utf8proc_encode_char(points[i], (utf8proc_uint8_t *)text->data + text->len);
  return true;
}

/* First byte that is not ASCII, or end. */
static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end) {
  while (end - p >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    if (word & UINT64_C(0x8080808080808080)) break;
    p += 8;
  }
  while (p < end && *p < 0x80) p++;
  return p;
}

/* One code point as it comes: a byte sequence, or a character reference that stands for it. */
typedef struct incoming {
  int32_t point;         /* -1: malformed */
  uint32_t len;          /* bytes that it takes, */
  uint32_t n_points;     /* and code points */
  unsigned char utf8[4]; /* itself */
  uint32_t utf8_len;
} incoming;

static incoming read_incoming(const unsigned char *p, const unsigned char *end) {
  incoming in = {.n_points = 1};
  if (*p == '&' && (in.point = slant_entity_decode(p, end, &in.len)) >= 0) {
    in.n_points = in.len;
    in.utf8_len = (uint32_t)utf8proc_encode_char(in.point, in.utf8);
    return in;
  }
  in.utf8_len = in.len = slant_utf8_decode(p, end, &in.point);
  memcpy(in.utf8, p, in.len);
  return in;
}

/* Where the next character reference starts, or end. */
static const unsigned char *next_reference(const unsigned char *p, const unsigned char *end) {
  uint32_t len;
  while (p < end && (p = memchr(p, '&', (size_t)(end - p)))) {
    if (slant_entity_decode(p, end, &len) >= 0) return p;
    p++;
  }
  return end;
}

/* The base that a run of marks belongs to starts at `base`; `marks` counts them. */
typedef struct slant_composer {
  size_t base;
  uint32_t marks;
} slant_composer;

static bool close_segment(slant_clean *clean, slant_composer *composer, uint32_t point) {
  if (!composer->marks) return true;
  bool ok = composer->marks > MAX_SEGMENT || compose_segment(&clean->text, composer->base);
  composer->marks = 0;
  return ok && add_anchor(clean, (uint32_t)clean->text.len, point);
}

bool slant_normalise(slant_clean *clean, slant_str text) {
  slant_buffer *out = &clean->text;
  slant_buffer_clear(out);
  clean->n_anchors = 0;
  clean->n_invalid = 0;
  const unsigned char *p = (const unsigned char *)text.ptr, *end = p + text.len;
  uint32_t point = 0;
  slant_composer composer = {0, 0};
  bool ok = slant_buffer_reserve(out, text.len + SLANT_PADDING) && add_anchor(clean, 0, 0);
  const unsigned char *reference = next_reference(p, end);
  while (ok && p < end) {
    if (p > reference) reference = next_reference(p, end);
    const unsigned char *plain = clean->by_point ? p : skip_ascii(p, reference);
    if (plain > p) {
      ok = close_segment(clean, &composer, point);
      slant_buffer_append(out, p, (size_t)(plain - p));
      point += (uint32_t)(plain - p);
      p = plain;
      composer.base = out->len - 1;
      continue;
    }
    incoming in = read_incoming(p, end);
    const char *instead = in.point < 0 ? "\xef\xbf\xbd" : replacement(in.point);
    if (in.point < 0) clean->n_invalid++;
    if (in.point >= 0 && !instead && needs_composing(in.point)) {
      composer.marks++;
      slant_buffer_append(out, in.utf8, in.utf8_len);
    } else {
      ok = close_segment(clean, &composer, point);
      composer.base = out->len;
      if (instead)
        slant_buffer_text(out, instead);
      else
        slant_buffer_append(out, in.utf8, in.utf8_len);
    }
    p += in.len;
    point += in.n_points;
    if (ok && !composer.marks) ok = add_anchor(clean, (uint32_t)out->len, point);
  }
  ok = ok && close_segment(clean, &composer, point);
  clean->n_points = point;
  ok = ok && slant_buffer_reserve(out, SLANT_PADDING);
  if (ok) memset(out->data + out->len, 0, SLANT_PADDING);
  return ok && !out->failed;
}

void slant_clean_free(slant_clean *clean) {
  slant_buffer_free(&clean->text);
  free(clean->anchors);
  *clean = (slant_clean){0};
}

size_t slant_clean_anchor(const slant_clean *clean, uint32_t at, size_t from) {
  while (from + 1 < clean->n_anchors && clean->anchors[from + 1].at <= at) from++;
  return from;
}

uint32_t slant_clean_point(const slant_clean *clean, uint32_t at, size_t *cursor) {
  size_t i = *cursor = slant_clean_anchor(clean, at, *cursor);
  uint32_t point = clean->anchors[i].point + (at - clean->anchors[i].at);
  uint32_t limit = i + 1 < clean->n_anchors ? clean->anchors[i + 1].point : clean->n_points;
  return point < limit ? point : limit;
}
