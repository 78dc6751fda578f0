#include "common/memory.h"

#include "common/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *slant_alloc(size_t count, size_t size) {
  return slant_realloc(NULL, count, size);
}

void *slant_alloc_zero(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
  return calloc(bytes ? bytes : 1, 1);
}

void *slant_realloc(void *old, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
  return realloc(old, bytes ? bytes : 1);
}

bool slant_grow(void *array, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return true;
  size_t wanted = *capacity < 16 ? 16 : *capacity * 2;
  if (wanted < *capacity) return false;
  void *old;
  memcpy(&old, array, sizeof old);
  void *bigger = slant_realloc(old, wanted, size);
  if (!bigger) return false;
  memcpy(array, &bigger, sizeof bigger);
  *capacity = wanted;
  return true;
}

/* ---- arena: a chain of blocks, each at least twice the one before; `used` of all but the current one is final ---- */
struct slant_arena_block {
  struct slant_arena_block *next;
  size_t size, used;
  _Alignas(16) char bytes[];
};

enum { FIRST_BLOCK = 1 << 14 };

static struct slant_arena_block *arena_block(slant_arena *arena, size_t bytes) {
  struct slant_arena_block *last = arena->current;
  while (last && last->next) { /* blocks kept by a reset */
    last = last->next;
    last->used = 0;
    arena->current = last;
    if (last->size >= bytes) return last;
  }
  size_t size = last ? last->size * 2 : FIRST_BLOCK;
  while (size < bytes) {
    if (size > SIZE_MAX / 4) return NULL;
    size *= 2;
  }
  struct slant_arena_block *block = malloc(sizeof *block + size);
  if (!block) return NULL;
  block->next = NULL;
  block->size = size;
  block->used = 0;
  if (last)
    last->next = block;
  else
    arena->first = block;
  arena->current = block;
  return block;
}

void *slant_arena_alloc(slant_arena *arena, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 4) return NULL;
  bytes = (bytes + 15) & ~(size_t)15;
  struct slant_arena_block *block = arena->current;
  if (!block || block->size - block->used < bytes) {
    block = arena_block(arena, bytes);
    if (!block) return NULL;
  }
  void *out = block->bytes + block->used;
  block->used += bytes;
  return out;
}

char *slant_arena_copy(slant_arena *arena, slant_str text) {
  char *copy = slant_arena_alloc(arena, text.len + 1, 1);
  if (!copy) return NULL;
  if (text.len) memcpy(copy, text.ptr, text.len);
  copy[text.len] = '\0';
  return copy;
}

void slant_arena_reset(slant_arena *arena) {
  arena->current = arena->first;
  if (arena->current) arena->current->used = 0;
}

void slant_arena_free(slant_arena *arena) {
  for (struct slant_arena_block *block = arena->first, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  arena->first = arena->current = NULL;
}

/* ---- buffer ---- */
bool slant_buffer_reserve(slant_buffer *buffer, size_t more) {
  size_t wanted;
  if (buffer->failed || __builtin_add_overflow(buffer->len, more, &wanted) || wanted > SIZE_MAX / 4) {
    buffer->failed = true;
    return false;
  }
  if (wanted <= buffer->capacity) return true;
  size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity;
  while (capacity < wanted) capacity *= 2;
  char *bigger = realloc(buffer->data, capacity);
  if (!bigger) {
    buffer->failed = true;
    return false;
  }
  buffer->data = bigger;
  buffer->capacity = capacity;
  return true;
}

/* Nearly always there is room. A buffer that has failed keeps what it has. */
static inline bool has_room(slant_buffer *buffer, size_t more) {
  return (buffer->capacity - buffer->len >= more && !buffer->failed) || slant_buffer_reserve(buffer, more);
}

void slant_buffer_append(slant_buffer *buffer, const void *bytes, size_t len) {
  if (!len || !has_room(buffer, len)) return;
  memcpy(buffer->data + buffer->len, bytes, len);
  buffer->len += len;
}

void slant_buffer_str(slant_buffer *buffer, slant_str text) {
  slant_buffer_append(buffer, text.ptr, text.len);
}

void slant_buffer_text(slant_buffer *buffer, const char *terminated) {
  slant_buffer_append(buffer, terminated, strlen(terminated));
}

void slant_buffer_char(slant_buffer *buffer, char c) {
  if (has_room(buffer, 1)) buffer->data[buffer->len++] = c;
}

/* In two passes: once for the length, once for the bytes. */
void slant_buffer_format(slant_buffer *buffer, const char *format, ...) {
  locale_t before = slant_number_begin();
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  va_start(arguments, format);
  if (len < 0) {
    buffer->failed = true;
  } else if (slant_buffer_reserve(buffer, (size_t)len + 1)) {
    vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, arguments);
    buffer->len += (size_t)len;
  }
  va_end(arguments);
  slant_number_end(before);
}

/* Length of the well-formed UTF-8 sequence at p (Unicode 15, table 3-7), 0 if there is none. */
static size_t utf8_sequence(const unsigned char *p, const unsigned char *end) {
  size_t left = (size_t)(end - p);
  unsigned char c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xc2 || c > 0xf4 || left < 2) return 0;
  unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < low || p[1] > high) return 0;
  size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (left < len) return 0;
  for (size_t i = 2; i < len; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  return len;
}

static bool json_plain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

void slant_buffer_json(slant_buffer *buffer, slant_str text) {
  const unsigned char *p = (const unsigned char *)(text.len ? text.ptr : ""), *end = p + text.len;
  if (!has_room(buffer, text.len + 2)) return;
  slant_buffer_char(buffer, '"');
  while (p < end) {
    const unsigned char *plain = p;
    while (p < end && json_plain(*p)) p++;
    slant_buffer_append(buffer, plain, (size_t)(p - plain));
    if (p == end) break;
    size_t len = utf8_sequence(p, end);
    if (len > 1) {
      slant_buffer_append(buffer, p, len);
      p += len;
      continue;
    }
    unsigned char c = *p++;
    switch (c) {
    case '"': slant_buffer_text(buffer, "\\\""); break;
    case '\\': slant_buffer_text(buffer, "\\\\"); break;
    case '\n': slant_buffer_text(buffer, "\\n"); break;
    case '\r': slant_buffer_text(buffer, "\\r"); break;
    case '\t': slant_buffer_text(buffer, "\\t"); break;
    default:
      if (c >= 0x80)
        slant_buffer_text(buffer, "\xef\xbf\xbd");
      else
        slant_buffer_format(buffer, "\\u%04x", c);
    }
  }
  slant_buffer_char(buffer, '"');
}

void slant_buffer_clear(slant_buffer *buffer) {
  buffer->len = 0;
  buffer->failed = false;
}

void slant_buffer_free(slant_buffer *buffer) {
  free(buffer->data);
  *buffer = (slant_buffer){0};
}
