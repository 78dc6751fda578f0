#include "datasets/utf8.h"

size_t slant_utf8_length(const char *p, size_t left) {
  unsigned char c = (unsigned char)p[0];
  if (c < 0x80) return 1;
  if (c < 0xc2 || c > 0xf4) return 0;
  size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (left < len) return 0;
  unsigned char second = (unsigned char)p[1];
  unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (size_t i = 2; i < len; i++)
    if (((unsigned char)p[i] & 0xc0) != 0x80) return 0;
  return len;
}

size_t slant_utf8_repair(slant_str text, char *out, uint32_t *repaired) {
  size_t n = 0;
  for (size_t i = 0; i < text.len;) {
    size_t len = slant_utf8_length(text.ptr + i, text.len - i);
    memcpy(out + n, len ? text.ptr + i : "\xef\xbf\xbd", len ? len : 3);
    n += len ? len : 3;
    i += len ? len : 1;
    *repaired += len == 0;
  }
  return n;
}
