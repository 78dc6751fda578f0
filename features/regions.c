#include "features/regions.h"

#include <stdlib.h>

const char *const slant_region_names[SLANT_N_REGIONS] = {
    "all",     "left",    "right",     "within 3", "within 6",   "within 10",      "left 4", "right 4",
    "right 8", "1/(1+d)", "exp(-d/5)", "clause",   "own speech", "others' speech", "author"};

void slant_region_weights(const slant_view *view, uint32_t i, float out[SLANT_N_REGIONS]) {
  const slant_place *place = &view->places[i];
  int32_t signed_distance = place->to_target, distance = abs(signed_distance);
  bool before = signed_distance<0, after = signed_distance> 0;
  out[SLANT_REGION_ALL] = 1;
  out[SLANT_REGION_LEFT] = before;
  out[SLANT_REGION_RIGHT] = after;
  out[SLANT_REGION_WITHIN_3] = distance <= 3;
  out[SLANT_REGION_WITHIN_6] = distance <= 6;
  out[SLANT_REGION_WITHIN_10] = distance <= 10;
  out[SLANT_REGION_LEFT_4] = before && distance <= 4;
  out[SLANT_REGION_RIGHT_4] = after && distance <= 4;
  out[SLANT_REGION_RIGHT_8] = after && distance <= 8;
  out[SLANT_REGION_HYPERBOLIC] = 1 / (1 + (float)distance);
  out[SLANT_REGION_DECAYED] = view->decay_5[place->to_coref];
  out[SLANT_REGION_CLAUSE] = i >= view->clause_from && i < view->clause_to;
  out[SLANT_REGION_OWN_SPEECH] = place->voice == SLANT_VOICE_TARGET;
  out[SLANT_REGION_OTHERS_SPEECH] = place->voice == SLANT_VOICE_OTHERS;
  out[SLANT_REGION_AUTHOR] = place->voice == SLANT_VOICE_AUTHOR;
}
