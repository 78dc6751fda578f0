/* A program outside the tree: labels the records of a file with an installed libslant.  label BUNDLE RECORDS */
#include <slant/bundle.h>
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

int main(int argc, char **argv) {
  slant_bundle *bundle = NULL;
  slant_predictor *predictor = NULL;
  slant_stream_options options = {.threads = 2};
  slant_stream_counts counts = {0};
  slant_error error = {0};
  if (argc != 3 || strcmp(slant_version(), SLANT_VERSION) != 0) return 2;
  const char *input = argv[2];
  slant_options_init(slant_reader_option_table, &options.reader);
  int status = slant_bundle_open(&bundle, argv[1], &error);
  if (!status) status = slant_predictor_new(&predictor, bundle, NULL, &error);
  if (!status) status = slant_stream_run(predictor, &input, 1, &options, print, NULL, NULL, &counts, &error);
  if (status) fprintf(stderr, "%s\n", error.message);
  slant_predictor_free(predictor);
  slant_bundle_close(bundle);
  return status || counts.errors ? 1 : 0;
}
