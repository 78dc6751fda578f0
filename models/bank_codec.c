#include "models/bank_codec.h"

#include <math.h>
#include <string.h>

/*
 * The `banks` section: u32 number of banks, u32 zero; then each bank:
 *   string task; u32 n_labels, n_models, n_outputs, n_table, n_linear, n_sparse, n_dense, bits; n_labels strings; the
 *   models
 * a model: string actor; u32 coding, storage, first_output, n_outputs, n_examples, n_classes; f32 shared, cost;
 *   u32 class[n_classes]; calibration; then
 *   of rows: u32 n_rows, shift; u64 offset
 *   of a kernel: u32 n_rows, shift; u64 offset; u32 kernel, degree, n_blocks, n_support; f64 gamma, coef0;
 *                u64 n_postings; u32 n_common, common_shift
 * a calibration: u32 kind, n_values, n_levels, n_prior; f32 value[n_values], level[n_levels], prior[n_prior]
 * a string: u32 length, the bytes, zeros up to a multiple of four.
 */

static void put_u32(slant_buffer *out, uint32_t value) {
  slant_buffer_append(out, &value, sizeof value);
}

static void put_string(slant_buffer *out, slant_str text) {
  static const char zeros[4];
  put_u32(out, (uint32_t)text.len);
  slant_buffer_str(out, text);
  slant_buffer_append(out, zeros, (4 - text.len % 4) % 4);
}

static void put_calibration(slant_buffer *out, const slant_calibration *calibration) {
  put_u32(out, calibration->kind);
  put_u32(out, calibration->n_values);
  put_u32(out, calibration->n_levels);
  put_u32(out, calibration->n_prior);
  slant_buffer_append(out, calibration->values, calibration->n_values * sizeof *calibration->values);
  slant_buffer_append(out, calibration->levels, calibration->n_levels * sizeof *calibration->levels);
  slant_buffer_append(out, calibration->prior, calibration->n_prior * sizeof *calibration->prior);
}

static void put_f32(slant_buffer *out, float value) {
  slant_buffer_append(out, &value, sizeof value);
}

static void put_stored(slant_buffer *out, uint32_t storage, const slant_stored *stored) {
  const slant_kernel_shape *shape = &stored->shape;
  if (storage == SLANT_STORED_TABLE) return;
  put_u32(out, stored->rows.n_rows);
  put_u32(out, stored->rows.shift);
  slant_buffer_append(out, &stored->offset, sizeof stored->offset);
  if (storage == SLANT_STORED_ROWS) return;
  put_u32(out, shape->kernel);
  put_u32(out, shape->degree);
  put_u32(out, shape->n_blocks);
  put_u32(out, stored->n_support);
  slant_buffer_append(out, &shape->gamma, sizeof shape->gamma);
  slant_buffer_append(out, &shape->coef0, sizeof shape->coef0);
  slant_buffer_append(out, &stored->n_postings, sizeof stored->n_postings);
  put_u32(out, stored->common.n_rows);
  put_u32(out, stored->common.shift);
}

void slant_bank_encode(slant_buffer *out, const slant_bank *bank) {
  const struct slant_weights *weights = bank->weights;
  put_string(out, bank->task);
  put_u32(out, bank->n_labels);
  put_u32(out, bank->n_models);
  put_u32(out, bank->n_outputs);
  put_u32(out, weights->n_table);
  put_u32(out, weights->n_linear);
  put_u32(out, bank->n_sparse);
  put_u32(out, bank->n_dense);
  put_u32(out, weights->bits);
  for (uint32_t l = 0; l < bank->n_labels; l++) put_string(out, bank->labels[l]);
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const slant_model *model = &bank->models[m];
    put_string(out, model->actor);
    put_u32(out, model->coding);
    put_u32(out, model->storage);
    put_u32(out, model->first_output);
    put_u32(out, model->n_outputs);
    put_u32(out, model->n_examples);
    put_u32(out, model->n_classes);
    put_f32(out, model->shared);
    put_f32(out, model->cost);
    slant_buffer_append(out, model->classes, model->n_classes * sizeof *model->classes);
    put_calibration(out, &model->calibration);
    put_stored(out, model->storage, &weights->stored[m]);
  }
}

/* ---- decoding: a cursor that remembers whether it ran past the end ---- */
typedef struct slant_cursor {
  const unsigned char *at;
  uint64_t left;
  bool bad;
} slant_cursor;

static const void *take(slant_cursor *cursor, uint64_t size) {
  if (cursor->bad || size > cursor->left) {
    cursor->bad = true;
    return NULL;
  }
  const void *out = cursor->at;
  cursor->at += size;
  cursor->left -= size;
  return out;
}

static uint32_t take_u32(slant_cursor *cursor) {
  uint32_t value = 0;
  const void *bytes = take(cursor, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

static uint64_t take_u64(slant_cursor *cursor) {
  uint64_t value = 0;
  const void *bytes = take(cursor, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

static float take_f32(slant_cursor *cursor) {
  float value = 0;
  const void *bytes = take(cursor, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

static double take_f64(slant_cursor *cursor) {
  double value = 0;
  const void *bytes = take(cursor, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

static slant_str take_string(slant_cursor *cursor) {
  uint32_t len = take_u32(cursor);
  const char *bytes = take(cursor, ((uint64_t)len + 3) / 4 * 4);
  return bytes ? (slant_str){bytes, len} : (slant_str){0};
}

/* An array whose elements take at least `least` bytes each in the file: a count that cannot be true allocates nothing.
 */
static void *take_array(slant_cursor *cursor, slant_arena *arena, uint64_t count, uint64_t least, size_t size) {
  if (cursor->bad || count > cursor->left / least) {
    cursor->bad = true;
    return NULL;
  }
  void *array = slant_arena_alloc(arena, count, size);
  cursor->bad = !array;
  return array;
}

/* The numbers stay where they are in the section. */
static void decode_calibration(slant_cursor *cursor, slant_calibration *calibration) {
  calibration->kind = take_u32(cursor);
  calibration->n_values = take_u32(cursor);
  calibration->n_levels = take_u32(cursor);
  calibration->n_prior = take_u32(cursor);
  calibration->values = take(cursor, (uint64_t)calibration->n_values * sizeof *calibration->values);
  calibration->levels = take(cursor, (uint64_t)calibration->n_levels * sizeof *calibration->levels);
  calibration->prior = take(cursor, (uint64_t)calibration->n_prior * sizeof *calibration->prior);
}

static void decode_stored(slant_cursor *cursor, uint32_t storage, slant_stored *stored) {
  *stored = (slant_stored){0};
  if (storage != SLANT_STORED_ROWS && storage != SLANT_STORED_KERNEL) return;
  stored->rows.n_rows = take_u32(cursor);
  stored->rows.shift = take_u32(cursor);
  stored->offset = take_u64(cursor);
  if (storage == SLANT_STORED_ROWS) return;
  stored->shape.kernel = take_u32(cursor);
  stored->shape.degree = take_u32(cursor);
  stored->shape.n_blocks = take_u32(cursor);
  stored->n_support = take_u32(cursor);
  stored->shape.gamma = take_f64(cursor);
  stored->shape.coef0 = take_f64(cursor);
  stored->n_postings = take_u64(cursor);
  stored->common.n_rows = take_u32(cursor);
  stored->common.shift = take_u32(cursor);
}

static void decode_model(slant_cursor *cursor, slant_model *model, slant_stored *stored) {
  *model = (slant_model){.actor = take_string(cursor)};
  model->coding = take_u32(cursor);
  model->storage = take_u32(cursor);
  model->first_output = take_u32(cursor);
  model->n_outputs = take_u32(cursor);
  model->n_examples = take_u32(cursor);
  model->n_classes = take_u32(cursor);
  model->shared = take_f32(cursor);
  model->cost = take_f32(cursor);
  model->classes = take(cursor, (uint64_t)model->n_classes * sizeof *model->classes);
  decode_calibration(cursor, &model->calibration);
  decode_stored(cursor, model->storage, stored);
}

static void decode_bank(slant_cursor *cursor, slant_bank *bank, struct slant_weights *weights, slant_arena *arena) {
  *bank = (slant_bank){.task = take_string(cursor), .weights = weights};
  *weights = (struct slant_weights){0};
  bank->n_labels = take_u32(cursor);
  bank->n_models = take_u32(cursor);
  bank->n_outputs = take_u32(cursor);
  weights->n_table = take_u32(cursor);
  weights->n_linear = take_u32(cursor);
  bank->n_sparse = take_u32(cursor);
  bank->n_dense = take_u32(cursor);
  weights->bits = take_u32(cursor);
  slant_str *labels = take_array(cursor, arena, bank->n_labels, 4, sizeof *labels);
  for (uint32_t l = 0; !cursor->bad && l < bank->n_labels; l++) labels[l] = take_string(cursor);
  slant_model *models = take_array(cursor, arena, bank->n_models, 40, sizeof *models);
  slant_stored *stored = take_array(cursor, arena, bank->n_models, 40, sizeof *stored);
  for (uint32_t m = 0; !cursor->bad && m < bank->n_models; m++) decode_model(cursor, &models[m], &stored[m]);
  bank->labels = labels;
  bank->models = models;
  weights->stored = stored;
}

int slant_banks_decode(slant_bank **out, struct slant_weights **weights, uint32_t *n_banks, slant_section section,
                       slant_arena *arena, slant_error *error) {
  slant_cursor cursor = {section.data, section.size, section.data == NULL};
  uint32_t n = take_u32(&cursor), zero = take_u32(&cursor);
  slant_bank *banks = take_array(&cursor, arena, n, 36, sizeof *banks);
  *weights = take_array(&cursor, arena, n, 36, sizeof **weights);
  for (uint32_t b = 0; !cursor.bad && b < n; b++) decode_bank(&cursor, &banks[b], *weights + b, arena);
  if (cursor.bad || cursor.left || zero || !n)
    return slant_fail(error, SLANT_E_FORMAT, "the bundle's models are damaged; get the file again or train it anew");
  *out = banks;
  *n_banks = n;
  return SLANT_OK;
}

/* ---- rules ---- */
uint32_t slant_coding_outputs(uint32_t coding, uint32_t n_classes) {
  if (coding == SLANT_CODING_BINARY) return 1;
  if (coding == SLANT_CODING_ONE_VS_REST) return n_classes;
  return n_classes > SLANT_MAX_CLASSES ? 0 : n_classes * (n_classes - 1) / 2;
}

uint32_t slant_output_class(const slant_model *model, uint32_t output) {
  uint32_t first = 0;
  if (model->coding != SLANT_CODING_ONE_VS_ONE && model->coding != SLANT_CODING_VOTES) return output;
  for (uint32_t pairs = model->n_classes - 1; output >= pairs && pairs; pairs--, first++) output -= pairs;
  return first;
}

static const char *kernel_fault(const slant_stored *stored) {
  const slant_kernel_shape *shape = &stored->shape;
  if (shape->kernel != SLANT_KERNEL_RBF && shape->kernel != SLANT_KERNEL_POLYNOMIAL)
    return "a kernel that this program does not know";
  if (!isfinite(shape->gamma) || shape->gamma < 0 || !isfinite(shape->coef0) || shape->n_blocks > SLANT_MAX_CLASSES)
    return "a kernel whose parameters make no sense";
  if (shape->kernel == SLANT_KERNEL_POLYNOMIAL && !shape->degree) return "a polynomial kernel without a degree";
  return stored->n_support && stored->n_support <= INT32_MAX ? NULL : "a wrong number of support vectors";
}

/* Where its outputs stand among those of the bank. */
static const char *storage_fault(const slant_bank *bank, const slant_model *model) {
  const struct slant_weights *weights = bank->weights;
  uint64_t first = model->first_output, end = first + model->n_outputs;
  if (model->storage == SLANT_STORED_TABLE) return end <= weights->n_table ? NULL : "outputs that are not there";
  if (model->storage == SLANT_STORED_ROWS)
    return first >= weights->n_table && end <= weights->n_linear ? NULL : "outputs that are not there";
  if (model->storage != SLANT_STORED_KERNEL) return "weights that this program does not know";
  if (first < weights->n_linear || end > bank->n_outputs) return "outputs that are not there";
  return kernel_fault(&weights->stored[model - bank->models]);
}

/* "*" adds to a model what it says of the same classes. */
static const char *shared_fault(const slant_bank *bank, const slant_model *model) {
  if (!isfinite(model->shared)) return "a share of the shared model that is no number";
  if (model->shared == 0) return NULL;
  const slant_model *shared = slant_bank_model(bank, slant_str_of(SLANT_SHARED_MODEL));
  if (!shared || shared == model || shared->shared != 0 || shared->coding != model->coding ||
      shared->n_classes != model->n_classes ||
      memcmp(shared->classes, model->classes, model->n_classes * sizeof *model->classes) != 0)
    return "a share of a shared model that has other classes or is not there";
  return NULL;
}

static const char *model_fault(const slant_bank *bank, const slant_model *model) {
  bool binary = model->coding == SLANT_CODING_BINARY;
  if (model->coding < SLANT_CODING_BINARY || model->coding > SLANT_CODING_VOTES)
    return "a coding that this program does not know";
  if (model->n_classes < 2 || model->n_classes > bank->n_labels || (binary && model->n_classes != 2))
    return "a wrong number of classes";
  if (model->n_outputs != slant_coding_outputs(model->coding, model->n_classes)) return "a wrong number of outputs";
  uint64_t seen = 0; /* a bank has at most 64 labels */
  for (uint32_t c = 0; c < model->n_classes; c++) {
    if (model->classes[c] >= bank->n_labels || seen >> model->classes[c] & 1)
      return "classes that are not among the labels, or stand twice";
    seen |= UINT64_C(1) << model->classes[c];
  }
  if (!isfinite(model->cost)) return "a cost that is no number";
  const char *fault = slant_calibration_fault(&model->calibration, model->n_classes);
  if (fault) return fault;
  return model->actor.len ? storage_fault(bank, model) : "no actor";
}

static const char *bank_fault(const slant_bank *bank, uint32_t n_sparse, uint32_t n_dense) {
  const struct slant_weights *weights = bank->weights;
  if (!bank->task.len) return "no task";
  if (bank->n_labels < 2 || bank->n_labels > SLANT_MAX_CLASSES) return "a wrong number of labels";
  if (!bank->n_models || !bank->n_outputs) return "no model";
  if (bank->n_sparse != n_sparse || bank->n_dense != n_dense) return "weights for another vocabulary";
  if (weights->bits != 32 && weights->bits != 16) return "weights of a width that this program does not know";
  if (weights->n_table > weights->n_linear || weights->n_linear > bank->n_outputs) return "a wrong number of outputs";
  for (uint32_t l = 1; l < bank->n_labels; l++)
    if (slant_str_compare(bank->labels[l - 1], bank->labels[l]) >= 0) return "labels out of order";
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const char *fault = model_fault(bank, &bank->models[m]);
    if (fault) return fault;
    if (m && slant_str_compare(bank->models[m - 1].actor, bank->models[m].actor) >= 0) return "actors out of order";
  }
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const char *fault = shared_fault(bank, &bank->models[m]);
    if (fault) return fault;
  }
  return NULL;
}

int slant_bank_check(const slant_bank *bank, uint32_t n_sparse, uint32_t n_dense, slant_error *error) {
  const char *fault = bank_fault(bank, n_sparse, n_dense);
  if (!fault) return SLANT_OK;
  return slant_fail(error, SLANT_E_FORMAT, "the models of task '%.*s' have %s",
                    (int)(bank->task.len < 60 ? bank->task.len : 60), bank->task.len ? bank->task.ptr : "", fault);
}
