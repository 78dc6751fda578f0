/*
 * How long work reports on itself. The library never prints: it calls these, if they are there.
 * Both may be called from any thread, but never from two at once.
 */
#ifndef SLANT_OBSERVER_H
#define SLANT_OBSERVER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_log_level { SLANT_LOG_WARNING = 1, SLANT_LOG_NOTE = 2, SLANT_LOG_DEBUG = 3 } slant_log_level;

typedef struct slant_observer {
  void *context;
  /* `done` of `total` units of `stage` (total 0: not known). A return other than 0 cancels the work, which then ends
   * with SLANT_E_CANCELLED. */
  int (*progress)(void *context, const char *stage, uint64_t done, uint64_t total);
  /* One line, no newline. */
  void (*log)(void *context, slant_log_level level, const char *message);
} slant_observer;

#ifdef __cplusplus
}
#endif
#endif
