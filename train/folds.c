#include "train/folds.h"

#include "common/date.h"
#include "common/memory.h"
#include "common/random.h"

#include <math.h>
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

static int no_memory(size_t n, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the folds of %zu examples", n);
}

void slant_folds_free(slant_folds *folds) {
  free(folds->fold);
  *folds = (slant_folds){0};
}

/* The examples sorted by group, and how many groups there are. NULL: no memory. */
static member *sort_by_group(const uint32_t *group, size_t n, size_t *n_groups) {
  member *members = slant_alloc(n, sizeof *members);
  if (!members) return NULL;
  for (size_t i = 0; i < n; i++) members[i] = (member){group[i], (uint32_t)i};
  qsort(members, n, sizeof *members, by_group);
  *n_groups = 0;
  for (size_t i = 0; i < n; i++) *n_groups += i == 0 || members[i].group != members[i - 1].group;
  return members;
}

/* Gives every cluster in turn, the largest first, to the fold that needs it most. false: no memory. */
static bool deal_out(slant_folds *out, const cluster *clusters, size_t n_clusters, const member *members,
                     uint32_t n_classes) {
  uint64_t *held = slant_alloc_zero((size_t)out->n_folds * n_classes, sizeof *held);
  uint64_t *sizes = slant_alloc_zero(out->n_folds, sizeof *sizes),
           *totals = slant_alloc_zero(n_classes, sizeof *totals);
  bool ok = held && sizes && totals;
  for (size_t g = 0; ok && g < n_clusters; g++)
    for (uint32_t c = 0; c < n_classes; c++) totals[c] += clusters[g].counts[c];
  for (size_t g = 0; ok && g < n_clusters; g++) {
    uint32_t f = best_fold(held, sizes, totals, clusters[g].counts, out->n_folds, n_classes);
    for (uint32_t c = 0; c < n_classes; c++) held[(size_t)f * n_classes + c] += clusters[g].counts[c];
    sizes[f] += clusters[g].last - clusters[g].first;
    for (size_t i = clusters[g].first; i < clusters[g].last; i++) out->fold[members[i].example] = f;
  }
  free(held);
  free(sizes);
  free(totals);
  return ok;
}

int slant_folds_stratified(slant_folds *out, const uint32_t *class, uint32_t n_classes, const uint32_t *group, size_t n,
                           uint32_t wanted, uint64_t seed, slant_error *error) {
  size_t n_groups = 0;
  uint32_t *counts = NULL, *order = slant_alloc(n, sizeof *order);
  member *members = sort_by_group(group, n, &n_groups);
  cluster *clusters = slant_alloc(n, sizeof *clusters);
  bool ok = false;
  *out = (slant_folds){.fold = slant_alloc_zero(n, sizeof *out->fold)};
  if (!order || !members || !clusters || !out->fold) goto out;
  if (n_classes && n_groups > SIZE_MAX / n_classes) goto out;
  counts = slant_alloc_zero(n_groups * n_classes, sizeof *counts);
  if (!counts) goto out;
  gather(clusters, counts, members, class, n_classes, n);
  out->n_folds = usable_folds(clusters, n_groups, n_classes, wanted);
  if (out->n_folds) shuffle_clusters(clusters, order, n_groups, seed);
  ok = !out->n_folds || deal_out(out, clusters, n_groups, members, n_classes);
out:
  free(counts);
  free(order);
  free(members);
  free(clusters);
  if (!ok) slant_folds_free(out);
  return ok ? SLANT_OK : no_memory(n, error);
}

/* ---- forward in time ---- */
typedef struct dated {
  int64_t date; /* the latest of its group */
  uint32_t example;
} dated;

static int by_date(const void *left, const void *right) {
  const dated *a = left, *b = right;
  if (a->date != b->date) return a->date < b->date ? -1 : 1;
  return a->example < b->example ? -1 : a->example > b->example;
}

/* The dated examples, sorted, each at the latest date of its group; the others are outside. Returns their number. */
static size_t sort_by_date(dated *out, uint32_t *fold, const int64_t *date, const member *members, size_t n) {
  size_t n_dated = 0;
  for (size_t first = 0, end; first < n; first = end) {
    int64_t latest = SLANT_NO_DATE;
    for (end = first; end < n && members[end].group == members[first].group; end++)
      if (date[members[end].example] > latest) latest = date[members[end].example];
    for (size_t i = first; i < end; i++) {
      fold[members[i].example] = SLANT_FOLD_OUTSIDE;
      if (latest != SLANT_NO_DATE) out[n_dated++] = (dated){latest, members[i].example};
    }
  }
  qsort(out, n_dated, sizeof *out, by_date);
  return n_dated;
}

/* Where the run of examples of the date at `first` ends. */
static size_t end_of_date(const dated *sorted, size_t n, size_t first) {
  size_t end = first;
  while (end < n && sorted[end].date == sorted[first].date) end++;
  return end;
}

/* Numbers the blocks: a date goes where its middle would lie were the examples cut into equal parts, parts that nothing
 * falls into are left out, and what comes before two classes have been seen is one with what follows, because nothing
 * could be learned from it. Returns the number of blocks. */
static uint32_t cut_blocks(uint32_t *fold, const dated *sorted, size_t n, const uint32_t *class, uint32_t wanted) {
  uint32_t n_blocks = 0;
  bool open = true; /* the first block has one class only */
  double last = -1;
  for (size_t first = 0, end; first < n; first = end) {
    end = end_of_date(sorted, n, first);
    double part = floor(((double)first + (double)end) / 2 * ((double)wanted + 1) / (double)n);
    if (n_blocks == 0 || (part > last && !open)) n_blocks++;
    last = part;
    for (size_t i = first; i < end; i++) {
      open = open && class[sorted[i].example] == class[sorted[0].example];
      fold[sorted[i].example] = n_blocks == 1 ? SLANT_FOLD_FIRST : n_blocks - 2;
    }
  }
  return n_blocks;
}

int slant_folds_by_date(slant_folds *out, const int64_t *date, const uint32_t *class, const uint32_t *group, size_t n,
                        uint32_t wanted, slant_error *error) {
  size_t n_groups;
  member *members = sort_by_group(group, n, &n_groups);
  dated *sorted = slant_alloc(n, sizeof *sorted);
  *out = (slant_folds){.forward = true, .fold = slant_alloc(n, sizeof *out->fold)};
  bool ok = members && sorted && out->fold;
  if (ok) {
    size_t n_dated = sort_by_date(sorted, out->fold, date, members, n);
    uint32_t n_blocks = cut_blocks(out->fold, sorted, n_dated, class, wanted);
    out->n_folds = n_blocks ? n_blocks - 1 : 0;
  }
  free(members);
  free(sorted);
  if (!ok) slant_folds_free(out);
  return ok ? SLANT_OK : no_memory(n, error);
}
