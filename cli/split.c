#include "cli/split.h"

#include "common/memory.h"
#include "common/random.h"

#include <stdlib.h>

typedef struct split_group {
  uint32_t number, place; /* place in the seeded order */
  size_t first, n;        /* of its items in the sorted order */
} split_group;

typedef struct split_tables {
  uint32_t n_strata, n_parts; /* the last stratum counts records */
  const double *shares;
  double *total;  /* records of a stratum */
  double *filled; /* part × stratum: dealt so far */
  double *group;  /* of the group being dealt */
} split_tables;

static int larger_first(const void *a, const void *b) {
  const split_group *x = a, *y = b;
  if (x->n != y->n) return x->n < y->n ? 1 : -1;
  return x->place < y->place ? -1 : x->place > y->place;
}

static void count_item(double *counts, uint32_t n_strata, const cli_split_item *item, double by) {
  for (uint32_t s = 0; s < item->n_strata; s++) counts[item->strata[s]] += by;
  counts[n_strata - 1] += by;
}

/* What the group adds to the chi-square in a part, up to a constant: sum of g (g + 2 n) / t. */
static double price(const split_tables *tables, uint32_t part) {
  const double *filled = tables->filled + (size_t)part * tables->n_strata;
  double sum = 0;
  for (uint32_t s = 0; s < tables->n_strata; s++) {
    double g = tables->group[s];
    if (g > 0) sum += g * (g + 2 * filled[s]) / (tables->shares[part] * tables->total[s]);
  }
  return sum;
}

static uint32_t deal(split_tables *tables) {
  uint32_t best = 0;
  double lowest = price(tables, 0);
  for (uint32_t part = 1; part < tables->n_parts; part++) {
    double asked = price(tables, part);
    if (asked < lowest) {
      lowest = asked;
      best = part;
    }
  }
  for (uint32_t s = 0; s < tables->n_strata; s++)
    tables->filled[(size_t)best * tables->n_strata + s] += tables->group[s];
  return best;
}

/* Groups with their items side by side: counting sort by group. */
static void gather(split_group *groups, uint32_t n_groups, const cli_split_item *items, size_t n_items, size_t *order,
                   uint32_t *places, uint64_t seed) {
  slant_random random = slant_random_from(seed, 0);
  for (uint32_t g = 0; g < n_groups; g++) places[g] = g;
  slant_random_shuffle(&random, places, n_groups);
  for (uint32_t g = 0; g < n_groups; g++) groups[g] = (split_group){.number = g, .place = places[g]};
  for (size_t i = 0; i < n_items; i++) groups[items[i].group].n++;
  size_t at = 0;
  for (uint32_t g = 0; g < n_groups; g++) {
    groups[g].first = at;
    at += groups[g].n;
    groups[g].n = 0;
  }
  for (size_t i = 0; i < n_items; i++) {
    split_group *group = &groups[items[i].group];
    order[group->first + group->n++] = i;
  }
}

int cli_split(uint32_t *part_of_group, uint32_t n_groups, const cli_split_item *items, size_t n_items,
              uint32_t n_strata, const double *shares, uint32_t n_parts, uint64_t seed, slant_error *error) {
  split_tables tables = {.n_strata = n_strata + 1, .n_parts = n_parts, .shares = shares};
  split_group *groups = slant_alloc(n_groups, sizeof *groups);
  uint32_t *places = slant_alloc(n_groups, sizeof *places);
  size_t *order = slant_alloc(n_items, sizeof *order);
  tables.total = slant_alloc_zero(tables.n_strata, sizeof *tables.total);
  tables.group = slant_alloc_zero(tables.n_strata, sizeof *tables.group);
  tables.filled = slant_alloc_zero((size_t)tables.n_strata * n_parts, sizeof *tables.filled);
  int status = SLANT_OK;
  if (!groups || !places || !order || !tables.total || !tables.group || !tables.filled) {
    status = slant_fail(error, SLANT_E_MEMORY, "no memory to split %zu records", n_items);
    goto out;
  }
  for (size_t i = 0; i < n_items; i++) count_item(tables.total, tables.n_strata, &items[i], 1);
  gather(groups, n_groups, items, n_items, order, places, seed);
  qsort(groups, n_groups, sizeof *groups, larger_first);
  for (uint32_t g = 0; g < n_groups; g++) {
    for (size_t i = 0; i < groups[g].n; i++)
      count_item(tables.group, tables.n_strata, &items[order[groups[g].first + i]], 1);
    part_of_group[groups[g].number] = deal(&tables);
    for (uint32_t s = 0; s < tables.n_strata; s++) tables.group[s] = 0;
  }
out:
  free(groups);
  free(places);
  free(order);
  free(tables.total);
  free(tables.group);
  free(tables.filled);
  return status;
}
