#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { PATIENCE = 2 }; /* seconds: a solver, or a read from a silent pipe, cannot be asked to stop */

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  interrupted = number;
  alarm(PATIENCE);
}

static void on_alarm(int number) {
  (void)number;
  _exit(128 + interrupted);
}

static void catch (int number, void (*handler)(int)) {
  struct sigaction old, action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  /* What the parent has ignored (nohup, a shell's background jobs) stays ignored. */
  if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(number, &action, NULL);
}

void cli_signals_catch(void) {
  catch (SIGINT, on_signal);
  catch (SIGTERM, on_signal);
  struct sigaction action = {.sa_handler = on_alarm};
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);
}

int cli_interrupted(void) {
  return interrupted;
}
