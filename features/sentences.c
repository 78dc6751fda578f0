#include "features/sentences.h"

#include <string.h>

/*
 * A sentence ends after . ? ! … (and quotes or brackets that close behind them) when what follows starts like a
 * sentence: a capital, a digit, a quote, a bracket, a tag. A dot after an abbreviation or an initial ends none. A blank
 * line always ends one, a line end where the line was finished by such a mark.
 */

static bool form_is(const slant_tokens *tokens, size_t i, const char *word) {
  const slant_token *token = &tokens->items[i];
  return token->form_len == strlen(word) && memcmp(tokens->forms.data + token->form, word, token->form_len) == 0;
}

static bool is_abbreviation(const slant_tokens *tokens, const slant_clean *clean, size_t i) {
  static const char *const words[] = {
      "mr",   "mrs", "ms",  "dr",  "prof", "sen", "rep", "gov", "gen",  "col",  "lt",   "sgt", "capt", "adm",
      "brig", "maj", "hon", "rev", "st",   "jr",  "sr",  "vs",  "no",   "jan",  "feb",  "mar", "apr",  "aug",
      "sept", "sep", "oct", "nov", "dec",  "inc", "ltd", "co",  "corp", "pres", "supt", "fig", "al",   "approx"};
  const slant_token *token = &tokens->items[i];
  if (token->kind != SLANT_TOKEN_WORD) return false;
  if (token->to - token->from == 1) { /* an initial: J. Smith; but "I." and "a." end sentences */
    char c = clean->text.data[token->from];
    return c >= 'A' && c <= 'Z' && c != 'I';
  }
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (form_is(tokens, i, words[k])) {
      /* "no", "co", "al", … are words too: as abbreviations they are capitalised, or the number follows. */
      bool word_too = token->form_len == 2 && (token->flags & SLANT_TOKEN_CAPITAL) == 0;
      return !word_too;
    }
  return false;
}

static bool ends_with_mark(const slant_tokens *tokens, const slant_clean *clean, size_t i) {
  const slant_token *token = &tokens->items[i];
  if (token->kind != SLANT_TOKEN_PUNCTUATION) return false;
  char c = clean->text.data[token->from];
  if (c != '.') return c == '!' || c == '?';
  return i == 0 || token->to - token->from > 1 || !is_abbreviation(tokens, clean, i - 1);
}

static bool closes(const slant_clean *clean, const slant_token *token) {
  return token->to - token->from == 1 && strchr("\"')]", clean->text.data[token->from]);
}

static bool opens_sentence(const slant_clean *clean, const slant_token *token) {
  if (token->flags & SLANT_TOKEN_CAPITAL) return true;
  switch (token->kind) {
  case SLANT_TOKEN_WORD:
  case SLANT_TOKEN_EMOTICON:
  case SLANT_TOKEN_SYMBOL: return false;
  case SLANT_TOKEN_PUNCTUATION: return strchr("\"'([-", clean->text.data[token->from]) != NULL;
  default: return true;
  }
}

static int line_ends_between(const slant_clean *clean, const slant_token *left, const slant_token *right) {
  int lines = 0;
  for (uint32_t at = left->to; at < right->from; at++) lines += clean->text.data[at] == '\n';
  return lines;
}

/* Whether a sentence ends between token i-1 and token i. `marked`: a final mark stands directly before, closing quotes
 * passed over. */
static bool ends_before(const slant_tokens *tokens, const slant_clean *clean, size_t i, bool marked) {
  const slant_token *left = &tokens->items[i - 1], *right = &tokens->items[i];
  int lines = right->flags & SLANT_TOKEN_JOINED ? 0 : line_ends_between(clean, left, right);
  if (lines >= 2 || (lines == 1 && marked)) return true;
  if (!marked) return false;
  if (right->flags & SLANT_TOKEN_JOINED && closes(clean, right)) return false;
  return opens_sentence(clean, right);
}

static bool add_sentence(slant_sentences *sentences, slant_tokens *tokens, size_t first, size_t last) {
  if (!slant_grow(&sentences->items, &sentences->capacity, sentences->count, sizeof *sentences->items)) return false;
  for (size_t i = first; i < last; i++) tokens->items[i].sentence = (uint32_t)sentences->count;
  sentences->items[sentences->count++] = (slant_sentence){
      (uint32_t)first, (uint32_t)last, tokens->items[first].point_from, tokens->items[last - 1].point_to};
  return true;
}

static void mark_starts(const slant_sentence *sentence, slant_tokens *tokens, const slant_clean *clean) {
  bool start = true;
  for (uint32_t i = sentence->first; i < sentence->last; i++) {
    slant_token *token = &tokens->items[i];
    if (start) token->flags |= SLANT_TOKEN_STARTS;
    start = token->kind == SLANT_TOKEN_PUNCTUATION && strchr("\":?!", clean->text.data[token->from]) != NULL;
  }
}

bool slant_split_sentences(slant_sentences *sentences, slant_tokens *tokens, const slant_clean *clean) {
  sentences->count = 0;
  size_t first = 0;
  bool marked = false;
  for (size_t i = 0; i < tokens->count; i++) {
    if (i > first && ends_before(tokens, clean, i, marked)) {
      if (!add_sentence(sentences, tokens, first, i)) return false;
      first = i;
      marked = false;
    }
    if (!(marked && closes(clean, &tokens->items[i]))) marked = ends_with_mark(tokens, clean, i);
  }
  if (tokens->count > first && !add_sentence(sentences, tokens, first, tokens->count)) return false;
  for (size_t s = 0; s < sentences->count; s++) mark_starts(&sentences->items[s], tokens, clean);
  return true;
}
