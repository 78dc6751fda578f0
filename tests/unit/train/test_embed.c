/* train/embed.c, train/cooccurrence.c and train/ppmi.c: words, pairs and their vectors. train/svd.c has its own test.
 */
#include <slant/embedder.h>

#include "common/memory.h"
#include "common/random.h"
#include "train/ppmi.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- pairs ---- */
/* The same pairs as a plain table has them, whatever the merges. */
static void pairs_as_a_table_has_them(void **state) {
  (void)state;
  enum { WORDS = 40, PUTS = 200000 };
  static uint64_t table[WORDS][WORDS];
  slant_cooccurrence counts;
  slant_random random = slant_random_from(4, 0);
  assert_int_equal(slant_cooccurrence_new(&counts, 0, NULL), 0); /* the least: several merges */
  assert_true(counts.pair_capacity < PUTS / 3);
  for (int i = 0; i < PUTS; i++) {
    uint32_t a = (uint32_t)slant_random_below(&random, WORDS), b = (uint32_t)slant_random_below(&random, WORDS);
    uint32_t distance = 1 + (uint32_t)slant_random_below(&random, SLANT_MAX_WINDOW);
    if (!slant_cooccurrence_has_room(&counts, 1)) slant_cooccurrence_merge(&counts);
    slant_cooccurrence_put(&counts, a, b, distance);
    table[a < b ? a : b][a < b ? b : a] += SLANT_PAIR_UNIT / distance;
  }
  slant_cooccurrence_merge(&counts);
  assert_int_equal(counts.n_cells, WORDS * (WORDS + 1) / 2);
  for (size_t i = 0; i < counts.n_cells; i++) {
    assert_true(!i || counts.cells[i - 1].pair < counts.cells[i].pair);
    assert_int_equal(counts.cells[i].weight, table[counts.cells[i].pair >> 32][counts.cells[i].pair & UINT32_MAX]);
  }
  assert_int_equal(counts.dropped, 0);
  slant_cooccurrence_merge(&counts); /* of nothing */
  assert_int_equal(counts.n_cells, WORDS * (WORDS + 1) / 2);
  slant_cooccurrence_free(&counts);
}

/* Where there is no room the frequent pairs stay. */
static void light_pairs_are_dropped(void **state) {
  (void)state;
  slant_cooccurrence counts;
  assert_int_equal(slant_cooccurrence_new(&counts, 0, NULL), 0);
  size_t puts = 4 * counts.cell_capacity;
  for (uint32_t i = 0; i < puts; i++) {
    if (!slant_cooccurrence_has_room(&counts, 2)) slant_cooccurrence_merge(&counts);
    slant_cooccurrence_put(&counts, i % SLANT_MAX_PAIR_WORDS, (i * 7 + 1) % SLANT_MAX_PAIR_WORDS, 5);
    if (i % 100 == 0) slant_cooccurrence_put(&counts, 3, 5, 1);
  }
  slant_cooccurrence_merge(&counts);
  assert_true(counts.n_cells <= counts.cell_capacity && counts.dropped > 0);
  uint64_t weight = 0;
  for (size_t i = 0; i < counts.n_cells; i++)
    if (counts.cells[i].pair == ((uint64_t)3 << 32 | 5)) weight = counts.cells[i].weight;
  assert_int_equal(weight, (puts + 99) / 100 * SLANT_PAIR_UNIT);
  slant_cooccurrence_free(&counts);
}

static double entry(const slant_sparse *m, uint32_t row, uint32_t column, bool transposed) {
  for (size_t e = m->start[row]; e < m->start[row + 1]; e++)
    if (m->index[e] == column) return (double)(transposed ? m->transposed : m->value)[e];
  return 0;
}

/* The formula, for every cell of a small matrix; pairs below half a neighbour count for nothing. */
static void information_by_hand(void **state) {
  (void)state;
  static const struct {
    uint32_t a, b, distance, times;
  } puts[] = {{0, 1, 1, 6}, {1, 2, 1, 1}, {0, 2, 2, 3}, {2, 2, 1, 1}, {0, 3, 4, 1}, {3, 3, 2, 9}};
  slant_cooccurrence counts;
  slant_sparse m;
  double weight[4][4] = {{0}}, sum[4] = {0}, total = 0;
  assert_int_equal(slant_cooccurrence_new(&counts, 0, NULL), 0);
  for (size_t p = 0; p < sizeof puts / sizeof *puts; p++)
    for (uint32_t t = 0; t < puts[p].times; t++) {
      slant_cooccurrence_put(&counts, puts[p].a, puts[p].b, puts[p].distance);
      weight[puts[p].a][puts[p].b] += 1.0 / puts[p].distance;
      weight[puts[p].b][puts[p].a] += 1.0 / puts[p].distance;
    }
  weight[0][3] = weight[3][0] = 0; /* a quarter of a neighbour */
  slant_cooccurrence_merge(&counts);
  assert_int_equal(slant_ppmi(&m, &counts, 4, NULL), 0);
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) sum[i] += weight[i][j];
    total += pow(sum[i], 0.75);
  }
  for (uint32_t i = 0; i < 4; i++)
    for (uint32_t j = 0; j < 4; j++) {
      double value = weight[i][j] > 0 ? log(weight[i][j] * total / (sum[i] * pow(sum[j], 0.75))) : 0;
      assert_true(fabs(entry(&m, i, j, false) - fmax(value, 0)) < 1e-5);
      assert_true(fabs(entry(&m, j, i, true) - fmax(value, 0)) < 1e-5);
    }
  slant_ppmi_free(&m);
  slant_cooccurrence_free(&counts);
}

/* ---- vectors ---- */
/* Words of two kinds, each in the company of its own kind, and some that go with both. */
static const char *const ports[] = {"harbour", "quay", "ferry", "anchor", "pilot", "tide", "mast", "cargo"};
static const char *const farms[] = {"barley", "plough", "orchard", "cattle", "barn", "meadow", "harvest", "fence"};
static const char *const both[] = {"near", "old", "with", "under", "one", "many"};

static void make_text(slant_random *random, char *out, size_t size) {
  const char *const *kind = slant_random_below(random, 2) ? ports : farms;
  size_t n = 0;
  for (int i = 0; i < 12; i++) {
    const char *word =
        slant_random_below(random, 3) ? kind[slant_random_below(random, 8)] : both[slant_random_below(random, 6)];
    n += (size_t)snprintf(out + n, size - n, "%s ", word);
  }
}

typedef int (*reading)(slant_embedder *, slant_str, slant_error *);

static void read_texts(slant_embedder *embedder, reading read, uint64_t seed) {
  slant_random random = slant_random_from(seed, 0);
  for (int i = 0; i < 400; i++) {
    char text[400];
    make_text(&random, text, sizeof text);
    for (int copy = 0; copy < 1 + i % 2; copy++) assert_int_equal(read(embedder, slant_str_of(text), NULL), 0);
  }
}

static slant_embedder *open_embedder(const char *const *set) {
  slant_embed_options options;
  slant_embedder *out;
  slant_options_init(slant_embed_option_table, &options);
  options.rank = 2;
  options.min_count = 5;
  for (; set && *set; set += 2)
    assert_int_equal(slant_options_set(slant_embed_option_table, &options, set[0], set[1], NULL), 0);
  assert_int_equal(slant_embedder_new(&out, &options, NULL, NULL), 0);
  return out;
}

/* The file that comes out; the caller frees it. */
static char *embedded(const char *const *set) {
  char path[] = "/tmp/slant-test-embed-XXXXXX", *text = calloc(1, 1 << 16);
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  slant_embedder *embedder = open_embedder(set);
  read_texts(embedder, slant_embedder_count, 1);
  assert_int_equal(slant_embedder_choose(embedder, NULL), 0);
  read_texts(embedder, slant_embedder_pair, 1);
  assert_int_equal(slant_embedder_fit(embedder, NULL), 0);
  slant_embedder_counts counts = slant_embedder_counted(embedder);
  assert_int_equal(counts.words, 22);
  assert_int_equal(counts.sentences, 400); /* the copies are passed over */
  assert_int_equal(counts.tokens, 400 * 12);
  assert_int_equal(slant_embedder_write(embedder, path, NULL), 0);
  slant_embedder_free(embedder);
  FILE *in = fopen(path, "r");
  fread(text, 1, (1 << 16) - 1, in);
  fclose(in);
  unlink(path);
  return text;
}

static void vector_of(const char *file, const char *word, double out[2]) {
  char line[40];
  snprintf(line, sizeof line, "\n%s ", word);
  const char *at = strstr(file, line);
  assert_non_null(at);
  assert_int_equal(sscanf(at + strlen(line), "%lf %lf", &out[0], &out[1]), 2);
}

static double cosine(const char *file, const char *a, const char *b) {
  double x[2], y[2];
  vector_of(file, a, x);
  vector_of(file, b, y);
  assert_true(fabs(x[0] * x[0] + x[1] * x[1] - 1) < 1e-3);
  return x[0] * y[0] + x[1] * y[1];
}

static void company_makes_kin(void **state) {
  (void)state;
  char *file = embedded(NULL);
  assert_memory_equal(file, "22 2\n", 5);
  for (int i = 1; i < 8; i++) {
    assert_true(cosine(file, ports[0], ports[i]) > 0.9);
    assert_true(cosine(file, farms[0], farms[i]) > 0.9);
    assert_true(cosine(file, ports[0], farms[i]) < 0.5);
  }
  char *threads = embedded((const char *const[]){"threads", "3", "memory", "1", NULL});
  assert_string_equal(file, threads);
  char *seed = embedded((const char *const[]){"seed", "2", NULL});
  assert_true(cosine(seed, "quay", "ferry") > 0.9);
  free(file);
  free(threads);
  free(seed);
}

static void what_is_refused(void **state) {
  (void)state;
  slant_error error;
  slant_embedder *embedder = open_embedder(NULL);
  assert_int_equal(slant_embedder_choose(embedder, &error), SLANT_E_DATA); /* no text */
  assert_non_null(strstr(error.message, "give more text"));
  slant_embedder_free(embedder);

  embedder = open_embedder((const char *const[]){"rank", "23", NULL}); /* there are 22 words */
  read_texts(embedder, slant_embedder_count, 1);
  assert_int_equal(slant_embedder_choose(embedder, &error), SLANT_E_DATA);
  slant_embedder_free(embedder);

  embedder = open_embedder(NULL); /* other texts the second time */
  read_texts(embedder, slant_embedder_count, 1);
  assert_int_equal(slant_embedder_choose(embedder, NULL), 0);
  read_texts(embedder, slant_embedder_pair, 2);
  assert_int_equal(slant_embedder_fit(embedder, &error), SLANT_E_DATA);
  assert_int_equal(slant_embedder_write(embedder, "/nowhere/x", &error), SLANT_E_ARGUMENT);
  slant_embedder_free(embedder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pairs_as_a_table_has_them), cmocka_unit_test(light_pairs_are_dropped),
      cmocka_unit_test(information_by_hand),       cmocka_unit_test(company_makes_kin),
      cmocka_unit_test(what_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
