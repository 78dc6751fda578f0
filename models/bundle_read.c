#include "models/bank_codec.h"
#include "models/bundle_private.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

static slant_section find_section(void *context, const char *name) {
  return slant_container_find(context, name);
}

/* The sections of a bank's weights. */
static void find_weights(const slant_bundle *bundle, uint32_t bank, slant_section out[SLANT_BANK_SECTIONS]) {
  for (int s = 0; s < SLANT_BANK_SECTIONS; s++) {
    char name[4];
    slant_bank_section_name(name, slant_bank_letters[s], bank);
    out[s] = slant_container_find(&bundle->container, name);
  }
}

static int read_banks(slant_bundle *bundle, slant_error *error) {
  slant_section section = slant_container_find(&bundle->container, "banks");
  uint32_t n_sparse = slant_pipeline_n_sparse(bundle->pipeline), n_dense = slant_pipeline_n_dense(bundle->pipeline);
  struct slant_weights *weights;
  int status = slant_banks_decode(&bundle->banks, &weights, &bundle->n_banks, section, &bundle->arena, error);
  for (uint32_t b = 0; !status && b < bundle->n_banks; b++) {
    slant_bank *bank = &bundle->banks[b];
    slant_section sections[SLANT_BANK_SECTIONS];
    status = slant_bank_check(bank, n_sparse, n_dense, error);
    if (status) break;
    find_weights(bundle, b, sections);
    status = slant_weights_adopt(bank, &weights[b], sections, error);
    for (uint32_t c = 0; !status && c < b; c++)
      if (slant_str_equal(bank->task, bundle->banks[c].task))
        status = slant_fail(error, SLANT_E_FORMAT, "the bundle names a task twice; train it anew");
  }
  return status;
}

static int read_actors(slant_bundle *bundle, slant_error *error) {
  slant_section section = slant_container_find(&bundle->container, "actors");
  if (!section.data) return SLANT_OK;
  int status =
      slant_actors_parse(&bundle->actors, (slant_str){section.data, section.size}, "the bundle's actors", error);
  return status == SLANT_E_DATA ? SLANT_E_FORMAT : status;
}

static int open_at_depth(slant_bundle **out, const void *data, uint64_t size, int depth, slant_error *error);

/* The bundles that it carries, as scorers for its pipeline. */
static int read_auxiliaries(slant_bundle *bundle, int depth, slant_scorer *scorers, size_t *n, slant_error *error) {
  int status = SLANT_OK;
  for (*n = 0; *n < SLANT_MAX_SCORERS && !status; ++*n) {
    char name[9];
    slant_auxiliary_section_name(name, (uint32_t)*n);
    slant_section section = slant_container_find(&bundle->container, name);
    if (!section.data) break;
    if (depth == SLANT_DEEPEST_BUNDLE)
      return slant_fail(error, SLANT_E_FORMAT, "auxiliary bundles stand more than %d deep in each other",
                        SLANT_DEEPEST_BUNDLE);
    status = open_at_depth(&bundle->auxiliaries[*n], section.data, section.size, depth + 1, error);
    if (!status) status = slant_bundle_scorer(bundle->auxiliaries[*n], &scorers[*n], error);
    if (!status && bundle->auxiliaries[*n]->height >= bundle->height)
      bundle->height = bundle->auxiliaries[*n]->height + 1;
  }
  return status == SLANT_E_ARGUMENT ? SLANT_E_FORMAT : status;
}

static int open_sections(slant_bundle *bundle, int depth, slant_error *error) {
  slant_scorer scorers[SLANT_MAX_SCORERS];
  size_t n_scorers;
  int status = slant_container_read(&bundle->container, bundle->data, bundle->size, error);
  if (!status) status = read_auxiliaries(bundle, depth, scorers, &n_scorers, error);
  if (!status)
    status = slant_pipeline_import(&bundle->pipeline, find_section, &bundle->container, scorers, n_scorers, error);
  if (!status) status = read_actors(bundle, error);
  if (!status) status = read_banks(bundle, error);
  return status;
}

static int open_at_depth(slant_bundle **out, const void *data, uint64_t size, int depth, slant_error *error) {
  slant_bundle *bundle = slant_alloc_zero(1, sizeof *bundle);
  if (!bundle) return slant_fail(error, SLANT_E_MEMORY, "no memory to open a bundle");
  bundle->height = 1;
  bundle->data = data;
  bundle->size = size;
  int status = open_sections(bundle, depth, error);
  if (status)
    slant_bundle_close(bundle);
  else
    *out = bundle;
  return status;
}

int slant_bundle_open_memory(slant_bundle **out, const void *data, uint64_t size, slant_error *error) {
  *out = NULL;
  int status = open_at_depth(out, data, size, 1, error);
  /* Our threads are our own: a product of a few hundred cells is no work for OpenBLAS's. */
  openblas_set_num_threads(1);
  return status;
}

uint64_t slant_bundle_digest(const slant_bundle *bundle) {
  return bundle->container.digest;
}

int slant_bundle_verify(const slant_bundle *bundle, slant_error *error) {
  return slant_container_verify(&bundle->container, error);
}

int slant_bundle_open(slant_bundle **out, const char *path, slant_error *error) {
  slant_mapping file;
  *out = NULL;
  int status = slant_map_file(&file, path, error);
  if (status) return status;
  status = slant_bundle_open_memory(out, file.data, file.size, error);
  if (!status && file.size <= SLANT_VERIFIED_BYTES && (status = slant_bundle_verify(*out, error))) {
    slant_bundle_close(*out);
    *out = NULL;
  }
  if (*out) {
    (*out)->file = file;
  } else {
    slant_unmap(&file);
    slant_error_at(error, path, 0, 0);
  }
  return status;
}

void slant_bundle_close(slant_bundle *bundle) {
  if (!bundle) return;
  slant_pipeline_free(bundle->pipeline);
  for (uint32_t a = 0; a < SLANT_MAX_SCORERS; a++) slant_bundle_close(bundle->auxiliaries[a]);
  slant_actors_free(bundle->actors);
  slant_arena_free(&bundle->arena);
  slant_unmap(&bundle->file);
  free(bundle);
}

const slant_pipeline *slant_bundle_pipeline(const slant_bundle *bundle) {
  return bundle->pipeline;
}

const slant_actors *slant_bundle_actors(const slant_bundle *bundle) {
  return bundle->actors;
}

uint32_t slant_bundle_n_banks(const slant_bundle *bundle) {
  return bundle->n_banks;
}

const slant_bank *slant_bundle_bank(const slant_bundle *bundle, uint32_t index) {
  return &bundle->banks[index];
}

const slant_bank *slant_bundle_find_bank(const slant_bundle *bundle, slant_str task) {
  for (uint32_t b = 0; b < bundle->n_banks; b++)
    if (slant_str_equal(bundle->banks[b].task, task)) return &bundle->banks[b];
  return NULL;
}

slant_str slant_bundle_card(const slant_bundle *bundle) {
  slant_section card = slant_container_find(&bundle->container, "card");
  return (slant_str){card.data, card.size};
}

uint32_t slant_bundle_n_sections(const slant_bundle *bundle) {
  return bundle->container.n_sections;
}

slant_section slant_bundle_section(const slant_bundle *bundle, uint32_t index) {
  return bundle->container.sections[index];
}
