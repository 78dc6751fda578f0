/*
 * Lexicon files, told apart by their looks:
 *
 * - MPQA clues: type=strongsubj … word1=abuse … priorpolarity=negative; ±1 strong, ±0.5 weak; the strongest of a word.
 * - A word list: one word a line; +1, or -1 where the file's name says "negative".
 * - A table: word TAB number [TAB number …], with or without a row of column names. VADER's and AFINN's files are such
 *   tables (of VADER's only the mean is taken). Every column of numbers is a lexicon of its own.
 *
 * Lines that are empty or start with ';' or '# ' are passed over; so are terms of several tokens, which a look-up of
 * single tokens cannot find. A column of a table is scaled so that its largest score is ±1.
 */
#include "common/hash.h"
#include "common/number.h"
#include "features/vocabulary.h"
#include "features/words.h"

#include <math.h>
#include <slant/document.h>
#include <stdlib.h>

enum { MAX_COLUMNS = 32 };

typedef enum form { MPQA, LIST, TABLE } form;

typedef struct lexicon_file {
  slant_words_builder *builder;
  slant_document *document; /* makes a term what the tokeniser makes of it */
  slant_str name;           /* of the lexicon: the file's, without folders and ending */
  form form;
  uint32_t first, n_columns; /* columns of the builder */
  float scale[MAX_COLUMNS];
  slant_counts seen; /* terms so far */
  bool vader;        /* VADER's own file, which scores a few words twice; VADER itself takes the last */
} lexicon_file;

static bool skip_line(slant_str line) {
  return !line.len || line.ptr[0] == ';' || (line.ptr[0] == '#' && (line.len == 1 || line.ptr[1] == ' '));
}

static slant_str next_line(slant_str *rest) {
  slant_str line = slant_str_cut(rest, '\n');
  if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
  return line;
}

/* A cell as a number; false: it is none. "inf" and "nan" are none. */
static bool read_number(slant_str cell, float *out) {
  char text[64] = "", *end;
  if (!cell.len || cell.len >= sizeof text) return false;
  memcpy(text, cell.ptr, cell.len);
  double value = slant_parse_real(text, &end);
  *out = (float)value;
  return end == text + cell.len && isfinite(*out);
}

static slant_str name_of(const char *path) {
  const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path, *point = strrchr(from, '.');
  return (slant_str){from, point && point > from ? (size_t)(point - from) : strlen(from)};
}

static bool contains(slant_str text, const char *part) {
  size_t n = strlen(part);
  for (size_t i = 0; i + n <= text.len; i++)
    if (memcmp(text.ptr + i, part, n) == 0) return true;
  return false;
}

static form tell_form(slant_str text) {
  while (text.len) {
    slant_str line = next_line(&text);
    if (skip_line(line)) continue;
    if (contains(line, "word1=") && contains(line, "priorpolarity=")) return MPQA;
    return contains(line, "\t") ? TABLE : LIST;
  }
  return LIST;
}

/* The term as one token; false: it is several, or none. */
static int single_token(lexicon_file *file, slant_str term, slant_str *out, slant_error *error) {
  int status = slant_document_read(file->document, term, error);
  *out = (slant_str){0};
  if (status || file->document->n_tokens != 1) return status;
  const slant_token *token = &file->document->tokens[0];
  *out = (slant_str){file->document->forms.ptr + token->form, token->form_len};
  return SLANT_OK;
}

/* Whether the file has had this very term. -1: no memory. */
static int was_seen(lexicon_file *file, slant_str term) {
  uint64_t before = file->seen.used;
  if (!slant_counts_add(&file->seen, slant_table_key(slant_hash_word(term.ptr, term.len)), 1)) return -1;
  return file->seen.used == before;
}

static int score(lexicon_file *file, slant_str term, uint32_t column, float value, slant_error *error) {
  slant_str token;
  float before;
  int status = single_token(file, term, &token, error);
  if (status || !token.len) return status;
  int seen = column == 0 ? was_seen(file, term) : 0;
  status = slant_words_builder_score(file->builder, token, file->first + column, value, &before, error);
  if (seen < 0) return slant_fail(error, SLANT_E_MEMORY, "no memory for the lexicon");
  if (status || isnan(before)) return status;
  if (file->form == MPQA && fabsf(before) > fabsf(value)) /* a line a part of speech: the strongest opinion stands */
    return slant_words_builder_score(file->builder, token, file->first + column, before, &value, error);
  /* Of spellings that the tokeniser makes one form ("XD" and "xd", "sooo" and "soooo") the last stands. */
  if (file->form == MPQA || file->vader || before == value || !seen ||
      file->document->tokens[0].kind != SLANT_TOKEN_WORD)
    return SLANT_OK;
  return slant_fail(error, SLANT_E_DATA, "'%.*s' has two scores, %g and %g; leave one of them out",
                    (int)(token.len < 60 ? token.len : 60), token.ptr, (double)before, (double)value);
}

/* ---- MPQA ---- */
static slant_str field(slant_str line, const char *key) {
  size_t n = strlen(key);
  while (line.len) {
    slant_str word = slant_str_cut(&line, ' ');
    if (word.len > n && memcmp(word.ptr, key, n) == 0) return (slant_str){word.ptr + n, word.len - n};
  }
  return (slant_str){0};
}

static int read_mpqa(lexicon_file *file, slant_str line, slant_error *error) {
  slant_str word = field(line, "word1="), polarity = field(line, "priorpolarity="), type = field(line, "type=");
  if (!word.len || !polarity.len || !type.len)
    return slant_fail(error, SLANT_E_DATA, "expected type=, word1= and priorpolarity= as in the MPQA clues");
  float value = slant_str_is(polarity, "positive") ? 1 : slant_str_is(polarity, "negative") ? -1 : 0;
  if (slant_str_is(type, "weaksubj")) value /= 2;
  return value != 0 ? score(file, word, 0, value, error) : SLANT_OK;
}

/* ---- tables ---- */
static int read_row(lexicon_file *file, slant_str line, slant_error *error) {
  slant_str term = slant_str_cut(&line, '\t');
  if (!term.len) return slant_fail(error, SLANT_E_DATA, "a row without a word");
  for (uint32_t c = 0; c < file->n_columns; c++) {
    slant_str cell = slant_str_cut(&line, '\t');
    float value;
    if (!read_number(cell, &value))
      return slant_fail(error, SLANT_E_DATA, "column %u of '%.*s' is '%.*s', not a number", c + 2,
                        (int)(term.len < 60 ? term.len : 60), term.ptr, (int)(cell.len < 60 ? cell.len : 60),
                        cell.len ? cell.ptr : "");
    int status = score(file, term, c, value / file->scale[c], error);
    if (status) return status;
  }
  return line.len ? slant_fail(error, SLANT_E_DATA, "more columns than the first row has") : SLANT_OK;
}

/* VADER's file: word, mean, standard deviation, [ten ratings]. */
static int read_vader(lexicon_file *file, slant_str line, slant_error *error) {
  slant_str term = slant_str_cut(&line, '\t'), mean = slant_str_cut(&line, '\t');
  float value;
  if (!read_number(mean, &value)) return slant_fail(error, SLANT_E_DATA, "the second column is not a number");
  return score(file, term, 0, value / file->scale[0], error);
}

static bool is_vader(slant_str row) {
  return row.len && row.ptr[row.len - 1] == ']' && contains(row, "\t[");
}

/* Largest absolute number of each column, so that lexicons of different scales weigh alike. */
static void find_scales(lexicon_file *file, slant_str text) {
  for (uint32_t c = 0; c < file->n_columns; c++) file->scale[c] = 0;
  while (text.len) {
    slant_str line = next_line(&text);
    if (skip_line(line)) continue;
    slant_str_cut(&line, '\t');
    for (uint32_t c = 0; c < file->n_columns; c++) {
      float value;
      if (read_number(slant_str_cut(&line, '\t'), &value) && fabsf(value) > file->scale[c])
        file->scale[c] = fabsf(value);
    }
  }
  for (uint32_t c = 0; c < file->n_columns; c++)
    if (file->scale[c] == 0) file->scale[c] = 1;
}

/* Makes the columns from the first row. *header: it holds names, not numbers. */
static int open_table(lexicon_file *file, slant_str row, bool *header, slant_error *error) {
  slant_str cells = row;
  float value;
  slant_str_cut(&cells, '\t');
  slant_str rest = cells;
  *header = !read_number(slant_str_cut(&rest, '\t'), &value);
  bool vader = file->vader = is_vader(row);
  for (uint32_t c = 0; (cells.len || c == 0) && !(vader && c); c++) {
    slant_str cell = slant_str_cut(&cells, '\t');
    slant_buffer name = {0};
    uint32_t column;
    if (c == MAX_COLUMNS) return slant_fail(error, SLANT_E_LIMIT, "more than %d columns", MAX_COLUMNS);
    slant_buffer_str(&name, file->name);
    if (*header && cell.len) {
      slant_buffer_char(&name, ' ');
      slant_buffer_str(&name, cell);
    } else if (c) {
      slant_buffer_format(&name, " %u", c + 1);
    }
    int status = name.failed
                     ? slant_fail(error, SLANT_E_MEMORY, "no memory for the lexicon")
                     : slant_words_builder_column(file->builder, (slant_str){name.data, name.len}, &column, error);
    slant_buffer_free(&name);
    if (status) return status;
    file->n_columns++;
  }
  return SLANT_OK;
}

/* ---- the file ---- */
static int read_lines(lexicon_file *file, slant_str text, slant_error *error) {
  slant_str rest = text;
  float sign = contains(file->name, "neg") ? -1 : 1;
  uint64_t number = 0, rows = 0;
  int status = SLANT_OK;
  bool header = false;
  while (rest.len && !status) {
    slant_str line = next_line(&rest);
    number++;
    if (skip_line(line)) continue;
    if (rows++ == 0 && file->form == TABLE) {
      status = open_table(file, line, &header, error);
      if (!status) find_scales(file, text);
      if (status || header) goto next;
    }
    if (file->form == MPQA)
      status = read_mpqa(file, line, error);
    else if (file->form == TABLE)
      status = file->n_columns == 1 && is_vader(line) ? read_vader(file, line, error) : read_row(file, line, error);
    else
      status = score(file, line, 0, sign, error);
  next:
    if (status && status != SLANT_E_MEMORY) slant_error_at(error, NULL, number, 0);
  }
  if (!status && rows <= header) status = slant_fail(error, SLANT_E_DATA, "there is no word in it");
  return status;
}

int slant_lexicon_read(slant_words_builder *builder, slant_str text, const char *name, slant_error *error) {
  static const char mark[] = "\xef\xbb\xbf";
  if (text.len >= 3 && memcmp(text.ptr, mark, 3) == 0) text = (slant_str){text.ptr + 3, text.len - 3};
  lexicon_file file = {.builder = builder, .name = name_of(name), .form = tell_form(text)};
  int status = slant_document_new(&file.document, error);
  if (!status && file.form != TABLE) {
    status = slant_words_builder_column(builder, file.name, &file.first, error);
    file.n_columns = 1;
    file.scale[0] = 1;
  } else if (!status) {
    file.first = slant_words_builder_n_columns(builder);
  }
  if (!status) status = read_lines(&file, text, error);
  if (status && status != SLANT_E_MEMORY && error) slant_error_at(error, name, error->line, 0);
  slant_counts_free(&file.seen);
  slant_document_free(file.document);
  return status;
}
