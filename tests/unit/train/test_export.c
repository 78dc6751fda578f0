/* train/export.c: what is written reads back as the very vectors that the pipeline makes. */
#include "common/memory.h"
#include "train/trainer_private.h"

#include <setjmp.h>
#include <slant/trainer.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
  const char *text, *label;
} samples[] = {{"A fine and hopeful film, never dull.", "good"},
               {"A dull film, and not fine at all!", "bad"},
               {"The fine cast could not save this dull, dull film.", "bad"},
               {"Hopeful, warm and fine.", "good"}};
enum { N_SAMPLES = sizeof samples / sizeof *samples };

static slant_trainer *open_trainer(const char *task_of_last) {
  slant_train_options options;
  slant_trainer *trainer;
  memset(&options, 0, sizeof options);
  slant_options_init(slant_train_option_table, &options);
  assert_int_equal(slant_trainer_new(&trainer, &options, NULL, NULL, NULL), 0);
  for (size_t i = 0; i < N_SAMPLES; i++) {
    const char *task = i + 1 == N_SAMPLES ? task_of_last : "sentiment";
    slant_label label = {slant_str_of("*"), slant_str_of(task), slant_str_of(samples[i].label), -1, -1, 0};
    slant_record record = {.text = slant_str_of(samples[i].text), .labels = &label, .n_labels = 1, .file = "-"};
    assert_int_equal(slant_trainer_add(trainer, &record, NULL), 0);
  }
  return trainer;
}

static FILE *open_beside(const char *path, const char *ending) {
  char name[64];
  snprintf(name, sizeof name, "%s%s", path, ending);
  FILE *file = fopen(name, "r");
  assert_non_null(file);
  return file;
}

static void remove_all(const char *path) {
  char name[64];
  unlink(path);
  snprintf(name, sizeof name, "%s.names", path);
  unlink(name);
  snprintf(name, sizeof name, "%s.labels", path);
  unlink(name);
  snprintf(name, sizeof name, "%s.weights", path);
  unlink(name);
}

/* One row of the file against the same row of the vectors, every float bit for bit. */
static void check_row(FILE *file, const slant_vectors *vectors, uint32_t row, const char *label) {
  int number;
  assert_int_equal(fscanf(file, "%d", &number), 1);
  assert_int_equal(number, strcmp(label, "bad") == 0 ? 1 : 2);
  float *wanted = calloc(vectors->n_sparse + vectors->n_dense, sizeof *wanted);
  assert_non_null(wanted);
  for (size_t e = vectors->start[row]; e < vectors->start[row + 1]; e++) wanted[vectors->index[e]] = vectors->value[e];
  memcpy(wanted + vectors->n_sparse, vectors->dense + (size_t)row * vectors->n_dense,
         vectors->n_dense * sizeof *wanted);
  for (unsigned index; fgetc(file) == ' ';) {
    char text[64];
    assert_int_equal(fscanf(file, "%u:%63s", &index, text), 2);
    assert_in_range(index, 1, vectors->n_sparse + vectors->n_dense);
    float value = strtof(text, NULL);
    assert_memory_equal(&value, &wanted[index - 1], sizeof value);
    wanted[index - 1] = 0;
  }
  for (uint32_t f = 0; f < vectors->n_sparse + vectors->n_dense; f++) assert_true(wanted[f] == 0);
  free(wanted);
}

static void test_reads_back(void **state) {
  (void)state;
  char path[] = "/tmp/slant-export-XXXXXX";
  close(mkstemp(path));
  slant_trainer *exported = open_trainer("sentiment"), *other = open_trainer("sentiment");
  slant_export_counts counts;
  slant_vectors vectors;
  assert_int_equal(slant_trainer_export(exported, NULL, path, &counts, NULL), 0);
  assert_int_equal(slant_trainer_extract(other, NULL, &vectors, NULL), 0);
  assert_int_equal(counts.examples, N_SAMPLES);
  assert_int_equal(counts.labels, 2);
  assert_int_equal(counts.features, vectors.n_sparse + vectors.n_dense);
  FILE *file = open_beside(path, "");
  for (uint32_t row = 0; row < N_SAMPLES; row++) check_row(file, &vectors, row, samples[row].label);
  assert_int_equal(fgetc(file), EOF);
  fclose(file);
  char line[64];
  file = open_beside(path, ".labels");
  assert_non_null(fgets(line, sizeof line, file));
  assert_string_equal(line, "1\tbad\t2\n");
  assert_non_null(fgets(line, sizeof line, file));
  assert_string_equal(line, "2\tgood\t2\n");
  fclose(file);
  remove_all(path);
  slant_vectors_free(&vectors);
  slant_trainer_free(exported);
  slant_trainer_free(other);
}

static void test_one_task_only(void **state) {
  (void)state;
  slant_trainer *trainer = open_trainer("stance");
  slant_error error;
  assert_int_equal(slant_trainer_export(trainer, NULL, "/tmp/slant-export-none", NULL, &error), SLANT_E_ARGUMENT);
  assert_non_null(strstr(error.message, "'stance'"));
  assert_int_equal(access("/tmp/slant-export-none", F_OK), -1);
  slant_trainer_free(trainer);
}

static void test_after_failure(void **state) {
  (void)state;
  slant_trainer *trainer = open_trainer("sentiment");
  slant_error error;
  assert_int_equal(slant_trainer_export(trainer, NULL, "/nowhere/at/all", NULL, &error), SLANT_E_IO);
  assert_int_equal(slant_trainer_fit(trainer, &error), SLANT_E_ARGUMENT);
  slant_trainer_free(trainer);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads_back), cmocka_unit_test(test_one_task_only),
                                     cmocka_unit_test(test_after_failure)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
