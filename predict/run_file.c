#include "predict/run_file.h"

#include "common/clock.h"
#include "common/file.h"
#include "common/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct slant_run_file {
  char *target, *partial, *journal; /* paths */
  int bytes_at, journal_at;         /* descriptors, -1: not open */
  slant_journal_entry last;
  uint64_t check;
  slant_buffer line;
  double synced; /* when, by slant_seconds() */
};

/* ---- descriptors ---- */
static int cannot(const char *what, const char *path, slant_error *error) {
  return slant_fail(error, SLANT_E_IO, "cannot %s %s: %s", what, path, strerror(errno));
}

static int write_all(int descriptor, const char *bytes, size_t len, const char *path, slant_error *error) {
  while (len) {
    ssize_t n = write(descriptor, bytes, len);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("write", path, error);
    bytes += n;
    len -= (size_t)n;
  }
  return SLANT_OK;
}

static int sync_both(slant_run_file *file, slant_error *error) {
  file->synced = slant_seconds();
  if (fdatasync(file->bytes_at)) return cannot("sync", file->partial, error);
  return fdatasync(file->journal_at) ? cannot("sync", file->journal, error) : SLANT_OK;
}

static void close_files(slant_run_file *file) {
  if (file->bytes_at >= 0) close(file->bytes_at);
  if (file->journal_at >= 0) close(file->journal_at);
  free(file->target);
  free(file->partial);
  free(file->journal);
  slant_buffer_free(&file->line);
  free(file);
}

/* ---- beginning ---- */
static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to write a file");
}

static int name_files(slant_run_file *file, const char *path, slant_error *error) {
  file->target = slant_final_path(path);
  if (!file->target) return no_memory(error);
  if (asprintf(&file->partial, "%s.partial", file->target) < 0) file->partial = NULL;
  if (asprintf(&file->journal, "%s.journal", file->target) < 0) file->journal = NULL;
  return file->partial && file->journal ? SLANT_OK : no_memory(error);
}

enum { LOCK_TRIES = 20 }; /* a tenth of a second each: a process that was killed may not be quite dead */

/* One process at a time: the lock goes with the descriptor. */
static int lock_journal(slant_run_file *file, slant_error *error) {
  const struct timespec pause = {.tv_nsec = 100000000};
  for (int i = 0; i < LOCK_TRIES; i++) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file->journal_at, F_OFD_SETLK, &lock) == 0) return SLANT_OK;
    if (errno != EAGAIN && errno != EACCES) return SLANT_OK; /* a file system without locks */
    nanosleep(&pause, NULL);
  }
  return slant_fail(error, SLANT_E_IO, "another process is writing %s", file->target);
}

static int open_journal(slant_run_file *file, bool resume, bool *fresh, slant_error *error) {
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_APPEND;
  file->journal_at = open(file->journal, flags | O_CREAT | O_EXCL, 0666);
  *fresh = file->journal_at >= 0;
  if (!*fresh && errno != EEXIST) return cannot("write", file->journal, error);
  if (!*fresh) file->journal_at = open(file->journal, flags);
  if (file->journal_at < 0) return cannot("write", file->journal, error);
  int status = lock_journal(file, error);
  if (!status && !*fresh && !resume)
    status = slant_fail(error, SLANT_E_ARGUMENT,
                        "an unfinished run has left %s: --resume goes on with it; remove it and %s to begin anew",
                        file->journal, file->partial);
  return status;
}

/* A new output file, with the permissions of the one that it will replace. */
static int create_partial(slant_run_file *file, slant_error *error) {
  struct stat old;
  bool replaces = stat(file->target, &old) == 0;
  if (replaces && !S_ISREG(old.st_mode))
    return slant_fail(error, SLANT_E_IO, "cannot write %s: it is not a regular file; '-' is standard output",
                      file->target);
  file->bytes_at = open(file->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_APPEND, 0666);
  if (file->bytes_at < 0) return cannot("write", file->partial, error);
  if (replaces && fchmod(file->bytes_at, old.st_mode & 0777)) return cannot("write", file->partial, error);
  return SLANT_OK;
}

/* An empty journal gets its header, before there is any output. */
static int begin_journal(slant_run_file *file, slant_str header, slant_error *error) {
  if (ftruncate(file->journal_at, 0)) return cannot("write", file->journal, error);
  slant_buffer_clear(&file->line);
  slant_journal_begin(&file->line, header, &file->check);
  if (file->line.failed) return no_memory(error);
  return write_all(file->journal_at, file->line.data, file->line.len, file->journal, error);
}

/* ---- resuming ---- */
static int read_whole(int descriptor, const char *path, slant_buffer *out, slant_error *error) {
  struct stat info;
  if (fstat(descriptor, &info) || lseek(descriptor, 0, SEEK_SET) < 0) return cannot("read", path, error);
  if (!slant_buffer_reserve(out, (size_t)info.st_size + 1)) return no_memory(error);
  for (ssize_t n = 1; n > 0 && out->len < (size_t)info.st_size; out->len += (size_t)n) {
    do n = read(descriptor, out->data + out->len, (size_t)info.st_size - out->len);
    while (n < 0 && errno == EINTR);
    if (n < 0) return cannot("read", path, error);
  }
  return SLANT_OK;
}

/* Whether the file has the bytes that `to` adds to `from`. */
static int has_bytes(int descriptor, const slant_journal_entry *from, const slant_journal_entry *to,
                     slant_buffer *scratch, bool *out, slant_error *error) {
  uint64_t size = to->written - from->written;
  *out = false;
  slant_buffer_clear(scratch);
  if (size > SIZE_MAX / 2) return SLANT_OK;
  if (!slant_buffer_reserve(scratch, (size_t)size + 1)) return no_memory(error);
  while (scratch->len < size) {
    ssize_t n = pread(descriptor, scratch->data + scratch->len, (size_t)size - scratch->len,
                      (off_t)(from->written + scratch->len));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return slant_fail(error, SLANT_E_IO, "cannot read what was written: %s", strerror(errno));
    if (n == 0) return SLANT_OK;
    scratch->len += (size_t)n;
  }
  *out = slant_hash_seeded(scratch->data, scratch->len, from->digest) == to->digest;
  return SLANT_OK;
}

/* The last entry whose bytes are in the file, all of them. */
static int find_last(const slant_journal *journal, int descriptor, size_t *out, slant_error *error) {
  slant_buffer scratch = {0};
  struct stat info;
  int status = fstat(descriptor, &info) ? slant_fail(error, SLANT_E_IO, "cannot read: %s", strerror(errno)) : SLANT_OK;
  *out = 0;
  for (bool whole = true; !status && whole && *out + 1 < journal->n; *out += whole) {
    const slant_journal_entry *next = &journal->places[*out + 1].entry;
    if (next->written > (uint64_t)info.st_size) break;
    status = has_bytes(descriptor, &journal->places[*out].entry, next, &scratch, &whole, error);
  }
  slant_buffer_free(&scratch);
  return status;
}

/* The bytes of an entry that says that they are complete: beside the output, or there already under its name. */
static int open_bytes(slant_run_file *file, const slant_journal *journal, slant_error *error) {
  const slant_journal_entry *end = &journal->places[journal->n - 1].entry;
  file->bytes_at = open(file->partial, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_APPEND);
  if (file->bytes_at >= 0) return SLANT_OK;
  if (errno != ENOENT) return cannot("write", file->partial, error);
  if (!end->complete) return create_partial(file, error);
  size_t last = 0;
  int status = SLANT_OK, descriptor = open(file->target, O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    status = find_last(journal, descriptor, &last, error);
    close(descriptor);
  }
  if (status) return status;
  if (last + 1 < journal->n) return create_partial(file, error);
  file->last = *end; /* it was renamed before the journal could go */
  return SLANT_OK;
}

static int go_on(slant_run_file *file, const slant_journal *journal, slant_error *error) {
  size_t last = 0;
  int status = open_bytes(file, journal, error);
  if (status || file->last.complete) return status;
  status = find_last(journal, file->bytes_at, &last, error);
  if (status) return status;
  const slant_journal_place *place = &journal->places[last];
  file->last = place->entry;
  file->check = place->check;
  if (ftruncate(file->bytes_at, (off_t)place->entry.written)) return cannot("write", file->partial, error);
  if (ftruncate(file->journal_at, (off_t)place->end)) return cannot("write", file->journal, error);
  return SLANT_OK;
}

static int resume_run(slant_run_file *file, slant_str header, slant_error *error) {
  slant_buffer bytes = {0};
  slant_journal journal = {0};
  int status = read_whole(file->journal_at, file->journal, &bytes, error);
  if (!status) status = slant_journal_parse(&journal, (slant_str){bytes.data, bytes.len}, NULL);
  if (status == SLANT_E_FORMAT) { /* it ended before its header was written, and that before any output */
    status = begin_journal(file, header, error);
    if (!status) status = create_partial(file, error);
  } else if (!status && !slant_str_equal(journal.header, header)) {
    status = slant_journal_differ(journal.header, header, file->journal, error);
  } else if (!status) {
    status = go_on(file, &journal, error);
  }
  slant_journal_free(&journal);
  slant_buffer_free(&bytes);
  return status;
}

int slant_run_file_open(slant_run_file **out, const char *path, slant_str header, bool resume,
                        slant_journal_entry *last, slant_error *error) {
  slant_run_file *file = slant_alloc_zero(1, sizeof *file);
  bool fresh = false;
  *out = NULL;
  if (!file) return no_memory(error);
  file->bytes_at = file->journal_at = -1;
  int status = name_files(file, path, error);
  if (!status) status = open_journal(file, resume, &fresh, error);
  if (!status && fresh) {
    status = begin_journal(file, header, error);
    if (!status) status = create_partial(file, error);
    if (status) unlink(file->journal);
  } else if (!status) {
    status = resume_run(file, header, error);
  }
  if (status) {
    close_files(file);
    return status;
  }
  slant_sync_directory(file->partial);
  file->synced = slant_seconds();
  *last = file->last;
  *out = file;
  return SLANT_OK;
}

/* ---- the run ---- */
static int put_entry(slant_run_file *file, const slant_journal_entry *entry, slant_error *error) {
  uint64_t check = file->check;
  slant_buffer_clear(&file->line);
  slant_journal_put(&file->line, entry, &check);
  if (file->line.failed) return no_memory(error);
  int status = write_all(file->journal_at, file->line.data, file->line.len, file->journal, error);
  if (status) return status;
  file->check = check;
  file->last = *entry;
  return SLANT_OK;
}

int slant_run_file_add(slant_run_file *file, const char *bytes, size_t len, const slant_mark *mark,
                       const slant_stream_counts *counts, slant_error *error) {
  if (!len) return SLANT_OK;
  int status = write_all(file->bytes_at, bytes, len, file->partial, error);
  if (status) return status;
  /* The disk begins now, so that there is little left to wait for when the files are synced. */
  sync_file_range(file->bytes_at, (off_t)file->last.written, (off_t)len, SYNC_FILE_RANGE_WRITE);
  slant_journal_entry entry = {.mark = *mark,
                               .written = file->last.written + len,
                               .digest = slant_hash_seeded(bytes, len, file->last.digest),
                               .counts = *counts};
  status = put_entry(file, &entry, error);
  if (!status && slant_seconds() - file->synced >= SLANT_RUN_SYNC) status = sync_both(file, error);
  return status;
}

int slant_run_file_commit(slant_run_file *file, const slant_stream_counts *counts, slant_error *error) {
  int status = SLANT_OK;
  if (file->bytes_at >= 0) {
    slant_journal_entry entry = file->last;
    entry.digest = slant_hash_seeded("", 0, entry.digest);
    entry.counts = *counts;
    entry.complete = true;
    if (!file->last.complete) status = put_entry(file, &entry, error);
    if (!status && fsync(file->bytes_at)) status = cannot("sync", file->partial, error);
    if (!status && fsync(file->journal_at)) status = cannot("sync", file->journal, error);
    if (!status && rename(file->partial, file->target)) status = cannot("write", file->target, error);
    if (!status) slant_sync_directory(file->target);
  }
  if (!status) unlink(file->journal);
  close_files(file);
  return status;
}

const char *slant_run_file_partial(const slant_run_file *file) {
  return file->partial;
}

void slant_run_file_leave(slant_run_file *file) {
  close_files(file);
}

void slant_run_file_discard(slant_run_file *file) {
  if (!file) return;
  unlink(file->partial);
  unlink(file->journal);
  close_files(file);
}
