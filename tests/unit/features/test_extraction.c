/*
 * What holds for every text: the short way for ASCII gives what Unicode's properties give; a vector depends on the text
 * and the pipeline alone; and a warm extractor allocates nothing, however many tokens there are.
 */
#include "features/document_scratch.h"

#include "common/memory.h"
#include "common/random.h"

#include <pthread.h>
#include <setjmp.h>
#include <slant/pipeline.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- allocations of this thread, counted by the linker's --wrap ---- */
static _Thread_local size_t n_allocations;
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size) {
  n_allocations++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  n_allocations++;
  return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
  n_allocations++;
  return __real_realloc(old, size);
}

/* ---- texts ---- */
static const char *const pieces[] = {"the",
                                     "Envoys",
                                     "MINISTER",
                                     "don't",
                                     "well-known",
                                     "U.S.",
                                     "3,000",
                                     "12:30",
                                     "soooo",
                                     "GREAT!!!",
                                     "#PeaceTalk",
                                     "@desk",
                                     "http://a.example/x?y=1",
                                     "www.b.example",
                                     ":-)",
                                     "<3",
                                     "...",
                                     "--",
                                     "(",
                                     ")",
                                     "\"",
                                     "'",
                                     ",",
                                     ".",
                                     "?!",
                                     "$5",
                                     "&amp;",
                                     "&#39;",
                                     "&bogus;",
                                     "e-mail",
                                     "na\xc3\xafve",
                                     "\xe2\x80\x9cquoted\xe2\x80\x9d",
                                     "caf\xc3\xa9\xe2\x80\x99s",
                                     "\xf0\x9f\x98\x80",
                                     "\xff\xfe",
                                     "\xd0\x9c\xd0\xb8\xd1\x80",
                                     "e\xcc\x81",
                                     "\xc2\xa0",
                                     "abcdefgh",
                                     "abcdefghijklmno",
                                     "abcdefghijklmnop",
                                     "Aaab",
                                     "crossingseeeam",
                                     "abcdefgggijklm",
                                     "abcdefgggijklmn",
                                     "CONSTITUTIONAL",
                                     "Parliamentary",
                                     "iPhoneWatchers",
                                     "aaaaaaaaaaaaaaaaaa",
                                     "x",
                                     "a1b2",
                                     "Obama's",
                                     "states'",
                                     "half-",
                                     "-half",
                                     "h",
                                     "w",
                                     "not",
                                     "praised",
                                     "failed"};
static const char *const gaps[] = {" ", " ", " ", " ", "", "\n", "\n\n", "  ", "\t", "\r\n"};
enum { N_PIECES = sizeof pieces / sizeof *pieces, N_GAPS = sizeof gaps / sizeof *gaps };

/* Words, signs and gaps of every kind, and now and then any bytes at all. */
static void make_text(slant_random *random, slant_buffer *out, uint32_t n, bool ascii) {
  slant_buffer_clear(out);
  for (uint32_t i = 0; i < n; i++) {
    if (!slant_random_below(random, 12)) {
      for (uint64_t k = slant_random_below(random, 10); k; k--)
        slant_buffer_char(out, (char)(ascii ? ' ' + slant_random_below(random, 95) : slant_random_below(random, 256)));
    } else {
      const char *piece;
      do piece = pieces[slant_random_below(random, N_PIECES)];
      while (ascii && piece[0] & 0x80);
      slant_buffer_text(out, piece);
    }
    slant_buffer_text(out, gaps[slant_random_below(random, N_GAPS)]);
  }
  assert_false(out->failed);
}

static slant_str str_of(const slant_buffer *text) {
  return (slant_str){text->data, text->len};
}

/* ---- the two ways ---- */
static void same_documents(const slant_document *a, const slant_document *b, const char *text) {
  assert_int_equal(a->n_points, b->n_points);
  assert_int_equal(a->n_invalid, b->n_invalid);
  assert_true(slant_str_equal(a->text, b->text));
  if (!slant_str_equal(a->forms, b->forms)) fail_msg("forms of: %s", text);
  if (a->n_tokens != b->n_tokens) fail_msg("%u and %u tokens in: %s", a->n_tokens, b->n_tokens, text);
  for (uint32_t t = 0; t < a->n_tokens; t++)
    if (memcmp(&a->tokens[t], &b->tokens[t], offsetof(slant_token, flags) + 1) != 0) /* padding follows */
      fail_msg("token %u (%.*s) in: %s", t, (int)(a->tokens[t].to - a->tokens[t].from), a->text.ptr + a->tokens[t].from,
               text);
  assert_int_equal(a->n_sentences, b->n_sentences);
  assert_memory_equal(a->sentences, b->sentences, a->n_sentences * sizeof *a->sentences);
}

static void ascii_is_a_short_way(void **state) {
  (void)state;
  slant_document *fast, *slow;
  slant_buffer text = {0};
  slant_random random = slant_random_from(8, 0);
  assert_int_equal(slant_document_new(&fast, NULL), 0);
  assert_int_equal(slant_document_new(&slow, NULL), 0);
  slow->scratch->clean.by_point = slow->scratch->tokens.by_point = true;
  for (int i = 0; i < 6000; i++) {
    make_text(&random, &text, (uint32_t)slant_random_below(&random, 30), i % 2);
    assert_int_equal(slant_document_read(fast, str_of(&text), NULL), 0);
    assert_int_equal(slant_document_read(slow, str_of(&text), NULL), 0);
    slant_buffer_char(&text, '\0');
    same_documents(fast, slow, text.data);
  }
  slant_document_free(fast);
  slant_document_free(slow);
  slant_buffer_free(&text);
}

/* ---- hashes alone ---- */
static void same_hashes(slant_document *whole, slant_document *hashed, const slant_buffer *text) {
  assert_int_equal(slant_document_read(whole, str_of(text), NULL), 0);
  assert_int_equal(slant_document_read_hashes(hashed, str_of(text), NULL), 0);
  assert_true(slant_str_equal(whole->text, hashed->text));
  assert_int_equal(whole->n_points, hashed->n_points);
  assert_int_equal(whole->n_invalid, hashed->n_invalid);
  assert_null(hashed->tokens);
  for (uint32_t t = 0; t < whole->n_tokens && t < hashed->n_tokens; t++)
    if (whole->hashes[t] != whole->tokens[t].hash || whole->hashes[t] != hashed->hashes[t])
      fail_msg("hash of token %u (%.*s) in: %.*s", t, (int)(whole->tokens[t].to - whole->tokens[t].from),
               whole->text.ptr + whole->tokens[t].from, (int)whole->text.len, whole->text.ptr);
  if (whole->n_tokens != hashed->n_tokens)
    fail_msg("%u and %u tokens in: %.*s", whole->n_tokens, hashed->n_tokens, (int)text->len, text->data);
}

/* Bytes that change what their neighbours are. */
static void make_crowd(slant_random *random, slant_buffer *out, uint64_t n) {
  static const char bytes[] = "aaabBstmdrevlwhp8019 \n\t''--..,:;/!?\"()[]#@<>=%_&$\xc3\xa9\x01";
  slant_buffer_clear(out);
  while (n--) slant_buffer_char(out, bytes[slant_random_below(random, sizeof bytes)]);
}

static void hashes_are_those_of_tokens(void **state) {
  (void)state;
  slant_document *whole, *hashed;
  slant_buffer text = {0};
  assert_int_equal(slant_document_new(&whole, NULL), 0);
  assert_int_equal(slant_document_new(&hashed, NULL), 0);
  for (slant_kernel kernel = 0; kernel < SLANT_N_KERNELS; kernel++) {
    slant_random random = slant_random_from(11, kernel);
    hashed->scratch->hashes.pass = slant_kernel_hash_pass(kernel);
    for (int i = 0; hashed->scratch->hashes.pass && i < 6000; i++) {
      if (i % 3)
        make_text(&random, &text, (uint32_t)slant_random_below(&random, 40), i % 3 == 1);
      else
        make_crowd(&random, &text, slant_random_below(&random, 300));
      same_hashes(whole, hashed, &text);
    }
  }
  slant_document_free(whole);
  slant_document_free(hashed);
  slant_buffer_free(&text);
}

/* Every kernel's masks are the portable one's: every byte beside every other, and any bytes at all. */
static void kernels_agree(void **state) {
  (void)state;
  slant_random random = slant_random_from(12, 0);
  unsigned char bytes[SLANT_BLOCK + 1];
  int n_kernels = 0;
  for (uint64_t i = 0; i < 66000; i++) {
    for (uint64_t k = 0; k <= SLANT_BLOCK; k++)
      bytes[k] = (unsigned char)(k % 2 ? i : k % 3 ? i >> 8 : slant_random_below(&random, 256));
    slant_classes expected, found;
    slant_kernel_classify(SLANT_KERNEL_PORTABLE)(bytes, &expected);
    n_kernels = 0;
    for (slant_kernel kernel = 0; kernel < SLANT_N_KERNELS; kernel++) {
      slant_classify *classify = slant_kernel_classify(kernel);
      if (!classify) continue;
      n_kernels++;
      classify(bytes, &found);
      assert_memory_equal(&found, &expected, sizeof expected);
    }
  }
  assert_true(n_kernels >= 2);
}

/* ---- vectors ---- */
static const char *const specifications[] = {
    "words min=1 max=2 tf=log min-df=1\nchars min=2 max=4 tf=log min-df=1\nlexicon\nvectors\n",
    "words min=1 max=3 min-df=1\nchars min=3 max=5 min-df=1\nmention min-df=1\npattern min-df=1\n"
    "verb min-df=1\nlexicon\nvectors\n"};

enum { N_TEXTS = 40 };

typedef struct fixture {
  slant_mode mode;
  slant_pipeline *pipeline;
  slant_buffer texts[N_TEXTS];
} fixture;

static slant_example example_of(slant_document *document, slant_mode mode, const slant_buffer *text) {
  assert_int_equal(slant_document_read(document, str_of(text), NULL), 0);
  slant_example example = {.document = document};
  if (mode == SLANT_MODE_DOCUMENT || !document->n_tokens) return example;
  example.first = document->n_tokens / 2;
  example.last = example.first + 1;
  return example;
}

static void open_fixture(fixture *f, slant_mode mode, uint32_t n_pieces) {
  slant_random random = slant_random_from(9, mode);
  slant_document *document;
  slant_extractor *extractor;
  const slant_sources sources = {.vectors = TEST_DATA "/features/vectors.vec"};
  *f = (fixture){.mode = mode};
  assert_int_equal(slant_pipeline_new_with(&f->pipeline, mode, specifications[mode], &sources, NULL), 0);
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_extractor_new(&extractor, f->pipeline, NULL), 0);
  for (int i = 0; i < N_TEXTS; i++) {
    slant_buffer_text(&f->texts[i], ""); /* a text always has a word */
    make_text(&random, &f->texts[i], n_pieces, false);
    slant_buffer_text(&f->texts[i], " word");
    if (i % 2 == 0)
      assert_int_equal(slant_pipeline_grow(f->pipeline, extractor, example_of(document, mode, &f->texts[i]), NULL), 0);
  }
  assert_int_equal(slant_pipeline_freeze(f->pipeline, NULL), 0);
  slant_extractor_free(extractor);
  slant_document_free(document);
}

static void close_fixture(fixture *f) {
  for (int i = 0; i < N_TEXTS; i++) slant_buffer_free(&f->texts[i]);
  slant_pipeline_free(f->pipeline);
}

/* A vector as bytes. */
static void put_vector(slant_buffer *out, const slant_vector *v) {
  slant_buffer_clear(out);
  slant_buffer_append(out, v->index, v->n_sparse * sizeof *v->index);
  slant_buffer_append(out, v->value, v->n_sparse * sizeof *v->value);
  slant_buffer_append(out, v->dense, v->n_dense * sizeof *v->dense);
}

typedef struct reader {
  const fixture *f;
  uint64_t seed;
  slant_buffer vectors[N_TEXTS];
} reader;

/* All texts' vectors, in an order of its own; each text is read once or several times. */
static void *read_all(void *context) {
  reader *r = context;
  slant_random random = slant_random_from(r->seed, 1);
  uint32_t order[N_TEXTS];
  slant_document *document;
  slant_extractor *extractor;
  slant_document_new(&document, NULL);
  slant_extractor_new(&extractor, r->f->pipeline, NULL);
  for (uint32_t i = 0; i < N_TEXTS; i++) order[i] = i;
  slant_random_shuffle(&random, order, N_TEXTS);
  for (uint32_t i = 0; i < N_TEXTS; i++)
    for (uint64_t again = 1 + slant_random_below(&random, 2); again; again--) {
      slant_vector vector;
      slant_example example = example_of(document, r->f->mode, &r->f->texts[order[i]]);
      if (slant_extract(extractor, example, &vector, NULL) == 0) put_vector(&r->vectors[order[i]], &vector);
    }
  slant_extractor_free(extractor);
  slant_document_free(document);
  return NULL;
}

static void vectors_depend_on_nothing_else(void **state) {
  (void)state;
  for (slant_mode mode = SLANT_MODE_DOCUMENT; mode <= SLANT_MODE_TARGET; mode++) {
    fixture f;
    open_fixture(&f, mode, 60);
    reader readers[4];
    pthread_t threads[4];
    for (uint64_t r = 0; r < 4; r++) {
      readers[r] = (reader){.f = &f, .seed = r};
      assert_int_equal(pthread_create(&threads[r], NULL, read_all, &readers[r]), 0);
    }
    for (int r = 0; r < 4; r++) pthread_join(threads[r], NULL);
    for (int i = 0; i < N_TEXTS; i++) {
      assert_true(readers[0].vectors[i].len > 0);
      for (int r = 0; r < 4; r++) {
        assert_true(slant_str_equal(str_of(&readers[r].vectors[i]), str_of(&readers[0].vectors[i])));
        if (r) slant_buffer_free(&readers[r].vectors[i]);
      }
      slant_buffer_free(&readers[0].vectors[i]);
    }
    close_fixture(&f);
  }
}

/* An extractor that keeps what it has met of words gives what one gives that has met nothing, also when it has met so
 * many that it has forgotten them. */
static void what_is_kept_changes_nothing(void **state) {
  (void)state;
  for (slant_mode mode = SLANT_MODE_DOCUMENT; mode <= SLANT_MODE_TARGET; mode++) {
    fixture f;
    open_fixture(&f, mode, 60);
    slant_document *document;
    slant_extractor *kept, *fresh;
    slant_buffer expected = {0}, found = {0}, filler = {0};
    uint32_t number = 0;
    assert_int_equal(slant_document_new(&document, NULL), 0);
    assert_int_equal(slant_extractor_new(&kept, f.pipeline, NULL), 0);
    for (int i = 0; i < 3 * N_TEXTS; i++) {
      slant_vector vector;
      slant_buffer_clear(&filler);
      for (int k = 0; k < 250; k++) slant_buffer_format(&filler, "unheard%u ", number++);
      assert_int_equal(slant_extract(kept, example_of(document, mode, &filler), &vector, NULL), 0);
      slant_example example = example_of(document, mode, &f.texts[i % N_TEXTS]);
      assert_int_equal(slant_extractor_new(&fresh, f.pipeline, NULL), 0);
      assert_int_equal(slant_extract(fresh, example, &vector, NULL), 0);
      put_vector(&expected, &vector);
      assert_int_equal(slant_extract(kept, example, &vector, NULL), 0);
      put_vector(&found, &vector);
      assert_true(slant_str_equal(str_of(&found), str_of(&expected)));
      slant_extractor_free(fresh);
    }
    slant_buffer_free(&expected);
    slant_buffer_free(&found);
    slant_buffer_free(&filler);
    slant_extractor_free(kept);
    slant_document_free(document);
    close_fixture(&f);
  }
}

/* One mention after the other in the same sentence: what is kept from one for the next changes nothing either. */
static void neighbours_change_nothing(void **state) {
  (void)state;
  fixture f;
  open_fixture(&f, SLANT_MODE_TARGET, 60);
  slant_document *document;
  slant_extractor *kept, *fresh;
  slant_buffer expected = {0}, found = {0};
  assert_int_equal(slant_document_new(&document, NULL), 0);
  assert_int_equal(slant_extractor_new(&kept, f.pipeline, NULL), 0);
  for (int i = 0; i < N_TEXTS; i++) {
    slant_example example = example_of(document, SLANT_MODE_TARGET, &f.texts[i]);
    for (uint32_t t = 0; t < 12 && t + 2 < document->n_tokens; t++) {
      slant_vector vector;
      example.first = t;
      example.last = t + 1 + t % 2;
      assert_int_equal(slant_extractor_new(&fresh, f.pipeline, NULL), 0);
      assert_int_equal(slant_extract(fresh, example, &vector, NULL), 0);
      put_vector(&expected, &vector);
      assert_int_equal(slant_extract(kept, example, &vector, NULL), 0);
      put_vector(&found, &vector);
      assert_true(slant_str_equal(str_of(&found), str_of(&expected)));
      slant_extractor_free(fresh);
    }
  }
  slant_buffer_free(&expected);
  slant_buffer_free(&found);
  slant_extractor_free(kept);
  slant_document_free(document);
  close_fixture(&f);
}

static void warm_extractors_allocate_nothing(void **state) {
  (void)state;
  for (slant_mode mode = SLANT_MODE_DOCUMENT; mode <= SLANT_MODE_TARGET; mode++) {
    fixture f;
    open_fixture(&f, mode, 400);
    slant_document *document;
    slant_extractor *extractor;
    slant_vector vector;
    uint64_t tokens = 0;
    assert_int_equal(slant_document_new(&document, NULL), 0);
    assert_int_equal(slant_extractor_new(&extractor, f.pipeline, NULL), 0);
    for (int pass = 0; pass < 2; pass++) {
      n_allocations = 0;
      for (int i = 0; i < N_TEXTS; i++) {
        slant_example example = example_of(document, mode, &f.texts[i]);
        assert_int_equal(slant_extract(extractor, example, &vector, NULL), 0);
        tokens += document->n_tokens;
      }
      if (pass == 0) assert_true(n_allocations > 0); /* the counter counts */
    }
    assert_true(tokens > 10000);
    assert_int_equal(n_allocations, 0);
    slant_extractor_free(extractor);
    slant_document_free(document);
    close_fixture(&f);
  }
}

/* A pipeline of whole words reads hashes alone: the vectors are those of whole documents, occurrences are refused, and
 * nothing is allocated once warm. */
static void words_need_hashes_only(void **state) {
  (void)state;
  static const char *const words[] = {"words min=1 max=2 min-df=1\n", "words min=1 max=3 skip=1 tf=log min-df=1\n"};
  for (int k = 0; k < 2; k++) {
    slant_random random = slant_random_from(13, (uint64_t)k);
    slant_pipeline *pipeline;
    slant_document *whole, *hashed;
    slant_extractor *one, *other;
    slant_buffer texts[N_TEXTS] = {0}, expected = {0}, found = {0};
    slant_vector vector;
    assert_int_equal(slant_pipeline_new(&pipeline, SLANT_MODE_DOCUMENT, words[k], NULL), 0);
    assert_int_equal(slant_document_new(&whole, NULL), 0);
    assert_int_equal(slant_document_new(&hashed, NULL), 0);
    assert_int_equal(slant_extractor_new(&one, pipeline, NULL), 0);
    for (int i = 0; i < N_TEXTS; i++) {
      make_text(&random, &texts[i], 200, i % 3 == 0);
      slant_example example = example_of(whole, SLANT_MODE_DOCUMENT, &texts[i]);
      if (i % 2) assert_int_equal(slant_pipeline_grow(pipeline, one, example, NULL), 0);
    }
    assert_int_equal(slant_pipeline_freeze(pipeline, NULL), 0);
    assert_int_equal(slant_extractor_new(&other, pipeline, NULL), 0);
    for (int pass = 0; pass < 2; pass++) {
      n_allocations = 0;
      for (int i = 0; i < N_TEXTS; i++) {
        assert_int_equal(slant_pipeline_read(pipeline, hashed, str_of(&texts[i]), NULL), 0);
        assert_null(hashed->tokens);
        assert_int_equal(slant_extract(other, (slant_example){hashed, 0, 0}, &vector, NULL), 0);
        if (pass) continue;
        put_vector(&found, &vector);
        slant_example example = example_of(whole, SLANT_MODE_DOCUMENT, &texts[i]);
        assert_int_equal(slant_extract(one, example, &vector, NULL), 0);
        put_vector(&expected, &vector);
        assert_true(slant_str_equal(str_of(&expected), str_of(&found)));
      }
    }
    assert_int_equal(n_allocations, 0);
    assert_int_equal(slant_extract_occurrences(other, (slant_example){hashed, 0, 0}, NULL, NULL, NULL),
                     SLANT_E_ARGUMENT);
    for (int i = 0; i < N_TEXTS; i++) slant_buffer_free(&texts[i]);
    slant_buffer_free(&expected);
    slant_buffer_free(&found);
    slant_extractor_free(one);
    slant_extractor_free(other);
    slant_document_free(whole);
    slant_document_free(hashed);
    slant_pipeline_free(pipeline);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ascii_is_a_short_way),
      cmocka_unit_test(hashes_are_those_of_tokens),
      cmocka_unit_test(kernels_agree),
      cmocka_unit_test(vectors_depend_on_nothing_else),
      cmocka_unit_test(what_is_kept_changes_nothing),
      cmocka_unit_test(words_need_hashes_only),
      cmocka_unit_test(neighbours_change_nothing),
      cmocka_unit_test(warm_extractors_allocate_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
