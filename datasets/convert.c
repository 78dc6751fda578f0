#include "datasets/convert.h"

#include "datasets/source.h"

const slant_converter slant_converters[] = {
    {"newsmtsc", "sentiment towards a mention in news, JSON lines (Hamborg and Donnay 2021)", slant_convert_newsmtsc},
    {"pstance", "stance of tweets towards a politician, CSV (Li et al. 2021)", slant_convert_pstance},
    {"semeval2016", "stance on a target, *_text.txt with *_labels.txt beside it (Mohammad et al. 2016)",
     slant_convert_semeval2016},
    {"dse", "sentiment between two actors in news, tab-separated (Park et al. 2021)", slant_convert_dse},
    {"dse-roles", "the same, each actor labelled as agent, patient or neither of a positive or negative sentiment",
     slant_convert_dse_roles},
    {"polarity", "a label and a text a line (Pang and Lee 2004, 2005)", slant_convert_polarity},
    {"fasttext", "__label__X and a text a line", slant_convert_fasttext},
    {"svmlight", "a label and index:value pairs a line; features become words f1 f7 f7", slant_convert_svmlight},
    {NULL, NULL, NULL}};

enum { N_CONVERTERS = sizeof slant_converters / sizeof *slant_converters };

static const slant_converter *find_converter(const char *name) {
  for (const slant_converter *c = slant_converters; c->name; c++)
    if (name && strcmp(c->name, name) == 0) return c;
  return NULL;
}

const char *const *slant_convert_formats(void) {
  static const char *const names[N_CONVERTERS] = {"newsmtsc", "pstance",  "semeval2016", "dse", "dse-roles",
                                                  "polarity", "fasttext", "svmlight",    NULL};
  return names;
}

const char *slant_convert_describe(const char *format) {
  const slant_converter *converter = find_converter(format);
  return converter ? converter->describe : NULL;
}

int slant_conversion_give(slant_conversion *conversion, slant_record *record, slant_label *labels, size_t n_labels,
                          slant_error *error) {
  const char *task = conversion->options->task;
  for (size_t i = 0; task && i < n_labels; i++) labels[i].task = slant_str_of(task);
  record->labels = labels;
  record->n_labels = n_labels;
  return conversion->sink(conversion->context, record, error);
}

int slant_conversion_bad(slant_conversion *conversion, const char *file, uint64_t line, const char *why) {
  slant_error error;
  slant_fail(&error, SLANT_E_DATA, "%s", why);
  slant_error_at(&error, file, line, 0);
  return conversion->bad(conversion->context, &error);
}

int slant_conversion_lines(slant_conversion *conversion, const char *path,
                           int (*line)(slant_conversion *conversion, const char *file, uint64_t number, slant_str text,
                                       slant_error *error),
                           slant_error *error) {
  /* Lines are split as those of JSON lines are; a blank line holds no example. */
  slant_reader_options options = {.syntax = SLANT_SYNTAX_JSONL};
  slant_source *source;
  slant_raw raw;
  int status = slant_source_open(&source, path, &options, error), more = 1;
  if (status) return status;
  while (!status && (more = slant_source_next(source, &raw, error)) == 1) {
    slant_arena_reset(&conversion->arena);
    if (raw.status)
      status = slant_conversion_bad(conversion, path, raw.line, "the line is longer than 64 MiB");
    else
      status = line(conversion, path, raw.line, raw.bytes, error);
  }
  slant_source_close(source);
  return status ? status : more;
}

int slant_convert(const slant_convert_options *options, const char *path, slant_record_sink sink,
                  slant_bad_line_sink bad, void *context, slant_error *error) {
  const slant_converter *converter = find_converter(options->from);
  slant_conversion conversion = {.options = options, .sink = sink, .bad = bad, .context = context};
  if (!converter)
    return slant_fail(error, SLANT_E_ARGUMENT, "there is no format '%s'; 'slant datasets list' names them",
                      options->from ? options->from : "");
  int status = converter->convert(&conversion, path, error);
  slant_arena_free(&conversion.arena);
  return status;
}
