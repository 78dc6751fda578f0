/*
 * A pipeline as sections of a bundle, and back without a copy: nothing that grows with the vocabulary is read. Layouts,
 * little-endian:
 *
 *   pipeline  the specification, text
 *   vocab     slots of the feature table: upper half of the key u32, feature u32
 *   filter    words u64 of the filter before it
 *   numbers   n_sparse u32, n_dense u32, n_blocks u32, zero u32; the first feature of each block and the end, u32 each,
 *             filled up to SLANT_MAX_BLOCKS + 1; idf f32[n_sparse]; centre f32[n_dense]; scale f32[n_dense]
 *   names     offset u64[n_sparse + 1], then the names, UTF-8, not terminated
 *   words     n_entries u32, n_lexicons u32; names of the lexicons, 32 bytes each, terminated; entries: factor f32,
 *             classes u32, scores f32[n_lexicons]
 *   vectors, veckeys  word vectors and the slots of their table, see vectors.h; empty where there are none
 *   wordkeys  slots of the lexicon's table: key u64, entry u32, zero u32
 */
#include "features/pipeline_private.h"

#include <stdlib.h>

_Static_assert(sizeof(slant_word) == 8, "an entry of the words section starts with 8 bytes");
_Static_assert(sizeof(slant_slot) == 16 && sizeof(slant_entry) == 8, "slots as they stand in the file");
_Static_assert(SLANT_MODE_DOCUMENT == 0 && SLANT_MODE_TARGET == 1, "modes are written by name");

enum { HEAD = 4 + SLANT_MAX_BLOCKS + 1 }; /* u32 before the floats of the numbers section */

static void make_numbers(slant_pipeline *pipeline) {
  uint32_t head[HEAD] = {pipeline->n_sparse, pipeline->n_dense, 0, 0};
  for (uint32_t i = 0; i < pipeline->n_stages; i++)
    if (pipeline->stages[i].stage->emit) head[4 + head[2]++] = pipeline->stages[i].first;
  for (uint32_t b = head[2]; b <= SLANT_MAX_BLOCKS; b++) head[4 + b] = pipeline->n_sparse;
  slant_buffer *out = &pipeline->numbers_section;
  slant_buffer_clear(out);
  slant_buffer_append(out, head, sizeof head);
  slant_buffer_append(out, pipeline->idf, pipeline->n_sparse * sizeof(float));
  slant_buffer_append(out, pipeline->centre, pipeline->n_dense * sizeof(float));
  slant_buffer_append(out, pipeline->scale, pipeline->n_dense * sizeof(float));
}

static void make_names(slant_pipeline *pipeline) {
  slant_buffer *out = &pipeline->names_section;
  uint64_t offset = 0;
  slant_buffer_clear(out);
  for (uint32_t i = 0; i < pipeline->n_sparse; i++) {
    slant_buffer_append(out, &offset, sizeof offset);
    offset += slant_pipeline_feature_name(pipeline, i).len;
  }
  slant_buffer_append(out, &offset, sizeof offset);
  for (uint32_t i = 0; i < pipeline->n_sparse; i++) slant_buffer_str(out, slant_pipeline_feature_name(pipeline, i));
}

int slant_pipeline_export(slant_pipeline *pipeline, slant_section out[SLANT_PIPELINE_SECTIONS], slant_error *error) {
  if (!pipeline->frozen) return slant_fail(error, SLANT_E_ARGUMENT, "a pipeline is written once it is frozen");
  const slant_words *words = &pipeline->resources.words;
  const slant_embedding *vectors = &pipeline->resources.vectors;
  make_numbers(pipeline);
  make_names(pipeline);
  if (pipeline->numbers_section.failed || pipeline->names_section.failed)
    return slant_fail(error, SLANT_E_MEMORY, "no memory to write the feature pipeline");
  const slant_section sections[SLANT_PIPELINE_SECTIONS] = {
      {"pipeline", pipeline->specification.data, pipeline->specification.len},
      {"vocab", pipeline->vocabulary.slots, slant_vocabulary_slots_size(&pipeline->vocabulary)},
      {"filter", pipeline->vocabulary.filter, slant_vocabulary_filter_size(&pipeline->vocabulary)},
      {"numbers", pipeline->numbers_section.data, pipeline->numbers_section.len},
      {"names", pipeline->names_section.data, pipeline->names_section.len},
      {"words", words->section.data, words->section.len},
      {"wordkeys", words->table.slots, slant_table_size(&words->table)},
      {"vectors", vectors->section.data, vectors->section.len},
      {"veckeys", vectors->table.slots, vectors->count ? slant_table_size(&vectors->table) : 0}};
  memcpy(out, sections, sizeof sections);
  return SLANT_OK;
}

static int damaged(const char *section, slant_error *error) {
  return slant_fail(error, SLANT_E_FORMAT, "the bundle's section '%s' is damaged or missing; get the file again",
                    section);
}

static int adopt_specification(slant_pipeline *pipeline, slant_section section, const slant_scorer *scorers,
                               size_t n_scorers, slant_error *error) {
  slant_str text = {section.data, section.size};
  if (!section.data || section.size > 1 << 16) return damaged("pipeline", error);
  slant_str rest = text, mode = slant_str_cut(&rest, '\n');
  if (slant_str_is(mode, "mode target"))
    pipeline->mode = SLANT_MODE_TARGET;
  else if (slant_str_is(mode, "mode document"))
    pipeline->mode = SLANT_MODE_DOCUMENT;
  else
    return damaged("pipeline", error);
  int status = slant_resources_lend(&pipeline->resources, pipeline->mode, scorers, n_scorers, error);
  if (!status) status = slant_pipeline_parse(pipeline, text, error);
  if (status == SLANT_E_ARGUMENT) return damaged("pipeline", error);
  return status;
}

static int adopt_numbers(slant_pipeline *pipeline, slant_section section, slant_error *error) {
  const uint32_t *head = section.data;
  if (!head || section.size < HEAD * sizeof *head) return damaged("numbers", error);
  uint64_t n = head[0], d = head[1], blocks = 0;
  if (d != pipeline->n_dense || n > UINT32_MAX / 2 || section.size != (HEAD + n + 2 * d) * 4)
    return damaged("numbers", error);
  const float *numbers = (const float *)(head + HEAD);
  pipeline->n_sparse = (uint32_t)n;
  for (uint32_t i = 0; i < pipeline->n_stages; i++) {
    slant_pipeline_stage *entry = &pipeline->stages[i];
    if (!entry->stage->emit) continue;
    entry->first = head[4 + blocks];
    entry->end = head[4 + blocks + 1];
    if (entry->first > entry->end || entry->end > n || (blocks == 0 && entry->first)) return damaged("numbers", error);
    blocks++;
  }
  if (blocks != head[2] || head[4 + blocks] != n) return damaged("numbers", error);
  pipeline->idf = numbers;
  pipeline->centre = numbers + n;
  pipeline->scale = pipeline->centre + d;
  return SLANT_OK;
}

static int adopt_names(slant_pipeline *pipeline, slant_section section, slant_error *error) {
  const uint64_t *offsets = section.data;
  uint64_t n = pipeline->n_sparse, table = (n + 1) * sizeof *offsets;
  if (!offsets || section.size < table || offsets[0] != 0 || offsets[n] != section.size - table)
    return damaged("names", error);
  pipeline->name_offsets = offsets;
  pipeline->name_bytes =
      (const char *)(offsets + n + 1); /* the offsets between are checked where a name is asked for */
  return SLANT_OK;
}

int slant_pipeline_import(slant_pipeline **out, slant_section (*find)(void *context, const char *name), void *context,
                          const slant_scorer *scorers, size_t n_scorers, slant_error *error) {
  *out = NULL;
  slant_pipeline *pipeline = slant_alloc_zero(1, sizeof *pipeline);
  if (!pipeline) return slant_fail(error, SLANT_E_MEMORY, "no memory for the feature pipeline");
  slant_section slots = find(context, "vocab"), filter = find(context, "filter");
  int status = slant_words_adopt(&pipeline->resources.words, find(context, "words"), find(context, "wordkeys"), error);
  slant_section vectors = find(context, "vectors");
  if (!status && vectors.size)
    status = slant_embedding_adopt(&pipeline->resources.vectors, vectors, find(context, "veckeys"), error);
  if (!status) status = adopt_specification(pipeline, find(context, "pipeline"), scorers, n_scorers, error);
  if (!status) status = adopt_numbers(pipeline, find(context, "numbers"), error);
  if (!status && !slant_vocabulary_adopt(&pipeline->vocabulary, slots.data, slots.size, filter.data, filter.size,
                                         pipeline->n_sparse))
    status = damaged("vocab", error);
  if (!status) status = adopt_names(pipeline, find(context, "names"), error);
  if (!status && !slant_pipeline_name_dense(pipeline))
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the feature pipeline");
  pipeline->frozen = true;
  if (status)
    slant_pipeline_free(pipeline);
  else
    *out = pipeline;
  return status;
}
