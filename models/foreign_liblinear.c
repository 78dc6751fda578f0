/* LIBLINEAR's model files: a header of "key value …" lines up to "w", then a line a feature with its weight in every
 * output, and one of the bias feature where there is one. */
#include "models/foreign_private.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct header {
  const char *solver;
  uint64_t n_features;
  double bias;
  bool has_labels, has_features, has_bias;
} header;

static int read_solver(foreign_reader *in, header *h) {
  static const char *const solvers[] = {"L2R_LR",   "L2R_L2LOSS_SVC_DUAL", "L2R_L2LOSS_SVC", "L2R_L1LOSS_SVC_DUAL",
                                        "MCSVM_CS", "L1R_L2LOSS_SVC",      "L1R_LR",         "L2R_LR_DUAL"};
  slant_str word = slant_foreign_word(in);
  for (size_t i = 0; i < sizeof solvers / sizeof *solvers; i++)
    if (slant_str_is(word, solvers[i])) h->solver = solvers[i];
  if (h->solver) return SLANT_OK;
  return slant_foreign_fault(in, "solver_type '%.*s' is no classifier of LIBLINEAR",
                             (int)(word.len < 40 ? word.len : 40), word.len ? word.ptr : "");
}

static int read_key(foreign_reader *in, header *h, slant_str key) {
  uint64_t n;
  if (slant_str_is(key, "solver_type")) return read_solver(in, h);
  if (slant_str_is(key, "nr_class")) {
    if (!slant_foreign_count(slant_foreign_word(in), SLANT_MAX_CLASSES, &n) || n < 2 || in->out->n_classes)
      return slant_foreign_fault(in, "nr_class is no number from 2 to %d, or stands twice", SLANT_MAX_CLASSES);
    in->out->n_classes = (uint32_t)n;
    return SLANT_OK;
  }
  if (slant_str_is(key, "label")) {
    h->has_labels = true;
    return slant_foreign_labels(in);
  }
  if (slant_str_is(key, "nr_feature")) {
    uint64_t most = (uint64_t)in->n_sparse + in->n_dense;
    h->has_features = slant_foreign_count(slant_foreign_word(in), most, &h->n_features);
    return h->has_features ? SLANT_OK
                           : slant_foreign_fault(in,
                                                 "nr_feature is no number from 0 to %" PRIu64
                                                 ", which is how many the bundle's vectors have",
                                                 most);
  }
  if (slant_str_is(key, "bias")) {
    h->has_bias = true;
    return slant_foreign_next_real(in, "bias", &h->bias);
  }
  return slant_foreign_fault(in, "'%.*s' is nothing that a model of LIBLINEAR begins a line with",
                             (int)(key.len < 40 ? key.len : 40), key.len ? key.ptr : "");
}

static int read_header(foreign_reader *in, header *h) {
  for (;;) {
    slant_str key = slant_foreign_word(in);
    if (slant_str_is(key, "w")) break;
    int status = read_key(in, h, key);
    if (!status && slant_foreign_word(in).len)
      status = slant_foreign_fault(in, "more follows than '%.*s' takes", (int)key.len, key.ptr);
    if (status) return status;
    if (!slant_foreign_line(in)) return slant_foreign_fault(in, "the file ends before 'w'");
  }
  if (h->solver && in->out->n_classes && h->has_labels && h->has_features && h->has_bias) return SLANT_OK;
  return slant_foreign_fault(in, "before 'w' must stand solver_type, nr_class, label, nr_feature and bias");
}

static int read_row(foreign_reader *in, float *out, uint32_t n, double factor) {
  if (!slant_foreign_line(in)) return slant_foreign_fault(in, "the file ends before the last feature's weights");
  for (uint32_t o = 0; o < n; o++) {
    double value;
    int status = slant_foreign_next_real(in, "a weight", &value);
    if (status) return status;
    out[o] = (float)(value * factor);
  }
  return slant_foreign_word(in).len ? slant_foreign_fault(in, "more weights than %u", n) : SLANT_OK;
}

/* Logistic regression: p_c ∝ 1 / (1 + exp(-f_c)), which is the sigmoid calibration with a = 1, b = 0. */
static void take_sigmoid(slant_foreign *out, const char *solver) {
  size_t len = strlen(solver);
  if (!strstr(solver, "_LR") || len > 11) return;
  out->calibration = SLANT_CALIBRATION_SIGMOID;
  out->n_calibration = 2 * slant_calibration_curves(out->n_classes);
  for (uint32_t i = 0; i < out->n_calibration; i++) out->calibrated[i] = i % 2 ? 0 : 1;
}

int slant_liblinear_read(foreign_reader *in) {
  slant_foreign *out = in->out;
  header h = {0};
  int status = read_header(in, &h);
  if (status) return status;
  bool single = out->n_classes == 2 && strcmp(h.solver, "MCSVM_CS") != 0;
  uint64_t n = (uint64_t)in->n_sparse + in->n_dense;
  out->n_outputs = single ? 1 : out->n_classes;
  out->coding = single ? SLANT_CODING_VOTES : SLANT_CODING_ONE_VS_REST;
  float *weights = slant_foreign_array(in, n, out->n_outputs * sizeof *weights);
  float *bias = slant_foreign_array(in, out->n_outputs, sizeof *bias);
  if (!weights || !bias) return SLANT_E_MEMORY;
  for (uint64_t f = 0; f < h.n_features && !status; f++)
    status = read_row(in, weights + f * out->n_outputs, out->n_outputs, 1);
  if (!status && h.bias >= 0) status = read_row(in, bias, out->n_outputs, h.bias);
  if (!status && slant_foreign_line(in) && slant_foreign_word(in).len)
    status = slant_foreign_fault(in, "more follows than the weights of %" PRIu64 " features", h.n_features);
  if (status) return status;
  out->linear = (slant_linear_model){(uint32_t)n, NULL, weights, bias};
  take_sigmoid(out, h.solver);
  snprintf(out->kind, sizeof out->kind, "LIBLINEAR %s, %" PRIu64 " features", h.solver, h.n_features);
  return SLANT_OK;
}
