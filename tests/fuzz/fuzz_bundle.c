/* Any bytes as a bundle, which is used without asking whether its checksums are right. */
#include "fuzz.h"

#include <slant/predictor.h>

#include <stdlib.h>
#include <string.h>

static void judge_with(const slant_bundle *bundle) {
  static const char text[] = "Talks went well, and Pakistan's envoys left.";
  slant_record record = {.text = {text, sizeof text - 1}};
  slant_predictor *predictor;
  slant_judge *judge;
  const slant_judgement *judgements;
  uint32_t n;
  if (slant_predictor_new(&predictor, bundle, NULL, NULL)) return;
  if (!slant_judge_new(&judge, predictor, NULL)) {
    (void)slant_judge_record(judge, &record, &judgements, &n, NULL);
    slant_judge_free(judge);
  }
  slant_predictor_close(predictor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  slant_bundle *bundle;
  void *aligned = aligned_alloc(64, (size + 64) / 64 * 64);
  if (!aligned) return 0;
  memcpy(aligned, data, size);
  if (slant_bundle_open_memory(&bundle, aligned, size, NULL) == 0) {
    judge_with(bundle);
    (void)slant_bundle_verify(bundle, NULL);
    slant_bundle_close(bundle);
  }
  free(aligned);
  return 0;
}
