#include "features/vectors.h"

#include "common/hash.h"
#include "common/number.h"
#include "features/vocabulary.h"

#include <math.h>
#include <stdlib.h>

#define RANK_SHIFT 2.7 /* of Mandelbrot's 1 / (r + b) */

enum { MAX_WORD = 256 };

typedef struct head {
  uint32_t count, dim, zero[2];
} head;

/* A file on its way in. */
typedef struct reading {
  slant_buffer rows; /* floats */
  uint64_t *keys;
  size_t n, key_capacity;
  uint32_t dim;
  uint64_t promised, promised_dim; /* by the header; 0: there was none */
  slant_counts seen, folded;       /* words as they are spelled, and in lower case */
} reading;

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the word vectors");
}

static slant_str next_line(slant_str *rest) {
  slant_str line = slant_str_cut(rest, '\n');
  while (line.len && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == ' ')) line.len--;
  return line;
}

static uint32_t count_fields(slant_str line) {
  uint32_t n = 0;
  while (line.len) n += slant_str_cut(&line, ' ').len > 0;
  return n;
}

static bool is_count(slant_str field) {
  for (size_t i = 0; i < field.len; i++)
    if (field.ptr[i] < '0' || field.ptr[i] > '9') return false;
  return field.len > 0 && field.len < 12;
}

/* "N D": two whole numbers, which are kept. */
static bool is_header(slant_str line, reading *in) {
  slant_str first = slant_str_cut(&line, ' ');
  if (!is_count(first) || !is_count(line)) return false;
  in->promised = strtoull(first.ptr, NULL, 10);
  in->promised_dim = strtoull(line.ptr, NULL, 10);
  return true;
}

/* Whether the word is new. 0: it only differs in case from one before; a negative status where it is no word. */
static int take_word(reading *in, slant_str word, slant_error *error) {
  char lower[MAX_WORD];
  if (!word.len || word.len > MAX_WORD)
    return slant_fail(error, SLANT_E_DATA, "a word of %zu bytes; expected 1 to %d", word.len, MAX_WORD);
  for (size_t i = 0; i < word.len; i++)
    lower[i] = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z' ? (char)(word.ptr[i] | 32) : word.ptr[i];
  uint64_t spelled = slant_table_key(slant_hash_word(word.ptr, word.len)),
           key = slant_table_key(slant_hash_word(lower, word.len));
  uint64_t n_spelled = in->seen.used, n_folded = in->folded.used;
  if (!slant_counts_add(&in->seen, spelled, 1) || !slant_counts_add(&in->folded, key, 1) ||
      !slant_grow(&in->keys, &in->key_capacity, in->n, sizeof *in->keys))
    return no_memory(error);
  if (in->seen.used == n_spelled)
    return slant_fail(error, SLANT_E_DATA, "'%.*s' has a vector already", (int)(word.len < 60 ? word.len : 60),
                      word.ptr);
  if (in->folded.used == n_folded) return 0;
  in->keys[in->n] = key;
  return 1;
}

static int read_number(slant_str cell, float *out, slant_error *error) {
  char text[48], *end;
  if (cell.len < sizeof text) {
    memcpy(text, cell.ptr, cell.len);
    text[cell.len] = '\0';
    *out = strtof(text, &end); /* the caller has set the locale of numbers */
    if (end == text + cell.len && isfinite(*out)) return SLANT_OK;
  }
  return slant_fail(error, SLANT_E_DATA, "'%.*s' is not a number", (int)(cell.len < 60 ? cell.len : 60), cell.ptr);
}

static void to_unit(float *vector, uint32_t dim) {
  double squares = 0;
  for (uint32_t d = 0; d < dim; d++) squares += (double)vector[d] * (double)vector[d];
  for (uint32_t d = 0; d < dim && squares > 0; d++) vector[d] = (float)((double)vector[d] / sqrt(squares));
}

static int read_row(reading *in, slant_str line, slant_error *error) {
  uint32_t n = count_fields(line);
  if (n != in->dim + 1)
    return slant_fail(error, SLANT_E_DATA, "%u numbers where the first row has %u", n ? n - 1 : 0, in->dim);
  int is_new = take_word(in, slant_str_cut(&line, ' '), error);
  if (is_new <= 0) return is_new;
  if (!slant_buffer_reserve(&in->rows, in->dim * sizeof(float))) return no_memory(error);
  float *vector = (float *)(void *)(in->rows.data + in->rows.len);
  for (uint32_t d = 0; d < in->dim;) {
    slant_str cell = slant_str_cut(&line, ' ');
    if (!cell.len) continue;
    int status = read_number(cell, &vector[d++], error);
    if (status) return status;
  }
  to_unit(vector, in->dim);
  in->rows.len += in->dim * sizeof(float);
  in->n++;
  return SLANT_OK;
}

static int read_rows(reading *in, slant_str text, uint32_t max_words, slant_error *error) {
  int status = SLANT_OK;
  uint64_t number = 0;
  uint32_t rows = 0;
  for (; text.len && (!max_words || rows < max_words) && !status;) {
    slant_str line = next_line(&text);
    number++;
    if (!line.len || (number == 1 && is_header(line, in))) continue;
    if (rows++ == 0) {
      in->dim = count_fields(line) - 1;
      if (in->dim < 2 || in->dim > SLANT_MAX_DIMENSION)
        status = slant_fail(error, SLANT_E_DATA, "expected a word and 2 to %d numbers in a row, with spaces between",
                            SLANT_MAX_DIMENSION);
      else if (in->promised_dim && in->promised_dim != in->dim)
        status = slant_fail(error, SLANT_E_DATA, "%u numbers where the first line says %llu", in->dim,
                            (unsigned long long)in->promised_dim);
    }
    if (!status) status = read_row(in, line, error);
    if (status) slant_error_at(error, NULL, number, 0);
  }
  if (!status && !in->n) status = slant_fail(error, SLANT_E_DATA, "there is no word vector in it");
  if (!status && rows < in->promised && !(max_words && rows >= max_words)) {
    status =
        slant_fail(error, SLANT_E_DATA, "the file ends after %u words where its first line says %llu; get it again",
                   rows, (unsigned long long)in->promised);
    slant_error_at(error, NULL, number, 0);
  }
  return status;
}

/* What was read, as a bundle holds it. */
static int finish(slant_embedding *out, reading *in, slant_error *error) {
  head h = {.count = (uint32_t)in->n, .dim = in->dim};
  double sum = 0;
  for (size_t r = 0; r < in->n; r++) sum += 1 / ((double)r + RANK_SHIFT);
  slant_buffer_append(&out->section, &h, sizeof h);
  for (size_t r = 0; r < in->n; r++) {
    float frequency = (float)(1 / ((double)r + RANK_SHIFT) / sum);
    slant_buffer_append(&out->section, &frequency, sizeof frequency);
  }
  slant_buffer_append(&out->section, in->rows.data, in->rows.len);
  slant_buffer section = out->section;
  slant_table table;
  slant_slot *slots = section.failed || in->rows.failed ? NULL : slant_table_build(&table, in->keys, h.count);
  if (!slots) return no_memory(error);
  int status = slant_embedding_adopt(out, (slant_section){"vectors", section.data, section.len},
                                     (slant_section){"veckeys", slots, slant_table_size(&table)}, error);
  out->owned_slots = slots;
  out->section = section;
  return status;
}

int slant_embedding_parse(slant_embedding *out, slant_str text, const char *name, uint32_t max_words,
                          slant_error *error) {
  reading in = {0};
  *out = (slant_embedding){0};
  locale_t before = slant_number_begin();
  int status = read_rows(&in, text, max_words, error);
  slant_number_end(before);
  if (!status) status = finish(out, &in, error);
  if (status && status != SLANT_E_MEMORY) slant_error_at(error, name, 0, 0);
  slant_buffer_free(&in.rows);
  slant_counts_free(&in.seen);
  slant_counts_free(&in.folded);
  free(in.keys);
  if (status) slant_embedding_free(out);
  return status;
}

int slant_embedding_adopt(slant_embedding *out, slant_section vectors, slant_section slots, slant_error *error) {
  const head *h = vectors.data;
  *out = (slant_embedding){0};
  bool sane = h && vectors.size >= sizeof *h && h->count && h->count <= UINT32_MAX / 2 && h->dim >= 2 &&
              h->dim <= SLANT_MAX_DIMENSION &&
              vectors.size == sizeof *h + (uint64_t)h->count * (1 + (uint64_t)h->dim) * sizeof(float) &&
              slant_table_adopt(&out->table, slots.data, slots.size, h->count);
  if (sane) {
    out->count = h->count;
    out->dim = h->dim;
    out->frequency = (const float *)(h + 1);
    out->rows = out->frequency + h->count;
  }
  return sane ? SLANT_OK
              : slant_fail(error, SLANT_E_FORMAT, "the bundle's word vectors are damaged; get the file again");
}

void slant_embedding_free(slant_embedding *embedding) {
  slant_buffer_free(&embedding->section);
  free(embedding->owned_slots);
  *embedding = (slant_embedding){0};
}
