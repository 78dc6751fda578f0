/* Converters of published corpora: NewsMTSC, P-Stance, SemEval-2016 task 6. */
#include "datasets/convert.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* ---- records that a mapping can read: their labels and ids need a touch ---- */
typedef struct slant_mapped {
  const char *file;
  int syntax;
  const char *map;
  /* Changes the record and its one label; a message when it cannot. */
  const char *(*mend)(slant_conversion *conversion, slant_record *record, slant_label *label);
} slant_mapped;

static int convert_mapped(slant_conversion *conversion, const slant_mapped *format, slant_error *error) {
  slant_reader_options options = {.syntax = format->syntax, .map = format->map};
  slant_reader *reader;
  slant_record record;
  int status = slant_reader_open(&reader, format->file, &options, error);
  if (status) return status;
  for (int more; (more = slant_reader_next(reader, &record, error)) != 0;) {
    slant_arena_reset(&conversion->arena);
    if (more == SLANT_E_DATA || more == SLANT_E_LIMIT)
      status = conversion->bad(conversion->context, error);
    else if (more < 0)
      status = more;
    else if (record.n_labels != 1)
      status = slant_conversion_bad(conversion, format->file, record.line, "the record has no label");
    else {
      slant_label label = record.labels[0];
      const char *fault = format->mend(conversion, &record, &label);
      status = fault ? slant_conversion_bad(conversion, format->file, record.line, fault)
                     : slant_conversion_give(conversion, &record, &label, 1, error);
    }
    if (status) break;
  }
  slant_reader_close(reader);
  return status;
}

/* The article of "allsides_1000_401_25_A Name_0_6" is "allsides_1000_401": sentences and mentions come behind it. */
static slant_str newsmtsc_article(slant_str id) {
  slant_str rest = id;
  for (int part = 0; part < 3 && rest.len; part++) slant_str_cut(&rest, '_');
  return (slant_str){id.ptr, rest.len ? (size_t)(rest.ptr - id.ptr) - 1 : id.len};
}

/* The mention comes in as the title. */
static const char *mend_newsmtsc(slant_conversion *conversion, slant_record *record, slant_label *label) {
  static const char *const names[] = {"negative", "neutral", "positive"};
  int polarity = slant_str_is(label->label, "-1")  ? 0
                 : slant_str_is(label->label, "0") ? 1
                 : slant_str_is(label->label, "1") ? 2
                                                   : -1;
  if (polarity < 0) return "the polarity is none of -1, 0 and 1";
  if (label->from < 0) return "the record has no span";
  label->label = slant_str_of(names[polarity]);
  label->task = slant_str_of("sentiment");
  record->group = newsmtsc_article(record->id);
  const slant_convert_options *options = conversion->options;
  if (options->actor_of) {
    slant_str actor = options->actor_of(options->actor_context, record->title);
    if (actor.len) label->actor = actor;
  }
  record->title = (slant_str){0};
  return NULL;
}

int slant_convert_newsmtsc(slant_conversion *conversion, const char *path, slant_error *error) {
  const slant_mapped format = {path, SLANT_SYNTAX_JSONL, "text=sentence,label=polarity,title=mention", mend_newsmtsc};
  return convert_mapped(conversion, &format, error);
}

/* "Donald Trump" → "donald-trump" */
static slant_str slug(slant_conversion *conversion, slant_str name) {
  char *copy = slant_arena_copy(&conversion->arena, name);
  for (char *p = copy; p && *p; p++) *p = *p == ' ' ? '-' : *p >= 'A' && *p <= 'Z' ? (char)(*p | 32) : *p;
  return copy ? (slant_str){copy, name.len} : name;
}

static const char *mend_pstance(slant_conversion *conversion, slant_record *record, slant_label *label) {
  (void)record;
  bool favor = slant_str_is(label->label, "FAVOR"), against = slant_str_is(label->label, "AGAINST");
  bool none = slant_str_is(label->label, "NONE");
  if (!favor && !against && !none) return "the stance is none of FAVOR, AGAINST and NONE";
  label->label = slant_str_of(favor ? "favor" : against ? "against" : "none");
  label->task = slant_str_of("stance");
  label->actor = slug(conversion, label->actor);
  return NULL;
}

int slant_convert_pstance(slant_conversion *conversion, const char *path, slant_error *error) {
  const slant_mapped format = {path, SLANT_SYNTAX_CSV, "text=Tweet,actor=Target,label=Stance", mend_pstance};
  return convert_mapped(conversion, &format, error);
}

/* ---- SemEval-2016: texts and labels in two files ---- */
static int convert_pair(slant_conversion *conversion, const char *texts, const char *labels, slant_str actor,
                        slant_error *error) {
  static const char *const names[] = {"none", "against", "favor"};
  FILE *text_file = fopen(texts, "r"), *label_file = fopen(labels, "r");
  char *text = NULL, *label = NULL;
  size_t text_room = 0, label_room = 0;
  int status = SLANT_OK;
  if (!text_file || !label_file)
    status = slant_fail(error, SLANT_E_IO, "cannot open %s: %s", text_file ? labels : texts, strerror(errno));
  for (uint64_t line = 1; !status; line++) {
    ssize_t n = getline(&text, &text_room, text_file), m = getline(&label, &label_room, label_file);
    if (n < 0 && m <= 1) break;
    if (n < 0 || m < 0) {
      status =
          slant_conversion_bad(conversion, n < 0 ? texts : labels, line, "one file has fewer lines than the other");
      break;
    }
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) n--;
    if (label[0] < '0' || label[0] > '2') {
      status = slant_conversion_bad(conversion, labels, line, "the label is none of 0, 1 and 2");
      continue;
    }
    slant_label one = {actor, slant_str_of("stance"), slant_str_of(names[label[0] - '0']), -1, -1, 0};
    slant_record record = {.text = {text, (size_t)n}, .line = line, .file = texts};
    status = slant_conversion_give(conversion, &record, &one, 1, error);
  }
  free(text);
  free(label);
  if (text_file) fclose(text_file);
  if (label_file) fclose(label_file);
  return status;
}

/* The last name of a path's folder: …/climate/train_text.txt → climate. */
static slant_str folder_name(slant_conversion *conversion, const char *file) {
  const char *slash = strrchr(file, '/'), *before = slash;
  while (before && before > file && before[-1] != '/') before--;
  if (!slash || before == slash) return slant_str_of(SLANT_ANY_ACTOR);
  slant_str name = {before, (size_t)(slash - before)};
  char *copy = slant_arena_copy(&conversion->arena, name);
  return copy ? (slant_str){copy, name.len} : slant_str_of(SLANT_ANY_ACTOR);
}

static int convert_text_file(slant_conversion *conversion, const char *texts, slant_error *error) {
  static const char suffix[] = "_text.txt";
  size_t len = strlen(texts), end = sizeof suffix - 1;
  if (len < end || strcmp(texts + len - end, suffix) != 0)
    return slant_fail(error, SLANT_E_ARGUMENT, "%s: expected a file *_text.txt with its *_labels.txt, or a folder",
                      texts);
  char *labels = slant_alloc(len + 8, 1);
  if (!labels) return slant_fail(error, SLANT_E_MEMORY, "no memory to convert");
  memcpy(labels, texts, len - end);
  memcpy(labels + len - end, "_labels.txt", 12);
  slant_str actor = folder_name(conversion, texts);
  int status = convert_pair(conversion, texts, labels, actor, error);
  free(labels);
  return status;
}

/* A folder: its train_text.txt and val_text.txt, and those of the folders in it, by name. A test split must be named.
 */
static int convert_folder(slant_conversion *conversion, const char *path, int depth, int *found, slant_error *error) {
  static const char *const splits[] = {"train_text.txt", "val_text.txt"};
  struct dirent **entries;
  int n = scandir(path, &entries, NULL, alphasort), status = SLANT_OK;
  if (n < 0) return slant_fail(error, SLANT_E_IO, "cannot read %s: %s", path, strerror(errno));
  for (int i = 0; i < n; i++) {
    slant_buffer inner = {0};
    struct stat info;
    slant_buffer_format(&inner, "%s/%s", path, entries[i]->d_name);
    slant_buffer_char(&inner, '\0');
    bool hidden = entries[i]->d_name[0] == '.';
    bool split = strcmp(entries[i]->d_name, splits[0]) == 0 || strcmp(entries[i]->d_name, splits[1]) == 0;
    if (inner.failed) status = slant_fail(error, SLANT_E_MEMORY, "no memory to convert");
    if (!status && split) {
      ++*found;
      status = convert_text_file(conversion, inner.data, error);
    } else if (!status && !hidden && depth < 2 && stat(inner.data, &info) == 0 && S_ISDIR(info.st_mode)) {
      status = convert_folder(conversion, inner.data, depth + 1, found, error);
    }
    slant_buffer_free(&inner);
    free(entries[i]);
  }
  free(entries);
  return status;
}

int slant_convert_semeval2016(slant_conversion *conversion, const char *path, slant_error *error) {
  struct stat info;
  int found = 0;
  if (stat(path, &info)) return slant_fail(error, SLANT_E_IO, "cannot open %s: %s", path, strerror(errno));
  if (!S_ISDIR(info.st_mode)) return convert_text_file(conversion, path, error);
  int status = convert_folder(conversion, path, 0, &found, error);
  if (!status && !found) status = slant_fail(error, SLANT_E_DATA, "%s holds no train_text.txt or val_text.txt", path);
  return status;
}
