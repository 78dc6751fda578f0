/* How long a training took: a file BUNDLE.times beside the bundle, which itself does not depend on the clock. */
#ifndef SLANT_CLI_TIMES_H
#define SLANT_CLI_TIMES_H

#include "common/memory.h"

#include <slant/error.h>

/* Writes slant_trainer_times() beside the bundle. */
int cli_times_write(const char *bundle, slant_str times, slant_error *error);
/* Appends them for people. Nothing where there is no such file; a warning where it is of another training than the
 * bundle with this model card, or cannot be read. */
int cli_times_print(slant_buffer *out, const char *bundle, slant_str card, slant_error *error);

#endif
