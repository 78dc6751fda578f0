/* Many texts at once: each judged into the judge's arena, then laid out as arrays. */
#include "predict/all_models.h"
#include "predict/deferred.h"
#include "predict/judge.h"

#include <stdlib.h>

/* The judgements of a text, in the judge's arena. */
typedef struct slant_text_part {
  const slant_judgement *judgements;
  uint32_t n;
} slant_text_part;

/* Arrays that grow and are kept from one batch to the next. */
typedef struct slant_judge_batch {
  slant_judgement *judgements;
  uint32_t *labels;
  uint64_t *value_offsets; /* one more than judgements */
  size_t n, judgement_capacity, label_capacity, value_offset_capacity;
  float *scores, *probabilities;
  size_t n_values, score_capacity, probability_capacity;
  uint64_t *offsets; /* one more than texts */
  uint32_t *repaired;
  const slant_error **errors;
  struct slant_text_part *parts;
  size_t offset_capacity, repaired_capacity, error_capacity, part_capacity;
} slant_judge_batch;

void slant_judge_batch_free(slant_judge_batch *batch) {
  if (!batch) return;
  free(batch->judgements);
  free(batch->labels);
  free(batch->value_offsets);
  free(batch->scores);
  free(batch->probabilities);
  free(batch->offsets);
  free(batch->repaired);
  free(batch->errors);
  free(batch->parts);
  free(batch);
}

/* Room for `count` elements; false: no memory. */
static bool reserve(void *array, size_t *capacity, size_t count, size_t size) {
  void **data = array;
  if (count <= *capacity) return true;
  size_t more = count < SIZE_MAX / 2 && count < 2 * *capacity ? 2 * *capacity : count;
  void *grown = slant_realloc(*data, more, size);
  if (!grown) return false;
  *data = grown;
  *capacity = more;
  return true;
}

static bool reserve_texts(slant_judge_batch *batch, uint64_t n) {
  return n < SIZE_MAX && reserve(&batch->offsets, &batch->offset_capacity, n + 1, sizeof *batch->offsets) &&
         reserve(&batch->repaired, &batch->repaired_capacity, n, sizeof *batch->repaired) &&
         reserve(&batch->errors, &batch->error_capacity, n, sizeof *batch->errors) &&
         reserve(&batch->parts, &batch->part_capacity, n, sizeof *batch->parts);
}

static bool reserve_judgements(slant_judge_batch *batch, size_t n, size_t n_values) {
  return reserve(&batch->judgements, &batch->judgement_capacity, n, sizeof *batch->judgements) &&
         reserve(&batch->labels, &batch->label_capacity, n, sizeof *batch->labels) &&
         reserve(&batch->value_offsets, &batch->value_offset_capacity, n + 1, sizeof *batch->value_offsets) &&
         reserve(&batch->scores, &batch->score_capacity, n_values, sizeof *batch->scores) &&
         reserve(&batch->probabilities, &batch->probability_capacity, n_values, sizeof *batch->probabilities);
}

/* The judgements of one text behind those of the texts before it. */
static bool lay_out(slant_judge_batch *batch, const slant_text_part *part) {
  size_t n_values = batch->n_values;
  for (uint32_t j = 0; j < part->n; j++) n_values += part->judgements[j].n_labels;
  if (!reserve_judgements(batch, batch->n + part->n, n_values)) return false;
  for (uint32_t j = 0; j < part->n; j++) {
    const slant_judgement *judgement = &part->judgements[j];
    size_t size = judgement->n_labels * sizeof(float);
    memcpy(batch->scores + batch->n_values, judgement->scores, size);
    memcpy(batch->probabilities + batch->n_values, judgement->probabilities, size);
    batch->judgements[batch->n] = *judgement;
    batch->labels[batch->n] = judgement->abstained ? SLANT_ABSTAINED : judgement->label;
    batch->value_offsets[batch->n++] = batch->n_values;
    batch->n_values += judgement->n_labels;
  }
  return true;
}

static int judge_text(slant_judge *judge, const slant_texts *texts, uint64_t i, slant_error *error) {
  slant_judge_batch *batch = judge->batch;
  slant_error fault = {0};
  uint64_t from = texts->offsets[i], to = texts->offsets[i + 1];
  uint64_t asked = texts->asked ? texts->asked_offsets[i] : 0,
           asked_end = texts->asked ? texts->asked_offsets[i + 1] : 0;
  if (from > to || asked > asked_end)
    return slant_fail(error, SLANT_E_ARGUMENT, "the offsets of text %llu go down", (unsigned long long)i);
  const slant_record record = {.text = {to > from ? texts->bytes + from : "", to - from},
                               .labels = texts->asked ? texts->asked + asked : NULL,
                               .n_labels = asked_end - asked};
  int status = slant_judge_append(judge, &record, &fault);
  batch->errors[i] = NULL;
  batch->parts[i] = (slant_text_part){0};
  batch->repaired[i] = slant_judge_repaired(judge);
  if (status == SLANT_E_MEMORY) {
    if (error) *error = fault;
    return status;
  }
  if (status) {
    slant_error *kept = slant_arena_alloc(&judge->arena, 1, sizeof *kept);
    if (!kept) return slant_judge_no_memory(error);
    *kept = fault;
    batch->errors[i] = kept;
  } else {
    batch->parts[i] = (slant_text_part){judge->judgements, judge->n_judgements};
  }
  return SLANT_OK;
}

/* All texts into the judge's arena; scores of kernel models and of whole banks come many at a time. */
static int judge_texts(slant_judge *judge, const slant_texts *texts, slant_error *error) {
  int status = SLANT_OK;
  slant_deferred_clear(judge);
  slant_all_models_clear(judge);
  judge->batching = true;
  for (uint64_t i = 0; !status && i < texts->n; i++) status = judge_text(judge, texts, i, error);
  judge->batching = false;
  if (!status) status = slant_deferred_flush(judge, error);
  return status ? status : slant_all_models_flush(judge, error);
}

int slant_predictor_label_batch(slant_judge *judge, const slant_texts *texts, slant_judgements *out,
                                slant_error *error) {
  *out = (slant_judgements){0};
  slant_arena_reset(&judge->arena);
  if (!judge->batch) judge->batch = slant_alloc_zero(1, sizeof *judge->batch);
  slant_judge_batch *batch = judge->batch;
  if (!batch || !reserve_texts(batch, texts->n) || !reserve_judgements(batch, 1, 1))
    return slant_judge_no_memory(error);
  batch->n = batch->n_values = 0;
  batch->offsets[0] = 0;
  int status = judge_texts(judge, texts, error);
  if (status) return status;
  for (uint64_t i = 0; i < texts->n; i++) {
    if (!lay_out(batch, &batch->parts[i])) return slant_judge_no_memory(error);
    batch->offsets[i + 1] = batch->n;
  }
  batch->value_offsets[batch->n] = batch->n_values;
  for (size_t j = 0; j < batch->n; j++) { /* now that the columns move no more */
    batch->judgements[j].scores = batch->scores + batch->value_offsets[j];
    batch->judgements[j].probabilities = batch->probabilities + batch->value_offsets[j];
  }
  *out = (slant_judgements){.n_texts = texts->n,
                            .n = batch->n,
                            .offsets = batch->offsets,
                            .judgements = batch->judgements,
                            .labels = batch->labels,
                            .value_offsets = batch->value_offsets,
                            .scores = batch->scores,
                            .probabilities = batch->probabilities,
                            .repaired = batch->repaired,
                            .errors = batch->errors};
  return SLANT_OK;
}
