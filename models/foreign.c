/* Reading model files: what the two formats share. */
#include "models/foreign_private.h"

#include "common/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool slant_foreign_line(foreign_reader *in) {
  if (!in->rest.len) return false;
  in->line = slant_str_cut(&in->rest, '\n');
  in->number++;
  return true;
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

slant_str slant_foreign_word(foreign_reader *in) {
  slant_str *line = &in->line;
  while (line->len && is_space(*line->ptr)) line->ptr++, line->len--;
  slant_str word = {line->ptr, 0};
  while (line->len && !is_space(*line->ptr)) line->ptr++, line->len--, word.len++;
  return word;
}

int slant_foreign_fault(foreign_reader *in, const char *format, ...) {
  char message[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  int status = slant_fail(in->error, SLANT_E_DATA, "%s", message);
  slant_error_at(in->error, in->name, in->number, 0);
  return status;
}

bool slant_foreign_real(slant_str word, double *out) {
  char text[64], *end;
  if (!word.len || word.len >= sizeof text) return false;
  memcpy(text, word.ptr, word.len);
  text[word.len] = '\0';
  *out = strtod(text, &end);
  return *end == '\0' && isfinite(*out);
}

bool slant_foreign_count(slant_str word, uint64_t most, uint64_t *out) {
  *out = 0;
  for (size_t i = 0; i < word.len; i++) {
    if (word.ptr[i] < '0' || word.ptr[i] > '9') return false;
    *out = *out * 10 + (uint64_t)(word.ptr[i] - '0');
    if (*out > most) return false;
  }
  return word.len > 0;
}

int slant_foreign_next_real(foreign_reader *in, const char *what, double *out) {
  slant_str word = slant_foreign_word(in);
  if (slant_foreign_real(word, out)) return SLANT_OK;
  if (!word.len) return slant_foreign_fault(in, "%s is missing", what);
  return slant_foreign_fault(in, "'%.*s' is no number; %s is expected", (int)(word.len < 40 ? word.len : 40), word.ptr,
                             what);
}

int slant_foreign_labels(foreign_reader *in) {
  slant_foreign *out = in->out;
  if (!out->n_classes) return slant_foreign_fault(in, "'label' stands before 'nr_class'");
  for (uint32_t c = 0; c < out->n_classes; c++) {
    slant_str word = slant_foreign_word(in);
    uint64_t label;
    if (!slant_foreign_count(word, in->n_labels, &label) || !label)
      return slant_foreign_fault(in, "class '%.*s' is none of the task's labels, which have the numbers 1 to %u",
                                 (int)(word.len < 40 ? word.len : 40), word.len ? word.ptr : "", in->n_labels);
    out->classes[c] = (uint32_t)label - 1;
    for (uint32_t other = 0; other < c; other++)
      if (out->classes[other] == out->classes[c])
        return slant_foreign_fault(in, "class %u stands twice", (unsigned)label);
  }
  return SLANT_OK;
}

void *slant_foreign_array(foreign_reader *in, uint64_t count, size_t size) {
  void *array = slant_arena_alloc(&in->out->arena, count, size);
  if (array)
    memset(array, 0, count * size);
  else
    slant_fail(in->error, SLANT_E_MEMORY, "no memory for the model in %s", in->name);
  return array;
}

int slant_foreign_read(slant_foreign **out, slant_str text, const char *name, uint32_t n_labels, uint32_t n_sparse,
                       uint32_t n_dense, slant_error *error) {
  slant_foreign *foreign = *out = slant_alloc_zero(1, sizeof *foreign);
  if (!foreign) return slant_fail(error, SLANT_E_MEMORY, "no memory for the model in %s", name);
  foreign_reader in = {.out = foreign,
                       .rest = text,
                       .name = name,
                       .n_labels = n_labels < SLANT_MAX_CLASSES ? n_labels : SLANT_MAX_CLASSES,
                       .n_sparse = n_sparse,
                       .n_dense = n_dense,
                       .error = error};
  locale_t before = slant_number_begin();
  int status;
  slant_foreign_line(&in);
  if (text.len >= 9 && memcmp(text.ptr, "svm_type ", 9) == 0)
    status = slant_libsvm_read(&in);
  else if (text.len >= 12 && memcmp(text.ptr, "solver_type ", 12) == 0)
    status = slant_liblinear_read(&in);
  else
    status = slant_foreign_fault(&in, "this is no model of libsvm ('svm_type …') nor of LIBLINEAR ('solver_type …')");
  slant_number_end(before);
  if (!status) return SLANT_OK;
  slant_foreign_free(foreign);
  *out = NULL;
  return status;
}

void slant_foreign_free(slant_foreign *foreign) {
  if (!foreign) return;
  slant_arena_free(&foreign->arena);
  free(foreign);
}

const char *slant_foreign_kind(const slant_foreign *foreign) {
  return foreign->kind;
}

int slant_foreign_add(const slant_foreign *foreign, slant_bank_builder *builder, slant_str actor, slant_error *error) {
  static const float one = 1;
  slant_model model = {.actor = actor,
                       .coding = foreign->coding,
                       .classes = foreign->classes,
                       .n_classes = foreign->n_classes,
                       .calibration = {.kind = SLANT_CALIBRATION_TEMPERATURE, .n_values = 1, .values = &one}};
  if (foreign->n_calibration)
    model.calibration = (slant_calibration){
        .kind = foreign->calibration, .n_values = foreign->n_calibration, .values = foreign->calibrated};
  return foreign->is_kernel ? slant_bank_builder_add_kernel(builder, &model, &foreign->kernel, error)
                            : slant_bank_builder_add(builder, &model, &foreign->linear, error);
}
