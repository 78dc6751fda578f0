#include "train/support.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_THERE = UINT32_MAX };

/* The arrays of a model, which it shows as const. */
typedef struct builder {
  uint64_t *start;
  uint32_t *index, *block_end;
  float *value, *dense;
  double *coefficient, *bias, *block_weight;
} builder;

/* place[example] of those that support any machine, in the order of the examples. Returns how many there are. */
static uint32_t number_support(uint32_t *place, uint32_t n_examples, const slant_machine *machines, uint32_t n) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < n_examples; i++) place[i] = NOT_THERE;
  for (uint32_t m = 0; m < n; m++)
    for (uint32_t k = 0; k < machines[m].n_support; k++) place[machines[m].support[k]] = 0;
  for (uint32_t i = 0; i < n_examples; i++)
    if (place[i] != NOT_THERE) place[i] = found++;
  return found;
}

static bool allocate(builder *b, const slant_problem *problem, const uint32_t *place, uint32_t n_support,
                     uint32_t n_outputs) {
  const slant_vectors *v = problem->vectors;
  uint32_t n_blocks = problem->options.n_blocks;
  size_t n_values = 0;
  for (uint32_t i = 0; i < problem->n; i++)
    if (place[i] != NOT_THERE) n_values += v->start[problem->rows[i] + 1] - v->start[problem->rows[i]];
  b->start = slant_alloc((size_t)n_support + 1, sizeof *b->start);
  b->index = slant_alloc(n_values, sizeof *b->index);
  b->value = slant_alloc(n_values, sizeof *b->value);
  b->dense = slant_alloc(n_support, v->n_dense * sizeof *b->dense);
  b->coefficient = slant_alloc_zero(n_support, n_outputs * sizeof *b->coefficient);
  b->bias = slant_alloc(n_outputs, sizeof *b->bias);
  b->block_end = slant_alloc(n_blocks, sizeof *b->block_end);
  b->block_weight = slant_alloc(n_blocks, sizeof *b->block_weight);
  return b->start && b->index && b->value && b->dense && b->coefficient && b->bias && b->block_end && b->block_weight;
}

static void copy_vectors(builder *b, const slant_problem *problem, const uint32_t *place,
                         const slant_feature_map *map) {
  const slant_vectors *v = problem->vectors;
  uint64_t at = 0;
  for (uint32_t i = 0; i < problem->n; i++) {
    if (place[i] == NOT_THERE) continue;
    uint32_t row = problem->rows[i];
    b->start[place[i]] = at;
    for (size_t e = v->start[row]; e < v->start[row + 1]; e++, at++) {
      b->index[at] = map->sparse ? map->sparse[v->index[e]] : v->index[e];
      b->value[at] = v->value[e];
    }
    if (v->n_dense)
      memcpy(b->dense + (size_t)place[i] * v->n_dense, v->dense + (size_t)row * v->n_dense,
             v->n_dense * sizeof *b->dense);
    b->start[place[i] + 1] = at;
  }
}

/* Ends of the blocks among all features. A block that ends within the sparse ones may end anywhere before the next
 * feature that the problem has: what lies between is in none of its vectors. */
static void copy_blocks(builder *b, const slant_space *space, const slant_feature_map *map) {
  const slant_problem *problem = space->problem;
  uint32_t n_sparse = problem->vectors->n_sparse;
  for (uint32_t k = 0; k < problem->options.n_blocks; k++) {
    uint32_t end = problem->options.blocks[k].end;
    b->block_weight[k] = space->block ? space->block[k] : 1;
    b->block_end[k] = end >= n_sparse || !map->sparse ? end + (end >= n_sparse ? map->beyond : 0) : map->sparse[end];
  }
}

int slant_support_take(slant_kernel_model *out, const slant_machine *machines, uint32_t n, const slant_space *space,
                       const slant_feature_map *map, slant_error *error) {
  const slant_problem *problem = space->problem;
  uint32_t *place = slant_alloc(problem->n, sizeof *place), n_support = 0;
  builder b = {0};
  if (place) n_support = number_support(place, problem->n, machines, n);
  bool ok = place && allocate(&b, problem, place, n_support, n);
  *out = (slant_kernel_model){.shape = {.kernel = problem->kernel,
                                        .degree = problem->options.degree,
                                        .gamma = space->gamma,
                                        .coef0 = problem->options.coef0,
                                        .n_blocks = problem->options.n_blocks,
                                        .block_end = b.block_end,
                                        .block_weight = b.block_weight},
                              .n_support = n_support,
                              .n_outputs = n,
                              .start = b.start,
                              .index = b.index,
                              .value = b.value,
                              .dense = b.dense,
                              .coefficient = b.coefficient,
                              .bias = b.bias};
  if (ok) {
    b.start[0] = 0;
    copy_vectors(&b, problem, place, map);
    copy_blocks(&b, space, map);
    for (uint32_t m = 0; m < n; m++) {
      b.bias[m] = machines[m].bias;
      for (uint32_t k = 0; k < machines[m].n_support; k++)
        b.coefficient[(size_t)place[machines[m].support[k]] * n + m] = machines[m].coefficient[k];
    }
  }
  free(place);
  if (ok) return SLANT_OK;
  slant_support_free(out);
  return slant_fail(error, SLANT_E_MEMORY, "no memory for %u support vectors", n_support);
}

/* The arrays are this file's own, whatever they look like to those who read them. */
static void release(const void *array) {
  union {
    const void *seen;
    void *own;
  } pointer = {.seen = array};
  free(pointer.own);
}

void slant_support_free(slant_kernel_model *model) {
  release(model->shape.block_end);
  release(model->shape.block_weight);
  release(model->start);
  release(model->index);
  release(model->value);
  release(model->dense);
  release(model->coefficient);
  release(model->bias);
  *model = (slant_kernel_model){0};
}
