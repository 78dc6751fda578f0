/*
 * The specification of a pipeline, as text:
 *
 *   mode target
 *   words version=1 min=1 max=3 tf=binary min-df=2 weight=1
 *   lexicon version=1 weight=0.05 clip=5
 *
 * A line a stage. Versions may be left out when a person writes it: the current one is meant.
 */
#include "features/pipeline_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static slant_str trim_line(slant_str *rest) {
  slant_str line = slant_str_cut(rest, '\n');
  if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
  return line;
}

static const slant_stage *find_stage(slant_str id) {
  for (const slant_stage *const *stage = slant_stages; *stage; stage++)
    if (slant_str_is(id, (*stage)->id)) return *stage;
  return NULL;
}

static int set_option(slant_pipeline_stage *entry, slant_str pair, slant_error *error) {
  const slant_stage *stage = entry->stage;
  slant_str value = pair;
  slant_str name = slant_str_cut(&value, '=');
  char name_text[32] = "", value_text[64] = "";
  if (name.len >= sizeof name_text || value.len >= sizeof value_text || !value.len)
    return slant_fail(error, SLANT_E_ARGUMENT, "pipeline stage %s: expected option=value", stage->id);
  memcpy(name_text, name.ptr, name.len);
  memcpy(value_text, value.ptr, value.len);
  if (strcmp(name_text, "version") == 0) {
    if (strtol(value_text, NULL, 10) == stage->version) return SLANT_OK;
    return slant_fail(error, SLANT_E_VERSION,
                      "the stage '%s' was made as version %s and this program has version %d; train the bundle again, "
                      "or use the program that made it",
                      stage->id, value_text, stage->version);
  }
  int status = slant_options_set(stage->options, &entry->options, name_text, value_text, error);
  if (status && error) { /* say where */
    char detail[sizeof error->message];
    memcpy(detail, error->message, sizeof detail);
    slant_fail(error, (slant_status)status, "pipeline stage %s: %.300s", stage->id, detail);
  }
  return status;
}

static int parse_stage(slant_pipeline *pipeline, slant_str line, slant_error *error) {
  slant_str id = slant_str_cut(&line, ' ');
  const slant_stage *stage = find_stage(id);
  if (!stage)
    return slant_fail(error, SLANT_E_ARGUMENT, "there is no pipeline stage '%.*s'", (int)(id.len < 40 ? id.len : 40),
                      id.ptr);
  if (pipeline->mode == SLANT_MODE_TARGET ? !stage->target : !stage->document)
    return slant_fail(error, SLANT_E_ARGUMENT, "the stage '%s' does not work in this mode", stage->id);
  for (uint32_t i = 0; i < pipeline->n_stages; i++)
    if (pipeline->stages[i].stage == stage)
      return slant_fail(error, SLANT_E_ARGUMENT, "the stage '%s' stands twice", stage->id);
  if (pipeline->n_stages == SLANT_MAX_STAGES) return slant_fail(error, SLANT_E_ARGUMENT, "too many pipeline stages");
  slant_pipeline_stage *entry = &pipeline->stages[pipeline->n_stages];
  *entry = (slant_pipeline_stage){.stage = stage};
  slant_options_init(stage->options, &entry->options);
  while (line.len) {
    slant_str pair = slant_str_cut(&line, ' ');
    int status = pair.len ? set_option(entry, pair, error) : SLANT_OK;
    if (status) return status;
  }
  if (entry->options.min > entry->options.max)
    return slant_fail(error, SLANT_E_ARGUMENT, "pipeline stage %s: min is above max", stage->id);
  if (stage->width && stage->width(pipeline->mode, &pipeline->resources) == 0)
    return slant_fail(error, SLANT_E_ARGUMENT, "the stage '%s' needs %s", stage->id, stage->needs);
  pipeline->n_stages++;
  return SLANT_OK;
}

static void write_canonical(slant_pipeline *pipeline) {
  slant_buffer *out = &pipeline->specification;
  slant_buffer_text(out, pipeline->mode == SLANT_MODE_TARGET ? "mode target\n" : "mode document\n");
  for (uint32_t i = 0; i < pipeline->n_stages; i++) {
    const slant_pipeline_stage *entry = &pipeline->stages[i];
    slant_buffer_format(out, "%s version=%d", entry->stage->id, entry->stage->version);
    for (const slant_option *row = entry->stage->options; row->name; row++) {
      char value[64];
      slant_options_get(row, &entry->options, value, sizeof value);
      slant_buffer_format(out, " %s=%s", row->name, value);
    }
    slant_buffer_char(out, '\n');
  }
}

static void number_blocks(slant_pipeline *pipeline) {
  uint32_t blocks = 0;
  for (uint32_t i = 0; i < pipeline->n_stages; i++) {
    slant_pipeline_stage *entry = &pipeline->stages[i];
    if (entry->stage->emit) {
      entry->block = blocks++;
    } else {
      uint32_t sharing = entry->stage->sharing ? entry->stage->sharing(&pipeline->resources) : 1;
      entry->factor = sharing ? (float)(entry->options.weight / sqrt(sharing)) : 0;
      entry->first = pipeline->n_dense;
      pipeline->n_dense += entry->stage->width(pipeline->mode, &pipeline->resources);
      entry->end = pipeline->n_dense;
    }
    pipeline->needs_places = pipeline->needs_places || entry->stage->needs_places;
  }
}

int slant_pipeline_parse(slant_pipeline *pipeline, slant_str specification, slant_error *error) {
  for (uint64_t number = 1; specification.len; number++) {
    slant_str line = trim_line(&specification);
    if (!line.len || line.ptr[0] == '#') continue;
    if (slant_str_is(line, pipeline->mode == SLANT_MODE_TARGET ? "mode target" : "mode document")) continue;
    int status = parse_stage(pipeline, line, error);
    if (status) {
      slant_error_at(error, NULL, number, 0);
      return status;
    }
  }
  if (pipeline->n_stages == 0) return slant_fail(error, SLANT_E_ARGUMENT, "the pipeline has no stage");
  number_blocks(pipeline);
  write_canonical(pipeline);
  return pipeline->specification.failed ? slant_fail(error, SLANT_E_MEMORY, "no memory for a pipeline") : SLANT_OK;
}

bool slant_pipeline_name_dense(slant_pipeline *pipeline) {
  pipeline->dense_names = slant_alloc_zero(pipeline->n_dense, sizeof *pipeline->dense_names);
  if (!pipeline->dense_names) return false;
  slant_buffer name = {0};
  for (uint32_t i = 0; i < pipeline->n_stages; i++) {
    const slant_pipeline_stage *entry = &pipeline->stages[i];
    for (uint32_t column = entry->first; entry->stage->fill && column < entry->end; column++) {
      slant_buffer_clear(&name);
      slant_buffer_format(&name, "%s: ", entry->stage->id);
      entry->stage->column(pipeline->mode, &pipeline->resources, column - entry->first, &name);
      snprintf(pipeline->dense_names[column], sizeof *pipeline->dense_names, "%.*s", (int)name.len, name.data);
    }
  }
  bool ok = !name.failed;
  slant_buffer_free(&name);
  return ok;
}
