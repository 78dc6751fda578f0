/*
 * The feature pipeline: from an example (a document, or one mention in it) to a vector.
 *
 * It is grown on training examples, frozen, and from then on const: the same code runs at training and at prediction.
 * A vector has sparse blocks (word and character n-grams), each of unit L2 norm times its weight, over one vocabulary,
 * and one dense part (lexicon sums), standardised with the training mean and standard deviation.
 */
#ifndef SLANT_PIPELINE_H
#define SLANT_PIPELINE_H

#include <slant/actors.h>
#include <slant/example.h>
#include <slant/options.h>
#include <slant/scorer.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_pipeline slant_pipeline;
typedef struct slant_extractor slant_extractor; /* one thread's scratch over one pipeline */

/* Borrowed from the extractor: valid until its next vector. */
typedef struct slant_vector {
  const uint32_t *index; /* n_sparse feature numbers, ascending, each < slant_pipeline_n_sparse() */
  const float *value;
  const float *dense; /* slant_pipeline_n_dense() values */
  uint32_t n_sparse;
  uint32_t n_dense;
} slant_vector;

/* ---- growing ---- */
/* `specification` is a list of stages with options, one a line, as slant_pipeline_specification() gives it; NULL is the
 * default pipeline of the mode. */
int slant_pipeline_new(slant_pipeline **out, slant_mode mode, const char *specification, slant_error *error);
#define SLANT_MAX_SOURCES 16

/* What a pipeline takes in, beside the built-in lexicon; all of it becomes part of the bundle. */
typedef struct slant_sources {
  const char *const *lexicons; /* paths of lexicon files: VADER, AFINN, MPQA, word lists, TSV with columns of numbers */
  size_t n_lexicons;
  const char *vectors;         /* path of a file of word vectors, in word2vec's text format; NULL: none */
  uint32_t max_vectors;        /* only the first, most frequent words are taken; 0: all */
  const slant_scorer *scorers; /* the structs are copied; what they point to outlives the pipeline */
  size_t n_scorers;            /* at most SLANT_MAX_SCORERS */
} slant_sources;

/* The same with such sources (NULL: none). SLANT_E_IO, and SLANT_E_DATA with the file and line of what is wrong. */
int slant_pipeline_new_with(slant_pipeline **out, slant_mode mode, const char *specification,
                            const slant_sources *sources, slant_error *error);
/* Counts one training example: document frequencies and the moments of dense features. */
int slant_pipeline_grow(slant_pipeline *pipeline, slant_extractor *extractor, slant_example example,
                        slant_error *error);
/* Prunes the vocabulary and fixes it. Feature numbers depend only on the examples, not on their order. */
int slant_pipeline_freeze(slant_pipeline *pipeline, slant_error *error);
/* After freezing, gives every feature that occurs in the example its printable name (once is enough for each). */
int slant_pipeline_name(slant_pipeline *pipeline, slant_extractor *extractor, slant_example example,
                        slant_error *error);
/* Drops every sparse feature f whose keep[f] (n_sparse of them) is false, and renumbers the others in their order; idf,
 * names and dense features stay as they were. A block's vectors are of unit length in the features that are left.
 * Extractors of the pipeline stay good. SLANT_E_ARGUMENT for a pipeline that is not frozen or stands in a bundle; on
 * failure it is as it was. */
int slant_pipeline_select(slant_pipeline *pipeline, const bool *keep, slant_error *error);
void slant_pipeline_free(slant_pipeline *pipeline);

/* ---- frozen: const, for any number of threads ---- */
slant_mode slant_pipeline_mode(const slant_pipeline *pipeline);
uint32_t slant_pipeline_n_sparse(const slant_pipeline *pipeline);
uint32_t slant_pipeline_n_dense(const slant_pipeline *pipeline);
/* Name of a feature: sparse ones 0 … n_sparse-1, then the dense ones. "" where it is not known. */
slant_str slant_pipeline_feature_name(const slant_pipeline *pipeline, uint32_t feature);
slant_str slant_pipeline_specification(const slant_pipeline *pipeline);

/* Reads a text for slant_extract() of this pipeline, as slant_document_read() does, but no more of it than the pipeline
 * looks at: where it counts whole words only, in document mode, the document has its text and hashes, and no tokens,
 * forms or sentences. Vectors are the same. */
int slant_pipeline_read(const slant_pipeline *pipeline, slant_document *document, slant_str text, slant_error *error);

int slant_extractor_new(slant_extractor **out, const slant_pipeline *pipeline, slant_error *error);
void slant_extractor_free(slant_extractor *extractor);
int slant_extract(slant_extractor *extractor, slant_example example, slant_vector *out, slant_error *error);

/* ---- what a vector is made of ---- */
typedef struct slant_stage_range {
  slant_str id;        /* of the stage, as in the specification; borrowed from the pipeline */
  uint32_t first, end; /* its features' numbers, end exclusive: together the stages' ranges are all features */
} slant_stage_range;

uint32_t slant_pipeline_n_stages(const slant_pipeline *pipeline);
slant_stage_range slant_pipeline_stage_range(const slant_pipeline *pipeline, uint32_t stage);

/* One place of a sparse feature in the original text. A feature may stand in several places, and one that leaves words
 * out spans all that lies between. */
typedef struct slant_occurrence {
  uint32_t feature;
  uint32_t point_from, point_to; /* code points, end exclusive */
} slant_occurrence;

/* Calls `found` for every place of every sparse feature of the example's vector, stage by stage in the order of the
 * text. It changes nothing about vectors, but invalidates the extractor's last one. */
int slant_extract_occurrences(slant_extractor *extractor, slant_example example,
                              void (*found)(void *context, slant_occurrence occurrence), void *context,
                              slant_error *error);

/* ---- as sections of a bundle ---- */
/* The sections are borrowed from the pipeline (export) or must outlive it (import: nothing large is copied). The import
 * trusts nothing: SLANT_E_FORMAT for damage, SLANT_E_VERSION for a stage of another version. */
#define SLANT_PIPELINE_SECTIONS 9
typedef struct slant_section {
  char name[9]; /* up to eight characters, terminated */
  const void *data;
  uint64_t size;
} slant_section;

int slant_pipeline_export(slant_pipeline *pipeline, slant_section out[SLANT_PIPELINE_SECTIONS], slant_error *error);
/* `find` returns the section of a name (data NULL where there is none). Data is aligned to 64 bytes. The scorers are
 * those that the exported pipeline was made with, in their order; the structs are copied. */
int slant_pipeline_import(slant_pipeline **out, slant_section (*find)(void *context, const char *name), void *context,
                          const slant_scorer *scorers, size_t n_scorers, slant_error *error);
/* The scorers that the pipeline was made with: *n of them, borrowed. */
const slant_scorer *slant_pipeline_scorers(const slant_pipeline *pipeline, size_t *n);

#ifdef __cplusplus
}
#endif
#endif
