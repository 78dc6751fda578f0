#include "features/entities.h"

#include <stddef.h>
#include <string.h>

enum { LONGEST = 10 }; /* bytes between & and ; */

/* Those that news pages and tweets use; of HTML's 2,231 names the rest stays as it is. */
static const struct {
  const char *name;
  int32_t point;
} entities[] = {{"amp", '&'},      {"lt", '<'},        {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
                {"nbsp", 0xa0},    {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"sbquo", 0x201a}, {"ldquo", 0x201c},
                {"rdquo", 0x201d}, {"bdquo", 0x201e},  {"laquo", 0xab},    {"raquo", 0xbb},   {"ndash", 0x2013},
                {"mdash", 0x2014}, {"hellip", 0x2026}, {"bull", 0x2022},   {"middot", 0xb7},  {"copy", 0xa9},
                {"reg", 0xae},     {"trade", 0x2122},  {"deg", 0xb0},      {"euro", 0x20ac},  {"pound", 0xa3},
                {"yen", 0xa5},     {"cent", 0xa2},     {"sect", 0xa7},     {"para", 0xb6},    {"shy", 0xad},
                {"ensp", 0x2002},  {"emsp", 0x2003},   {"thinsp", 0x2009}, {"zwj", 0x200d},   {"zwnj", 0x200c},
                {"times", 0xd7},   {"frac12", 0xbd},   {"frac14", 0xbc},   {"frac34", 0xbe},  {"agrave", 0xe0},
                {"aacute", 0xe1},  {"auml", 0xe4},     {"ccedil", 0xe7},   {"egrave", 0xe8},  {"eacute", 0xe9},
                {"ecirc", 0xea},   {"iacute", 0xed},   {"ntilde", 0xf1},   {"oacute", 0xf3},  {"ouml", 0xf6},
                {"uacute", 0xfa},  {"uuml", 0xfc},     {"szlig", 0xdf},    {"Eacute", 0xc9},  {"Ouml", 0xd6}};

static int32_t decode_number(const unsigned char *p, size_t len) {
  uint32_t base = 10, value = 0;
  if (len && (*p | 32) == 'x') base = 16, p++, len--;
  if (!len || len > 7) return -1;
  for (size_t i = 0; i < len; i++) {
    unsigned char c = p[i], low = c | 32;
    uint32_t digit = c >= '0' && c <= '9'       ? (uint32_t)(c - '0')
                     : low >= 'a' && low <= 'f' ? (uint32_t)(low - 'a' + 10)
                                                : 16;
    if (digit >= base) return -1;
    value = value * base + digit;
  }
  /* Not a character: out of Unicode, half of a pair, or a control sign. */
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff) || value < 0x20 || (value >= 0x7f && value < 0xa0))
    return -1;
  return (int32_t)value;
}

/* `p` stands behind the &. */
static int32_t decode_name(const unsigned char *p, const unsigned char *end, uint32_t *len) {
  size_t room = (size_t)(end - p) > LONGEST + 1 ? LONGEST + 1 : (size_t)(end - p);
  const unsigned char *close = memchr(p, ';', room);
  if (!close) return -1;
  size_t n = (size_t)(close - p);
  *len = (uint32_t)n + 1;
  if (n && *p == '#') return decode_number(p + 1, n - 1);
  for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
    if (strlen(entities[i].name) == n && memcmp(entities[i].name, p, n) == 0) return entities[i].point;
  return -1;
}

int32_t slant_entity_decode(const unsigned char *p, const unsigned char *end, uint32_t *len) {
  uint32_t first = 0, second = 0;
  int32_t point = end - p > 1 ? decode_name(p + 1, end, &first) : -1;
  if (point < 0) return -1;
  *len = 1 + first;
  if (point != '&') return point;
  int32_t inner = decode_name(p + *len, end, &second);
  if (inner < 0) return point;
  *len += second;
  return inner;
}
