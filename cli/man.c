#include "cli/man.h"

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/report.h"

#include <ctype.h>
#include <slant/version.h>
#include <string.h>

/* ---- roff ---- */
/* Text as roff shows it unchanged: no escapes, no requests, and dashes that can be copied as dashes. */
static void put_text(slant_buffer *out, const char *text, size_t len) {
  bool line_start = true;
  for (size_t i = 0; i < len; i++) {
    char c = text[i];
    if (line_start && (c == '.' || c == '\'')) slant_buffer_text(out, "\\&");
    if (c == '\\')
      slant_buffer_text(out, "\\e");
    else if (c == '-')
      slant_buffer_text(out, "\\-");
    else if (c == '`' || c == '\'')
      slant_buffer_text(out, c == '`' ? "\\(ga" : "\\(aq");
    else
      slant_buffer_char(out, c);
    line_start = c == '\n';
  }
}

static void put(slant_buffer *out, const char *text) {
  put_text(out, text, strlen(text));
}

static void put_section(slant_buffer *out, const char *title) {
  slant_buffer_format(out, ".SH %s\n", title);
}

/* Paragraphs with a blank line between them. */
static void put_paragraphs(slant_buffer *out, const char *text) {
  while (*text) {
    const char *end = strstr(text, "\n\n");
    size_t len = end ? (size_t)(end - text) : strlen(text);
    slant_buffer_text(out, ".PP\n");
    put_text(out, text, len);
    slant_buffer_char(out, '\n');
    text += len + (end ? 2 : 0);
  }
}

/* "slant-datasets-check" of "datasets check" */
static void put_page_name(slant_buffer *out, const char *command) {
  slant_buffer_text(out, "slant\\-");
  for (const char *c = command; *c; c++) {
    if (*c == ' ' || *c == '-')
      slant_buffer_text(out, "\\-");
    else
      slant_buffer_char(out, *c);
  }
}

static void put_title(slant_buffer *out, const char *command) {
  slant_buffer_text(out, ".TH SLANT");
  for (const char *c = command; c && *c; c++) {
    if (c == command) slant_buffer_text(out, "\\-");
    if (*c == ' ')
      slant_buffer_text(out, "\\-");
    else
      slant_buffer_char(out, (char)toupper((unsigned char)*c));
  }
  slant_buffer_format(out, " 1 \"\" \"slant %s\" \"User Commands\"\n", slant_version());
}

/* ---- options ---- */
static void put_option(slant_buffer *out, const slant_option *row) {
  slant_buffer values = {0};
  slant_buffer_text(out, ".TP\n");
  if (row->key) slant_buffer_format(out, "\\fB\\-%c\\fR, ", row->key);
  slant_buffer_text(out, "\\fB\\-\\-");
  put(out, row->name);
  slant_buffer_text(out, "\\fR");
  if (row->argument)
    slant_buffer_format(out, row->type == SLANT_OPTION_FLAG ? "[=\\fI%s\\fR]" : "=\\fI%s\\fR", row->argument);
  slant_buffer_char(out, '\n');
  put(out, row->help);
  slant_buffer_char(out, '\n');
  cli_describe_values(&values, row);
  if (values.len) {
    put_text(out, values.data, values.len);
    slant_buffer_char(out, '\n');
  }
  out->failed = out->failed || values.failed;
  slant_buffer_free(&values);
}

static void put_options(slant_buffer *out, const cli_table *tables) {
  put_section(out, "OPTIONS");
  for (; tables->rows; tables++) {
    if (tables->title) slant_buffer_format(out, ".SS %.*s\n", (int)strcspn(tables->title, ":"), tables->title);
    for (const slant_option *row = tables->rows; row->name; row++) put_option(out, row);
  }
  slant_buffer_text(out, ".SS Other\n");
  for (const slant_option *row = cli_standard_rows; row->name; row++) put_option(out, row);
}

/* ---- pages ---- */
static void put_exit_status(slant_buffer *out) {
  static const struct {
    const char *code, *meaning;
  } codes[] = {{"0", "Done."},
               {"1", "The data are bad, or the run finished but some of its records were bad."},
               {"2", "The command line is wrong."},
               {"3", "A file could not be read or written, or there was not enough memory."},
               {"130", "Interrupted (128 and the number of the signal)."}};
  put_section(out, "EXIT STATUS");
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    slant_buffer_format(out, ".TP\n\\fB%s\\fR\n%s\n", codes[i].code, codes[i].meaning);
}

static void put_examples(slant_buffer *out, const cli_example *examples) {
  if (!examples || !examples->line) return;
  put_section(out, "EXAMPLES");
  for (; examples->line; examples++) {
    slant_buffer_text(out, ".PP\n");
    put(out, examples->what);
    slant_buffer_text(out, "\n.PP\n.RS 4\n.EX\n");
    put(out, examples->line);
    slant_buffer_text(out, "\n.EE\n.RE\n");
  }
}

static void put_see_also(slant_buffer *out, const char *related) {
  put_section(out, "SEE ALSO");
  slant_buffer_text(out, "\\fBslant\\fR(1)");
  for (slant_str rest = slant_str_of(related); rest.len;) {
    slant_str name = slant_str_cut(&rest, ',');
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)name.len, name.ptr);
    slant_buffer_text(out, ", \\fB");
    put_page_name(out, word);
    slant_buffer_text(out, "\\fR(1)");
  }
  slant_buffer_char(out, '\n');
}

static void put_command_page(slant_buffer *out, const cli_command *command) {
  put_title(out, command->name);
  put_section(out, "NAME");
  put_page_name(out, command->name);
  slant_buffer_text(out, " \\- ");
  put(out, command->summary);
  slant_buffer_char(out, '\n');
  put_section(out, "SYNOPSIS");
  slant_buffer_format(out, "\\fBslant %s\\fR [\\fIOPTION\\fR]... ", command->name);
  put(out, command->operands);
  slant_buffer_char(out, '\n');
  put_section(out, "DESCRIPTION");
  put_paragraphs(out, command->description);
  put_options(out, command->tables);
  put_exit_status(out);
  put_examples(out, command->examples);
  put_see_also(out, command->related);
}

static void put_program_page(slant_buffer *out) {
  put_title(out, NULL);
  put_section(out, "NAME");
  slant_buffer_text(out, "slant \\- sentiment and stance in the news\n");
  put_section(out, "SYNOPSIS");
  slant_buffer_text(out, "\\fBslant\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n");
  put_section(out, "DESCRIPTION");
  put_paragraphs(out,
                 "slant reads news articles and says, for every actor in them (a state, a party, a leader, a "
                 "company), how the text treats that actor (sentiment) and which side it takes (stance). It learns "
                 "from labelled corpora and labels new articles in bulk.\n\n"
                 "A file named - is standard input or standard output. Records are JSON Lines, CSV or TSV, plain "
                 "or compressed with gzip or zstd. Labels go to standard output, all else to standard error.");
  put_section(out, "COMMANDS");
  for (int i = 0; cli_commands[i]; i++) {
    slant_buffer_text(out, ".TP\n\\fB");
    put_page_name(out, cli_commands[i]->name);
    slant_buffer_text(out, "\\fR(1)\n");
    put(out, cli_commands[i]->summary);
    slant_buffer_char(out, '\n');
  }
  put_section(out, "OPTIONS");
  for (const slant_option *row = cli_standard_rows; row->name; row++) put_option(out, row);
  put_exit_status(out);
}

int cli_man(int n_words, char **words) {
  slant_buffer page = {0};
  slant_error error;
  int used = 0;
  const cli_command *command = n_words ? cli_find_command(n_words, words, &used) : NULL;
  if (n_words && (!command || used != n_words)) {
    cli_fail("there is no man page for '%s'", words[0]);
    return CLI_USAGE;
  }
  if (command)
    put_command_page(&page, command);
  else
    put_program_page(&page);
  int status = page.failed ? slant_fail(&error, SLANT_E_MEMORY, "no memory for the page") : SLANT_OK;
  if (!status) status = cli_print(page.data, page.len, &error);
  if (!status) status = cli_flush(&error);
  slant_buffer_free(&page);
  return status ? cli_report(&error) : CLI_DONE;
}
