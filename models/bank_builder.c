/* Models put together to a bank: its arrays are made as the sections of the file have them, and then adopted from
 * there, as those of a file are. */
#include "models/bank_codec.h"
#include "models/weights.h"

#include <math.h>
#include <stdlib.h>

/* One model's own outputs. */
typedef struct part {
  slant_model model;
  uint32_t same; /* the part whose outputs it has; its own number where they are its own */
  /* linear: the features with a weight other than 0 */
  uint32_t n_rows;
  uint32_t *feature;
  float *weights; /* n_rows × n_outputs */
  float *dense;   /* n_outputs × n_dense */
  float *bias;
  /* kernel */
  slant_stored stored;
  slant_buffer bytes;
} part;

struct slant_bank_builder {
  slant_str task;
  slant_str *labels;
  uint32_t n_labels, n_sparse, n_dense, n_parts;
  part *parts;
  size_t capacity;
  slant_arena arena;
  /* finished */
  slant_model *models;
  slant_stored *stored;
  struct slant_weights weights;
  slant_buffer sections[SLANT_BANK_SECTIONS];
};

static int no_memory(const slant_bank_builder *builder, slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory for the models of task '%.*s'", (int)builder->task.len,
                    builder->task.ptr);
}

static bool keep_text(slant_arena *arena, slant_str *text) {
  const char *copy = slant_arena_copy(arena, *text);
  if (copy) *text = (slant_str){copy, text->len};
  return copy != NULL;
}

int slant_bank_builder_new(slant_bank_builder **out, slant_str task, const slant_str *labels, uint32_t n_labels,
                           uint32_t n_sparse, uint32_t n_dense, slant_error *error) {
  slant_bank_builder *builder = *out = slant_alloc_zero(1, sizeof *builder);
  if (!builder) return slant_fail(error, SLANT_E_MEMORY, "no memory for a bank");
  builder->task = task;
  builder->n_labels = n_labels;
  builder->n_sparse = n_sparse;
  builder->n_dense = n_dense;
  builder->labels = slant_arena_alloc(&builder->arena, n_labels, sizeof *builder->labels);
  bool ok = builder->labels && keep_text(&builder->arena, &builder->task);
  for (uint32_t l = 0; ok && l < n_labels; l++) {
    builder->labels[l] = labels[l];
    ok = keep_text(&builder->arena, &builder->labels[l]);
  }
  if (ok) return SLANT_OK;
  int status = no_memory(builder, error);
  slant_bank_builder_free(builder);
  *out = NULL;
  return status;
}

static void free_part(part *p) {
  free(p->feature);
  free(p->weights);
  free(p->dense);
  free(p->bias);
  slant_buffer_free(&p->bytes);
}

static void unfinish(slant_bank_builder *builder) {
  free(builder->models);
  free(builder->stored);
  for (int s = 0; s < SLANT_BANK_SECTIONS; s++) slant_buffer_free(&builder->sections[s]);
  builder->models = NULL;
  builder->stored = NULL;
}

void slant_bank_builder_free(slant_bank_builder *builder) {
  if (!builder) return;
  unfinish(builder);
  for (uint32_t i = 0; i < builder->n_parts; i++) free_part(&builder->parts[i]);
  free(builder->parts);
  slant_arena_free(&builder->arena);
  free(builder);
}

/* ---- adding ---- */
static bool keep_calibration(slant_arena *arena, slant_calibration *calibration) {
  float *values = slant_arena_alloc(arena, calibration->n_values, sizeof *values);
  float *levels = slant_arena_alloc(arena, calibration->n_levels, sizeof *levels);
  float *prior = slant_arena_alloc(arena, calibration->n_prior, sizeof *prior);
  if (!values || !levels || !prior) return false;
  if (!calibration->values) calibration->n_values = 0; /* which the bank's rules then refuse */
  if (calibration->n_values) memcpy(values, calibration->values, calibration->n_values * sizeof *values);
  if (calibration->n_levels) memcpy(levels, calibration->levels, calibration->n_levels * sizeof *levels);
  if (calibration->n_prior) memcpy(prior, calibration->prior, calibration->n_prior * sizeof *prior);
  calibration->values = values;
  calibration->levels = levels;
  calibration->prior = prior;
  return true;
}

/* A part for the model, its strings, classes and calibration copied; it counts once it is complete. NULL: no memory. */
static part *new_part(slant_bank_builder *builder, const slant_model *model) {
  if (!slant_grow(&builder->parts, &builder->capacity, builder->n_parts, sizeof *builder->parts)) return NULL;
  part *p = &builder->parts[builder->n_parts];
  uint32_t *classes = slant_arena_alloc(&builder->arena, model->n_classes, sizeof *classes);
  *p = (part){.model = *model, .same = builder->n_parts};
  if (!classes || !keep_text(&builder->arena, &p->model.actor)) return NULL;
  if (!keep_calibration(&builder->arena, &p->model.calibration)) return NULL;
  memcpy(classes, model->classes, model->n_classes * sizeof *classes);
  p->model.classes = classes;
  p->model.n_outputs = slant_coding_outputs(model->coding, model->n_classes);
  return p;
}

/* The rows of sparse features that have a weight, and all dense ones, output by output. */
static bool pack_linear(part *p, const slant_linear_model *linear, uint32_t n_sparse, uint32_t n_dense) {
  size_t k = p->model.n_outputs;
  uint32_t n = 0;
  p->feature = slant_alloc(linear->n_rows, sizeof *p->feature);
  p->weights = slant_alloc(linear->n_rows, k * sizeof *p->weights);
  p->dense = slant_alloc_zero(k, n_dense * sizeof *p->dense);
  p->bias = slant_alloc(k, sizeof *p->bias);
  if (!p->feature || !p->weights || !p->dense || !p->bias) return false;
  memcpy(p->bias, linear->bias, k * sizeof *p->bias);
  for (uint32_t r = 0; r < linear->n_rows; r++) {
    uint32_t feature = linear->feature ? linear->feature[r] : r;
    const float *row = linear->weights + r * k;
    bool used = false;
    for (size_t o = 0; o < k; o++) used = used || row[o] != 0;
    if (feature >= n_sparse) {
      for (size_t o = 0; o < k && feature - n_sparse < n_dense; o++)
        p->dense[o * n_dense + feature - n_sparse] = row[o];
    } else if (used) {
      p->feature[n] = feature;
      memcpy(p->weights + n++ * k, row, k * sizeof *row);
    }
  }
  p->n_rows = n;
  uint32_t *feature = slant_realloc(p->feature, n, sizeof *feature);
  float *weights = slant_realloc(p->weights, n, k * sizeof *weights);
  if (feature) p->feature = feature;
  if (weights) p->weights = weights;
  return true;
}

int slant_bank_builder_add(slant_bank_builder *builder, const slant_model *model, const slant_linear_model *linear,
                           slant_error *error) {
  part *p = new_part(builder, model);
  if (!p) return no_memory(builder, error);
  if (!linear->feature && linear->n_rows != builder->n_sparse + builder->n_dense)
    return slant_fail(error, SLANT_E_ARGUMENT, "a linear model has weights for %u features of %u", linear->n_rows,
                      builder->n_sparse + builder->n_dense);
  if (!pack_linear(p, linear, builder->n_sparse, builder->n_dense)) {
    free_part(p);
    return no_memory(builder, error);
  }
  builder->n_parts++;
  return SLANT_OK;
}

/* A kernel model that is linear is weights: Σ_s coefficient[s] β support vector s. */
static int add_collapsed(slant_bank_builder *builder, const slant_model *model, const slant_kernel_model *kernel,
                         slant_error *error) {
  size_t k = kernel->n_outputs, n = (size_t)builder->n_sparse + builder->n_dense;
  float *weights = slant_alloc(n, k * sizeof *weights), *bias = slant_alloc(k, sizeof *bias);
  double *w = slant_alloc(n, sizeof *w);
  int status = weights && w && bias ? SLANT_OK : no_memory(builder, error);
  for (size_t o = 0; o < k && !status; o++) {
    slant_kernel_collapse(kernel, builder->n_sparse, builder->n_dense, (uint32_t)o, w);
    for (size_t f = 0; f < n; f++) weights[f * k + o] = (float)w[f];
    bias[o] = (float)kernel->bias[o];
  }
  const slant_linear_model linear = {(uint32_t)n, NULL, weights, bias};
  if (!status) status = slant_bank_builder_add(builder, model, &linear, error);
  free(weights);
  free(bias);
  free(w);
  return status;
}

int slant_bank_builder_add_kernel(slant_bank_builder *builder, const slant_model *model,
                                  const slant_kernel_model *kernel, slant_error *error) {
  if (kernel->n_outputs != slant_coding_outputs(model->coding, model->n_classes))
    return slant_fail(error, SLANT_E_ARGUMENT, "a kernel model has %u outputs, and its coding another number of them",
                      kernel->n_outputs);
  if (kernel->shape.kernel == SLANT_KERNEL_LINEAR) return add_collapsed(builder, model, kernel, error);
  part *p = new_part(builder, model);
  if (!p) return no_memory(builder, error);
  int status = slant_kernel_pack(&p->bytes, &p->stored, kernel, builder->n_sparse, builder->n_dense, error);
  p->model.storage = SLANT_STORED_KERNEL;
  if (status)
    free_part(p);
  else
    builder->n_parts++;
  return status;
}

static part *find_part(const slant_bank_builder *builder, slant_str actor) {
  for (uint32_t i = 0; i < builder->n_parts; i++)
    if (slant_str_equal(builder->parts[i].model.actor, actor)) return &builder->parts[i];
  return NULL;
}

int slant_bank_builder_add_same(slant_bank_builder *builder, const slant_model *model, slant_str of,
                                slant_error *error) {
  part *p = new_part(builder, model);
  if (!p) return no_memory(builder, error);
  const part *other = find_part(builder, of);
  if (!other || other->model.n_outputs != p->model.n_outputs)
    return slant_fail(error, SLANT_E_ARGUMENT, "no model of '%.*s' with as many outputs was added before", (int)of.len,
                      of.ptr);
  p->same = other->same;
  p->model.storage = other->model.storage;
  builder->n_parts++;
  return SLANT_OK;
}

int slant_bank_builder_copy(slant_bank_builder *builder, const slant_bank *bank, const slant_model *model,
                            slant_error *error) {
  if (bank->n_sparse != builder->n_sparse || bank->n_dense != builder->n_dense || bank->n_labels != builder->n_labels)
    return slant_fail(error, SLANT_E_ARGUMENT, "a model cannot be copied between banks of other features or labels");
  if (model->storage == SLANT_STORED_KERNEL) {
    part *p = new_part(builder, model);
    if (!p) return no_memory(builder, error);
    p->stored = bank->weights->stored[model - bank->models];
    slant_buffer_append(&p->bytes, p->stored.bytes, p->stored.size);
    if (p->bytes.failed) {
      free_part(p);
      return no_memory(builder, error);
    }
    builder->n_parts++;
    return SLANT_OK;
  }
  size_t n = (size_t)bank->n_sparse + bank->n_dense;
  float *weights = slant_alloc_zero(n, model->n_outputs * sizeof *weights);
  float *bias = slant_alloc_zero(model->n_outputs, sizeof *bias);
  int status = weights && bias ? SLANT_OK : no_memory(builder, error);
  if (!status) {
    const slant_linear_model linear = {(uint32_t)n, NULL, weights, bias};
    slant_add_weights(bank, model, 1, weights, bias);
    status = slant_bank_builder_add(builder, model, &linear, error);
  }
  free(weights);
  free(bias);
  return status;
}

/* ---- finishing ---- */
static int by_actor(const void *left, const void *right, void *context) {
  const slant_bank_builder *builder = context;
  return slant_str_compare(builder->parts[*(const uint32_t *)left].model.actor,
                           builder->parts[*(const uint32_t *)right].model.actor);
}

/*
 * Where a linear model's weights are to stand. A row of its own costs a number of the feature and of the bucket beside
 * k weights; a column of the table costs k weights a feature. "*", which most texts ask, and who would save less than
 * half have columns: a table is the faster one.
 */
static slant_storage storage_of(const part *p, uint32_t n_sparse) {
  double k = p->model.n_outputs, rows = p->n_rows * (8 + 4 * k), table = n_sparse * 4 * k;
  if (p->model.storage == SLANT_STORED_KERNEL) return SLANT_STORED_KERNEL;
  return slant_str_is(p->model.actor, SLANT_SHARED_MODEL) || 2 * rows > table ? SLANT_STORED_TABLE : SLANT_STORED_ROWS;
}

/* Numbers the outputs: first the table's, then those of rows, then kernels'; each in the order of the actors. */
static void number_outputs(slant_bank_builder *builder, const uint32_t *order, slant_bank *out) {
  struct slant_weights *weights = &builder->weights;
  uint32_t next = 0;
  for (uint32_t i = 0; i < builder->n_parts; i++) {
    part *p = &builder->parts[order[i]];
    if (p->same == order[i]) p->model.storage = storage_of(p, builder->n_sparse);
  }
  for (uint32_t storage = SLANT_STORED_TABLE; storage <= SLANT_STORED_KERNEL; storage++) {
    for (uint32_t i = 0; i < builder->n_parts; i++) {
      part *p = &builder->parts[order[i]];
      if (p->same != order[i] || p->model.storage != storage) continue;
      p->model.first_output = next;
      next += p->model.n_outputs;
    }
    if (storage == SLANT_STORED_TABLE) weights->n_table = next;
    if (storage == SLANT_STORED_ROWS) weights->n_linear = next;
  }
  out->n_outputs = next;
  for (uint32_t i = 0; i < builder->n_parts; i++) {
    part *p = &builder->parts[i];
    p->model.first_output = builder->parts[p->same].model.first_output;
    p->model.storage = builder->parts[p->same].model.storage;
  }
}

/* The factor of 16-bit weights: the greatest of them is ±32767 of it. Of weights that had one before it is the same
 * one, bit for bit: in units of the factor's last place, rounding 32767 times it errs by less than 32767 / 2. */
static float scale_of(const part *p, uint32_t output) {
  float most = 0;
  for (size_t row = 0; row < p->n_rows; row++) most = fmaxf(most, fabsf(p->weights[row * p->model.n_outputs + output]));
  return most / 32767;
}

static int16_t quantise(float weight, float scale) {
  return scale > 0 ? (int16_t)lrintf(weight / scale) : 0;
}

/* A model's weights as rows of their own. */
static bool write_rows(slant_bank_builder *builder, part *p, uint32_t bits) {
  slant_buffer *out = &builder->sections[SLANT_ROWS_SECTION];
  size_t k = p->model.n_outputs, n = p->n_rows * k;
  uint32_t shift = slant_rows_shift(p->n_rows, builder->n_sparse);
  uint64_t n_buckets = slant_rows_n_buckets(shift, builder->n_sparse);
  uint32_t *bucket = slant_alloc(n_buckets, sizeof *bucket);
  float *scale = slant_alloc(k, sizeof *scale);
  int16_t *narrow = slant_alloc(n, sizeof *narrow);
  bool ok = bucket && scale && narrow;
  p->stored = (slant_stored){.rows = {.n_rows = p->n_rows, .shift = shift}, .offset = out->len};
  if (ok) {
    slant_rows_fill(bucket, shift, builder->n_sparse, p->feature, p->n_rows);
    slant_put_array(out, bucket, n_buckets * sizeof *bucket);
    slant_put_array(out, p->feature, p->n_rows * sizeof *p->feature);
  }
  if (ok && bits == 16) {
    for (uint32_t o = 0; o < k; o++) scale[o] = scale_of(p, o);
    for (size_t i = 0; i < n; i++) narrow[i] = quantise(p->weights[i], scale[i % k]);
    slant_put_array(out, scale, k * sizeof *scale);
    slant_put_array(out, narrow, n * sizeof *narrow);
  } else if (ok) {
    slant_put_array(out, p->weights, n * sizeof *p->weights);
  }
  free(bucket);
  free(scale);
  free(narrow);
  return ok && !out->failed;
}

/* The columns of the table, of one kind or the other. */
static bool write_table(slant_bank_builder *builder, uint32_t bits) {
  slant_buffer *out = &builder->sections[SLANT_TABLE_SECTION];
  size_t width = builder->weights.n_table, n = builder->n_sparse * width;
  float *scale = slant_alloc_zero(width, sizeof *scale), *table = NULL;
  int16_t *narrow = NULL;
  bool ok = scale && (bits == 16 ? (narrow = slant_alloc_zero(n, sizeof *narrow)) != NULL
                                 : (table = slant_alloc_zero(n, sizeof *table)) != NULL);
  for (uint32_t i = 0; ok && i < builder->n_parts; i++) {
    const part *p = &builder->parts[i];
    if (p->same != i || p->model.storage != SLANT_STORED_TABLE) continue;
    size_t k = p->model.n_outputs, first = p->model.first_output;
    for (uint32_t o = 0; o < k; o++) {
      scale[first + o] = scale_of(p, o);
      for (size_t row = 0; row < p->n_rows; row++) {
        size_t at = p->feature[row] * width + first + o;
        if (bits == 16)
          narrow[at] = quantise(p->weights[row * k + o], scale[first + o]);
        else
          table[at] = p->weights[row * k + o];
      }
    }
  }
  if (ok && bits == 16) slant_put_array(out, scale, width * sizeof *scale);
  if (ok) slant_buffer_append(out, bits == 16 ? (void *)narrow : (void *)table, n * (bits / 8));
  free(scale);
  free(table);
  free(narrow);
  return ok && !out->failed;
}

/* Biases, dense weights, and the rows and kernels, in the order of the outputs. */
static bool write_models(slant_bank_builder *builder, const uint32_t *order, uint32_t bits) {
  bool ok = true;
  for (uint32_t storage = SLANT_STORED_TABLE; storage <= SLANT_STORED_KERNEL; storage++)
    for (uint32_t i = 0; ok && i < builder->n_parts; i++) {
      part *p = &builder->parts[order[i]];
      if (p->same != order[i] || p->model.storage != storage) continue;
      slant_buffer *kernels = &builder->sections[SLANT_KERNEL_SECTION];
      if (storage == SLANT_STORED_KERNEL) {
        p->stored.offset = kernels->len;
        slant_buffer_append(kernels, p->bytes.data, p->bytes.len);
        ok = !kernels->failed;
        continue;
      }
      size_t k = p->model.n_outputs;
      slant_buffer_append(&builder->sections[SLANT_BIAS_SECTION], p->bias, k * sizeof *p->bias);
      slant_buffer_append(&builder->sections[SLANT_DENSE_SECTION], p->dense, k * builder->n_dense * sizeof *p->dense);
      if (storage == SLANT_STORED_ROWS) ok = write_rows(builder, p, bits);
    }
  return ok && !builder->sections[SLANT_BIAS_SECTION].failed && !builder->sections[SLANT_DENSE_SECTION].failed;
}

int slant_bank_builder_finish(slant_bank_builder *builder, uint32_t weight_bits, slant_bank *out, slant_error *error) {
  uint32_t n = builder->n_parts, *order = slant_alloc(n, sizeof *order);
  unfinish(builder);
  builder->models = slant_alloc(n, sizeof *builder->models);
  builder->stored = slant_alloc(n, sizeof *builder->stored);
  *out = (slant_bank){.task = builder->task,
                      .labels = builder->labels,
                      .n_labels = builder->n_labels,
                      .models = builder->models,
                      .n_models = n,
                      .n_sparse = builder->n_sparse,
                      .n_dense = builder->n_dense};
  builder->weights = (struct slant_weights){.bits = weight_bits, .stored = builder->stored};
  bool ok = order && builder->models && builder->stored;
  for (uint32_t i = 0; ok && i < n; i++) order[i] = i;
  if (ok) {
    qsort_r(order, n, sizeof *order, by_actor, builder);
    number_outputs(builder, order, out);
    ok = (!builder->weights.n_table || write_table(builder, weight_bits)) && write_models(builder, order, weight_bits);
  }
  slant_section sections[SLANT_BANK_SECTIONS] = {{{0}, NULL, 0}};
  for (uint32_t i = 0; ok && i < n; i++) {
    builder->models[i] = builder->parts[order[i]].model;
    builder->stored[i] = builder->parts[builder->parts[order[i]].same].stored;
  }
  free(order);
  if (!ok) return no_memory(builder, error);
  for (int s = 0; s < SLANT_BANK_SECTIONS; s++) {
    sections[s] = (slant_section){.data = builder->sections[s].data, .size = builder->sections[s].len};
    sections[s].name[0] = slant_bank_letters[s];
  }
  out->weights = &builder->weights;
  int status = slant_bank_check(out, builder->n_sparse, builder->n_dense, error);
  if (!status) status = slant_weights_adopt(out, &builder->weights, sections, error);
  return status == SLANT_E_FORMAT ? SLANT_E_ARGUMENT : status;
}
