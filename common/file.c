#include "common/file.h"

#include "common/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int slant_map_file(slant_mapping *out, const char *path, slant_error *error) {
  *out = (slant_mapping){0};
  struct stat info;
  int status = SLANT_OK, descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return slant_fail(error, SLANT_E_IO, "cannot open %s: %s", path, strerror(errno));
  if (fstat(descriptor, &info)) {
    status = slant_fail(error, SLANT_E_IO, "cannot read %s: %s", path, strerror(errno));
  } else if (!S_ISREG(info.st_mode)) {
    status = slant_fail(error, SLANT_E_IO, "cannot read %s: it is not a regular file", path);
  } else if (info.st_size > 0) {
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (data == MAP_FAILED)
      status = slant_fail(error, SLANT_E_IO, "cannot map %s: %s", path, strerror(errno));
    else
      *out = (slant_mapping){data, (size_t)info.st_size};
  }
  close(descriptor);
  return status;
}

void slant_unmap(slant_mapping *mapping) {
  if (mapping->data) munmap((void *)(uintptr_t)mapping->data, mapping->size);
  *mapping = (slant_mapping){0};
}

struct slant_file_writer {
  FILE *stream;
  char *path, *temporary; /* both NULL for standard output */
};

static void writer_free(slant_file_writer *writer) {
  free(writer->path);
  free(writer->temporary);
  free(writer);
}

int slant_file_writer_open(slant_file_writer **out, const char *path, slant_error *error) {
  *out = NULL;
  slant_file_writer *writer = slant_alloc_zero(1, sizeof *writer);
  if (!writer) return slant_fail(error, SLANT_E_MEMORY, "no memory to write %s", path);
  if (strcmp(path, "-") == 0) {
    writer->stream = stdout;
    *out = writer;
    return SLANT_OK;
  }
  writer->path = strdup(path);
  if (!writer->path || asprintf(&writer->temporary, "%s.tmp-%ld", path, (long)getpid()) < 0) {
    writer->temporary = NULL;
    writer_free(writer);
    return slant_fail(error, SLANT_E_MEMORY, "no memory to write %s", path);
  }
  writer->stream = fopen(writer->temporary, "wbe");
  if (!writer->stream) {
    int status = slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path, strerror(errno));
    writer_free(writer);
    return status;
  }
  *out = writer;
  return SLANT_OK;
}

int slant_file_writer_write(slant_file_writer *writer, const void *bytes, size_t len, slant_error *error) {
  if (len == 0 || fwrite(bytes, 1, len, writer->stream) == len) return SLANT_OK;
  return slant_fail(error, SLANT_E_IO, "cannot write %s: %s", writer->path ? writer->path : "standard output",
                    strerror(errno));
}

/* Makes the rename itself durable. Some file systems cannot sync a directory; that is no failure of the write. */
static void sync_directory(const char *path) {
  const char *slash = strrchr(path, '/');
  char *directory = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
  if (!directory) return;
  int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    fsync(descriptor);
    close(descriptor);
  }
  free(directory);
}

int slant_file_writer_commit(slant_file_writer *writer, slant_error *error) {
  int status = SLANT_OK;
  if (!writer->path) {
    if (fflush(writer->stream))
      status = slant_fail(error, SLANT_E_IO, "cannot write standard output: %s", strerror(errno));
    writer_free(writer);
    return status;
  }
  int bad = fflush(writer->stream) || fsync(fileno(writer->stream)), saved = errno;
  if (fclose(writer->stream) && !bad) {
    bad = 1;
    saved = errno;
  }
  if (!bad && rename(writer->temporary, writer->path)) {
    bad = 1;
    saved = errno;
  }
  if (bad) {
    status = slant_fail(error, SLANT_E_IO, "cannot write %s: %s", writer->path, strerror(saved));
    unlink(writer->temporary);
  } else {
    sync_directory(writer->path);
  }
  writer_free(writer);
  return status;
}

void slant_file_writer_discard(slant_file_writer *writer) {
  if (!writer) return;
  if (writer->path) {
    fclose(writer->stream);
    unlink(writer->temporary);
  }
  writer_free(writer);
}
