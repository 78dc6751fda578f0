#include "train/folds.h"

#include "common/memory.h"
#include "common/random.h"

#include <stdlib.h>
#include <string.h>

typedef struct member {
  uint32_t group, example;
} member;

/* One group, while folds are dealt out. */
typedef struct cluster {
  size_t first, last; /* its members, end exclusive */
  uint32_t order;     /* its place after shuffling: breaks ties */
  const uint32_t *counts;
} cluster;

static int by_group(const void *left, const void *right) {
  const member *a = left, *b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  return a->example < b->example ? -1 : a->example > b->example;
}

static int by_size(const void *left, const void *right) {
  const cluster *a = left, *b = right;
  size_t size_a = a->last - a->first, size_b = b->last - b->first;
  if (size_a != size_b) return size_a > size_b ? -1 : 1;
  return a->order < b->order ? -1 : a->order > b->order;
}

/* The fold that is furthest behind in the classes of this group: the one where the sum over classes of
 * (held_c + counts_c)² / total_c grows least. The square makes even loads cheapest (StratifiedGroupKFold of
 * scikit-learn minimises the like: the spread of each class over the folds). Ties go to the fold with fewer examples,
 * then to the lower number. */
static uint32_t best_fold(const uint64_t *held, const uint64_t *sizes, const uint64_t *totals, const uint32_t *counts,
                          uint32_t n_folds, uint32_t n_classes) {
  uint32_t best = 0;
  double best_growth = 0;
  for (uint32_t f = 0; f < n_folds; f++) {
    double growth = 0;
    for (uint32_t c = 0; c < n_classes; c++) {
      if (!counts[c]) continue;
      double before = (double)held[(size_t)f * n_classes + c], more = (double)counts[c];
      growth += more * (2 * before + more) / (double)totals[c];
    }
    if (f == 0 || growth < best_growth || (growth == best_growth && sizes[f] < sizes[best])) {
      best = f;
      best_growth = growth;
    }
  }
  return best;
}

/* Cuts the members, sorted by group, into clusters with their class counts. Returns how many there are. */
static size_t gather(cluster *clusters, uint32_t *counts, const member *members, const uint32_t *class,
                     uint32_t n_classes, size_t n) {
  size_t n_clusters = 0;
  for (size_t i = 0; i < n; n_clusters++) {
    uint32_t *own = counts + n_clusters * n_classes;
    clusters[n_clusters] = (cluster){.first = i, .counts = own};
    uint32_t group = members[i].group;
    for (; i < n && members[i].group == group; i++) own[class[members[i].example]]++;
    clusters[n_clusters].last = i;
  }
  return n_clusters;
}

static uint32_t usable_folds(const cluster *clusters, size_t n_clusters, uint32_t n_classes, uint32_t wanted) {
  if (n_clusters < 2) return 0;
  size_t folds = wanted < 2 ? 2 : wanted;
  if (n_clusters < folds) folds = n_clusters;
  for (uint32_t c = 0; c < n_classes; c++) {
    size_t groups = 0;
    for (size_t i = 0; i < n_clusters; i++) groups += clusters[i].counts[c] > 0;
    if (groups >= 2 && groups < folds) folds = groups;
  }
  return (uint32_t)folds;
}

static void shuffle_clusters(cluster *clusters, uint32_t *order, size_t n_clusters, uint64_t seed) {
  slant_random random = slant_random_from(seed, 0x666f6c64);
  for (size_t i = 0; i < n_clusters; i++) order[i] = (uint32_t)i;
  slant_random_shuffle(&random, order, n_clusters);
  for (size_t i = 0; i < n_clusters; i++) clusters[i].order = order[i];
  qsort(clusters, n_clusters, sizeof *clusters, by_size);
}

int slant_folds(uint32_t *fold, uint32_t *n_folds, const uint32_t *class, uint32_t n_classes, const uint32_t *group,
                size_t n, uint32_t wanted, uint64_t seed, slant_error *error) {
  int status = SLANT_E_MEMORY;
  uint32_t *counts = NULL, *order = slant_alloc(n, sizeof *order);
  member *members = slant_alloc(n, sizeof *members);
  cluster *clusters = slant_alloc(n, sizeof *clusters);
  uint64_t *held = NULL, *sizes = NULL, *totals = slant_alloc_zero(n_classes, sizeof *totals);
  *n_folds = 0;
  if (!order || !members || !clusters || !totals) goto out;
  size_t n_groups = 0;
  for (size_t i = 0; i < n; i++) members[i] = (member){group[i], (uint32_t)i};
  qsort(members, n, sizeof *members, by_group);
  for (size_t i = 0; i < n; i++) n_groups += i == 0 || members[i].group != members[i - 1].group;
  if (n_classes && n_groups > SIZE_MAX / n_classes) goto out;
  counts = slant_alloc_zero(n_groups * n_classes, sizeof *counts);
  if (!counts) goto out;
  gather(clusters, counts, members, class, n_classes, n);
  *n_folds = usable_folds(clusters, n_groups, n_classes, wanted);
  memset(fold, 0, n * sizeof *fold);
  status = SLANT_OK;
  if (!*n_folds) goto out;

  shuffle_clusters(clusters, order, n_groups, seed);
  held = slant_alloc_zero((size_t)*n_folds * n_classes, sizeof *held);
  sizes = slant_alloc_zero(*n_folds, sizeof *sizes);
  if (!held || !sizes) {
    status = SLANT_E_MEMORY;
    goto out;
  }
  for (size_t i = 0; i < n; i++) totals[class[i]]++;
  for (size_t g = 0; g < n_groups; g++) {
    uint32_t f = best_fold(held, sizes, totals, clusters[g].counts, *n_folds, n_classes);
    for (uint32_t c = 0; c < n_classes; c++) held[(size_t)f * n_classes + c] += clusters[g].counts[c];
    sizes[f] += clusters[g].last - clusters[g].first;
    for (size_t i = clusters[g].first; i < clusters[g].last; i++) fold[members[i].example] = f;
  }
out:
  free(counts);
  free(order);
  free(members);
  free(clusters);
  free(held);
  free(sizes);
  free(totals);
  return status ? slant_fail(error, SLANT_E_MEMORY, "no memory for the folds of %zu examples", n) : SLANT_OK;
}
