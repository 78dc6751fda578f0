#include <slant/embedder.h>

#include "common/file.h"
#include "common/hash.h"
#include "common/names.h"
#include "common/number.h"
#include "common/threads.h"
#include "train/ppmi.h"

#include <inttypes.h>
#include <math.h>
#include <slant/document.h>
#include <stdlib.h>

enum {
  OVERSAMPLING = 20,       /* of the decomposition, where there are as many words */
  LONGEST = 64,            /* bytes of a word */
  MOST_COUNTED = 20000000, /* different words; beyond, those that came once are forgotten */
  NO_WORD = UINT32_MAX
};

#define FIELD(name) offsetof(slant_embed_options, name)

const slant_option slant_embed_option_table[] = {
    {"rank", 0, SLANT_OPTION_INT, FIELD(rank), "200", 1, 1000, NULL, "N", "Numbers in a vector."},
    {"window", 0, SLANT_OPTION_INT, FIELD(window), "5", 1, SLANT_MAX_WINDOW, NULL, "N",
     "Words on either side that count as near, the nearer the more."},
    {"min-count", 0, SLANT_OPTION_INT, FIELD(min_count), "15", 1, 1e9, NULL, "N",
     "Words that come less often have no vector."},
    {"max-words", 0, SLANT_OPTION_INT, FIELD(max_words), "60000", 0, SLANT_MAX_PAIR_WORDS, NULL, "N",
     "Take the N most frequent words only; 0 takes all."},
    {"iterations", 0, SLANT_OPTION_INT, FIELD(iterations), "2", 0, 100, NULL, "N",
     "Power iterations of the decomposition: more are slower and more exact."},
    {"seed", 0, SLANT_OPTION_INT, FIELD(seed), "1", 0, 9007199254740992.0, NULL, "N", "Seed of the random projection."},
    {"threads", 'j', SLANT_OPTION_INT, FIELD(threads), "0", 0, 256, NULL, "N",
     "Threads of the decomposition; 0 takes one a core. The vectors do not depend on it."},
    {"memory", 0, SLANT_OPTION_INT, FIELD(memory), "1024", 1, 1e9, NULL, "MIB",
     "For counting pairs of words. Where it does not do, the rarest pairs are dropped, which is said."},
    SLANT_OPTION_END};

/* Hashes of the sentences that were read: open addressing. */
typedef struct hash_set {
  uint64_t *slots; /* 0: empty */
  size_t n, mask;
} hash_set;

typedef struct counted_word {
  slant_str text;
  uint64_t count;
} counted_word;

struct slant_embedder {
  slant_embed_options options;
  slant_progress progress;
  slant_document *document;
  hash_set seen;
  slant_names words; /* first reading: all words; second: those with vectors, the most frequent first */
  uint64_t *counts;  /* of the words; first reading */
  size_t count_capacity;
  slant_embedder_counts read;
  uint64_t digest, first_digest; /* of the texts of a reading */
  uint32_t *line;                /* words of a sentence, NO_WORD for those without vectors */
  size_t line_capacity;
  slant_cooccurrence pairs;
  uint64_t *keys; /* second reading: hash of each word's form → its number, open addressing */
  uint32_t *numbers;
  size_t mask;
  float *vectors; /* words × rank */
};

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for word vectors");
}

int slant_embedder_new(slant_embedder **out, const slant_embed_options *options, const slant_observer *observer,
                       slant_error *error) {
  *out = NULL;
  slant_embedder *embedder = slant_alloc_zero(1, sizeof *embedder);
  if (!embedder) return no_memory(error);
  embedder->options = *options;
  slant_progress_init(&embedder->progress, observer);
  int status = slant_document_new(&embedder->document, error);
  if (status)
    slant_embedder_free(embedder);
  else
    *out = embedder;
  return status;
}

void slant_embedder_free(slant_embedder *embedder) {
  if (!embedder) return;
  slant_document_free(embedder->document);
  slant_progress_destroy(&embedder->progress);
  slant_names_free(&embedder->words);
  slant_cooccurrence_free(&embedder->pairs);
  free(embedder->seen.slots);
  free(embedder->counts);
  free(embedder->line);
  free(embedder->keys);
  free(embedder->numbers);
  free(embedder->vectors);
  free(embedder);
}

slant_embedder_counts slant_embedder_counted(const slant_embedder *embedder) {
  return embedder->read;
}

/* ---- reading ---- */
static bool grow_set(hash_set *set) {
  size_t size = set->slots ? (set->mask + 1) * 2 : 1024;
  hash_set larger = {slant_alloc_zero(size, sizeof *larger.slots), set->n, size - 1};
  if (!larger.slots) return false;
  for (size_t i = 0; set->slots && i <= set->mask; i++) {
    if (!set->slots[i]) continue;
    size_t at = set->slots[i] & larger.mask;
    while (larger.slots[at]) at = (at + 1) & larger.mask;
    larger.slots[at] = set->slots[i];
  }
  free(set->slots);
  *set = larger;
  return true;
}

/* 1: it is new; 0: it was there; -1: no memory. */
static int put_hash(hash_set *set, uint64_t hash) {
  if ((!set->slots || set->n * 2 > set->mask) && !grow_set(set)) return -1;
  hash = hash ? hash : 1;
  size_t at = hash & set->mask;
  for (; set->slots[at]; at = (at + 1) & set->mask)
    if (set->slots[at] == hash) return 0;
  set->slots[at] = hash;
  set->n++;
  return 1;
}

/* Punctuation and possessives are no words; they do not push words apart either. */
static bool is_word(const slant_token *token) {
  if (token->kind == SLANT_TOKEN_WORD) return !(token->flags & SLANT_TOKEN_POSSESSIVE) && token->form_len <= LONGEST;
  return (token->kind == SLANT_TOKEN_HASHTAG || token->kind == SLANT_TOKEN_HANDLE ||
          token->kind == SLANT_TOKEN_EMOTICON || token->kind == SLANT_TOKEN_NUMBER) &&
         token->form_len <= LONGEST;
}

typedef int (*sentence_visit)(slant_embedder *embedder, const slant_sentence *sentence, slant_error *error);

static int read_text(slant_embedder *embedder, slant_str text, sentence_visit visit, slant_error *error) {
  slant_document *document = embedder->document;
  int status = slant_document_read(document, text, error);
  for (uint32_t s = 0; s < document->n_sentences && !status; s++) {
    const slant_sentence *sentence = &document->sentences[s];
    uint64_t hash = 0;
    for (uint32_t t = sentence->first; t < sentence->last; t++)
      if (is_word(&document->tokens[t])) hash = slant_hash_chain(hash, document->tokens[t].hash);
    embedder->digest = slant_hash_chain(embedder->digest, hash);
    int new = put_hash(&embedder->seen, hash);
    if (new < 0) return no_memory(error);
    if (new) status = visit(embedder, sentence, error);
  }
  return status;
}

/* ---- first reading ---- */
/* Forgets the words that came once, which most words do and no vocabulary takes. */
static bool forget_rare(slant_embedder *embedder) {
  slant_names kept = {0};
  for (uint32_t w = 0; w < embedder->words.n; w++) {
    if (embedder->counts[w] < 2) continue;
    uint32_t number = slant_names_put(&kept, embedder->words.items[w]);
    if (number == SLANT_NO_NAME) {
      slant_names_free(&kept);
      return false;
    }
    embedder->counts[number] = embedder->counts[w]; /* number <= w: not yet read ones stay */
  }
  slant_names_free(&embedder->words);
  embedder->words = kept;
  return true;
}

static int count_sentence(slant_embedder *embedder, const slant_sentence *sentence, slant_error *error) {
  const slant_document *document = embedder->document;
  embedder->read.sentences++;
  for (uint32_t t = sentence->first; t < sentence->last; t++) {
    const slant_token *token = &document->tokens[t];
    if (!is_word(token)) continue;
    embedder->read.tokens++;
    if (token->kind == SLANT_TOKEN_NUMBER) continue;
    uint32_t known = embedder->words.n;
    uint32_t word = slant_names_put(&embedder->words, (slant_str){document->forms.ptr + token->form, token->form_len});
    if (word == SLANT_NO_NAME) return no_memory(error);
    if (word == known) {
      if (!slant_grow(&embedder->counts, &embedder->count_capacity, word, sizeof *embedder->counts))
        return no_memory(error);
      embedder->counts[word] = 0;
    }
    embedder->counts[word]++;
  }
  if (embedder->words.n > MOST_COUNTED && !forget_rare(embedder)) return no_memory(error);
  return SLANT_OK;
}

int slant_embedder_count(slant_embedder *embedder, slant_str text, slant_error *error) {
  return read_text(embedder, text, count_sentence, error);
}

/* ---- between ---- */
static int most_frequent_first(const void *left, const void *right) {
  const counted_word *a = left, *b = right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return slant_str_compare(a->text, b->text);
}

/* The frequent words, sorted. NULL: no memory. */
static counted_word *frequent_words(const slant_embedder *embedder, uint32_t *n) {
  const slant_embed_options *options = &embedder->options;
  counted_word *words = slant_alloc(embedder->words.n, sizeof *words);
  *n = 0;
  for (uint32_t w = 0; words && w < embedder->words.n; w++)
    if (embedder->counts[w] >= (uint64_t)options->min_count)
      words[(*n)++] = (counted_word){embedder->words.items[w], embedder->counts[w]};
  if (!words) return NULL;
  qsort(words, *n, sizeof *words, most_frequent_first);
  uint32_t most = options->max_words ? (uint32_t)options->max_words : SLANT_MAX_PAIR_WORDS;
  if (*n > most) *n = most;
  return words;
}

static bool number_words(slant_embedder *embedder, const counted_word *words, uint32_t n) {
  slant_names chosen = {0};
  size_t size = 1024;
  while (size < 4 * (size_t)n) size *= 2;
  embedder->keys = slant_alloc_zero(size, sizeof *embedder->keys);
  embedder->numbers = slant_alloc(size, sizeof *embedder->numbers);
  embedder->mask = size - 1;
  bool ok = embedder->keys && embedder->numbers;
  for (uint32_t w = 0; w < n && ok; w++) {
    uint64_t hash = slant_hash_word(words[w].text.ptr, words[w].text.len);
    size_t at = hash & embedder->mask;
    while (embedder->keys[at]) at = (at + 1) & embedder->mask;
    embedder->keys[at] = hash ? hash : 1;
    embedder->numbers[at] = w;
    ok = slant_names_put(&chosen, words[w].text) != SLANT_NO_NAME;
  }
  slant_names_free(&embedder->words);
  embedder->words = chosen;
  return ok;
}

int slant_embedder_choose(slant_embedder *embedder, slant_error *error) {
  uint32_t n;
  counted_word *words = frequent_words(embedder, &n);
  int status = words ? SLANT_OK : no_memory(error);
  if (!status && n < (uint64_t)embedder->options.rank)
    status = slant_fail(error, SLANT_E_DATA,
                        "%" PRIu32 " words come %" PRId64 " times or more, too few for vectors of %" PRId64
                        " numbers: give more text, or lower --rank or --min-count",
                        n, embedder->options.min_count, embedder->options.rank);
  if (!status && !number_words(embedder, words, n)) status = no_memory(error);
  free(words);
  if (status) return status;
  embedder->read.words = n;
  embedder->first_digest = embedder->digest;
  embedder->digest = 0;
  free(embedder->seen.slots);
  free(embedder->counts);
  embedder->seen = (hash_set){0};
  embedder->counts = NULL;
  return slant_cooccurrence_new(&embedder->pairs, (size_t)embedder->options.memory << 20, error);
}

/* ---- second reading ---- */
static uint32_t number_of(const slant_embedder *embedder, const slant_token *token) {
  uint64_t hash = token->hash ? token->hash : 1;
  if (token->kind == SLANT_TOKEN_NUMBER) return NO_WORD;
  for (size_t at = hash & embedder->mask; embedder->keys[at]; at = (at + 1) & embedder->mask)
    if (embedder->keys[at] == hash) return embedder->numbers[at];
  return NO_WORD;
}

static int pair_sentence(slant_embedder *embedder, const slant_sentence *sentence, slant_error *error) {
  size_t n = 0, window = (size_t)embedder->options.window;
  for (uint32_t t = sentence->first; t < sentence->last; t++) {
    const slant_token *token = &embedder->document->tokens[t];
    if (!is_word(token)) continue;
    if (!slant_grow(&embedder->line, &embedder->line_capacity, n, sizeof *embedder->line)) return no_memory(error);
    embedder->line[n++] = number_of(embedder, token);
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t word = embedder->line[i];
    if (word == NO_WORD) continue;
    if (!slant_cooccurrence_has_room(&embedder->pairs, window)) slant_cooccurrence_merge(&embedder->pairs);
    for (size_t d = 1; d <= window && i + d < n; d++)
      if (embedder->line[i + d] != NO_WORD)
        slant_cooccurrence_put(&embedder->pairs, word, embedder->line[i + d], (uint32_t)d);
  }
  return SLANT_OK;
}

int slant_embedder_pair(slant_embedder *embedder, slant_str text, slant_error *error) {
  return read_text(embedder, text, pair_sentence, error);
}

/* ---- vectors ---- */
/* Rows times the roots of the singular values, then of unit length. */
static void scale_rows(float *rows, const float *singular, uint32_t n, uint32_t rank) {
  for (uint32_t w = 0; w < n; w++) {
    float *row = rows + (size_t)w * rank;
    double squares = 0;
    for (uint32_t c = 0; c < rank; c++) {
      row[c] *= sqrtf(singular[c]);
      squares += (double)row[c] * (double)row[c];
    }
    float factor = squares > 1e-20 ? (float)(1 / sqrt(squares)) : 0;
    for (uint32_t c = 0; c < rank; c++) row[c] *= factor;
  }
}

int slant_embedder_fit(slant_embedder *embedder, slant_error *error) {
  const slant_embed_options *options = &embedder->options;
  uint32_t n = embedder->words.n, rank = (uint32_t)options->rank;
  if (embedder->digest != embedder->first_digest)
    return slant_fail(error, SLANT_E_DATA, "the second reading found other texts than the first");
  slant_cooccurrence_merge(&embedder->pairs);
  embedder->read.pairs = embedder->pairs.n_cells;
  if (embedder->pairs.dropped)
    slant_progress_log(&embedder->progress, SLANT_LOG_NOTE,
                       "%" PRIu64 " rare pairs were dropped for want of memory; more --memory keeps them",
                       embedder->pairs.dropped);
  slant_svd_options svd = {.rank = rank,
                           .oversampling = n - rank < OVERSAMPLING ? n - rank : OVERSAMPLING,
                           .iterations = (uint32_t)options->iterations,
                           .seed = (uint64_t)options->seed,
                           .threads = options->threads ? (unsigned)options->threads : slant_cores()};
  slant_sparse matrix = {0};
  float *singular = slant_alloc(rank, sizeof *singular);
  embedder->vectors = slant_alloc((size_t)n * rank, sizeof *embedder->vectors);
  int status = singular && embedder->vectors ? SLANT_OK : no_memory(error);
  if (!status) status = slant_ppmi(&matrix, &embedder->pairs, n, error);
  slant_cooccurrence_free(&embedder->pairs);
  if (!status) status = slant_progress_begin(&embedder->progress, "vectors", slant_svd_steps(&svd), error);
  if (!status) status = slant_svd(embedder->vectors, singular, &matrix, &svd, &embedder->progress, error);
  if (!status) scale_rows(embedder->vectors, singular, n, rank);
  slant_ppmi_free(&matrix);
  free(singular);
  return status;
}

int slant_embedder_write(const slant_embedder *embedder, const char *path, slant_error *error) {
  enum { FLUSH = 1 << 16 };
  uint32_t n = embedder->words.n, rank = (uint32_t)embedder->options.rank;
  slant_file_writer *writer;
  if (!embedder->vectors) return slant_fail(error, SLANT_E_ARGUMENT, "nothing to write: there are no vectors yet");
  int status = slant_file_writer_open(&writer, path, error);
  if (status) return status;
  slant_buffer text = {0};
  locale_t before = slant_number_begin();
  slant_buffer_format(&text, "%" PRIu32 " %" PRIu32 "\n", n, rank);
  for (uint32_t w = 0; w < n && !status; w++) {
    slant_buffer_str(&text, embedder->words.items[w]);
    for (uint32_t c = 0; c < rank; c++)
      slant_buffer_format(&text, " %.5g", (double)embedder->vectors[(size_t)w * rank + c]);
    slant_buffer_char(&text, '\n');
    if (text.failed) status = no_memory(error);
    if (status || (text.len < FLUSH && w + 1 < n)) continue;
    status = slant_file_writer_write(writer, text.data, text.len, error);
    slant_buffer_clear(&text);
  }
  slant_number_end(before);
  slant_buffer_free(&text);
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}
