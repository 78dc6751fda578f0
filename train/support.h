/* A fit by a kernel as models take it: its support vectors, each once, with a coefficient for every output. */
#ifndef SLANT_TRAIN_SUPPORT_H
#define SLANT_TRAIN_SUPPORT_H

#include "train/solver.h"

/* Where the problem's features stand among all of the pipeline. */
typedef struct slant_feature_map {
  const uint32_t *sparse; /* number of each of the problem's sparse features; NULL: its own */
  uint32_t beyond;        /* by how much the numbers of dense features grow */
} slant_feature_map;

/* Copies what `machines` (n of them, of one space) need into *out, times nothing and owned by it. SLANT_E_MEMORY. */
int slant_support_take(slant_kernel_model *out, const slant_machine *machines, uint32_t n, const slant_space *space,
                       const slant_feature_map *map, slant_error *error);
void slant_support_free(slant_kernel_model *model);

#endif
