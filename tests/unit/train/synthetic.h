/* Vectors made up from a seed: every class draws some features more often than the others do. */
#ifndef SLANT_TESTS_TRAIN_SYNTHETIC_H
#define SLANT_TESTS_TRAIN_SYNTHETIC_H

#include "common/memory.h"
#include "common/random.h"
#include "train/vectors.h"

#include <math.h>
#include <stdlib.h>

typedef struct synthetic {
  slant_vectors vectors;
  uint32_t *rows, *class, *group;
} synthetic;

static double synthetic_unit(slant_random *random) {
  return (double)(slant_random_next(random) >> 11) / 9007199254740992.0;
}

static inline synthetic synthetic_make(uint32_t n, uint32_t n_sparse, uint32_t n_dense, uint32_t n_classes,
                                       uint64_t seed) {
  slant_random random = slant_random_from(seed, 1);
  synthetic s = {.vectors = {.n_rows = n, .n_sparse = n_sparse, .n_dense = n_dense}};
  s.vectors.start = calloc((size_t)n + 1, sizeof *s.vectors.start);
  s.vectors.index = calloc((size_t)n * n_sparse, sizeof *s.vectors.index);
  s.vectors.value = calloc((size_t)n * n_sparse, sizeof *s.vectors.value);
  s.vectors.dense = calloc((size_t)n * (n_dense + 1), sizeof *s.vectors.dense);
  s.rows = calloc(n, sizeof *s.rows);
  s.class = calloc(n, sizeof *s.class);
  s.group = calloc(n, sizeof *s.group);
  size_t at = 0;
  for (uint32_t i = 0; i < n; i++) {
    s.rows[i] = i;
    s.group[i] = i;
    s.class[i] = (uint32_t)slant_random_below(&random, n_classes);
    for (uint32_t f = 0; f < n_sparse; f++) {
      if (synthetic_unit(&random) > (f % n_classes == s.class[i] ? 0.3 : 0.1)) continue;
      s.vectors.index[at] = f;
      s.vectors.value[at++] = (float)(0.3 + 0.2 * synthetic_unit(&random));
    }
    s.vectors.start[i + 1] = at;
    for (uint32_t d = 0; d < n_dense; d++)
      s.vectors.dense[(size_t)i * n_dense + d] =
          (float)(synthetic_unit(&random) - 0.5 + (d % n_classes == s.class[i] ? 0.2 : 0));
  }
  return s;
}

static inline void synthetic_free(synthetic *s) {
  slant_vectors_free(&s->vectors);
  free(s->rows);
  free(s->class);
  free(s->group);
}

#endif
