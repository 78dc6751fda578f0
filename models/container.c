#include "models/container.h"

#include "common/file.h"
#include "common/hash.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "bundles are little-endian and mapped as they are; a big-endian machine needs a converting reader"
#endif

static const char magic[8] = {'S', 'L', 'A', 'N', 'T', '\r', '\n', 0x1a}; /* \r\n: a text-mode copy shows */
enum { BYTE_ORDER_MARK = 0x01020304 };

typedef struct slant_file_header {
  char magic[8];
  uint32_t version;
  uint32_t byte_order;
  uint64_t file_size;
  uint32_t n_sections;
  uint32_t zero[7];
  uint64_t checksum; /* XXH3-64 of the header up to here, then of the section table, chained */
} slant_file_header;

typedef struct slant_file_section {
  char name[8]; /* padded with zeros */
  uint64_t offset, size;
  uint64_t checksum; /* XXH3-64 of the section's bytes */
} slant_file_section;

_Static_assert(sizeof(slant_file_header) == 64, "the header has 64 bytes");
_Static_assert(sizeof(slant_file_section) == 32, "a row of the section table has 32 bytes");

static uint64_t align(uint64_t offset) {
  return (offset + SLANT_SECTION_ALIGNMENT - 1) / SLANT_SECTION_ALIGNMENT * SLANT_SECTION_ALIGNMENT;
}

static uint64_t head_checksum(const slant_file_header *header, const slant_file_section *table) {
  uint64_t first = slant_hash(header, offsetof(slant_file_header, checksum));
  return slant_hash_chain(first, slant_hash(table, header->n_sections * sizeof *table));
}

static bool all_zero(const unsigned char *p, uint64_t n) {
  for (uint64_t i = 0; i < n; i++)
    if (p[i]) return false;
  return true;
}

static int damaged(slant_error *error, const char *what) {
  return slant_fail(error, SLANT_E_FORMAT, "the bundle is damaged (%s); get the file again or train it anew", what);
}

static int check_header(const slant_file_header *header, uint64_t size, slant_error *error) {
  if (size < sizeof *header || memcmp(header->magic, magic, sizeof magic) != 0) {
    if (size && size < sizeof *header && memcmp(header->magic, magic, size < 8 ? size : 8) == 0)
      return damaged(error, "it is cut off");
    return slant_fail(error, SLANT_E_FORMAT, "this is not a slant bundle; bundles are written by 'slant train'");
  }
  if (header->byte_order != BYTE_ORDER_MARK) return damaged(error, "byte order");
  if (header->version != SLANT_FORMAT_VERSION)
    return slant_fail(error, SLANT_E_VERSION,
                      "the bundle has format %u and this program reads format %d; use the program that wrote it, or "
                      "train it anew",
                      header->version, SLANT_FORMAT_VERSION);
  if (header->file_size > size) return damaged(error, "it is cut off");
  if (header->file_size < size) return damaged(error, "bytes follow its end");
  if (header->n_sections > SLANT_MAX_SECTIONS ||
      sizeof *header + header->n_sections * sizeof(slant_file_section) > size ||
      !all_zero((const void *)header->zero, 28))
    return damaged(error, "header");
  return SLANT_OK;
}

/* Sections stand one after the other, each at the next multiple of 64, with zeros between. */
static int check_section(const unsigned char *bytes, uint64_t size, const slant_file_section *row, uint64_t *end,
                         slant_error *error) {
  uint64_t offset = align(*end);
  if (row->offset != offset || offset > size || row->size > size - offset) return damaged(error, "section table");
  if (!all_zero(bytes + *end, offset - *end)) return damaged(error, "padding");
  if (memchr(row->name, '\0', 8) &&
      !all_zero((const unsigned char *)row->name + strnlen(row->name, 8), 8 - strnlen(row->name, 8)))
    return damaged(error, "section name");
  *end = offset + row->size;
  return SLANT_OK;
}

int slant_container_read(slant_container *out, const void *data, uint64_t size, slant_error *error) {
  const unsigned char *bytes = data;
  const slant_file_header *header = data;
  *out = (slant_container){0};
  int status = check_header(header, size, error);
  if (status) return status;
  const slant_file_section *table = (const slant_file_section *)(bytes + sizeof *header);
  if (head_checksum(header, table) != header->checksum) return damaged(error, "header checksum");
  out->digest = header->checksum;
  uint64_t end = sizeof *header + header->n_sections * sizeof *table;
  for (uint32_t s = 0; s < header->n_sections; s++) {
    status = check_section(bytes, size, &table[s], &end, error);
    if (status) return status;
    slant_section *section = &out->sections[s];
    memcpy(section->name, table[s].name, 8);
    section->data = bytes + table[s].offset;
    section->size = table[s].size;
    out->checksums[s] = table[s].checksum;
    if (slant_container_find(out, section->name).data) return damaged(error, "a section stands twice");
    out->n_sections++;
  }
  return end == size ? SLANT_OK : damaged(error, "bytes follow its end");
}

int slant_container_verify(const slant_container *container, slant_error *error) {
  for (uint32_t s = 0; s < container->n_sections; s++) {
    slant_section section = container->sections[s];
    if (slant_hash(section.data, section.size) == container->checksums[s]) continue;
    char what[32];
    snprintf(what, sizeof what, "section %s", section.name);
    return damaged(error, what);
  }
  return SLANT_OK;
}

slant_section slant_container_find(const slant_container *container, const char *name) {
  for (uint32_t s = 0; s < container->n_sections; s++)
    if (strcmp(container->sections[s].name, name) == 0) return container->sections[s];
  return (slant_section){0};
}

static void plan(const slant_section *sections, uint32_t n, slant_file_header *header, slant_file_section *table) {
  uint64_t end = sizeof *header + n * sizeof *table;
  for (uint32_t s = 0; s < n; s++) {
    memcpy(table[s].name, sections[s].name, 8);
    table[s].offset = align(end);
    table[s].size = sections[s].size;
    table[s].checksum = slant_hash(sections[s].data, sections[s].size);
    end = table[s].offset + table[s].size;
  }
  memcpy(header->magic, magic, sizeof magic);
  header->version = SLANT_FORMAT_VERSION;
  header->byte_order = BYTE_ORDER_MARK;
  header->file_size = end;
  header->n_sections = n;
  header->checksum = head_checksum(header, table);
}

int slant_container_write(const char *path, const slant_section *sections, uint32_t n, slant_error *error) {
  static const char zeros[SLANT_SECTION_ALIGNMENT];
  slant_file_header header = {0};
  slant_file_section table[SLANT_MAX_SECTIONS] = {0};
  slant_file_writer *writer = NULL;
  if (n > SLANT_MAX_SECTIONS)
    return slant_fail(error, SLANT_E_LIMIT, "a bundle has at most %d sections", SLANT_MAX_SECTIONS);
  plan(sections, n, &header, table);
  int status = slant_file_writer_open(&writer, path, error);
  if (status) return status;
  uint64_t end = sizeof header + n * sizeof *table;
  status = slant_file_writer_write(writer, &header, sizeof header, error);
  if (!status) status = slant_file_writer_write(writer, table, n * sizeof *table, error);
  for (uint32_t s = 0; !status && s < n; s++) {
    status = slant_file_writer_write(writer, zeros, table[s].offset - end, error);
    if (!status) status = slant_file_writer_write(writer, sections[s].data, sections[s].size, error);
    end = table[s].offset + table[s].size;
  }
  if (!status) return slant_file_writer_commit(writer, error);
  slant_file_writer_discard(writer);
  return status;
}
