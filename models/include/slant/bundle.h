/*
 * The bundle: the one file that training writes and prediction reads. Its layout is in models/FORMAT.md.
 * An open bundle is const: any number of threads may use it.
 */
#ifndef SLANT_BUNDLE_H
#define SLANT_BUNDLE_H

#include <slant/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slant_bundle slant_bundle;

/* A file of at most so many bytes is verified when it is opened, which takes a few milliseconds. */
#define SLANT_VERIFIED_BYTES (UINT64_C(32) << 20)

/* Maps the file and checks its header and every count and offset: what opening takes depends on the number of sections
 * and models, not on the bytes. A larger file than SLANT_VERIFIED_BYTES is not verified. SLANT_E_IO, SLANT_E_FORMAT or
 * SLANT_E_VERSION, with a message that says what to do. Whatever the bytes, nothing that is done with what was opened
 * reads or writes outside of it: a damaged file that is not verified gives other scores, or SLANT_E_FORMAT. */
int slant_bundle_open(slant_bundle **out, const char *path, slant_error *error);
/* The same over memory that outlives the bundle, 64-byte aligned; it is not verified. */
int slant_bundle_open_memory(slant_bundle **out, const void *data, uint64_t size, slant_error *error);
/* Reads all of it and compares checksums: SLANT_E_FORMAT names the section that is damaged. */
int slant_bundle_verify(const slant_bundle *bundle, slant_error *error);
void slant_bundle_close(slant_bundle *bundle);

const slant_pipeline *slant_bundle_pipeline(const slant_bundle *bundle);
const slant_actors *slant_bundle_actors(const slant_bundle *bundle); /* NULL where the bundle carries none */
uint32_t slant_bundle_n_banks(const slant_bundle *bundle);
const slant_bank *slant_bundle_bank(const slant_bundle *bundle, uint32_t index);
const slant_bank *slant_bundle_find_bank(const slant_bundle *bundle, slant_str task); /* NULL: no such task */
slant_str slant_bundle_card(const slant_bundle *bundle);                              /* the model card, JSON */

/* Describes the bundle as a scorer for the pipeline of another: its outputs are those of every task's shared model. The
 * bundle outlives that pipeline. SLANT_E_ARGUMENT: a task has no shared model, or it carries
 * auxiliary bundles that carry others. */
int slant_bundle_scorer(const slant_bundle *bundle, slant_scorer *out, slant_error *error);
/* The auxiliary bundles that it carries for its own pipeline, in order; NULL behind the last. */
const slant_bundle *slant_bundle_auxiliary(const slant_bundle *bundle, uint32_t index);

/* Tells bundles apart without reading them: made of the checksums of all sections, which bytes that were damaged since
 * do not change. */
uint64_t slant_bundle_digest(const slant_bundle *bundle);

/* Sections of the file, for `slant inspect`. */
uint32_t slant_bundle_n_sections(const slant_bundle *bundle);
slant_section slant_bundle_section(const slant_bundle *bundle, uint32_t index);

/* Writes a bundle: complete under `path` or not at all. The same arguments give the same bytes. `actors` may be NULL.
 * The bundles that lend the pipeline their scores are written into it. */
int slant_bundle_write(const char *path, slant_pipeline *pipeline, const slant_actors *actors, const slant_bank *banks,
                       uint32_t n_banks, slant_str card, slant_error *error);

/* The same with the pipeline of an open bundle, whose sections are carried over as they stand. `path` may be the file
 * that it was opened from. */
int slant_bundle_rewrite(const char *path, const slant_bundle *base, const slant_actors *actors,
                         const slant_bank *banks, uint32_t n_banks, slant_str card, slant_error *error);

#ifdef __cplusplus
}
#endif
#endif
