/* Converters of formats with an example a line: polarity, fastText, svmlight, and directed sentiment. */
#include "common/number.h"
#include "datasets/convert.h"

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
  return (slant_label){slant_str_of(SLANT_ANY_ACTOR), slant_str_of(SLANT_DEFAULT_TASK), label, -1, -1, 0};
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
  double number = slant_parse_real(text, &end);
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

/* ---- directed sentiment: "sentence with [p] and [q]", p, q, code ---- */
/* Where "[name]" stands in the sentence; its length if nowhere. */
static size_t find_marked(slant_str sentence, slant_str name) {
  for (size_t i = 0; i + name.len + 2 <= sentence.len; i++)
    if (sentence.ptr[i] == '[' && sentence.ptr[i + 1 + name.len] == ']' &&
        memcmp(sentence.ptr + i + 1, name.ptr, name.len) == 0)
      return i;
  return sentence.len;
}

static int64_t code_points(const char *bytes, size_t len) {
  int64_t n = 0;
  for (size_t i = 0; i < len; i++) n += ((unsigned char)bytes[i] & 0xc0) != 0x80;
  return n;
}

/* The sentence without the four brackets of p and q, and the spans of both in it. NULL: they are not marked. */
static char *unmark(slant_conversion *conversion, slant_str *sentence, const slant_str names[2],
                    slant_label labels[2]) {
  size_t at[2] = {find_marked(*sentence, names[0]), find_marked(*sentence, names[1])}, n = 0;
  char *text = slant_arena_alloc(&conversion->arena, sentence->len + 1, 1);
  if (!text || at[0] == sentence->len || at[1] == sentence->len) return NULL;
  for (size_t i = 0; i < sentence->len; i++) {
    for (int k = 0; k < 2; k++) {
      if (i == at[k]) labels[k].from = code_points(text, n);
      if (i == at[k] + 1 + names[k].len) labels[k].to = code_points(text, n);
    }
    bool bracket = i == at[0] || i == at[1] || i == at[0] + 1 + names[0].len || i == at[1] + 1 + names[1].len;
    if (!bracket) text[n++] = sentence->ptr[i];
  }
  *sentence = (slant_str){text, n};
  return text;
}

static slant_str actor_of(slant_conversion *conversion, slant_str mention) {
  const slant_convert_options *options = conversion->options;
  slant_str actor = options->actor_of ? options->actor_of(options->actor_context, mention) : (slant_str){0};
  return actor.len ? actor : slant_str_of(SLANT_ANY_ACTOR);
}

/* Codes: 0 neutral, 1 p is positive towards q, 2 q towards p, 3 p is negative towards q, 4 q towards p. labels_of[code]
 * are those of p and of q. */
static int directed_line(slant_conversion *conversion, const char *file, uint64_t number, slant_str line,
                         const char *task, const char *const labels_of[5][2], slant_error *error) {
  slant_str sentence = slant_str_cut(&line, '\t');
  slant_str names[2] = {{0}, {0}};
  for (int k = 0; k < 2; k++) names[k] = slant_str_cut(&line, '\t');
  slant_str code = trim(line);
  if (!names[0].len || !names[1].len || code.len != 1 || code.ptr[0] < '0' || code.ptr[0] > '4')
    return slant_conversion_bad(conversion, file, number, "expected a sentence, two names and a number from 0 to 4");
  const char *const *of = labels_of[code.ptr[0] - '0'];
  slant_label labels[2] = {document_label(slant_str_of(of[0])), document_label(slant_str_of(of[1]))};
  if (!unmark(conversion, &sentence, names, labels))
    return slant_conversion_bad(conversion, file, number, "the sentence does not mark both names with brackets");
  for (int k = 0; k < 2; k++) {
    labels[k].actor = actor_of(conversion, names[k]);
    labels[k].task = slant_str_of(task);
  }
  slant_record record = {.text = sentence, .line = number, .file = file};
  return slant_conversion_give(conversion, &record, labels, 2, error);
}

/* The sentiment towards each actor. */
static int dse_line(slant_conversion *conversion, const char *file, uint64_t number, slant_str line,
                    slant_error *error) {
  static const char *const labels[5][2] = {{"neutral", "neutral"},
                                           {"neutral", "positive"},
                                           {"positive", "neutral"},
                                           {"neutral", "negative"},
                                           {"negative", "neutral"}};
  return directed_line(conversion, file, number, line, SLANT_DEFAULT_TASK, labels, error);
}

/* What each actor is to the sentiment: who has it (agent), whom it meets (patient), or neither. */
static int dse_roles_line(slant_conversion *conversion, const char *file, uint64_t number, slant_str line,
                          slant_error *error) {
  static const char *const labels[5][2] = {{"none", "none"},
                                           {"positive agent", "positive patient"},
                                           {"positive patient", "positive agent"},
                                           {"negative agent", "negative patient"},
                                           {"negative patient", "negative agent"}};
  return directed_line(conversion, file, number, line, "role", labels, error);
}

int slant_convert_dse_roles(slant_conversion *conversion, const char *path, slant_error *error) {
  return slant_conversion_lines(conversion, path, dse_roles_line, error);
}

int slant_convert_dse(slant_conversion *conversion, const char *path, slant_error *error) {
  return slant_conversion_lines(conversion, path, dse_line, error);
}
