#include "train/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void slant_progress_init(slant_progress *progress, const slant_observer *observer) {
  *progress = (slant_progress){.observer = observer, .stage = ""};
  pthread_mutex_init(&progress->lock, NULL);
}

void slant_progress_part(slant_progress *part, slant_progress *whole, uint64_t units) {
  *part = (slant_progress){.whole = whole, .stage = "", .units = units};
  pthread_mutex_init(&part->lock, NULL);
}

void slant_progress_destroy(slant_progress *progress) {
  if (progress->whole) slant_progress_step(progress->whole, progress->units - progress->given, NULL);
  pthread_mutex_destroy(&progress->lock);
}

/* How much of a fit's time a stage takes, by rule of thumb; a part that has other stages moves on when it ends. */
static double share_of(const char *stage) {
  return strcmp(stage, "search") == 0                                               ? 0.8
         : strcmp(stage, "inner products") == 0 || strcmp(stage, "final fits") == 0 ? 0.1
                                                                                    : 0;
}

/* Moves the whole on by what a part has done since it last did. Called with the part's lock held. */
static int pass_on(slant_progress *part, slant_error *error) {
  double reached = part->total ? part->share * (double)part->done / (double)part->total : 0;
  uint64_t units = (uint64_t)((part->before + reached) * (double)part->units), more = 0;
  if (units > part->units) units = part->units;
  if (units > part->given) more = units - part->given;
  part->given += more;
  return slant_progress_step(part->whole, more, error);
}

/* Called with the lock held. */
static int report(slant_progress *progress, slant_error *error) {
  if (progress->whole) return pass_on(progress, error);
  const slant_observer *observer = progress->observer;
  if (!progress->cancelled && observer && observer->progress)
    progress->cancelled = observer->progress(observer->context, progress->stage, progress->done, progress->total) != 0;
  return progress->cancelled ? slant_fail(error, SLANT_E_CANCELLED, "training was cancelled") : SLANT_OK;
}

int slant_progress_begin(slant_progress *progress, const char *stage, uint64_t total, slant_error *error) {
  if (!progress) return SLANT_OK;
  pthread_mutex_lock(&progress->lock);
  if (progress->whole) {
    progress->before += progress->share;
    progress->share = share_of(stage);
  }
  progress->stage = stage;
  progress->done = 0;
  progress->total = total;
  int status = report(progress, error);
  pthread_mutex_unlock(&progress->lock);
  return status;
}

int slant_progress_step(slant_progress *progress, uint64_t units, slant_error *error) {
  if (!progress) return SLANT_OK;
  pthread_mutex_lock(&progress->lock);
  progress->done += units;
  int status = report(progress, error);
  pthread_mutex_unlock(&progress->lock);
  return status;
}

void slant_progress_log(slant_progress *progress, slant_log_level level, const char *format, ...) {
  while (progress->whole) progress = progress->whole;
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
