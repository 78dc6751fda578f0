/* outlet.c: when lines are handed on, as what, and what an empty run leaves. */
#include "predict/outlet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include <cmocka.h>

/* What a sink was given. */
typedef struct given {
  slant_buffer bytes;
  uint32_t calls;
  int status; /* that it answers */
} given;

static int take(void *context, const char *bytes, size_t len, slant_error *error) {
  given *g = context;
  (void)error;
  g->calls++;
  slant_buffer_append(&g->bytes, bytes, len);
  return g->status;
}

static const slant_mark mark = {1, 2, 3, 4};
static const slant_stream_counts none;

static int put(slant_outlet *outlet, const char *text) {
  slant_buffer lines = {0};
  slant_buffer_text(&lines, text);
  int status = slant_outlet_put(outlet, &lines, NULL, &mark, &none, NULL);
  slant_buffer_free(&lines);
  return status;
}

static void assert_given(const given *g, const char *text) {
  assert_int_equal(g->bytes.len, strlen(text));
  if (g->bytes.len) assert_memory_equal(g->bytes.data, text, g->bytes.len);
}

/* Who waits for an answer to each line gets it at once. */
static void test_lines_go_through(void **state) {
  (void)state;
  given g = {0};
  slant_outlet outlet;
  assert_int_equal(slant_outlet_open(&outlet, take, &g, NULL, SLANT_PACK_NONE, false, NULL), 0);
  assert_int_equal(put(&outlet, "one\n"), 0);
  assert_given(&g, "one\n");
  assert_int_equal(put(&outlet, ""), 0);
  assert_int_equal(put(&outlet, "two\n"), 0);
  assert_int_equal(slant_outlet_end(&outlet, true, NULL), 0);
  assert_given(&g, "one\ntwo\n");
  assert_int_equal(g.calls, 2);
  g.status = SLANT_E_IO;
  assert_int_equal(put(&outlet, "three\n"), SLANT_E_IO);
  slant_outlet_close(&outlet);
  slant_buffer_free(&g.bytes);
}

/* All gzip members, one behind the other, unpacked; returns how many there were. */
static uint32_t unpack(const slant_buffer *packed, slant_buffer *out) {
  z_stream z = {.next_in = (unsigned char *)packed->data, .avail_in = (unsigned)packed->len};
  uint32_t members = 0;
  unsigned char bytes[4096];
  assert_int_equal(inflateInit2(&z, 31), Z_OK);
  while (z.avail_in) {
    z.next_out = bytes;
    z.avail_out = sizeof bytes;
    int status = inflate(&z, Z_NO_FLUSH);
    assert_true(status == Z_OK || status == Z_STREAM_END);
    slant_buffer_append(out, bytes, sizeof bytes - z.avail_out);
    if (status != Z_STREAM_END) continue;
    members++;
    assert_int_equal(inflateReset(&z), Z_OK);
  }
  inflateEnd(&z);
  return members;
}

/* Packed lines wait for a whole chunk, each of which is a member of its own. */
static void test_chunks(void **state) {
  (void)state;
  enum { LINE = 1000 };
  given g = {0};
  slant_outlet outlet;
  slant_buffer expected = {0}, found = {0};
  char line[LINE + 1];
  assert_int_equal(slant_outlet_open(&outlet, take, &g, NULL, SLANT_PACK_GZIP, false, NULL), 0);
  for (int i = 0; i < 2500; i++) {
    memset(line, 'a' + i % 26, LINE - 1);
    memcpy(line + LINE - 1, "\n", 2);
    slant_buffer_text(&expected, line);
    assert_int_equal(put(&outlet, line), 0);
    assert_int_equal(g.calls, expected.len / (SLANT_OUTLET_CHUNK / LINE * LINE + LINE));
  }
  assert_int_equal(slant_outlet_end(&outlet, true, NULL), 0);
  assert_int_equal(unpack(&g.bytes, &found), 3);
  assert_int_equal(found.len, expected.len);
  assert_memory_equal(found.data, expected.data, found.len);
  slant_outlet_close(&outlet);
  slant_buffer_free(&expected);
  slant_buffer_free(&found);
  slant_buffer_free(&g.bytes);
}

/* Nothing at all is still a gzip file; and not twice. */
static void test_nothing(void **state) {
  (void)state;
  for (int lines = 0; lines < 2; lines++) {
    given g = {0};
    slant_outlet outlet;
    slant_buffer found = {0};
    assert_int_equal(slant_outlet_open(&outlet, take, &g, NULL, SLANT_PACK_GZIP, false, NULL), 0);
    if (lines) assert_int_equal(put(&outlet, "line\n"), 0);
    assert_int_equal(slant_outlet_end(&outlet, true, NULL), 0);
    assert_int_equal(unpack(&g.bytes, &found), 1);
    assert_int_equal(found.len, lines ? 5 : 0);
    slant_outlet_close(&outlet);
    slant_buffer_free(&found);
    slant_buffer_free(&g.bytes);
  }
}

/* A sink gets one table in the end, of all that was put. */
static void test_counts(void **state) {
  (void)state;
  given g = {0};
  slant_outlet outlet;
  slant_buffer no_lines = {0};
  slant_tally *table;
  const slant_tally_row row = {.actor = slant_str_of("ARL"),
                               .task = slant_str_of("t"),
                               .label = slant_str_of("pro"),
                               .records = 2,
                               .mentions = 3};
  assert_int_equal(slant_tally_new(&table, NULL), 0);
  assert_int_equal(slant_tally_add(table, &row, NULL), 0);
  assert_int_equal(slant_outlet_open(&outlet, take, &g, NULL, SLANT_PACK_NONE, true, NULL), 0);
  for (int i = 0; i < 2; i++) assert_int_equal(slant_outlet_put(&outlet, &no_lines, table, &mark, &none, NULL), 0);
  assert_int_equal(g.calls, 0);
  assert_int_equal(slant_outlet_end(&outlet, true, NULL), 0);
  assert_given(&g, "actor,task,source,date,label,records,mentions\nARL,t,,,pro,4,6\n");
  slant_outlet_close(&outlet);
  slant_tally_free(table);
  slant_buffer_free(&g.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines_go_through), cmocka_unit_test(test_chunks),
                                     cmocka_unit_test(test_nothing), cmocka_unit_test(test_counts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
