/*
 * Outputs of a batch of vectors under all models of a bank.
 *
 * The batch is turned into an inverted index: its distinct features, ascending, each with the vectors that have it. A
 * feature is then looked up once in a model for all vectors of the batch, and a row of the table is read once for all
 * of them, so that a bank's weights pass through the cache once a batch instead of once a vector. The index is the
 * batch's, and not the bank's, because it costs no bytes of the bundle, none of which would have to be trusted, and
 * because models stay what they are for whoever asks for one.
 *
 * Every output is the same sum in the same order as by slant_model_outputs(), so that the two give the same bits.
 */
#include "models/weights.h"

#include <stdlib.h>
#include <string.h>

enum {
  PANEL = 64,     /* vectors of one index */
  TABLE_STRIP = 4 /* fours of the table's outputs that are summed at a time: a cache line of a row, and of a sum */
};

typedef float four __attribute__((vector_size(16)));

/* A vector that has a feature. */
typedef struct posting {
  uint32_t vector;
  float value;
} posting;

/* A feature of the batch that has a row. */
typedef struct hit {
  uint32_t row, at; /* at: its number among the batch's features */
} hit;

/* Where the outputs of a model are put. */
typedef struct place {
  size_t at;   /* outputs of the models before, of a vector */
  uint32_t of; /* the model whose outputs they are; mostly its own number */
} place;

struct slant_bank_scratch {
  /* all zero between batches */
  uint64_t *present; /* a bit a feature */
  uint32_t *number;  /* of each feature: how many vectors have it, then 1 + its number */
  /* the index */
  uint32_t n_features;
  uint32_t *feature; /* n_features, ascending */
  size_t *start;     /* n_features + 2; the postings of number i are start[i] … start[i + 1] - 1 */
  posting *postings;
  hit *hits;
  four *sums;      /* PANEL × TABLE_STRIP */
  float *table;    /* PANEL × n_table */
  uint32_t *first; /* of each output of the bank: 1 + the first model whose outputs begin with it; 0: none */
  place *places;   /* n_models */
  size_t sizes[9]; /* elements of present, number, feature, start, postings, hits, table, first, places */
};

void slant_bank_scratch_free(slant_bank_scratch *scratch) {
  if (!scratch) return;
  free(scratch->present);
  free(scratch->number);
  free(scratch->feature);
  free(scratch->start);
  free(scratch->postings);
  free(scratch->hits);
  free(scratch->sums);
  free(scratch->table);
  free(scratch->first);
  free(scratch->places);
  free(scratch);
}

/* Room for `count` elements, zeros where it is new. */
static bool room(void *pointer, size_t *size, size_t count, size_t width) {
  void **array = pointer;
  if (*size >= count && *array) return true;
  free(*array);
  *array = slant_alloc_zero(count, width);
  *size = *array ? count : 0;
  return *array != NULL;
}

static slant_bank_scratch *scratch_for(slant_workspace *workspace, const slant_bank *bank, const slant_vector *vectors,
                                       uint32_t n) {
  if (!workspace->bank) workspace->bank = slant_alloc_zero(1, sizeof *workspace->bank);
  slant_bank_scratch *s = workspace->bank;
  if (!s) return NULL;
  size_t most = 0;
  for (uint32_t v = 0; v < n; v++) most += vectors[v].n_sparse;
  size_t n_features = most < bank->n_sparse ? most : bank->n_sparse;
  if (!s->sums) s->sums = slant_alloc((size_t)PANEL * TABLE_STRIP, sizeof *s->sums);
  bool ok = s->sums && room(&s->present, &s->sizes[0], (size_t)bank->n_sparse / 64 + 1, sizeof *s->present) &&
            room(&s->number, &s->sizes[1], bank->n_sparse, sizeof *s->number) &&
            room(&s->feature, &s->sizes[2], n_features, sizeof *s->feature) &&
            room(&s->start, &s->sizes[3], n_features + 2, sizeof *s->start) &&
            room(&s->postings, &s->sizes[4], most, sizeof *s->postings) &&
            room(&s->hits, &s->sizes[5], n_features, sizeof *s->hits) &&
            room(&s->table, &s->sizes[6], (size_t)PANEL * bank->weights->n_table, sizeof *s->table) &&
            room(&s->first, &s->sizes[7], bank->n_outputs, sizeof *s->first) &&
            room(&s->places, &s->sizes[8], bank->n_models, sizeof *s->places);
  return ok ? s : NULL;
}

/* ---- the index ---- */
/* Numbers the features: start[number + 1] becomes where its postings begin. */
static void number_features(slant_bank_scratch *s, uint32_t n_sparse) {
  uint32_t n = 0;
  s->start[0] = s->start[1] = 0;
  for (size_t word = 0; word <= n_sparse / 64; word++) {
    for (uint64_t bits = s->present[word]; bits; bits &= bits - 1) {
      uint32_t feature = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
      s->feature[n] = feature;
      s->start[n + 2] = s->start[n + 1] + s->number[feature];
      s->number[feature] = ++n;
    }
    s->present[word] = 0;
  }
  s->n_features = n;
}

static void make_index(slant_bank_scratch *s, uint32_t n_sparse, const slant_vector *vectors, uint32_t n) {
  for (uint32_t v = 0; v < n; v++)
    for (uint32_t i = 0; i < vectors[v].n_sparse; i++) {
      uint32_t feature = vectors[v].index[i];
      s->present[feature / 64] |= UINT64_C(1) << feature % 64;
      s->number[feature]++;
    }
  number_features(s, n_sparse);
  for (uint32_t v = 0; v < n; v++)
    for (uint32_t i = 0; i < vectors[v].n_sparse; i++)
      s->postings[s->start[s->number[vectors[v].index[i]]]++] = (posting){v, vectors[v].value[i]};
}

static void clear_index(slant_bank_scratch *s) {
  for (uint32_t i = 0; i < s->n_features; i++) s->number[s->feature[i]] = 0;
}

/* ---- sums over sparse features ---- */
/* The features of the batch that a model has rows for, ascending: whichever of the two has fewer is looked up in the
 * other. The file is not trusted: its features may be any numbers, but a row counts only where its model would find it.
 */
static size_t find_hits(const slant_bank_scratch *s, const slant_rows *rows, uint32_t n_sparse, hit *hits) {
  size_t n = 0;
  if (rows->n_rows < s->n_features) {
    for (uint32_t row = 0; row < rows->n_rows; row++) {
      uint32_t feature = rows->feature[row], number = feature < n_sparse ? s->number[feature] : 0;
      if (number && n < s->n_features) hits[n++] = (hit){row, number - 1};
    }
    return n;
  }
  for (uint32_t at = 0; at < s->n_features; at++) {
    uint32_t row = slant_rows_find(rows, s->feature[at]);
    hits[n] = (hit){row, at};
    n += row != SLANT_NO_FEATURE_ROW;
  }
  return n;
}

/* Four weights, of which some may be the next row's, whose sums are thrown away; zeros behind the last of all. */
static inline four load(const slant_columns *columns, size_t at, size_t n_weights) {
  typedef int16_t narrow __attribute__((vector_size(8)));
  four out = {0};
  if (at + 4 <= n_weights && columns->weights) {
    memcpy(&out, columns->weights + at, sizeof out);
  } else if (at + 4 <= n_weights) {
    narrow in;
    memcpy(&in, columns->weights16 + at, sizeof in);
    out = __builtin_convertvector(in, four);
  } else {
    for (uint32_t o = 0; at + o < n_weights; o++)
      out[o] = columns->weights ? columns->weights[at + o] : (float)columns->weights16[at + o];
  }
  return out;
}

/* The sums of each vector, 4 × quads of them, for the outputs from `first` on. Without hits every feature of the batch
 * has a row, which its number is. */
static inline __attribute__((always_inline)) void add_strip(const slant_bank_scratch *s, const slant_columns *columns,
                                                            size_t n_weights, const hit *hits, size_t n_hits,
                                                            uint32_t first, uint32_t n, uint32_t quads) {
  four *sums = s->sums;
  memset(sums, 0, (size_t)n * quads * sizeof *sums);
  for (size_t h = 0; h < n_hits; h++) {
    size_t at = hits ? hits[h].at : h, row = hits ? hits[h].row : s->feature[h];
    four weights[TABLE_STRIP];
    for (uint32_t q = 0; q < quads; q++) weights[q] = load(columns, row * columns->stride + first + 4 * q, n_weights);
    for (size_t p = s->start[at]; p < s->start[at + 1]; p++) {
      four *sum = sums + (size_t)s->postings[p].vector * quads;
      for (uint32_t q = 0; q < quads; q++) sum[q] += s->postings[p].value * weights[q];
    }
  }
}

/* Into out[n × k]. */
static void add_rows(const slant_bank_scratch *s, const slant_columns *columns, uint32_t n_sparse, uint32_t n,
                     uint32_t k, float *out) {
  size_t n_hits = find_hits(s, columns->rows, n_sparse, s->hits), n_weights = (size_t)columns->rows->n_rows * k;
  for (uint32_t first = 0; first < k; first += 4) {
    uint32_t width = k - first < 4 ? k - first : 4;
    add_strip(s, columns, n_weights, s->hits, n_hits, first, n, 1);
    for (uint32_t v = 0; v < n; v++)
      for (uint32_t o = 0; o < width; o++) out[(size_t)v * k + first + o] = s->sums[v][o];
  }
}

/* All outputs of the table into s->table[vector × n_table + output]. */
static void add_table(const slant_bank_scratch *s, const slant_bank *bank, uint32_t n) {
  const struct slant_weights *all = bank->weights;
  const slant_columns columns = {NULL, all->table, all->table16, NULL, all->n_table};
  size_t k = all->n_table, n_weights = bank->n_sparse * k;
  for (uint32_t first = 0; first < k; first += 4 * TABLE_STRIP) {
    size_t width = k - first < 4 * TABLE_STRIP ? k - first : 4 * TABLE_STRIP;
    if (width <= 4)
      add_strip(s, &columns, n_weights, NULL, s->n_features, first, n, 1);
    else
      add_strip(s, &columns, n_weights, NULL, s->n_features, first, n, TABLE_STRIP);
    size_t quads = width <= 4 ? 1 : TABLE_STRIP;
    for (uint32_t v = 0; v < n; v++) memcpy(s->table + v * k + first, s->sums + v * quads, width * sizeof *s->table);
  }
}

/* ---- models ---- */
/* The model's own outputs of a panel: out[n × k]. */
static void linear_panel(const slant_bank_scratch *s, const slant_bank *bank, const slant_model *model,
                         const slant_vector *vectors, uint32_t n, const slant_workspace *workspace, float *out) {
  uint32_t k = model->n_outputs, n_table = bank->weights->n_table;
  slant_columns columns = slant_columns_of(bank, model);
  if (columns.rows) {
    add_rows(s, &columns, bank->n_sparse, n, k, out);
  } else {
    for (uint32_t v = 0; v < n; v++)
      memcpy(out + (size_t)v * k, s->table + (size_t)v * n_table + model->first_output, k * sizeof *out);
  }
  for (uint32_t v = 0; v < n; v++)
    slant_linear_finish(bank, model, columns.scale, &vectors[v], workspace, out + (size_t)v * k);
}

static bool is_copy(const slant_bank *bank, const slant_model *model, uint32_t before) {
  if (!before) return false;
  const slant_model *other = &bank->models[before - 1];
  const slant_stored *stored = bank->weights->stored;
  return other->n_outputs == model->n_outputs && other->storage == model->storage &&
         stored[other - bank->models].bytes == stored[model - bank->models].bytes;
}

/* Where the outputs of each model begin, and whose they are. Returns how many there are a vector. */
static size_t place_models(const slant_bank_scratch *s, const slant_bank *bank) {
  size_t at = 0;
  memset(s->first, 0, bank->n_outputs * sizeof *s->first);
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const slant_model *model = &bank->models[m];
    uint32_t *first = &s->first[model->first_output];
    s->places[m] = (place){at, is_copy(bank, model, *first) ? *first - 1 : m};
    if (!*first) *first = m + 1;
    at += model->n_outputs;
  }
  return at;
}

static void linear_models(const slant_bank *bank, const slant_vector *vectors, uint32_t n,
                          const slant_workspace *workspace, float *out) {
  slant_bank_scratch *s = workspace->bank;
  for (uint32_t from = 0; from < n; from += PANEL) {
    uint32_t count = n - from < PANEL ? n - from : PANEL;
    make_index(s, bank->n_sparse, vectors + from, count);
    if (bank->weights->n_table) add_table(s, bank, count);
    for (uint32_t m = 0; m < bank->n_models; m++) {
      const slant_model *model = &bank->models[m];
      if (s->places[m].of == m && slant_model_is_linear(model))
        linear_panel(s, bank, model, vectors + from, count, workspace,
                     out + s->places[m].at * n + (size_t)from * model->n_outputs);
    }
    clear_index(s);
  }
}

/* The outputs of models that have another's, and what "*" adds: it adds nothing to itself, and comes to others when all
 * copies are made. */
static void share(const slant_bank_scratch *s, const slant_bank *bank, uint32_t n, float *out) {
  const slant_model *shared = slant_bank_model(bank, slant_str_of(SLANT_SHARED_MODEL));
  for (uint32_t m = 0; m < bank->n_models; m++)
    if (s->places[m].of != m)
      memcpy(out + s->places[m].at * n, out + s->places[s->places[m].of].at * n,
             (size_t)n * bank->models[m].n_outputs * sizeof *out);
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const slant_model *model = &bank->models[m];
    if (model->shared == 0) continue;
    float *own = out + s->places[m].at * n;
    const float *more = out + s->places[shared - bank->models].at * n;
    for (size_t i = 0; i < (size_t)n * model->n_outputs; i++) own[i] += model->shared * more[i];
  }
}

int slant_bank_outputs(const slant_bank *bank, const slant_vector *vectors, uint32_t n, slant_workspace *workspace,
                       float *out, slant_error *error) {
  slant_bank_scratch *s = scratch_for(workspace, bank, vectors, n);
  if (!s) return slant_fail(error, SLANT_E_MEMORY, "no memory to score %u vectors under all models", n);
  size_t n_all = place_models(s, bank) * n;
  linear_models(bank, vectors, n, workspace, out);
  for (uint32_t m = 0; m < bank->n_models; m++) {
    if (s->places[m].of != m || slant_model_is_linear(&bank->models[m])) continue;
    int status = slant_kernel_outputs(&bank->weights->stored[m], bank, bank->models[m].n_outputs, vectors, n, workspace,
                                      out + s->places[m].at * n, error);
    if (status) return status;
  }
  share(s, bank, n, out);
  return slant_outputs_check(out, n_all, error);
}
