#include "cli/arguments.h"

#include "cli/help.h"
#include "cli/report.h"
#include "cli/suggest.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct standard_options {
  int help, version;
} standard_options;

const slant_option cli_standard_rows[] = {
    {"help", 'h', SLANT_OPTION_FLAG, offsetof(standard_options, help), NULL, 0, 0, NULL, NULL, "This help."},
    {"version", 0, SLANT_OPTION_FLAG, offsetof(standard_options, version), NULL, 0, 0, NULL, NULL,
     "The version of the program."},
    SLANT_OPTION_END};

/* ---- tables as argp has them ---- */
enum { TABLE_KEYS = 256 }; /* a row without a letter has the key (table + 1) * TABLE_KEYS + row */

static int key_of(const slant_option *rows, size_t i, int table) {
  return rows[i].key ? rows[i].key : (table + 1) * TABLE_KEYS + (int)i;
}

void cli_describe_values(slant_buffer *out, const slant_option *row) {
  if (row->type == SLANT_OPTION_CHOICE) {
    slant_buffer_text(out, "One of ");
    for (const char *c = row->choices; *c; c++) {
      slant_buffer_char(out, *c == '|' ? ',' : *c);
      if (*c == '|') slant_buffer_char(out, ' ');
    }
    slant_buffer_format(out, "; default %s.", row->initial);
  } else if (row->type == SLANT_OPTION_INT || row->type == SLANT_OPTION_REAL) {
    if (row->initial)
      slant_buffer_format(out, "Default %s, from ", row->initial);
    else
      slant_buffer_text(out, "From ");
    slant_buffer_format(out, row->type == SLANT_OPTION_INT ? "%.0f to %.0f." : "%.15g to %.15g.", row->min, row->max);
  } else if (row->type == SLANT_OPTION_TEXT && row->initial) {
    slant_buffer_format(out, "Default %s.", row->initial);
  }
}

static char *documentation_of(cli_argp *built, const slant_option *row) {
  slant_buffer text = {0};
  slant_buffer_text(&text, row->help);
  slant_buffer_char(&text, ' ');
  cli_describe_values(&text, row);
  while (text.len && text.data[text.len - 1] == ' ') text.len--;
  char *copy = text.failed ? NULL : slant_arena_copy(&built->strings, (slant_str){text.data, text.len});
  slant_buffer_free(&text);
  return copy;
}

static size_t count_rows(const slant_option *rows) {
  size_t n = 0;
  while (rows[n].name) n++;
  return n;
}

static struct argp_option *add_rows(cli_argp *built, struct argp_option *at, const slant_option *rows, int table,
                                    const char *title) {
  int group = table + 1;
  if (title) *at++ = (struct argp_option){.doc = title, .group = group};
  for (size_t i = 0; rows[i].name; i++) {
    char *doc = documentation_of(built, &rows[i]);
    if (!doc) return NULL;
    *at++ = (struct argp_option){.name = rows[i].name,
                                 .key = key_of(rows, i, table),
                                 .arg = rows[i].argument,
                                 .flags = rows[i].type == SLANT_OPTION_FLAG ? OPTION_ARG_OPTIONAL : 0,
                                 .doc = doc,
                                 .group = group};
  }
  return at;
}

/* What help shows before the options and, behind a vertical tab, after them. */
static void write_documentation(slant_buffer *out, const cli_command *command) {
  slant_buffer_format(out, "%c%s.\v%s", toupper((unsigned char)command->summary[0]), command->summary + 1,
                      command->description);
  for (const cli_example *example = command->examples; example && example->line; example++)
    slant_buffer_format(out, "%s\n%s\n  %s", example == command->examples ? "\n\nExamples:" : "", example->what,
                        example->line);
  slant_buffer_char(out, '\0');
}

int cli_argp_build(cli_argp *out, const cli_command *command, slant_error *error) {
  *out = (cli_argp){0};
  size_t n = count_rows(cli_standard_rows) + 2;
  for (const cli_table *table = command->tables; table->rows; table++) n += count_rows(table->rows) + 1;
  out->options = slant_alloc_zero(n, sizeof *out->options);
  struct argp_option *at = out->options;
  int table = 0;
  for (; at && command->tables[table].rows; table++)
    at = add_rows(out, at, command->tables[table].rows, table, command->tables[table].title);
  if (at) at = add_rows(out, at, cli_standard_rows, table, "Other:");
  write_documentation(&out->documentation, command);
  out->argp = (struct argp){.options = out->options,
                            .args_doc = *command->operands ? command->operands : NULL,
                            .doc = out->documentation.data};
  if (at && !out->documentation.failed) return SLANT_OK;
  cli_argp_free(out);
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the options");
}

void cli_argp_free(cli_argp *built) {
  free(built->options);
  slant_buffer_free(&built->documentation);
  slant_arena_free(&built->strings);
}

/* ---- what is wrong ---- */
int cli_usage(const cli_command *command, const char *format, ...) {
  char message[600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  cli_fail("%s: %s", command->name, message);
  cli_say("Try 'slant help %s'.", command->name);
  return CLI_USAGE;
}

/* The row that has this argp key or, where `name` is given, this name; its table's number in *table. The standard rows
 * come after the command's tables. */
static const slant_option *find_row(const cli_command *command, int key, const char *name, int *table) {
  for (*table = 0;; ++*table) {
    bool last = command->tables[*table].rows == NULL;
    const slant_option *rows = last ? cli_standard_rows : command->tables[*table].rows;
    for (size_t i = 0; rows[i].name; i++)
      if (name ? strcmp(rows[i].name, name) == 0 : key_of(rows, i, *table) == key) return &rows[i];
    if (last) return NULL;
  }
}

/* Calls `see` for every row of the command, the standard rows last. */
static void each_row(const cli_command *command, void (*see)(void *context, const slant_option *row), void *context) {
  for (const cli_table *table = command->tables; table->rows; table++)
    for (const slant_option *row = table->rows; row->name; row++) see(context, row);
  for (const slant_option *row = cli_standard_rows; row->name; row++) see(context, row);
}

typedef struct name_search {
  cli_suggestion suggestion;
  const slant_option *begun; /* a row whose name begins with the word */
  size_t n_begun;
  slant_buffer names; /* of all such rows */
} name_search;

static void match_name(void *context, const slant_option *row) {
  name_search *search = context;
  const char *word = search->suggestion.word;
  cli_suggest(&search->suggestion, row->name);
  if (strncmp(row->name, word, strlen(word)) != 0) return;
  search->begun = row;
  slant_buffer_format(&search->names, "%s--%s", search->n_begun++ ? ", " : "", row->name);
}

/* A name that is unknown, ambiguous, or known but without the value that it needs (or with one it does not take). */
static int bad_long_option(const cli_command *command, const char *word) {
  char name[64];
  snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
  int table, code;
  const slant_option *row = find_row(command, 0, name, &table);
  name_search search = {.suggestion = {.word = name}};
  each_row(command, match_name, &search);
  if (!row && search.n_begun == 1) row = search.begun;
  if (row && row->argument)
    code = cli_usage(command, "the option --%s needs a value: --%s %s", row->name, row->name, row->argument);
  else if (row)
    code = cli_usage(command, "the option --%s takes no value", row->name);
  else if (search.n_begun && !search.names.failed)
    code = cli_usage(command, "ambiguous option '--%s': it may be one of %.*s", name, (int)search.names.len,
                     search.names.data);
  else if (search.suggestion.best)
    code = cli_usage(command, "unknown option '--%s'; did you mean '--%s'?", name, search.suggestion.best);
  else
    code = cli_usage(command, "unknown option '--%s'", name);
  slant_buffer_free(&search.names);
  return code;
}

/* argp says only that some option was bad: the word before the next one to read or, for a letter in the middle of a
 * cluster, the next word itself. */
static int bad_option(const cli_command *command, int argc, char **argv, int next) {
  for (int i = next > 1 ? next - 1 : 1; i <= next && i < argc; i++) {
    const char *word = argv[i];
    if (word[0] != '-' || !word[1]) continue;
    if (word[1] == '-') return bad_long_option(command, word + 2);
    for (const char *letter = word + 1; *letter; letter++) {
      int table;
      const slant_option *row = find_row(command, *letter, NULL, &table);
      if (!row) return cli_usage(command, "unknown option '-%c'", *letter);
      if (row->argument && !letter[1])
        return cli_usage(command, "the option -%c needs a value: -%c %s", *letter, *letter, row->argument);
      if (row->argument) break;
    }
  }
  return cli_usage(command, "the options cannot be read");
}

/* ---- parsing ---- */
typedef struct parse_state {
  const cli_command *command;
  void *const *targets;
  cli_operands *operands;
  standard_options standard;
  slant_error error; /* of a value */
  int next;          /* index into argv where an error stopped argp */
} parse_state;

static error_t on_key(int key, char *value, struct argp_state *argp) {
  parse_state *state = argp->input;
  int table;
  if (key == ARGP_KEY_ARG) {
    state->operands->items[state->operands->n++] = value;
    return 0;
  }
  if (key == ARGP_KEY_ERROR) state->next = argp->next;
  const slant_option *row = key > 0 && key < ARGP_KEY_END ? find_row(state->command, key, NULL, &table) : NULL;
  if (!row) return ARGP_ERR_UNKNOWN;
  const slant_option *rows = state->command->tables[table].rows;
  int status = rows ? slant_options_set(rows, state->targets[table], row->name, value, &state->error)
                    : slant_options_set(cli_standard_rows, &state->standard, row->name, value, &state->error);
  return status ? EINVAL : 0;
}

int cli_parse(const cli_command *command, int argc, char **argv, void *const *targets, cli_operands *operands) {
  parse_state state = {.command = command, .targets = targets, .operands = operands};
  slant_error error = {0};
  cli_argp built = {0};
  for (int i = 0; command->tables[i].rows; i++) slant_options_init(command->tables[i].rows, targets[i]);
  *operands = (cli_operands){.items = slant_alloc((size_t)argc, sizeof *operands->items)};
  int status = operands->items ? cli_argp_build(&built, command, &error)
                               : slant_fail(&error, SLANT_E_MEMORY, "no memory for the command line");
  if (status) return cli_report(&error);
  built.argp.parser = on_key;
  error_t refused = argp_parse(&built.argp, argc, argv, ARGP_NO_EXIT | ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &state);
  cli_argp_free(&built);
  if (state.error.code) return cli_usage(command, "%s", state.error.message);
  if (refused == ENOMEM) {
    slant_fail(&error, SLANT_E_MEMORY, "no memory for the command line");
    return cli_report(&error);
  }
  if (refused) return bad_option(command, argc, argv, state.next);
  if (state.standard.help) return cli_help_command(command);
  if (state.standard.version) return cli_help_version();
  return CLI_GO;
}
