#include "train/twins.h"

#include "common/hash.h"
#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct twin_table {
  uint32_t *place; /* slots: 1 + the place of an example that is left; 0: empty */
  uint64_t *hash;  /* of each example that is left */
  size_t mask;     /* slots - 1; there are at least twice as many as examples, and a power of 2 */
} twin_table;

static uint64_t hash_of(const slant_vectors *v, uint32_t row, signed char sign) {
  size_t first = v->start[row], n = v->start[row + 1] - first;
  uint64_t hash = sign > 0;
  if (n) { /* without any value there may be no arrays */
    hash = slant_hash_seeded(v->index + first, n * sizeof *v->index, hash);
    hash = slant_hash_seeded(v->value + first, n * sizeof *v->value, hash);
  }
  if (!v->n_dense) return hash;
  return slant_hash_seeded(v->dense + (size_t)row * v->n_dense, v->n_dense * sizeof *v->dense, hash);
}

static bool same_row(const slant_vectors *v, uint32_t a, uint32_t b) {
  size_t of_a = v->start[a], of_b = v->start[b], n = v->start[a + 1] - of_a, d = v->n_dense;
  if (a == b) return true;
  if (v->start[b + 1] - of_b != n) return false;
  if (n && memcmp(v->index + of_a, v->index + of_b, n * sizeof *v->index) != 0) return false;
  if (n && memcmp(v->value + of_a, v->value + of_b, n * sizeof *v->value) != 0) return false;
  return !d || memcmp(v->dense + a * d, v->dense + b * d, d * sizeof *v->dense) == 0;
}

/* Adds an example, or its weight to its twin's. */
static void add(slant_twins *out, twin_table *table, const slant_vectors *v, uint32_t row, signed char sign,
                double weight) {
  uint64_t hash = hash_of(v, row, sign);
  size_t slot = hash & table->mask;
  for (; table->place[slot]; slot = (slot + 1) & table->mask) {
    uint32_t known = table->place[slot] - 1;
    if (table->hash[known] != hash || out->sign[known] != sign || !same_row(v, out->row[known], row)) continue;
    out->weight[known] += weight;
    return;
  }
  table->hash[out->n] = hash;
  out->row[out->n] = row;
  out->sign[out->n] = sign;
  out->weight[out->n] = weight;
  table->place[slot] = ++out->n;
}

bool slant_twins_merge(slant_twins *out, const slant_vectors *vectors, const uint32_t *row, const signed char *sign,
                       const double *weight, uint32_t n) {
  size_t slots = 2;
  while (slots < 2 * (size_t)n) slots *= 2;
  twin_table table = {.place = slant_alloc_zero(slots, sizeof *table.place),
                      .hash = slant_alloc(n, sizeof *table.hash),
                      .mask = slots - 1};
  *out = (slant_twins){.row = slant_alloc(n, sizeof *out->row),
                       .sign = slant_alloc(n, sizeof *out->sign),
                       .weight = slant_alloc(n, sizeof *out->weight)};
  bool ok = table.place && table.hash && out->row && out->sign && out->weight;
  for (uint32_t i = 0; ok && i < n; i++) add(out, &table, vectors, row[i], sign[i], weight ? weight[i] : 1);
  free(table.place);
  free(table.hash);
  if (!ok) slant_twins_free(out);
  return ok;
}

void slant_twins_free(slant_twins *twins) {
  free(twins->row);
  free(twins->sign);
  free(twins->weight);
  *twins = (slant_twins){0};
}
