/* `train`, `evaluate`, `embed` and `features` in a program that was built without them (SLANT_TRAIN=OFF). */
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/report.h"

#include <string.h>

static int run(const cli_command *self, int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return cli_help_command(self);
    if (strcmp(argv[i], "--version") == 0) return cli_help_version();
  }
  cli_fail("%s: this slant was built without training (SLANT_TRAIN=OFF): it labels, and does not learn or measure",
           self->name);
  return CLI_USAGE;
}

static const cli_table tables[] = {{NULL, NULL}};

#define WITHOUT(NAME, SUMMARY)                                                                                         \
  const cli_command cli_command_##NAME = {                                                                             \
      .name = #NAME,                                                                                                   \
      .operands = "",                                                                                                  \
      .summary = SUMMARY " (not in this build)",                                                                       \
      .description = "This slant was built without training: it labels, and does not learn or measure.",               \
      .tables = tables,                                                                                                \
      .related = "predict",                                                                                            \
      .run = run}

WITHOUT(train, "learn a model from labelled records");
WITHOUT(evaluate, "measure a model against gold labels");
WITHOUT(embed, "make word vectors from unlabelled text");
WITHOUT(features, "write vectors in LIBSVM format");
