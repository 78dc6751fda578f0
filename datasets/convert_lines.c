/* Converters of formats with an example a line: polarity, fastText, svmlight. */
#include "datasets/convert.h"

#include <stdlib.h>

static slant_str trim(slant_str s) {
  while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) s = (slant_str){s.ptr + 1, s.len - 1};
  while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t')) s.len--;
  return s;
}

/* The next word of *rest, which may begin with blanks. */
static slant_str next_word(slant_str *rest) {
  *rest = trim(*rest);
  size_t n = 0;
  while (n < rest->len && rest->ptr[n] != ' ' && rest->ptr[n] != '\t') n++;
  slant_str word = {rest->ptr, n};
  *rest = (slant_str){rest->ptr + n, rest->len - n};
  return word;
}

static slant_label document_label(slant_str label) {
  return (slant_label){slant_str_of(SLANT_ANY_ACTOR), slant_str_of(SLANT_DEFAULT_TASK), label, -1, -1};
}

static int polarity_line(slant_conversion *conversion, const char *file, uint64_t number, slant_str text,
                         slant_error *error) {
  slant_label label = document_label(next_word(&text));
  slant_record record = {.text = trim(text), .line = number, .file = file};
  if (!record.text.len) return slant_conversion_bad(conversion, file, number, "a label and a text were expected");
  return slant_conversion_give(conversion, &record, &label, 1, error);
}

int slant_convert_polarity(slant_conversion *conversion, const char *path, slant_error *error) {
  return slant_conversion_lines(conversion, path, polarity_line, error);
}

static int fasttext_line(slant_conversion *conversion, const char *file, uint64_t number, slant_str text,
                         slant_error *error) {
  static const char prefix[] = "__label__";
  enum { MAX_LABELS = 64, PREFIX = sizeof prefix - 1 };
  slant_label labels[MAX_LABELS];
  size_t n = 0;
  for (;;) {
    slant_str rest = text, word = next_word(&rest);
    if (word.len <= PREFIX || memcmp(word.ptr, prefix, PREFIX) != 0) break;
    if (n == MAX_LABELS) return slant_conversion_bad(conversion, file, number, "more than 64 labels");
    labels[n++] = document_label((slant_str){word.ptr + PREFIX, word.len - PREFIX});
    text = rest;
  }
  slant_record record = {.text = trim(text), .line = number, .file = file};
  if (!n) return slant_conversion_bad(conversion, file, number, "the line does not begin with __label__");
  return slant_conversion_give(conversion, &record, labels, n, error);
}

int slant_convert_fasttext(slant_conversion *conversion, const char *path, slant_error *error) {
  return slant_conversion_lines(conversion, path, fasttext_line, error);
}

/* A feature becomes a word; a whole value from 2 to 1,000 repeats it, any other value counts as being there. */
static bool feature_words(slant_buffer *out, slant_str pair) {
  slant_str value = pair, index = slant_str_cut(&value, ':');
  char text[32] = "", *end;
  if (!index.len || index.len > 12 || !value.len || value.len >= sizeof text) return false;
  for (size_t i = 0; i < index.len; i++)
    if (index.ptr[i] < '0' || index.ptr[i] > '9') return false;
  memcpy(text, value.ptr, value.len);
  double number = strtod(text, &end);
  if (*end || !(number == number)) return false;
  if (number == 0) return true;
  int times = number >= 1 && number <= 1000 && number == (double)(int)number ? (int)number : 1;
  for (; times > 0; times--) slant_buffer_format(out, "%sf%.*s", out->len ? " " : "", (int)index.len, index.ptr);
  return true;
}

static int svmlight_line(slant_conversion *conversion, const char *file, uint64_t number, slant_str text,
                         slant_error *error) {
  slant_str line = slant_str_cut(&text, '#'), group = {0};
  slant_label label = document_label(next_word(&line));
  slant_buffer words = {0};
  const char *fault = label.label.len ? NULL : "a label was expected";
  while (!fault && (line = trim(line)).len) {
    slant_str pair = next_word(&line);
    if (pair.len > 4 && memcmp(pair.ptr, "qid:", 4) == 0)
      group = (slant_str){pair.ptr + 4, pair.len - 4};
    else if (!feature_words(&words, pair))
      fault = "expected index:value pairs";
  }
  slant_record record = {.text = {words.data, words.len}, .group = group, .line = number, .file = file};
  if (!record.text.ptr) record.text = slant_str_of("");
  int status = words.failed ? slant_fail(error, SLANT_E_MEMORY, "no memory to convert")
               : fault      ? slant_conversion_bad(conversion, file, number, fault)
                            : slant_conversion_give(conversion, &record, &label, 1, error);
  slant_buffer_free(&words);
  return status;
}

int slant_convert_svmlight(slant_conversion *conversion, const char *path, slant_error *error) {
  return slant_conversion_lines(conversion, path, svmlight_line, error);
}
