/* Any bytes as a text: normalised, tokenised, split, matched, and made a vector. */
#include "fuzz.h"

#include <slant/pipeline.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static slant_document *document;
  static slant_actors *actors;
  const slant_mention *mentions;
  slant_str text = {(const char *)data, size};
  if (!document && (slant_document_new(&document, NULL) || slant_actors_builtin(&actors, NULL))) abort();
  if (slant_document_read(document, text, NULL)) abort();
  for (uint32_t t = 0; t < document->n_tokens; t++)
    if (document->tokens[t].point_to > document->n_points || document->tokens[t].to > document->text.len) abort();
  if (slant_actors_match(actors, document, &mentions, NULL) < 0) abort();
  for (int mode = 0; mode < 2; mode++) {
    slant_pipeline *pipeline;
    slant_extractor *extractor;
    slant_vector vector;
    slant_example example = {document, 0, mode == SLANT_MODE_TARGET};
    if (mode == SLANT_MODE_TARGET && !document->n_tokens) break;
    if (slant_pipeline_new(&pipeline, (slant_mode)mode, "words min-df=1\nchars min-df=1\n", NULL) ||
        slant_extractor_new(&extractor, pipeline, NULL) || slant_pipeline_grow(pipeline, extractor, example, NULL) ||
        slant_pipeline_freeze(pipeline, NULL) || slant_pipeline_name(pipeline, extractor, example, NULL) ||
        slant_extract(extractor, example, &vector, NULL))
      abort();
    slant_extractor_free(extractor);
    slant_pipeline_free(pipeline);
  }
  return 0;
}
