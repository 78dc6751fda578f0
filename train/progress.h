/*
 * Progress and log lines of long work, from any thread: the observer is never called by two at once.
 *
 * A part is a progress within another: one model's fit within all fits. Its stages do not show; they move the whole on,
 * so that the whole has one estimate of the time left. */
#ifndef SLANT_TRAIN_PROGRESS_H
#define SLANT_TRAIN_PROGRESS_H

#include <pthread.h>
#include <slant/error.h>
#include <slant/observer.h>
#include <stdbool.h>

typedef struct slant_progress {
  const slant_observer *observer; /* may be NULL */
  struct slant_progress *whole;   /* NULL: this is no part */
  pthread_mutex_t lock;
  const char *stage;
  uint64_t done, total;
  uint64_t units, given; /* a part's: units of the whole that it stands for, and those that were reported */
  double before, share;  /* a part's: share of its units that earlier stages took, and that this one takes */
  bool cancelled;        /* stays set: whatever is still queued ends at its first step */
} slant_progress;

void slant_progress_init(slant_progress *progress, const slant_observer *observer);
/* `part` stands for `units` of the stage that `whole` is in. Destroying it reports what is left of them. */
void slant_progress_part(slant_progress *part, slant_progress *whole, uint64_t units);
void slant_progress_destroy(slant_progress *progress);
/* Starts a stage of `total` units (0: not known). Like step: SLANT_E_CANCELLED once the observer asked to stop. */
int slant_progress_begin(slant_progress *progress, const char *stage, uint64_t total, slant_error *error);
/* `units` more are done; with 0 it only asks whether to go on. */
int slant_progress_step(slant_progress *progress, uint64_t units, slant_error *error);
void slant_progress_log(slant_progress *progress, slant_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
