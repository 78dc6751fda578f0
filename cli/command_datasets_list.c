#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/report.h"

#include <slant/corpus.h>
#include <slant/sample.h>
#include <stdlib.h>

typedef struct list_options {
  int json;
} list_options;

static const slant_option own_rows[] = {CLI_ROW_JSON(list_options, "One JSON object a line."), SLANT_OPTION_END};

/* Where corpora that slant can read are published. They are their owners': slant does not carry or download them. */
static const struct {
  const char *format, *name, *where;
} corpora[] = {
    {"newsmtsc", "NewsMTSC: sentiment towards actors in US news", "https://github.com/fhamborg/NewsMTSC"},
    {"pstance", "P-Stance: stance of tweets towards three politicians", "https://github.com/chuchun8/PStance"},
    {"semeval2016", "SemEval-2016 Task 6: stance on five targets (as in TweetEval)",
     "https://github.com/cardiffnlp/tweeteval"},
    {"polarity", "MR and Subj: polarity and subjectivity of sentences",
     "https://github.com/harvardnlp/sent-conv-torch"},
};
enum { N_CORPORA = sizeof corpora / sizeof *corpora };

static void put_text(slant_buffer *out) {
  char size[CLI_COUNT_SIZE];
  slant_buffer_text(out, "Formats (slant datasets convert --from FORMAT)\n");
  for (const char *const *name = slant_convert_formats(); *name; name++)
    slant_buffer_format(out, "  %-12s  %s\n", *name, slant_convert_describe(*name));
  slant_buffer_text(out, "\nSample corpus (slant datasets fetch sample)\n");
  for (const char *const *name = slant_sample_names(); *name; name++)
    slant_buffer_format(out, "  %-16s  %9s bytes\n", *name, cli_count(size, slant_sample_file(*name).len));
  slant_buffer_text(out, "\nPublic corpora in these formats, to be had from their owners\n");
  for (int i = 0; i < N_CORPORA; i++)
    slant_buffer_format(out, "  %-12s  %s\n  %-12s  %s\n", corpora[i].format, corpora[i].name, "", corpora[i].where);
}

static void put_members(slant_buffer *out, const char *const keys[], const char *const values[], size_t n) {
  for (size_t i = 0; i < n; i++) {
    slant_buffer_format(out, "%s\"%s\":", i ? "," : "{", keys[i]);
    slant_buffer_json(out, slant_str_of(values[i]));
  }
  slant_buffer_text(out, "}\n");
}

static void put_json(slant_buffer *out) {
  for (const char *const *name = slant_convert_formats(); *name; name++)
    put_members(out, (const char *const[]){"kind", "name", "about"},
                (const char *const[]){"format", *name, slant_convert_describe(*name)}, 3);
  for (const char *const *name = slant_sample_names(); *name; name++)
    put_members(out, (const char *const[]){"kind", "name", "fetch"}, (const char *const[]){"file", *name, "sample"}, 3);
  for (int i = 0; i < N_CORPORA; i++)
    put_members(out, (const char *const[]){"kind", "format", "about", "where"},
                (const char *const[]){"corpus", corpora[i].format, corpora[i].name, corpora[i].where}, 4);
}

static int list(const list_options *options) {
  slant_buffer out = {0};
  slant_error error;
  (options->json ? put_json : put_text)(&out);
  int status = out.failed ? slant_fail(&error, SLANT_E_MEMORY, "no memory for the list") : SLANT_OK;
  if (!status) status = cli_print(out.data, out.len, &error);
  if (!status) status = cli_flush(&error);
  slant_buffer_free(&out);
  return status ? cli_report(&error) : CLI_DONE;
}

static int run(const cli_command *self, int argc, char **argv) {
  list_options options;
  cli_operands operands;
  int exit_code = cli_parse(self, argc, argv, (void *const[]){&options}, &operands);
  if (exit_code == CLI_GO && operands.n) exit_code = cli_usage(self, "takes no operand, not '%s'", operands.items[0]);
  if (exit_code == CLI_GO) exit_code = list(&options);
  free(operands.items);
  return exit_code;
}

static const cli_table tables[] = {{NULL, own_rows}, {NULL, NULL}};

static const cli_example examples[] = {{"What can be converted and fetched:", "slant datasets list"}, {NULL, NULL}};

const cli_command cli_command_datasets_list = {
    .name = "datasets list",
    .operands = "",
    .summary = "list corpus formats, and where corpora are",
    .description =
        "Lists the formats that 'slant datasets convert' reads, the data that 'slant datasets fetch' writes, "
        "and where public corpora in these formats are published. Those are their owners'; look at their "
        "licences before you use them.",
    .tables = tables,
    .examples = examples,
    .related = "datasets convert,datasets fetch",
    .run = run};
