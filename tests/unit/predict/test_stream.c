/* stream.c and batch.c: files in, lines out: order, errors, limits, several inputs, and what ends a run. */
#include "unit/predict/tiny.h"

#include <slant/stream.h>

#include "common/memory.h"

#include <pthread.h>

enum { MAX_FILES = 4 };

typedef struct lines {
  slant_buffer text;
  uint64_t calls, fail_at; /* the sink refuses the call of this number; 0: never */
  uint64_t last_done, total, cancel_at;
} lines;

static tiny *bundle; /* set up once: every test only reads it */
static char files[MAX_FILES][40];

static const char *put_bytes(int number, const void *bytes, size_t len, const char *suffix) {
  snprintf(files[number], sizeof files[number], "/tmp/slant-stream-XXXXXX%s", suffix);
  int descriptor = mkstemps(files[number], (int)strlen(suffix));
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, bytes, len), (ssize_t)len);
  close(descriptor);
  return files[number];
}

static const char *put_text(int number, const char *text) {
  return put_bytes(number, text, strlen(text), ".jsonl");
}

static int remove_files(void **state) {
  (void)state;
  for (int i = 0; i < MAX_FILES; i++) {
    if (files[i][0]) unlink(files[i]);
    files[i][0] = '\0';
  }
  return 0;
}

static int sink(void *context, const char *bytes, size_t len, slant_error *error) {
  lines *l = context;
  if (++l->calls == l->fail_at) return slant_fail(error, SLANT_E_IO, "broken pipe");
  slant_buffer_append(&l->text, bytes, len);
  return SLANT_OK;
}

static int progress(void *context, const char *stage, uint64_t done, uint64_t total) {
  lines *l = context;
  assert_true(*stage && done >= l->last_done && (!total || done <= total));
  l->last_done = done;
  l->total = total;
  return l->cancel_at && l->calls >= l->cancel_at;
}

static slant_stream_options options_of(int64_t threads) {
  return (slant_stream_options){.threads = threads, .evidence = 1};
}

static int run(lines *out, const char *const *inputs, size_t n, const slant_stream_options *options,
               slant_stream_counts *counts, slant_error *error) {
  const slant_observer observer = {.context = out, .progress = progress};
  int status = slant_stream_run(bundle->predictor, inputs, n, options, sink, out, &observer, counts, error);
  slant_buffer_char(&out->text, '\0');
  return status;
}

static void expect_start(const char *line, const char *start) {
  assert_non_null(line);
  if (strncmp(line, start, strlen(start)) != 0) fail_msg("'%s' does not start with '%s'", line, start);
}

static size_t count(const char *text, const char *part) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

/* A file of n records with the ids 0 … n-1, every seventh of them bad. */
static const char *put_many(int number, int n) {
  slant_buffer text = {0};
  for (int i = 0; i < n; i++)
    if (i % 7 == 3)
      slant_buffer_format(&text, "{\"id\":\"%d\",\"title\":\"no text\"}\n", i);
    else
      slant_buffer_format(&text, "{\"id\":\"%d\",\"text\":\"%s %s %d times\"}\n", i, tiny_texts[i % 4],
                          tiny_texts[i / 4 % 4], i);
  const char *path = put_bytes(number, text.data, text.len, ".jsonl");
  slant_buffer_free(&text);
  return path;
}

/* ---- lines ---- */
static void test_lines(void **state) {
  (void)state;
  const char *input = put_text(0, "not json\n{\"text\":\"\xff\xfe\"}\n\n{\"id\":7}\n{\"id\":\"x\",\"text\":\"Nepal "
                                  "agreed.\",\"actor\":\"NPL\",\"from\":0,\"to\":99}\n{\"text\":\"Nepal agreed.\"}");
  slant_stream_options options = options_of(1);
  slant_stream_counts counts;
  lines out = {0};
  assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), 0);
  assert_int_equal(counts.records, 5);
  assert_int_equal(counts.errors, 3);
  assert_int_equal(counts.judgements, 1);
  assert_int_equal(counts.invalid_utf8, 2);
  assert_int_equal(count(out.text.data, "\n"), 5);
  char *line = strtok(out.text.data, "\n");
  assert_non_null(strstr(line, "{\"id\":null,\"error\":{\"code\":\"data\",\"message\":\"not JSON"));
  assert_non_null(strstr(line, "\"line\":1"));
  assert_non_null(strstr(line, files[0]));
  assert_string_equal(strtok(NULL, "\n"), "{\"id\":null,\"repaired\":2,\"actors\":[]}");
  line = strtok(NULL, "\n");
  assert_non_null(strstr(line, "{\"id\":7,\"error\""));
  assert_non_null(strstr(line, "\"line\":4"));
  line = strtok(NULL, "\n");
  assert_non_null(strstr(line, "{\"id\":\"x\",\"error\":{\"code\":\"data\",\"message\":\"the span"));
  assert_non_null(strstr(line, "\"line\":5"));
  line = strtok(NULL, "\n");
  assert_non_null(strstr(line, "{\"id\":null,\"actors\":[{\"actor\":\"NPL\",\"task\":\"sentiment\""));
  assert_non_null(
      strstr(line, "\"mentions\":1,\"evidence\":[{\"from\":0,\"to\":5,\"sentence\":{\"from\":0,\"to\":13}"));
  slant_buffer_free(&out.text);
}

static void test_csv(void **state) {
  (void)state;
  static const char rows[] = "id,text\r\n1,\"Nepal, and\r\nIndia\"\r\n2,\xff nothing\r\n\"3\r\n";
  const char *input = put_bytes(0, rows, sizeof rows - 1, ".csv");
  slant_stream_options options = options_of(2);
  slant_stream_counts counts;
  lines out = {0};
  options.format = 1;
  assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), 0);
  assert_int_equal(counts.errors, 1);
  assert_int_equal(counts.invalid_utf8, 1);
  assert_string_equal(strtok(out.text.data, "\n"), "id,line,actor,task,label,p,score,model,mentions,error");
  expect_start(strtok(NULL, "\n"), "1,2,NPL,sentiment,");
  expect_start(strtok(NULL, "\n"), "1,2,IND,sentiment,");
  expect_start(strtok(NULL, "\n"), "1,2,IND,stance,");
  assert_string_equal(strtok(NULL, "\n"), "2,4,,,,,,,,");
  char *line = strtok(NULL, "\n");
  expect_start(line, ",5,,,,,,,,");
  assert_non_null(strstr(line, "data: "));
  assert_null(strtok(NULL, "\n"));
  slant_buffer_free(&out.text);
}

/* The same bytes whatever the number of threads, over inputs that share no header. */
static void test_threads(void **state) {
  (void)state;
  static const char csv[] = "title,text,id\nx,Nepal met India.,c1\n",
                    other[] = "id,text,title\nc2,Nepal met India.,x\n";
  const char *inputs[] = {put_many(0, 3000), put_bytes(1, csv, sizeof csv - 1, ".csv"),
                          put_bytes(2, other, sizeof other - 1, ".csv"), put_many(3, 130)};
  lines first = {0};
  for (int64_t threads = 1; threads <= 4; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    lines out = {0};
    assert_int_equal(run(&out, inputs, 4, &options, &counts, NULL), 0);
    assert_int_equal(counts.records, 3132);
    assert_int_equal(counts.errors, 429 + 19);
    assert_int_equal(count(out.text.data, "\n"), 3132);
    assert_true(out.total > 0 && out.last_done == out.total);
    if (threads == 1) {
      const char *at = out.text.data;
      for (int i = 0; i < 3000; i++, at = strchr(at, '\n') + 1) {
        char id[24];
        snprintf(id, sizeof id, "{\"id\":\"%d\",", i);
        expect_start(at, id);
      }
      assert_non_null(strstr(at, "{\"id\":\"c1\",\"actors\":[{\"actor\":\"NPL\""));
      assert_non_null(strstr(at, "{\"id\":\"c2\",\"actors\":[{\"actor\":\"NPL\""));
      first = out;
    } else {
      assert_int_equal(out.text.len, first.text.len);
      assert_memory_equal(out.text.data, first.text.data, first.text.len);
      slant_buffer_free(&out.text);
    }
  }
  slant_buffer_free(&first.text);
}

/* Header rows of many small files must not be mixed up: the id is in another column of every second one. */
static void test_many_inputs(void **state) {
  (void)state;
  const char *inputs[60];
  put_bytes(0, "title,text,id\nNepal,none,even\n", 30, ".csv");
  put_bytes(1, "id,text,title\nodd,India,none\n", 29, ".csv");
  for (int i = 0; i < 60; i++) inputs[i] = files[i % 2];
  for (int64_t threads = 1; threads <= 3; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    lines out = {0};
    assert_int_equal(run(&out, inputs, 60, &options, &counts, NULL), 0);
    char *line = strtok(out.text.data, "\n");
    for (int i = 0; i < 60; i++, line = strtok(NULL, "\n"))
      expect_start(line, i % 2 ? "{\"id\":\"odd\",\"actors\":[{\"actor\":\"IND\"" : "{\"id\":\"even\",\"actors\":[]}");
    slant_buffer_free(&out.text);
  }
}

/* ---- what is too large, and what ends a run ---- */
static void test_long_records(void **state) {
  (void)state;
  slant_buffer text = {0};
  enum { LONG = 5 << 20 }; /* above what a batch keeps */
  for (int i = 0; i < 3; i++) {
    slant_buffer_format(&text, "{\"id\":\"long%d\",\"text\":\"", i);
    while (text.len < (size_t)LONG * (i + 1)) slant_buffer_text(&text, "Nobody said a word. ");
    slant_buffer_text(&text, "India did.\"}\n{\"id\":\"short\",\"text\":\"India\"}\n");
  }
  const char *input = put_bytes(0, text.data, text.len, ".jsonl");
  slant_buffer_free(&text);
  for (int64_t threads = 1; threads <= 2; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    lines out = {0};
    assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), 0);
    assert_int_equal(counts.errors, 0);
    assert_int_equal(counts.judgements, 12); /* sentiment and stance of India */
    slant_buffer_free(&out.text);
    out = (lines){0};
    options.reader.max_record = 4096;
    assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), 0);
    assert_int_equal(counts.records, 6);
    assert_int_equal(counts.errors, 3);
    assert_int_equal(count(out.text.data, "\"code\":\"limit\""), 3);
    assert_int_equal(count(out.text.data, "{\"id\":\"short\",\"actors\":[{"), 3);
    slant_buffer_free(&out.text);
  }
}

static void test_stop_at_first_error(void **state) {
  (void)state;
  const char *input = put_many(0, 500);
  for (int64_t threads = 1; threads <= 4; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    slant_error error = {0};
    lines out = {0};
    options.stop = 1;
    assert_int_equal(run(&out, &input, 1, &options, &counts, &error), SLANT_E_DATA);
    assert_int_equal(error.line, 4);
    assert_non_null(strstr(error.source, "slant-stream-"));
    assert_int_equal(counts.records, 4);
    assert_int_equal(counts.errors, 1);
    assert_int_equal(count(out.text.data, "\n"), 4); /* the bad one has its line */
    assert_int_equal(count(out.text.data, "\"error\""), 1);
    slant_buffer_free(&out.text);
  }
}

static void test_missing_input(void **state) {
  (void)state;
  const char *inputs[] = {put_many(0, 200), "/nowhere/slant.jsonl", put_text(1, "{\"text\":\"\"}")};
  for (int64_t threads = 1; threads <= 3; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    slant_error error = {0};
    char message[700];
    lines out = {0};
    assert_int_equal(run(&out, inputs, 3, &options, &counts, &error), SLANT_E_IO);
    assert_int_equal(counts.records, 200); /* what came before is written */
    slant_error_format(&error, message, sizeof message);
    assert_non_null(strstr(message, "/nowhere/slant.jsonl"));
    slant_buffer_free(&out.text);
  }
}

/* Two gzip members, of which the second is cut short: the record of the first is written, then the damage named. */
static void test_damaged_input(void **state) {
  (void)state;
  static const unsigned char member[] = {/* printf '{"id":1,"text":"India"}\n' | gzip -n */
                                         0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab,
                                         0x56, 0xca, 0x4c, 0x51, 0xb2, 0x32, 0xd4, 0x51, 0x2a, 0x49, 0xad,
                                         0x28, 0x51, 0xb2, 0x52, 0xf2, 0xcc, 0x4b, 0xc9, 0x4c, 0x54, 0xaa,
                                         0xe5, 0x02, 0x00, 0x9a, 0xdd, 0x10, 0xb5, 0x18, 0x00, 0x00, 0x00};
  unsigned char bytes[2 * sizeof member - 20];
  memcpy(bytes, member, sizeof member);
  memcpy(bytes + sizeof member, member, sizeof bytes - sizeof member);
  const char *inputs[] = {put_bytes(0, bytes, sizeof bytes, ".jsonl.gz"), put_text(1, "{\"id\":2,\"text\":\"\"}")};
  for (int64_t threads = 1; threads <= 3; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    slant_error error = {0};
    lines out = {0};
    assert_true(run(&out, inputs, 2, &options, &counts, &error) < 0);
    assert_non_null(strstr(error.source, "slant-stream-"));
    expect_start(out.text.data, "{\"id\":1,\"actors\":[{\"actor\":\"IND\"");
    assert_int_equal(count(out.text.data, "\"id\":2"), 0);
    slant_buffer_free(&out.text);
  }
}

static void test_sink_fails(void **state) {
  (void)state;
  const char *input = put_many(0, 3000);
  for (int64_t threads = 1; threads <= 4; threads++)
    for (uint64_t at = 1; at <= 3; at++) {
      slant_stream_options options = options_of(threads);
      slant_stream_counts counts;
      slant_error error = {0};
      lines out = {.fail_at = at};
      options.format = at == 2; /* CSV: its header comes first */
      assert_int_equal(run(&out, &input, 1, &options, &counts, &error), SLANT_E_IO);
      assert_string_equal(error.message, "broken pipe");
      assert_int_equal(out.calls, at); /* never called again */
      slant_buffer_free(&out.text);
    }
}

static void test_cancel(void **state) {
  (void)state;
  const char *input = put_many(0, 3000);
  for (int64_t threads = 1; threads <= 3; threads++) {
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    lines out = {.cancel_at = 2};
    assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), SLANT_E_CANCELLED);
    assert_int_equal(count(out.text.data, "\n"), counts.records); /* whole lines only */
    assert_true(counts.records > 0 && counts.records < 3000);
    slant_buffer_free(&out.text);
  }
}

static void test_nothing_to_read(void **state) {
  (void)state;
  const char *input = put_text(0, "");
  slant_stream_counts counts = {.records = 9};
  slant_stream_options options = options_of(0); /* one a core */
  lines out = {0};
  assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), 0);
  assert_int_equal(run(&out, NULL, 0, &options, &counts, NULL), 0);
  assert_int_equal(counts.records, 0);
  assert_string_equal(out.text.data, "");
  options.format = 1;
  slant_buffer_clear(&out.text);
  assert_int_equal(run(&out, &input, 1, &options, &counts, NULL), 0);
  assert_int_equal(count(out.text.data, "\n"), 1);
  slant_buffer_free(&out.text);
}

static void test_bad_options(void **state) {
  (void)state;
  slant_stream_options options = options_of(-1);
  slant_stream_counts counts;
  lines out = {0};
  assert_int_equal(run(&out, NULL, 0, &options, &counts, NULL), SLANT_E_ARGUMENT);
  options.threads = 100000;
  assert_int_equal(run(&out, NULL, 0, &options, &counts, NULL), SLANT_E_ARGUMENT);
  options = options_of(1);
  options.format = 3;
  assert_int_equal(run(&out, NULL, 0, &options, &counts, NULL), SLANT_E_ARGUMENT);
  assert_int_equal(out.calls, 0);
  slant_buffer_free(&out.text);
}

/* ---- a slow input ---- */
typedef struct slow {
  int descriptor;
  pthread_mutex_t lock;
  pthread_cond_t wrote;
  int written;
} slow;

static int slow_sink(void *context, const char *bytes, size_t len, slant_error *error) {
  slow *s = context;
  (void)error;
  pthread_mutex_lock(&s->lock);
  for (size_t i = 0; i < len; i++) s->written += bytes[i] == '\n';
  pthread_cond_signal(&s->wrote);
  pthread_mutex_unlock(&s->lock);
  return SLANT_OK;
}

/* Writes a record and waits for its line before it writes the next. */
static void *talk(void *argument) {
  slow *s = argument;
  static const char record[] = "{\"text\":\"India\"}\n";
  for (int i = 1; i <= 20; i++) {
    if (write(s->descriptor, record, sizeof record - 1) < 0) break;
    pthread_mutex_lock(&s->lock);
    while (s->written < i) pthread_cond_wait(&s->wrote, &s->lock);
    pthread_mutex_unlock(&s->lock);
  }
  close(s->descriptor);
  return NULL;
}

/* A record that arrives alone is answered at once, not when a batch is full. */
static void test_slow_input(void **state) {
  (void)state;
  for (int64_t threads = 1; threads <= 3; threads++) {
    int ends[2];
    char path[32];
    pthread_t writer;
    slant_stream_options options = options_of(threads);
    slant_stream_counts counts;
    assert_int_equal(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    const char *input = path;
    slow s = {.descriptor = ends[1], .lock = PTHREAD_MUTEX_INITIALIZER, .wrote = PTHREAD_COND_INITIALIZER};
    assert_int_equal(pthread_create(&writer, NULL, talk, &s), 0);
    assert_int_equal(slant_stream_run(bundle->predictor, &input, 1, &options, slow_sink, &s, NULL, &counts, NULL), 0);
    pthread_join(writer, NULL);
    close(ends[0]);
    assert_int_equal(counts.records, 20);
  }
}

static int set_up(void **state) {
  static tiny opened;
  (void)state;
  opened = tiny_open(SLANT_MODE_TARGET);
  bundle = &opened;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  tiny_close(bundle);
  return 0;
}

#define STREAM_TEST(name) cmocka_unit_test_teardown(name, remove_files)

int main(void) {
  const struct CMUnitTest tests[] = {STREAM_TEST(test_lines),           STREAM_TEST(test_csv),
                                     STREAM_TEST(test_threads),         STREAM_TEST(test_many_inputs),
                                     STREAM_TEST(test_long_records),    STREAM_TEST(test_stop_at_first_error),
                                     STREAM_TEST(test_missing_input),   STREAM_TEST(test_damaged_input),
                                     STREAM_TEST(test_sink_fails),      STREAM_TEST(test_cancel),
                                     STREAM_TEST(test_nothing_to_read), STREAM_TEST(test_bad_options),
                                     STREAM_TEST(test_slow_input)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
