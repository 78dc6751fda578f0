#include "common/file.h"

#include "common/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int slant_map_file(slant_mapping *out, const char *path, slant_error *error) {
  *out = (slant_mapping){0};
  struct stat info;
  /* O_NONBLOCK: a named pipe is turned away, not waited for. */
  int status = SLANT_OK, descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
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
  char *path;               /* as the caller has it, for messages; "standard output" */
  char *target, *temporary; /* NULL for standard output */
};

static void writer_free(slant_file_writer *writer) {
  free(writer->path);
  free(writer->target);
  free(writer->temporary);
  free(writer);
}

char *slant_final_path(const char *path) {
  char *target = realpath(path, NULL);
  return target ? target : strdup(path);
}

enum { NAMES_TO_TRY = 1000 };

/* A file of its own beside writer->target: created, never opened, so that a link or a file that lies there is not
 * written to. Sets writer->temporary; gives a descriptor, or -1 with errno. */
static int create_temporary(slant_file_writer *writer, mode_t mode) {
  for (int i = 0; i < NAMES_TO_TRY; i++) {
    char *name = NULL;
    if (asprintf(&name, "%s.tmp-%ld-%d", writer->target, (long)getpid(), i) < 0) {
      errno = ENOMEM;
      return -1;
    }
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (descriptor >= 0) {
      writer->temporary = name;
      return descriptor;
    }
    int refused = errno;
    free(name);
    errno = refused;
    if (refused != EEXIST) return -1;
  }
  return -1;
}

/* Opens writer->stream on a temporary file; a file that is replaced keeps its permissions. */
static int open_temporary(slant_file_writer *writer, slant_error *error) {
  const char *path = writer->path;
  struct stat old;
  bool replaces = stat(writer->target, &old) == 0;
  if (replaces && !S_ISREG(old.st_mode))
    return slant_fail(error, SLANT_E_IO, "cannot write %s: it is not a regular file; '-' is standard output", path);
  int descriptor = create_temporary(writer, 0666);
  if (descriptor < 0) return slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path, strerror(errno));
  if ((replaces && fchmod(descriptor, old.st_mode & 0777)) || !(writer->stream = fdopen(descriptor, "wb"))) {
    int status = slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path, strerror(errno));
    close(descriptor);
    unlink(writer->temporary);
    return status;
  }
  return SLANT_OK;
}

int slant_file_writer_open(slant_file_writer **out, const char *path, slant_error *error) {
  *out = NULL;
  slant_file_writer *writer = slant_alloc_zero(1, sizeof *writer);
  if (!writer) return slant_fail(error, SLANT_E_MEMORY, "no memory to write %s", path);
  bool to_stdout = strcmp(path, "-") == 0;
  int status = SLANT_OK;
  writer->path = strdup(to_stdout ? "standard output" : path);
  if (to_stdout)
    writer->stream = stdout;
  else
    writer->target = slant_final_path(path);
  if (!writer->path || (!to_stdout && !writer->target))
    status = slant_fail(error, SLANT_E_MEMORY, "no memory to write %s", path);
  else if (!to_stdout)
    status = open_temporary(writer, error);
  if (status)
    writer_free(writer);
  else
    *out = writer;
  return status;
}

int slant_file_writer_write(slant_file_writer *writer, const void *bytes, size_t len, slant_error *error) {
  if (len == 0 || fwrite(bytes, 1, len, writer->stream) == len) return SLANT_OK;
  return slant_fail(error, SLANT_E_IO, "cannot write %s: %s", writer->path, strerror(errno));
}

void slant_sync_directory(const char *path) {
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

/* 0, or the errno of the first thing that went wrong. A write that failed before leaves EIO: the file is not whole. */
static int finish_temporary(slant_file_writer *writer) {
  int bad = ferror(writer->stream) ? EIO : 0;
  if (!bad && (fflush(writer->stream) || fsync(fileno(writer->stream)))) bad = errno;
  if (fclose(writer->stream) && !bad) bad = errno;
  if (!bad && rename(writer->temporary, writer->target)) bad = errno;
  return bad;
}

int slant_file_writer_commit(slant_file_writer *writer, slant_error *error) {
  int status = SLANT_OK, bad = 0;
  if (!writer->target)
    bad = fflush(writer->stream) ? errno : 0;
  else if ((bad = finish_temporary(writer)))
    unlink(writer->temporary);
  else
    slant_sync_directory(writer->target);
  if (bad) status = slant_fail(error, SLANT_E_IO, "cannot write %s: %s", writer->path, strerror(bad));
  writer_free(writer);
  return status;
}

void slant_file_writer_discard(slant_file_writer *writer) {
  if (!writer) return;
  if (writer->target) {
    fclose(writer->stream);
    unlink(writer->temporary);
  }
  writer_free(writer);
}
