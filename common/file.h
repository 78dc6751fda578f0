/* Files: whole ones mapped for reading, and written ones that appear under their name complete or not at all. */
#ifndef SLANT_COMMON_FILE_H
#define SLANT_COMMON_FILE_H

#include <slant/error.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct slant_mapping {
  const unsigned char *data; /* NULL for an empty file */
  size_t size;
} slant_mapping;

/* A regular file, read-only. It must not be cut short while it is mapped. */
int slant_map_file(slant_mapping *out, const char *path, slant_error *error);
void slant_unmap(slant_mapping *mapping);

/* Where bytes for `path` go in the end: a link stays and its target is replaced. The caller's to free; NULL: no memory.
 */
char *slant_final_path(const char *path);
/* Makes a rename beside `path` durable. Some file systems cannot sync a directory; that is no failure of the write. */
void slant_sync_directory(const char *path);

/*
 * Writes to a temporary file beside `path`; commit syncs, closes and renames it; discard removes it. What was there
 * stays as it was until then, and keeps its permissions; a symbolic link stays a link. "-" is standard output. Anything
 * else that is not a regular file is refused. Exactly one of commit and discard ends the writer. A commit after a
 * failed write fails too.
 */
typedef struct slant_file_writer slant_file_writer;
int slant_file_writer_open(slant_file_writer **out, const char *path, slant_error *error);
int slant_file_writer_write(slant_file_writer *writer, const void *bytes, size_t len, slant_error *error);
int slant_file_writer_commit(slant_file_writer *writer, slant_error *error);
void slant_file_writer_discard(slant_file_writer *writer); /* NULL is fine */

#endif
