/* From scores to a label: calibrated probabilities, another prior, and whether to abstain. */
#include "predict/judge.h"

#include "common/number.h"

#include <math.h>
#include <stdlib.h>

const slant_option slant_decision_option_table[] = {
    {"min-confidence", 0, SLANT_OPTION_REAL, offsetof(slant_decision_options, min_confidence), "0", 0, 1, NULL, "P",
     "Give no label whose probability is below P: it is null in JSON, empty in CSV. 0 labels everything."},
    {"coverage", 0, SLANT_OPTION_REAL, offsetof(slant_decision_options, coverage), "1", 0.01, 1, NULL, "SHARE",
     "Give only the surest labels, SHARE of all: each model abstains below the confidence that it had for such a share "
     "of held-out examples."},
    {"prior", 0, SLANT_OPTION_TEXT, offsetof(slant_decision_options, prior), NULL, 0, 0, NULL, "LABEL=P,...",
     "The shares of a task's labels where they are known to be others than in training: probabilities are weighed "
     "anew, "
     "and the label is the most probable one."},
    SLANT_OPTION_END};

/* ---- the prior ---- */
/* One `label=p` of the text; false: it is none. */
static bool read_share(slant_str item, slant_str *label, double *share) {
  char digits[64], *end;
  size_t at = item.len;
  while (at && item.ptr[at - 1] != '=') at--;
  if (at < 2 || item.len - at == 0 || item.len - at >= sizeof digits) return false;
  memcpy(digits, item.ptr + at, item.len - at);
  digits[item.len - at] = '\0';
  *label = (slant_str){item.ptr, at - 1};
  *share = slant_parse_real(digits, &end);
  return !*end && isfinite(*share) && *share >= 0;
}

/* The share of a label; negative where the text does not name it. */
static double share_of(const char *prior, slant_str label) {
  slant_str rest = slant_str_of(prior);
  while (rest.len) {
    slant_str name;
    double share;
    if (read_share(slant_str_cut(&rest, ','), &name, &share) && slant_str_equal(name, label)) return share;
  }
  return -1;
}

static int check_prior(const char *prior, slant_error *error) {
  slant_str rest = slant_str_of(prior);
  double sum = 0;
  do {
    slant_str item = slant_str_cut(&rest, ','), name;
    double share;
    if (!read_share(item, &name, &share))
      return slant_fail(error, SLANT_E_ARGUMENT, "--prior takes LABEL=P,LABEL=P,… with P of 0 or more, not '%.80s'",
                        prior);
    sum += share;
  } while (rest.len);
  return sum > 0 ? SLANT_OK : slant_fail(error, SLANT_E_ARGUMENT, "--prior gives every label a share of 0");
}

/* Whether the prior is about this bank: it names one of its labels. It must then name all. */
static int names_labels(const slant_bank *bank, const char *prior, bool *out, slant_error *error) {
  uint32_t n_named = 0;
  slant_str missing = {0};
  for (uint32_t c = 0; c < bank->n_labels; c++)
    if (share_of(prior, bank->labels[c]) >= 0)
      n_named++;
    else
      missing = bank->labels[c];
  *out = n_named > 0;
  if (!n_named || !missing.len) return SLANT_OK;
  return slant_fail(error, SLANT_E_ARGUMENT, "--prior names some labels of task '%.*s', but not '%.*s'",
                    (int)(bank->task.len < 60 ? bank->task.len : 60), bank->task.ptr,
                    (int)(missing.len < 60 ? missing.len : 60), missing.ptr);
}

/* Ratio of the new share of each class to that in training (Saerens, Latinne and Decaestecker 2002, equation 2.4). */
static int weigh_classes(slant_predictor *predictor, const slant_bank *bank, const slant_model *model,
                         const char *prior, slant_decision *decision, slant_error *error) {
  float *ratio = slant_arena_alloc(&predictor->arena, model->n_classes, sizeof *ratio);
  double sum = 0;
  if (!ratio) return slant_judge_no_memory(error);
  for (uint32_t c = 0; c < model->n_classes; c++) sum += share_of(prior, bank->labels[model->classes[c]]);
  for (uint32_t c = 0; c < model->n_classes; c++) {
    double before = model->calibration.n_prior ? (double)model->calibration.prior[c] : 1.0 / model->n_classes;
    ratio[c] = (float)(share_of(prior, bank->labels[model->classes[c]]) / before / sum);
  }
  decision->ratio = sum > 0 ? ratio : NULL; /* a model that knows none but labels of share 0 is left as it is */
  return SLANT_OK;
}

/* ---- abstaining ---- */
/* The model's own level, else that of the bank's shared model. */
static int find_threshold(const slant_bank *bank, const slant_model *model, const slant_decision_options *options,
                          slant_decision *decision, slant_error *error) {
  decision->threshold = (float)options->min_confidence;
  if (options->coverage <= 0 || options->coverage >= 1) return SLANT_OK;
  const slant_calibration *levels = &model->calibration;
  const slant_model *shared = slant_bank_model(bank, slant_str_of(SLANT_SHARED_MODEL));
  if (!levels->n_levels && shared) levels = &shared->calibration;
  if (!levels->n_levels)
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "task '%.*s', model '%.*s': training held nothing out, so there is no confidence to take for "
                      "--coverage; --min-confidence takes one from you",
                      (int)(bank->task.len < 60 ? bank->task.len : 60), bank->task.ptr,
                      (int)(model->actor.len < 60 ? model->actor.len : 60), model->actor.ptr);
  float level = slant_calibration_threshold(levels, options->coverage);
  if (level > decision->threshold) decision->threshold = level;
  return SLANT_OK;
}

/* ---- the predictor's table ---- */
static int check(const slant_decision_options *options, slant_error *error) {
  if (!(options->min_confidence >= 0 && options->min_confidence <= 1))
    return slant_fail(error, SLANT_E_ARGUMENT, "the least confidence is a probability, from 0 to 1");
  if (!(options->coverage >= 0 && options->coverage <= 1))
    return slant_fail(error, SLANT_E_ARGUMENT, "the coverage is a share, from 0 to 1");
  if (options->prior && options->coverage > 0 && options->coverage < 1)
    return slant_fail(error, SLANT_E_ARGUMENT,
                      "--coverage goes by confidences under the shares of labels in training, which --prior replaces; "
                      "take --min-confidence");
  return options->prior ? check_prior(options->prior, error) : SLANT_OK;
}

int slant_predictor_decide(slant_predictor *predictor, const slant_decision_options *options, slant_error *error) {
  uint32_t n_banks = slant_bundle_n_banks(predictor->bundle);
  bool anywhere = !options->prior;
  int status = check(options, error);
  slant_decision **all = slant_arena_alloc(&predictor->arena, n_banks, sizeof *all);
  if (!status && !all) status = slant_judge_no_memory(error);
  for (uint32_t b = 0; !status && b < n_banks; b++) {
    const slant_bank *bank = slant_bundle_bank(predictor->bundle, b);
    bool named = false;
    all[b] = slant_arena_alloc(&predictor->arena, bank->n_models, sizeof **all);
    if (!all[b]) return slant_judge_no_memory(error);
    if (options->prior) status = names_labels(bank, options->prior, &named, error);
    anywhere = anywhere || named;
    for (uint32_t m = 0; !status && m < bank->n_models; m++) {
      all[b][m] = (slant_decision){0};
      status = find_threshold(bank, &bank->models[m], options, &all[b][m], error);
      if (!status && named)
        status = weigh_classes(predictor, bank, &bank->models[m], options->prior, &all[b][m], error);
    }
  }
  if (!status && !anywhere)
    status = slant_fail(error, SLANT_E_ARGUMENT, "--prior names no label of any task of the bundle");
  if (!status) predictor->decisions = all;
  return status;
}

const slant_decision *slant_judge_decision(const slant_judge *judge, uint32_t bank, const slant_model *model) {
  static const slant_decision plain = {0};
  const slant_predictor *predictor = judge->predictor;
  if (!predictor->decisions) return &plain;
  return &predictor->decisions[bank][model - slant_bundle_bank(predictor->bundle, bank)->models];
}

uint32_t slant_decision_label(const slant_decision *decision, const slant_model *model, const float *scores,
                              float *probabilities) {
  if (!decision->ratio) {
    slant_model_probabilities(model, scores, probabilities);
    return slant_model_decide(model, scores);
  }
  float sum = 0;
  uint32_t label = 0;
  slant_calibration_free_probabilities(&model->calibration, scores, model->n_classes, probabilities);
  for (uint32_t c = 0; c < model->n_classes; c++) {
    sum += probabilities[c] *= decision->ratio[c];
    if (probabilities[c] > probabilities[label]) label = c;
  }
  /* Where all that has a share is impossible, the scores decide as ever. */
  if (!(sum > 0)) {
    slant_model_probabilities(model, scores, probabilities);
    return slant_model_decide(model, scores);
  }
  for (uint32_t c = 0; c < model->n_classes; c++) probabilities[c] /= sum;
  return label;
}
