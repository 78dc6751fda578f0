/* How a bank's weights stand in memory, which is how they stand in the file. Private to models. */
#ifndef SLANT_MODELS_WEIGHTS_H
#define SLANT_MODELS_WEIGHTS_H

#include "models/arithmetic.h"

#include "common/memory.h"

#include <slant/model.h>

/*
 * Which sparse features have a row, ascending, and where to find one: bucket[f >> shift] is the first row of a feature
 * of f's bucket or a later one, so that a look-up reads two places. A damaged file may hold any numbers here: a search
 * stays within n_rows whatever they are.
 */
typedef struct slant_rows {
  const uint32_t *bucket;  /* (n_sparse >> shift) + 2 */
  const uint32_t *feature; /* n_rows */
  uint32_t n_rows, shift;
} slant_rows;

#define SLANT_NO_FEATURE_ROW UINT32_MAX

/* The row of a feature, which is less than n_sparse. */
static inline uint32_t slant_rows_find(const slant_rows *rows, uint32_t feature) {
  uint32_t at = rows->bucket[feature >> rows->shift], end = rows->bucket[(feature >> rows->shift) + 1];
  if (end > rows->n_rows) end = rows->n_rows;
  for (; at < end; at++)
    if (rows->feature[at] == feature) return at;
  return SLANT_NO_FEATURE_ROW;
}

/* The shift that gives about as many buckets as there are rows. */
uint32_t slant_rows_shift(uint32_t n_rows, uint32_t n_sparse);
static inline uint64_t slant_rows_n_buckets(uint32_t shift, uint32_t n_sparse) {
  return ((uint64_t)n_sparse >> shift) + 2;
}
/* Fills bucket[slant_rows_n_buckets()] from features in ascending order. */
void slant_rows_fill(uint32_t *bucket, uint32_t shift, uint32_t n_sparse, const uint32_t *feature, uint32_t n_rows);

typedef struct slant_posting {
  uint32_t support;
  float value; /* β times the support vector's value */
} slant_posting;

/* What one model has beside the columns of the table. */
typedef struct slant_stored {
  slant_rows rows;
  /* SLANT_STORED_ROWS: weights of either kind, n_rows × n_outputs */
  const float *weights;
  const int16_t *weights16;
  const float *scale; /* n_outputs, of weights16 */
  /* SLANT_STORED_KERNEL: the support vectors, turned so that a feature leads to those that have it: `rows` to postings,
   * where they are few, and `common` to a row of cells, one a support vector. Of strips of SLANT_STRIP support vectors
   * each has the cells of all common rows, row by row; the last is filled up with zeros. */
  slant_kernel_shape shape;
  uint32_t n_support;
  uint64_t n_postings;
  const double *bias, *coefficient, *norm; /* n_outputs; n_support × n_outputs; x·x of each, with β */
  const float *dense;                      /* n_support × n_dense, times β */
  const uint64_t *start;                   /* n_rows + 1 */
  const slant_posting *postings;
  slant_rows common;
  const float *cells;
  const void *bytes; /* all of the model's arrays, as they stand in the section */
  uint64_t size, offset;
} slant_stored;

/* All of a bank. Outputs are numbered: those of the table, of linear models with rows of their own, of kernel models.
 */
struct slant_weights {
  uint32_t n_table, n_linear; /* outputs in the table; linear ones, those of the table included */
  uint32_t bits;              /* 32 or 16 */
  const float *table;         /* n_sparse × n_table, of either kind */
  const int16_t *table16;
  const float *scale;        /* n_table, of table16 */
  const float *dense;        /* n_linear × n_dense */
  const float *bias;         /* n_linear */
  slant_stored *stored;      /* n_models */
  slant_section sections[5]; /* in the order of slant_bank_letters, named so; what is empty has no data */
};

/* The weights of one linear model's sparse features, wherever they stand: row by row, `stride` apart. */
typedef struct slant_columns {
  const slant_rows *rows; /* NULL: a row a feature */
  const float *weights;   /* of either kind */
  const int16_t *weights16;
  const float *scale;
  uint32_t stride;
} slant_columns;

static inline slant_columns slant_columns_of(const slant_bank *bank, const slant_model *model) {
  const struct slant_weights *all = bank->weights;
  const slant_stored *own = &all->stored[model - bank->models];
  if (model->storage == SLANT_STORED_ROWS)
    return (slant_columns){&own->rows, own->weights, own->weights16, own->scale, model->n_outputs};
  uint32_t first = model->first_output;
  if (all->bits == 16) return (slant_columns){NULL, NULL, all->table16 + first, all->scale + first, all->n_table};
  return (slant_columns){NULL, all->table + first, NULL, NULL, all->n_table};
}

static inline float slant_column_weight(const slant_columns *columns, size_t row, uint32_t output) {
  size_t at = row * columns->stride + output;
  return columns->weights ? columns->weights[at] : columns->scale[output] * (float)columns->weights16[at];
}

/* Sections of a bank: a letter and the bank's number. Those that would be empty are left out. */
enum { SLANT_TABLE_SECTION, SLANT_DENSE_SECTION, SLANT_BIAS_SECTION, SLANT_ROWS_SECTION, SLANT_KERNEL_SECTION };
enum { SLANT_BANK_SECTIONS = 5 };
extern const char slant_bank_letters[SLANT_BANK_SECTIONS + 1];

/* Arrays of one section stand one after the other, each filled up with zeros to a multiple of 64 bytes. */
void slant_put_array(slant_buffer *out, const void *array, uint64_t size);
/* The next one: `count` elements of `size` bytes. Moves *at behind it. NULL where it is not all there. */
const void *slant_take_array(slant_section section, uint64_t *at, uint64_t count, uint64_t size);

/* Sets what a decoded bank's weights point to; sections[] are in the order of slant_bank_letters. SLANT_E_FORMAT where
 * a section's size is not what the bank's counts make it. */
int slant_weights_adopt(slant_bank *bank, struct slant_weights *weights,
                        const slant_section sections[SLANT_BANK_SECTIONS], slant_error *error);
/* The sections of a bank, with their letters as names; returns how many there are. */
uint32_t slant_weights_sections(const slant_bank *bank, slant_section out[SLANT_BANK_SECTIONS]);

/* A kernel model's arrays into the buffer, and what `stored` needs to find them again. */
int slant_kernel_pack(slant_buffer *out, slant_stored *stored, const slant_kernel_model *kernel, uint32_t n_sparse,
                      uint32_t n_dense, slant_error *error);
/* w[n_sparse + n_dense] = Σ_s coefficient[s][output] β support vector s. */
void slant_kernel_collapse(const slant_kernel_model *kernel, uint32_t n_sparse, uint32_t n_dense, uint32_t output,
                           double *w);
/* Outputs of n vectors, n × n_outputs. */
int slant_kernel_outputs(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs,
                         const slant_vector *vectors, uint32_t n, slant_workspace *workspace, float *out,
                         slant_error *error);
/* Visits the sparse features of all support vectors, ascending, those of one feature by ascending support vectors, with
 * their values times β. What a damaged file names that is not there is passed over; the features are not checked. */
typedef void (*slant_kernel_visit)(void *context, uint32_t feature, slant_posting posting);
void slant_kernel_visit_all(const slant_stored *stored, slant_kernel_visit visit, void *context);
/* Numbers of all strips of the common features. */
uint64_t slant_kernel_n_cells(const slant_stored *stored);
/* out[(n_sparse + n_dense) × n_outputs] += Σ_s coefficient[s] · support vector s (times β). */
void slant_kernel_directions(const slant_stored *stored, const slant_bank *bank, uint32_t n_outputs, float *out);

/* out and bias += factor · a linear model's own, laid out as by slant_model_weights(). */
void slant_add_weights(const slant_bank *bank, const slant_model *model, float factor, float *out, float *bias);

/* Ends a linear model's outputs, which are sums over sparse features: factors (NULL: none), biases, dense features. */
void slant_linear_finish(const slant_bank *bank, const slant_model *model, const float *scale, const slant_vector *x,
                         const slant_workspace *workspace, float *out);
/* SLANT_E_FORMAT where one of n outputs is no finite number. */
int slant_outputs_check(const float *out, size_t n, slant_error *error);

typedef struct slant_bank_scratch slant_bank_scratch; /* of slant_bank_outputs() */
void slant_bank_scratch_free(slant_bank_scratch *scratch);

struct slant_workspace {
  float *products, *dense; /* of kernel models: a panel × n_support, in whole strips; a group × n_dense */
  double *values, *sums;   /* a group × n_support; a group × n_outputs */
  float *shared;
  slant_term *terms; /* of a panel: its common features */
  size_t sizes[6];
  const slant_arithmetic *arithmetic;
  slant_bank_scratch *bank; /* NULL: none was needed yet */
};

#endif
