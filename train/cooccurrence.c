#include "train/cooccurrence.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

int slant_cooccurrence_new(slant_cooccurrence *out, size_t memory, slant_error *error) {
  enum { LEAST = 1 << 20 };
  if (memory < LEAST) memory = LEAST;
  *out = (slant_cooccurrence){.pair_capacity = memory / 4 / (2 * sizeof *out->pairs),
                              .cell_capacity = memory / 4 * 3 / sizeof *out->cells};
  out->pairs = slant_alloc(out->pair_capacity, sizeof *out->pairs);
  out->scratch = slant_alloc(out->pair_capacity, sizeof *out->scratch);
  out->cells = slant_alloc(out->cell_capacity, sizeof *out->cells);
  if (out->pairs && out->scratch && out->cells) return SLANT_OK;
  slant_cooccurrence_free(out);
  return slant_fail(error, SLANT_E_MEMORY, "no memory to count pairs of words; give less with --memory");
}

void slant_cooccurrence_free(slant_cooccurrence *counts) {
  free(counts->pairs);
  free(counts->scratch);
  free(counts->cells);
  *counts = (slant_cooccurrence){0};
}

/* Radix sort, lowest byte first; bytes that all pairs share are passed over. */
static void sort_pairs(slant_cooccurrence *counts) {
  size_t n = counts->n_pairs;
  for (int shift = 0; shift < 64; shift += 8) {
    size_t at[256] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++) at[counts->pairs[i] >> shift & 255]++;
    if (n && at[counts->pairs[0] >> shift & 255] == n) continue;
    for (int b = 0; b < 256; b++) {
      size_t count = at[b];
      at[b] = sum;
      sum += count;
    }
    for (size_t i = 0; i < n; i++) counts->scratch[at[counts->pairs[i] >> shift & 255]++] = counts->pairs[i];
    uint64_t *sorted = counts->scratch;
    counts->scratch = counts->pairs;
    counts->pairs = sorted;
  }
}

static uint64_t pair_of(uint64_t packed) {
  return packed >> 32 << 32 | (packed >> 8 & 0xffffff);
}

/* The last cell of the sorted pairs before *end, which moves to its first pair. */
static slant_cell last_cell(const slant_cooccurrence *counts, size_t *end) {
  slant_cell cell = {pair_of(counts->pairs[*end - 1]), 0};
  for (; *end && pair_of(counts->pairs[*end - 1]) == cell.pair; --*end)
    cell.weight += SLANT_PAIR_UNIT / (counts->pairs[*end - 1] & 255);
  return cell;
}

/* Cells that the sorted pairs would make which are not there yet. */
static size_t count_new(const slant_cooccurrence *counts) {
  size_t n = 0, cell = counts->n_cells;
  for (size_t end = counts->n_pairs; end;) {
    uint64_t pair = last_cell(counts, &end).pair;
    while (cell && counts->cells[cell - 1].pair > pair) cell--;
    n += !cell || counts->cells[cell - 1].pair != pair;
  }
  return n;
}

/* Drops the lightest cells until `most` are left or fewer. */
static void drop_lightest(slant_cooccurrence *counts, size_t most) {
  for (uint64_t floor = SLANT_PAIR_UNIT / 8; counts->n_cells > most; floor += floor / 2) {
    size_t kept = 0;
    for (size_t i = 0; i < counts->n_cells; i++)
      if (counts->cells[i].weight >= floor) counts->cells[kept++] = counts->cells[i];
    counts->dropped += counts->n_cells - kept;
    counts->n_cells = kept;
  }
}

/* From the back, so that no cell is written over before it is read. */
void slant_cooccurrence_merge(slant_cooccurrence *counts) {
  sort_pairs(counts);
  size_t more = count_new(counts);
  if (counts->n_cells + more > counts->cell_capacity) {
    drop_lightest(counts, counts->cell_capacity / 2); /* the pairs are at most a third of that: they fit */
    more = count_new(counts);
  }
  size_t cell = counts->n_cells, to = counts->n_cells + more;
  counts->n_cells = to;
  for (size_t end = counts->n_pairs; end;) {
    slant_cell next = last_cell(counts, &end);
    while (cell && counts->cells[cell - 1].pair > next.pair) counts->cells[--to] = counts->cells[--cell];
    if (cell && counts->cells[cell - 1].pair == next.pair) next.weight += counts->cells[--cell].weight;
    counts->cells[--to] = next;
  }
  counts->n_pairs = 0;
}
