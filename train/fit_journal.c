#include "train/fit_journal.h"

#include "common/file.h"
#include "common/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { VERSION = 1 };

typedef struct journal_header {
  char magic[8];
  uint32_t version, zero;
  uint64_t key, hash;
} journal_header;

typedef struct record_header {
  uint64_t size, hash;
} record_header;

/* A record of the mapped part: its names and its fit. */
typedef struct entry {
  slant_str task, actor;
  const unsigned char *fit;
  size_t size;
} entry;

struct slant_fit_journal {
  char *path;
  int file;
  uint64_t key;
  slant_mapping map; /* what was there */
  entry *entries;    /* n_entries, by task and actor */
  size_t n_entries, capacity;
  slant_progress *progress;
  pthread_mutex_t lock; /* guards writing */
  size_t n_written;
  bool broken; /* a write failed */
};

static journal_header header_of(uint64_t key) {
  journal_header header = {.magic = "SLANTFIT", .version = VERSION, .key = key};
  header.hash = slant_hash(&header, offsetof(journal_header, hash));
  return header;
}

static uint64_t record_hash(uint64_t key, const void *bytes, size_t size) {
  return slant_hash_chain(key, slant_hash(bytes, size));
}

static int by_names(const void *left, const void *right) {
  const entry *a = left, *b = right;
  int order = slant_str_compare(a->task, b->task);
  return order ? order : slant_str_compare(a->actor, b->actor);
}

/* ---- reading ---- */
/* The record's parts; false: it is none. */
static bool cut_record(entry *out, const unsigned char *bytes, size_t size) {
  uint32_t lengths[2];
  if (size < sizeof lengths) return false;
  memcpy(lengths, bytes, sizeof lengths);
  size -= sizeof lengths;
  bytes += sizeof lengths;
  if ((uint64_t)lengths[0] + lengths[1] > size) return false;
  out->task = (slant_str){(const char *)bytes, lengths[0]};
  out->actor = (slant_str){(const char *)bytes + lengths[0], lengths[1]};
  out->fit = bytes + lengths[0] + lengths[1];
  out->size = size - lengths[0] - lengths[1];
  return true;
}

/* Lists the good records. Returns where they end, or 0: no memory. */
static size_t list_records(slant_fit_journal *journal) {
  size_t at = sizeof(journal_header);
  const unsigned char *bytes = journal->map.data;
  for (;;) {
    record_header record;
    entry found;
    size_t left = journal->map.size - at;
    if (left < sizeof record) return at;
    memcpy(&record, bytes + at, sizeof record);
    if (record.size > left - sizeof record) return at;
    const unsigned char *payload = bytes + at + sizeof record;
    if (record_hash(journal->key, payload, record.size) != record.hash) return at;
    if (!cut_record(&found, payload, record.size)) return at;
    if (!slant_grow(&journal->entries, &journal->capacity, journal->n_entries, sizeof *journal->entries)) return 0;
    journal->entries[journal->n_entries++] = found;
    at += sizeof record + record.size;
  }
}

/* Takes in what the file holds. */
static int read_journal(slant_fit_journal *journal, slant_error *error) {
  journal_header expected = header_of(journal->key), header;
  const char *path = journal->path;
  int status = slant_map_file(&journal->map, path, error);
  if (status || !journal->map.size) return status;
  if (journal->map.size < sizeof header || memcmp(journal->map.data, expected.magic, sizeof expected.magic) != 0)
    return slant_fail(error, SLANT_E_FORMAT, "%s is no journal of a training; move it away, or train without --resume",
                      path);
  memcpy(&header, journal->map.data, sizeof header);
  if (header.hash != slant_hash(&header, offsetof(journal_header, hash)) || header.version != VERSION)
    return slant_fail(error, SLANT_E_FORMAT, "%s is damaged, or of another version; train without --resume", path);
  if (header.key != expected.key)
    return slant_fail(error, SLANT_E_DATA,
                      "%s is of a training with other data, options, seed or program; repeat that one to go on with "
                      "it, or train without --resume",
                      path);
  size_t end = list_records(journal);
  if (!end) return slant_fail(error, SLANT_E_MEMORY, "no memory for the journal %s", path);
  if (journal->n_entries) qsort(journal->entries, journal->n_entries, sizeof *journal->entries, by_names);
  if (end < journal->map.size)
    slant_progress_log(journal->progress, SLANT_LOG_WARNING, "%s: its last %zu bytes are damaged and were dropped",
                       path, journal->map.size - end);
  if (ftruncate(journal->file, (off_t)end))
    return slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path, strerror(errno));
  slant_progress_log(journal->progress, SLANT_LOG_NOTE, "%s: %zu finished models are taken from it", path,
                     journal->n_entries);
  return SLANT_OK;
}

bool slant_fit_journal_take(slant_fit_journal *journal, slant_str task, slant_str actor, const slant_fit_limits *limits,
                            slant_fit *out) {
  if (!journal || !journal->n_entries) return false;
  entry key = {.task = task, .actor = actor};
  const entry *found = bsearch(&key, journal->entries, journal->n_entries, sizeof *journal->entries, by_names);
  return found && slant_fit_decode(out, found->fit, found->size, limits);
}

/* ---- writing ---- */
static bool write_all(int file, const void *bytes, size_t size) {
  for (const char *at = bytes; size;) {
    ssize_t written = write(file, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    at += written;
    size -= (size_t)written;
  }
  return true;
}

void slant_fit_journal_put(slant_fit_journal *journal, slant_str task, slant_str actor, const slant_fit_limits *limits,
                           const slant_fit *fit) {
  if (!journal) return;
  uint32_t lengths[2] = {(uint32_t)task.len, (uint32_t)actor.len};
  record_header record = {0};
  slant_buffer bytes = {0};
  slant_buffer_append(&bytes, &record, sizeof record);
  slant_buffer_append(&bytes, lengths, sizeof lengths);
  slant_buffer_str(&bytes, task);
  slant_buffer_str(&bytes, actor);
  slant_fit_encode(&bytes, fit, limits);
  bool ok = !bytes.failed;
  if (ok) {
    record.size = bytes.len - sizeof record;
    record.hash = record_hash(journal->key, bytes.data + sizeof record, record.size);
    memcpy(bytes.data, &record, sizeof record);
  }
  pthread_mutex_lock(&journal->lock);
  if (!journal->broken && ok) ok = write_all(journal->file, bytes.data, bytes.len);
  journal->n_written += ok && !journal->broken;
  bool says = !ok && !journal->broken;
  int fault = bytes.failed ? ENOMEM : errno;
  journal->broken = journal->broken || !ok;
  pthread_mutex_unlock(&journal->lock);
  slant_buffer_free(&bytes);
  if (says)
    slant_progress_log(journal->progress, SLANT_LOG_WARNING,
                       "cannot write %s: %s; training goes on, but could not be resumed", journal->path,
                       strerror(fault));
}

/* Empty, but for its header. A file that is no journal is somebody's: it is not written over. */
static int start_journal(slant_fit_journal *journal, slant_error *error) {
  journal_header header = header_of(journal->key);
  char magic[sizeof header.magic];
  ssize_t there = pread(journal->file, magic, sizeof magic, 0);
  if (there < 0) return slant_fail(error, SLANT_E_IO, "cannot read %s: %s", journal->path, strerror(errno));
  if (there > 0 && memcmp(magic, header.magic, (size_t)there) != 0)
    return slant_fail(error, SLANT_E_IO,
                      "%s is in the way, where finished models are kept until the bundle is written; move it away",
                      journal->path);
  if (ftruncate(journal->file, 0) || !write_all(journal->file, &header, sizeof header))
    return slant_fail(error, SLANT_E_IO, "cannot write %s: %s", journal->path, strerror(errno));
  return SLANT_OK;
}

int slant_fit_journal_open(slant_fit_journal **out, const char *path, uint64_t key, bool resume,
                           slant_progress *progress, slant_error *error) {
  *out = NULL;
  slant_fit_journal *journal = slant_alloc_zero(1, sizeof *journal);
  if (!journal) return slant_fail(error, SLANT_E_MEMORY, "no memory for the journal %s", path);
  pthread_mutex_init(&journal->lock, NULL);
  journal->key = key;
  journal->progress = progress;
  journal->path = strdup(path);
  journal->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  int status = SLANT_OK;
  if (!journal->path)
    status = slant_fail(error, SLANT_E_MEMORY, "no memory for the journal %s", path);
  else if (journal->file < 0)
    status = slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path, strerror(errno));
  else if (flock(journal->file, LOCK_EX | LOCK_NB))
    status = slant_fail(error, SLANT_E_IO, "cannot write %s: %s", path,
                        errno == EWOULDBLOCK ? "another training is under way there" : strerror(errno));
  if (!status && resume) status = read_journal(journal, error);
  if (!status && !journal->map.size) status = start_journal(journal, error);
  if (status)
    slant_fit_journal_close(journal, false);
  else
    *out = journal;
  return status;
}

size_t slant_fit_journal_count(const slant_fit_journal *journal) {
  return journal ? journal->n_entries + journal->n_written : 0;
}

void slant_fit_journal_close(slant_fit_journal *journal, bool remove) {
  if (!journal) return;
  if (remove) unlink(journal->path);
  if (journal->file >= 0) close(journal->file);
  slant_unmap(&journal->map);
  pthread_mutex_destroy(&journal->lock);
  free(journal->entries);
  free(journal->path);
  free(journal);
}
