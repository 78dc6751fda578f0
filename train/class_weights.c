#include "train/class_weights.h"

#include "common/memory.h"
#include "common/number.h"

#include <math.h>
#include <stdlib.h>

#define LEAST 1e-6
#define MOST  1e6

/* Cuts "LABEL=W" off the front of *rest; false where it is none. */
static bool cut_pair(slant_str *rest, slant_str *label, double *weight) {
  slant_str pair = slant_str_cut(rest, ',');
  char number[64], *end;
  size_t at = pair.len;
  while (at && pair.ptr[at - 1] != '=') at--;
  size_t digits = pair.len - at;
  if (at < 2 || !digits || digits >= sizeof number) return false;
  memcpy(number, pair.ptr + at, digits);
  number[digits] = '\0';
  *label = (slant_str){pair.ptr, at - 1};
  *weight = slant_parse_real(number, &end);
  return !*end && isfinite(*weight) && *weight >= LEAST && *weight <= MOST;
}

/* Whether `label` stands among the first pairs of the text, `before` bytes of it. */
static bool is_named_before(const char *text, size_t before, slant_str label) {
  slant_str rest = {text, before}, other;
  double weight;
  while (rest.len && cut_pair(&rest, &other, &weight))
    if (slant_str_equal(other, label)) return true;
  return false;
}

int slant_class_weights_check(const char *text, slant_error *error) {
  if (!text) return SLANT_OK;
  slant_str rest = slant_str_of(text), label;
  double weight;
  bool ok = rest.len && rest.ptr[rest.len - 1] != ',';
  while (ok && rest.len) {
    size_t before = (size_t)(rest.ptr - text);
    ok = cut_pair(&rest, &label, &weight);
    if (ok && is_named_before(text, before, label))
      return slant_fail(error, SLANT_E_ARGUMENT, "--class-weight has the label '%.*s' twice", (int)label.len,
                        label.ptr);
  }
  if (ok) return SLANT_OK;
  return slant_fail(error, SLANT_E_ARGUMENT,
                    "--class-weight takes LABEL=WEIGHT with commas between them, weights from %g to %g; not '%s'",
                    LEAST, MOST, text);
}

/* The bank's number of the label, or -1. */
static int64_t label_of(const slant_fitted_bank *bank, slant_str label) {
  for (uint32_t l = 0; l < bank->members.n_labels; l++)
    if (slant_str_equal(bank->members.labels[l], label)) return l;
  return -1;
}

static bool is_listed(const slant_fitted_bank *banks, uint32_t n_banks, slant_str label) {
  for (uint32_t b = 0; b < n_banks; b++)
    if (label_of(&banks[b], label) >= 0) return true;
  return false;
}

static int unknown_label(const slant_fitted_bank *banks, uint32_t n_banks, slant_str label, slant_error *error) {
  slant_buffer list = {0};
  for (uint32_t b = 0; b < n_banks; b++)
    for (uint32_t l = 0; l < banks[b].members.n_labels; l++) {
      if (is_listed(banks, b, banks[b].members.labels[l])) continue;
      slant_buffer_text(&list, list.len ? ", " : "");
      slant_buffer_str(&list, banks[b].members.labels[l]);
    }
  slant_fail(error, SLANT_E_ARGUMENT, "--class-weight: the data has no label '%.*s'; its labels are %.*s",
             (int)label.len, label.ptr, (int)list.len, list.len ? list.data : "");
  slant_buffer_free(&list);
  return SLANT_E_ARGUMENT;
}

int slant_class_weights_give(slant_fitted_bank *banks, uint32_t n_banks, const char *text, slant_error *error) {
  slant_str rest = slant_str_of(text ? text : ""), label;
  double weight;
  for (uint32_t b = 0; b < n_banks && text; b++) {
    free(banks[b].label_weight);
    banks[b].label_weight = slant_alloc(banks[b].members.n_labels, sizeof *banks[b].label_weight);
    if (!banks[b].label_weight) return slant_fail(error, SLANT_E_MEMORY, "no memory for the weights of labels");
    for (uint32_t l = 0; l < banks[b].members.n_labels; l++) banks[b].label_weight[l] = 1;
  }
  while (rest.len && cut_pair(&rest, &label, &weight)) {
    if (!is_listed(banks, n_banks, label)) return unknown_label(banks, n_banks, label, error);
    for (uint32_t b = 0; b < n_banks; b++) {
      int64_t l = label_of(&banks[b], label);
      if (l >= 0) banks[b].label_weight[l] = weight;
    }
  }
  return SLANT_OK;
}
