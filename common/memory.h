/* Memory: checked sizes, an arena for what dies together, and a buffer that grows. Private to the library. */
#ifndef SLANT_COMMON_MEMORY_H
#define SLANT_COMMON_MEMORY_H

#include <slant/str.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* malloc/realloc of count*size bytes; NULL when the product overflows or there is no memory. A product of 0 gives a
 * pointer that can be freed. */
void *slant_alloc(size_t count, size_t size);
void *slant_alloc_zero(size_t count, size_t size);
void *slant_realloc(void *old, size_t count, size_t size);

/* Makes room for one more element in a growing array: doubles `*capacity` when `count` has reached it.
 * `array` is the address of the pointer. Returns false when there is no memory; the array is then unchanged. */
bool slant_grow(void *array, size_t *capacity, size_t count, size_t size);

/*
 * Arena: allocations that are all given back at once. Reset keeps the memory, so a loop that resets once a document
 * allocates nothing once it has seen its largest document. All zero is empty. Not thread-safe: one arena a thread.
 */
typedef struct slant_arena {
  struct slant_arena_block *first, *current;
} slant_arena;

void *slant_arena_alloc(slant_arena *arena, size_t count, size_t size); /* 16-byte aligned; NULL: no memory */
char *slant_arena_copy(slant_arena *arena, slant_str text);             /* a terminated copy; NULL: no memory */
void slant_arena_reset(slant_arena *arena);
void slant_arena_free(slant_arena *arena);

/*
 * Buffer: bytes that grow, not terminated. All zero is empty. `failed` stays set once an append found no memory, so
 * that a caller checks once, at the end. What is appended must not lie in the buffer itself.
 */
typedef struct slant_buffer {
  char *data;
  size_t len, capacity;
  bool failed;
} slant_buffer;

bool slant_buffer_reserve(slant_buffer *buffer, size_t more);
void slant_buffer_append(slant_buffer *buffer, const void *bytes, size_t len);
void slant_buffer_str(slant_buffer *buffer, slant_str text);
void slant_buffer_text(slant_buffer *buffer, const char *terminated);
void slant_buffer_char(slant_buffer *buffer, char c);
/* printf, with a decimal point in every locale. */
void slant_buffer_format(slant_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A quoted JSON string; each byte of invalid UTF-8 becomes U+FFFD. */
void slant_buffer_json(slant_buffer *buffer, slant_str text);
void slant_buffer_clear(slant_buffer *buffer); /* keeps the memory, forgets `failed` */
void slant_buffer_free(slant_buffer *buffer);

#endif
