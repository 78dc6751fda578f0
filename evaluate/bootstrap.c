#include "evaluate/bootstrap.h"

#include "common/hash.h"

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

void slant_bootstrap_draw(const slant_groups *groups, uint32_t n_labels, slant_pair pair, uint64_t stream,
                          slant_marginals *classes, void *generator, slant_draws *draws) {
  /* Put together by hand because gsl_rng_alloc() calls GSL's error handler, which aborts, when there is no memory. */
  gsl_rng random = {.type = gsl_rng_mt19937, .state = generator};
  gsl_rng_set(&random, stream & UINT32_MAX); /* all that mt19937 takes */
  for (uint32_t i = 0; i < draws->n; i++) {
    memset(classes, 0, n_labels * sizeof *classes);
    for (uint32_t drawn = 0; drawn < groups->n; drawn++)
      slant_groups_add(groups, (uint32_t)gsl_rng_uniform_int(&random, groups->n), classes);
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
