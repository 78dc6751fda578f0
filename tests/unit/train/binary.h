/* A binary problem made up for solvers: class 0 of three against the rest, on every example but each fifth, with uneven
 * weights by sign. */
#ifndef SLANT_TESTS_TRAIN_BINARY_H
#define SLANT_TESTS_TRAIN_BINARY_H

#include "synthetic.h"
#include "train/solver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef struct binary {
  synthetic data;
  slant_problem problem;
  slant_space space;
  slant_progress progress;
  uint32_t *members;
  signed char *sign;
  double *weight;
  slant_subset subset; /* of these three, which have room for n each */
} binary;

static inline void binary_open(binary *b, uint32_t n, uint32_t n_sparse, uint32_t n_dense,
                               slant_problem_options options, const slant_setting *setting) {
  b->data = synthetic_make(n, n_sparse, n_dense, 3, 11);
  slant_progress_init(&b->progress, NULL);
  options.memory = 1 << 30;
  options.threads = 1;
  assert_int_equal(slant_problem_new(&b->problem, &options, &b->data.vectors, b->data.rows, n, &b->progress, NULL), 0);
  assert_int_equal(slant_space_new(&b->space, &b->problem, setting, 1, NULL), 0);
  b->members = calloc(n, sizeof *b->members);
  b->sign = calloc(n, sizeof *b->sign);
  b->weight = calloc(n, sizeof *b->weight);
  b->subset = (slant_subset){.members = b->members, .sign = b->sign, .weight = b->weight};
  for (uint32_t i = 0; i < n; i++) {
    if (i % 5 == 0) continue;
    b->members[b->subset.n] = i;
    b->sign[b->subset.n] = b->data.class[i] == 0 ? 1 : -1;
    b->weight[b->subset.n] = b->sign[b->subset.n] > 0 ? 1.6 : 0.7;
    b->subset.n++;
  }
}

static inline void binary_close(binary *b) {
  slant_space_free(&b->space);
  slant_problem_free(&b->problem);
  slant_progress_destroy(&b->progress);
  synthetic_free(&b->data);
  free(b->members);
  free(b->sign);
  free(b->weight);
}

/* An example of weight 2 is that example twice: the same fit, at one cost, either way. */
static inline void binary_repeats(binary *b, double cost) {
  slant_machine once, twice;
  uint32_t n = b->subset.n / 2;
  for (uint32_t p = 0; p < n; p++) b->weight[p] = 2;
  b->subset.n = n;
  assert_int_equal(slant_fit_path(&once, &b->space, &b->subset, &cost, 1, NULL), 0);
  for (uint32_t p = 0; p < n; p++) {
    b->members[n + p] = b->members[p];
    b->sign[n + p] = b->sign[p];
    b->weight[p] = b->weight[n + p] = 1;
  }
  b->subset.n = 2 * n;
  assert_int_equal(slant_fit_path(&twice, &b->space, &b->subset, &cost, 1, NULL), 0);
  for (uint32_t i = 0; i < b->problem.n; i++)
    assert_true(fabs(slant_machine_value(&once, &b->space, i) - slant_machine_value(&twice, &b->space, i)) < 1e-3);
  slant_machine_free(&once);
  slant_machine_free(&twice);
}

#endif
