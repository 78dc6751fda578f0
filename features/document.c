#include <slant/document.h>

#include "features/document_scratch.h"

#include <stdlib.h>

#define MAX_TEXT ((size_t)1 << 30)

int slant_document_new(slant_document **out, slant_error *error) {
  slant_document *document = slant_alloc_zero(1, sizeof *document);
  struct slant_document_scratch *scratch = slant_alloc_zero(1, sizeof *scratch);
  *out = NULL;
  if (!document || !scratch) {
    free(document);
    free(scratch);
    return slant_fail(error, SLANT_E_MEMORY, "no memory for a document");
  }
  document->scratch = scratch;
  *out = document;
  return SLANT_OK;
}

/* What a text that could not be read leaves, and one that has no token. */
static void empty(slant_document *document) {
  struct slant_document_scratch *scratch = document->scratch;
  *document = (slant_document){.scratch = scratch};
}

static int start(slant_document *document, slant_str text, slant_error *error) {
  empty(document);
  if (text.len > MAX_TEXT)
    return slant_fail(error, SLANT_E_LIMIT, "a text of %zu bytes is larger than 1 GiB; split it", text.len);
  return SLANT_OK;
}

static int no_memory(slant_str text, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for a text of %zu bytes", text.len);
}

static void show_text(slant_document *document) {
  const struct slant_document_scratch *scratch = document->scratch;
  document->text = (slant_str){scratch->clean.text.data, scratch->clean.text.len};
  document->n_invalid = scratch->clean.n_invalid;
  document->n_points = scratch->clean.n_points;
  document->hashes = scratch->hashes.items;
  document->n_tokens = (uint32_t)scratch->hashes.count;
}

int slant_document_read(slant_document *document, slant_str text, slant_error *error) {
  struct slant_document_scratch *scratch = document->scratch;
  int status = start(document, text, error);
  if (status) return status;
  if (!slant_normalise(&scratch->clean, text) || !slant_tokenise(&scratch->tokens, &scratch->clean) ||
      !slant_split_sentences(&scratch->sentences, &scratch->tokens, &scratch->clean) ||
      !slant_hashes_take(&scratch->hashes, &scratch->tokens))
    return no_memory(text, error);
  show_text(document);
  document->forms = (slant_str){scratch->tokens.forms.data, scratch->tokens.forms.len};
  document->tokens = scratch->tokens.items;
  document->sentences = scratch->sentences.items;
  document->n_sentences = (uint32_t)scratch->sentences.count;
  return SLANT_OK;
}

int slant_document_read_hashes(slant_document *document, slant_str text, slant_error *error) {
  struct slant_document_scratch *scratch = document->scratch;
  int status = start(document, text, error);
  if (status) return status;
  if (!slant_normalise(&scratch->clean, text) ||
      !slant_hash_tokens(&scratch->hashes, &scratch->tokens, &scratch->clean))
    return no_memory(text, error);
  show_text(document);
  return SLANT_OK;
}

void slant_document_free(slant_document *document) {
  if (!document) return;
  slant_clean_free(&document->scratch->clean);
  slant_tokens_free(&document->scratch->tokens);
  free(document->scratch->sentences.items);
  free(document->scratch->hashes.items);
  free(document->scratch->mentions);
  free(document->scratch);
  free(document);
}

/* First token whose point_to is above `point`: tokens are in order, so binary search. */
static uint32_t first_after(const slant_document *document, int64_t point) {
  uint32_t low = 0, high = document->n_tokens;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if ((int64_t)document->tokens[middle].point_to > point)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

uint32_t slant_document_span(const slant_document *document, int64_t from, int64_t to, uint32_t *first,
                             uint32_t *last) {
  uint32_t i = first_after(document, from), n = i;
  while (n < document->n_tokens && (int64_t)document->tokens[n].point_from < to) n++;
  *first = i;
  *last = n;
  return n - i;
}
