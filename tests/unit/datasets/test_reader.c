/* source.c, parser.c, jsonl.c, csv.c, fields.c and json.cc: from bytes to records. */
#include "common/memory.h"
#include "common/random.h"
#include "datasets/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Every record as one line: "line: text | id=… | actor/task/label from-to", errors as "line: code message". */
static char *read_all(slant_str bytes, const char *name, const slant_reader_options *options) {
  slant_buffer out = {0};
  slant_source *source;
  slant_parser *parser = NULL;
  slant_error error = {0};
  slant_raw raw;
  int status = slant_source_open_memory(&source, bytes, name, options, &error), more = 0;
  if (!status) status = slant_parser_new(&parser, source, &error);
  if (status) slant_buffer_format(&out, "open: %s %s\n", slant_status_word(status), error.message);
  while (!status && (more = slant_source_next(source, &raw, &error)) == 1) {
    slant_record record;
    slant_error fault = {0};
    if (slant_parser_parse(parser, &raw, &record, &fault)) {
      slant_buffer_format(&out, "%d: %s %s\n", (int)fault.line, slant_status_word(fault.code), fault.message);
      continue;
    }
    slant_buffer_format(&out, "%d: %.*s", (int)record.line, (int)record.text.len, record.text.ptr);
    if (record.id.len) slant_buffer_format(&out, " | id=%.*s", (int)record.id.len, record.id.ptr);
    if (record.group.len) slant_buffer_format(&out, " | group=%.*s", (int)record.group.len, record.group.ptr);
    if (record.repaired) slant_buffer_format(&out, " | repaired=%d", (int)record.repaired);
    for (size_t i = 0; i < record.n_labels; i++) {
      const slant_label *l = &record.labels[i];
      slant_buffer_format(&out, " | %.*s/%.*s/%.*s %d-%d", (int)l->actor.len, l->actor.ptr, (int)l->task.len,
                          l->task.ptr, (int)l->label.len, l->label.ptr, (int)l->from, (int)l->to);
      if (l->weight > 0) slant_buffer_format(&out, " x%g", l->weight);
    }
    for (size_t i = 0; i < record.n_kept; i++)
      slant_buffer_format(&out, " | %.*s=%.*s", (int)record.kept[i].name.len, record.kept[i].name.ptr,
                          (int)record.kept[i].json.len, record.kept[i].json.ptr);
    slant_buffer_char(&out, '\n');
  }
  if (more < 0) slant_buffer_format(&out, "end: %s\n", slant_status_word(more));
  if (!status) slant_source_close(source);
  slant_parser_free(parser);
  slant_buffer_char(&out, '\0');
  return out.data;
}

static void check_bytes(const char *name, const slant_reader_options *options, const char *bytes, size_t len,
                        const char *expected) {
  char *found = read_all((slant_str){bytes, len}, name, options);
  assert_string_equal(found, expected);
  free(found);
}

static void check(const char *name, const char *bytes, const char *expected) {
  const slant_reader_options options = {.max_record = 1 << 20};
  check_bytes(name, &options, bytes, strlen(bytes), expected);
}

static void test_json_lines(void **state) {
  (void)state;
  check("a.jsonl", "", "");
  check("a.jsonl", "{\"text\":\"a\"}\n\n  \n{\"text\":\"b\",\"id\":7}", "1: a\n4: b | id=7\n");
  check("a.jsonl", "{\"text\":\"a\"}\r\n{\"text\":\"b\"}\r\n", "1: a\n2: b\n");
  check("a.jsonl", "\xef\xbb\xbf{\"text\":\"a\",\"group\":\"g\"}\n", "1: a | group=g\n");
  check("a.jsonl", "{\"text\":\"x\",\"actor\":\"PAK\",\"label\":\"positive\",\"from\":0,\"to\":1}\n",
        "1: x | PAK/sentiment/positive 0-1\n");
  check("a.jsonl", "{\"text\":\"x\",\"label\":-1}\n{\"text\":\"x\",\"label\":true,\"task\":\"t\"}\n",
        "1: x | */sentiment/-1 -1--1\n2: x | */t/true -1--1\n");
  check("a.jsonl",
        "{\"text\":\"x\",\"labels\":[{\"actor\":\"A\",\"label\":\"n\"},{\"actor\":\"B\",\"task\":\"s\",\"label\":\"f\"}"
        "]}",
        "1: x | A/sentiment/n -1--1 | B/s/f -1--1\n");
  check("a.jsonl", "{\"text\":\"first\",\"text\":\"second\"}", "1: first\n");
  check("a.jsonl", "{\"text\":\"a\\u0000b\"}", "1: a\n"); /* a NUL is part of the text, and ends what printf shows */
}

/* Beside the text it is of every label that has none of its own, wherever it stands; of no gold label it is anything.
 */
static void test_weights(void **state) {
  (void)state;
  check("a.jsonl",
        "{\"text\":\"x\",\"label\":\"p\",\"weight\":2.5}\n{\"weight\":\"1e-2\",\"text\":\"x\",\"label\":\"p\"}\n",
        "1: x | */sentiment/p -1--1 x2.5\n2: x | */sentiment/p -1--1 x0.01\n");
  check(
      "a.jsonl",
      "{\"text\":\"x\",\"weight\":3,\"labels\":[{\"label\":\"p\",\"weight\":0.5},{\"label\":\"n\"},{\"actor\":\"A\"}]}",
      "1: x | */sentiment/p -1--1 x0.5 | */sentiment/n -1--1 x3 | A/sentiment/ -1--1\n");
  check("a.jsonl", "{\"text\":\"x\",\"weight\":\"heavy\"}\n{\"text\":\"x\",\"label\":\"p\",\"weight\":null}\n",
        "1: x\n2: x | */sentiment/p -1--1\n");
  check("a.csv", "text,label,weight\nx,p,0.25\ny,n,\n",
        "2: x | */sentiment/p -1--1 x0.25\n3: y | */sentiment/n -1--1\n");
  const slant_reader_options mapped = {.max_record = 1 << 20, .map = "weight=trust"};
  static const char trusted[] = "{\"text\":\"x\",\"label\":\"p\",\"trust\":4,\"weight\":9}";
  check_bytes("a.jsonl", &mapped, trusted, sizeof trusted - 1, "1: x | */sentiment/p -1--1 x4\n");
  static const char *const bad[] = {"0", "-1", "\"heavy\"", "1e7", "1e-7", "\"nan\"", "\"inf\"", "true", "\"1 \""};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char line[100], labels[100];
    snprintf(line, sizeof line, "{\"text\":\"x\",\"label\":\"p\",\"weight\":%s}", bad[i]);
    snprintf(labels, sizeof labels, "{\"text\":\"x\",\"labels\":[{\"label\":\"p\",\"weight\":%s}]}", bad[i]);
    const slant_reader_options options = {.max_record = 1 << 20};
    char *flat = read_all(slant_str_of(line), "a.jsonl", &options);
    char *inside = read_all(slant_str_of(labels), "a.jsonl", &options);
    assert_non_null(strstr(flat, "'weight' is no number from 1e-06 to 1e+06"));
    assert_non_null(strstr(inside, "'weight' is no number from 1e-06 to 1e+06"));
    free(flat);
    free(inside);
  }
}

static void test_bad_json_lines(void **state) {
  (void)state;
  check("a.jsonl", "not json\n{\"id\":7}\n[1]\n{\"text\":3,\"id\":\"q\"}\n{\"text\":\"ok\"}\n",
        "1: data not JSON: a value was expected\n"
        "2: data the record has no field 'text'; name its field with --map text=…\n"
        "3: data a JSON object was expected, with a field 'text'\n"
        "4: data 'text' is not a string\n"
        "5: ok\n");
  check("a.jsonl",
        "{\"text\":\"x\",\"from\":1}\n{\"text\":\"x\",\"from\":3,\"to\":2}\n{\"text\":\"x\",\"from\":2,\"to\":2}\n{"
        "\"text\":\"x\",\"from\":-1,\"to\":2}\n",
        "1: data 'from' and 'to' belong together; one of them is missing\n"
        "2: data the span 3-2 is empty or backwards\n"
        "3: data the span 2-2 is empty or backwards\n"
        "4: data 'from' and 'to' are not whole numbers of code points\n");
  check("a.jsonl", "{\"text\":\"x\",\"labels\":{}}\n{\"text\":\"x\",\"labels\":[3]}\n{\"text\":\"x\",\"label\":[]}\n",
        "1: data 'labels' is not an array\n"
        "2: data an entry of 'labels' is not an object\n"
        "3: data 'label' is not a string or a number\n");
}

static void test_bad_unicode_is_repaired(void **state) {
  (void)state;
  check("a.jsonl", "{\"text\":\"\xff\xfe\"}\n", "1: \xef\xbf\xbd\xef\xbf\xbd | repaired=2\n");
  check("a.jsonl", "{\"text\":\"\\ud800 \\ud83d\\ude00 \\\\ud800\"}\n",
        "1: \xef\xbf\xbd \xf0\x9f\x98\x80 \\ud800 | repaired=1\n");
}

static void test_mapping_and_kept_fields(void **state) {
  (void)state;
  const slant_reader_options options = {.map = "text=sentence,label=polarity", .keep = 1, .max_record = 1 << 20};
  const char *line = "{\"sentence\":\"s\",\"polarity\":1,\"url\":[1, 2],\"text\":\"t\"}\n";
  check_bytes("a.jsonl", &options, line, strlen(line), "1: s | */sentiment/1 -1--1 | url=[1, 2] | text=\"t\"\n");
  const slant_reader_options bad = {.map = "texxt=a"};
  char *found = read_all(slant_str_of("x"), "a.jsonl", &bad);
  assert_non_null(strstr(found, "open: argument"));
  free(found);
}

static void test_csv(void **state) {
  (void)state;
  check("a.csv", "id,text,label\n1,plain,pos\n2,\"with, comma\",neg\n3,\"two\nlines \"\"quoted\"\"\",pos\n4,last,neg",
        "2: plain | id=1 | */sentiment/pos -1--1\n3: with, comma | id=2 | */sentiment/neg -1--1\n"
        "4: two\nlines \"quoted\" | id=3 | */sentiment/pos -1--1\n6: last | id=4 | */sentiment/neg -1--1\n");
  check("a.csv", "text\rone\rtwo\r", "2: one\n3: two\n");
  check("a.csv", "\xef\xbb\xbftext,from,to,actor\r\nabc,0,2,X\r\n\r\nd,,,\r\n", "2: abc | X/sentiment/ 0-2\n4: d\n");
  check("a.tsv", "text\tid\na \"b\tc\"\n", "2: a \"b | id=c\"\n");
  check("a.csv.gz", "text\nx\n", "2: x\n");
  /* a quote inside a cell is an ordinary byte, and opens nothing */
  check("a.csv", "text,id\n5\" pipe,1\nx\"y\"\",2\n", "2: 5\" pipe | id=1\n3: x\"y\"\" | id=2\n");
  check("a.csv", "id,text\n1,\"a\rb\"\n2,\"c\r\n\r\nd\"\n3,e\n", "2: a\rb | id=1\n4: c\r\n\r\nd | id=2\n7: e | id=3\n");
  check("a.tsv", "text\tid\n\t\n \t1\n", "2: \n3:   | id=1\n"); /* empty cells are a row */
  check("a.csv", "text\n\xff\xc3\xa9\n", "2: \xef\xbf\xbd\xc3\xa9 | repaired=1\n");
  check("a.csv", "text,labels\nx,\"[{\"\"actor\"\":\"\"A\"\",\"\"label\"\":\"\"n\"\"}]\"\n",
        "2: x | A/sentiment/n -1--1\n");
}

static void test_bad_csv(void **state) {
  (void)state;
  check("a.csv", "", "open: data the file is empty; a header row was expected\n");
  check("a.csv", "id,label\n",
        "open: data the header row has no column 'text'; name the text's column with --map text=…\n");
  check("a.csv", "id,text\n1\n2,b,c\n3,\"x\"y\n4,ok\n",
        "2: data the row has 1 columns and the header 2\n3: data the row has 3 columns and the header 2\n"
        "4: data characters follow a closing quote; double the quotes inside a quoted field\n5: ok | id=4\n");
  check_bytes("a.csv", &(slant_reader_options){.max_record = 4}, "id,text\n", 8,
              "open: data the header row is longer than --max-record allows\n");
  check("a.csv", "text\n\"open\nmore", "2: data a quote is opened and not closed before the end\n");
}

static void test_long_records(void **state) {
  (void)state;
  slant_buffer text = {0};
  slant_buffer_text(&text, "{\"text\":\"a\"}\n{\"text\":\"");
  for (int i = 0; i < 700000; i++) slant_buffer_char(&text, 'x');
  slant_buffer_text(&text, "\"}\n{\"text\":\"b\"}\n");
  const slant_reader_options small = {.max_record = 1024};
  check_bytes("a.jsonl", &small, text.data, text.len,
              "1: a\n2: limit the record is longer than --max-record allows\n3: b\n");
  /* an open quote does not take the rest of the file with it */
  slant_buffer_clear(&text);
  slant_buffer_text(&text, "text,id\n\"open,1\n");
  for (int i = 0; i < 100000; i++) slant_buffer_text(&text, "xxxxx,2\n");
  char *found = read_all((slant_str){text.data, text.len}, "a.csv", &small);
  assert_non_null(strstr(found, "2: limit"));
  assert_non_null(strstr(found, "\n100002: xxxxx | id=2\n"));
  free(found);
  slant_buffer_free(&text);
}

/* Numbers and kept fields come out as they were written. */
static void test_texts_of_numbers(void **state) {
  (void)state;
  const slant_reader_options options = {.keep = 1};
  const char *line = "{\"x\": -0 ,\"id\":1.50,\"y\" : [1e3,\"\\u00e9\"],\"text\":\"a\"}\n"
                     "{\"text\":\"b\",\"id\":123456789012345678901234567890,\"z\":{\"a\":1e999}}\n";
  check_bytes("a.jsonl", &options, line, strlen(line),
              "1: a | id=1.50 | x=-0 | y=[1e3,\"\\u00e9\"]\n"
              "2: b | id=123456789012345678901234567890 | z={\"a\":\"1e999\"}\n");
}

/* Of two fields of one name the first counts. */
static void test_repeated_fields(void **state) {
  (void)state;
  check("a.jsonl",
        "{\"text\":\"a\",\"text\":7,\"id\":1,\"id\":2,\"labels\":[{\"label\":\"x\"}],\"labels\":[{\"label\":\"y\"}]}\n",
        "1: a | id=1 | */sentiment/x -1--1\n");
}

/* No prefix and no changed byte of good input is a fault. */
static void test_hostile_bytes(void **state) {
  (void)state;
  static const char *const inputs[] = {
      "{\"text\":\"a "
      "\\u00e9\\ud83d\\ude00\",\"labels\":[{\"actor\":\"A\",\"label\":\"n\",\"from\":0,\"to\":1}],\"x\":{\"y\":[1,2."
      "5e3]}}\n"
      "{\"text\":\"b\",\"id\":3}\n",
      "id,text,labels,from,to\r\n1,\"a \"\"b\"\"\nc\",,0,1\r\n2,d,\"[{\"\"label\"\":1}]\",,\r\n"};
  static const char *const names[] = {"a.jsonl", "a.csv"};
  const slant_reader_options options = {.keep = 1, .max_record = 1 << 20};
  slant_random random = slant_random_from(9, 9);
  for (int k = 0; k < 2; k++) {
    size_t len = strlen(inputs[k]);
    for (size_t cut = 0; cut <= len; cut++) {
      char *copy = malloc(cut + 1);
      memcpy(copy, inputs[k], cut);
      free(read_all((slant_str){copy, cut}, names[k], &options));
      free(copy);
    }
    for (int round = 0; round < 3000; round++) {
      char *copy = strdup(inputs[k]);
      for (uint64_t flips = 1 + slant_random_below(&random, 3); flips; flips--)
        copy[slant_random_below(&random, len)] = (char)slant_random_below(&random, 256);
      free(read_all((slant_str){copy, len}, names[k], &options));
      free(copy);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_json_lines),
                                     cmocka_unit_test(test_weights),
                                     cmocka_unit_test(test_bad_json_lines),
                                     cmocka_unit_test(test_bad_unicode_is_repaired),
                                     cmocka_unit_test(test_mapping_and_kept_fields),
                                     cmocka_unit_test(test_csv),
                                     cmocka_unit_test(test_bad_csv),
                                     cmocka_unit_test(test_long_records),
                                     cmocka_unit_test(test_texts_of_numbers),
                                     cmocka_unit_test(test_repeated_fields),
                                     cmocka_unit_test(test_hostile_bytes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
