#include "train/near_duplicates.h"

#include "common/hash.h"
#include "common/memory.h"
#include "common/threads.h"

#include <slant/document.h>
#include <stdlib.h>

enum {
  SHINGLE = 3, /* words */
  ROWS = 4,
  BANDS = 32,
  MINIMA = ROWS * BANDS,
  LIKE = MINIMA / 2, /* equal minima of near-duplicates */
  CHUNK = 64,        /* texts that one job reads */
  COMPARED = 64      /* clusters of one bucket that a text is compared with */
};

typedef struct signature {
  uint32_t minimum[MINIMA];
} signature;

typedef struct bucketed {
  uint64_t key;
  uint32_t text;
} bucketed;

typedef struct duplicates {
  const slant_str *texts;
  uint32_t n;
  signature *signatures;
  bool *empty; /* texts without a word, which resemble nothing */
  uint64_t multiplier[MINIMA], addend[MINIMA];
  slant_document **documents; /* one a worker */
  uint32_t *parent;           /* union-find over groups; a parent is never the higher number */
  uint32_t *group;
  slant_progress *progress;
} duplicates;

/* ---- signatures ---- */
static void take_minima(const duplicates *all, signature *out, uint64_t shingle) {
  for (int k = 0; k < MINIMA; k++) {
    uint32_t value = (uint32_t)((all->multiplier[k] * shingle + all->addend[k]) >> 32);
    if (value < out->minimum[k]) out->minimum[k] = value;
  }
}

static bool is_word(const slant_token *token) {
  return (token->kind == SLANT_TOKEN_WORD || token->kind == SLANT_TOKEN_NUMBER || token->kind == SLANT_TOKEN_HASHTAG) &&
         !(token->flags & SLANT_TOKEN_SEGMENT);
}

/* Shingles from the words' hashes; a text that is shorter than one is one shingle. */
static void sign(const duplicates *all, uint32_t text, const slant_document *document) {
  uint64_t words[SHINGLE];
  uint32_t n = 0;
  signature *out = &all->signatures[text];
  for (int k = 0; k < MINIMA; k++) out->minimum[k] = UINT32_MAX;
  for (uint32_t t = 0; t < document->n_tokens; t++) {
    if (!is_word(&document->tokens[t])) continue;
    words[n++ % SHINGLE] = document->tokens[t].hash;
    if (n < SHINGLE) continue;
    uint64_t shingle = 0;
    for (uint32_t w = 0; w < SHINGLE; w++) shingle = slant_hash_chain(shingle, words[(n + w) % SHINGLE]);
    take_minima(all, out, shingle);
  }
  all->empty[text] = n == 0;
  if (n == 0 || n >= SHINGLE) return;
  uint64_t shingle = n;
  for (uint32_t w = 0; w < n; w++) shingle = slant_hash_chain(shingle, words[w]);
  take_minima(all, out, shingle);
}

static int sign_chunk(void *context, size_t index, unsigned worker, slant_error *error) {
  duplicates *all = context;
  uint32_t first = (uint32_t)index * CHUNK, end = all->n - first > CHUNK ? first + CHUNK : all->n;
  for (uint32_t text = first; text < end; text++) {
    int status = slant_document_read(all->documents[worker], all->texts[text], error);
    if (status) return status;
    sign(all, text, all->documents[worker]);
  }
  return slant_progress_step(all->progress, end - first, error);
}

static int sign_all(duplicates *all, unsigned threads, slant_error *error) {
  int status = slant_progress_begin(all->progress, "near-duplicates", all->n, error);
  for (int k = 0; k < MINIMA; k++) { /* odd multipliers: multiply-shift hashing (Dietzfelbinger et al. 1997) */
    all->multiplier[k] = slant_mix((uint64_t)k + 1) | 1;
    all->addend[k] = slant_mix(~(uint64_t)k);
  }
  for (unsigned t = 0; t < threads && !status; t++) status = slant_document_new(&all->documents[t], error);
  if (!status) status = slant_parallel(((size_t)all->n + CHUNK - 1) / CHUNK, threads, sign_chunk, all, error);
  return status;
}

/* ---- clusters ---- */
static uint32_t root_of(duplicates *all, uint32_t group) {
  while (all->parent[group] != group) group = all->parent[group] = all->parent[all->parent[group]];
  return group;
}

static void join(duplicates *all, uint32_t a, uint32_t b) {
  a = root_of(all, a);
  b = root_of(all, b);
  if (a < b)
    all->parent[b] = a;
  else
    all->parent[a] = b;
}

static bool resemble(const signature *a, const signature *b) {
  int equal = 0;
  for (int k = 0; k < MINIMA; k++) equal += a->minimum[k] == b->minimum[k];
  return equal >= LIKE;
}

/* Texts with the same key: each is compared with the first of every cluster that has been met, so that a thousand
 * copies of one text take a thousand comparisons. */
static void join_bucket(duplicates *all, const bucketed *bucket, size_t n) {
  uint32_t met[COMPARED], n_met = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t text = bucket[i].text;
    bool known = false;
    for (uint32_t m = 0; m < n_met; m++) {
      if (root_of(all, all->group[met[m]]) == root_of(all, all->group[text])) {
        known = true;
      } else if (resemble(&all->signatures[met[m]], &all->signatures[text])) {
        join(all, all->group[met[m]], all->group[text]);
        known = true;
      }
    }
    if (!known && n_met < COMPARED) met[n_met++] = text;
  }
}

static int by_key(const void *left, const void *right) {
  const bucketed *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return a->text < b->text ? -1 : a->text > b->text;
}

static void join_band(duplicates *all, bucketed *order, int band) {
  uint32_t n = 0;
  for (uint32_t text = 0; text < all->n; text++) {
    uint64_t key = 0;
    if (all->empty[text]) continue;
    for (int r = 0; r < ROWS; r++) key = slant_hash_chain(key, all->signatures[text].minimum[band * ROWS + r]);
    order[n++] = (bucketed){key, text};
  }
  qsort(order, n, sizeof *order, by_key);
  for (uint32_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && order[end].key == order[first].key; end++) continue;
    if (end - first > 1) join_bucket(all, order + first, end - first);
  }
}

int slant_join_near_duplicates(uint32_t *group, uint32_t n_groups, const slant_str *texts, uint32_t n, unsigned threads,
                               uint32_t *n_joined, slant_progress *progress, slant_error *error) {
  duplicates all = {.texts = texts, .n = n, .group = group, .progress = progress};
  if (threads < 1) threads = 1;
  bucketed *order = slant_alloc(n, sizeof *order);
  all.signatures = slant_alloc(n, sizeof *all.signatures);
  all.empty = slant_alloc_zero(n, sizeof *all.empty);
  all.documents = slant_alloc_zero(threads, sizeof *all.documents);
  all.parent = slant_alloc(n_groups, sizeof *all.parent);
  int status = SLANT_E_MEMORY;
  *n_joined = 0;
  if (!order || !all.signatures || !all.empty || !all.documents || !all.parent) {
    slant_fail(error, SLANT_E_MEMORY, "no memory to look for near-duplicates among %u texts", n);
    goto out;
  }
  status = sign_all(&all, threads, error);
  if (status) goto out;
  for (uint32_t g = 0; g < n_groups; g++) all.parent[g] = g;
  for (int band = 0; band < BANDS; band++) join_band(&all, order, band);
  for (uint32_t g = 0; g < n_groups; g++) *n_joined += all.parent[g] != g;
  for (uint32_t text = 0; text < n; text++) group[text] = root_of(&all, group[text]);
out:
  for (unsigned t = 0; all.documents && t < threads; t++) slant_document_free(all.documents[t]);
  free(order);
  free(all.signatures);
  free(all.empty);
  free(all.documents);
  free(all.parent);
  return status;
}
