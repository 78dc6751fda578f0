#include "models/bank_codec.h"
#include "models/bundle_private.h"

/* Appends the weights of a bank; returns the number of sections. */
static uint32_t add_weights(slant_section *sections, uint32_t n, const slant_bank *bank, uint32_t number) {
  uint32_t end = n + slant_weights_sections(bank, sections + n);
  for (; n < end; n++) slant_bank_section_name(sections[n].name, sections[n].name[0], number);
  return end;
}

static int check_banks(const slant_bank *banks, uint32_t n_banks, const slant_pipeline *pipeline, slant_error *error) {
  enum {
    OTHERS = SLANT_PIPELINE_SECTIONS + SLANT_MAX_SCORERS + 3,
    MAX_BANKS = (SLANT_MAX_SECTIONS - OTHERS) / SLANT_BANK_SECTIONS
  };
  uint32_t n_sparse = slant_pipeline_n_sparse(pipeline), n_dense = slant_pipeline_n_dense(pipeline);
  int status = SLANT_OK;
  if (!n_banks || n_banks > MAX_BANKS)
    return slant_fail(error, SLANT_E_LIMIT, "a bundle holds 1 to %d tasks, not %u", MAX_BANKS, n_banks);
  for (uint32_t b = 0; !status && b < n_banks; b++) {
    status = slant_bank_check(&banks[b], n_sparse, n_dense, error);
    for (uint32_t c = 0; !status && c < b; c++)
      if (slant_str_equal(banks[b].task, banks[c].task))
        status = slant_fail(error, SLANT_E_ARGUMENT, "two banks have the same task");
  }
  return status == SLANT_E_FORMAT ? SLANT_E_ARGUMENT : status;
}

/* Appends the bundles that lend the pipeline their scores; returns the number of sections. */
static uint32_t add_auxiliaries(slant_section *sections, uint32_t n, const slant_pipeline *pipeline) {
  size_t n_scorers;
  const slant_scorer *scorers = slant_pipeline_scorers(pipeline, &n_scorers);
  for (size_t i = 0; i < n_scorers; i++, n++) {
    sections[n] = (slant_section){.data = scorers[i].stored, .size = scorers[i].stored_size};
    slant_auxiliary_section_name(sections[n].name, (uint32_t)i);
  }
  return n;
}

/* Completes the `n` sections that make the vectors by card, actors and banks, and writes all. */
static int write_sections(const char *path, slant_section *sections, uint32_t n, const slant_actors *actors,
                          const slant_bank *banks, uint32_t n_banks, slant_str card, slant_error *error) {
  uint32_t counts[2] = {n_banks, 0};
  slant_buffer structure = {0};
  int status;
  sections[n++] = (slant_section){"card", card.ptr, card.len};
  if (actors) {
    slant_str text = slant_actors_text(actors);
    sections[n++] = (slant_section){"actors", text.ptr, text.len};
  }
  slant_buffer_append(&structure, counts, sizeof counts);
  for (uint32_t b = 0; b < n_banks; b++) slant_bank_encode(&structure, &banks[b]);
  sections[n++] = (slant_section){"banks", structure.data, structure.len};
  for (uint32_t b = 0; b < n_banks; b++) n = add_weights(sections, n, &banks[b], b);
  if (structure.failed)
    status = slant_fail(error, SLANT_E_MEMORY, "no memory to write the bundle");
  else
    status = slant_container_write(path, sections, n, error);
  slant_buffer_free(&structure);
  return status;
}

int slant_bundle_write(const char *path, slant_pipeline *pipeline, const slant_actors *actors, const slant_bank *banks,
                       uint32_t n_banks, slant_str card, slant_error *error) {
  slant_section sections[SLANT_MAX_SECTIONS];
  int status = check_banks(banks, n_banks, pipeline, error);
  if (!status) status = slant_pipeline_export(pipeline, sections, error);
  if (status) return status;
  uint32_t n = add_auxiliaries(sections, SLANT_PIPELINE_SECTIONS, pipeline);
  return write_sections(path, sections, n, actors, banks, n_banks, card, error);
}

int slant_bundle_rewrite(const char *path, const slant_bundle *base, const slant_actors *actors,
                         const slant_bank *banks, uint32_t n_banks, slant_str card, slant_error *error) {
  slant_section sections[SLANT_MAX_SECTIONS];
  uint32_t n = 0;
  int status = check_banks(banks, n_banks, base->pipeline, error);
  if (status) return status;
  /* What makes the vectors stands before the card: see slant_bundle_write(). */
  for (; n < base->container.n_sections && strcmp(base->container.sections[n].name, "card") != 0; n++)
    sections[n] = base->container.sections[n];
  if (n > SLANT_PIPELINE_SECTIONS + SLANT_MAX_SCORERS)
    return slant_fail(error, SLANT_E_ARGUMENT, "the bundle has sections that this program does not know");
  return write_sections(path, sections, n, actors, banks, n_banks, card, error);
}
