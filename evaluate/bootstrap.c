#include "evaluate/bootstrap.h"

#include "common/hash.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <string.h>

uint64_t slant_bootstrap_stream(uint64_t seed, slant_str task, slant_str actor) {
  uint64_t stream = slant_hash_chain(slant_mix(seed), slant_hash(task.ptr, task.len));
  return slant_hash_chain(stream, slant_hash(actor.ptr, actor.len));
}

size_t slant_bootstrap_generator_size(void) {
  return gsl_rng_mt19937->size;
}

/*
 * A resample matters only by how often each kind of group was drawn, and these numbers are multinomial. One draw of
 * them costs a binomial variate a kind, however many groups there are. The sizes are whole numbers, so that GSL's sums
 * of them are exact.
 */
void slant_bootstrap_draw(const slant_groups *groups, uint32_t n_labels, slant_pair pair, uint64_t stream,
                          const slant_bootstrap_scratch *scratch, slant_draws *draws) {
  /* Put together by hand because gsl_rng_alloc() calls GSL's error handler, which aborts, when there is no memory. */
  gsl_rng random = {.type = gsl_rng_mt19937, .state = scratch->generator};
  gsl_rng_set(&random, stream & UINT32_MAX); /* all that mt19937 takes */
  slant_marginals *classes = scratch->classes;
  for (uint32_t i = 0; i < draws->n; i++) {
    gsl_ran_multinomial(&random, groups->n_kinds, groups->n_groups, groups->sizes, scratch->drawn);
    memset(classes, 0, n_labels * sizeof *classes);
    for (uint32_t kind = 0; kind < groups->n_kinds; kind++)
      if (scratch->drawn[kind]) slant_kind_add(&groups->kinds[kind], scratch->drawn[kind], classes);
    draws->accuracy[i] = slant_marginals_accuracy(classes, n_labels);
    draws->macro_f1[i] = slant_marginals_macro_f1(classes, n_labels);
    if (pair.there) draws->f_avg[i] = slant_marginals_f_avg(classes, pair.favor, pair.against);
  }
}

void slant_bootstrap_interval(double *draws, uint32_t n, slant_interval *interval) {
  gsl_sort(draws, 1, n);
  interval->low = gsl_stats_quantile_from_sorted_data(draws, 1, n, 0.025);
  interval->high = gsl_stats_quantile_from_sorted_data(draws, 1, n, 0.975);
}
