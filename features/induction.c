#include <slant/induction.h>

#include "common/file.h"
#include "common/names.h"
#include "common/number.h"
#include "features/words.h"

#include <math.h>
#include <slant/document.h>
#include <stdlib.h>

enum { MAX_LABELS = 32, LONGEST = 64 /* bytes of a word */ };

#define NEUTRAL 0.08 /* a word of less polarity counts as having none */

#define FIELD(name) offsetof(slant_induction_options, name)

const slant_option slant_induction_option_table[] = {
    {"from", 0, SLANT_OPTION_CHOICE, FIELD(from), "labels", 0, 0, "labels|context", "WHAT",
     "Score words by the labels of the texts that they are in, or by the polarity of the words around them; the latter "
     "needs no labels."},
    {"min-count", 0, SLANT_OPTION_INT, FIELD(min_count), "5", 1, 1e9, NULL, "N",
     "Leave out words in fewer texts (labels) or places (context)."},
    {"window", 0, SLANT_OPTION_INT, FIELD(window), "6", 1, 1000, NULL, "N",
     "Context: words on either side that are looked at, within the sentence."},
    {"prior", 0, SLANT_OPTION_REAL, FIELD(prior), "30", 0, 1e9, NULL, "N",
     "What rare words are held back by: so many texts (labels) or places (context) that are as all words are."},
    SLANT_OPTION_END};

typedef struct tally {
  uint32_t n;         /* texts or places */
  double weight;      /* of these, together */
  uint32_t last_text; /* that counted it, from 1 */
  double sum;         /* context: of the mean polarities around it */
} tally;

struct slant_induction {
  slant_induction_options options;
  slant_document *document;
  slant_words lexicon; /* context */
  slant_names words, labels;
  tally *tallies; /* one a word */
  size_t tally_capacity;
  double (*counts)[MAX_LABELS]; /* labels: the weight of texts of each label with the word */
  size_t count_capacity;
  uint32_t n_texts;
  double weight;    /* of these, together */
  double *polarity; /* context: running sums over a sentence's words */
  uint32_t *number; /* and their numbers */
  size_t polarity_capacity, number_capacity;
};

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to induce a lexicon");
}

int slant_induction_new(slant_induction **out, const slant_induction_options *options, slant_error *error) {
  *out = NULL;
  slant_induction *induction = slant_alloc_zero(1, sizeof *induction);
  if (!induction) return no_memory(error);
  induction->options = *options;
  int status = slant_document_new(&induction->document, error);
  if (!status && options->from == SLANT_INDUCE_FROM_CONTEXT) status = slant_words_builtin(&induction->lexicon, error);
  if (status)
    slant_induction_free(induction);
  else
    *out = induction;
  return status;
}

void slant_induction_free(slant_induction *induction) {
  if (!induction) return;
  slant_document_free(induction->document);
  slant_words_free(&induction->lexicon);
  slant_names_free(&induction->words);
  slant_names_free(&induction->labels);
  free(induction->tallies);
  free(induction->counts);
  free(induction->polarity);
  free(induction->number);
  free(induction);
}

/* ---- counting ---- */
static bool is_word(const slant_token *token) {
  return (token->kind == SLANT_TOKEN_WORD || token->kind == SLANT_TOKEN_HASHTAG ||
          token->kind == SLANT_TOKEN_EMOTICON) &&
         token->form_len <= LONGEST;
}

static slant_str form_of(const slant_induction *induction, const slant_token *token) {
  return (slant_str){induction->document->forms.ptr + token->form, token->form_len};
}

/* The number of a word, which has a tally and counts then; SLANT_NO_NAME: no memory. */
static uint32_t number_of(slant_induction *induction, const slant_token *token) {
  uint32_t known = induction->words.n;
  uint32_t word = slant_names_put(&induction->words, form_of(induction, token));
  if (word < known || word == SLANT_NO_NAME) return word;
  if (!slant_grow(&induction->tallies, &induction->tally_capacity, word, sizeof *induction->tallies))
    return SLANT_NO_NAME;
  induction->tallies[word] = (tally){0};
  if (induction->options.from == SLANT_INDUCE_FROM_CONTEXT) return word;
  if (!slant_grow(&induction->counts, &induction->count_capacity, word, sizeof *induction->counts))
    return SLANT_NO_NAME;
  memset(induction->counts[word], 0, sizeof *induction->counts);
  return word;
}

static int count_words(slant_induction *induction, uint32_t label, double weight, uint32_t first, uint32_t last,
                       uint32_t skip_from, uint32_t skip_to, slant_error *error) {
  induction->n_texts++;
  induction->weight += weight;
  for (uint32_t t = first; t < last; t++) {
    const slant_token *token = &induction->document->tokens[t];
    if (!is_word(token) || (t >= skip_from && t < skip_to)) continue;
    uint32_t word = number_of(induction, token);
    if (word == SLANT_NO_NAME) return no_memory(error);
    tally *counted = &induction->tallies[word];
    if (counted->last_text == induction->n_texts) continue;
    counted->last_text = induction->n_texts;
    counted->n++;
    counted->weight += weight;
    induction->counts[word][label] += weight;
  }
  return SLANT_OK;
}

static double polarity_of(const slant_induction *induction, const slant_token *token) {
  const slant_word *entry = slant_words_look_up(&induction->lexicon, form_of(induction, token), token->hash);
  double sum = 0;
  for (int k = 0; entry && k < SLANT_BUILTIN_LEXICONS; k++) sum += (double)entry->score[k];
  sum /= SLANT_BUILTIN_LEXICONS;
  return fabs(sum) < NEUTRAL ? 0 : sum;
}

/* Every word of a sentence is given the mean polarity of those around it. */
static int count_sentence(slant_induction *induction, const slant_sentence *sentence, slant_error *error) {
  size_t n = 0, window = (size_t)induction->options.window;
  for (uint32_t t = sentence->first; t < sentence->last; t++) {
    const slant_token *token = &induction->document->tokens[t];
    if (!is_word(token)) continue;
    if (!slant_grow(&induction->polarity, &induction->polarity_capacity, n + 1, sizeof *induction->polarity) ||
        !slant_grow(&induction->number, &induction->number_capacity, n, sizeof *induction->number))
      return no_memory(error);
    induction->number[n] = number_of(induction, token);
    if (induction->number[n] == SLANT_NO_NAME) return no_memory(error);
    induction->polarity[0] = 0;
    induction->polarity[n + 1] = induction->polarity[n] + polarity_of(induction, token);
    n++;
  }
  const double *sums = induction->polarity; /* of the words before */
  for (size_t i = 0; i < n && n > 1; i++) {
    size_t from = i > window ? i - window : 0, to = i + 1 + window < n ? i + 1 + window : n;
    double around = sums[to] - sums[from] - (sums[i + 1] - sums[i]);
    tally *counted = &induction->tallies[induction->number[i]];
    counted->n++;
    counted->weight++;
    counted->sum += around / (double)(to - from - 1);
  }
  return SLANT_OK;
}

int slant_induction_add(slant_induction *induction, slant_str text, slant_str label, int64_t from, int64_t to,
                        double weight, slant_error *error) {
  slant_document *document = induction->document;
  int status = slant_document_read(document, text, error);
  if (status) return status;
  if (induction->options.from == SLANT_INDUCE_FROM_CONTEXT) {
    for (uint32_t s = 0; s < document->n_sentences && !status; s++)
      status = count_sentence(induction, &document->sentences[s], error);
    return status;
  }
  uint32_t first = 0, last = document->n_tokens, skip_from = 0, skip_to = 0;
  if (from >= 0) {
    if (!slant_document_span(document, from, to, &skip_from, &skip_to))
      return slant_fail(error, SLANT_E_DATA, "the span holds no word of the text");
    first = document->sentences[document->tokens[skip_from].sentence].first;
    last = document->sentences[document->tokens[skip_to - 1].sentence].last;
  }
  uint32_t number = slant_names_put(&induction->labels, label);
  if (number == SLANT_NO_NAME) return no_memory(error);
  if (number >= MAX_LABELS) return slant_fail(error, SLANT_E_LIMIT, "more than %d labels", MAX_LABELS);
  return count_words(induction, number, weight > 0 ? weight : 1, first, last, skip_from, skip_to, error);
}

/* ---- scores ---- */
typedef struct ranked {
  double strength; /* the largest score, without its sign */
  slant_str word;
  uint32_t number;
} ranked;

static int strongest_first(const void *left, const void *right) {
  const ranked *a = left, *b = right;
  if (a->strength > b->strength || a->strength < b->strength) return a->strength > b->strength ? -1 : 1;
  return slant_str_compare(a->word, b->word);
}

typedef struct columns {
  uint32_t n, order[MAX_LABELS]; /* labels in ascending order of their names; of two, the second alone */
  double total[MAX_LABELS], all; /* counts of each label, and of all */
  double mean;                   /* context: over all places */
} columns;

static int choose_columns(columns *out, const slant_induction *induction, slant_error *error) {
  uint32_t n = induction->labels.n;
  *out = (columns){.n = 1};
  double places = 0;
  for (uint32_t w = 0; w < induction->words.n; w++) {
    places += induction->tallies[w].weight;
    out->mean += induction->tallies[w].sum;
    for (uint32_t l = 0; l < n; l++) out->total[l] += induction->counts[w][l];
  }
  out->all = places;
  if (places > 0) out->mean /= places;
  if (induction->options.from == SLANT_INDUCE_FROM_CONTEXT) return SLANT_OK;
  if (n < 2) return slant_fail(error, SLANT_E_DATA, "a lexicon from labels takes texts of two labels or more");
  for (uint32_t l = 0; l < n; l++) {
    uint32_t at = l;
    for (; at && slant_str_compare(induction->labels.items[out->order[at - 1]], induction->labels.items[l]) > 0; at--)
      out->order[at] = out->order[at - 1];
    out->order[at] = l;
  }
  out->n = n;
  if (n == 2) {
    out->order[0] = out->order[1];
    out->n = 1;
  }
  return SLANT_OK;
}

/* Equation 22 of Monroe et al.: the log-odds ratio over the root of its variance. */
static double z_score(const slant_induction *induction, const columns *of, uint32_t word, uint32_t label) {
  double texts = induction->options.prior / induction->weight; /* of the prior, for each that was seen */
  double prior = texts * of->all, own_prior = texts * induction->tallies[word].weight, total = of->total[label];
  double in = induction->counts[word][label] + own_prior;
  double out = induction->tallies[word].weight - induction->counts[word][label] + own_prior;
  double in_rest = total + prior - in, out_rest = of->all - total + prior - out;
  if (in <= 0 || out <= 0 || in_rest <= 0 || out_rest <= 0) { /* no prior, or one word alone */
    in += 0.5;
    out += 0.5;
    in_rest = in_rest > 0 ? in_rest : 0.5;
    out_rest = out_rest > 0 ? out_rest : 0.5;
  }
  return (log(in / in_rest) - log(out / out_rest)) / sqrt(1 / in + 1 / out);
}

static double score_of(const slant_induction *induction, const columns *of, uint32_t word, uint32_t column) {
  const tally *counted = &induction->tallies[word];
  if (induction->options.from == SLANT_INDUCE_FROM_LABELS) return z_score(induction, of, word, of->order[column]);
  double held_back = counted->weight + induction->options.prior;
  return (counted->sum - counted->weight * of->mean) / held_back;
}

/* A label as the name of a column, on one line. A number would be taken for a score: it is no longer one. */
static void put_name(slant_buffer *out, slant_str label) {
  char digit = label.len ? label.ptr[label.len - 1] : 0;
  if (digit >= '0' && digit <= '9') slant_buffer_text(out, "label ");
  for (size_t i = 0; i < label.len; i++) slant_buffer_char(out, (unsigned char)label.ptr[i] < ' ' ? ' ' : label.ptr[i]);
}

static void put_table(slant_buffer *out, const slant_induction *induction, const columns *of, const ranked *rows,
                      uint32_t n) {
  slant_buffer_text(out, "term");
  for (uint32_t c = 0; c < of->n; c++) {
    slant_buffer_char(out, '\t');
    if (induction->options.from == SLANT_INDUCE_FROM_CONTEXT) {
      slant_buffer_text(out, "context");
      continue;
    }
    put_name(out, induction->labels.items[of->order[c]]);
  }
  locale_t before = slant_number_begin();
  for (uint32_t r = 0; r < n; r++) {
    slant_buffer_char(out, '\n');
    slant_buffer_str(out, rows[r].word);
    for (uint32_t c = 0; c < of->n; c++) {
      double score = score_of(induction, of, rows[r].number, c);
      slant_buffer_format(out, "\t%.4f", fabs(score) < 0.00005 ? 0 : score); /* no -0.0000 */
    }
  }
  slant_number_end(before);
  slant_buffer_char(out, '\n');
}

static int write_file(const char *path, const slant_buffer *text, slant_error *error) {
  slant_file_writer *writer;
  int status = slant_file_writer_open(&writer, path, error);
  if (status) return status;
  status = slant_file_writer_write(writer, text->data, text->len, error);
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}

int slant_induction_write(slant_induction *induction, const char *path, uint64_t *n_words, slant_error *error) {
  columns of;
  uint32_t n = 0;
  int status = choose_columns(&of, induction, error);
  if (status) return status;
  ranked *rows = slant_alloc(induction->words.n, sizeof *rows);
  slant_buffer text = {0};
  if (!rows) return no_memory(error);
  for (uint32_t w = 0; w < induction->words.n; w++) {
    if (induction->tallies[w].n < induction->options.min_count) continue;
    ranked row = {0, induction->words.items[w], w};
    for (uint32_t c = 0; c < of.n; c++) row.strength = fmax(row.strength, fabs(score_of(induction, &of, w, c)));
    rows[n++] = row;
  }
  if (n) {
    qsort(rows, n, sizeof *rows, strongest_first);
    put_table(&text, induction, &of, rows, n);
    status = text.failed ? no_memory(error) : write_file(path, &text, error);
  } else {
    status = slant_fail(error, SLANT_E_DATA, "no word stands in %lld texts or more; lower --min-count",
                        (long long)induction->options.min_count);
  }
  slant_buffer_free(&text);
  free(rows);
  if (n_words) *n_words = n;
  return status;
}
