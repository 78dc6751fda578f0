/*
 * extract BUNDLE TEXTS [SECONDS]: how fast texts become vectors, and nothing else: one thread, the pipeline of BUNDLE
 * in document mode (in target mode: a vector for every mention of an actor of the built-in dictionary), over TEXTS, a
 * text a line, all in memory. A pass warms up; then passes are repeated until SECONDS are over (default 2). Prints,
 * tab-separated: mean seconds of a pass, bytes, vectors, their values, features of the vocabulary, digest of all
 * vectors.
 */
#include "common/file.h"
#include "common/hash.h"

#include <slant/bundle.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct work {
  slant_str texts;
  const slant_pipeline *pipeline;
  slant_document *document;
  slant_extractor *extractor;
  slant_actors *actors; /* NULL: document mode */
  bool digests;         /* the pass that is not timed */
  uint64_t digest, vectors, values;
} work;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int take(work *w, slant_example example, slant_error *error) {
  slant_vector v;
  int status = slant_extract(w->extractor, example, &v, error);
  if (status || !w->digests) return status;
  w->vectors++;
  w->values += v.n_sparse + v.n_dense;
  w->digest = slant_hash_chain(w->digest, slant_hash(v.index, v.n_sparse * sizeof *v.index));
  w->digest = slant_hash_chain(w->digest, slant_hash(v.value, v.n_sparse * sizeof *v.value));
  w->digest = slant_hash_chain(w->digest, slant_hash(v.dense, v.n_dense * sizeof *v.dense));
  return SLANT_OK;
}

static int pass(work *w, slant_error *error) {
  int status = SLANT_OK;
  for (slant_str rest = w->texts; rest.len && !status;) {
    status = slant_pipeline_read(w->pipeline, w->document, slant_str_cut(&rest, '\n'), error);
    if (status) break;
    if (!w->actors) {
      status = take(w, (slant_example){w->document, 0, 0}, error);
      continue;
    }
    const slant_mention *mentions;
    int64_t n = slant_actors_match(w->actors, w->document, &mentions, error);
    if (n < 0) status = (int)n;
    for (int64_t i = 0; i < n && !status; i++)
      status = take(w, (slant_example){w->document, mentions[i].first, mentions[i].last}, error);
  }
  return status;
}

static int measure(work *w, double seconds, double *mean, slant_error *error) {
  w->digests = true;
  int status = pass(w, error), passes = 0;
  w->digests = false;
  double start = now(), took = 0;
  for (; !status && (!passes || took < seconds); passes++) {
    status = pass(w, error);
    took = now() - start;
  }
  *mean = took / (passes ? passes : 1);
  return status;
}

static int run(const char *path, const char *texts, double seconds, slant_error *error) {
  work w = {0};
  slant_bundle *bundle = NULL;
  slant_mapping mapping = {0};
  double mean = 0;
  int status = slant_bundle_open(&bundle, path, error);
  if (status) return status;
  const slant_pipeline *pipeline = w.pipeline = slant_bundle_pipeline(bundle);
  status = slant_map_file(&mapping, texts, error);
  if (!status) status = slant_document_new(&w.document, error);
  if (!status) status = slant_extractor_new(&w.extractor, pipeline, error);
  if (!status && slant_pipeline_mode(pipeline) == SLANT_MODE_TARGET) status = slant_actors_builtin(&w.actors, error);
  w.texts = (slant_str){(const char *)mapping.data, mapping.size};
  if (!status) status = measure(&w, seconds, &mean, error);
  if (!status)
    printf("%.4f\t%zu\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu32 "\t%016" PRIx64 "\n", mean, mapping.size, w.vectors,
           w.values, slant_pipeline_n_sparse(pipeline), w.digest);
  slant_actors_free(w.actors);
  slant_extractor_free(w.extractor);
  slant_document_free(w.document);
  slant_unmap(&mapping);
  slant_bundle_close(bundle);
  return status;
}

int main(int argc, char **argv) {
  slant_error error = {0};
  if (argc < 3) {
    fputs("usage: extract BUNDLE TEXTS [SECONDS]\n", stderr);
    return 2;
  }
  int status = run(argv[1], argv[2], argc > 3 ? strtod(argv[3], NULL) : 2, &error);
  if (status) fprintf(stderr, "extract: %s\n", error.message);
  return status ? 1 : 0;
}
