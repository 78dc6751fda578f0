/* Five hundred judged examples that are the same everywhere, for which reference values are known (scikit-learn 1.2.1
 * and numpy 1.24, on the same numbers). */
#ifndef TEST_EVALUATE_JUDGEMENTS_H
#define TEST_EVALUATE_JUDGEMENTS_H

#include <slant/evaluation.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JUDGEMENTS = 500 };

typedef struct judgements {
  uint32_t gold[JUDGEMENTS], predicted[JUDGEMENTS];
} judgements;

static const char *const label_names[] = {"against", "favor", "neutral", "unclear"};

/* ANSI C's example generator: 31 bits of state, the upper 15 handed out. */
static inline uint32_t judgements_next(uint32_t *state) {
  *state = (*state * 1103515245u + 12345u) & 0x7fffffffu;
  return *state >> 16;
}

static inline judgements judgements_make(void) {
  judgements all;
  uint32_t state = 12345;
  for (int i = 0; i < JUDGEMENTS; i++) {
    uint32_t r = judgements_next(&state) % 10, gold = r < 5 ? 0 : r < 8 ? 1 : r < 9 ? 2 : 3, predicted = gold;
    if (judgements_next(&state) % 10 >= 7) predicted = judgements_next(&state) % 4;
    if (predicted == 3 && judgements_next(&state) % 2) predicted = 0;
    all.gold[i] = gold;
    all.predicted[i] = predicted;
  }
  return all;
}

static inline void add(slant_evaluation *evaluation, const char *task, const char *actor, const char *group,
                       const char *gold, const char *predicted) {
  slant_error error;
  assert_int_equal(slant_evaluation_add(evaluation, slant_str_of(task), slant_str_of(actor), slant_str_of(group),
                                        slant_str_of(gold), slant_str_of(predicted), &error),
                   0);
}

/* Adds judgement i; `group_size` 0: no groups. */
static inline void add_judgement(slant_evaluation *evaluation, const judgements *all, int i, const char *task,
                                 const char *actor, int group_size) {
  char group[32] = "";
  if (group_size) snprintf(group, sizeof group, "g%d", i / group_size);
  add(evaluation, task, actor, group, label_names[all->gold[i]], label_names[all->predicted[i]]);
}

static inline slant_evaluation *new_evaluation(void) {
  slant_evaluation *evaluation;
  assert_int_equal(slant_evaluation_new(&evaluation, NULL), 0);
  return evaluation;
}

/* Computes and expects `expected` tasks. */
static inline const slant_evaluation_task *compute(slant_evaluation *evaluation, uint32_t resamples, uint64_t seed,
                                                   uint32_t expected) {
  const slant_evaluation_task *tasks;
  uint32_t n_tasks;
  assert_int_equal(slant_evaluation_compute(evaluation, resamples, seed, &tasks, &n_tasks, NULL), 0);
  assert_int_equal(n_tasks, expected);
  return tasks;
}

#define assert_close(value, expected, tolerance)                                                                       \
  do {                                                                                                                 \
    double value_ = (value), expected_ = (expected);                                                                   \
    if (!(fabs(value_ - expected_) <= (tolerance))) fail_msg(#value " is %.17g, not %.17g", value_, expected_);        \
  } while (0)

#endif
