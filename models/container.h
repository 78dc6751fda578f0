/*
 * The container: named sections in one file, with checksums. It knows nothing of what the sections hold.
 * FORMAT.md draws the layout. Private to models.
 */
#ifndef SLANT_MODELS_CONTAINER_H
#define SLANT_MODELS_CONTAINER_H

#include <slant/error.h>
#include <slant/pipeline.h>

#include <stdint.h>

enum { SLANT_FORMAT_VERSION = 3, SLANT_MAX_SECTIONS = 160, SLANT_SECTION_ALIGNMENT = 64 };

typedef struct slant_container {
  slant_section sections[SLANT_MAX_SECTIONS];
  uint64_t checksums[SLANT_MAX_SECTIONS];
  uint32_t n_sections;
  uint64_t digest; /* the header's checksum: of the table with the checksums of all sections */
} slant_container;

/* Checks the header and the table, and lists the sections, which point into `data` (64-byte aligned, must outlive the
 * container). What is in the sections is not read. */
int slant_container_read(slant_container *out, const void *data, uint64_t size, slant_error *error);
/* Checks the checksum of every section: reads the whole file. */
int slant_container_verify(const slant_container *container, slant_error *error);

/* The section of a name; data NULL where there is none. */
slant_section slant_container_find(const slant_container *container, const char *name);

/* Writes the sections in order: complete under `path` or not at all. The same sections give the same bytes. */
int slant_container_write(const char *path, const slant_section *sections, uint32_t n_sections, slant_error *error);

#endif
