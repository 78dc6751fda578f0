#include <slant/check.h>

#include "common/hash.h"
#include "common/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A map from 128-bit keys to a number and the line it came from: open addressing, at most half full. */
typedef struct slant_key {
  uint64_t low, high; /* both 0: empty */
} slant_key;

typedef struct slant_key_map {
  struct slant_key_slot {
    slant_key key;
    uint64_t value, line;
  } * slots;
  uint64_t used, mask; /* mask 0: nothing allocated */
} slant_key_map;

struct slant_check {
  slant_arena strings;
  slant_str *allowed; /* NULL: any label */
  size_t n_allowed;
  slant_key_map first_texts; /* texts of the first file */
  slant_key_map examples;    /* text, actor, task, span of the file that is being read → hash of the label */
  slant_key_map labels;      /* file, task, actor, label → index into counts */
  slant_key_map spellings;   /* task, folded label → hash of the label as first seen */
  slant_label_count *counts;
  size_t n_counts, count_capacity;
  slant_buffer folded;
  uint64_t findings[SLANT_N_FINDINGS], n_records, n_files;
};

typedef struct slant_check_run { /* one file */
  slant_check *check;
  slant_str file;
  slant_finding_sink sink;
  void *context;
  slant_error *error;
  bool no_memory;
} slant_check_run;

const char *slant_finding_name(slant_finding_kind kind) {
  static const char *const names[SLANT_N_FINDINGS] = {"bad line",  "no label",      "unknown label",
                                                      "odd label", "span outside",  "span off",
                                                      "duplicate", "contradiction", "overlap"};
  return kind < SLANT_N_FINDINGS ? names[kind] : "unknown";
}

static int no_memory(slant_error *error) {
  return slant_fail(error, SLANT_E_MEMORY, "no memory to check a corpus");
}

/* ---- map ---- */
static struct slant_key_slot *map_slot(const slant_key_map *map, slant_key key) {
  uint64_t i = key.low & map->mask;
  while ((map->slots[i].key.low || map->slots[i].key.high) &&
         (map->slots[i].key.low != key.low || map->slots[i].key.high != key.high))
    i = (i + 1) & map->mask;
  return &map->slots[i];
}

static bool map_grow(slant_key_map *map) {
  slant_key_map bigger = {.mask = map->mask ? map->mask * 2 + 1 : 1023};
  bigger.slots = slant_alloc_zero(bigger.mask + 1, sizeof *bigger.slots);
  if (!bigger.slots) return false;
  for (uint64_t i = 0; map->mask && i <= map->mask; i++)
    if (map->slots[i].key.low || map->slots[i].key.high) *map_slot(&bigger, map->slots[i].key) = map->slots[i];
  bigger.used = map->used;
  free(map->slots);
  *map = bigger;
  return true;
}

/* The slot of a key, filled with `value` and `line` if it is new (*is_new). NULL: no memory. */
static struct slant_key_slot *map_put(slant_key_map *map, slant_key key, uint64_t value, uint64_t line, bool *is_new) {
  if (map->used * 2 >= map->mask && !map_grow(map)) return NULL;
  if (!key.low && !key.high) key.low = 1;
  struct slant_key_slot *slot = map_slot(map, key);
  *is_new = !slot->key.low && !slot->key.high;
  if (*is_new) {
    *slot = (struct slant_key_slot){key, value, line};
    map->used++;
  }
  return slot;
}

/* The line of a key, 0 where it is not there. */
static uint64_t map_line(const slant_key_map *map, slant_key key) {
  if (!key.low && !key.high) key.low = 1;
  return map->mask ? map_slot(map, key)->line : 0;
}

static slant_key key_of(slant_str bytes) {
  return (slant_key){slant_hash(bytes.ptr, bytes.len), slant_hash_seeded(bytes.ptr, bytes.len, 0x736c616e74)};
}

static slant_key key_and(slant_key key, slant_str more) {
  slant_key other = key_of(more);
  return (slant_key){slant_hash_chain(key.low, other.low), slant_hash_chain(key.high, other.high)};
}

static slant_key key_and_number(slant_key key, int64_t number) {
  return (slant_key){slant_hash_chain(key.low, (uint64_t)number), slant_hash_chain(key.high, (uint64_t)number)};
}

/* ASCII letters in lower case, runs of blanks as one, none at the ends. */
static slant_str fold(slant_buffer *out, slant_str text) {
  slant_buffer_clear(out);
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (blank && (!out->len || out->data[out->len - 1] == ' ')) continue;
    slant_buffer_char(out, blank ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
  }
  if (out->len && out->data[out->len - 1] == ' ') out->len--;
  return (slant_str){out->data, out->len};
}

/* ---- findings ---- */
__attribute__((format(printf, 4, 5))) static int found(slant_check_run *run, slant_finding_kind kind,
                                                       const slant_record *record, const char *format, ...) {
  slant_error where;
  char message[sizeof where.message];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  slant_fail(&where, SLANT_E_DATA, "%s", message);
  slant_error_at(&where, record->file, record->line, 0);
  run->check->findings[kind]++;
  return run->sink(run->context, kind, &where);
}

/* Arguments of a "%.*s": at most 80 bytes of a string. */
#define PART(s) (int)((s).len < 80 ? (s).len : 80), (s).len ? (s).ptr : ""

static bool is_boundary(unsigned char before, unsigned char after) {
#define WORD(c) (((c) | 32) >= 'a' && ((c) | 32) <= 'z')
  return !(WORD(before) && WORD(after));
#undef WORD
}

/* Byte of code point `point` in text, or -1 behind its end. */
static int64_t byte_of_point(slant_str text, int64_t point) {
  size_t i = 0;
  for (; i < text.len && point > 0; point--) {
    i++;
    while (i < text.len && ((unsigned char)text.ptr[i] & 0xc0) == 0x80) i++;
  }
  return point ? -1 : (int64_t)i;
}

static int check_span(slant_check_run *run, const slant_record *record, const slant_label *label) {
  if (label->from < 0) return 0;
  int64_t from = byte_of_point(record->text, label->from), to = byte_of_point(record->text, label->to);
  if (from < 0 || to < 0)
    return found(run, SLANT_FINDING_SPAN_OUTSIDE, record, "the span of '%.*s' reaches over the end of the text",
                 PART(label->actor));
  slant_str text = record->text, span = {text.ptr + from, (size_t)(to - from)};
  bool off = span.ptr[0] == ' ' || span.ptr[span.len - 1] == ' ';
  if (from > 0) off = off || !is_boundary((unsigned char)text.ptr[from - 1], (unsigned char)span.ptr[0]);
  if ((size_t)to < text.len)
    off = off || !is_boundary((unsigned char)span.ptr[span.len - 1], (unsigned char)text.ptr[to]);
  return off ? found(run, SLANT_FINDING_SPAN_OFF, record, "the span of '%.*s' is off its word: '%.*s'",
                     PART(label->actor), PART(span))
             : 0;
}

static int check_name(slant_check_run *run, const slant_record *record, const slant_label *label) {
  slant_check *check = run->check;
  bool allowed = !check->allowed, is_new;
  for (size_t i = 0; i < check->n_allowed; i++) allowed = allowed || slant_str_equal(label->label, check->allowed[i]);
  if (!allowed)
    return found(run, SLANT_FINDING_UNKNOWN_LABEL, record, "the label '%.*s' is not among those that are allowed",
                 PART(label->label));
  slant_key key = key_and(key_of(label->task), fold(&check->folded, label->label));
  uint64_t hash = slant_hash(label->label.ptr, label->label.len);
  const struct slant_key_slot *first = map_put(&check->spellings, key, hash, record->line, &is_new);
  if (!first) run->no_memory = true;
  if (!first || first->value == hash) return 0;
  return found(run, SLANT_FINDING_ODD_LABEL, record, "the label '%.*s' was spelt differently before",
               PART(label->label));
}

static void count_label(slant_check_run *run, const slant_label *label) {
  slant_check *check = run->check;
  bool is_new;
  slant_key key = key_and(key_and(key_and(key_of(run->file), label->task), label->actor), label->label);
  const struct slant_key_slot *index = map_put(&check->labels, key, check->n_counts, 0, &is_new);
  if (index && is_new) {
    const char *task = slant_arena_copy(&check->strings, label->task);
    const char *actor = slant_arena_copy(&check->strings, label->actor);
    const char *name = slant_arena_copy(&check->strings, label->label);
    if (!task || !actor || !name ||
        !slant_grow(&check->counts, &check->count_capacity, check->n_counts, sizeof *check->counts)) {
      run->no_memory = true;
      return;
    }
    check->counts[check->n_counts++] =
        (slant_label_count){run->file, {task, label->task.len}, {actor, label->actor.len}, {name, label->label.len}, 0};
  }
  if (index)
    check->counts[index->value].count++;
  else
    run->no_memory = true;
}

static int check_label(slant_check_run *run, const slant_record *record, slant_key text, const slant_label *label) {
  bool is_new;
  int status = check_span(run, record, label);
  if (status || !label->label.len) return status;
  status = check_name(run, record, label);
  if (status) return status;
  count_label(run, label);
  slant_key key = key_and(key_and(text, label->actor), label->task);
  key = key_and_number(key_and_number(key, label->from), label->to);
  uint64_t hash = slant_hash(label->label.ptr, label->label.len);
  const struct slant_key_slot *before = map_put(&run->check->examples, key, hash, record->line, &is_new);
  if (!before) run->no_memory = true;
  if (!before || is_new) return 0;
  if (before->value == hash)
    return found(run, SLANT_FINDING_DUPLICATE, record,
                 "this text stands in line %" PRIu64 " too, with the same label for '%.*s'", before->line,
                 PART(label->actor));
  return found(run, SLANT_FINDING_CONTRADICTION, record,
               "this text stands in line %" PRIu64 " too, with another label for '%.*s'", before->line,
               PART(label->actor));
}

static int check_record(slant_check_run *run, const slant_record *record) {
  slant_check *check = run->check;
  bool is_new, labelled = false;
  uint64_t line;
  int status = 0;
  check->n_records++;
  slant_key text = key_of(fold(&check->folded, record->text));
  if (check->n_files == 0) {
    if (!map_put(&check->first_texts, text, 0, record->line, &is_new)) run->no_memory = true;
  } else if ((line = map_line(&check->first_texts, text)) != 0) {
    status =
        found(run, SLANT_FINDING_OVERLAP, record, "this text stands in the first file too, in line %" PRIu64, line);
  }
  for (size_t i = 0; !status && i < record->n_labels; i++) {
    labelled = labelled || record->labels[i].label.len;
    status = check_label(run, record, text, &record->labels[i]);
  }
  if (!status && !labelled) status = found(run, SLANT_FINDING_NO_LABEL, record, "the record has no label");
  if (run->no_memory || check->folded.failed) return no_memory(run->error);
  return status;
}

/* ---- the check ---- */
int slant_check_new(slant_check **out, const char *labels, slant_error *error) {
  slant_check *check = slant_alloc_zero(1, sizeof *check);
  *out = NULL;
  if (!check) return no_memory(error);
  if (labels) {
    slant_str rest = slant_str_of(labels);
    size_t room = 1;
    for (size_t i = 0; i < rest.len; i++) room += rest.ptr[i] == ',';
    const char *copy = slant_arena_copy(&check->strings, rest);
    check->allowed = slant_arena_alloc(&check->strings, room, sizeof *check->allowed);
    if (!copy || !check->allowed) {
      slant_check_free(check);
      return no_memory(error);
    }
    for (rest.ptr = copy; rest.len;) check->allowed[check->n_allowed++] = slant_str_cut(&rest, ',');
  }
  *out = check;
  return SLANT_OK;
}

int slant_check_file(slant_check *check, const char *path, const slant_reader_options *options, slant_finding_sink sink,
                     void *context, slant_error *error) {
  slant_reader *reader;
  slant_record record;
  slant_error fault;
  const char *file = slant_arena_copy(&check->strings, slant_str_of(path));
  slant_check_run run = {.check = check, .file = slant_str_of(file), .sink = sink, .context = context, .error = error};
  if (!file) return no_memory(error);
  int status = slant_reader_open(&reader, path, options, error);
  if (status) return status;
  for (int more; !status && (more = slant_reader_next(reader, &record, &fault)) != 0;) {
    if (more == 1) {
      status = check_record(&run, &record);
    } else if (more == SLANT_E_DATA || more == SLANT_E_LIMIT) {
      check->findings[SLANT_FINDING_BAD_LINE]++;
      status = sink(context, SLANT_FINDING_BAD_LINE, &fault);
    } else {
      status = more;
      if (error) *error = fault;
    }
  }
  slant_reader_close(reader);
  free(check->examples.slots);
  check->examples = (slant_key_map){0};
  check->n_files++;
  return status;
}

uint64_t slant_check_records(const slant_check *check) {
  return check->n_records;
}

uint64_t slant_check_findings(const slant_check *check, slant_finding_kind kind) {
  return check->findings[kind];
}

static int compare_counts(const void *a, const void *b) {
  const slant_label_count *x = a, *y = b;
  int order = slant_str_compare(x->file, y->file);
  if (!order) order = slant_str_compare(x->task, y->task);
  if (!order) order = slant_str_compare(x->actor, y->actor);
  return order ? order : slant_str_compare(x->label, y->label);
}

/* A copy is sorted: the indices in the map belong to the order in which labels were seen. */
int slant_check_counts(slant_check *check, const slant_label_count **counts, size_t *n, slant_error *error) {
  slant_label_count *sorted = slant_arena_alloc(&check->strings, check->n_counts, sizeof *sorted);
  if (!sorted) return no_memory(error);
  if (check->n_counts) {
    memcpy(sorted, check->counts, check->n_counts * sizeof *sorted);
    qsort(sorted, check->n_counts, sizeof *sorted, compare_counts);
  }
  *counts = sorted;
  *n = check->n_counts;
  return SLANT_OK;
}

void slant_check_free(slant_check *check) {
  if (!check) return;
  slant_arena_free(&check->strings);
  free(check->first_texts.slots);
  free(check->examples.slots);
  free(check->labels.slots);
  free(check->spellings.slots);
  free(check->counts);
  slant_buffer_free(&check->folded);
  free(check);
}
