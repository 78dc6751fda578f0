#include "models/bank_codec.h"

#include <math.h>
#include <string.h>

/*
 * The `banks` section: u32 number of banks, u32 zero; then each bank:
 *   string task; u32 n_labels, n_models, n_outputs, n_features; n_labels strings; models
 * a model:
 *   string actor; u32 coding, first_output, n_outputs, n_examples, n_classes; f32 cost; u32 class[n_classes];
 * calibration a calibration: u32 kind, n_values, n_levels; f32 value[n_values], level[n_levels] a string: u32 length,
 * the bytes, zeros up to a multiple of four.
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
  slant_buffer_append(out, calibration->values, calibration->n_values * sizeof *calibration->values);
  slant_buffer_append(out, calibration->levels, calibration->n_levels * sizeof *calibration->levels);
}

void slant_bank_encode(slant_buffer *out, const slant_bank *bank) {
  put_string(out, bank->task);
  put_u32(out, bank->n_labels);
  put_u32(out, bank->n_models);
  put_u32(out, bank->n_outputs);
  put_u32(out, bank->n_features);
  for (uint32_t l = 0; l < bank->n_labels; l++) put_string(out, bank->labels[l]);
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const slant_model *model = &bank->models[m];
    put_string(out, model->actor);
    put_u32(out, model->coding);
    put_u32(out, model->first_output);
    put_u32(out, model->n_outputs);
    put_u32(out, model->n_examples);
    put_u32(out, model->n_classes);
    slant_buffer_append(out, &model->cost, sizeof model->cost);
    slant_buffer_append(out, model->classes, model->n_classes * sizeof *model->classes);
    put_calibration(out, &model->calibration);
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

static float take_f32(slant_cursor *cursor) {
  float value = 0;
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
  calibration->values = take(cursor, (uint64_t)calibration->n_values * sizeof *calibration->values);
  calibration->levels = take(cursor, (uint64_t)calibration->n_levels * sizeof *calibration->levels);
}

static void decode_model(slant_cursor *cursor, slant_model *model) {
  *model = (slant_model){.actor = take_string(cursor)};
  model->coding = take_u32(cursor);
  model->first_output = take_u32(cursor);
  model->n_outputs = take_u32(cursor);
  model->n_examples = take_u32(cursor);
  model->n_classes = take_u32(cursor);
  model->cost = take_f32(cursor);
  model->classes = take(cursor, (uint64_t)model->n_classes * sizeof *model->classes);
  decode_calibration(cursor, &model->calibration);
}

static void decode_bank(slant_cursor *cursor, slant_bank *bank, slant_arena *arena) {
  *bank = (slant_bank){.task = take_string(cursor)};
  bank->n_labels = take_u32(cursor);
  bank->n_models = take_u32(cursor);
  bank->n_outputs = take_u32(cursor);
  bank->n_features = take_u32(cursor);
  slant_str *labels = take_array(cursor, arena, bank->n_labels, 4, sizeof *labels);
  for (uint32_t l = 0; !cursor->bad && l < bank->n_labels; l++) labels[l] = take_string(cursor);
  slant_model *models = take_array(cursor, arena, bank->n_models, 40, sizeof *models);
  for (uint32_t m = 0; !cursor->bad && m < bank->n_models; m++) decode_model(cursor, &models[m]);
  bank->labels = labels;
  bank->models = models;
}

int slant_banks_decode(slant_bank **out, uint32_t *n_banks, slant_section section, slant_arena *arena,
                       slant_error *error) {
  slant_cursor cursor = {section.data, section.size, section.data == NULL};
  uint32_t n = take_u32(&cursor), zero = take_u32(&cursor);
  slant_bank *banks = take_array(&cursor, arena, n, 20, sizeof *banks);
  for (uint32_t b = 0; !cursor.bad && b < n; b++) decode_bank(&cursor, &banks[b], arena);
  if (cursor.bad || cursor.left || zero || !n)
    return slant_fail(error, SLANT_E_FORMAT, "the bundle's models are damaged; get the file again or train it anew");
  *out = banks;
  *n_banks = n;
  return SLANT_OK;
}

/* ---- rules ---- */
static const char *model_fault(const slant_bank *bank, const slant_model *model) {
  bool binary = model->coding == SLANT_CODING_BINARY;
  if (!binary && model->coding != SLANT_CODING_ONE_VS_REST) return "a coding that this program does not know";
  if (model->n_classes < 2 || model->n_classes > bank->n_labels || (binary && model->n_classes != 2))
    return "a wrong number of classes";
  if (model->n_outputs != (binary ? 1 : model->n_classes)) return "a wrong number of outputs";
  if (model->first_output > bank->n_outputs || model->n_outputs > bank->n_outputs - model->first_output)
    return "outputs that are not there";
  for (uint32_t c = 0; c < model->n_classes; c++)
    if (model->classes[c] >= bank->n_labels || (c && model->classes[c] <= model->classes[c - 1]))
      return "classes that are not among the labels, or out of order";
  if (!isfinite(model->cost)) return "a cost that is no number";
  const char *fault = slant_calibration_fault(&model->calibration, model->n_classes);
  if (fault) return fault;
  return model->actor.len ? NULL : "no actor";
}

static const char *bank_fault(const slant_bank *bank, uint32_t n_features) {
  if (!bank->task.len) return "no task";
  if (bank->n_labels < 2 || bank->n_labels > SLANT_MAX_CLASSES) return "a wrong number of labels";
  if (!bank->n_models || !bank->n_outputs) return "no model";
  if (bank->n_features != n_features) return "weights for another vocabulary";
  for (uint32_t l = 1; l < bank->n_labels; l++)
    if (slant_str_compare(bank->labels[l - 1], bank->labels[l]) >= 0) return "labels out of order";
  for (uint32_t m = 0; m < bank->n_models; m++) {
    const char *fault = model_fault(bank, &bank->models[m]);
    if (fault) return fault;
    if (m && slant_str_compare(bank->models[m - 1].actor, bank->models[m].actor) >= 0) return "actors out of order";
  }
  return NULL;
}

int slant_bank_check(const slant_bank *bank, uint32_t n_features, slant_error *error) {
  const char *fault = bank_fault(bank, n_features);
  if (!fault) return SLANT_OK;
  return slant_fail(error, SLANT_E_FORMAT, "the models of task '%.*s' have %s",
                    (int)(bank->task.len < 60 ? bank->task.len : 60), bank->task.len ? bank->task.ptr : "", fault);
}
