#include "predict/journal.h"

#include "common/hash.h"

#include <stdio.h>
#include <stdlib.h>

static const char first_line[] = "slant journal 1\n";

/* ---- writing ---- */
/* Ends the line that begins at `from` with its check. */
static void put_check(slant_buffer *out, size_t from, uint64_t *check) {
  slant_buffer_char(out, ' ');
  if (out->failed) return;
  *check = slant_hash_seeded(out->data + from, out->len - from, *check);
  slant_buffer_format(out, "%016llx\n", (unsigned long long)*check);
}

void slant_journal_begin(slant_buffer *out, slant_str header, uint64_t *check) {
  slant_buffer_text(out, first_line);
  slant_buffer_str(out, header);
  if (out->failed) return;
  *check = slant_hash(out->data, out->len);
  size_t from = out->len;
  slant_buffer_text(out, "begin");
  put_check(out, from, check);
}

enum { N_NUMBERS = 12 };

static void numbers_of(const slant_journal_entry *entry, unsigned long long numbers[N_NUMBERS]) {
  const slant_mark *mark = &entry->mark;
  const slant_stream_counts *counts = &entry->counts;
  const uint64_t all[N_NUMBERS] = {mark->input,        mark->byte,         mark->line,           mark->ordinal,
                                   entry->written,     entry->digest,      counts->records,      counts->errors,
                                   counts->judgements, counts->text_bytes, counts->invalid_utf8, counts->abstained};
  for (int i = 0; i < N_NUMBERS; i++) numbers[i] = all[i];
}

void slant_journal_put(slant_buffer *out, const slant_journal_entry *entry, uint64_t *check) {
  unsigned long long numbers[N_NUMBERS];
  size_t from = out->len;
  numbers_of(entry, numbers);
  slant_buffer_text(out, entry->complete ? "end" : "at");
  for (int i = 0; i < N_NUMBERS; i++) slant_buffer_format(out, " %llu", numbers[i]);
  put_check(out, from, check);
}

/* ---- reading ---- */
/* Cuts a word and reads it as a number of this base; false: it is none. */
static bool read_number(slant_str *rest, unsigned base, uint64_t *out) {
  slant_str word = slant_str_cut(rest, ' ');
  *out = 0;
  if (!word.len || word.len > 20) return false;
  for (size_t i = 0; i < word.len; i++) {
    char c = word.ptr[i];
    unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
    if (digit >= base || *out > (UINT64_MAX - digit) / base) return false;
    *out = *out * base + digit;
  }
  return true;
}

/* Whether the line (without its end) carries the check that continues the chain; *words is what stands before it. */
static bool checked(slant_str line, uint64_t *check, slant_str *words) {
  enum { DIGITS = 16 };
  if (line.len < DIGITS + 2 || line.ptr[line.len - DIGITS - 1] != ' ') return false;
  slant_str digits = {line.ptr + line.len - DIGITS, DIGITS};
  uint64_t found, expected = slant_hash_seeded(line.ptr, line.len - DIGITS, *check);
  if (!read_number(&digits, 16, &found) || found != expected) return false;
  *check = expected;
  *words = (slant_str){line.ptr, line.len - DIGITS - 1};
  return true;
}

static bool read_entry(slant_str words, slant_journal_entry *entry) {
  uint64_t numbers[N_NUMBERS];
  slant_str kind = slant_str_cut(&words, ' ');
  if (!slant_str_is(kind, "at") && !slant_str_is(kind, "end")) return false;
  for (int i = 0; i < N_NUMBERS; i++)
    if (!read_number(&words, 10, &numbers[i])) return false;
  *entry = (slant_journal_entry){.mark = {numbers[0], numbers[1], numbers[2], numbers[3]},
                                 .written = numbers[4],
                                 .digest = numbers[5],
                                 .counts = {numbers[6], numbers[7], numbers[8], numbers[9], numbers[10], numbers[11]},
                                 .complete = slant_str_is(kind, "end")};
  return words.len == 0;
}

static bool add_place(slant_journal *journal, const slant_journal_entry *entry, size_t end, uint64_t check) {
  if (!slant_grow(&journal->places, &journal->capacity, journal->n, sizeof *journal->places)) return false;
  journal->places[journal->n++] = (slant_journal_place){*entry, end, check};
  return true;
}

/* The line at *at, ended or not: false where it is not ended. */
static bool next_line(slant_str bytes, size_t *at, slant_str *line) {
  const char *end = *at < bytes.len ? memchr(bytes.ptr + *at, '\n', bytes.len - *at) : NULL;
  if (!end) return false;
  *line = (slant_str){bytes.ptr + *at, (size_t)(end - bytes.ptr) - *at};
  *at += line->len + 1;
  return true;
}

/* The header: true with the first place behind it. */
static bool read_header(slant_journal *journal, slant_str bytes, size_t *at, uint64_t *check) {
  size_t first = sizeof first_line - 1;
  slant_str line, words;
  if (bytes.len < first || memcmp(bytes.ptr, first_line, first) != 0) return false;
  for (*at = first;;) {
    size_t from = *at;
    if (!next_line(bytes, at, &line)) return false;
    if (line.len < 6 || memcmp(line.ptr, "begin ", 6) != 0) continue;
    journal->header = (slant_str){bytes.ptr + first, from - first};
    *check = slant_hash(bytes.ptr, from);
    return checked(line, check, &words) && slant_str_is(words, "begin");
  }
}

int slant_journal_parse(slant_journal *out, slant_str bytes, slant_error *error) {
  static const slant_journal_entry nothing;
  size_t at;
  uint64_t check;
  slant_str line, words;
  *out = (slant_journal){0};
  if (!read_header(out, bytes, &at, &check))
    return slant_fail(error, SLANT_E_FORMAT, "the journal has no whole header");
  slant_journal_entry entry = nothing;
  bool added = add_place(out, &entry, at, check);
  while (added && !entry.complete && next_line(bytes, &at, &line) && checked(line, &check, &words) &&
         read_entry(words, &entry) && entry.written >= out->places[out->n - 1].entry.written)
    added = add_place(out, &entry, at, check);
  if (added) return SLANT_OK;
  slant_journal_free(out);
  return slant_fail(error, SLANT_E_MEMORY, "no memory for a journal");
}

void slant_journal_free(slant_journal *journal) {
  free(journal->places);
  *journal = (slant_journal){0};
}

int slant_journal_differ(slant_str before, slant_str now, const char *path, slant_error *error) {
  slant_str was, is;
  do {
    was = slant_str_cut(&before, '\n');
    is = slant_str_cut(&now, '\n');
  } while (slant_str_equal(was, is) && (before.len || now.len));
  if (!was.len) was = slant_str_of("nothing");
  if (!is.len) is = slant_str_of("nothing");
  return slant_fail(
      error, SLANT_E_ARGUMENT,
      "%s is of another run: it has '%.*s' where this one has '%.*s'; give the same command, or remove it "
      "and what is beside it to begin anew",
      path, (int)(was.len < 90 ? was.len : 90), was.ptr, (int)(is.len < 90 ? is.len : 90), is.ptr);
}
