#include "datasets/ahead.h"

#include "common/memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { BLOCKS = 4, BLOCK_SIZE = 1 << 18 };

typedef struct slant_ahead_block {
  char *bytes;
  int64_t len;       /* 0: the input has ended; negative: it failed */
  size_t used;       /* bytes that were handed out */
  uint64_t consumed; /* of the input behind this block */
} slant_ahead_block;

struct slant_ahead {
  slant_input_bytes *input;
  pthread_t thread;
  slant_ahead_block blocks[BLOCKS]; /* block n is at n % BLOCKS; the reader's from n_read on, the caller's before */
  slant_error error;                /* of the block that failed */
  uint64_t consumed;                /* the caller's own */
  pthread_mutex_t lock;             /* guards what follows */
  pthread_cond_t room, filled;
  uint64_t n_read, n_used;
  bool closing;
};

static bool wait_for_room(slant_ahead *ahead) {
  pthread_mutex_lock(&ahead->lock);
  while (!ahead->closing && ahead->n_read - ahead->n_used == BLOCKS) pthread_cond_wait(&ahead->room, &ahead->lock);
  bool go_on = !ahead->closing;
  pthread_mutex_unlock(&ahead->lock);
  return go_on;
}

static void *read_all(void *argument) {
  slant_ahead *ahead = argument;
  int64_t len = 1;
  for (uint64_t n = 0; len > 0 && wait_for_room(ahead); n++) {
    slant_ahead_block *block = &ahead->blocks[n % BLOCKS];
    len = slant_input_read(ahead->input, block->bytes, BLOCK_SIZE, &ahead->error);
    block->len = len;
    block->used = 0;
    block->consumed = slant_input_consumed(ahead->input);
    pthread_mutex_lock(&ahead->lock);
    ahead->n_read = n + 1;
    pthread_cond_signal(&ahead->filled);
    pthread_mutex_unlock(&ahead->lock);
  }
  return NULL;
}

static void destroy(slant_ahead *ahead) {
  pthread_cond_destroy(&ahead->filled);
  pthread_cond_destroy(&ahead->room);
  pthread_mutex_destroy(&ahead->lock);
  for (int b = 0; b < BLOCKS; b++) free(ahead->blocks[b].bytes);
  free(ahead);
}

int slant_ahead_new(slant_ahead **out, slant_input_bytes *input, slant_error *error) {
  slant_ahead *ahead = slant_alloc_zero(1, sizeof *ahead);
  bool ready = ahead != NULL;
  *out = NULL;
  if (!ahead) return slant_fail(error, SLANT_E_MEMORY, "no memory to read ahead");
  ahead->input = input;
  ahead->consumed = slant_input_consumed(input);
  pthread_mutex_init(&ahead->lock, NULL);
  pthread_cond_init(&ahead->room, NULL);
  pthread_cond_init(&ahead->filled, NULL);
  for (int b = 0; b < BLOCKS; b++) ready = (ahead->blocks[b].bytes = slant_alloc(BLOCK_SIZE, 1)) && ready;
  if (!ready || pthread_create(&ahead->thread, NULL, read_all, ahead)) {
    destroy(ahead);
    return slant_fail(error, SLANT_E_MEMORY, "no memory or no thread to read ahead");
  }
  *out = ahead;
  return SLANT_OK;
}

int64_t slant_ahead_read(slant_ahead *ahead, char *buffer, size_t size, slant_error *error) {
  pthread_mutex_lock(&ahead->lock);
  while (ahead->n_used == ahead->n_read) pthread_cond_wait(&ahead->filled, &ahead->lock);
  uint64_t n = ahead->n_used;
  pthread_mutex_unlock(&ahead->lock);
  slant_ahead_block *block = &ahead->blocks[n % BLOCKS];
  ahead->consumed = block->consumed;
  if (block->len <= 0) { /* the last one: it stays, for whoever asks again */
    if (block->len < 0 && error) *error = ahead->error;
    return block->len;
  }
  size_t part = (size_t)block->len - block->used;
  if (part > size) part = size;
  memcpy(buffer, block->bytes + block->used, part);
  block->used += part;
  if (block->used < (size_t)block->len) return (int64_t)part;
  pthread_mutex_lock(&ahead->lock);
  ahead->n_used++;
  pthread_cond_signal(&ahead->room);
  pthread_mutex_unlock(&ahead->lock);
  return (int64_t)part;
}

uint64_t slant_ahead_consumed(slant_ahead *ahead) {
  return ahead->consumed;
}

void slant_ahead_free(slant_ahead *ahead) {
  if (!ahead) return;
  pthread_mutex_lock(&ahead->lock);
  ahead->closing = true;
  pthread_cond_signal(&ahead->room);
  pthread_mutex_unlock(&ahead->lock);
  pthread_join(ahead->thread, NULL);
  destroy(ahead);
}
