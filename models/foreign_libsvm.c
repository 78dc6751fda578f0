/* libsvm's model files: a header of "key value …" lines up to "SV", then a line a support vector: its coefficients
 * against each other class, and its features. */
#include "models/foreign_private.h"

#include <inttypes.h>
#include <stdio.h>

enum { MAX_PAIRS = SLANT_MAX_OUTPUTS };

typedef struct header {
  char type[16], kernel[16];
  uint64_t degree, n_support;
  double gamma, coef0;
  double rho[MAX_PAIRS], a[MAX_PAIRS], b[MAX_PAIRS];
  uint64_t n_sv[SLANT_MAX_CLASSES];
  bool has_rho, has_labels, has_counts, has_a, has_b;
} header;

static uint32_t n_pairs(const foreign_reader *in) {
  return in->out->n_classes * (in->out->n_classes - 1) / 2;
}

/* A number a pair of classes. */
static int read_pairs(foreign_reader *in, const char *what, double *out, bool *has) {
  int status = in->out->n_classes ? SLANT_OK : slant_foreign_fault(in, "'%s' stands before 'nr_class'", what);
  for (uint32_t p = 0; p < n_pairs(in) && !status; p++) status = slant_foreign_next_real(in, what, &out[p]);
  *has = !status;
  return status;
}

static int read_word(foreign_reader *in, char out[16], const char *what, const char *const *known) {
  slant_str word = slant_foreign_word(in);
  for (; *known; known++)
    if (slant_str_is(word, *known)) {
      snprintf(out, 16, "%s", *known);
      return SLANT_OK;
    }
  return slant_foreign_fault(in, "%s '%.*s' is not supported", what, (int)(word.len < 40 ? word.len : 40),
                             word.len ? word.ptr : "");
}

static int read_count(foreign_reader *in, const char *what, uint64_t most, uint64_t *out) {
  slant_str word = slant_foreign_word(in);
  if (slant_foreign_count(word, most, out)) return SLANT_OK;
  return slant_foreign_fault(in, "%s is no number from 0 to %" PRIu64, what, most);
}

static int read_counts(foreign_reader *in, header *h) {
  int status = in->out->n_classes ? SLANT_OK : slant_foreign_fault(in, "'nr_sv' stands before 'nr_class'");
  for (uint32_t c = 0; c < in->out->n_classes && !status; c++) status = read_count(in, "nr_sv", INT32_MAX, &h->n_sv[c]);
  h->has_counts = !status;
  return status;
}

static int read_classes(foreign_reader *in) {
  uint64_t n;
  int status = read_count(in, "nr_class", SLANT_MAX_CLASSES, &n);
  if (!status && n < 2) status = slant_foreign_fault(in, "a classifier has at least two classes");
  if (!status) in->out->n_classes = (uint32_t)n;
  return status;
}

static int read_key(foreign_reader *in, header *h, slant_str key) {
  static const char *const types[] = {"c_svc", "nu_svc", NULL};
  static const char *const kernels[] = {"linear", "polynomial", "rbf", NULL};
  if (slant_str_is(key, "svm_type")) return read_word(in, h->type, "svm_type", types);
  if (slant_str_is(key, "kernel_type")) return read_word(in, h->kernel, "kernel_type", kernels);
  if (slant_str_is(key, "degree")) return read_count(in, "degree", 1000, &h->degree);
  if (slant_str_is(key, "gamma")) return slant_foreign_next_real(in, "gamma", &h->gamma);
  if (slant_str_is(key, "coef0")) return slant_foreign_next_real(in, "coef0", &h->coef0);
  if (slant_str_is(key, "nr_class"))
    return in->out->n_classes ? slant_foreign_fault(in, "'nr_class' stands twice") : read_classes(in);
  if (slant_str_is(key, "total_sv")) return read_count(in, "total_sv", INT32_MAX, &h->n_support);
  if (slant_str_is(key, "rho")) return read_pairs(in, "rho", h->rho, &h->has_rho);
  if (slant_str_is(key, "probA")) return read_pairs(in, "probA", h->a, &h->has_a);
  if (slant_str_is(key, "probB")) return read_pairs(in, "probB", h->b, &h->has_b);
  if (slant_str_is(key, "nr_sv")) return read_counts(in, h);
  if (slant_str_is(key, "prob_density_marks")) return SLANT_OK;
  if (slant_str_is(key, "label")) {
    h->has_labels = true;
    return slant_foreign_labels(in);
  }
  return slant_foreign_fault(in, "'%.*s' is nothing that a model of libsvm begins a line with",
                             (int)(key.len < 40 ? key.len : 40), key.len ? key.ptr : "");
}

static int read_header(foreign_reader *in, header *h) {
  for (;;) {
    slant_str key = slant_foreign_word(in);
    if (slant_str_is(key, "SV")) break;
    int status = read_key(in, h, key);
    if (!status && slant_foreign_word(in).len && !slant_str_is(key, "prob_density_marks"))
      status = slant_foreign_fault(in, "more follows than '%.*s' takes", (int)key.len, key.ptr);
    if (status) return status;
    if (!slant_foreign_line(in)) return slant_foreign_fault(in, "the file ends before 'SV'");
  }
  if (!h->type[0] || !h->kernel[0] || !in->out->n_classes || !h->has_rho || !h->has_labels || !h->has_counts)
    return slant_foreign_fault(
        in, "before 'SV' must stand svm_type, kernel_type, nr_class, total_sv, rho, label and nr_sv");
  uint64_t sum = 0;
  for (uint32_t c = 0; c < in->out->n_classes; c++) sum += h->n_sv[c];
  if (sum != h->n_support || !sum || h->n_support > in->rest.len / 2)
    return slant_foreign_fault(
        in, "total_sv is %" PRIu64 ", which the numbers of nr_sv or the lines that follow are not", h->n_support);
  if (h->gamma < 0) return slant_foreign_fault(in, "gamma is negative");
  return SLANT_OK;
}

/* ---- support vectors ---- */
typedef struct arrays {
  uint64_t *start;
  uint32_t *index;
  float *value, *dense;
  double *coefficient, *bias;
} arrays;

static int new_arrays(foreign_reader *in, const header *h, arrays *a) {
  uint64_t n_values = 0, n = h->n_support;
  for (size_t i = 0; i < in->rest.len; i++) n_values += in->rest.ptr[i] == ':';
  a->start = slant_foreign_array(in, n + 1, sizeof *a->start);
  a->index = slant_foreign_array(in, n_values, sizeof *a->index);
  a->value = slant_foreign_array(in, n_values, sizeof *a->value);
  a->dense = slant_foreign_array(in, n, in->n_dense * sizeof *a->dense);
  a->coefficient = slant_foreign_array(in, n, n_pairs(in) * sizeof *a->coefficient);
  a->bias = slant_foreign_array(in, n_pairs(in), sizeof *a->bias);
  bool ok = a->start && a->index && a->value && a->dense && a->coefficient && a->bias;
  for (uint32_t p = 0; ok && p < n_pairs(in); p++) a->bias[p] = -h->rho[p];
  return ok ? SLANT_OK : SLANT_E_MEMORY;
}

/* The number of the pair of classes i < j. */
static uint32_t pair_of(uint32_t i, uint32_t j, uint32_t n_classes) {
  return i * n_classes - i * (i + 1) / 2 + j - i - 1;
}

/* A support vector of class c has a coefficient against each other class, those before c first. */
static int read_coefficients(foreign_reader *in, arrays *a, uint64_t s, uint32_t class) {
  uint32_t n = in->out->n_classes;
  for (uint32_t other = 0; other < n; other++) {
    double value;
    if (other == class) continue;
    int status = slant_foreign_next_real(in, "a coefficient", &value);
    if (status) return status;
    uint32_t pair = other < class ? pair_of(other, class, n) : pair_of(class, other, n);
    a->coefficient[s * n_pairs(in) + pair] = value;
  }
  return SLANT_OK;
}

static int read_features(foreign_reader *in, arrays *a, uint64_t s, uint64_t *n) {
  uint64_t n_features = (uint64_t)in->n_sparse + in->n_dense, last = 0;
  for (slant_str word; (word = slant_foreign_word(in)).len;) {
    slant_str index = slant_str_cut(&word, ':');
    uint64_t feature;
    double value;
    if (!slant_foreign_count(index, UINT32_MAX, &feature) || !slant_foreign_real(word, &value))
      return slant_foreign_fault(in, "'%.*s' does not begin a feature and its value, as in 7:0.25",
                                 (int)(index.len < 40 ? index.len : 40), index.ptr);
    if (feature > n_features)
      return slant_foreign_fault(in, "feature %" PRIu64 ", but the bundle's vectors have %" PRIu64, feature,
                                 n_features);
    if (feature <= last) return slant_foreign_fault(in, "feature %" PRIu64 " is not in ascending order", feature);
    last = feature;
    if (feature > in->n_sparse) {
      a->dense[s * in->n_dense + feature - 1 - in->n_sparse] = (float)value;
      continue;
    }
    a->index[*n] = (uint32_t)feature - 1;
    a->value[(*n)++] = (float)value;
  }
  a->start[s + 1] = *n;
  return SLANT_OK;
}

static int read_vectors(foreign_reader *in, const header *h, arrays *a) {
  uint64_t s = 0, n_values = 0;
  for (uint32_t class = 0; class < in->out->n_classes; class ++)
    for (uint64_t k = 0; k < h->n_sv[class]; k++, s++) {
      if (!slant_foreign_line(in))
        return slant_foreign_fault(in, "the file ends behind %" PRIu64 " of %" PRIu64 " support vectors", s,
                                   h->n_support);
      int status = read_coefficients(in, a, s, class);
      if (!status) status = read_features(in, a, s, &n_values);
      if (status) return status;
    }
  if (slant_foreign_line(in) && slant_foreign_word(in).len)
    return slant_foreign_fault(in, "more follows than %" PRIu64 " support vectors", h->n_support);
  return SLANT_OK;
}

/* Of two classes, libsvm's p = 1 / (1 + exp(A f + B)) is the sigmoid calibration with a = -A, b = -B. */
static void take_sigmoid(slant_foreign *out, const header *h) {
  if (out->n_classes != 2 || !h->has_a || !h->has_b || h->a[0] > 0) return;
  out->calibration = SLANT_CALIBRATION_SIGMOID;
  out->n_calibration = 2;
  out->calibrated[0] = (float)-h->a[0];
  out->calibrated[1] = (float)-h->b[0];
}

int slant_libsvm_read(foreign_reader *in) {
  slant_foreign *out = in->out;
  header *h = slant_foreign_array(in, 1, sizeof *h);
  arrays a = {0};
  if (!h) return SLANT_E_MEMORY;
  h->degree = 3;
  int status = read_header(in, h);
  if (!status) status = new_arrays(in, h, &a);
  if (!status) status = read_vectors(in, h, &a);
  if (status) return status;
  out->is_kernel = true;
  out->coding = SLANT_CODING_VOTES;
  out->n_outputs = n_pairs(in);
  out->kernel = (slant_kernel_model){.shape = {.kernel = h->kernel[0] == 'r'   ? SLANT_KERNEL_RBF
                                                         : h->kernel[0] == 'p' ? SLANT_KERNEL_POLYNOMIAL
                                                                               : SLANT_KERNEL_LINEAR,
                                               .degree = (uint32_t)h->degree,
                                               .gamma = h->gamma,
                                               .coef0 = h->coef0},
                                     .n_support = (uint32_t)h->n_support,
                                     .n_outputs = out->n_outputs,
                                     .start = a.start,
                                     .index = a.index,
                                     .value = a.value,
                                     .dense = a.dense,
                                     .coefficient = a.coefficient,
                                     .bias = a.bias};
  take_sigmoid(out, h);
  snprintf(out->kind, sizeof out->kind, "libsvm %s, %s kernel, %" PRIu64 " support vectors", h->type, h->kernel,
           h->n_support);
  return SLANT_OK;
}
