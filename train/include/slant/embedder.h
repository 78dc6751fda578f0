/*
 * Word vectors from unlabelled text: positive pointwise mutual information of words that stand near each other,
 * factorised (Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity").
 *
 * The text is read twice. The first reading counts words; the second counts pairs of the most frequent ones that stand
 * at most `window` words apart in a sentence, at distance d with weight 1/d; a sentence that came before is passed over
 * in both. PPMI(w, c) = max(0, ln (#(w, c) · Σ #(c')^0.75 / (#(w) · #(c)^0.75))), pairs of less weight than half a
 * neighbour left out; its truncated singular value decomposition U Σ Vᵀ gives the vectors U √Σ, brought to unit length.
 *
 * The same text, options and seed give the same vectors, whatever the number of threads. Memory: what `memory` grants
 * for pairs, then some 12 bytes for each pair kept and 8 (rank + 20) for each word; 16 bytes for each sentence.
 */
#ifndef SLANT_EMBEDDER_H
#define SLANT_EMBEDDER_H

#include <slant/error.h>
#include <slant/observer.h>
#include <slant/options.h>
#include <slant/str.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_embed_options {
  int64_t rank;       /* numbers in a vector */
  int64_t window;     /* words either side that count as near */
  int64_t min_count;  /* words that come less often have no vector */
  int64_t max_words;  /* the most frequent ones; 0: all, up to 2^24 */
  int64_t iterations; /* of the decomposition; more are slower and more exact */
  int64_t seed;
  int64_t threads; /* 0: one a core */
  int64_t memory;  /* MiB for counting pairs; where it does not do, the rarest pairs are dropped */
} slant_embed_options;

/* rank, window, min-count, max-words, iterations, seed, threads, memory */
extern const slant_option slant_embed_option_table[];

typedef struct slant_embedder slant_embedder;

int slant_embedder_new(slant_embedder **out, const slant_embed_options *options, const slant_observer *observer,
                       slant_error *error);
/* First reading. */
int slant_embedder_count(slant_embedder *embedder, slant_str text, slant_error *error);
/* Between the readings: which words have vectors. SLANT_E_DATA: fewer than the rank are frequent enough. */
int slant_embedder_choose(slant_embedder *embedder, slant_error *error);
/* Second reading, of the same texts in the same order. */
int slant_embedder_pair(slant_embedder *embedder, slant_str text, slant_error *error);
/* After the second reading. SLANT_E_DATA: it was of other texts. */
int slant_embedder_fit(slant_embedder *embedder, slant_error *error);
/* word2vec's text format, most frequent word first: complete under `path` or not at all. */
int slant_embedder_write(const slant_embedder *embedder, const char *path, slant_error *error);
/* Words with vectors, tokens and distinct sentences that were read; borrowed by nobody. */
typedef struct slant_embedder_counts {
  uint64_t words, tokens, sentences, pairs;
} slant_embedder_counts;
slant_embedder_counts slant_embedder_counted(const slant_embedder *embedder);
void slant_embedder_free(slant_embedder *embedder);

#ifdef __cplusplus
}
#endif
#endif
