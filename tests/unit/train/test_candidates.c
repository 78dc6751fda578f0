/* train/candidates.c and train/halving.c: what is tried, in which order, and on which budget. */
#include "train/candidates.h"
#include "train/halving.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const slant_str stages[] = {{"words", 5}, {"chars", 5}, {"words", 5}};

static slant_candidates make(slant_candidate_options options) {
  slant_candidates out;
  slant_error error = {0};
  options.stages = stages;
  options.n_stages = 3;
  if (slant_candidates_new(&out, &options, &error)) fail_msg("%s", error.message);
  return out;
}

static void grids_in_order(void **state) {
  (void)state;
  slant_candidates all =
      make((slant_candidate_options){.costs = "10,0.1,1,0.1", .gammas = "2,0.5", .block_weights = "words=4:1,chars=2"});
  assert_int_equal(all.n, 3 * 2 * 2);
  for (uint32_t c = 0; c < all.n; c++) {
    static const double costs[] = {0.1, 1, 10}, gammas[] = {0.5, 2}, words[] = {1, 4};
    assert_true(all.settings[c].cost == costs[c % 3]);
    assert_true(all.settings[c].gamma == gammas[c / 3 % 2]);
    assert_true(all.settings[c].block[0] == words[c / 6] && all.settings[c].block[2] == words[c / 6]);
    assert_true(all.settings[c].block[1] == 2);
    assert_true(c == 0 || slant_setting_same_space(&all.settings[c - 1], &all.settings[c], 3) == (c % 3 != 0));
  }
  slant_candidates_free(&all);

  all = make((slant_candidate_options){.costs = "0.4"});
  assert_int_equal(all.n, 1);
  assert_true(all.settings[0].gamma == 1);
  assert_null(all.settings[0].block);
  slant_candidates_free(&all);
}

/* Points fill each axis: of 2^m points one lies in every 2^m-th of it, wherever the box lies. */
static void sobol_points_are_even(void **state) {
  (void)state;
  enum { POINTS = 63 };
  slant_candidates all = make((slant_candidate_options){.method = SLANT_SEARCH_SOBOL,
                                                        .points = POINTS,
                                                        .costs = "0.01,100",
                                                        .gammas = "8,0.5,1",
                                                        .block_weights = "chars=0.25:4"});
  assert_int_equal(all.n, POINTS);
  uint32_t seen[3][POINTS + 1] = {{0}};
  for (uint32_t c = 0; c < all.n; c++) {
    const slant_setting *setting = &all.settings[c];
    double at[3] = {log(setting->cost / 0.01) / log(1e4), log(setting->gamma / 0.5) / log(16),
                    log(setting->block[1] / 0.25) / log(16)};
    for (int axis = 0; axis < 3; axis++) {
      assert_true(at[axis] >= 0 && at[axis] < 1);
      seen[axis][(int)(at[axis] * (POINTS + 1) + 1e-9)]++;
    }
    assert_true(setting->block[0] == 1);
    if (c) assert_true(setting->block[1] >= setting[-1].block[1]); /* in the order of spaces */
  }
  for (int axis = 0; axis < 3; axis++)
    for (int part = 1; part <= POINTS; part++) assert_int_equal(seen[axis][part], 1); /* GSL leaves out the origin */
  slant_candidates_free(&all);

  all = make((slant_candidate_options){.method = SLANT_SEARCH_SOBOL, .points = 20, .costs = "0.4"});
  assert_int_equal(all.n, 1); /* there is nothing to spread over */
  slant_candidates_free(&all);
  all = make((slant_candidate_options){.method = SLANT_SEARCH_SOBOL, .points = 3, .costs = "1,4"});
  assert_int_equal(all.n, 3);
  assert_true(fabs(all.settings[1].cost - 2) < 1e-12); /* the middle, then the quarters */
  slant_candidates_free(&all);
}

static void what_cannot_be_tried(void **state) {
  (void)state;
  static const struct {
    slant_candidate_options options;
    const char *says;
  } bad[] = {
      {{.costs = NULL}, "--costs takes"},
      {{.costs = ""}, "--costs takes"},
      {{.costs = "1,,2"}, "--costs takes"},
      {{.costs = "1,"}, "--costs takes"},
      {{.costs = "0"}, "--costs takes"},
      {{.costs = "-1"}, "--costs takes"},
      {{.costs = "1e10"}, "--costs takes"},
      {{.costs = "nan"}, "--costs takes"},
      {{.costs = "1 2"}, "--costs takes"},
      {{.costs = "1", .gammas = "x"}, "--gammas takes"},
      {{.costs = "1", .block_weights = "words"}, "--block-weights takes"},
      {{.costs = "1", .block_weights = "words="}, "--block-weights takes"},
      {{.costs = "1", .block_weights = "words=1:-1"}, "--block-weights takes"},
      {{.costs = "1", .block_weights = "words=1,"}, "--block-weights takes"},
      {{.costs = "1", .block_weights = ""}, "--block-weights takes"},
      {{.costs = "1", .block_weights = "words=1,words=2"}, "'words' twice"},
      {{.costs = "1", .block_weights = "vectors=1"}, "no stage 'vectors'"},
      {{.costs = "1", .block_weights = "words=0:1", .method = SLANT_SEARCH_SOBOL, .points = 4},
       "--block-weights takes"},
      {{.costs = "1,2,3,4,5,6,7,8,9,10,11",
        .gammas = "1,2,3,4,5,6,7,8,9,10",
        .block_weights = "words=1:2:3:4:5:6:7:8:9:10"},
       "would try 1100 settings"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    slant_candidates out;
    slant_error error = {0};
    slant_candidate_options options = bad[i].options;
    options.stages = stages;
    options.n_stages = 3;
    assert_int_equal(slant_candidates_new(&out, &options, &error), SLANT_E_ARGUMENT);
    if (!strstr(error.message, bad[i].says)) fail_msg("%zu: %s", i, error.message);
    assert_null(out.settings);
  }
  slant_candidates all = make((slant_candidate_options){.costs = "1", .block_weights = "words=0:1"});
  assert_int_equal(all.n, 2); /* a grid may leave a stage out */
  slant_candidates_free(&all);
}

static void rungs(void **state) {
  (void)state;
  slant_rung plan[SLANT_MAX_RUNGS];
  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_OFF, 50, 5, 10000), 1);
  assert_int_equal(plan[0].n_candidates, 50);
  assert_int_equal(plan[0].n_folds, 5);
  assert_int_equal(plan[0].share, SLANT_SHARE_ALL);

  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_FOLDS, 27, 5, 100), 3);
  static const uint32_t candidates[] = {27, 9, 3}, folds[] = {1, 2, 5};
  for (int r = 0; r < 3; r++) {
    assert_int_equal(plan[r].n_candidates, candidates[r]);
    assert_int_equal(plan[r].n_folds, folds[r]);
    assert_int_equal(plan[r].share, SLANT_SHARE_ALL);
  }
  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_FOLDS, 27, 2, 100), 2); /* one fold, two folds */
  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_FOLDS, 1, 5, 100), 1);

  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_EXAMPLES, 27, 5, 10000), 3);
  assert_int_equal(plan[0].share, SLANT_SHARE_NINTH);
  assert_int_equal(plan[1].share, SLANT_SHARE_THIRD);
  assert_int_equal(plan[2].share, SLANT_SHARE_ALL);
  assert_int_equal(plan[0].n_folds, 5);
  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_EXAMPLES, 27, 5, 900), 2); /* a ninth would be too few */
  assert_int_equal(slant_halving_plan(plan, SLANT_HALVING_EXAMPLES, 27, 5, 300), 1);

  for (uint32_t n = 1; n < 60; n++)
    for (uint32_t k = 1; k < 12; k++)
      for (int by = SLANT_HALVING_OFF; by <= SLANT_HALVING_EXAMPLES; by++) {
        uint32_t n_rungs = slant_halving_plan(plan, (slant_halving)by, n, k, n * k * 50);
        assert_in_range(n_rungs, 1, SLANT_MAX_RUNGS);
        assert_int_equal(plan[0].n_candidates, n);
        assert_int_equal(plan[n_rungs - 1].n_folds, k);
        assert_int_equal(plan[n_rungs - 1].share, SLANT_SHARE_ALL);
        for (uint32_t r = 0; r < n_rungs; r++) assert_in_range(plan[r].n_folds, 1, k);
        for (uint32_t r = 1; r < n_rungs; r++) assert_in_range(plan[r].n_candidates, 1, plan[r - 1].n_candidates - 1);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grids_in_order),
      cmocka_unit_test(sobol_points_are_even),
      cmocka_unit_test(what_cannot_be_tried),
      cmocka_unit_test(rungs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
