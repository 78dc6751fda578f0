/*
 * Scorers: trained models that lend their scores to a pipeline as dense features, through its stage `aux`. The rooms
 * below know nothing of models: whoever has some describes them as a slant_scorer (slant_bundle_scorer() of
 * <slant/bundle.h> does so for a bundle).
 */
#ifndef SLANT_SCORER_H
#define SLANT_SCORER_H

#include <slant/example.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLANT_MAX_SCORERS 4

/* The functions may be called by any number of threads at once, each with a scratch of its own. The context is const
 * to them, is borrowed, and outlives every pipeline that was given the scorer, as do the stored bytes. */
typedef struct slant_scorer {
  const void *context;
  slant_mode mode;    /* of the examples that it scores; a document scorer serves examples of both modes */
  uint32_t n_outputs; /* at least 1 */
  const void *stored; /* what a bundle carries along, so that whoever opens it has the scorer again; 64-byte aligned */
  uint64_t stored_size;
  /* The printable name of an output into out[size], cut where it is longer, terminated. */
  void (*name)(const void *context, uint32_t output, char *out, size_t size);
  /* One thread's scratch. SLANT_E_MEMORY. */
  int (*open)(const void *context, void **scratch, slant_error *error);
  void (*close)(void *scratch);
  /* The decision values of one example into scores[n_outputs]: a pure function of the example. */
  int (*score)(void *scratch, slant_example example, float *scores, slant_error *error);
} slant_scorer;

#ifdef __cplusplus
}
#endif
#endif
