/* A clock that only goes forward. */
#ifndef SLANT_COMMON_CLOCK_H
#define SLANT_COMMON_CLOCK_H

#include <time.h>

/* Seconds since some moment, the same one for the whole run. */
static inline double slant_seconds(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif
