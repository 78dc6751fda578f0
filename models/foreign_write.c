/* Models written as libsvm and LIBLINEAR read them. */
#include "common/file.h"
#include "common/number.h"
#include "models/foreign_private.h"
#include "models/weights.h"

#include <inttypes.h>
#include <stdlib.h>

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to write the model");
}

static void put_labels(slant_buffer *out, const slant_model *model) {
  slant_buffer_text(out, "label");
  for (uint32_t c = 0; c < model->n_classes; c++) slant_buffer_format(out, " %" PRIu32, model->classes[c] + 1);
  slant_buffer_char(out, '\n');
}

/* ---- LIBLINEAR ---- */
static int put_liblinear(slant_buffer *out, const slant_bank *bank, const slant_model *model, slant_error *error) {
  bool pairs =
      model->coding == SLANT_CODING_ONE_VS_ONE || (model->coding == SLANT_CODING_VOTES && model->n_classes > 2);
  if (!slant_model_is_linear(model))
    return slant_fail(error, SLANT_E_ARGUMENT, "this is a kernel model, which LIBLINEAR has not; write it for libsvm");
  if (pairs)
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "the model decides between pairs of classes, which LIBLINEAR does not; write it for libsvm");
  uint32_t n = bank->n_sparse + bank->n_dense, k = model->n_outputs;
  /* With one output a class for two classes LIBLINEAR knows Crammer and Singer's solver only. */
  slant_buffer_format(out, "solver_type %s\nnr_class %" PRIu32 "\n",
                      model->n_classes == 2 && k == 2 ? "MCSVM_CS" : "L2R_L2LOSS_SVC", model->n_classes);
  put_labels(out, model);
  slant_buffer_format(out, "nr_feature %" PRIu32 "\nbias 1\nw\n", n);
  for (uint32_t f = 0; f <= n; f++) {
    for (uint32_t o = 0; o < k; o++) {
      float weight = f < n ? slant_model_weight(bank, model, f, o) : slant_model_bias(bank, model, o);
      slant_buffer_format(out, "%.9g ", (double)weight);
    }
    slant_buffer_char(out, '\n');
  }
  return SLANT_OK;
}

/* ---- libsvm ---- */
static uint32_t pair_of(uint32_t i, uint32_t j, uint32_t n_classes) {
  return i * n_classes - i * (i + 1) / 2 + j - i - 1;
}

static void put_feature(slant_buffer *out, uint32_t feature, double value) {
  if (value != 0) slant_buffer_format(out, "%" PRIu32 ":%.9g ", feature + 1, value);
}

/* The coefficients of a support vector of class c: against each other class, those before c first. */
static void put_coefficients(slant_buffer *out, const double *coefficient, uint32_t class, uint32_t n_classes) {
  for (uint32_t other = 0; other < n_classes; other++)
    if (other != class)
      slant_buffer_format(
          out, "%.17g ",
          coefficient[other < class ? pair_of(other, class, n_classes) : pair_of(class, other, n_classes)]);
}

static void put_head(slant_buffer *out, const slant_kernel_shape *shape, const slant_model *model, const double *bias,
                     const uint32_t *n_sv) {
  static const char *const kernels[] = {"", "linear", "rbf", "polynomial"};
  uint32_t k = model->n_classes, n = 0;
  for (uint32_t c = 0; c < k; c++) n += n_sv[c];
  slant_buffer_format(out, "svm_type c_svc\nkernel_type %s\n", kernels[shape->kernel]);
  if (shape->kernel == SLANT_KERNEL_POLYNOMIAL) slant_buffer_format(out, "degree %" PRIu32 "\n", shape->degree);
  if (shape->kernel != SLANT_KERNEL_LINEAR) slant_buffer_format(out, "gamma %.17g\n", shape->gamma);
  if (shape->kernel == SLANT_KERNEL_POLYNOMIAL) slant_buffer_format(out, "coef0 %.17g\n", shape->coef0);
  slant_buffer_format(out, "nr_class %" PRIu32 "\ntotal_sv %" PRIu32 "\nrho", k, n);
  for (uint32_t p = 0; p < k * (k - 1) / 2; p++) slant_buffer_format(out, " %.17g", -bias[p]);
  slant_buffer_char(out, '\n');
  put_labels(out, model);
  slant_buffer_text(out, "nr_sv");
  for (uint32_t c = 0; c < k; c++) slant_buffer_format(out, " %" PRIu32, n_sv[c]);
  slant_buffer_text(out, "\nSV\n");
}

/*
 * A linear model as support vectors that are weight vectors. Pairs: one a pair, of the first class. One output a class:
 * one a class, with coefficient 1 against later classes and -1 against earlier ones; a pair's decision is the
 * difference of the two classes' scores, so that the class of the highest score wins all of its pairs.
 */
static void put_linear(slant_buffer *out, const slant_bank *bank, const slant_model *model) {
  uint32_t k = model->n_classes, n = bank->n_sparse + bank->n_dense, n_sv[SLANT_MAX_CLASSES] = {0};
  bool rest = model->coding == SLANT_CODING_ONE_VS_REST;
  double bias[SLANT_MAX_OUTPUTS], coefficient[SLANT_MAX_OUTPUTS];
  for (uint32_t i = 0; i < k; i++) {
    n_sv[i] = rest ? 1 : k - 1 - i;
    for (uint32_t j = i + 1; j < k; j++) {
      uint32_t p = pair_of(i, j, k);
      bias[p] = rest ? (double)slant_model_bias(bank, model, i) - (double)slant_model_bias(bank, model, j)
                     : (double)slant_model_bias(bank, model, p);
    }
  }
  put_head(out, &(slant_kernel_shape){.kernel = SLANT_KERNEL_LINEAR}, model, bias, n_sv);
  for (uint32_t o = 0, class = 0, left = n_sv[0]; o < model->n_outputs; o++, left--) {
    while (!left) left = n_sv[++class];
    for (uint32_t p = 0; p < k * (k - 1) / 2; p++) coefficient[p] = 0;
    for (uint32_t other = 0; other < k && rest; other++)
      if (other != class)
        coefficient[other < class ? pair_of(other, class, k) : pair_of(class, other, k)] = other < class ? -1 : 1;
    if (!rest) coefficient[o] = 1;
    put_coefficients(out, coefficient, class, k);
    for (uint32_t f = 0; f < n; f++) put_feature(out, f, (double)slant_model_weight(bank, model, f, o));
    slant_buffer_char(out, '\n');
  }
}

/* The class that a support vector is of: the one that is in every pair for which it has a coefficient. */
static bool class_of(const double *coefficient, uint32_t k, uint32_t *out) {
  for (uint32_t class = 0; class < k; class ++) {
    bool all = true;
    for (uint32_t i = 0; i < k; i++)
      for (uint32_t j = i + 1; j < k; j++)
        all = all && (i == class || j == class || coefficient[pair_of(i, j, k)] == 0);
    if (!all) continue;
    *out = class;
    /* Of a vector in one pair, or of two classes, the sign tells: positive coefficients are of the pair's first class.
     */
    for (uint32_t j = class + 1; j < k; j++) {
      double a = coefficient[pair_of(class, j, k)];
      if (a < 0) *out = j;
      if (a != 0) break;
    }
    return true;
  }
  return false;
}

/* The support vectors' own sparse features: the inverted index turned back. */
typedef struct turned {
  uint64_t *at;          /* n_support + 2: first the numbers of features, then where the next one goes */
  slant_posting *values; /* the feature in place of the support vector */
} turned;

static void count_value(void *context, uint32_t feature, slant_posting posting) {
  (void)feature;
  ((turned *)context)->at[posting.support + 2]++;
}

static void put_value(void *context, uint32_t feature, slant_posting posting) {
  const turned *t = context;
  t->values[t->at[posting.support + 1]++] = (slant_posting){feature, posting.value};
}

static bool turn_back(const slant_stored *stored, turned *out) {
  uint64_t *at = out->at = slant_alloc_zero((size_t)stored->n_support + 2, sizeof *at);
  if (!at) return false;
  slant_kernel_visit_all(stored, count_value, out);
  for (uint32_t s = 0; s < stored->n_support; s++) at[s + 2] += at[s + 1];
  out->values = slant_alloc(at[stored->n_support + 1], sizeof *out->values);
  if (!out->values) return false;
  slant_kernel_visit_all(stored, put_value, out);
  return true;
}

static void put_support(slant_buffer *out, const slant_bank *bank, const slant_stored *stored, const turned *support,
                        uint32_t s) {
  for (uint64_t i = support->at[s]; i < support->at[s + 1]; i++)
    put_feature(out, support->values[i].support, (double)support->values[i].value);
  for (uint32_t d = 0; d < bank->n_dense; d++)
    put_feature(out, bank->n_sparse + d, (double)stored->dense[(size_t)s * bank->n_dense + d]);
  slant_buffer_char(out, '\n');
}

static int put_kernel(slant_buffer *out, const slant_bank *bank, const slant_model *model, slant_error *error) {
  const slant_stored *stored = &bank->weights->stored[model - bank->models];
  uint32_t k = model->n_classes, n = stored->n_support, n_sv[SLANT_MAX_CLASSES] = {0};
  uint32_t *class = slant_alloc(n, sizeof *class);
  turned support = {0};
  int status = class && turn_back(stored, &support) ? SLANT_OK : no_memory(error);
  for (uint32_t s = 0; s < n && !status; s++) {
    if (class_of(stored->coefficient + (size_t)s * model->n_outputs, k, &class[s]))
      n_sv[class[s]]++;
    else
      status =
          slant_fail(error, SLANT_E_ARGUMENT, "a support vector serves pairs that share no class: no libsvm model");
  }
  if (!status) put_head(out, &stored->shape, model, stored->bias, n_sv);
  for (uint32_t c = 0; c < k && !status; c++)
    for (uint32_t s = 0; s < n; s++) {
      if (class[s] != c) continue;
      put_coefficients(out, stored->coefficient + (size_t)s * model->n_outputs, c, k);
      put_support(out, bank, stored, &support, s);
    }
  free(class);
  free(support.at);
  free(support.values);
  return status;
}

static int put_libsvm(slant_buffer *out, const slant_bank *bank, const slant_model *model, slant_error *error) {
  if (slant_model_is_linear(model)) {
    put_linear(out, bank, model);
    return SLANT_OK;
  }
  const slant_kernel_shape *shape = &bank->weights->stored[model - bank->models].shape;
  for (uint32_t b = 0; b < shape->n_blocks; b++)
    if (shape->block_weight[b] != 1)
      return slant_fail(error, SLANT_E_ARGUMENT,
                        "the kernel weighs the features' blocks differently, which libsvm's kernels do not");
  if (model->coding == SLANT_CODING_ONE_VS_REST)
    return slant_fail(error, SLANT_E_ARGUMENT, "a kernel model with an output a class is none of libsvm's");
  if (model->shared != 0)
    return slant_fail(error, SLANT_E_ARGUMENT, "a kernel model that the shared one adds to is none of libsvm's");
  return put_kernel(out, bank, model, error);
}

int slant_foreign_write(const char *path, slant_foreign_format format, const slant_bank *bank, const slant_model *model,
                        slant_error *error) {
  slant_buffer text = {0};
  slant_file_writer *writer = NULL;
  locale_t before = slant_number_begin();
  int status =
      format == SLANT_FOREIGN_LIBSVM ? put_libsvm(&text, bank, model, error) : put_liblinear(&text, bank, model, error);
  slant_number_end(before);
  if (!status && text.failed) status = no_memory(error);
  if (!status) status = slant_file_writer_open(&writer, path, error);
  if (!status) status = slant_file_writer_write(writer, text.data, text.len, error);
  if (writer && !status)
    status = slant_file_writer_commit(writer, error);
  else
    slant_file_writer_discard(writer);
  slant_buffer_free(&text);
  return status;
}
