/* Any bytes as a lexicon file: refused with a line, or scores that are numbers. */
#include "fuzz.h"

#include "features/words.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_words_builder *builder;
  slant_words words;
  slant_error error = {0};
  if (slant_words_builder_new(&builder, NULL)) abort();
  int status = slant_lexicon_read(builder, (slant_str){(const char *)data, size}, "negative.tsv", &error);
  if (status && !error.message[0]) abort();
  if (!status) {
    if (slant_words_builder_finish(&words, builder, NULL)) abort();
    for (uint32_t i = 0; i < words.count; i++)
      for (uint32_t k = 0; k < words.n_lexicons; k++)
        if (!isfinite(slant_words_at(&words, i)->score[k])) abort();
    slant_words_free(&words);
  }
  slant_words_builder_free(builder);
  return 0;
}
