#include "train/progress.h"

#include <stdarg.h>
#include <stdio.h>

void slant_progress_init(slant_progress *progress, const slant_observer *observer) {
  *progress = (slant_progress){.observer = observer, .stage = ""};
  pthread_mutex_init(&progress->lock, NULL);
}

void slant_progress_destroy(slant_progress *progress) {
  pthread_mutex_destroy(&progress->lock);
}

/* Called with the lock held. */
static int report(slant_progress *progress, slant_error *error) {
  const slant_observer *observer = progress->observer;
  if (!progress->cancelled && observer && observer->progress)
    progress->cancelled = observer->progress(observer->context, progress->stage, progress->done, progress->total) != 0;
  return progress->cancelled ? slant_fail(error, SLANT_E_CANCELLED, "training was cancelled") : SLANT_OK;
}

int slant_progress_begin(slant_progress *progress, const char *stage, uint64_t total, slant_error *error) {
  pthread_mutex_lock(&progress->lock);
  progress->stage = stage;
  progress->done = 0;
  progress->total = total;
  int status = report(progress, error);
  pthread_mutex_unlock(&progress->lock);
  return status;
}

int slant_progress_step(slant_progress *progress, uint64_t units, slant_error *error) {
  pthread_mutex_lock(&progress->lock);
  progress->done += units;
  int status = report(progress, error);
  pthread_mutex_unlock(&progress->lock);
  return status;
}

void slant_progress_log(slant_progress *progress, slant_log_level level, const char *format, ...) {
  if (!progress->observer || !progress->observer->log) return;
  char line[600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  pthread_mutex_lock(&progress->lock);
  progress->observer->log(progress->observer->context, level, line);
  pthread_mutex_unlock(&progress->lock);
}
