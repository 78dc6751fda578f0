/* SIGINT and SIGTERM ask the work to stop; a second one, or two seconds without an answer, ends the program. */
#ifndef SLANT_CLI_SIGNALS_H
#define SLANT_CLI_SIGNALS_H

void cli_signals_catch(void);
int cli_interrupted(void); /* the number of the signal that asked to stop, 0: none */

#endif
