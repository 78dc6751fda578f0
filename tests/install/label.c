/* A program outside the tree: labels the records of a file with an installed libslant, and each text once more by the
 * batch call.  label BUNDLE RECORDS */
#include <slant/predictor.h>
#include <slant/stream.h>
#include <slant/version.h>

#include <stdio.h>
#include <string.h>

static int print(void *context, const char *bytes, size_t len, slant_error *error) {
  (void)context;
  if (fwrite(bytes, 1, len, stdout) == len) return SLANT_OK;
  if (error) error->code = SLANT_E_IO;
  return SLANT_E_IO;
}

/* Texts in one buffer in, arrays out. */
static int label_two(const slant_predictor *predictor, slant_error *error) {
  static const char bytes[] = "France welcomed the offer.Nobody came.";
  static const uint64_t offsets[] = {0, 26, 38};
  const slant_texts texts = {.n = 2, .bytes = bytes, .offsets = offsets};
  slant_judgements judged;
  slant_judge *judge = NULL;
  int status = slant_judge_new(&judge, predictor, error);
  if (!status) status = slant_predictor_label_batch(judge, &texts, &judged, error);
  for (uint64_t j = 0; !status && j < judged.n; j++) {
    const slant_judgement *judgement = &judged.judgements[j];
    slant_str label = judgement->labels[judged.labels[j]];
    fprintf(stderr, "%.*s %.3f\n", (int)label.len, label.ptr,
            (double)judged.probabilities[judged.value_offsets[j] + judged.labels[j]]);
  }
  if (!status && judged.offsets[2] != judged.n) status = SLANT_E_DATA;
  slant_judge_free(judge);
  return status;
}

int main(int argc, char **argv) {
  slant_predictor *predictor = NULL;
  slant_stream_options options = {.threads = 2};
  slant_stream_counts counts = {0};
  slant_error error = {0};
  if (argc != 3 || strcmp(slant_version(), SLANT_VERSION) != 0) return 2;
  const char *input = argv[2];
  slant_options_init(slant_reader_option_table, &options.reader);
  int status = slant_predictor_open(&predictor, argv[1], NULL, &error);
  if (!status) status = label_two(predictor, &error);
  if (!status) status = slant_stream_run(predictor, &input, 1, &options, print, NULL, NULL, &counts, &error);
  if (status) fprintf(stderr, "%s\n", error.message);
  slant_predictor_close(predictor);
  return status || counts.errors ? 1 : 0;
}
