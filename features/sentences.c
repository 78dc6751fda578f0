#include "features/sentences.h"

#include "features/swar.h"

#include <string.h>

/*
 * A sentence ends after . ? ! … (and quotes or brackets that close behind them) when what follows starts like a
 * sentence: a capital, a digit, a quote, a bracket, a tag. A dot after an abbreviation or an initial ends none. A blank
 * line always ends one, a line end where the line was finished by such a mark.
 */

static bool is_abbreviation(const slant_tokens *tokens, const slant_clean *clean, size_t i) {
  enum { LONGEST = 8 };
  static const char words[][LONGEST] = {
      "mr",   "mrs", "ms",  "dr",  "prof", "sen", "rep", "gov", "gen",  "col",  "lt",   "sgt", "capt", "adm",
      "brig", "maj", "hon", "rev", "st",   "jr",  "sr",  "vs",  "no",   "jan",  "feb",  "mar", "apr",  "aug",
      "sept", "sep", "oct", "nov", "dec",  "inc", "ltd", "co",  "corp", "pres", "supt", "fig", "al",   "approx"};
  const slant_token *token = &tokens->items[i];
  if (token->kind != SLANT_TOKEN_WORD) return false;
  if (token->to - token->from == 1) { /* an initial: J. Smith; but "I." and "a." end sentences */
    char c = clean->text.data[token->from];
    return c >= 'A' && c <= 'Z' && c != 'I';
  }
  char form[LONGEST] = ""; /* padded, so that a comparison is one of eight bytes */
  if (token->form_len > LONGEST) return false;
  memcpy(form, tokens->forms.data + token->form, token->form_len);
  uint64_t key = slant_load8(form), found = 0; /* compared with all: most words are none of them */
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) found |= slant_load8(words[k]) == key;
  /* "no", "co", "al", … are words too: as abbreviations they are capitalised, or the number follows. */
  bool word_too = token->form_len == 2 && (token->flags & SLANT_TOKEN_CAPITAL) == 0;
  return found && !word_too;
}

static bool ends_with_mark(const slant_tokens *tokens, const slant_clean *clean, size_t i) {
  const slant_token *token = &tokens->items[i];
  if (token->kind != SLANT_TOKEN_PUNCTUATION) return false;
  char c = clean->text.data[token->from];
  if (c != '.') return c == '!' || c == '?';
  return i == 0 || token->to - token->from > 1 || !is_abbreviation(tokens, clean, i - 1);
}

/* What a sign is to sentences. */
enum {
  CLOSES = 1, /* belongs to the sentence that ended before it */
  OPENS = 2,  /* begins one */
  LEADS = 4   /* what follows it starts with a capital, whatever it is */
};
static const uint8_t sign_roles[256] = {['\0'] = CLOSES,
                                        ['"'] = CLOSES | OPENS | LEADS,
                                        ['\''] = CLOSES | OPENS,
                                        [')'] = CLOSES,
                                        [']'] = CLOSES,
                                        ['('] = OPENS,
                                        ['['] = OPENS,
                                        ['-'] = OPENS,
                                        [':'] = LEADS,
                                        ['?'] = LEADS,
                                        ['!'] = LEADS};

static bool has_role(const slant_clean *clean, const slant_token *token, uint8_t role) {
  return sign_roles[(unsigned char)clean->text.data[token->from]] & role;
}

static bool closes(const slant_clean *clean, const slant_token *token) {
  return token->to - token->from == 1 && has_role(clean, token, CLOSES);
}

static bool opens_sentence(const slant_clean *clean, const slant_token *token) {
  if (token->flags & SLANT_TOKEN_CAPITAL) return true;
  switch (token->kind) {
  case SLANT_TOKEN_WORD:
  case SLANT_TOKEN_EMOTICON:
  case SLANT_TOKEN_SYMBOL: return false;
  case SLANT_TOKEN_PUNCTUATION: return has_role(clean, token, OPENS);
  default: return true;
  }
}

static bool blank_line_between(const slant_clean *clean, const slant_token *left, const slant_token *right) {
  int lines = 0;
  for (uint32_t at = left->to; at < right->from; at++) lines += clean->text.data[at] == '\n';
  return lines >= 2;
}

/* Whether a sentence ends between token i-1 and token i. `marked`: a final mark stands directly before, closing quotes
 * passed over. */
static bool ends_before(const slant_tokens *tokens, const slant_clean *clean, size_t i, bool marked) {
  const slant_token *right = &tokens->items[i];
  if (right->flags & SLANT_TOKEN_LINE && (marked || blank_line_between(clean, right - 1, right))) return true;
  if (!marked) return false;
  if (right->flags & SLANT_TOKEN_JOINED && closes(clean, right)) return false;
  return opens_sentence(clean, right);
}

/* Ends the last sentence before token `end`, and begins the next there. */
static bool next_sentence(slant_sentences *sentences, const slant_tokens *tokens, size_t end) {
  if (sentences->count) {
    slant_sentence *last = &sentences->items[sentences->count - 1];
    last->last = (uint32_t)end;
    last->point_to = tokens->items[end - 1].point_to;
  }
  if (end == tokens->count) return true;
  if (!slant_grow(&sentences->items, &sentences->capacity, sentences->count, sizeof *sentences->items)) return false;
  sentences->items[sentences->count++] =
      (slant_sentence){.first = (uint32_t)end, .point_from = tokens->items[end].point_from};
  return true;
}

/* The next token from `at` on that may begin or end a sentence; the number of tokens where there is none. */
static size_t next_turn(const slant_tokens *tokens, size_t *turn, size_t at) {
  while (*turn < tokens->n_turns && tokens->turns[*turn] < at) ++*turn;
  return *turn < tokens->n_turns ? tokens->turns[*turn] : tokens->count;
}

bool slant_split_sentences(slant_sentences *sentences, slant_tokens *tokens, const slant_clean *clean) {
  sentences->count = 0;
  bool marked = false, starts = true;
  for (size_t i = 0, next, turn = 0; i < tokens->count; i = next) {
    slant_token *token = &tokens->items[i];
    bool looks = marked || token->flags & SLANT_TOKEN_LINE;
    if (i == 0 || (looks && ends_before(tokens, clean, i, marked))) {
      if (!next_sentence(sentences, tokens, i)) return false;
      marked = false;
      starts = true;
    }
    uint32_t sentence = (uint32_t)sentences->count - 1;
    if (starts) token->flags |= SLANT_TOKEN_STARTS;
    bool punctuation = token->kind == SLANT_TOKEN_PUNCTUATION;
    starts = punctuation && has_role(clean, token, LEADS);
    if (!(marked && closes(clean, token))) marked = punctuation && ends_with_mark(tokens, clean, i);
    next = marked || starts ? i + 1 : next_turn(tokens, &turn, i + 1);
    for (size_t k = i; k < next; k++) tokens->items[k].sentence = sentence;
  }
  return !tokens->count || next_sentence(sentences, tokens, tokens->count);
}
