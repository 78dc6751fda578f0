/*
 * A document: a text made ready. Its bytes are checked and repaired, brought to NFC, quotes and dashes straightened,
 * and cut into sentences and tokens; every token knows where it stood in the original.
 *
 * One slant_document is reused for many texts by one thread: reading a text invalidates what the last one gave.
 */
#ifndef SLANT_DOCUMENT_H
#define SLANT_DOCUMENT_H

#include <slant/error.h>
#include <slant/str.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slant_token_kind {
  SLANT_TOKEN_WORD,
  SLANT_TOKEN_NUMBER,
  SLANT_TOKEN_PUNCTUATION,
  SLANT_TOKEN_SYMBOL,
  SLANT_TOKEN_URL,
  SLANT_TOKEN_HANDLE,  /* @name */
  SLANT_TOKEN_HASHTAG, /* #tag */
  SLANT_TOKEN_EMOTICON
} slant_token_kind;

enum {
  SLANT_TOKEN_CAPITAL = 1,     /* first letter is upper case */
  SLANT_TOKEN_ALL_CAPS = 2,    /* two or more letters, all upper case */
  SLANT_TOKEN_JOINED = 4,      /* no white space before it */
  SLANT_TOKEN_STARTS = 8,      /* first token of a sentence or after an opening quote: a capital here says little */
  SLANT_TOKEN_POSSESSIVE = 16, /* an 's (or a bare ' after s) that marks possession or a contraction */
  SLANT_TOKEN_SEGMENT = 32, /* a word of the hashtag or user name before it; its points are empty, at that one's end */
  SLANT_TOKEN_LINE = 64     /* a line ends in the white space before it */
};

typedef struct slant_token {
  uint32_t from, to;             /* bytes of document->text */
  uint32_t point_from, point_to; /* code points of the original text, end exclusive */
  uint32_t form, form_len;       /* bytes of document->forms: lower case, elongation cut to two, URL → <url> */
  uint64_t hash;                 /* slant_hash_word of the form */
  uint64_t cased;                /* slant_hash_word of the bytes in document->text */
  uint32_t sentence;             /* index of its sentence */
  uint8_t kind;                  /* slant_token_kind */
  uint8_t flags;
} slant_token;

typedef struct slant_sentence {
  uint32_t first, last;          /* tokens, end exclusive */
  uint32_t point_from, point_to; /* code points of the original text, end exclusive */
} slant_sentence;

typedef struct slant_document {
  slant_str text;  /* repaired, NFC */
  slant_str forms; /* all token forms, one after the other */
  const slant_token *tokens;
  const uint64_t *hashes; /* n_tokens: each token's hash, side by side */
  uint32_t n_tokens;
  const slant_sentence *sentences;
  uint32_t n_sentences;
  uint32_t n_invalid; /* invalid byte sequences, each replaced by U+FFFD */
  uint32_t n_points;  /* code points of the original text (an invalid sequence counts one) */
  struct slant_document_scratch *scratch;
} slant_document;

int slant_document_new(slant_document **out, slant_error *error);
/* `text` may be freed afterwards. SLANT_E_LIMIT above 1 GiB; invalid bytes are no error. */
int slant_document_read(slant_document *document, slant_str text, slant_error *error);
void slant_document_free(slant_document *document);

/* Tokens that touch code points [from, to) of the original: *first … *last (end exclusive). Returns the number. */
uint32_t slant_document_span(const slant_document *document, int64_t from, int64_t to, uint32_t *first, uint32_t *last);

#ifdef __cplusplus
}
#endif
#endif
