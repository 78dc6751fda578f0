#include "cli/progress.h"

#include "cli/report.h"
#include "cli/signals.h"
#include "common/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MAX = 120, WIDTH_UNKNOWN = 80, RATE_SIZE = 32 };
static const double redraw_after = 0.1; /* seconds */

/* There is one terminal, so there is one bar. The library never calls an observer from two threads at once. */
static struct {
  bool quiet, terminal, drawn;
  cli_unit unit;
  const char *stage;
  double started, last;
} bar = {.quiet = true};

static void print_rate(char text[RATE_SIZE], double rate) {
  const char *unit = bar.unit == CLI_UNIT_BYTES ? "B/s" : "/s";
  if (rate >= 1e6)
    snprintf(text, RATE_SIZE, "%.1f M%s", rate / 1e6, unit);
  else if (rate >= 1e3)
    snprintf(text, RATE_SIZE, "%.1f k%s", rate / 1e3, unit);
  else
    snprintf(text, RATE_SIZE, "%.0f %s", rate, unit);
}

static void print_left(char text[RATE_SIZE], double seconds) {
  unsigned s = seconds > 359999 ? 359999 : (unsigned)(seconds + 0.5);
  if (s >= 3600)
    snprintf(text, RATE_SIZE, "%u:%02u:%02u left", s / 3600, s / 60 % 60, s % 60);
  else
    snprintf(text, RATE_SIZE, "%u:%02u left", s / 60, s % 60);
}

static int terminal_width(void) {
  struct winsize size = {0};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 20) return WIDTH_UNKNOWN;
  return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

static void draw(const char *stage, uint64_t done, uint64_t total, double now) {
  char rate[RATE_SIZE] = "", left[RATE_SIZE] = "", count[CLI_COUNT_SIZE], cells[WIDTH_MAX + 1] = "";
  double elapsed = now - bar.started, share = total ? (double)done / (double)total : 0;
  if (share > 1) share = 1;
  if (elapsed > 0.5) print_rate(rate, (double)done / elapsed);
  fprintf(stderr, "\r\033[K");
  if (!total) {
    fprintf(stderr, "%s  %s  %s", stage, cli_count(count, done), rate);
  } else {
    if (elapsed > 0.5 && share > 0.01) print_left(left, elapsed * (1 - share) / share);
    int room = terminal_width() - (int)(strlen(stage) + strlen(rate) + strlen(left)) - 16;
    int filled = room > 0 ? (int)(share * room) : 0;
    if (room > 0) memset(cells, ' ', (size_t)room);
    memset(cells, '#', (size_t)filled);
    fprintf(stderr, "%s %3d%% [%s] %s  %s", stage, (int)(share * 100), cells, rate, left);
  }
  fflush(stderr);
  bar.drawn = true;
}

int cli_progress(const char *stage, uint64_t done, uint64_t total) {
  if (cli_interrupted()) return 1;
  if (bar.quiet || !bar.terminal) return 0;
  double now = slant_seconds();
  if (!bar.stage || strcmp(bar.stage, stage) != 0) {
    bar.stage = stage;
    bar.started = bar.last = now;
    return 0;
  }
  if (now - bar.last < redraw_after) return 0;
  bar.last = now;
  draw(stage, done, total, now);
  return 0;
}

void cli_progress_clear(void) {
  if (!bar.drawn) return;
  fprintf(stderr, "\r\033[K");
  bar.drawn = false;
}

static int on_progress(void *context, const char *stage, uint64_t done, uint64_t total) {
  (void)context;
  return cli_progress(stage, done, total);
}

static void on_log(void *context, slant_log_level level, const char *message) {
  (void)context;
  if (level == SLANT_LOG_WARNING) cli_warn("%s", message);
  if (level == SLANT_LOG_NOTE && !bar.quiet) cli_note("%s", message);
}

const slant_observer *cli_observer(void) {
  static const slant_observer observer = {NULL, on_progress, on_log};
  return &observer;
}

void cli_progress_start(bool quiet, cli_unit unit) {
  const char *type = getenv("TERM");
  bar.quiet = quiet;
  bar.unit = unit;
  bar.terminal = isatty(STDERR_FILENO) && type && strcmp(type, "dumb") != 0;
}
