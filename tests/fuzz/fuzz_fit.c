/* Any bytes as a fit of a training's journal. */
#include "fuzz.h"
#include "train/fit_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const double weights[] = {1, 2};
  static const slant_setting settings[] = {{0.1, 1, NULL}, {1, 1, NULL}, {1, 2, weights}};
  static const slant_fit_limits limits = {4, 3, 10, 2, settings, 3};
  slant_fit fit;
  if (slant_fit_decode(&fit, data, size, &limits)) slant_fit_free(&fit);
  return 0;
}
