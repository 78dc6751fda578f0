/*
 * What a subcommand is. The help text, the man page and the parsing of its command line are all made from this.
 */
#ifndef SLANT_CLI_COMMAND_H
#define SLANT_CLI_COMMAND_H

#include <slant/options.h>

/* The program's exit codes. A run that was interrupted ends with 128 + the signal's number. */
enum {
  CLI_DONE = 0,
  CLI_DATA = 1,  /* the data is bad, or the run finished but some of its records were bad */
  CLI_USAGE = 2, /* the command line is wrong */
  CLI_SYSTEM = 3 /* files, devices, memory */
};

typedef struct cli_table {
  const char *title; /* of the group in help, ends with a colon; NULL: none */
  const slant_option *rows;
} cli_table;

typedef struct cli_example {
  const char *what; /* one sentence */
  const char *line; /* what to type */
} cli_example;

typedef struct cli_command cli_command;
struct cli_command {
  const char *name;            /* as typed after `slant`: "train", "datasets check" */
  const char *operands;        /* how usage shows what is no option: "DATA... -o BUNDLE" */
  const char *summary;         /* a few words, for lists of commands */
  const char *description;     /* paragraphs with a blank line between them */
  const cli_table *tables;     /* ended by rows == NULL */
  const cli_example *examples; /* ended by line == NULL; NULL: none */
  const char *related;         /* commands for SEE ALSO, with commas between them; NULL: none */
  int (*run)(const cli_command *self, int argc, char **argv); /* returns an exit code */
};

#endif
