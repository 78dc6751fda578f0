/* The observer of the program's long work: a bar on a terminal, nothing elsewhere; log lines; a way to stop. */
#ifndef SLANT_CLI_PROGRESS_H
#define SLANT_CLI_PROGRESS_H

#include <slant/observer.h>
#include <stdbool.h>

typedef enum cli_unit { CLI_UNIT_ITEMS, CLI_UNIT_BYTES } cli_unit;

/* `quiet`: no bar and no notes; warnings are shown all the same. */
void cli_progress_start(bool quiet, cli_unit unit);
/* The observer to hand to the library: good until the program ends. */
const slant_observer *cli_observer(void);
/* Shows how far the work is; anything but 0: stop, the user wants it. */
int cli_progress(const char *stage, uint64_t done, uint64_t total);
/* Takes the bar away, so that a line can be written. */
void cli_progress_clear(void);

#endif
